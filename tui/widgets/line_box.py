"""A box of lines that scrolls, laid out anew for each width; only lines that come out different are sent to the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual.geometry import Offset, Region
from textual.strip import Strip

from tui.formatting.cells import Piece, total
from tui.themes import style
from tui.widgets.drawn import Drawn

Lines = Sequence[Sequence[Piece]]
LayOut = Callable[[int], Lines]
"""Lines for a width in cells; none is wider."""


class LineBox(Drawn):
    """Shows what a `LayOut` gives. `ground` is the colour behind it."""

    DEFAULT_CSS = "LineBox { height: 1fr; width: 1fr; }"

    def __init__(self, *, id: str | None = None, ground: str = "background", can_focus: bool = False) -> None:
        super().__init__(id=id)
        self.ground = ground
        self.can_focus = can_focus
        self._lay_out: LayOut = lambda cells: ()
        self._lines: Lines = ()
        self._top = 0

    def show(self, lay_out: LayOut, *, keep: bool = False) -> None:
        """Shows other lines, from the first one, or with `keep` from where one has scrolled to."""
        self._lay_out = lay_out
        self._update(self._top if keep else 0)

    def _update(self, top: int) -> None:
        if not self.size.width:
            return
        before = self._seen()
        self._lines = self._lay_out(self.size.width)
        self._top = self._clamped(top)
        after = self._seen()
        changed = [y for y in range(self.size.height) if before[y] != after[y]]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def _seen(self) -> list[tuple[Piece, ...]]:
        return [tuple(self._line(y)) for y in range(self.size.height)]

    def _line(self, y: int) -> Sequence[Piece]:
        return self._lines[self._top + y] if self._top + y < len(self._lines) else ()

    def _clamped(self, top: int) -> int:
        return max(0, min(top, len(self._lines) - self.size.height))

    def on_resize(self) -> None:
        """Breaks the lines anew."""
        self._lines = self._lay_out(self.size.width)
        self._top = self._clamped(self._top)
        self.refresh()

    @property
    def text(self) -> str:
        """All it says, for tests and screen readers."""
        return "\n".join("".join(text for text, _ in pieces) for pieces in self._lines)

    @property
    def cursor_cell(self) -> Offset:
        """Where the terminal's cursor belongs in the plain look: on the first line in sight."""
        return self.content_region.offset

    @property
    def hidden_below(self) -> int:
        """Lines below the last one in sight."""
        return max(0, len(self._lines) - self._top - self.size.height)

    def scroll_lines(self, lines: int) -> None:
        """Scrolls, as far as there is something to see."""
        top = self._clamped(self._top + lines)
        if top != self._top:
            self._top = top
            self.refresh()

    def scroll_pages(self, pages: int) -> None:
        """Scrolls by screenfuls, less a line that stays in sight."""
        self.scroll_lines(pages * max(self.size.height - 1, 1))

    def scroll_into_sight(self, line: int) -> None:
        """Scrolls so that a line is the first one shown, as far as that goes."""
        self.scroll_lines(line - self._top)

    def render_line(self, y: int) -> Strip:
        """Textual's line API."""
        cells, theme, pieces = self.size.width, self.app.theme, self._line(y)
        segments = [Segment(text, style(theme, role, self.ground)) for text, role in pieces]
        missing = cells - total(pieces)
        if missing > 0:
            segments.append(Segment(" " * missing, style(theme, "text", self.ground)))
        return Strip(segments).crop(0, cells)

    def on_mouse_scroll_down(self) -> None:
        """Three lines down."""
        self.scroll_lines(3)

    def on_mouse_scroll_up(self) -> None:
        """Three lines up."""
        self.scroll_lines(-3)
