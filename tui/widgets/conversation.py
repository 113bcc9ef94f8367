"""The conversation as a widget: scrolls by lines over laid-out messages of any length (Textual's line API)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import partial
from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip

from store.model import Message as Said
from tui.formatting.cells import total, width
from tui.formatting.conversation import Laid, Line, lay_out
from tui.formatting.links import LINK
from tui.labels import Spot, label_strip
from tui.themes import style
from tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from tui.app import HelptermApp


class Conversation(Drawn, can_focus=True):
    """Shows messages; at first the beginning of the newest one is in sight."""

    class LinkChosen(Message):
        """A link was chosen by its label."""

        def __init__(self, link: str) -> None:
            super().__init__()
            self.link = link

    def __init__(self) -> None:
        super().__init__(id="conversation")
        self.messages: Sequence[Said] = ()
        self.unfolded = self.all_open = False
        self._laid = Laid((), ())
        self._labels: Mapping[tuple[int, int], str] = {}
        self._top = 0
        self._is_new = True
        self._new: Set[int] = frozenset()

    def show(self, messages: Sequence[Said], *, keep: bool = False, new: Set[int] = frozenset()) -> None:
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
        console = cast("HelptermApp", self.app)
        self._laid = lay_out(
            self.messages,
            cells,
            console.desk.now(),
            unfolded=self.unfolded,
            all_open=self.all_open,
            new=self._new,
            exact=console.exact_times,
        )
        if self._is_new and self._laid.starts:
            last = len(self.messages) - 1
            first_new = next((at for at, each in enumerate(self.messages) if each.number in self._new), last)
            self._top = self._laid.starts[first_new]
        self._is_new = False
        self.scroll_lines(0)
        if self._labels:
            self.show_labels(list(self._labels.values()))
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

    def spots(self) -> list[Spot]:
        """The links in sight, each once where it begins; a label copies it."""
        return [partial(self._choose, link) for _, _, link in self._links_in_sight()]

    def show_labels(self, labels: Sequence[str]) -> None:
        """Shows a label over the beginning of each link in sight; none puts them away."""
        places = self._links_in_sight()
        self._labels = {(line, at): label for (line, at, _), label in zip(places, labels, strict=False)}
        self.refresh()

    def _links_in_sight(self) -> list[tuple[int, int, str]]:
        """Line, cell and target of each."""
        found: dict[str, tuple[int, int, str]] = {}
        for index in range(self._top, min(self._top + self.size.height, len(self._laid.lines))):
            at = 0
            for text, role in self._laid.lines[index].pieces:
                if role.startswith(LINK):
                    found.setdefault(role, (index, at, role.removeprefix(LINK)))
                at += width(text)
        return list(found.values())

    def _choose(self, link: str, opens: bool) -> None:
        self.post_message(self.LinkChosen(link))

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
        strip = Strip(segments).crop(0, cells)
        for (line_index, at), label in self._labels.items():
            if line_index == index and label:
                shown = label_strip(label, theme)
                strip = Strip.join([strip.crop(0, at), shown, strip.crop(at + shown.cell_length)])
        return strip

    def on_mouse_scroll_down(self) -> None:
        """Three lines down."""
        self.scroll_lines(3)

    def on_mouse_scroll_up(self) -> None:
        """Three lines up."""
        self.scroll_lines(-3)
