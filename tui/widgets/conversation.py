"""The conversation as a widget: scrolls by lines over laid-out messages of any length (Textual's line API)."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from textual.geometry import Offset
from textual.strip import Strip

from store.model import Message
from tui.formatting.cells import total
from tui.formatting.conversation import Laid, Line, lay_out
from tui.themes import style
from tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from tui.app import HelptermApp


class Conversation(Drawn, can_focus=True):
    """Shows messages; at first the beginning of the newest one is in sight."""

    def __init__(self) -> None:
        super().__init__(id="conversation")
        self.messages: Sequence[Message] = ()
        self.unfolded = self.all_open = False
        self._laid = Laid((), ())
        self._top = 0
        self._is_new = True
        self._new: Set[int] = frozenset()

    def show(self, messages: Sequence[Message], *, keep: bool = False, new: Set[int] = frozenset()) -> None:
        """Shows other messages, or with `keep` the same ones as they are now, without scrolling.

        Those in the rows `new` are marked so, and the first of them is brought into sight.
        """
        self._new = new
        grown = len(messages) != len(self.messages)
        self.messages = messages
        self._is_new = not keep or grown
        self._lay_out()

    def toggle_folds(self) -> bool:
        """Shows or hides quotes and signatures; the answer says which."""
        self.unfolded = not self.unfolded
        self._lay_out()
        return self.unfolded

    def toggle_older(self) -> bool:
        """Shows older messages in full, or as a line each; the answer says which."""
        self.all_open = not self.all_open
        self._is_new = True
        self._lay_out()
        return self.all_open

    def on_resize(self) -> None:
        """Breaks the lines anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        cells = self.size.width
        if not cells:
            return
        now = cast("HelptermApp", self.app).desk.now()
        self._laid = lay_out(
            self.messages, cells, now, unfolded=self.unfolded, all_open=self.all_open, new=self._new
        )
        if self._is_new and self._laid.starts:
            last = len(self.messages) - 1
            first_new = next((at for at, each in enumerate(self.messages) if each.number in self._new), last)
            self._top = self._laid.starts[first_new]
        self._is_new = False
        self.scroll_lines(0)
        self.refresh()

    def scroll_lines(self, lines: int) -> None:
        """Scrolls, as far as there is something to see."""
        lowest = max(len(self._laid.lines) - self.size.height, 0)
        top = min(max(self._top + lines, 0), lowest)
        if top != self._top:
            self._top = top
            self.refresh()

    def scroll_pages(self, pages: int) -> None:
        """Scrolls by screenfuls, less two lines that stay in sight."""
        self.scroll_lines(pages * max(self.size.height - 2, 1))

    def scroll_to_edge(self, *, end: bool) -> None:
        """The first or the last line."""
        self.scroll_lines((1 if end else -1) * len(self._laid.lines))

    @property
    def cursor_cell(self) -> Offset:
        """Where the terminal's cursor belongs in the plain look: on the first line in sight."""
        return self.content_region.offset

    @property
    def hidden_below(self) -> int:
        """Lines below the last one in sight."""
        return max(len(self._laid.lines) - self._top - self.size.height, 0)

    def render_line(self, y: int) -> Strip:
        """Textual's line API."""
        cells = self.size.width
        index = self._top + y
        line = self._laid.lines[index] if index < len(self._laid.lines) else Line(())
        theme = self.app.theme
        ground = "note" if line.is_note else "background"
        segments = [Segment(text, style(theme, role, ground)) for text, role in line.pieces]
        missing = cells - total(line.pieces)
        if missing > 0:
            segments.append(Segment(" " * missing, style(theme, "text", ground)))
        return Strip(segments).crop(0, cells)

    def on_mouse_scroll_down(self) -> None:
        """Three lines down."""
        self.scroll_lines(3)

    def on_mouse_scroll_up(self) -> None:
        """Three lines up."""
        self.scroll_lines(-3)
