"""Everything about one ticket that its screen shows, read in one go. Runs in a thread."""

from __future__ import annotations

from dataclasses import dataclass

from store.desk import Desk, conversation, drafts, tickets
from store.desk.documents import document
from store.errors import NotFound
from store.model import Message, QueueRow, ScopeRule, Ticket


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket with its messages (oldest first), its customer's other tickets, and what is unfinished about it."""

    ticket: Ticket
    messages: tuple[Message, ...]
    others: tuple[QueueRow, ...]
    has_draft: bool
    declined_by: str
    merged_into: str


def read(desk: Desk, number: int) -> Opened:
    """Reads a ticket by its row. Raises NotFound."""
    ticket = tickets.ticket(desk, number)
    return Opened(
        ticket,
        tuple(conversation.messages(desk, ticket)),
        tuple(conversation.other_tickets(desk, ticket)),
        drafts.load(desk, ticket) is not None,
        _rule_title(desk, ticket.declined_by),
        _short(desk, ticket.merged_into),
    )


def _rule_title(desk: Desk, rule: str) -> str:
    if not rule:
        return ""
    try:
        return document(desk.read(), ScopeRule, rule).title
    except NotFound:
        return "a rule that this desk does not know"


def _short(desk: Desk, ticket_id: str) -> str:
    return tickets.find(desk, ticket_id).short if ticket_id else ""
