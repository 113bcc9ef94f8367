"""The list of tickets: any length, a few screens of rows at hand, only changed lines redrawn (Textual's line API).

It holds no index into the view, because a queue has none: rows come and go above and below through keyset pages. Where the
cursor nears an edge, `Wanted` asks for what lies beyond, ahead of need.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from rich.segment import Segment
from textual import events
from textual.cache import LRUCache
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip

from store.queue_row import QueueRow
from tui.formatting.cells import fit
from tui.formatting.row import pieces, spoken
from tui.labels import LABEL, Spot, label_strip
from tui.listing import Stretch
from tui.themes import style
from tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from typing import Self

    from tui.app import HelptermApp

KEPT = 1500
"""Rows at hand at most; those farthest from the cursor are let go."""

AHEAD = 60
"""Rows between cursor and edge below which more are asked for."""

CONTEXT = 2
"""Lines that stay in sight when the list turns a page."""


_Drawn = tuple[QueueRow, int, bool, bool, str, Strip]
"""A row as it was drawn: of which row, in which minute, under the cursor, selected, with whom at it."""


class TicketList(Drawn, can_focus=True):
    """Draws the rows it is given and moves a cursor over them."""

    class Wanted(Message):
        """More rows are wanted: below (`down`) or above."""

        def __init__(self, down: bool) -> None:
            super().__init__()
            self.down = down

    class Opened(Message):
        """A row was clicked that has the cursor already."""

    class Labelled(Message):
        """A row was chosen by its label and has the cursor now; `opens` asks to open it."""

        def __init__(self, opens: bool) -> None:
            super().__init__()
            self.opens = opens

    def __init__(self) -> None:
        super().__init__(id="tickets")
        self.styles.height = "1fr"
        self.rows: list[QueueRow] = []
        self.above = self.below = False
        self.cursor = 0
        self.top = 0
        self.marked: set[int] = set()
        self.present: Mapping[str, str] = {}
        self.empty_text = "Reading the queue …"
        self._labels: Mapping[int, str] = {}
        self._owed = 0
        self._drawn: LRUCache[int, _Drawn] = LRUCache(1024)
        self._look: tuple[int, str, bool] = (0, "", False)
        self._lines: dict[int, Strip] = {}

    @property
    def row(self) -> QueueRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    def show(self, stretch: Stretch, *, on: int = 0, at_end: bool = False) -> None:
        """Shows another stretch, the cursor on ticket `on` where it is there, else at the beginning or end.

        The line of the screen on which the cursor stands is kept where that is possible.
        """
        line = self.cursor - self.top
        self.rows = list(stretch.rows)
        self.above, self.below = stretch.above, stretch.below
        self._owed = 0
        found = next((index for index, row in enumerate(self.rows) if row.number == on), -1)
        if found >= 0:
            self.cursor, self.top = found, found - line
        else:
            self.cursor = max(len(self.rows) - 1, 0) if at_end else 0
            self.top = self.cursor if at_end else 0
        self._settle()
        self.redraw()

    def refreshed(self, stretch: Stretch, on: int, place: tuple[int, int]) -> None:
        """Shows the same part of the view as it is now: the cursor stays on ticket `on`, or on what now stands in its place."""
        line = self.cursor - self.top
        self.rows = list(stretch.rows)
        self.above, self.below = stretch.above, stretch.below
        found = next((index for index, row in enumerate(self.rows) if row.number == on), -1)
        if found < 0:
            found = next(
                (index for index, row in enumerate(self.rows) if row.cursor >= place), len(self.rows) - 1
            )
        self.cursor = max(found, 0)
        self.top = self.cursor - line
        self._settle()
        self.redraw()

    def extend(self, stretch: Stretch, *, down: bool) -> None:
        """Adds rows at one end and lets go of those at the other."""
        if down:
            self.rows += stretch.rows
            self.below = stretch.below
            surplus = len(self.rows) - KEPT
            if surplus > 0:
                del self.rows[:surplus]
                self.above = True
                self.cursor -= surplus
                self.top -= surplus
        else:
            self.rows[:0] = stretch.rows
            self.above = stretch.above
            self.cursor += len(stretch.rows)
            self.top += len(stretch.rows)
            if len(self.rows) > KEPT:
                del self.rows[KEPT:]
                self.below = True
        owed, self._owed = self._owed, 0
        if owed:
            self.move(owed)
        else:
            self._settle()
            self.redraw()

    def move(self, lines: int) -> None:
        """Moves the cursor; past the rows at hand it goes on when the next ones have come."""
        if not self.rows:
            return
        wanted = self.cursor + self._owed + lines
        reached = min(max(wanted, 0), len(self.rows) - 1)
        goes_on = (wanted > reached and self.below) or (wanted < reached and self.above)
        self._owed = wanted - reached if goes_on else 0
        old, old_top = self.cursor, self.top
        self.cursor = reached
        self._settle()
        if self.top != old_top:
            self.redraw()
        elif old != reached:
            self._refresh_row(old)
            self._refresh_row(reached)
        self._look_ahead(lines)

    def move_pages(self, pages: int) -> None:
        """Moves by screenfuls, less the lines that stay in sight."""
        self.move(pages * max(self.size.height - CONTEXT, 1))

    def mark(self, numbers: set[int]) -> None:
        """Shows these tickets as selected."""
        self.marked = numbers
        self.redraw()

    def show_present(self, present: Mapping[str, str]) -> None:
        """Shows who else is at a ticket right now, by its id."""
        self.present = present
        self.redraw()

    def spots(self) -> list[Spot]:
        """The rows in sight; a label puts the cursor there, its capital opens the ticket."""
        return [
            partial(self._choose, row.number) for row in self.rows[self.top : self.top + self.size.height]
        ]

    def show_labels(self, labels: Sequence[str]) -> None:
        """Shows a label before each row in sight; none puts them away."""
        in_sight = self.rows[self.top : self.top + self.size.height]
        self._labels = {row.number: label for row, label in zip(in_sight, labels, strict=False)}
        self.redraw()

    def _choose(self, number: int, opens: bool) -> None:
        index = next((at for at, row in enumerate(self.rows) if row.number == number), self.cursor)
        self.move(index - self.cursor)
        self.post_message(self.Labelled(opens))

    def tell_empty(self, text: str) -> None:
        """Says why there is no row."""
        if text != self.empty_text:
            self.empty_text = text
            self.redraw()

    def tick(self) -> None:
        """Draws what the clock has changed, and no other row."""
        self.redraw()

    def _look_ahead(self, lines: int) -> None:
        if lines > 0 and self.below and len(self.rows) - self.cursor < AHEAD + self.size.height:
            self.post_message(self.Wanted(True))
        elif lines < 0 and self.above and self.cursor < AHEAD + self.size.height:
            self.post_message(self.Wanted(False))

    def _settle(self) -> None:
        """Brings the cursor into sight: past an edge the list turns by a screenful, so most moves redraw two lines."""
        height = max(self.size.height, 1)
        context = min(CONTEXT, height - 1)
        if self.cursor < self.top:
            self.top = self.cursor - height + 1 + context
        elif self.cursor >= self.top + height:
            self.top = self.cursor - context
        self.top = max(min(self.top, len(self.rows) - height), 0)

    def on_resize(self) -> None:
        """Keeps the cursor in sight."""
        self._drawn.clear()
        self._lines.clear()
        self._settle()

    def _refresh_row(self, index: int) -> None:
        """Draws a row that the cursor came to or left: in the plain look, where nothing but a mark shows it, only the mark."""
        y = index - self.top
        if 0 <= y < self.size.height:
            self._lines.pop(y, None)
            cells = 2 if cast("HelptermApp", self.app).plain else self.size.width
            self.refresh(Region(0, y, cells, 1))

    @property
    def cursor_cell(self) -> Offset:
        """Where the terminal's cursor belongs in the plain look."""
        return self.content_region.offset + Offset(0, self.cursor - self.top)

    def redraw(self) -> None:
        """Asks for the lines that come out other than they stand on the screen, and for no other."""
        width, height = self.size
        before, self._lines = self._lines, self._drawn_lines(range(height))
        changed = [y for y, line in self._lines.items() if line != before.get(y)]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def refresh(self, *regions: Region, **options: Any) -> Self:
        """Textual's own; without regions everything may look another way."""
        if not regions:
            self._lines.clear()
        return super().refresh(*regions, **options)

    def render_line(self, y: int) -> Strip:
        """Textual's line API; remembers what is on the screen from here on."""
        if y not in self._lines:
            self._lines |= self._drawn_lines([y])
        return self._lines[y]

    def _drawn_lines(self, lines: Iterable[int]) -> dict[int, Strip]:
        """The lines as they are to be drawn now."""
        cells, console = self.size.width, cast("HelptermApp", self.app)
        now = console.desk.now()
        if self._look != (cells, console.theme, console.exact_times):
            self._look = (cells, console.theme, console.exact_times)
            self._drawn.clear()
        return {y: self._line(y, cells, now, console) for y in lines}

    def _line(self, y: int, cells: int, now: int, console: HelptermApp) -> Strip:
        index = self.top + y
        if index >= len(self.rows):
            text = self.empty_text if not self.rows and y == min(2, self.size.height - 1) else ""
            return Strip([Segment(fit("   " + text, cells), style(console.theme, "muted"))], cells)
        row = self.rows[index]
        drawn = self._row(row, index, cells, now, console)
        label = self._labels.get(row.number)
        if not label:
            return drawn
        behind = drawn.crop(2, cells - LABEL + 2) if console.plain else drawn.crop(LABEL)
        return Strip.join([label_strip(label, console.theme), behind])

    def _row(self, row: QueueRow, index: int, cells: int, now: int, console: HelptermApp) -> Strip:
        is_cursor, is_marked = index == self.cursor, row.number in self.marked
        known = self._drawn.get(row.number)
        wanted = (now // 60_000, is_cursor, is_marked, self.present.get(row.id, ""))
        if known is not None and known[0] == row and known[1:5] == wanted:
            return known[5]
        strip = self._strip(row, cells, now, console, is_cursor, is_marked)
        self._drawn[row.number] = (row, *wanted, strip)
        return strip

    def _strip(
        self, row: QueueRow, cells: int, now: int, console: HelptermApp, is_cursor: bool, is_marked: bool
    ) -> Strip:
        present = self.present.get(row.id, "")
        if console.plain:
            drawn = spoken(
                row,
                cells,
                now,
                console.desk.agent,
                marked=is_marked,
                present=present,
                exact=console.exact_times,
            )
            mark = "> " if is_cursor else "  "
            return Strip([Segment(mark), *(Segment(text) for text, _ in drawn[1:])], cells)
        ground = "cursor" if is_cursor else "background"
        drawn = pieces(
            row, cells, now, console.desk.agent, marked=is_marked, present=present, exact=console.exact_times
        )
        segments = [Segment(text, style(console.theme, role, ground)) for text, role in drawn]
        if is_cursor:
            text, role = drawn[0]
            segments[:1] = [
                Segment("▌", style(console.theme, "accent", ground)),
                Segment(text[1:], style(console.theme, role, ground)),
            ]
        return Strip(segments, cells)

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor on a row; a click on the row under the cursor opens it."""
        index = self.top + event.y
        if index >= len(self.rows):
            return
        if index == self.cursor:
            self.post_message(self.Opened())
        else:
            self.move(index - self.cursor)

    def on_mouse_scroll_down(self) -> None:
        """Moves three rows down."""
        self.move(3)

    def on_mouse_scroll_up(self) -> None:
        """Moves three rows up."""
        self.move(-3)
