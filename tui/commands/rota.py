"""Rota: who is on when, and whose turn it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console
    from tui.screens.rota import RotaScreen


class ShowRota(Command):
    """The rota: who is on when, which busy hours nobody covers, and who has not taken a turn"""

    id, title, keys, where = "rota.show", "Rota", "w w", TICKETS | {Where.SHIFT}

    def run(self, console: Console) -> Job:
        """Opens the screen."""
        from tui.screens.rota import RotaScreen

        console.show(RotaScreen())
        return None


class OnRota(Command):
    """Something done to the rota."""

    where = frozenset({Where.ROTA})

    def screen(self, console: Console) -> RotaScreen:
        """The screen with the rota."""
        from tui.screens.rota import RotaScreen

        assert isinstance(console.place, RotaScreen)
        return console.place


class NextPage(OnRota):
    """The week, its coverage, and who has taken a turn, one after the other"""

    id, title, keys, footer = "rota.page", "Next page", "tab", 1

    def run(self, console: Console) -> Job:
        """Turns the page."""
        self.screen(console).next_page()
        return None


class WeekPage(OnRota):
    """Who is on when in this week"""

    id, title, keys = "rota.week", "Week", "1, w"

    def run(self, console: Console) -> Job:
        """Shows it."""
        from tui.screens.rota import Page

        self.screen(console).turn_to(Page.WEEK)
        return None


class CoveragePage(OnRota):
    """The hours that nobody covers, against when tickets come in"""

    id, title, keys = "rota.coverage", "Coverage", "2, c"

    def run(self, console: Console) -> Job:
        """Shows it."""
        from tui.screens.rota import Page

        self.screen(console).turn_to(Page.COVERAGE)
        return None


class TurnsPage(OnRota):
    """Everyone takes a turn: who has done the least in four weeks comes first"""

    id, title, keys = "rota.turns", "Turns", "3, t"

    def run(self, console: Console) -> Job:
        """Shows it."""
        from tui.screens.rota import Page

        self.screen(console).turn_to(Page.TURNS)
        return None


class NextWeek(OnRota):
    """A week on"""

    id, title, keys, footer = "rota.next", "Next week", "], right, n", 2

    async def run(self, console: Console) -> None:
        """Reads it."""
        await self.screen(console).move_weeks(1)


class PreviousWeek(OnRota):
    """A week back"""

    id, title, keys, footer = "rota.previous", "Week before", "[, p", 3

    async def run(self, console: Console) -> None:
        """Reads it."""
        await self.screen(console).move_weeks(-1)


class ThisWeek(OnRota):
    """Back to this week"""

    id, title, keys = "rota.now", "This week", "."

    async def run(self, console: Console) -> None:
        """Reads it."""
        await self.screen(console).move_weeks(0)


class OwnZones(OnRota):
    """Everybody's hours as their own clocks show them, or all in your zone"""

    id, title, keys, footer = "rota.zones", "Zones", "z", 4

    def run(self, console: Console) -> Job:
        """Changes over."""
        self.screen(console).toggle_zones()
        return None


class AddTurn(OnRota):
    """Put a turn on the rota"""

    id, title, keys, footer = "rota.add", "Add a turn", "a", 5

    async def run(self, console: Console) -> None:
        """Asks who, when, how long and how often."""
        await self.screen(console).put_on()


class RemoveTurn(OnRota):
    """Take a turn off the rota"""

    id, title, keys, footer = "rota.remove", "Take off", "x", 6

    async def run(self, console: Console) -> None:
        """Asks which."""
        await self.screen(console).take_off()


class ImportCalendar(OnRota):
    """Take turns or holidays from an iCalendar file"""

    id, title, keys, footer = "rota.import", "Import", "i", 7

    async def run(self, console: Console) -> None:
        """Asks for the file."""
        await self.screen(console).take_in()


class ExportCalendar(OnRota):
    """Write the rota to an iCalendar file"""

    id, title, keys, footer = "rota.export", "Export", "e", 8

    async def run(self, console: Console) -> None:
        """Asks where to."""
        await self.screen(console).give_out()
