"""The panel below the editor: the meter of own words, what the gate found, and a pointer that goes from finding to finding."""

from __future__ import annotations

from textual.app import ComposeResult

from store.model import Finding, Review
from tui.formatting import review as review_lines
from tui.formatting.cells import Piece
from tui.widgets.covered import Rows
from tui.widgets.line import Line
from tui.widgets.line_box import LineBox

ROOMY = 10
"""Lines from which findings are shown whole; in a lower panel only the one that is pointed at."""


class ReviewPanel(Rows):
    """Shows one review after the other; only lines that differ are drawn."""

    def __init__(self) -> None:
        super().__init__(id="review")
        self._review: Review | None = None
        self._on = -1

    def compose(self) -> ComposeResult:
        """The meter, which stays in sight, and the findings, which scroll."""
        yield Line(id="meter")
        yield LineBox(id="findings", ground="surface")

    @property
    def _box(self) -> LineBox:
        return self.query_one("#findings", LineBox)

    @property
    def text(self) -> str:
        """All it says, for tests and screen readers."""
        return f"{self.query_one('#meter', Line).text}\n{self._box.text}"

    def show(self, review: Review) -> None:
        """Shows another review; the pointer stays as far as there are findings."""
        self._review = review
        self._on = min(self._on, len(review.findings) - 1)
        self.query_one("#meter", Line).show(review_lines.head(review))
        self._box.show(self._lines, keep=True)

    def _lines(self, cells: int) -> list[list[Piece]]:
        return [line for part in self._sections(cells) for line in part]

    def _sections(self, cells: int) -> list[list[list[Piece]]]:
        if self._review is None:
            return []
        return review_lines.sections(self._review, cells, on=self._on, brief=self.size.height < ROOMY)

    def next(self) -> Finding | None:
        """Points at the next finding, the first after the last, and scrolls to it; None when there is none."""
        if self._review is None or not self._review.findings:
            return None
        self._on = (self._on + 1) % len(self._review.findings)
        self._box.show(self._lines, keep=True)
        before = self._sections(self._box.size.width)[: self._on]
        self._box.scroll_into_sight(sum(map(len, before)))
        return self._review.findings[self._on]
