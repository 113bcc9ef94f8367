"""Team: the exchange with the shared database, and what it decided otherwise than this agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console
    from tui.screens.overruled import OverruledScreen


def _alone(console: Console) -> str | None:
    from tui.team import ALONE

    return None if console.team.is_shared else ALONE


class SyncNow(Command):
    """Exchange changes with the team's database at once; it happens by itself too"""

    id, title, keys, while_typing = "sync.now", "Sync now", "f10, g Y", True

    def check(self, console: Console) -> str | None:
        """Needs a desk that is shared."""
        return _alone(console)

    async def run(self, console: Console) -> None:
        """Asks for it; keys go on meanwhile."""
        await console.team.sync_now()


class GoToOverruled(Command):
    """Your changes that a colleague's overruled: both values, and a key to set yours again"""

    id, title, keys, where = "view.conflicts", "Overruled", "g y", TICKETS | {Where.SCOPE, Where.OUTBOX}

    def check(self, console: Console) -> str | None:
        """Needs a desk that is shared."""
        return _alone(console)

    def run(self, console: Console) -> Job:
        """Opens the screen."""
        console.open_overruled()
        return None


class SetLatestAgain(Command):
    """Set your value again where the last message said that a colleague's overruled it"""

    id, title, keys, where = "conflict.again-latest", "Set mine again", "Y", TICKETS

    def check(self, console: Console) -> str | None:
        """Needs one that was told, and is still open."""
        return None if console.team.latest else "Nothing of yours was overruled just now"

    async def run(self, console: Console) -> None:
        """Makes the change once more."""
        await console.team.set_latest_again()


class OnOverruled(Command):
    """Something done to the conflict under the cursor."""

    where = frozenset({Where.OVERRULED})

    def screen(self, console: Console) -> OverruledScreen:
        """The screen with the conflicts."""
        from tui.screens.overruled import OverruledScreen

        assert isinstance(console.place, OverruledScreen)
        return console.place

    def check(self, console: Console) -> str | None:
        """Needs a conflict."""
        return None if self.screen(console).entry is not None else "Nothing of yours was overruled"


class OpenOverruledTicket(OnOverruled):
    """Open the ticket that it is about"""

    id, title, keys, footer = "conflict.open", "Open ticket", "enter, o", 1

    def check(self, console: Console) -> str | None:
        """Needs a ticket."""
        entry = self.screen(console).entry
        if entry is not None and entry.ticket is None:
            return "This is about no ticket that is here"
        return super().check(console)

    def run(self, console: Console) -> Job:
        """Shows the conversation."""
        self.screen(console).open_ticket()
        return None


class SetAgain(OnOverruled):
    """Set your value again, knowing the other one: it holds"""

    id, title, keys, footer = "conflict.again", "Set mine again", "s", 2

    def check(self, console: Console) -> str | None:
        """Needs a value."""
        from tui.formatting.overruled import can_be_set_again

        entry = self.screen(console).entry
        if entry is not None and not can_be_set_again(entry.conflict):
            return "A message is written anew, and a delivery is decided in the outbox; x lets this go"
        return super().check(console)

    async def run(self, console: Console) -> None:
        """Makes the change once more."""
        await self.screen(console).set_again()


class LetGo(OnOverruled):
    """Leave it as it stands, and take it off this list"""

    id, title, keys, footer = "conflict.let-go", "Leave it so", "x", 3

    async def run(self, console: Console) -> None:
        """Marks it as seen."""
        await self.screen(console).let_go()
