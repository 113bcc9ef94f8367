"""Outbox: replies on their way out, and those that ask for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.kinds import Delivery
from tui.commands.command import TICKETS, Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console
    from tui.screens.outbox import OutboxScreen


class GoToOutbox(Command):
    """Show what waits to be sent, is uncertain, or could not be sent"""

    id, title, keys, where = "view.outbox", "Outbox", "g x", TICKETS | {Where.SCOPE}

    def run(self, console: Console) -> Job:
        """Opens the screen."""
        console.open_outbox()
        return None


class OnReply(Command):
    """Something done to the reply under the cursor."""

    where = frozenset({Where.OUTBOX})
    states: frozenset[Delivery] = frozenset(Delivery)
    instead = ""

    def screen(self, console: Console) -> OutboxScreen:
        """The screen with the replies."""
        from tui.screens.outbox import OutboxScreen

        assert isinstance(console.place, OutboxScreen)
        return console.place

    def check(self, console: Console) -> str | None:
        """Needs a reply in a fitting state."""
        entry = self.screen(console).entry
        if entry is None:
            return "There is nothing in the outbox"
        return None if entry.state in self.states else self.instead


class OpenItsTicket(OnReply):
    """Open the ticket of this reply"""

    id, title, keys, footer = "outbox.open", "Open ticket", "enter, o", 1

    async def run(self, console: Console) -> None:
        """Shows the conversation."""
        await self.screen(console).open_ticket()


class SendAgain(OnReply):
    """Send it again: it certainly or probably did not arrive"""

    id, title, keys, footer = "outbox.again", "Send again", "s", 2
    states = frozenset({Delivery.UNCERTAIN, Delivery.FAILED})
    instead = "Only uncertain and failed replies ask for it; this one goes out by itself"

    async def run(self, console: Console) -> None:
        """Puts it back into the queue."""
        await self.screen(console).decide(received=False)


class MarkSent(OnReply):
    """It was received after all: mark it as sent"""

    id, title, keys, footer = "outbox.received", "It was received", "m", 3
    states = frozenset({Delivery.UNCERTAIN, Delivery.FAILED})
    instead = "Only uncertain and failed replies ask for it; this one goes out by itself"

    async def run(self, console: Console) -> None:
        """Settles it."""
        await self.screen(console).decide(received=True)


class TakeBack(OnReply):
    """Take a reply that has not left out of the outbox, and go on writing it"""

    id, title, keys, footer = "outbox.call-back", "Take back", "b", 4
    states = frozenset({Delivery.QUEUED})
    instead = "It is too late: only a reply that still waits can be taken back"

    async def run(self, console: Console) -> None:
        """Opens the editor with its text."""
        await self.screen(console).call_back()
