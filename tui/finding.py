"""Finding in the queue: what narrows it, the line in which that is typed, earlier searches and saved ones."""

from __future__ import annotations

import asyncio
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from store.desk import queue as desk_queue
from store.desk.query import BEGINS, with_beginning
from store.errors import NotFound
from tui import listing
from tui.formatting.cells import Piece, width
from tui.keyboard import Hold
from tui.worker import begun, in_thread

if TYPE_CHECKING:
    from store.desk import Desk
    from store.model import SavedSearch
    from tui.completing import Vocabulary
    from tui.screens.queue import QueueScreen
    from tui.widgets.find_line import FindLine

PAUSE = 0.12
"""Seconds without a letter after which the longer search begins, so that it makes none wait."""

FIRST_HITS = 60
"""Rows that are read at most while one types; the longer search follows where there are more."""

LONGEST_ECHO = 0.012
"""Seconds that a letter waits for its hits, so that one picture shows both: two take twice as long."""


class _Look(NamedTuple):
    """One search: for what, whether it is the quick one, whether it finds all there is, and what it finds."""

    asked: tuple[str, str]
    is_quick: bool
    is_all: bool
    found: asyncio.Future[listing.Stretch]


class Finding:
    """`kind` is `search` (of everything), `filter` (of the view) or empty; `text` is what was typed."""

    def __init__(self, screen: QueueScreen) -> None:
        self._screen = screen
        self.kind = self.text = ""
        self.saved: tuple[SavedSearch, ...] = ()
        self.hint: tuple[Piece, ...] = ()
        self.line: FindLine | None = None
        self._vocabulary: Vocabulary | None = None
        self._is_reading = False
        self._newer = threading.Event()
        self._first: listing.Stretch | None = None

    @property
    def sought(self) -> str:
        """What is searched for, without blanks around it; empty when the whole view is shown."""
        return self.text.strip()

    def nothing(self) -> str:
        """Says that nothing matches, and what would where the words are a tag or a name."""
        meant = self._vocabulary.meant(self.sought.rstrip(BEGINS)) if self._vocabulary is not None else ""
        return f"Nothing matches “{self.sought}”. " + (f"Is {meant} meant? " if meant else "")

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
        self._vocabulary = vocabulary
        self.line = line = FindLine(kind, text, vocabulary, recent, on_typed=self.typed, look_up=self._people)
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
            self._is_reading = True
            look = self._look(quick=True)
            self._screen.console.start(self._follow(look, self._hold_picture()))

    def _hold_picture(self) -> Hold:
        """Draws nothing until this is released, or the letter has waited long enough."""
        held = ExitStack()
        held.callback(self._screen.check_idle)
        held.enter_context(self._screen.console.batch_update())
        hold = Hold(held.close)
        asyncio.get_running_loop().call_later(LONGEST_ECHO, hold.release)
        return hold

    def _look(self, *, quick: bool) -> _Look:
        """Begins to look for what is typed now."""
        self._newer.clear()
        screen = self._screen
        query = screen.asked_for()
        rows = min(screen.tickets.size.height + 1, FIRST_HITS)
        found = begun(listing.first, screen.console.desk, query, quick=quick, limit=rows)
        return _Look((screen.query_text, self.kind), quick, not quick or len(query.terms) < 2, found)

    async def _follow(self, look: _Look, hold: Hold) -> None:
        """First the newest tickets with all words in one message; after a pause in typing all of them, and words apart.

        The longer search is nobody's turn: a letter that is typed while it runs begins the next quick one beside it.
        """
        try:
            goes_on = await self._show_hits(look)
            self._screen.tickets.call_next(hold.release)  # once the list has asked for its lines
            while look.asked != (self._screen.query_text, self.kind):
                look = self._look(quick=True)
                goes_on = await self._show_hits(look)
        finally:
            self._is_reading = False
        if goes_on and not await in_thread(self._newer.wait, PAUSE):
            await self._show_hits(self._look(quick=False))

    async def _show_hits(self, look: _Look) -> bool:
        """Shows what is found, unless it is nothing yet. True when more may be found by the longer search,
        False also when something newer is asked for meanwhile.

        First hits that a letter has left as they were are not shown again: they would take the place of all of them.
        """
        _, quick, is_all, found = look
        stretch = await found
        if self.line is None or look.asked != (self._screen.query_text, self.kind):
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
        """Shows all that what was typed matches; where that is nothing its end stays a beginning, as it was shown: of a word, or
        of the first value that fits an operator."""
        from store.desk import searches

        screen, desk, typed = self._screen, self._screen.console.desk, self.text
        stretch = await in_thread(listing.first, desk, screen.asked_for())
        beginning = with_beginning(typed) or self._completed(typed)
        if beginning and not stretch.rows:
            self.text = beginning
            stretch = await in_thread(listing.first, desk, screen.asked_for())
            if not stretch.rows:
                self.text = typed
        searches.remember(desk, self.text)
        screen.show_kept(stretch)

    def _completed(self, text: str) -> str:
        whole = self._vocabulary.completions(text).first(text) if self._vocabulary is not None else text
        return whole if whole != text else ""

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
