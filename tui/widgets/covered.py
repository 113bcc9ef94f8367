"""Containers of which nothing shows, because their children cover all of them."""

from __future__ import annotations

from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Covered(Widget):
    """Draws one blank line as often as it is high. Textual draws each of them, border and all, before it is covered."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Textual's line API, for many lines at once."""
        if (
            self.app.no_color or self.styles.gutter
        ):  # a too small screen does show, and must have no colour then
            return super().render_lines(crop)
        return [Strip.blank(crop.width, self.rich_style)] * crop.height


class Columns(Horizontal, Covered):
    """Children side by side."""


class Rows(Vertical, Covered):
    """Children one above the other."""
