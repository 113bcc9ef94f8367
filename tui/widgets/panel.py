"""A column of lines beside the conversation."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.strip import Strip

from tui.formatting.cells import Piece, total
from tui.themes import style
from tui.widgets.drawn import Drawn


class Panel(Drawn):
    """Draws lines that fit its width, as many as it is high."""

    def __init__(self) -> None:
        super().__init__(id="panel")
        self._lines: Sequence[Sequence[Piece]] = ()

    def show(self, lines: Sequence[Sequence[Piece]]) -> None:
        """Draws other lines."""
        self._lines = lines
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Textual's line API."""
        cells = self.size.width
        pieces = self._lines[y] if y < len(self._lines) else ()
        theme = self.app.theme
        segments = [Segment(text, style(theme, role, "surface")) for text, role in pieces]
        segments.append(Segment(" " * max(cells - total(pieces), 0), style(theme, "text", "surface")))
        return Strip(segments).crop(0, cells)
