"""What was decided otherwise: own changes that lost to a colleague's, with both values; set again, or let go."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from store.sync import overruled as store_overruled
from tui import overruled
from tui.commands.command import Where
from tui.formatting import overruled as words
from tui.formatting.cells import Piece
from tui.overruled import Overruled
from tui.screens.two_panes import TwoPanes
from tui.worker import change, in_thread

_COLOURS = {"late": "$warning", "strong": "bold", "muted": "$muted", "text": ""}


class OverruledScreen(TwoPanes):
    """Lists the conflicts that their author has not looked at yet, the latest first."""

    where = Where.OVERRULED
    CSS_PATH = "overruled.tcss"
    pane, detail = "overruled", "both"

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Overruled, ...] = ()

    @property
    def entry(self) -> Overruled | None:
        """The one under the cursor."""
        return self._entries[self.at] if 0 <= self.at < len(self._entries) else None

    async def on_mount(self) -> None:
        """Reads what there is."""
        await self._read()

    async def _read(self) -> None:
        before, at = self.entry, self.at
        self._entries = await in_thread(overruled.read, self.console.desk)
        changes = [each.conflict.change for each in self._entries]
        on = changes.index(before.conflict.change) if before and before.conflict.change in changes else at
        now = self.console.desk.now()
        self.head([(" Overruled ", "title"), (_count(len(changes)), "text")])
        self.fill(
            [_content(words.row(each, now)) for each in self._entries],
            "Nothing of yours was overruled",
            on=on,
        )

    def lines(self, cells: int) -> Sequence[Sequence[Piece]]:
        """The one under the cursor, whole."""
        return words.whole(self.entry, cells) if self.entry is not None else ()

    async def refresh_shown(self, *, own: bool = False) -> None:
        """Shows what is still open."""
        await self._read()

    def open_ticket(self) -> None:
        """The conversation it is about."""
        assert self.entry is not None
        assert self.entry.ticket is not None
        self.console.open_ticket(self.entry.ticket.number)

    async def set_again(self) -> None:
        """Makes the change once more, this time knowing the other one."""
        assert self.entry is not None
        found = self.entry
        await change(store_overruled.set_again, self.console.desk, found.conflict.change)
        await self._decided()
        self.say(f"Set again: {words.what(found.conflict)} of {words.subject(found)}")

    async def let_go(self) -> None:
        """Leaves it as the team has it."""
        assert self.entry is not None
        found = self.entry
        await change(store_overruled.let_go, self.console.desk, found.conflict.change)
        await self._decided()
        self.say(f"Left as it is: {words.what(found.conflict)} of {words.subject(found)}")

    async def _decided(self) -> None:
        await self.console.team.reread()
        await self.console.refresh_all(own=True)

    def back(self) -> None:
        """Closes the list."""
        self.dismiss(None)


def _count(number: int) -> str:
    return f"{number} change{'s' * (number != 1)} of yours did not hold" if number else "nothing is open"


def _content(pieces: Sequence[Piece]) -> Content:
    return Content.assemble(*((text, _COLOURS[role]) for text, role in pieces))
