"""The outbox: replies on their way out, and what a person must decide about some of them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from store.desk import outbox, tickets
from store.model import Outgoing
from tui.commands.command import Where
from tui.formatting import outbox as outbox_lines
from tui.formatting.cells import Piece
from tui.screens.two_panes import TwoPanes
from tui.undo_send import call_back
from tui.worker import change, in_thread

NO_SERVER = "no mail server is configured: replies wait here"


class OutboxScreen(TwoPanes):
    """Lists what has not been sent for sure; those that ask for a decision come first."""

    where = Where.OUTBOX
    CSS_PATH = "outbox.tcss"
    pane, detail = "outbox", "message"

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Outgoing, ...] = ()

    @property
    def _server(self) -> bool:
        return any(mailbox.smtp for mailbox in self.console.desk.config.mailboxes)

    @property
    def entry(self) -> Outgoing | None:
        """The reply under the cursor."""
        return self._entries[self.at] if 0 <= self.at < len(self._entries) else None

    async def on_mount(self) -> None:
        """Reads what is there."""
        await self._read()

    async def _read(self) -> None:
        before = self.entry
        found = await in_thread(outbox.outgoing, self.console.desk)
        found.sort(key=lambda each: (each.state not in outbox_lines.ROLES, each.message.number))
        self._entries = tuple(found)
        numbers = [each.message.number for each in found]
        self._draw_heading()
        on = numbers.index(before.message.number) if before and before.message.number in numbers else 0
        self.fill([self._row(each) for each in found], "Nothing waits to be sent", on=on)

    def _draw_heading(self) -> None:
        asking = sum(each.state in outbox_lines.ROLES for each in self._entries)
        left: list[Piece] = [(" Outbox ", "title"), (f"{len(self._entries)} to be sent", "text")]
        if asking:
            left.append((f" · {asking} ask{'s' * (asking == 1)} for a decision", "late"))
        if not self._server:
            left.append((f" · {NO_SERVER}", "late"))
        self.head(left)

    def _row(self, entry: Outgoing) -> Content:
        sign, _ = outbox_lines.SIGNS.get(entry.state, (" ", ""))
        state = outbox_lines.state(entry, self.console.desk.now(), server=self._server)
        first = " ".join(entry.message.new_text[:200].split())
        return Content.assemble(
            f" {sign} ", (entry.recipients[0], "bold"), (f"  {state}", "$muted"), f"  {first}"
        )

    def lines(self, cells: int) -> Sequence[Sequence[Piece]]:
        """The reply under the cursor, whole."""
        entry = self.entry
        if entry is None:
            return ()
        return outbox_lines.whole(entry, self.console.desk.now(), cells, server=self._server)

    async def refresh_shown(self, *, own: bool = False) -> None:
        """Shows how far everything has come."""
        await self._read()

    async def open_ticket(self) -> None:
        """The conversation that the reply belongs to."""
        assert self.entry is not None
        ticket = await in_thread(tickets.find, self.console.desk, self.entry.ticket)
        self.console.open_ticket(ticket.number)

    async def decide(self, *, received: bool) -> None:
        """What a person knows about an uncertain or failed reply."""
        entry = self.entry
        assert entry is not None
        await change(outbox.decide, self.console.desk, entry.message.number, received=received)
        await self.console.refresh_all(own=True)
        self.say("Marked as received" if received else "It is sent again")

    async def call_back(self) -> None:
        """Makes a reply that still waits a draft again."""
        entry = self.entry
        assert entry is not None
        ticket = await in_thread(tickets.find, self.console.desk, entry.ticket)
        await call_back(self.console, entry.message.number, ticket.number)

    def back(self) -> None:
        """Closes the outbox."""
        self.dismiss(None)
