"""After a hub was restored from a backup: what it has lost and this store still has is said again.

Own changes of the last 30 days are said as they were. Tickets and mail that came from others are said as they stand here, so
that nothing a customer wrote depends on one machine. Notes by others are theirs to say again; until then they stay here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from store.desk.desk import Desk
from store.desk.transaction import Transaction
from store.sync.link import Link
from store.sync.road import Replay

_AT_ONCE = 2000
_LATER_FIELDS = ("snoozed_until", "problem", "declined_by", "merged_into", "handle_seconds")
"""Fields that a new ticket does not have yet; they are set after it was made."""


def say_again(desk: Desk, link: Link) -> None:
    """Records a change for everything that is here and not at the hub."""
    for numbers in _missing(desk.read(), link, "tickets"):
        _each(desk, numbers, _ticket)
    for numbers in _missing(desk.read(), link, "messages"):
        _each(desk, numbers, _message)


def _each(desk: Desk, numbers: list[int], say: Callable[[Transaction, int], None]) -> None:
    def job(tx: Transaction) -> None:
        for number in numbers:
            say(tx, number)

    desk.change(job)


def _missing(connection: sqlite3.Connection, link: Link, table: str) -> Iterator[list[int]]:
    after = 0
    while True:
        rows = connection.execute(
            f"SELECT number, id FROM {table} WHERE number > ? ORDER BY number LIMIT {_AT_ONCE}", (after,)
        ).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        there = {
            identity
            for (identity,) in link.rows(
                f"SELECT id FROM helpterm.{table} WHERE id = ANY (%s)".encode(),
                ([identity for _, identity in rows],),
            )
        }
        if numbers := [number for number, identity in rows if identity not in there]:
            yield numbers


def _is_own(tx: Transaction, identity: str, kind: str) -> bool:
    return (
        tx.connection.execute(
            "SELECT 1 FROM changes INDEXED BY changes_entity WHERE entity_id = ? AND kind = ? AND seq IS NULL"
            " AND device = '' LIMIT 1",
            (identity, kind),
        ).fetchone()
        is not None
    )


def _ticket(tx: Transaction, number: int) -> None:
    cursor = tx.connection.execute(
        "SELECT t.*, c.id AS customer_id, c.email, c.name FROM tickets t JOIN customers c ON c.number = t.customer"
        " WHERE t.number = ?",
        (number,),
    )
    row = dict(zip((each[0] for each in cursor.description), cursor.fetchone(), strict=True))
    if _is_own(tx, row["id"], "create"):
        return
    tx.record("put", "customer", row["customer_id"], value={"email": row["email"], "name": row["name"]})
    names = (
        "short",
        "subject",
        "status",
        "priority",
        "channel",
        "product",
        "department",
        "tier",
        "assignee",
        "language",
    )
    value = {name: row[name] for name in (*names, "created_at")}
    tx.record("create", "ticket", row["id"], value=value | {"customer": row["customer_id"]})
    for name in _LATER_FIELDS:
        if row[name]:
            tx.record("set", "ticket", row["id"], name, row[name])
    for (tag,) in tx.connection.execute("SELECT tag FROM ticket_tags WHERE ticket = ?", (number,)).fetchall():
        tx.record("set", "ticket", row["id"], f"tag:{tag}", True, False)


def _message(tx: Transaction, number: int) -> None:
    identity, ticket, kind, agent, delivery, message_id = tx.connection.execute(
        "SELECT m.id, t.id, m.kind, m.agent, m.delivery, m.message_id FROM messages m"
        " JOIN tickets t ON t.number = m.ticket WHERE m.number = ?",
        (number,),
    ).fetchone()
    may_say = agent in ("", tx.agent) or (kind == "reply" and delivery == "sent" and message_id)
    if may_say and not _is_own(tx, identity, "message"):
        tx.record("message", "message", identity, kind, {"ticket": ticket})


def lay_over(tx: Replay) -> None:
    """Makes tickets show what is pending, in the order in which it was done, over what the hub says."""
    rows = tx.connection.execute(
        "SELECT t.number, c.field, c.value FROM changes c INDEXED BY changes_pending JOIN tickets t ON t.id = c.entity_id"
        " WHERE c.seq IS NULL AND c.device = '' AND c.entity = 'ticket' AND c.kind IN ('set', 'claim', 'undo')"
        " ORDER BY c.number"
    ).fetchall()
    for number, name, packed in rows:
        value: Any = json.loads(packed) if packed else None
        tx.set(number, name, value)
