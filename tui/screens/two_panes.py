"""A screen of a list and of what is under its cursor: beside it where there is room, else below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets.option_list import Option

from tui.labels import Labelled
from tui.screens.base import DeskScreen
from tui.widgets.line_box import LineBox, Lines
from tui.widgets.options import Options

WIDE = 110


class TwoPanes(DeskScreen):
    """Subclasses fill the list and say what lies behind each entry. `pane` and `detail` are the ids of their widgets."""

    pane = ""
    detail = ""

    def body(self) -> Iterable[Widget]:
        """The list and what is under its cursor."""
        with Container(id=self.pane):
            yield Options(self._enter)
            yield LineBox(id=self.detail, ground="surface")

    @property
    def options(self) -> Options:
        """The list."""
        return self.query_one(Options)

    def labelled(self) -> Labelled:
        """Each entry in sight."""
        return self.options

    def _enter(self) -> None:
        """What Enter does here."""
        command = self.console.keys.find(self.where, ("enter",))
        if command is not None:
            self.console.run_command(command)

    @property
    def at(self) -> int:
        """The place of the cursor; -1 in an empty list."""
        found = self.options.highlighted
        return -1 if found is None else found

    def fill(self, entries: Sequence[Content], empty: str, *, on: int = 0) -> None:
        """Shows other entries, the cursor on one of them; `empty` says why there are none."""
        options = self.options
        options.clear_options()
        options.add_options([Option(each) for each in entries] or [Option(Content(empty), disabled=True)])
        options.highlighted = max(0, min(on, len(entries) - 1)) if entries else None
        self.show_detail()
        self.set_focus(options)

    def lines(self, cells: int) -> Lines:
        """What is under the cursor, in lines."""
        raise NotImplementedError

    def show_detail(self) -> None:
        """Draws what is under the cursor."""
        self.query_one(f"#{self.detail}", LineBox).show(self.lines)

    def on_option_list_option_highlighted(self) -> None:
        """The cursor moved."""
        self.show_detail()

    def on_resize(self, event: events.Resize) -> None:
        """Puts the panes side by side where there is room."""
        super().on_resize(event)
        self.set_class(self.is_wide(event.size.width, WIDE), "-wide")

    def move_lines(self, lines: int) -> None:
        """Moves the cursor."""
        self._move_to(self.at + lines)

    def move_pages(self, pages: int) -> None:
        """Moves by screenfuls."""
        self._move_to(self.at + pages * max(1, self.options.size.height - 1))

    def move_to_top(self) -> None:
        """The first entry."""
        self._move_to(0)

    def move_to_bottom(self) -> None:
        """The last entry."""
        self._move_to(self.options.option_count - 1)

    def _move_to(self, place: int) -> None:
        if self.at >= 0:
            self.options.highlighted = max(0, min(place, self.options.option_count - 1))
