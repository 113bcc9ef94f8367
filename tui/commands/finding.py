"""Finding: search, filter, jump."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console


class Search(Command):
    """Search everything as you type: words, phrases, operators such as tag: and from:; a number jumps"""

    id, title, keys, where, footer = "find.search", "Search", "/", TICKETS, 8

    async def run(self, console: Console) -> None:
        """Opens the search line of the queue."""
        await console.queue().find("search")


class Filter(Command):
    """Narrow the view you see as you type"""

    id, title, keys, where = "find.filter", "Filter", "\\", frozenset({Where.QUEUE})

    async def run(self, console: Console) -> None:
        """Opens the filter line of the queue."""
        await console.queue().find("filter")


class Jump(Command):
    """Type a ticket's number and Enter to open it"""

    id, title, keys, where = "find.jump", "Jump to number", "1, 2, 3, 4, 5, 6, 7, 8, 9, #", TICKETS

    async def run(self, console: Console) -> None:
        """Opens the search line with the digit in it."""
        await console.queue().find("jump", console.keyboard.last.removeprefix("#"))
