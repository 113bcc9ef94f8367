"""A widget that draws its own lines from edge to edge, in the console's own colours."""

from __future__ import annotations

from collections.abc import Sequence

from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def filters_for(widget: Widget) -> list[LineFilter]:
    """What lines in the colours of a look still go through: the filters for terminals without colours.

    Textual's own for terminal colours has nothing to do on true colours, and takes a look at each piece of a line.
    """
    return [each for each in widget.get_line_filters() if not isinstance(each, ANSIToTruecolor)]


class Drawn(Widget):
    """Subclasses give whole lines in `render_line`, as wide as the widget.

    For each line Textual would look up border, padding, outline, tint, hatch and opacity, which takes longer than drawing
    the line. Where the style sheet gives such a widget a border all the same, it is left to Textual.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Textual's line API, for many lines at once."""
        if self.styles.gutter:
            return super().render_lines(crop)
        return self._finished([self.render_line(y) for y in crop.line_range], crop, filters_for(self))

    def _finished(self, strips: list[Strip], crop: Region, filters: Sequence[LineFilter]) -> list[Strip]:
        """Whole lines as they go to the screen: in the colours that the terminal has, as wide as is asked for."""
        if filters:
            ground = self.background_colors[1]
            for each in filters:
                strips = [strip.apply_filter(each, ground) for strip in strips]
        first, last = crop.column_span
        if (first, last) != (0, self.size.width):
            strips = [strip.crop(first, last) for strip in strips]
        return strips
