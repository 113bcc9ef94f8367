"""The strip above the message line in which the tutor speaks; it has lines of its own and covers nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tui.formatting.cells import Piece, line
from tui.formatting.wrapping import wrapped
from tui.widgets.line_box import LineBox

if TYPE_CHECKING:
    from tui.app import HelptermApp


class TutorStrip(LineBox):
    """A heading with the way past the step, and what to do in two lines."""

    DEFAULT_CSS = "TutorStrip { height: 3; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__(ground="cursor")

    def on_mount(self) -> None:
        """Says the present step."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Says what is to be done now."""
        self.show(self._lines_of)

    def _lines_of(self, cells: int) -> list[list[Piece]]:
        tutor = cast("HelptermApp", self.app).tutor
        if tutor is None:
            return []
        head = line([(f" {tutor.heading()}", "title")], [(f"{tutor.hint()} ", "muted")], cells)
        return [head, *([(f" {each}", "text")] for each in wrapped(tutor.text(), max(cells - 2, 20)))]
