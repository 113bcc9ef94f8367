"""What every application of the console draws on: the looks, none of their colours where none are wanted, the plain look."""

from __future__ import annotations

import os
from typing import TypeVar

from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.geometry import Offset

from tui.look import DEFAULT, LOOKS
from tui.themes import PREFIX, themes

Result = TypeVar("Result")


class Surface(App[Result]):
    """An App in one of our looks. `plain` as in `store.config.Console`."""

    def __init__(self, look: str, *, plain: bool = False, driver_class: type[Driver] | None = None) -> None:
        self._text_cursor = Offset(0, 0)
        self.plain = plain
        super().__init__(driver_class=driver_class)
        self.animation_level = "none"
        self._draw_with_less()
        for each in themes():
            self.register_theme(each)
        self.set_reactive(Surface.theme, PREFIX + (look if look in LOOKS else DEFAULT))
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(plain, "-plain", update=False)

    def _draw_with_less(self) -> None:
        """NO_COLOR (no-color.org) means the terminal's own two colours, not Textual's greys."""
        if self.plain or os.environ.get("NO_COLOR"):
            from textual.filter import Monochrome

            from tui.plain import BareFilter

            kept: list[LineFilter] = [each for each in self._filters if not isinstance(each, Monochrome)]
            self._filters = [*kept, BareFilter(letters=self.plain)]

    @property
    def cursor_position(self) -> Offset:
        """Where Textual leaves the terminal's cursor: in the text that is typed; in the plain look on whatever has the focus."""
        if not self.plain or not self.screen_stack:
            return self._text_cursor
        from tui.plain import cursor_cell

        return cursor_cell(self.screen) or self._text_cursor

    @cursor_position.setter
    def cursor_position(self, cell: Offset) -> None:
        self._text_cursor = cell

    def on_ready(self) -> None:
        """The first screen stands: in the plain look the terminal's cursor is ours."""
        if self.plain:
            from tui.plain import take_terminal

            take_terminal(self)
