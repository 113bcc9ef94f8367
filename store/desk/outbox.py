"""The outbox: replies on their way out, sent exactly as often as possible to be right (DESIGN, section 7).

queued → (a sender leases it) → sending → sent, or back to queued with a later attempt, or failed, or uncertain. `sending` is the
point of no return: the text is about to leave. Whoever dies there leaves an `uncertain` message, which is never sent again by
itself. A lease carries a token that grows; a sender whose lease was taken over can no longer report anything.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from store.clock import HOUR, MINUTE
from store.desk.conversation import message
from store.desk.desk import Desk
from store.desk.transaction import Transaction
from store.errors import Refused
from store.model import Delivery, Draft, Kind, Outgoing

LEASE = 5 * MINUTE
"""How long a sender may take for one message before another one may try (ms)."""

BACK_OFF = (1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 1 * HOUR, 2 * HOUR, 4 * HOUR)
"""Waiting times between attempts (ms); the last one is repeated, for `GIVE_UP_AFTER` attempts in all."""

GIVE_UP_AFTER = 16

_COLUMNS = "o.message, o.recipients, o.state, o.attempts, o.hold_until, o.next_attempt_at, o.error, t.id"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one message until it runs out."""

    outgoing: Outgoing
    token: int


def queue(tx: Transaction, message: int, recipients: Sequence[str], hold_until: int) -> None:
    """Puts a message into the outbox; until `hold_until` (ms) it can be called back."""
    tx.connection.execute(
        "INSERT INTO outbox (message, recipients, state, attempts, hold_until, next_attempt_at, error, lease_until, token)"
        " VALUES (?, ?, 'queued', 0, ?, ?, '', 0, 0)",
        (message, json.dumps(list(recipients)), hold_until, hold_until),
    )


def outgoing(desk: Desk, *, unsettled: bool = True, limit: int = 500) -> list[Outgoing]:
    """What is in the outbox, oldest first; `unsettled` leaves out what was sent."""
    where = "WHERE o.state NOT IN ('sent', 'draft')" if unsettled else "WHERE o.state <> 'draft'"
    rows = desk.read().execute(
        f"SELECT {_COLUMNS} FROM outbox o JOIN messages m ON m.number = o.message JOIN tickets t ON t.number = m.ticket"
        f" {where} ORDER BY o.message LIMIT ?",
        (limit,),
    )
    return [_outgoing(desk, row) for row in rows.fetchall()]


def _outgoing(desk: Desk, row: Sequence[object]) -> Outgoing:
    number, recipients, state, attempts, hold_until, next_attempt_at, error, ticket = row
    return Outgoing(
        message=message(desk, int(str(number))),
        ticket=str(ticket),
        recipients=tuple(json.loads(str(recipients))),
        state=Delivery(str(state)),
        attempts=int(str(attempts)),
        hold_until=int(str(hold_until)),
        next_attempt_at=int(str(next_attempt_at)),
        error=str(error),
    )


def lease(desk: Desk) -> Lease | None:
    """Leases the next message that may be tried now; None when there is none.

    Messages whose sender died are settled first: before the point of no return they are tried again, after it they are uncertain.
    """

    def job(tx: Transaction) -> tuple[int, int] | None:
        _settle_abandoned(tx)
        row = tx.connection.execute(
            "SELECT message FROM outbox WHERE state = 'queued' AND next_attempt_at <= ? AND hold_until <= ? AND lease_until <= ?"
            " ORDER BY next_attempt_at, message LIMIT 1",
            (tx.now, tx.now, tx.now),
        ).fetchone()
        if row is None:
            return None
        tx.connection.execute(
            "UPDATE outbox SET lease_until = ?, token = token + 1, attempts = attempts + 1 WHERE message = ?",
            (tx.now + LEASE, row[0]),
        )
        token: int = tx.connection.execute("SELECT token FROM outbox WHERE message = ?", row).fetchone()[0]
        return row[0], token

    if not is_due(desk):
        return None
    leased = desk.change(job)
    if leased is None:
        return None
    return Lease(outgoing_of(desk, leased[0]), leased[1])


