"""Before sending: the reply as it will leave; plain keys send it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.kinds import Status
from tui.commands.command import Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console
    from tui.screens.review import ReviewScreen


class BeforeSending(Command):
    """Something done on the review screen."""

    where = frozenset({Where.REVIEW})

    def screen(self, console: Console) -> ReviewScreen:
        """The screen with the reply."""
        from tui.screens.review import ReviewScreen

        assert isinstance(console.place, ReviewScreen)
        return console.place


class Send(BeforeSending):
    """Send the reply; the ticket gets the status that is shown"""

    id, title, keys, footer = "review.send", "Send", "enter, s", 1

    async def run(self, console: Console) -> None:
        """Asks the gate once more, then queues it."""
        await self.screen(console).send()


class SendAndSolve(BeforeSending):
    """Send the reply and solve the ticket"""

    id, title, keys, footer = "review.solve", "Send and solve", "e", 2

    async def run(self, console: Console) -> None:
        """Like sending, with another status."""
        await self.screen(console).send(Status.SOLVED)


class ChooseStatus(BeforeSending):
    """Choose the status that the ticket gets"""

    id, title, keys, footer = "review.status", "Status", "o", 3

    async def run(self, console: Console) -> None:
        """Asks for it; nothing is sent yet."""
        await self.screen(console).choose_status()


class CarbonCopy(BeforeSending):
    """Send a copy to other addresses too"""

    id, title, keys, footer = "review.cc", "Cc", "c", 4

    async def run(self, console: Console) -> None:
        """Asks for the addresses."""
        await self.screen(console).choose_cc()


class GiveReason(BeforeSending):
    """Write why a flagged reply is right for this customer; the reason is kept with it"""

    id, title, keys, footer = "review.reason", "Reason", "r, tab", 5

    def check(self, console: Console) -> str | None:
        """Needs a finding that wants one."""
        return None if self.screen(console).wants_reason else "Nothing here asks for a reason"

    def run(self, console: Console) -> Job:
        """Goes into the field."""
        self.screen(console).give_reason()
        return None


class BackToText(BeforeSending):
    """Back to the text; nothing is lost"""

    id, title, keys, footer, while_typing = "review.back", "Back to the text", "escape, u, left", 6, True

    def run(self, console: Console) -> Job:
        """Closes the review."""
        self.screen(console).back()
        return None


class CallBack(Command):
    """Undo send: take the reply back that you have just sent, and go on writing it"""

    id, title, keys = "reply.call-back", "Undo send", "Z"
    where = frozenset({Where.QUEUE, Where.TICKET, Where.SCOPE, Where.OUTBOX, Where.OVERRULED})

    def check(self, console: Console) -> str | None:
        """Needs a reply that has not left yet."""
        sent = console.sent
        return None if sent is not None and sent.seconds_left > 0 else "No reply can be called back any more"

    async def run(self, console: Console) -> None:
        """Opens the editor with its text."""
        assert console.sent is not None
        await console.sent.call_back()
