"""One mail is filed, once: which ticket, what becomes of its status, what the agent should know.

| outcome | what came of it |
|---|---|
| `ticket` | a new ticket |
| `follow_up` | a customer's message on a ticket that is there; opens it again unless it is mere thanks |
| `reply` | ours, written elsewhere: a reply on its ticket |
| `automatic` | written by a machine: kept and labelled, opens nothing; without a ticket it is kept in a closed one |
| `bounce` | the same, beside the message that did not arrive, whose delivery has failed |
| `duplicate` | here already (another mailbox, Bcc, a second import): nothing changes |
| `failed` | it could not be filed; says why |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from store.channels.mail import threading
from store.channels.mail.letters import Door, Letter
from store.channels.mail.thanks import is_thanks
from store.channels.mail.twins import is_same
from store.clock import DAY
from store.desk import message_ids, outbox
from store.desk.ids import derived_id
from store.desk.tickets import merge_one
from store.desk.transaction import Transaction
from store.model import Delivery, Status


class Outcome(StrEnum):
    """What came of a mail."""

    TICKET = "ticket"
    FOLLOW_UP = "follow_up"
    REPLY = "reply"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    DUPLICATE = "duplicate"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Item:
    """What came of one mail: ids of its message and ticket (empty when it has none), and the reason when it failed."""

    source: str
    outcome: Outcome
    message: str = ""
    ticket: str = ""
    message_id: str = ""
    reason: str = ""


@dataclass(slots=True)
class Tally:
    """The figures of an intake: mails read; tickets begun by people; messages filed; what was here already; what machines wrote
    (bounces among it); and the source and reason of each failure.
    """

    read: int = 0
    tickets: int = 0
    messages: int = 0
    duplicates: int = 0
    automatic: int = 0
    failed: list[Item] = field(default_factory=list)

    def count(self, item: Item) -> None:
        """Adds one mail."""
        self.read += 1
        self.tickets += item.outcome is Outcome.TICKET
        self.duplicates += item.outcome is Outcome.DUPLICATE
        self.automatic += item.outcome in (Outcome.AUTOMATIC, Outcome.BOUNCE)
        self.messages += item.outcome not in (Outcome.DUPLICATE, Outcome.FAILED)
        if item.outcome is Outcome.FAILED:
            self.failed.append(item)


def take(tx: Transaction, letter: Letter, door: Door) -> Item:
    """Files a mail. Taking the same one again changes nothing."""
    identity, known = _identity(tx, letter)
    if known is not None:
        return known
    notices = [f"the sender could not be verified ({failed})" for failed in letter.mail.auth_failures]
    at = letter.moment(tx.now)
    bounced = _bounced(tx, letter)
    ticket = bounced[1] if bounced else threading.ticket_of(tx.connection, letter.clues)
    if ticket is not None and not letter.automatic and _is_long_done(tx, ticket, at, door):
        notices.append(f"continues ticket #{tx.value(ticket, 'short')}, which was done long ago")
        ticket = None
    outcome = _outcome(letter, ticket)
    if ticket is None:
        ticket = _begin(tx, letter, door, identity, at)
    else:
        notices += _newcomer(tx, letter, ticket, door)
        at = _go_on(tx, letter, door, ticket, at)
    tx.add_message(ticket, letter.message(identity, at, door.house, tuple(notices)), letter.raw)
    threading.remember(tx.connection, ticket, letter.clues)
    _settle_answered(tx, letter)
    if bounced and _fails_the_customer(tx, bounced[0], letter):
        outbox.learn(tx, bounced[0], Delivery.FAILED, "; ".join(letter.verdict.reasons))
    _join(tx, letter, ticket)
    return Item(letter.source, outcome, identity, tx.id_of(ticket), letter.message_id)


def _identity(tx: Transaction, letter: Letter) -> tuple[str, Item | None]:
    """The id of the mail's message, and what is to be said when it is here already.

    Another mail under the same Message-ID (some programs use theirs again) is not lost: it goes by its content.
    """
    identity = derived_id("mail", letter.message_id or letter.mail.content_id)
    rows = tx.connection.execute(
        "SELECT m.number, m.id, t.id FROM messages m JOIN tickets t ON t.number = m.ticket"
        " WHERE m.message_id = ?1 AND m.message_id <> '' UNION"
        " SELECT m.number, m.id, t.id FROM messages m JOIN tickets t ON t.number = m.ticket WHERE m.id = ?2",
        (letter.message_id, identity),
    ).fetchall()
    for number, message, ticket in rows:
        is_own = letter.is_ours and message_ids.read(tx.connection, letter.message_id) is not None
        if is_own:
            _settle(tx, letter.message_id)
        if is_own or not letter.message_id or is_same(tx.connection, number, letter):
            return identity, Item(letter.source, Outcome.DUPLICATE, message, ticket, letter.message_id)
    return derived_id("mail", letter.message_id, letter.mail.content_id) if rows else identity, None


def _settle_answered(tx: Transaction, letter: Letter) -> None:
    """A reply that somebody answers has arrived, whatever we did not hear of it."""
    if letter.verdict.bounce is None and not letter.is_ours:
        for name in letter.clues.nearest:
            _settle(tx, name)


def _settle(tx: Transaction, message_id: str) -> None:
    """Settles an uncertain reply as sent."""
    row = tx.connection.execute(
        "SELECT number FROM messages WHERE message_id = ? AND message_id <> '' AND delivery = ?",
        (message_id, str(Delivery.UNCERTAIN)),
    ).fetchone()
    if row is not None:
        outbox.learn(tx, row[0], Delivery.SENT)


def _outcome(letter: Letter, ticket: int | None) -> Outcome:
    if letter.automatic:
        return Outcome.BOUNCE if letter.automatic == "bounce" else Outcome.AUTOMATIC
    if letter.is_ours:
        return Outcome.REPLY
    return Outcome.TICKET if ticket is None else Outcome.FOLLOW_UP


def _is_long_done(tx: Transaction, ticket: int, at: int, door: Door) -> bool:
    status, updated_at = tx.connection.execute(
        "SELECT status, updated_at FROM tickets WHERE number = ?", (ticket,)
    ).fetchone()
    return Status(status).is_done and at - updated_at > door.settings.reopen_days * DAY


def _begin(tx: Transaction, letter: Letter, door: Door, identity: str, at: int) -> int:
    """A new ticket for a mail that belongs to none."""
    status = Status.NEW
    if letter.automatic:
        status = Status.CLOSED
    elif letter.is_ours:
        status = Status.PENDING if letter.others else Status.OPEN
    ticket = tx.create_ticket(
        subject=letter.mail.subject,
        customer=letter.customer(door.house),
        product=door.product or door.house.product(each.email for each in (*letter.mail.to, *letter.mail.cc)),
        department=door.department,
        status=status,
        language=letter.language,
        created_at=at,
        ticket_id=derived_id("ticket", identity),
    )
    if letter.automatic:
        tx.set(ticket, f"tag:{letter.automatic}", True)
    return ticket


def _go_on(tx: Transaction, letter: Letter, door: Door, ticket: int, at: int) -> int:
    """What a mail changes about its ticket; returns when the message counts as written.

    A customer's mail that crossed our reply on its way is not answered by it: it counts from now.
    """
    status, language, snoozed, latest = tx.connection.execute(
        "SELECT status, language, snoozed_until, (SELECT max(sent_at) FROM messages WHERE ticket = tickets.number)"
        " FROM tickets WHERE number = ?",
        (ticket,),
    ).fetchone()
    is_late = latest is not None and at <= latest
    if letter.automatic or (is_late and not letter.is_fresh(tx.now)):
        return at
    if letter.is_ours:
        if status in (Status.NEW, Status.OPEN) and letter.others:
            tx.set(ticket, "status", str(Status.PENDING))
        return at
    if not language and letter.language:
        tx.set(ticket, "language", letter.language)
    thanks_only = Status(status).is_done and not door.settings.thanks_reopens
    if status not in (Status.NEW, Status.OPEN) and not (thanks_only and _is_thanks(letter)):
        tx.set(ticket, "status", str(Status.OPEN))
    if snoozed is not None:
        tx.set(ticket, "snoozed_until", None)
    return tx.now if is_late else at


def _is_thanks(letter: Letter) -> bool:
    return not letter.mail.attachments and is_thanks(letter.new_text, letter.author.name)


def _newcomer(tx: Transaction, letter: Letter, ticket: int, door: Door) -> list[str]:
    """A notice when somebody writes who neither wrote nor was written to before; on a list that is everyday."""
    email = letter.author.email.lower()
    if (
        letter.is_ours
        or letter.automatic
        or letter.verdict.is_list
        or threading.takes_part(tx.connection, ticket, [email])
    ):
        return []
    who = f"{letter.author.name} <{letter.author.email}>" if letter.author.name else letter.author.email
    return [f"new participant: {who or 'without an address'}"]


def _bounced(tx: Transaction, letter: Letter) -> tuple[int, int] | None:
    """The message of ours that did not arrive, and its ticket."""
    for name in letter.verdict.bounced:
        row = tx.connection.execute(
            "SELECT number, ticket FROM messages WHERE message_id = ? AND message_id <> '' AND kind = 'reply'",
            (name,),
        ).fetchone()
        if row is not None:
            return row[0], threading.survivor(tx.connection, row[1])
    return None


def _fails_the_customer(tx: Transaction, number: int, letter: Letter) -> bool:
    """Whether a bounce is final and more than somebody in copy whom the reply did not reach."""
    bounce = letter.verdict.bounce
    if bounce is None or not bounce.is_permanent:
        return False
    unreached = {each.lower() for each in bounce.recipients}
    copies = {each.lower() for each in outbox.recipients_of(tx, number)[1:]}
    return not unreached or not unreached <= copies


def _join(tx: Transaction, letter: Letter, ticket: int) -> None:
    """Makes one ticket of those whose mails all answer this one, which came after them.

    A mail of ours joins nothing: many people answer the same announcement, each for themselves.
    """
    if letter.is_ours or letter.automatic or not letter.message_id:
        return
    for other in threading.answering(tx.connection, letter.message_id, letter.clues.subject):
        if other != ticket:
            merge_one(tx, other, tx.id_of(ticket))
