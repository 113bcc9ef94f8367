"""Figures: charts of what waits, of what comes in, and of one's own week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console
    from tui.screens.figures import FiguresScreen


class GoToFigures(Command):
    """Show waiting times, arrivals by hour and your own week as charts"""

    id, title, keys, where = "view.figures", "Figures", "g f", TICKETS | {Where.SHIFT}

    def run(self, console: Console) -> Job:
        """Opens the screen."""
        from tui.screens.figures import FiguresScreen

        console.show(FiguresScreen())
        return None


class OnFigures(Command):
    """Something done to the figures."""

    where = frozenset({Where.FIGURES})

    def screen(self, console: Console) -> FiguresScreen:
        """The screen."""
        from tui.screens.figures import FiguresScreen

        assert isinstance(console.place, FiguresScreen)
        return console.place


class NextFigure(OnFigures):
    """Show the next figure, where there is no room for all"""

    id, title, keys, footer = "figures.next", "Next figure", "tab, n", 1

    def check(self, console: Console) -> str | None:
        """Needs more figures than are in sight."""
        return "All figures are in sight" if self.screen(console).shows_all else None

    def run(self, console: Console) -> Job:
        """Shows it."""
        self.screen(console).go_on()
        return None


class Tables(OnFigures):
    """Show the numbers in rows, or the charts again"""

    id, title, keys, footer = "figures.table", "Table", "t", 2

    def run(self, console: Console) -> Job:
        """Turns all figures."""
        self.screen(console).toggle_tables()
        return None


class ReadAgain(OnFigures):
    """Read the figures anew"""

    id, title, keys, footer = "figures.read", "Read again", "r", 3

    def run(self, console: Console) -> Job:
        """Reads."""
        self.screen(console).read()
        return None
