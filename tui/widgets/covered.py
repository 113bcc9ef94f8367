"""Containers of which nothing shows, because their children cover all of them."""

from __future__ import annotations

from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.themes import style
from tui.widgets.drawn import filters_for


class Covered(Widget):
    """Draws one blank line as often as it is high. Textual draws each of them, border and all, before it is covered."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Textual's line API, for many lines at once."""
        if self.styles.gutter or filters_for(self):  # a border shows, and so does a screen that is too small
            return super().render_lines(crop)
        return [Strip.blank(crop.width, style(self.app.theme, "text"))] * crop.height


class Columns(Horizontal, Covered):
    """Children side by side."""


class Rows(Vertical, Covered):
    """Children one above the other."""
