"""Selecting: several tickets for one command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console

_QUEUE = frozenset({Where.QUEUE})


class Select(Command):
    """Select the ticket, or drop it from the selection, and move on"""

    id, title, keys, where = "select.toggle", "Select", "x", _QUEUE

    def run(self, console: Console) -> Job:
        """Marks the row."""
        console.queue().toggle_selected()
        return None


class SelectAll(Command):
    """Select every ticket of this view, shown or not"""

    id, title, keys, where = "select.all", "Select all", "* a", _QUEUE

    async def run(self, console: Console) -> None:
        """Asks the store for all of them."""
        await console.queue().select_all()


class SelectNone(Command):
    """Drop the selection"""

    id, title, keys, where = "select.none", "Select none", "* n", _QUEUE

    def run(self, console: Console) -> Job:
        """Unmarks every row."""
        console.queue().select_none()
        return None
