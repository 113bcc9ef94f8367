"""The queue: the list of tickets of a view, search and filter over it, the selection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.css.query import NoMatches
from textual.widget import Widget

from store.desk import queue as desk_queue
from store.desk.query import Query
from store.desk.queue import VIEWS
from store.errors import NotFound
from tui import listing
from tui.commands.command import Where
from tui.formatting.cells import Piece
from tui.formatting.heading import tabs
from tui.formatting.row import heading
from tui.screens.base import DeskScreen
from tui.widgets.line import Line
from tui.widgets.ticket_list import TicketList
from tui.worker import in_thread

if TYPE_CHECKING:
    from tui.commands.act import Act
    from tui.widgets.find_line import FindLine

MOST_SELECTED = 100_000
"""Tickets that `* a` takes at most."""

MINUTE_TICK = 20.0
"""Seconds between looks at the clock for the ages in the list."""


class QueueScreen(DeskScreen):
    """What the console opens with."""

    where = Where.QUEUE

    def __init__(self, counts: Mapping[str, int] | None = None) -> None:
        super().__init__()
        first = VIEWS[0]
        self.view_name, self.view_query = first.name, first.query
        self.narrowing = ""
        self.kind = ""
        self._selected: dict[int, None] = {}
        self._counts = counts or {}
        self._turn = 0
        self._fetching: set[bool] = set()
        self._finding = False

    def body(self) -> Iterable[Widget]:
        """Names of the columns, and the list."""
        yield Line(id="columns")
        yield TicketList()

    @property
    def tickets(self) -> TicketList:
        """The list."""
        return self.query_one(TicketList)

    @property
    def query_text(self) -> str:
        """What is shown, in the language of queries."""
        if self.kind == "search" and self.narrowing.strip():
            return f"is:any {self.narrowing}"
        return f"{self.view_query} {self.narrowing}".strip()

    def _query(self) -> Query:
        return desk_queue.understand(self.console.desk, self.query_text)

    def on_mount(self) -> None:
        """The first rows are read before the first picture, a few milliseconds; counts follow."""
        self.set_focus(self.tickets)
        self._draw_heading()
        self._show(listing.first(self.console.desk, self._query()))
        self.call_after_refresh(lambda: self.console.start(self._count()))
        self.set_interval(MINUTE_TICK, self.tickets.tick)

    def on_resize(self, event: object) -> None:
        """Names the columns that fit."""

        self.query_one("#columns", Line).ground = "background"
        self.query_one("#columns", Line).show(heading(self.app.size.width))
        self._draw_heading()

    def _show(self, stretch: listing.Stretch, *, on: int = 0, at_end: bool = False) -> None:
        self._turn += 1
        self._fetching.clear()
        self.tickets.show(stretch, on=on, at_end=at_end)
        self._tell_empty()

    def _tell_empty(self) -> None:
        if not self.tickets.rows:
            self.tickets.tell_empty(self._empty_text())

    def _empty_text(self) -> str:
        not_in_step = self.console.team.nothing_here()
        if not_in_step:
            return not_in_step
        if self.narrowing.strip():
            return f"Nothing matches “{self.narrowing.strip()}”. Esc shows the view again."
        if self.view_name == "Open":
            return "The queue is empty: nobody waits for an answer."
        return f"No tickets in {self.view_name}."

    def _draw_heading(self) -> None:
        here = "" if self.kind == "search" else self.view_name
        names = [view.name for view in VIEWS]
        who = [*self.console.day.heading, (f" {self.console.desk.agent} ", "text")]
        self.head(tabs(names, self._counts, here), who)

    async def _count(self) -> None:
        self._counts = await in_thread(desk_queue.counts, self.console.desk)
        self._draw_heading()

    # Moving

    def targets(self) -> Sequence[int]:
        """The selected tickets, else the one under the cursor."""
        if self._selected:
            return tuple(self._selected)
        row = self.tickets.row
        return () if row is None else (row.number,)

    def move_lines(self, lines: int) -> None:
        """Moves the cursor."""
        self.tickets.move(lines)

    def move_pages(self, pages: int) -> None:
        """Moves by screenfuls."""
        self.tickets.move_pages(pages)

    def move_to_top(self) -> None:
        """The head of the view."""
        if self.tickets.above:
            self.console.start(self._read(listing.first), hold=True)
        else:
            self.tickets.move(-len(self.tickets.rows))

    def move_to_bottom(self) -> None:
        """The end of the view, read backward from there."""
        if self.tickets.below:
            self.console.start(self._read(listing.last, at_end=True), hold=True)
        else:
            self.tickets.move(len(self.tickets.rows))

    async def _read(self, read: Callable[..., listing.Stretch], *, at_end: bool = False) -> None:
        self._show(await in_thread(read, self.console.desk, self._query()), at_end=at_end)

    async def on_ticket_list_wanted(self, event: TicketList.Wanted) -> None:
        """Reads on ahead of the cursor."""
        if event.down not in self._fetching and self.tickets.rows:
            self._fetching.add(event.down)
            self.console.start(self._read_on(event.down, self._turn))

    async def _read_on(self, down: bool, turn: int) -> None:
        edge = self.tickets.rows[-1 if down else 0].cursor
        read = listing.after if down else listing.before
        stretch = await in_thread(read, self.console.desk, self._query(), edge)
        if turn == self._turn:
            self._fetching.discard(down)
            self.tickets.extend(stretch, down=down)

    def open(self) -> None:
        """Opens the ticket under the cursor."""
        row = self.tickets.row
        if row is not None:
            self.console.open_ticket(row.number)

    def on_ticket_list_opened(self) -> None:
        """A click on the cursor opens."""
        self.open()

    def step(self, lines: int) -> int | None:
        """Moves the cursor for the ticket screen; the ticket there, or None where the queue ends."""
        before = self.tickets.cursor
        self.tickets.move(lines)
        row = self.tickets.row
        return row.number if row is not None and self.tickets.cursor != before else None

    # Views, search and filter

    def show_view(self, query: str, name: str) -> None:
        """Another part of the desk, from its head."""
        self.view_query, self.view_name = query, name
        self._leave_find()
        self.narrowing = self.kind = ""
        self._draw_heading()
        self._stand()
        self.console.start(self._read(listing.first), hold=True)

    async def find(self, kind: str, text: str = "") -> None:
        """Opens the line for a search, a filter or a number."""
        from tui.widgets.find_line import FindLine

        self._leave_find()
        if not text and kind == self.kind:
            text = self.narrowing
        tags = tuple(await in_thread(desk_queue.tags, self.console.desk))
        line = FindLine(kind, text, tags)
        await self.mount(line, before=self.query_one("#columns"))
        self.set_focus(line.field)
        line.field.cursor_position = len(text)

    def on_find_line_typed(self, event: FindLine.Typed) -> None:
        """Shows what matches so far; while one search runs, only the newest text waits."""
        line = self._find_line()
        if line is None or (event.text == self.narrowing and self.kind == line.kind):
            return
        self.kind = "search" if line.kind in ("search", "jump") else "filter"
        self.narrowing = event.text
        if not self._finding:
            self.console.start(self._find())

    async def _find(self, on: int = 0) -> None:
        self._finding = True
        try:
            shown = None
            while shown != (self.query_text, self.kind):
                shown = (self.query_text, self.kind)
                stretch = await in_thread(
                    listing.first, self.console.desk, self._query(), typing=True, limit=60
                )
                if shown == (self.query_text, self.kind):
                    self._show(stretch, on=on)
                    self._draw_heading()
        finally:
            self._finding = False

    def on_find_line_moved(self, event: FindLine.Moved) -> None:
        """Moves in the list while typing."""
        self.tickets.move(event.lines)

    def on_find_line_done(self, event: FindLine.Done) -> None:
        """Enter keeps the result, or jumps to a number; Esc goes back to the view."""
        self._leave_find()
        if not event.keep:
            self.back()
            return
        number = desk_queue.understand(self.console.desk, self.narrowing).number
        if number:
            self.console.start(self._jump(number), hold=True)
        elif not self.narrowing.strip():
            self.back()
        else:
            self._stand()
            self.console.start(self._read(listing.first), hold=True)

    async def _jump(self, number: str) -> None:
        from store.desk import tickets

        try:
            ticket = await in_thread(tickets.find, self.console.desk, number)
        except NotFound:
            self._stand()
            self.say(f"There is no ticket #{number}; the list shows where the number is mentioned", "warning")
            return
        self.narrowing = self.kind = ""
        self._stand()
        await self._read(listing.first)
        self.console.open_ticket(ticket.number)

    def _find_line(self) -> FindLine | None:
        try:
            return self.query_one("#find")  # type: ignore[return-value]
        except NoMatches:
            return None

    def _leave_find(self) -> None:
        line = self._find_line()
        if line is not None:
            line.remove()
        self.set_focus(self.tickets)

    def back(self) -> None:
        """Leaves the selection, else the search or filter."""
        if self._selected:
            self.select_none()
        elif self.narrowing or self.kind:
            self.narrowing = self.kind = ""
            self._draw_heading()
            self._stand()
            self.console.start(self._read(listing.first), hold=True)

    # Selecting

    def toggle_selected(self) -> None:
        """Marks the row under the cursor, or unmarks it, and moves on."""
        row = self.tickets.row
        if row is None:
            return
        if row.number in self._selected:
            del self._selected[row.number]
        else:
            self._selected[row.number] = None
        self._mark()
        self.tickets.move(1)

    async def select_all(self) -> None:
        """Marks every ticket of what is shown."""
        numbers = await in_thread(listing.all_numbers, self.console.desk, self._query(), most=MOST_SELECTED)
        self._selected = dict.fromkeys(numbers)
        self._mark()

    def select_none(self) -> None:
        """Drops the selection."""
        self._selected = {}
        self._mark()

    def _mark(self) -> None:
        self.tickets.mark(set(self._selected))
        self._stand()

    def _stand(self) -> None:
        """What the message line says for as long as it holds."""
        from tui.widgets.status_line import StatusLine

        standing: list[Piece] = []
        if self._selected:
            standing.append((f" {len(self._selected):,} selected ", "title"))
        if self.narrowing.strip():
            kind = "Search" if self.kind == "search" else f"{self.view_name}, filtered"
            standing.append((f" {kind}: {self.narrowing.strip()} ", "accent"))
        if standing:
            standing.append((" Esc goes back", "muted"))
        self.query_one(StatusLine).stand(*standing)

    # What changes

    async def acted(self, act: Act, numbers: Sequence[int]) -> None:
        """The selection is done with."""
        if self._selected:
            self.select_none()

    def show_team(self) -> None:
        """Marks the tickets at which colleagues are; an empty list says how far it is to be believed."""
        self.tickets.show_present(self.console.team.marks())
        self._tell_empty()

    async def refresh_shown(self, *, own: bool = False) -> None:
        """The same part of the view as it is now. The cursor follows its ticket when others moved it; after a change of
        one's own it stays in its place, on what stands there now.
        """
        row = self.tickets.row
        turn = self._turn
        if self._find_line() is not None and self.narrowing:
            if not self._finding:
                await self._find(row.number if row is not None else 0)
        elif row is None:
            await self._read(listing.first)
        else:
            stretch = await in_thread(
                listing.around, self.console.desk, self._query(), row.cursor, follow=0 if own else row.number
            )
            if turn == self._turn:
                self._turn += 1
                self._fetching.clear()
                self.tickets.refreshed(stretch, 0 if own else row.number, row.cursor)
                self._tell_empty()
        await self._count()
