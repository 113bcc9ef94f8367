"""The footer: the commands of this screen with their keys; after a prefix, what may follow, in as many lines as that takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from tui.commands.command import Command, Where
from tui.commands.keys import Sequence_, shown, shown_key
from tui.commands.registry import available
from tui.formatting.cells import Piece, line, total
from tui.themes import style
from tui.widgets.line import Line

if TYPE_CHECKING:
    from tui.app import HelptermApp

_Entry = tuple[str, str, Command]
"""A key, what it is called here, and the command behind it."""

_Spot = tuple[int, int, int, Command]
"""Line, first cell, end, and the command that a click there runs."""


def _entry(key: str, label: str) -> list[Piece]:
    return [(f" {key} ", "title"), (f"{label} ", "text")]


def _lines(entries: Sequence[_Entry], left: Piece, cells: int) -> tuple[list[list[Piece]], list[_Spot]]:
    """The entries in lines of `cells` cells behind `left`, each line beginning below the first entry."""
    margin = total([left])
    lines: list[list[Piece]] = [[left]]
    spots: list[_Spot] = []
    for key, label, command in entries:
        piece = _entry(key, label)
        at = total(lines[-1])
        if at > margin and at + total(piece) > cells:
            lines.append([(" " * margin, "text")])
            at = margin
        lines[-1] += piece
        spots.append((len(lines) - 1, at, at + total(piece), command))
    return lines, spots


class CommandBar(Line):
    """Derived from the commands and the keys in force; a click runs what it names."""

    def __init__(self, where: Where) -> None:
        super().__init__(id="commands")
        self._where = where
        self._spots: list[_Spot] = []

    def on_mount(self) -> None:
        """Shows the screen's commands."""
        self._fill()

    def on_resize(self) -> None:
        """Shows as many as fit."""
        self._fill()

    def _fill(self) -> None:
        """Shows as many as fit; the last one, which is help, always does."""
        keys = cast("HelptermApp", self.app).keys
        ranked = sorted((c for c in available(self._where) if c.footer), key=lambda command: command.footer)
        typing = self._where is Where.REPLY
        entries = [(keys.first(command, typing=typing), command.title, command) for command in ranked]
        *others, last = [each for each in entries if each[0]]
        room = self.size.width - total(_entry(*last[:2]))
        fitting: list[_Entry] = []
        for each in others:
            room -= total(_entry(*each[:2]))
            if room < 0:
                break
            fitting.append(each)
        lines, self._spots = _lines([*fitting, last], ("", "text"), self.size.width)
        self.show(lines[0])

    def on_click(self, event: events.Click) -> None:
        """Runs the command under the pointer."""
        _run_at(self, self._spots, event)


class PrefixHint(Widget):
    """What may follow the keys of a sequence that has begun, over the foot of the screen; nothing moves to make room for it."""

    DEFAULT_CSS = "PrefixHint { layer: hint; dock: bottom; display: none; }"

    def __init__(self, where: Where) -> None:
        super().__init__(id="prefix")
        self._where = where
        self._lines: list[list[Piece]] = []
        self._spots: list[_Spot] = []

    def show(self, pressed: Sequence_) -> None:
        """Shows what may follow `pressed`; nothing pressed puts the hint away."""
        if not pressed:
            self.display = False
            return
        console = cast("HelptermApp", self.app)
        following = console.keys.continuations(self._where, pressed)
        entries = [(shown_key(key), each.label(console, key), each) for key, each in following]
        prefix = (f" {shown(pressed)} … ", "title")
        self._lines, self._spots = _lines(
            [each for each in entries if each[1]], prefix, self.screen.size.width
        )
        self.styles.height = len(self._lines)
        self.display = True
        self.refresh()

    @property
    def text(self) -> str:
        """What it says, for tests and screen readers."""
        return "\n".join("".join(text for text, _ in pieces) for pieces in self._lines)

    def render_line(self, y: int) -> Strip:
        """Textual's line API."""
        cells, theme = self.size.width, self.app.theme
        pieces = line(self._lines[y] if y < len(self._lines) else (), (), cells)
        return Strip([Segment(text, style(theme, role, "surface")) for text, role in pieces], cells)

    def on_click(self, event: events.Click) -> None:
        """Runs the command under the pointer."""
        self.display = False
        cast("HelptermApp", self.app).keyboard.pending = ()
        _run_at(self, self._spots, event)


def _run_at(widget: Widget, spots: Sequence[_Spot], event: events.Click) -> None:
    for row, start, end, command in spots:
        if row == event.y and start <= event.x < end:
            cast("HelptermApp", widget.app).run_command(command)
