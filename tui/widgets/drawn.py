"""A widget that draws its own lines from edge to edge, in the console's own colours."""

from __future__ import annotations

from textual.filter import ANSIToTruecolor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Drawn(Widget):
    """Subclasses give whole lines in `render_line`, as wide as the widget.

    For each line Textual would look up border, padding, outline, tint, hatch and opacity, which takes longer than drawing
    the line. Where the style sheet gives such a widget a border all the same, it is left to Textual.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Textual's line API, for many lines at once."""
        if self.styles.gutter:
            return super().render_lines(crop)
        strips = [self.render_line(y) for y in crop.line_range]
        filters = [each for each in self.get_line_filters() if not isinstance(each, ANSIToTruecolor)]
        if filters:  # NO_COLOR; all colours of a look are true ones already
            ground = self.background_colors[1]
            for each in filters:
                strips = [strip.apply_filter(each, ground) for strip in strips]
        first, last = crop.column_span
        if (first, last) != (0, self.size.width):
            strips = [strip.crop(first, last) for strip in strips]
        return strips
