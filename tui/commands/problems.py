"""Root causes: the problems behind tickets, from the first guess to everybody told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Job, Where

if TYPE_CHECKING:
    from store.working import Problem
    from tui.app import HelptermApp as Console
    from tui.screens.problems import ProblemsScreen


class ShowProblems(Command):
    """The causes behind tickets, each with its owner, its evidence and the day in which it is to be patched"""

    id, title, keys, where = "problem.show", "Problems", "w O", TICKETS | {Where.SHIFT, Where.BRIEF}

    def run(self, console: Console) -> Job:
        """Opens the screen."""
        from tui.screens.problems import ProblemsScreen

        console.show(ProblemsScreen())
        return None


class OnProblems(Command):
    """Something done with the problems."""

    where = frozenset({Where.PROBLEMS})

    def screen(self, console: Console) -> ProblemsScreen:
        """The screen with the problems."""
        from tui.screens.problems import ProblemsScreen

        assert isinstance(console.place, ProblemsScreen)
        return console.place


class OnProblem(OnProblems):
    """Something done with the problem under the cursor."""

    def check(self, console: Console) -> str | None:
        """Needs one that is open."""
        entry = self.screen(console).entry
        if entry is None:
            return "There is no problem here: n opens one"
        return None if entry.patched_at is None else "This one is patched: open another if it came back"

    def problem(self, console: Console) -> Problem:
        """The problem under the cursor."""
        entry = self.screen(console).entry
        assert entry is not None
        return entry


class OpenItsTickets(OnProblems):
    """Open one of its tickets"""

    id, title, keys, footer = "problem.tickets", "Its tickets", "enter, o", 1

    async def run(self, console: Console) -> None:
        """Asks which, when there are several."""
        await self.screen(console).open_ticket()


class NewProblem(OnProblems):
    """Open a problem: what goes wrong, what shows it, where it is tracked"""

    id, title, keys, footer = "problem.new", "New", "n", 2

    async def run(self, console: Console) -> None:
        """Asks for it."""
        await self.screen(console).open_new()


class CauseFound(OnProblem):
    """The cause is found: the day to patch it begins"""

    id, title, keys, footer = "problem.cause", "Cause", "c", 3

    async def run(self, console: Console) -> None:
        """Asks for it in a sentence."""
        await self.screen(console).say_cause(self.problem(console))


class Patched(OnProblem):
    """It is patched: each linked ticket comes back to its agent, the facts beside the editor"""

    id, title, keys, footer = "problem.patched", "Patched", "p", 4

    async def run(self, console: Console) -> None:
        """Asks for the facts."""
        await self.screen(console).say_patched(self.problem(console))


class AddEvidence(OnProblem):
    """Add what shows it: a log line, a link, a ticket"""

    id, title, keys, footer = "problem.evidence", "Evidence", "e", 5

    async def run(self, console: Console) -> None:
        """Asks for it."""
        await self.screen(console).add_evidence(self.problem(console))


class ProblemOwner(OnProblem):
    """Give it an owner, who sees to it that it is patched"""

    id, title, keys, footer = "problem.owner", "Owner", "w", 6

    async def run(self, console: Console) -> None:
        """Asks whom."""
        await self.screen(console).choose_owner(self.problem(console))


class ProblemTracker(OnProblem):
    """Link it to the tracker"""

    id, title, keys, footer = "problem.tracker", "Tracker", "t", 7

    async def run(self, console: Console) -> None:
        """Asks for the link."""
        await self.screen(console).set_tracker(self.problem(console))


class PatchedToo(OnProblems):
    """Show those that are patched, too, or only the open ones"""

    id, title, keys, footer = "problem.all", "Patched too", "a", 8

    async def run(self, console: Console) -> None:
        """Changes over."""
        await self.screen(console).toggle_patched()
