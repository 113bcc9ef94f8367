"""Scope rules: what support covers, what it does not, and where to send people instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console
    from tui.screens.scope import ScopeScreen


class TicketScope(Command):
    """The written rules of the ticket's product, and which of them the ticket touches"""

    id, title, keys, where = "ticket.scope", "Rules", "S", TICKETS

    async def run(self, console: Console) -> None:
        """Opens the panel; without a ticket it shows every rule."""
        console.open_scope(await console.ticket_at_hand() if console.place.targets() else None)


class OnRules(Command):
    """Something done on the rules screen."""

    where = frozenset({Where.SCOPE})

    def screen(self, console: Console) -> ScopeScreen:
        """The screen with the rules."""
        from tui.screens.scope import ScopeScreen

        assert isinstance(console.place, ScopeScreen)
        return console.place


class OnRule(OnRules):
    """Something done to the rule under the cursor."""

    def check(self, console: Console) -> str | None:
        """Needs a rule."""
        return None if self.screen(console).rule is not None else "There is no rule here yet; n writes one"


class Decline(OnRule):
    """Say no by this rule: opens the editor with the rule at its side, never with its text in it"""

    id, title, keys, footer = "scope.decline", "Decline by it", "enter, d", 1

    def check(self, console: Console) -> str | None:
        """Needs a ticket, and a rule that says no."""
        return super().check(console) or self.screen(console).why_not_decline()

    def run(self, console: Console) -> Job:
        """Opens the editor."""
        self.screen(console).decline()
        return None


class NewRule(OnRules):
    """Write a rule"""

    id, title, keys, footer = "scope.new", "New", "n", 2

    async def run(self, console: Console) -> None:
        """Opens the form."""
        await self.screen(console).new()


class EditRule(OnRule):
    """Change the rule; the versions before are kept"""

    id, title, keys, footer = "scope.edit", "Edit", "e", 3

    async def run(self, console: Console) -> None:
        """Opens the form."""
        await self.screen(console).edit()


class RetireRule(OnRule):
    """End the rule, or bring an ended one back; its history stays"""

    id, title, keys, footer = "scope.retire", "Retire", "x", 4

    async def run(self, console: Console) -> None:
        """Asks first."""
        await self.screen(console).retire()


class RuleVersions(OnRule):
    """Every version of the rule: who changed what, and when"""

    id, title, keys, footer = "scope.versions", "Versions", "i", 5

    async def run(self, console: Console) -> None:
        """Lists them."""
        await self.screen(console).versions()


class AllRules(OnRules):
    """Show the rules of every product and the retired ones, or only those of the ticket's product"""

    id, title, keys, footer = "scope.all", "All", "a", 6

    async def run(self, console: Console) -> None:
        """Shows the others."""
        await self.screen(console).toggle_all()
