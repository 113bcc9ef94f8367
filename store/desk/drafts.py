"""What an agent has typed and not sent. Drafts stay on this machine and are no changes: they are saved as they are typed."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future, wait
from weakref import WeakKeyDictionary

from store.desk.desk import Desk
from store.model import Draft, Kind, Ticket

_COLUMNS = "t.id, d.agent, d.kind, d.text, d.cursor, d.updated_at, d.rule"

_latest: WeakKeyDictionary[Desk, dict[tuple[int, str, str], Future[None]]] = WeakKeyDictionary()
"""The saving asked for last, of each draft by ticket, agent and kind."""


def save(
    desk: Desk, ticket: Ticket, text: str, *, kind: Kind = Kind.REPLY, cursor: int = 0, rule: str = ""
) -> Future[None]:
    """Queues the draft for saving; the future ends when it is durable. An empty text removes it."""
    row = (ticket.number, desk.agent, str(kind), text, cursor, desk.now(), rule)

    def job(connection: sqlite3.Connection) -> None:
        if text:
            connection.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        else:
            connection.execute("DELETE FROM drafts WHERE ticket = ? AND agent = ? AND kind = ?", row[:3])

    saving = desk.database.submit(job)
    _latest.setdefault(desk, {})[row[:3]] = saving
    return saving


def load(desk: Desk, ticket: Ticket, kind: Kind = Kind.REPLY) -> Draft | None:
    """This agent's draft for a ticket, or None. A saving that is still under way is waited for: it is the newest text."""
    key = (ticket.number, desk.agent, str(kind))
    saving = _latest.get(desk, {}).get(key)
    if saving is not None:
        wait([saving])
    row = (
        desk.read()
        .execute(
            f"SELECT {_COLUMNS} FROM drafts d JOIN tickets t ON t.number = d.ticket"
            " WHERE d.ticket = ? AND d.agent = ? AND d.kind = ?",
            key,
        )
        .fetchone()
    )
    return None if row is None else Draft(row[0], row[1], Kind(row[2]), *row[3:])


def all_drafts(desk: Desk) -> list[Draft]:
    """Every draft of this agent, the latest first."""
    rows = desk.read().execute(
        f"SELECT {_COLUMNS} FROM drafts d JOIN tickets t ON t.number = d.ticket WHERE d.agent = ?"
        " ORDER BY d.updated_at DESC",
        (desk.agent,),
    )
    return [Draft(row[0], row[1], Kind(row[2]), *row[3:]) for row in rows]
