"""Messages that are not sent: internal notes, and calls that were taken."""

from __future__ import annotations

from store.desk.conversation import message as message_by_number
from store.desk.desk import Desk
from store.desk.ids import new_id
from store.desk.transaction import NewMessage, Transaction
from store.errors import BadInput
from store.model import Author, Kind, Message, Ticket


def note(desk: Desk, ticket: Ticket, text: str) -> Message:
    """Writes an internal note; the draft of it is done with. Raises BadInput for an empty one."""
    if not text.strip():
        raise BadInput("the note is empty", "write something, or press Esc")

    def job(tx: Transaction) -> int:
        forget_draft(tx, ticket.number, Kind.NOTE)
        return note_on(tx, ticket.number, text.strip("\n").rstrip())

    return message_by_number(desk, desk.change(job))


def note_on(tx: Transaction, ticket: int, text: str) -> int:
    """Adds a note inside a transaction; returns its row."""
    return tx.add_message(ticket, NewMessage(new_id(), Kind.NOTE, author_of(tx), tx.now, text))


def author_of(tx: Transaction, name: str = "") -> Author:
    """The agent of a transaction, or the one with this name, as an author."""
    name = name or tx.agent
    row = tx.connection.execute(
        "SELECT name, email, full_name FROM agents WHERE name = ?", (name,)
    ).fetchone()
    return Author(row[2] or row[0], row[1], row[0]) if row else Author(name, "", name)


def forget_draft(tx: Transaction, ticket: int, kind: Kind) -> None:
    """Removes this agent's draft, because what it held is now in the conversation."""
    tx.connection.execute(
        "DELETE FROM drafts WHERE ticket = ? AND agent = ? AND kind = ?", (ticket, tx.agent, str(kind))
    )
