"""A list of entries of which each in sight can be given a label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.strip import Strip
from textual.widgets import OptionList

from tui.labels import LABEL, Spot, label_strip

if TYPE_CHECKING:
    from tui.app import HelptermApp


class Options(OptionList):
    """Textual's list, without markup; a label puts the cursor on its entry, and its capital does what Enter does there."""

    def __init__(self, on_chosen: Callable[[], None]) -> None:
        super().__init__(markup=False, compact=True)
        self._on_chosen = on_chosen
        self._labels: dict[int, str] = {}

    def spots(self) -> list[Spot]:
        """The entries in sight."""
        return [partial(self._choose, place) for place in self._in_sight().values()]

    def show_labels(self, labels: Sequence[str]) -> None:
        """Shows a label before each entry in sight; none puts them away."""
        self._labels = dict(zip(self._in_sight(), labels, strict=False))
        self.refresh()

    def _in_sight(self) -> dict[int, int]:
        """Line of the widget -> entry that begins there."""
        top = self.scroll_offset.y
        lines = {line - top: place for place, line in self._index_to_line.items()}
        return {
            y: place
            for y, place in sorted(lines.items())
            if 0 <= y < self.size.height and not self.options[place].disabled
        }

    def _choose(self, place: int, opens: bool) -> None:
        self.highlighted = place
        if opens:
            self._on_chosen()

    def render_line(self, y: int) -> Strip:
        """Textual's line API."""
        strip = super().render_line(y)
        label = self._labels.get(y)
        if not label:
            return strip
        shifted = strip.crop(
            0, max(strip.cell_length - LABEL, 0)
        )  # what an entry begins with says how it stands
        return Strip.join([label_strip(label, cast("HelptermApp", self.app).theme), shifted])