def is_due(desk: Desk) -> bool:
    """Whether a message may be tried now, or was abandoned; one look at an index."""
    now = desk.now()
    return (
        desk.read()
        .execute(
            "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending') AND next_attempt_at <= ? AND lease_until <= ? LIMIT 1",
            (now, now),
        )
        .fetchone()
        is not None
    )


def outgoing_of(desk: Desk, number: int) -> Outgoing:
    """The outbox entry of one message. Raises Refused when it has none."""
    row = (
        desk.read()
        .execute(
            f"SELECT {_COLUMNS} FROM outbox o JOIN messages m ON m.number = o.message JOIN tickets t ON t.number = m.ticket"
            " WHERE o.message = ?",
            (number,),
        )
        .fetchone()
    )
    if row is None:
        raise Refused("this message is not in the outbox", "only replies are sent")
    return _outgoing(desk, row)


def _settle_abandoned(tx: Transaction) -> None:
    rows = tx.connection.execute(
        "SELECT message FROM outbox WHERE state = 'sending' AND lease_until <= ?", (tx.now,)
    ).fetchall()
    for (number,) in rows:
        _set(tx, number, Delivery.UNCERTAIN, "the sender stopped while the text was leaving")


def begin(desk: Desk, lease: Lease) -> bool:
    """The point of no return: True when this sender may now let the text leave."""

    def job(tx: Transaction) -> bool:
        if not _holds(tx, lease):
            return False
        _set(tx, lease.outgoing.message.number, Delivery.SENDING, "")
        return True

    return desk.change(job)


def _holds(tx: Transaction, lease: Lease) -> bool:
    row = tx.connection.execute(
        "SELECT 1 FROM outbox WHERE message = ? AND token = ? AND lease_until > ? AND state IN ('queued', 'sending')",
        (lease.outgoing.message.number, lease.token, tx.now),
    ).fetchone()
    return row is not None


def settle(desk: Desk, lease: Lease, state: Delivery, error: str = "") -> bool:
    """Reports how an attempt ended: sent, failed for good, or uncertain. False when the lease is no longer ours."""

    def job(tx: Transaction) -> bool:
        row = tx.connection.execute(
            "SELECT 1 FROM outbox WHERE message = ? AND token = ?",
            (lease.outgoing.message.number, lease.token),
        ).fetchone()
        if row is None:
            return False
        _set(tx, lease.outgoing.message.number, state, error)
        return True

    return desk.change(job)


def defer(desk: Desk, lease: Lease, error: str) -> bool:
    """Reports an attempt that certainly sent nothing: tried again later, or failed after the last one."""

    def job(tx: Transaction) -> bool:
        if not _holds(tx, lease):
            return False
        number, attempts = lease.outgoing.message.number, lease.outgoing.attempts
        if attempts >= GIVE_UP_AFTER:
            _set(tx, number, Delivery.FAILED, error)
            return True
        _set(tx, number, Delivery.QUEUED, error)
        pause = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
        tx.connection.execute(
            "UPDATE outbox SET next_attempt_at = ? WHERE message = ?", (tx.now + pause, number)
        )
        return True

    return desk.change(job)


def postpone(desk: Desk, lease: Lease, until: int, why: str) -> bool:
    """Gives a lease back unused: no attempt was made, the next one is at `until` (ms). False when it is no longer ours."""

    def job(tx: Transaction) -> bool:
        if not _holds(tx, lease):
            return False
        tx.connection.execute(
            "UPDATE outbox SET attempts = attempts - 1, next_attempt_at = ?, error = ?, lease_until = 0 WHERE message = ?",
            (until, why, lease.outgoing.message.number),
        )
        return True

    return desk.change(job)


def sent_lately(desk: Desk, ticket: str, since: int) -> tuple[list[tuple[str, ...]], int]:
    """What left since a moment (ms): the recipients of each reply on the ticket with this id, and how many in all.

    Looks at the newest 5,000 changes, which is far more than the caps let through.
    """
    rows = desk.read().execute(
        "SELECT o.recipients, t.id FROM (SELECT entity_id, at, kind, value FROM changes ORDER BY number DESC LIMIT 5000) c"
        " JOIN messages m ON m.id = c.entity_id JOIN outbox o ON o.message = m.number JOIN tickets t ON t.number = m.ticket"
        " WHERE c.kind = 'delivery' AND c.value = '\"sent\"' AND c.at > ?",
        (since,),
    )
    found = rows.fetchall()
    return [tuple(json.loads(recipients)) for recipients, name in found if name == ticket], len(found)


