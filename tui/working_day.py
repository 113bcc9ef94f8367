"""The working day beside the console: time on the open ticket is kept by itself, and the heading says what is left.

Nothing is written while no shift runs. Time is kept in the background: no key waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.worker import change, in_thread

if TYPE_CHECKING:
    from store.desk import Desk
    from store.model import Ticket
    from store.shifts.following import Next, Stand
    from store.working import WorkEntry
    from tui.app import HelptermApp
    from tui.formatting.cells import Piece

MINUTE = 60_000
TOUCH_EVERY = 15_000
"""Keys pressed within so many ms of the last noted one are not noted again."""
LOOK_EVERY = 15_000
"""How often the time that is left is read (ms)."""


class WorkingDay:
    """What the console knows of the running shift. `left` is what the heading says, empty without a shift.

    `passed` are the tickets that were offered as the next one and left unanswered, the one longest ago first.
    """

    def __init__(self, console: HelptermApp) -> None:
        self._console = console
        self._open: list[Ticket] = []
        self._is_timing = False
        self._has_begun = False
        self._touched = 0
        self._looked = 0
        self.left = ""
        self.passed: dict[int, Stand] = {}

    @property
    def heading(self) -> list[Piece]:
        """What is left, for the right end of a heading."""
        return [(f"{self.left} · ", "muted")] if self.left else []

    async def begin(self) -> None:
        """The console has opened: a shift that was never ended ends where its work did, another one goes on."""
        from store.shifts import shift

        desk = self._console.desk
        trimmed = await change(shift.trim_forgotten, desk)
        if trimmed is not None:
            from tui.formatting.shift import forgotten

            self._console.say(forgotten(trimmed), "warning")
            return
        before = await in_thread(shift.current, desk)
        if await self.look(at_once=True):
            await self._console.refresh_all()
        is_news = before is not None and desk.now() - before.started_at > MINUTE
        if is_news and not self._console.remarks and not self._has_begun:
            self._console.say(f"Your shift goes on: {self.left}")

    def offered(self, found: Next) -> None:
        """A ticket was taken as the next one: until it is answered it comes again after all others."""
        self.passed.pop(found.ticket.number, None)
        self.passed[found.ticket.number] = found.stand

    def opened(self, ticket: Ticket, *, instead: bool = False) -> None:
        """The agent turned to a ticket; with `instead` in place of the one that was open."""
        if instead and self._open:
            self._open.pop()
        self._open.append(ticket)
        self._console.start(self._turn_to(ticket))

    async def _turn_to(self, ticket: Ticket) -> None:
        from store.shifts import shift, timing

        desk = self._console.desk
        if self._is_timing or await in_thread(shift.current, desk) is not None:
            self._is_timing = True
            self._touched = desk.now()
            self._tell(await change(timing.open_ticket, desk, ticket))

    def touched(self) -> None:
        """A key was pressed; what it led to is not covered by a greeting any more."""
        self._has_begun = True
        now = self._console.desk.now()
        if self._is_timing and not 0 <= now - self._touched < TOUCH_EVERY:
            self._touched = now
            self._console.start(self._touch())

    async def _touch(self) -> None:
        from store.shifts import timing

        await change(timing.touch, self._console.desk)

    def closed(self, ticket: Ticket) -> None:
        """A screen of a ticket is gone, perhaps after the next one opened; one that lies open beneath it goes on."""
        places = [place for place, each in enumerate(self._open) if each.id == ticket.id]
        if not places:
            return
        was_at_hand = places[-1] == len(self._open) - 1
        del self._open[places[-1]]
        if not self._is_timing or not was_at_hand:
            return
        if self._open:
            self._console.start(self._turn_to(self._open[-1]))
        else:
            self._is_timing = False
            self._console.start(self._leave())

    async def _leave(self) -> None:
        from store.shifts import timing

        self._tell(await change(timing.leave, self._console.desk))

    def _tell(self, entry: WorkEntry | None) -> None:
        """Says that idle time was noticed: it is not counted, and may be added by hand."""
        if entry is not None and entry.idle_seconds:
            from tui.formatting.shift import idle

            self._console.say(idle(entry, self._console.keys.first_of("shift.time")))

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
