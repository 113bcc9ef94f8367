"""Something to read on a screen of its own: a brief, a report."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from tui.commands.command import Where
from tui.screens.base import DeskScreen
from tui.widgets.line_box import LayOut, LineBox


class PaperScreen(DeskScreen):
    """Lines that scroll, laid out for the width there is."""

    where = Where.SHIFT
    CSS_PATH = "paper.tcss"

    def __init__(self, title: str, lay_out: LayOut) -> None:
        super().__init__()
        self._title = title
        self._lay_out = lay_out

    def body(self) -> Iterable[Widget]:
        """The lines."""
        yield LineBox(id="paper", can_focus=True)

    @property
    def paper(self) -> LineBox:
        """What is to be read."""
        return self.query_one(LineBox)

    def on_mount(self) -> None:
        """Shows it."""
        self.head([(f" {self._title} ", "title")], [(f" {self.console.desk.agent} ", "text")])
        self.set_focus(self.paper)
        self.call_after_refresh(self.paper.show, self._lay_out)

    def move_lines(self, lines: int) -> None:
        """Scrolls."""
        self.paper.scroll_lines(lines)

    def move_pages(self, pages: int) -> None:
        """Scrolls by screenfuls."""
        self.paper.scroll_pages(pages)

    def move_to_top(self) -> None:
        """The first line."""
        self.paper.scroll_into_sight(0)

    def move_to_bottom(self) -> None:
        """The last line."""
        self.paper.scroll_lines(self.paper.hidden_below)
