"""What an agent has typed and not sent. Drafts stay on this machine and are no changes: they are saved as they are typed."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future

from store.desk.desk import Desk
from store.model import Draft, Kind, Ticket

_COLUMNS = "t.id, d.agent, d.kind, d.text, d.cursor, d.updated_at, d.rule"


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

    return desk.database.submit(job)


def load(desk: Desk, ticket: Ticket, kind: Kind = Kind.REPLY) -> Draft | None:
    """This agent's draft for a ticket, or None."""
    row = (
        desk.read()
        .execute(
            f"SELECT {_COLUMNS} FROM drafts d JOIN tickets t ON t.number = d.ticket"
            " WHERE d.ticket = ? AND d.agent = ? AND d.kind = ?",
            (ticket.number, desk.agent, str(kind)),
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
