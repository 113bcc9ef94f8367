"""Doing something to the tickets at hand: one, or thousands in batches with progress, cancel and one undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.desk.desk import one_command
from tui.commands.act import Act
from tui.worker import change

if TYPE_CHECKING:
    from tui.app import HelptermApp

BATCH = 200
"""Tickets for each transaction: some tens of milliseconds, so that other writes get their turn."""


async def perform(console: HelptermApp, act: Act) -> None:
    """Does `act` to the tickets at hand and says so. Raises DeskError; then the batch it stopped in is unchanged."""
    place = console.place
    numbers = tuple(place.targets())
    if not numbers:
        return
    if len(numbers) <= BATCH:
        await change(act.apply, console.desk, numbers)
        done = len(numbers)
    else:
        done = await _in_batches(console, act, numbers)
    console.last_act = act
    keys = console.keys.first_of("change.undo")
    count = (
        "" if done == 1 else f" · {done:,} tickets" + (f" of {len(numbers):,}" if done < len(numbers) else "")
    )
    await place.acted(act, numbers)
    console.say(f"{act.title}{count}" + (f" · {keys} takes it back" if keys else ""))
    await console.refresh_all(own=True)


async def _in_batches(console: HelptermApp, act: Act, numbers: Sequence[int]) -> int:
    """Returns how many were done: all, or as many as before it was cancelled."""
    from tui.screens.progress import ProgressDialog

    progress = ProgressDialog(act.title, len(numbers))
    await console.push_screen(progress)
    console.release_keys()
    done = 0
    try:
        with one_command():
            while done < len(numbers) and not progress.is_cancelled:
                batch = numbers[done : done + BATCH]
                await change(act.apply, console.desk, batch)
                done += len(batch)
                progress.reached(done)
    finally:
        progress.dismiss()
    return done
