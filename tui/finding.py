"""Finding in the queue: what narrows it, the line in which that is typed, earlier searches and saved ones."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from store.desk import queue as desk_queue
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
        if not text and kind == self.kind:
            text = self.text
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
        """First the tickets with all words in one message; after a pause in typing those with words apart."""
        self._is_reading = True
        try:
            shown = None
            while shown != (self._screen.query_text, self.kind):
                shown = (self._screen.query_text, self.kind)
                self._newer.clear()
                query = self._screen.asked_for()
                is_all = len(query.terms) < 2
                goes_on = await self._show_hits(query, quick=True, is_all=is_all) and not is_all
                if goes_on and not await in_thread(self._newer.wait, PAUSE):
                    await self._show_hits(query, quick=False, is_all=True)
        finally:
            self._is_reading = False

    async def _show_hits(self, query: Query, *, quick: bool, is_all: bool) -> bool:
        """Shows what a query finds, unless it finds nothing yet; False when something newer is asked for meanwhile."""
        asked = (self._screen.query_text, self.kind)
        desk = self._screen.console.desk
        stretch = await in_thread(listing.first, desk, query, quick=quick, limit=FIRST_HITS)
        if self.line is None or asked != (self._screen.query_text, self.kind):
            return False
        if stretch.rows or is_all:
            self._screen.show_hits(stretch)
        return True

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
            from store.desk import searches

            searches.remember(console.desk, self.text)
            self._screen.show_anew()

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
