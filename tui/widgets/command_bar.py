"""The footer: the commands of this screen with their keys, or what may follow a prefix that was pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events

from tui.commands.command import Command, Where
from tui.commands.keys import Sequence_, shown, shown_key
from tui.commands.registry import available
from tui.formatting.cells import Piece, width
from tui.widgets.line import Line

if TYPE_CHECKING:
    from tui.app import HelptermApp


class CommandBar(Line):
    """Derived from the commands and the keys in force; a click runs what it names."""

    def __init__(self, where: Where) -> None:
        super().__init__(id="commands")
        self._where = where
        self._spots: list[tuple[int, int, Command]] = []

    def on_mount(self) -> None:
        """Shows the screen's commands."""
        self.show_prefix(())

    def on_resize(self) -> None:
        """Shows as many as fit."""
        self.show_prefix(())

    def show_prefix(self, pressed: Sequence_) -> None:
        """Shows what may follow `pressed`; nothing pressed shows the screen's commands."""
        keys = cast("HelptermApp", self.app).keys
        if pressed:
            entries = [(shown_key(key), command) for key, command in keys.continuations(self._where, pressed)]
            self._fill(entries, [(f" {shown(pressed)} … ", "title")])
        else:
            ranked = sorted(
                (c for c in available(self._where) if c.footer), key=lambda command: command.footer
            )
            self._fill([(keys.first(command), command) for command in ranked if keys.first(command)], [])

    def _fill(self, entries: list[tuple[str, Command]], left: list[Piece]) -> None:
        self._spots.clear()
        at = sum(width(text) for text, _ in left)
        for key, command in entries:
            piece = [(f" {key} ", "title"), (f"{command.title} ", "text")]
            size = sum(width(text) for text, _ in piece)
            if at + size > self.size.width:
                break
            left += piece
            self._spots.append((at, at + size, command))
            at += size
        self.show(left)

    def on_click(self, event: events.Click) -> None:
        """Runs the command under the pointer."""
        for start, end, command in self._spots:
            if start <= event.x < end:
                cast("HelptermApp", self.app).run_command(command)
