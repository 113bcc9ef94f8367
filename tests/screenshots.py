"""Writes screenshots/*.svg from the real console on the sample desk: `make screenshots`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from store.clock import from_iso
from store.desk import Desk, tickets
from store.desk import queue as desk_queue
from store.model import Status
from store.sample import load
from store.shifts import shift, timing
from tests.conftest import StoppedClock, answer
from tests.idleness import run
from tests.tui.console import console, editor, judged, said, settled, until
from tui.app import HelptermApp

FOLDER = Path(__file__).parent.parent / "screenshots"
SIZE = (120, 34)
NOW = from_iso("2026-11-23T09:00:00")
AGENT = "sam"
CLOCK = StoppedClock(NOW)

Story = Callable[[Pilot[None]], Awaitable[None]]

PASTED = (
    "Hi there,\n\nThank you for contacting us! We are sorry for the inconvenience. Have you tried turning it off and on again?"
    " Please do not hesitate to contact us if you have any further questions.\n\nBest regards,\nSam"
)


def keys(text: str) -> Story:
    """Presses keys, parted by blanks."""

    async def story(pilot: Pilot[None]) -> None:
        for key in text.split():
            await pilot.press(key)
            await settled(pilot)

    return story


async def editing(pilot: Pilot[None]) -> None:
    """The reply editor with a pasted answer in it, and what the gate says."""
    console(pilot).open_reply(
        tickets.ticket(console(pilot).desk, _first(console(pilot).desk, "is:unassigned lang:en"))
    )
    await settled(pilot)
    editor(pilot).editor.put(PASTED)
    await judged(pilot)
    await until(pilot, lambda: said(pilot) == "draft saved")


async def drawing_the_line(pilot: Pilot[None]) -> None:
    """The written rules, with the one that a ticket touches."""
    console(pilot).open_scope(
        tickets.ticket(console(pilot).desk, _first(console(pilot).desk, "tag:styling is:any"))
    )
    await settled(pilot)


async def figures(pilot: Pilot[None]) -> None:
    """Waiting times, one's own week, arrivals."""
    await keys("g f")(pilot)
    await until(pilot, lambda: all(each.figure is not None for each in pilot.app.screen.query(".figure")))


async def a_shift(pilot: Pilot[None]) -> None:
    """The report of a shift in which something was done."""
    desk = console(pilot).desk
    console(pilot).day.touched()  # whoever is at work is not greeted
    shift.start(desk)
    for minutes, query in (
        (24, "is:mine"),
        (41, "tag:refund"),
        (12, "lang:de"),
        (18, "lang:fr"),
        (33, "tag:mail"),
    ):
        CLOCK.pass_by(minutes * 60_000)
        ticket = tickets.ticket(desk, _first(desk, query))
        timing.add(desk, ticket, minutes)
        answer(desk, ticket, f"I looked at it: the {minutes}th entry of the log shows why.", agent=AGENT)
        if minutes % 2 == 0:
            tickets.set_status(desk, [ticket.number], Status.SOLVED)
    CLOCK.pass_by(65 * 60_000)
    await console(pilot).refresh_all()
    await keys("w r")(pilot)


def _first(desk: Desk, query: str) -> int:
    return desk_queue.page(desk, desk_queue.understand(desk, query), limit=1).rows[0].number


STORIES: dict[str, Story] = {
    "queue": keys("j j x j"),
    "conversation": keys("enter"),
    "editor": editing,
    "scope": drawing_the_line,
    "search": keys("/ t a g : m a i l space i s : o p e n"),
    "figures": figures,
    "shift": a_shift,
    "help": keys("?"),
}


def main(names: list[str]) -> int:
    """Writes the pictures named, or all; says which."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    FOLDER.mkdir(exist_ok=True)
    for name in names or STORIES:
        CLOCK.now = NOW
        with (
            tempfile.TemporaryDirectory() as folder,
            Desk(Path(folder) / "desk.db", AGENT, clock=CLOCK) as desk,
        ):
            load(desk)
            (FOLDER / f"{name}.svg").write_text(run(_picture(desk, STORIES[name])), encoding="utf-8")
        print(f"screenshots/{name}.svg")
    return 0


async def _picture(desk: Desk, story: Story) -> str:
    app = HelptermApp(desk)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await story(pilot)
        return app.export_screenshot(title="helpterm")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
