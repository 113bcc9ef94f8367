"""Small charts in lines of text: a bar with eighths of a cell, a spark line of eight heights."""

from __future__ import annotations

from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉"
_HEIGHTS = " ▁▂▃▄▅▆▇█"


def bar(share: float, cells: int) -> str:
    """A bar for a share (0 to 1) of `cells` cells. What is more than nothing shows at least an eighth of a cell."""
    eighths = round(max(0.0, min(share, 1.0)) * cells * 8)
    if share > 0:
        eighths = max(eighths, 1)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def height(value: float, most: float) -> str:
    """One cell of a spark line: blank for nothing, full for `most`; what is more than nothing is at least the lowest step."""
    if value <= 0 or most <= 0:
        return _HEIGHTS[0]
    return _HEIGHTS[max(1, min(8, round(value / most * 8)))]


def spark(values: Sequence[float]) -> str:
    """A spark line, a cell for each value, the highest value full."""
    most = max(values, default=0)
    return "".join(height(value, most) for value in values)
