"""The plain look, for screen readers and slow links: no colours, no boxes, the terminal's cursor on what has the focus."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Offset
from textual.widgets import OptionList

from tui.look import LOOKS
from tui.thrift import Thrift

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

_SHOW_CURSOR = "\x1b[?25h"

_LETTERS = (
    dict.fromkeys(range(0x2500, 0x2580), " ")
    | dict.fromkeys(range(0x2580, 0x25A0), "#")
    | str.maketrans("▸▾→←↑↓✗✓·░", ">v><^vx+-.")
)
"""Lines and boxes as blanks, bars and marks as letters that every screen reader says: one cell for one cell."""

_UNDER_CURSOR = frozenset(look["cursor"] for look in LOOKS.values())


class BareFilter(LineFilter):
    """Leaves of a style what a terminal without colours can show; what is under the cursor of a list is reversed.

    With `letters` the signs go too that a screen reader does not say.
    """

    def __init__(self, *, letters: bool) -> None:
        super().__init__()
        self._letters = _LETTERS if letters else {}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Textual's filter of lines."""
        return [
            Segment(text.translate(self._letters), None if style is None else _plain(style), control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _plain(style: Style) -> Style:
    behind = (
        style.bgcolor.triplet.hex if style.bgcolor is not None and style.bgcolor.triplet is not None else ""
    )
    return Style(
        bold=style.bold or None,
        underline=style.underline or None,
        reverse=(style.reverse or behind in _UNDER_CURSOR) or None,
        link=style.link,
    )


def take_terminal(app: App[Any]) -> None:
    """Shows the cursor, which Textual hides, now and whenever another program had the terminal; saves bytes from now on."""
    driver = app._driver
    if driver is None:
        return
    thrift = Thrift()
    write = driver.write
    size = [app.size]

    def write_less(data: str) -> None:
        if size[0] != app.size:
            size[0] = app.size
            thrift.forget()
        write(thrift.lean(data, app.size.width))

    def begin(_: object = None) -> None:
        thrift.forget()
        write(_SHOW_CURSOR)

    vars(driver)["write"] = write_less
    app.app_resume_signal.subscribe(app, begin)
    begin()


def cursor_cell(screen: Screen[object]) -> Offset | None:
    """The cell in which the terminal's cursor belongs: the screen or the widget with the focus says so; None in a text field,
    which puts the cursor itself.
    """
    for each in (screen, screen.focused):
        cell: Offset | None = getattr(each, "cursor_cell", None)
        if cell is not None:
            return cell
    return of_options(screen.focused) if isinstance(screen.focused, OptionList) else None


def of_options(options: OptionList) -> Offset | None:
    """The cell of the highlighted option."""
    if options.highlighted is None:
        return None
    line = options._index_to_line.get(options.highlighted, 0)
    return options.content_region.offset + Offset(0, line - options.scroll_offset.y)
