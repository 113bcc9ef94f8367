"""Two mails that came under one Message-ID to two machines: the hub keeps the first, and the other one gets an id of its own.

Some programs use their Message-IDs again. One machine alone tells such mails apart as they come in.
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Any

from store.desk.ids import derived_id
from store.desk.transaction import Transaction, customer_for
from store.model import Kind
from store.sync.road import Replay

_COLUMNS = "number, ticket, kind, author_name, author_email, body, message_id, subject, sent_at"


def step_aside(tx: Replay, identity: str, content: dict[str, Any]) -> bool:
    """Gives the mail that is here under `identity` another id if the hub's is another mail, and says it anew; True then.

    If nothing else is in the ticket that it began, it begins one of its own: two strangers share no conversation.
    """
    row = tx.connection.execute(f"SELECT {_COLUMNS} FROM messages WHERE id = ?", (identity,)).fetchone()
    if row is None or row[2] != Kind.INBOUND or _is_same(tx.connection, row, content):
        return False
    number, ticket, _, name, email, body, message_id, subject, sent_at = row
    new = derived_id("mail", message_id or identity, email, body)
    if new == identity:
        return False
    own = Transaction(tx.connection, tx.agent, tx.now, tx.targets)
    tx.connection.execute("UPDATE messages SET id = ? WHERE number = ?", (new, number))
    if own.id_of(ticket) == derived_id("ticket", identity) and _is_alone(tx.connection, ticket):
        begun = own.create_ticket(
            subject=subject or own.value(ticket, "subject"),
            customer=customer_for(email, name),
            product=own.value(ticket, "product"),
            department=own.value(ticket, "department"),
            language=own.value(ticket, "language"),
            created_at=sent_at,
            ticket_id=derived_id("ticket", new),
        )
        tx.connection.execute("UPDATE messages SET ticket = ? WHERE number = ?", (begun, number))
        tx.connection.execute("UPDATE fingerprint_replies SET ticket = ? WHERE reply = ?", (begun, number))
        tx.mark_stale(ticket)
        ticket = begun
    own.record("message", "message", new, str(Kind.INBOUND), {"ticket": own.id_of(ticket)})
    own.finish()
    return True


def _is_same(connection: sqlite3.Connection, row: tuple[Any, ...], content: dict[str, Any]) -> bool:
    """Whether sender and words agree, or the raw mails do: two versions of helpterm may read one mail in two ways."""
    number, _, _, _, email, body = row[:6]
    if email.lower() == content["author_email"].lower() and body.split() == content["body"].split():
        return True
    raw = connection.execute("SELECT data FROM raw_mails WHERE message = ?", (number,)).fetchone()
    return raw is not None and hashlib.sha256(raw[0]).hexdigest() == content["raw"]


def _is_alone(connection: sqlite3.Connection, ticket: int) -> bool:
    (count,) = connection.execute("SELECT count(*) FROM messages WHERE ticket = ?", (ticket,)).fetchone()
    return bool(count == 1)
