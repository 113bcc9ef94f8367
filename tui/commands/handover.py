"""Handover: what is still open at the end of a shift, each with a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console
    from tui.screens.handover import HandoverScreen


class OnOpenEnd(Command):
    """Something decided at the end of a shift."""

    where = frozenset({Where.HANDOVER})

    def screen(self, console: Console) -> HandoverScreen:
        """The screen of the handover."""
        from tui.screens.handover import HandoverScreen

        assert isinstance(console.place, HandoverScreen)
        return console.place


class Decide(OnOpenEnd):
    """Decide it: pass the ticket on with a sentence, or go to the reply or text that is undecided"""

    id, title, keys, footer = "handover.decide", "Decide", "enter, h", 1

    async def run(self, console: Console) -> None:
        """Asks to whom, and what comes next."""
        await self.screen(console).hand_over()


class ToTheQueue(OnOpenEnd):
    """Back to the queue, with a sentence"""

    id, title, keys, footer = "handover.queue", "To the queue", "b", 2

    async def run(self, console: Console) -> None:
        """Asks for the sentence."""
        from store.shifts.handover import QUEUE

        await self.screen(console).hand_over(QUEUE)


class KeepIt(OnOpenEnd):
    """Keep it: a ticket waits for your next shift with a sentence, a text that was begun as it is"""

    id, title, keys, footer = "handover.keep", "Keep", "m", 3

    async def run(self, console: Console) -> None:
        """Decides it."""
        await self.screen(console).keep()


class DropText(OnOpenEnd):
    """Drop a text that was begun"""

    id, title, keys, footer = "handover.drop", "Drop", "x", 4

    async def run(self, console: Console) -> None:
        """Asks first."""
        await self.screen(console).drop()


class OpenIt(OnOpenEnd):
    """Open the ticket, or where it lies"""

    id, title, keys, footer = "handover.open", "Open", "o", 5

    async def run(self, console: Console) -> None:
        """Shows it."""
        await self.screen(console).open()


class EndShift(OnOpenEnd):
    """End the shift, once everything is decided"""

    id, title, keys, footer = "handover.end", "End the shift", "e", 6

    async def run(self, console: Console) -> None:
        """The last two questions, then the report."""
        await self.screen(console).end()
