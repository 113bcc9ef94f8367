"""Bars with their values above and their names below, drawn by plotext; two series differ by pattern, not by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text
from textual_plotext import PlotextPlot

from tui.look import colour, look_named
from tui.themes import PREFIX

SOLID, SHADED = "hd", "▒"
"""Plotext's marker of half a cell, and a pattern of whole cells."""


FOOT = 2
"""Halves of a cell below the bars, for their names."""


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one kind, the marker and the role of their colour."""

    values: tuple[int, ...]
    marker: str
    role: str


class BarChart(PlotextPlot):
    """`stacked` draws the second series as a part of the first, else the series stand side by side.

    Bars begin and end with cells, so that they are all of one width.
    """

    DEFAULT_CSS = "BarChart { width: 1fr; height: 1fr; }"

    def __init__(self, *, id: str | None = None, stacked: bool = False) -> None:
        super().__init__(id=id)
        self.theme = "clear"
        self._stacked = stacked
        self._names: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = ()

    def show(self, names: Sequence[str], *series: Series) -> None:
        """Draws other bars."""
        self._names, self._series = tuple(names), series
        self.refresh()

    def render(self) -> Text:
        """Draws for the size there is."""
        width, height = self.size
        if not self._names or width < 2 * len(self._names) or height < 4:
            return Text("")
        plt: Any = self.plt
        plt.clear_figure()
        plt.theme("clear")
        plt.frame(False)
        plt.xlim(0, 2 * width - 1)
        plt.ylim(0, 2 * height - 1)
        plt.xfrequency(0)
        plt.yfrequency(0)
        step = width // len(self._names)
        groups = 1 if self._stacked else len(self._series)
        cells = max(1, (step * 3 // 4) // groups)
        lead = (step - groups * cells) // 2
        for place, series in enumerate(self._series):
            offset = lead + (0 if self._stacked else place * cells)
            self._draw(series, offset, cells, step, label=not self._stacked or place == 0)
        for at, name in enumerate(self._names):  # plotext would leave out names that nearly meet
            name = name[: step - 1]
            start = at * step + (step - len(name)) // 2
            plt.text(name, 2 * start, 0, alignment="left")
        drawn = super().render()
        assert isinstance(drawn, Text)
        return drawn

    def _draw(self, series: Series, offset: int, cells: int, step: int, *, label: bool) -> None:
        """One series, its bars beginning `offset` cells into each step."""
        most = max(max(each.values) for each in self._series) or 1
        room = self.size.height - 2
        look = look_named(self.app.theme.removeprefix(PREFIX))
        plt: Any = self.plt  # its own annotations are narrower than what it takes
        red, green, blue = (int(colour(look, series.role)[at : at + 2], 16) for at in (1, 3, 5))
        for at, value in enumerate(series.values):
            first = 2 * (at * step + offset)
            top = _halves(value, most, room, whole=series.marker != SOLID)
            if value:
                plt.rectangle(
                    [first, first + 2 * cells - 1],
                    [FOOT, FOOT + top - 1],
                    marker=series.marker,
                    color=(red, green, blue),
                    fill=True,
                )
            if label:
                above = FOOT + top + (1 if top % 2 == 0 else 2)
                start = at * step + offset + (cells - len(str(value))) // 2
                plt.text(str(value), 2 * start, above, alignment="left")


def _halves(value: int, most: int, room: int, *, whole: bool) -> int:
    """The height of a bar in halves of a cell, at least one where there is anything; `whole` for a marker without halves."""
    if not value:
        return 0
    if whole:
        return 2 * max(1, round(value / most * room))
    return max(1, round(value / most * 2 * room))