def _set(tx: Transaction, number: int, state: Delivery, error: str) -> None:
    lease_ends = "" if state is Delivery.SENDING else ", lease_until = 0"
    tx.connection.execute(
        f"UPDATE outbox SET state = ?, error = ?{lease_ends} WHERE message = ?", (str(state), error, number)
    )
    tx.set_delivery(number, state)


def recipients_of(tx: Transaction, number: int) -> tuple[str, ...]:
    """To whom a reply that left from here went, the customer first; nobody for one that was written elsewhere."""
    row = tx.connection.execute("SELECT recipients FROM outbox WHERE message = ?", (number,)).fetchone()
    return () if row is None else tuple(json.loads(row[0]))


def learn(tx: Transaction, number: int, state: Delivery, error: str = "") -> None:
    """What came in tells of a reply that left, from here or elsewhere: it bounced, or a copy shows that it was sent."""
    _set(tx, number, state, error)


def call_back(desk: Desk, number: int) -> Draft:
    """Undo send: a queued reply that no sender holds becomes a draft again, and its ticket is what it was before.

    Raises Refused when it has left or is leaving.
    """

    def job(tx: Transaction) -> str:
        row = tx.connection.execute(
            "SELECT m.ticket, m.body, m.id FROM outbox o JOIN messages m ON m.number = o.message"
            " WHERE o.message = ? AND o.state = 'queued' AND o.lease_until <= ?",
            (number, tx.now),
        ).fetchone()
        if row is None:
            raise Refused(
                "it is too late to call this reply back", "write to the customer again to correct it"
            )
        _set(tx, number, Delivery.DRAFT, "")
        rule = _revert_ticket(tx, row[2])
        _restore_draft(tx.connection, row[0], tx.agent, row[1], tx.now, rule)
        return rule

    rule = desk.change(job)
    sent = message(desk, number)
    return Draft(sent.ticket, desk.agent, Kind.REPLY, sent.body, 0, desk.now(), rule)


def _revert_ticket(tx: Transaction, message_id: str) -> str:
    """Gives the ticket the status and holder it had before the message; returns the rule by which the message declined."""
    from store.desk.undo import revert

    row = tx.connection.execute(
        "SELECT batch FROM changes WHERE entity_id = ? AND kind = 'message'", (message_id,)
    ).fetchone()
    return str(revert(tx, row[0]).get("declined_by", "")) if row is not None else ""


def _restore_draft(
    connection: sqlite3.Connection, ticket: int, agent: str, text: str, now: int, rule: str
) -> None:
    """Puts a text back as the draft, above anything typed since."""
    typed = connection.execute(
        "SELECT text FROM drafts WHERE ticket = ? AND agent = ? AND kind = 'reply'", (ticket, agent)
    ).fetchone()
    whole = text if typed is None else f"{text}\n\n{typed[0]}"
    connection.execute(
        "INSERT OR REPLACE INTO drafts VALUES (?, ?, 'reply', ?, 0, ?, ?)", (ticket, agent, whole, now, rule)
    )


def decide(desk: Desk, number: int, *, received: bool) -> None:
    """A person's word on an uncertain or failed message: it was received after all, or it shall be sent again.

    Raises Refused for a message in any other state.
    """

    def job(tx: Transaction) -> None:
        row = tx.connection.execute("SELECT state FROM outbox WHERE message = ?", (number,)).fetchone()
        if row is None or row[0] not in (Delivery.UNCERTAIN, Delivery.FAILED):
            raise Refused(
                "there is nothing to decide about this message", "only uncertain and failed ones ask for it"
            )
        if received:
            _set(tx, number, Delivery.SENT, "")
            return
        _set(tx, number, Delivery.QUEUED, "")
        tx.connection.execute(
            "UPDATE outbox SET next_attempt_at = ?, attempts = 0 WHERE message = ?", (tx.now, number)
        )

    desk.change(job)
