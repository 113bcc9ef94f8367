"""The queue: the list of tickets of a view, search and filter over it, the selection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from store.desk import queue as desk_queue
from store.desk.query import Query
from store.desk.queue import VIEWS
from tui import listing
from tui.commands.command import Where
from tui.finding import Finding
from tui.formatting.cells import Piece
from tui.formatting.heading import tabs
from tui.formatting.row import heading
from tui.screens.base import DeskScreen
from tui.widgets.line import Line
from tui.widgets.ticket_list import TicketList
from tui.worker import in_thread

if TYPE_CHECKING:
    from store.desk import Desk
    from store.model import SavedSearch
    from tui.commands.act import Act
    from tui.labels import Labelled
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
        self.finding = Finding(self)
        self._selected: dict[int, None] = {}
        self._counts = counts or {}
        self._turn = 0
        self._fetching: set[bool] = set()

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
        return self.finding.query(self.view_query)

    def asked_for(self) -> Query:
        """The same, understood; while one types its last word goes on."""
        typing = self.finding.line is not None
        return desk_queue.understand(self.console.desk, self.query_text, typing=typing)

    def on_mount(self) -> None:
        """The first rows are read before the first picture, a few milliseconds; counts follow."""
        self.set_focus(self.tickets)
        self._draw_heading()
        self._show(listing.first(self.console.desk, self.asked_for()))
        self.call_after_refresh(lambda: self.console.start(self.recount()))
        self.set_interval(MINUTE_TICK, self.tickets.tick)

    def on_resize(self, event: object) -> None:
        """Names the columns that fit."""

        self.query_one("#columns", Line).ground = "background"
        self.draw_columns()
        self._draw_heading()

    def draw_columns(self) -> None:
        """Names the columns, or what may be typed into the line above them."""
        now = self.console.desk.now() if self.console.exact_times else None
        self.query_one("#columns", Line).show(self.finding.hint or heading(self.app.size.width, exact_at=now))

    def redraw_times(self) -> None:
        """Names of columns and rows."""
        self.draw_columns()
        self.tickets.refresh()

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
        if self.finding.sought:
            return f"{self.finding.nothing()}Esc shows the view again."
        if self.view_name == "Open":
            return "The queue is empty: nobody waits for an answer."
        return f"No tickets in {self.view_name}."

    def _draw_heading(self) -> None:
        here = "" if self.finding.kind == "search" else self.view_name
        names = [view.name for view in VIEWS]
        if here and here not in names:
            names.insert(0, here)
        who = [*self.console.day.heading, (f" {self.console.desk.agent} ", "text")]
        self.head(tabs(names, self._counts, here), who)

    async def recount(self) -> None:
        """Reads the counts of the views, and the saved searches."""
        self._counts, self.finding.saved = await in_thread(_counted, self.console.desk)
        self._draw_heading()

    # Moving

    def targets(self) -> Sequence[int]:
        """The selected tickets, else the one under the cursor."""
        if self._selected:
            return tuple(self._selected)
        row = self.tickets.row
        return () if row is None else (row.number,)

    def labelled(self) -> Labelled:
        """Each row in sight."""
        return self.tickets

    def on_ticket_list_labelled(self, event: TicketList.Labelled) -> None:
        """A row was chosen by its label."""
        if event.opens:
            self.open()

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
        self._show(await in_thread(read, self.console.desk, self.asked_for()), at_end=at_end)

    async def on_ticket_list_wanted(self, event: TicketList.Wanted) -> None:
        """Reads on ahead of the cursor."""
        if event.down not in self._fetching and self.tickets.rows:
            self._fetching.add(event.down)
            self.console.start(self._read_on(event.down, self._turn))

    async def _read_on(self, down: bool, turn: int) -> None:
        edge = self.tickets.rows[-1 if down else 0].cursor
        read = listing.after if down else listing.before
        stretch = await in_thread(read, self.console.desk, self.asked_for(), edge)
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
        self.finding.close()
        self.finding.forget()
        self.show_anew()

    def show_anew(self) -> None:
        """What is shown from now on, read from its head."""
        self.console.start(self.read_anew(), hold=True)

    async def read_anew(self) -> None:
        """The same, to be waited for."""
        self._draw_heading()
        self.stand()
        await self._read(listing.first)

    def show_hits(self, stretch: listing.Stretch) -> None:
        """What was found while one types; a cursor that was moved stays on its ticket."""
        row = self.tickets.row
        self._show(stretch, on=row.number if row is not None and self.tickets.cursor else 0)
        self._draw_heading()

    def show_kept(self, stretch: listing.Stretch) -> None:
        """What a search or filter has found, from its head, now that it is typed."""
        self._draw_heading()
        self.stand()
        self._show(stretch)

    def on_find_line_moved(self, event: FindLine.Moved) -> None:
        """An arrow while typing."""
        self.finding.moved(event.lines)

    def on_find_line_hinted(self, event: FindLine.Hinted) -> None:
        """What may be typed here."""
        self.finding.hint_at(event.words, event.chosen)

    def on_find_line_done(self, event: FindLine.Done) -> None:
        """Enter or Esc."""
        self.finding.done(keep=event.keep)

    def back(self) -> None:
        """Leaves the selection, else the search or filter."""
        if self._selected:
            self.select_none()
        elif self.finding.text or self.finding.kind:
            self.finding.forget()
            self.show_anew()

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
        numbers = await in_thread(
            listing.all_numbers, self.console.desk, self.asked_for(), most=MOST_SELECTED
        )
        self._selected = dict.fromkeys(numbers)
        self._mark()

    def select_none(self) -> None:
        """Drops the selection."""
        self._selected = {}
        self._mark()

    def _mark(self) -> None:
        self.tickets.mark(set(self._selected))
        self.stand()

    def stand(self) -> None:
        """What the message line says for as long as it holds."""
        from tui.widgets.status_line import StatusLine

        standing: list[Piece] = []
        if self._selected:
            standing.append((f" {len(self._selected):,} selected ", "title"))
        if self.finding.sought:
            kind = "Search" if self.finding.kind == "search" else f"{self.view_name}, filtered"
            standing.append((f" {kind}: {self.finding.sought} ", "accent"))
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
        if row is None:
            await self._read(listing.first)
        else:
            stretch = await in_thread(
                listing.around,
                self.console.desk,
                self.asked_for(),
                row.cursor,
                follow=0 if own else row.number,
            )
            if turn == self._turn:
                self._turn += 1
                self._fetching.clear()
                self.tickets.refreshed(stretch, 0 if own else row.number, row.cursor)
                self._tell_empty()
        await self.recount()


def _counted(desk: Desk) -> tuple[Mapping[str, int], tuple[SavedSearch, ...]]:
    from store.desk.searches import saved

    return desk_queue.counts(desk), tuple(saved(desk))
