"""A hub with a generated desk in it, put there by COPY: a million tickets are not pushed one by one to be copied again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from store.desk.documents import CLASSES, KINDS
from store.sync.link import Link

_TICKETS = [
    "id",
    "short",
    "subject",
    "status",
    "priority",
    "channel",
    "product",
    "department",
    "tier",
    "assignee",
    "customer",
    "language",
    "created_at",
    "updated_at",
    "snoozed_until",
    "problem",
    "declined_by",
    "merged_into",
    "handle_seconds",
]
_TIMES = ("created_at", "updated_at", "snoozed_until", "sent_at")
_MESSAGES = [
    "id",
    "ticket",
    "kind",
    "author_name",
    "author_email",
    "agent",
    "sent_at",
    "body",
    "html",
    "message_id",
    "in_reply_to",
    "automatic",
    "delivery",
]


def fill(admin: Link, path: Path) -> None:
    """Puts the desk at `path` into an empty hub, as if everybody had pushed it and the log had been cut off."""
    desk = sqlite3.connect(path)
    _load(admin, "customers", "id email name seq", desk.execute("SELECT id, email, name, 1 FROM customers"))
    columns = ", ".join(_in_desk(name, "t") for name in _TICKETS)
    rows = desk.execute(f"SELECT {columns}, 1 FROM tickets t JOIN customers c ON c.number = t.customer")
    _load(admin, "tickets", " ".join((*_TICKETS, "seq")), rows)
    tags = desk.execute("SELECT t.id, g.tag FROM ticket_tags g JOIN tickets t ON t.number = g.ticket")
    _load(admin, "ticket_tags", "ticket tag", tags)
    columns = ", ".join(_in_desk(name, "m") for name in _MESSAGES)
    rows = desk.execute(
        f"SELECT {columns}, m.number, '[]', '[]', '[]', m.agent FROM messages m JOIN tickets t ON t.number = m.ticket"
        " ORDER BY m.number"
    )
    _load(admin, "messages", " ".join((*_MESSAGES, "seq folds notices reasons pushed_by")), rows)
    _load(admin, "documents", "entity id value seq", _documents(desk))
    desk.close()
    admin.rows("ANALYZE")


def _in_desk(name: str, table: str) -> str:
    if name in _TIMES:
        return f"strftime('%Y-%m-%dT%H:%M:%fZ', {table}.{name} / 1000.0, 'unixepoch')"
    return {"customer": "c.id", "ticket": "t.id"}.get(name, f"{table}.{name}")


def _documents(desk: sqlite3.Connection) -> Iterable[tuple[Any, ...]]:
    there = {name for (name,) in desk.execute("SELECT name FROM sqlite_master")}
    for kind in (KINDS[cls] for cls in CLASSES.values() if KINDS[cls].table in there):
        for row in desk.execute(f"SELECT {', '.join(kind.columns)} FROM {kind.table}"):
            yield kind.entity, row[0], json.dumps(dict(zip(kind.columns, row, strict=True))), 1


def _load(admin: Link, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    statement = f"COPY helpterm.{table} ({', '.join(columns.split())}) FROM STDIN"
    with admin.connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
