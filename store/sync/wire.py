"""What travels: own changes as the hub takes them. Text is made inert both ways, so that both sides hold the same."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import Any

from store.text.inert import inert

Op = dict[str, Any]

MOST_OPS = 1000
MOST_BYTES = 4_000_000

_COLUMNS = "number, id, batch, at, kind, entity, entity_id, field, value, previous, base"


def pending_ops(connection: sqlite3.Connection, after: int, limit: int = MOST_OPS) -> list[Op]:
    """Own changes that the hub has not confirmed, in the order in which they were made, from row `after` on."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM changes INDEXED BY changes_pending WHERE seq IS NULL AND device = '' AND number > ?"
        " ORDER BY number LIMIT ?",
        (after, limit),
    ).fetchall()
    ops: list[Op] = []
    size = 0
    for row in rows:
        op = _op(connection, row)
        size += len(row[8]) + (
            len(op["value"]["body"]) if op["entity"] == "message" and "body" in op["value"] else 0
        )
        if ops and size > MOST_BYTES:
            break
        ops.append(op)
    return ops


def _op(connection: sqlite3.Connection, row: tuple[Any, ...]) -> Op:
    number, op, batch, at, kind, entity, entity_id, field, value, previous, base = row
    content: Any = json.loads(value) if value else None
    if kind == "message":
        content = message_content(connection, entity_id)
        kind = "message" if content else "rejected"
    return {
        "n": number,
        "op": op,
        "batch": batch,
        "at": at,
        "kind": kind,
        "entity": entity,
        "entity_id": entity_id,
        "field": field,
        "value": harmless(content),
        "previous": harmless(json.loads(previous)) if previous else None,
        "base": base,
    }


def message_content(connection: sqlite3.Connection, message: str) -> dict[str, Any]:
    """A message as it travels: its row, its attachments' labels, the reasons given for it, its recipients."""
    row = connection.execute(
        "SELECT m.number, t.id, m.kind, m.author_name, m.author_email, m.agent, m.sent_at, m.body, m.folds, m.html,"
        " m.message_id, m.in_reply_to, m.automatic, m.delivery, m.notices, o.recipients, o.hold_until, m.subject FROM messages m"
        " JOIN tickets t ON t.number = m.ticket LEFT JOIN outbox o ON o.message = m.number WHERE m.id = ?",
        (message,),
    ).fetchone()
    if row is None:
        return {}
    files = connection.execute(
        "SELECT position, name, type, size, sha256 FROM attachments WHERE message = ? ORDER BY position",
        row[:1],
    )
    reasons = connection.execute("SELECT rule, reason FROM reasons WHERE message = ? ORDER BY rule", row[:1])
    content: dict[str, Any] = {
        "ticket": row[1],
        "kind": row[2],
        "author_name": row[3],
        "author_email": row[4],
        "agent": row[5],
        "sent_at": row[6],
        "body": row[7],
        "folds": json.loads(row[8]) if row[8] else [],
        "html": bool(row[9]),
        "message_id": row[10],
        "in_reply_to": row[11],
        "automatic": row[12],
        "delivery": row[13],
        "notices": json.loads(row[14]) if row[14] else [],
        "subject": row[17],
        "reasons": [list(each) for each in reasons],
        "raw": _raw_hash(connection, row[0]),
        "attachments": [
            dict(zip(("position", "name", "type", "size", "sha256"), each, strict=True)) for each in files
        ],
    }
    if row[15] is not None:
        content |= {"recipients": json.loads(row[15]), "hold_until": row[16]}
    return content


def _raw_hash(connection: sqlite3.Connection, message: int) -> str | None:
    row = connection.execute("SELECT data FROM raw_mails WHERE message = ?", (message,)).fetchone()
    return None if row is None else hashlib.sha256(row[0]).hexdigest()


def harmless(value: Any) -> Any:
    """A JSON value without anything that a terminal obeys or a database cannot hold."""
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, list):
        return [harmless(each) for each in value]
    if isinstance(value, dict):
        return {key if key.isidentifier() else inert(key): harmless(each) for key, each in value.items()}
    return value


def packed(ops: list[Op]) -> str:
    """Changes as one JSON text."""
    return json.dumps(ops, ensure_ascii=False, separators=(",", ":"))


def set_aside(op: Op, why: str) -> Op:
    """A change that cannot be taken, as one that only says so; it keeps its place and its id."""
    said = {"kind": op["kind"], "why": why}
    return op | {"kind": "rejected", "value": said, "previous": None, "base": 0, "field": op["field"][:100]}
