"""The footer: the commands of this screen with their keys, or what may follow a prefix that was pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events

from tui.commands.command import Command, Where
from tui.commands.keys import Sequence_, shown, shown_key
from tui.commands.registry import available
from tui.formatting.cells import Piece, total
from tui.widgets.line import Line

if TYPE_CHECKING:
    from tui.app import HelptermApp


def _entry(key: str, command: Command) -> list[Piece]:
    return [(f" {key} ", "title"), (f"{command.title} ", "text")]


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
            typing = self._where is Where.REPLY
            shown_keys = [(keys.first(command, typing=typing), command) for command in ranked]
            self._fill([(key, command) for key, command in shown_keys if key], [])

    def _fill(self, entries: list[tuple[str, Command]], left: list[Piece]) -> None:
        """Shows as many as fit; the last one, which is help, always does."""
        self._spots.clear()
        at = total(left)
        *entries, last = entries
        room = self.size.width - total(_entry(*last))
        for key, command in entries:
            piece = _entry(key, command)
            if at + total(piece) > room:
                break
            left += piece
            self._spots.append((at, at + total(piece), command))
            at += total(piece)
        self._spots.append((at, at + total(_entry(*last)), last[1]))
        self.show([*left, *_entry(*last)])

    def on_click(self, event: events.Click) -> None:
        """Runs the command under the pointer."""
        for start, end, command in self._spots:
            if start <= event.x < end:
                cast("HelptermApp", self.app).run_command(command)
