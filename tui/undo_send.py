"""After sending: a quiet line with the seconds in which the reply can still be called back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.desk import Desk, conversation, outbox, tickets
from store.model import Message, Ticket
from tui.commands.act import Act
from tui.widgets.status_line import StatusLine
from tui.worker import change, in_thread

if TYPE_CHECKING:
    from tui.app import HelptermApp
    from tui.screens.base import DeskScreen
    from tui.writing import Writing


class SentReply:
    """A reply that was sent from this console, until it leaves."""

    def __init__(self, console: HelptermApp, ticket: Ticket, message: Message, hold_until: int) -> None:
        self._console, self._ticket, self._message, self._hold_until = console, ticket, message, hold_until
        self._place: DeskScreen | None = None
        self._said = self._who_wrote = ""

    @property
    def seconds_left(self) -> int:
        """Seconds in which it can be called back."""
        return max(0, -(-(self._hold_until - self._console.desk.now()) // 1000))

    def tell(self) -> None:
        """Says how long is left; again each second, unless something else has been said since."""
        console = self._console
        if console.sent is not self or not console.is_running:
            return
        place = console.place
        line = place.query_one(StatusLine)
        if self._place is place and self._said not in line.text:
            return
        self._place = place
        name = self._ticket.customer.name or self._ticket.customer.email
        left = self.seconds_left
        if left:
            key = console.keys.first_of("reply.call-back")
            self._said = f"Reply to {name} leaves in {left} s · {key} takes it back"
            if self._who_wrote:
                self._said = f"{self._who_wrote} wrote meanwhile: {self._said}"
            console.set_timer(1.0, self.tell)
            console.start(self._look())
        else:
            self._said = f"Reply to {name}: {_fate(console)}"
            console.sent = None
        place.say(self._said, "warning" if self._who_wrote and left else "information")

    async def _look(self) -> None:
        """Whether somebody's words came in too late to stop the send, and early enough to call it back."""
        console = self._console
        new = await in_thread(_written_since, console.desk, self._ticket, self._message)
        if new and not self._who_wrote:
            self._who_wrote = new[-1].author.name or new[-1].author.email

    async def call_back(self) -> None:
        """Takes it back and opens the editor with its text."""
        console = self._console
        console.sent = None
        await call_back(console, self._message.number, self._ticket.number)


async def call_back(console: HelptermApp, message: int, ticket: int) -> None:
    """Makes a reply that has not left a draft again, and opens it."""
    draft = await change(outbox.call_back, console.desk, message)
    await console.refresh_all(own=True)
    console.open_reply(await in_thread(tickets.ticket, console.desk, ticket), draft.rule)


def _written_since(desk: Desk, ticket: Ticket, message: Message) -> list[Message]:
    return conversation.written_since(desk.read(), ticket, message.number, desk.agent)


def _fate(console: HelptermApp) -> str:
    if any(mailbox.smtp for mailbox in console.desk.config.mailboxes):
        return "on its way"
    return "it waits in the outbox, for no mail server is configured"


async def announce(console: HelptermApp, writing: Writing, message: Message) -> None:
    """After the editor has closed: shows the ticket as it is now, leaves it when it is done, and begins to count."""
    entry = await in_thread(outbox.outgoing_of, console.desk, message.number)
    console.sent = SentReply(console, writing.ticket, message, entry.hold_until)
    act = Act("Sent", lambda desk, numbers: None, writing.status.is_done)
    await console.place.acted(act, (writing.ticket.number,))
    await console.refresh_all(own=True)
    console.sent.tell()
