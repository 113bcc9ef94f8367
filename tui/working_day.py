"""The working day beside the console: time on the open ticket is kept by itself, and the heading says what is left.

Nothing is written while no shift runs. Time is kept in the background: no key waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.worker import change, in_thread

if TYPE_CHECKING:
    from store.desk import Desk
    from store.model import Ticket
    from tui.app import HelptermApp

TOUCH_EVERY = 15_000
"""Keys pressed within so many ms of the last noted one are not noted again."""
LOOK_EVERY = 15_000
"""How often the time that is left is read (ms)."""


class WorkingDay:
    """What the console knows of the running shift. `left` is what the heading says, empty without a shift."""

    def __init__(self, console: HelptermApp) -> None:
        self._console = console
        self._is_timing = False
        self._touched = 0
        self._looked = 0
        self.left = ""

    def opened(self, ticket: Ticket) -> None:
        """The agent turned to a ticket."""
        self._console.start(self._open(ticket))

    async def _open(self, ticket: Ticket) -> None:
        from store.shifts import shift, timing

        desk = self._console.desk
        if self._is_timing or await in_thread(shift.current, desk) is not None:
            self._is_timing = True
            self._touched = desk.now()
            await change(timing.open_ticket, desk, ticket)

    def touched(self) -> None:
        """A key was pressed."""
        now = self._console.desk.now()
        if self._is_timing and not 0 <= now - self._touched < TOUCH_EVERY:
            self._touched = now
            self._console.start(self._touch())

    async def _touch(self) -> None:
        from store.shifts import timing

        await change(timing.touch, self._console.desk)

    def closed(self) -> None:
        """The agent turned away from the open ticket."""
        if self._is_timing:
            self._is_timing = False
            self._console.start(self._leave())

    async def _leave(self) -> None:
        from store.shifts import timing

        await change(timing.leave, self._console.desk)

    async def look(self, *, at_once: bool = False) -> bool:
        """Reads what is left of the shift; True when the heading says something else now."""
        now = self._console.desk.now()
        if not at_once and self._looked and 0 <= now - self._looked < LOOK_EVERY:
            return False
        self._looked = now
        before, self.left = self.left, await in_thread(_left, self._console.desk)
        return self.left != before


def _left(desk: Desk) -> str:
    from store.shifts import shift

    found = shift.standing(desk)
    if found is None:
        return ""
    from tui.formatting.shift import standing

    return standing(found)
