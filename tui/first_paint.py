"""The first picture: the head of the queue in plain terminal output, before Textual is loaded, which then takes over in place.

The picture is drawn with the same rows, colours and layout that the queue screen uses, so taking over changes nothing that
can be seen. The terminal is in raw mode from here on, so keys that are typed meanwhile wait in it. Imports only what it
draws with; nothing here may raise for a desk or a configuration that is not in order: the console will say what is wrong.
"""

from __future__ import annotations

import os
import sys
import time

from store.glance import Glance, glance
from tui.formatting.cells import line
from tui.formatting.heading import tabs
from tui.formatting.row import heading, pieces
from tui.look import BOLD, Look, colour, look_named

TYPE_CHECKING = False  # as in `tui.formatting.cells`
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from tui.formatting.cells import Piece

FOOT = 2
"""Lines below the list: one for messages, one for commands."""

LEAST = (80, 24)
"""Columns and lines below which the console has something to say before it shows anything."""

ALTERNATE_SCREEN = "\x1b[?1049h"
_BEGIN = f"{ALTERNATE_SCREEN}\x1b[?25l\x1b[?7l\x1b[H"
_END = "\x1b[?7h\x1b[?1049l\x1b[?25h"


class FirstPaint:
    """Puts the picture on the terminal when entered, and puts the terminal back when left."""

    drawn: FirstPaint | None = None
    """The picture that stands on the terminal now, for the console to take over."""

    def __init__(self, path: str, agent: str, theme: str, *, plain: bool = False) -> None:
        self._path = path
        self._agent = agent
        self._theme = theme
        self._plain = plain
        self.glance: Glance | None = None
        self.attributes: list[Any] | None = None
        """The terminal's settings before (termios)."""

    def __enter__(self) -> FirstPaint:
        """Draws, where there is a desk to draw and a terminal to draw on."""
        if (
            self._plain
            or os.name == "nt"
            or not (sys.stdin.isatty() and sys.stderr.isatty())
            or not os.path.isfile(self._path)
        ):
            return self
        try:
            size = os.get_terminal_size(sys.stderr.fileno())
        except OSError:
            return self
        if size.columns < LEAST[0] or size.lines < LEAST[1]:
            return self
        now = _now()
        self.glance = glance(self._path, self._agent, now, max(size.lines - FOOT - 2, 1))
        if self.glance is not None and self.glance.rows:
            self._make_raw()
            _write(
                _BEGIN
                + picture(self.glance, size.columns, size.lines, now, self._agent, look_named(self._theme))
            )
            FirstPaint.drawn = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Puts the terminal back as it was, unless nothing was drawn."""
        if self.attributes is None:
            return
        import termios

        if FirstPaint.drawn is self:
            _write(_END)
            FirstPaint.drawn = None
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self.attributes)

    def _make_raw(self) -> None:
        """No echo, no lines, no signals: what is typed waits for the console."""
        import termios

        descriptor = sys.stdin.fileno()
        self.attributes = termios.tcgetattr(descriptor)
        raw = termios.tcgetattr(descriptor)
        raw[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        termios.tcsetattr(descriptor, termios.TCSANOW, raw)


def picture(glance: Glance, columns: int, lines: int, now: int, agent: str, look: Look) -> str:
    """The queue screen as terminal output, one line after the other from the top left."""
    out = [
        _paint(
            look,
            line(tabs(glance.counts, glance.counts, "Open"), [(f" {agent} ", "text")], columns),
            "surface",
        ),
        _paint(look, heading(columns), "background"),
    ]
    for position, row in enumerate(glance.rows):
        drawn = pieces(row, columns, now, agent)
        if position == 0:
            text, role = drawn[0]
            drawn[:1] = [("▌", "accent"), (text[1:], role)]
        out.append(_paint(look, drawn, "cursor" if position == 0 else "background"))
    blank: list[Piece] = [(" " * columns, "text")]
    out += [_paint(look, blank, "background")] * (lines - 1 - len(out))
    return "\r\n".join([*out[: lines - 1], _paint(look, blank, "surface")])


def _paint(look: Look, drawn: list[Piece], ground: str) -> str:
    if not _has_colours():
        return "".join(f"\x1b[1m{text}\x1b[0m" if role in BOLD else text for text, role in drawn)
    behind = _rgb(look[ground])
    return "".join(
        f"\x1b[{'1;' if role in BOLD else ''}38;2;{_rgb(colour(look, role))};48;2;{behind}m{text}\x1b[0m"
        for text, role in drawn
    )


def _rgb(hexadecimal: str) -> str:
    return ";".join(str(int(hexadecimal[at : at + 2], 16)) for at in (1, 3, 5))


def _has_colours() -> bool:
    """True where the picture may use all colours; elsewhere it is drawn without any."""
    return os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") and "NO_COLOR" not in os.environ


def _now() -> int:
    """Now in ms, or when the desk's clock was told to stand still."""
    if os.environ.get("HELPTERM_NOW"):
        from store.clock import system_clock

        return system_clock()()
    return time.time_ns() // 1_000_000


def _write(text: str) -> None:
    data = text.encode()
    while data:
        data = data[os.write(sys.stderr.fileno(), data) :]
