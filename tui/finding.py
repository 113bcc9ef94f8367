"""Finding in the queue: what narrows it, the line in which that is typed, earlier searches and saved ones."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from store.desk import queue as desk_queue
from store.desk.query import BEGINS, with_beginning
from store.errors import NotFound
from tui import listing
from tui.formatting.cells import Piece, width
from tui.worker import in_thread

if TYPE_CHECKING:
    from store.desk import Desk
    from store.desk.query import Query
    from store.model import SavedSearch
    from tui.completing import Vocabulary
    from tui.screens.queue import QueueScreen
    from tui.widgets.find_line import FindLine

FIRST_HITS = 60
"""Rows that are read while one types: a screenful."""

PAUSE = 0.12
"""Seconds without a letter after which the longer search begins, so that it makes none wait."""


class Finding:
    """`kind` is `search` (of everything), `filter` (of the view) or empty; `text` is what was typed."""

    def __init__(self, screen: QueueScreen) -> None:
        self._screen = screen
        self.kind = self.text = ""
        self.saved: tuple[SavedSearch, ...] = ()
        self.hint: tuple[Piece, ...] = ()
        self.line: FindLine | None = None
        self._is_reading = False
        self._newer = threading.Event()
        self._first: listing.Stretch | None = None

    @property
    def sought(self) -> str:
        """What is searched for, without blanks around it; empty when the whole view is shown."""
        return self.text.strip()

    def query(self, view: str) -> str:
        """What is shown of the view, in the language of queries."""
        if self.kind == "search" and self.sought:
            return f"is:any {self.text}"
        return f"{view} {self.text}".strip()

    async def open(self, kind: str, text: str = "") -> None:
        """Opens the line for a search, a filter or a number."""
        from tui.widgets.find_line import FindLine

        self.close()
        self._first = None
        if not text and kind == self.kind:
            text = self.text.rstrip(BEGINS)
        vocabulary, recent = await in_thread(_known, self._screen.console.desk)
        self.line = line = FindLine(kind, text, vocabulary, recent, self._people)
        await self._screen.mount(line, before=self._screen.query_one("#columns"))
        self._screen.set_focus(line.field)
        line.field.cursor_position = len(text)

    async def _people(self, text: str) -> tuple[str, ...]:
        from store.desk.search import addresses

        desk = self._screen.console.desk
        return await in_thread(lambda: addresses(desk.read(), text))

    def close(self) -> None:
        """Puts the line away; what it narrowed stays."""
        line, self.line = self.line, None
        self._newer.set()
        if line is not None:
            line.remove()
            self.hint_at((), "")
        self._screen.set_focus(self._screen.tickets)

    def forget(self) -> None:
        """Nothing narrows the view any more."""
        self.text = self.kind = ""

    def typed(self, text: str) -> None:
        """Shows what matches so far; while one search runs, only the newest text waits."""
        line = self.line
        if line is None or (text == self.text and self.kind == line.kind):
            return
        self.kind = "search" if line.kind in ("search", "jump") else "filter"
        self.text = text
        self._newer.set()
        if not self._is_reading:
            self._screen.console.start(self._follow())

    async def _follow(self) -> None:
        """First the newest tickets with all words in one message; after a pause in typing all of them, and words apart.

        The longer search is nobody's turn: a letter that is typed while it runs begins the next quick one beside it.
        """
        self._is_reading = True
        try:
            shown, goes_on = None, False
            while shown != (self._screen.query_text, self.kind):
                shown = (self._screen.query_text, self.kind)
                self._newer.clear()
                query = self._screen.asked_for()
                goes_on = await self._show_hits(query, quick=True, is_all=len(query.terms) < 2)
        finally:
            self._is_reading = False
        if goes_on and not await in_thread(self._newer.wait, PAUSE):
            await self._show_hits(query, quick=False, is_all=True)

    async def _show_hits(self, query: Query, *, quick: bool, is_all: bool) -> bool:
        """Shows what a query finds, unless it finds nothing yet. True when more may be found by the longer search,
        False also when something newer is asked for meanwhile.

        First hits that a letter has left as they were are not shown again: they would take the place of all of them.
        """
        asked = (self._screen.query_text, self.kind)
        desk = self._screen.console.desk
        stretch = await in_thread(listing.first, desk, query, quick=quick, limit=FIRST_HITS)
        if self.line is None or asked != (self._screen.query_text, self.kind):
            return False
        is_new = stretch != self._first
        self._first = stretch if quick else self._first
        if (stretch.rows and (is_new or not quick)) or (is_all and not stretch.rows):
            self._screen.show_hits(stretch)
        return stretch.below or not is_all

    def moved(self, lines: int) -> None:
        """Moves in the list while typing; from its first row on, up leads to what was searched for before."""
        line = self.line
        if lines == -1 and line is not None and (line.is_recalling or not self._screen.tickets.cursor):
            line.recall(1)
        else:
            self._screen.tickets.move(lines)

    def hint_at(self, words: tuple[str, ...], chosen: str) -> None:
        """What may be typed here, on the line that else names the columns; as many words as fit."""
        pieces: list[Piece] = [(" Tab completes ", "muted")] if words else []
        room = self._screen.size.width - 20
        at = words.index(chosen) if chosen in words else 0
        for word in (*words[at:], *words[:at]):
            room -= width(word) + 2
            if room < 0:
                pieces.append((" …", "muted"))
                break
            pieces.append((f" {word} ", "title" if word == chosen else "text"))
        self.hint = tuple(pieces)
        self._screen.draw_columns()

    def done(self, *, keep: bool) -> None:
        """Enter keeps the result, or jumps to a number; Esc goes back to the view."""
        self.close()
        console = self._screen.console
        number = desk_queue.understand(console.desk, self.text).number
        if not keep or not self.sought:
            self._screen.back()
        elif number:
            console.start(self._jump(number), hold=True)
        else:
            console.start(self._keep(), hold=True)

    async def _keep(self) -> None:
        """Shows all that what was typed matches; where that is nothing its last word stays a beginning, as it was shown."""
        from store.desk import searches

        screen, desk, typed = self._screen, self._screen.console.desk, self.text
        stretch = await in_thread(listing.first, desk, screen.asked_for())
        beginning = with_beginning(typed)
        if beginning and not stretch.rows:
            self.text = beginning
            stretch = await in_thread(listing.first, desk, screen.asked_for())
            if not stretch.rows:
                self.text = typed
        searches.remember(desk, self.text)
        screen.show_kept(stretch)

    async def _jump(self, number: str) -> None:
        from store.desk import tickets

        console = self._screen.console
        try:
            ticket = await in_thread(tickets.find, console.desk, number)
        except NotFound:
            self._screen.stand()
            self._screen.say(
                f"There is no ticket #{number}; the list shows where the number is mentioned", "warning"
            )
            return
        self.forget()
        await self._screen.read_anew()
        console.open_ticket(ticket.number)


def _known(desk: Desk) -> tuple[Vocabulary, list[str]]:
    from store.desk.searches import recent
    from tui.completing import vocabulary

    return vocabulary(desk), recent(desk)
