"""Doing something to the tickets at hand: one, or thousands in batches with progress, cancel and one undo."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from store.desk.desk import one_command
from store.errors import Refused
from tui.commands.act import Act
from tui.worker import change

if TYPE_CHECKING:
    from store.model import Ticket
    from tui.app import HelptermApp

SOON = 0.15
"""Seconds after which work says how far it is, and between two such times."""

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


async def take_back(console: HelptermApp) -> tuple[str, list[Ticket]]:
    """Undoes the last change, whole or not at all; says how far it is when that takes longer. Raises Refused."""
    from store.desk.undo import undo

    way = _Way()
    work = asyncio.ensure_future(change(undo, console.desk, way.heard))
    await asyncio.wait({work}, timeout=SOON)
    if not work.done():
        await _watch(console, work, way)
    return await work


async def _watch(console: HelptermApp, work: asyncio.Future[Any], way: _Way) -> None:
    from tui.screens.progress import ProgressDialog

    progress = ProgressDialog("Undo", max(way.total, 1), "Esc stops, and nothing is taken back")
    await console.push_screen(progress)
    console.release_keys()
    try:
        while not work.done():
            progress.reached(way.done, max(way.total, 1))
            way.is_stopped = progress.is_cancelled
            await asyncio.wait({work}, timeout=SOON)
    finally:
        progress.dismiss()


class _Way:
    """How far a thread has come, read by the console; the other way round, whether it shall stop."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self.is_stopped = False

    def heard(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self.is_stopped:
            raise Refused("the undo was stopped, and nothing was taken back", "undo begins it again")
