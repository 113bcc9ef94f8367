"""A widget of one line: pieces at its left, pieces at its right, redrawn only when they change."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tui.formatting.cells import Piece, line
from tui.themes import style


class Line(Widget):
    """One line of pieces; `ground` is the colour behind it."""

    ground = "surface"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: Sequence[Piece] = ()
        self._right: Sequence[Piece] = ()

    def show(self, left: Sequence[Piece], right: Sequence[Piece] = ()) -> None:
        """Draws other pieces."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    @property
    def text(self) -> str:
        """What it says, for tests and screen readers."""
        return "".join(text for text, _ in (*self._left, *self._right))

    def render_line(self, y: int) -> Strip:
        """Textual's line API."""
        cells = self.size.width
        theme = self.app.theme
        return Strip(
            [
                Segment(text, style(theme, role, self.ground))
                for text, role in line(self._left, self._right, cells)
            ],
            cells,
        )
