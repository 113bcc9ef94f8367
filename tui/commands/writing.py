"""Writing: replies, notes, and what to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console


class Reply(Command):
    """Write to the customer; a draft that you left is still there"""

    id, title, keys, where, footer = "ticket.reply", "Reply", "r", TICKETS, 2

    def check(self, console: Console) -> str | None:
        """Needs a ticket."""
        return None if console.place.targets() else "There is no ticket here"

    async def run(self, console: Console) -> None:
        """Opens the editor; on shift a ticket that displaces too many others is decided first."""
        ticket = await console.ticket_at_hand()
        if console.day.left:
            from tui.screens.shift_questions import may_go_on

            if not await may_go_on(console, ticket):
                return
        console.open_reply(ticket)


class Note(Command):
    """Write a note that only the team sees"""

    id, title, keys, where, footer = "ticket.note", "Note", "n", TICKETS, 4

    def check(self, console: Console) -> str | None:
        """Needs a ticket."""
        return None if console.place.targets() else "There is no ticket here"

    async def run(self, console: Console) -> None:
        """Asks for the text; what is typed is kept as a draft."""
        from tui.screens.note import write_note

        await write_note(console, await console.ticket_at_hand())


class CopyNumber(Command):
    """Copy the ticket's number"""

    id, title, keys, where = "copy.number", "Copy number", "y y, y n", TICKETS

    def check(self, console: Console) -> str | None:
        """Needs a ticket."""
        return None if console.place.targets() else "There is no ticket here"

    async def run(self, console: Console) -> None:
        """Puts it on the clipboard of the terminal."""
        console.copy("#" + (await console.ticket_at_hand()).short, "the number")


class Links(Command):
    """The links of the conversation with where they truly lead; Enter copies one"""

    id, title, keys, where = "copy.link", "Links", "y l", frozenset({Where.TICKET})

    async def run(self, console: Console) -> None:
        """Lists them."""
        from tui.screens.choices import link

        chosen = await link(console)
        if chosen is not None:
            console.copy(chosen, "the link")


class CopyAddress(Command):
    """Copy the customer's address"""

    id, title, keys, where = "copy.address", "Copy address", "y a", TICKETS

    def check(self, console: Console) -> str | None:
        """Needs a ticket."""
        return None if console.place.targets() else "There is no ticket here"

    async def run(self, console: Console) -> None:
        """Puts it on the clipboard of the terminal."""
        console.copy((await console.ticket_at_hand()).customer.email, "the address")


class Folds(Command):
    """Show or hide what was quoted and signed"""

    id, title, keys, where, footer = "read.folds", "Quotes", "q, tab", frozenset({Where.TICKET}), 10

    def run(self, console: Console) -> Job:
        """Unfolds at once."""
        console.conversation().toggle_folds()
        return None


class OlderMessages(Command):
    """Show every message in full, or the older ones as one line each"""

    id, title, keys, where = "read.older", "All messages", "O", frozenset({Where.TICKET})

    def run(self, console: Console) -> Job:
        """Unfolds at once."""
        console.conversation().toggle_older()
        return None


class History(Command):
    """What happened to the ticket: who changed what, and when"""

    id, title, keys, where = "read.history", "History", "i", frozenset({Where.TICKET})

    async def run(self, console: Console) -> None:
        """Lists the changes."""
        from tui.screens.history import show_history

        await show_history(console, await console.ticket_at_hand())


class Others(Command):
    """The customer's other tickets; Enter opens one"""

    id, title, keys, where = "read.others", "Other tickets", "c", frozenset({Where.TICKET})

    async def run(self, console: Console) -> None:
        """Lists them."""
        from tui.screens.choices import other_ticket

        chosen = await other_ticket(console)
        if chosen is not None:
            console.open_ticket(chosen)
