"""The keys of a screen, as a table made from the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.commands.command import Command, Where
from tui.commands.registry import groups
from tui.focus_keys import Entries, field_keys, own_keys
from tui.formatting.wrapping import wrapped
from tui.screens.base import DeskScreen
from tui.screens.dialogs import Dialog

if TYPE_CHECKING:
    from tui.app import HelptermApp


KEYS = 28
"""Cells for the keys of a command."""


class HelpScreen(Dialog[None]):
    """What can be done here, with which keys: of what has the focus first; what cannot be done just now says why."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,q,f1,enter", "leave", show=False, priority=True),
    ]

    def __init__(self, where: Where | None, own: Entries, field: tuple[str, Entries]) -> None:
        super().__init__()
        self._where = where
        self._own = own
        self._field = field
        self.question = f"Keys in the {where}" if where is Where.QUEUE else f"Keys on this screen ({where})"
        self.hint = "↑ ↓ scroll · Esc leaves · Ctrl+K lists every command"
        if where is None:
            self.question, self.hint = "Keys of this question", "↑ ↓ scroll · Esc leaves"

    @classmethod
    def of(cls, screen: Screen[Any]) -> HelpScreen:
        """The help of a screen or a dialog, as the focus is."""
        if not isinstance(screen, DeskScreen):
            return cls(None, own_keys(screen), field_keys(screen, ()))
        commands = screen.console.keys.here(screen.where)
        taken = [keys[0] for keys, each in commands.items() if len(keys) == 1 and each.while_typing]
        return cls(screen.where, own_keys(screen), field_keys(screen, taken))

    def answers(self) -> ComposeResult:
        """The table."""
        with VerticalScroll():
            yield Static(self._table(), id="table")

    def on_mount(self) -> None:
        """Ready to be scrolled."""
        self.set_focus(self.query_one(VerticalScroll))

    def on_resize(self) -> None:
        """Breaks the sentences anew."""
        self.query_one("#table", Static).update(self._table())

    def _table(self) -> Content:
        cells = min(self.app.size.width, 100) - 8
        lines = _section("Here", self._own, cells) + self._of_commands(cells)
        lines += _section(*self._field, cells)
        return Content("\n").join(lines[1:])

    def _of_commands(self, cells: int) -> list[Content]:
        console = cast("HelptermApp", self.app)
        lines: list[Content] = []
        for heading, commands in groups().items() if self._where is not None else ():
            here = [
                each
                for each in commands
                if each.where & {self._where, Where.EVERYWHERE} and console.keys.shown(each)
            ]
            if here:
                lines += [Content(""), Content.styled(heading, "bold $accent")]
                for each in here:
                    lines += _entry(console.keys.shown(each), each, each.check(console), cells)
        return lines


def _section(heading: str, entries: Entries, cells: int) -> list[Content]:
    """Keys that belong to no command, under their heading; none at all where there are none."""
    if not entries:
        return []
    lines = [Content(""), Content.styled(heading, "bold $accent")]
    for keys, help in entries:
        if keys:
            first, *others = wrapped(help, cells - KEYS)
            lines.append(Content.assemble((f"  {keys:<{KEYS - 2}}", "bold"), first))
            lines += [Content(" " * KEYS + other) for other in others]
        else:
            lines += [Content(f"  {each}") for each in wrapped(help, cells - 2)]
    return lines


def _entry(keys: str, command: Command, reason: str | None, cells: int) -> list[Content]:
    """A command's keys and help, the help broken under itself, the reason why it cannot be used on its own line."""
    first, *others = wrapped(command.help.rstrip("."), cells - KEYS)
    lines = [Content.assemble((f"  {keys:<{KEYS - 2}}", "bold"), first)]
    lines += [Content(" " * KEYS + other) for other in others]
    if reason is not None:
        lines.append(Content.styled(f"{' ' * KEYS}not now: {reason[0].lower()}{reason[1:]}", "$muted"))
    return lines
