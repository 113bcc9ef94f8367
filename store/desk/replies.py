"""Sending a reply: through the one gate, into the outbox, with the status that goes with it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from store.desk import message_ids, outbox
from store.desk.conversation import message as message_by_number
from store.desk.conversation import messages, written_since
from store.desk.desk import Desk
from store.desk.documents import document
from store.desk.ids import new_id
from store.desk.messages import author_of, forget_draft, note_on
from store.desk.transaction import NewMessage, Transaction
from store.errors import NotFound, Refused
from store.model import Delivery, Kind, Message, Product, Review, Role, ScopeRule, Status, Ticket
from store.policy.gate import Reply, needs_reason, review

TELL_THEM = "tell-them"
"""The tag of a ticket whose customer is still to be told that its problem is patched; a reply takes it off."""


class ReplyStopped(Refused):
    """The gate stopped a reply; `review` says why. What was typed stays a draft."""

    title = "This reply cannot be sent yet"

    def __init__(self, message: str, remedy: str, review: Review) -> None:
        super().__init__(message, remedy)
        self.review = review


class NeedsGreenLight(Refused):
    """A newcomer's reply leaves only when a mentor has read it (`store.shifts.greenlight`)."""

    title = "A mentor reads this first"

    def __init__(self) -> None:
        super().__init__(
            "your replies go to a mentor before they leave", "hand it in: `helpterm greenlight submit`"
        )


class WrittenSince(Refused):
    """Somebody wrote into the ticket while the reply was typed; `messages` are new. What was typed stays a draft."""

    title = "Something new has come in"

    def __init__(self, messages: Sequence[Message]) -> None:
        last = messages[-1]
        super().__init__(
            f"{last.author.name or last.author.email} wrote while you were typing",
            "read it, and send again if your reply still stands",
        )
        self.messages = tuple(messages)


def send(
    desk: Desk,
    ticket: Ticket,
    reply: Reply,
    *,
    status: Status = Status.PENDING,
    cc: Sequence[str] = (),
    hold: bool = True,
    seen: int | None = None,
    author: str = "",
    also: Callable[[Transaction, int], None] | None = None,
) -> tuple[Message, Review]:
    """Sends a reply to the ticket's customer (and `cc`); the ticket gets `status` and, when nobody has it, this agent.

    With `hold` it can be called back for the configured seconds. `seen` is the row of the newest message that the author
    had before the eyes (`conversation.newest`). `author` is the newcomer whose reply the agent at this desk lets pass; both
    names are kept. `also` is done in the same transaction, with the row of the message.

    Raises NeedsGreenLight when the agent at this desk is a newcomer, ReplyStopped when the gate says no or a flagged reply
    has no reason, WrittenSince when somebody else has written after `seen`, and Refused when the customer has no address.
    """
    if is_newcomer(desk):
        raise NeedsGreenLight()
    judged = review(desk, ticket, reply)
    stop(judged, reply)
    if not ticket.customer.email:
        raise Refused("this customer has no e-mail address", "write a note, or log the call")
    seconds = desk.config.desk.undo_send_seconds if hold else 0
    answered = _answers(desk, ticket)
    writer = author or desk.agent

    def job(tx: Transaction) -> int:
        if seen is not None and (new := written_since(tx.connection, ticket, seen, writer)):
            raise WrittenSince(new)
        number = tx.add_message(ticket.number, _message(desk, tx, ticket, reply, writer, answered))
        outbox.queue(tx, number, [ticket.customer.email, *cc], tx.now + round(seconds * 1000))
        _settle_ticket(tx, ticket, reply, status, writer)
        if writer == tx.agent:
            forget_draft(tx, ticket.number, Kind.REPLY)
        if also is not None:
            also(tx, number)
        return number

    return message_by_number(desk, desk.change(job)), judged


def _message(
    desk: Desk, tx: Transaction, ticket: Ticket, reply: Reply, writer: str, answered: str
) -> NewMessage:
    """The reply as a message that waits to be sent; its Message-ID is fixed here, before any attempt."""
    message_id = new_id()
    return NewMessage(
        message_id,
        Kind.REPLY,
        author_of(tx, writer),
        tx.now,
        reply.text.rstrip(),
        message_id=message_ids.make(tx.connection, message_id, ticket.id, _domain(desk, ticket)),
        in_reply_to=answered,
        delivery=Delivery.QUEUED,
        notices=(f"green light by {desk.agent}",) if writer != desk.agent else (),
        reasons=tuple((rule, reason) for rule, reason in reply.acknowledged.items() if reason.strip()),
    )


def _settle_ticket(tx: Transaction, ticket: Ticket, reply: Reply, status: Status, writer: str) -> None:
    """What a reply does to its ticket: the rule it was declined by, somebody who has it, its status."""
    if reply.decline_rule:
        rule = document(tx.connection, ScopeRule, reply.decline_rule)
        tx.set(ticket.number, "declined_by", rule.id)
    if not tx.value(ticket.number, "assignee"):
        tx.set(ticket.number, "assignee", writer)
    tx.set(ticket.number, "status", str(status))
    tx.set(ticket.number, "snoozed_until", None)
    tx.set(ticket.number, f"tag:{TELL_THEM}", False)
    _tell_at_once(tx, ticket, status)


def _tell_at_once(tx: Transaction, ticket: Ticket, status: Status) -> None:
    """One reply for each customer: their other tickets of the same problem are told by it, and say so in a note."""
    others = tx.connection.execute(
        "SELECT t.number FROM tickets t JOIN ticket_tags g ON g.ticket = t.number AND g.tag = ?"
        " JOIN tickets told ON told.number = ? AND told.problem <> '' AND t.problem = told.problem"
        " AND t.customer = told.customer AND t.number <> told.number",
        (TELL_THEM, ticket.number),
    ).fetchall()
    for (number,) in others:
        note_on(tx, number, f"The customer was told of the patch in #{ticket.short}.")
        tx.set(number, f"tag:{TELL_THEM}", False)
        tx.set(number, "status", str(status))


def is_newcomer(desk: Desk) -> bool:
    """True while the agent at this desk has no green light to answer alone."""
    role = desk.read().execute("SELECT role FROM agents WHERE name = ? AND active", (desk.agent,)).fetchone()
    return role is not None and role[0] == Role.NEWCOMER


def stop(judged: Review, reply: Reply) -> None:
    """Raises ReplyStopped when the gate says no, or when a flagged reply has no reason."""
    if judged.blocking:
        first = judged.blocking[0]
        raise ReplyStopped(first.message, first.advice, judged)
    missing = needs_reason(judged, reply.acknowledged)
    if missing:
        raise ReplyStopped(
            missing[0].message, f"say why it is right for this customer ({missing[0].rule})", judged
        )


def _answers(desk: Desk, ticket: Ticket) -> str:
    """The Message-ID of the customer's last mail, which the reply answers; empty when there is none."""
    mails = [m for m in messages(desk, ticket) if m.kind is Kind.INBOUND and m.message_id and not m.automatic]
    return mails[-1].message_id if mails else ""


def _domain(desk: Desk, ticket: Ticket) -> str:
    """The domain of our Message-IDs: that of the product's address or a mailbox, else one that is reserved (RFC 2606)."""
    try:
        address = document(desk.read(), Product, ticket.product).address if ticket.product else ""
    except NotFound:
        address = ""
    addresses = (address, *(mailbox.address for mailbox in desk.config.mailboxes))
    return next((each.rpartition("@")[2] for each in addresses if each), "helpterm.invalid")
