"""Help: keys, the palette, looks, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console


class Help(Command):
    """The keys of this screen"""

    id, title, keys, footer, while_typing = "help.keys", "Help", "?, f1", 20, True

    def run(self, console: Console) -> Job:
        """Opens the table."""
        from tui.screens.help import HelpScreen

        console.show(HelpScreen(console.place.where))
        return None


class Palette(Command):
    """Every command by its name"""

    id, title, keys, while_typing = "help.palette", "Commands", "ctrl+k, :", True

    def run(self, console: Console) -> Job:
        """Opens the palette."""
        console.open_palette()
        return None


class NextLook(Command):
    """Dark, light or high contrast"""

    id, title, keys = "look.next", "Next look", "f2"

    def run(self, console: Console) -> Job:
        """Changes the colours at once."""
        console.next_look()
        return None


class Quit(Command):
    """Leave helpterm; drafts are kept"""

    id, title, keys, while_typing = "quit", "Quit", "ctrl+q", True

    def run(self, console: Console) -> Job:
        """Leaves at once: nothing can be lost."""
        console.exit()
        return None


class QuitQueue(Command):
    """Leave helpterm from the queue; drafts are kept"""

    id, title, keys, where = "quit.queue", "Quit", "q", frozenset({Where.QUEUE})

    def run(self, console: Console) -> Job:
        """Leaves at once: nothing can be lost."""
        console.exit()
        return None
