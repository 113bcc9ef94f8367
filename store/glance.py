"""The head of the queue and its counts, read with nothing but SQLite: the first picture, before the rest is loaded.

Holds the columns of a queue row, which `store.desk.queue` reads too. Lies outside `store.desk` and imports nothing heavy (no
dataclasses, no typing), because it runs before anything else is loaded.
"""

from __future__ import annotations

import sqlite3

ROW_COLUMNS = """
    t.number, t.id, t.short, t.subject,
    (SELECT CASE WHEN name = '' THEN email ELSE name END FROM customers WHERE number = t.customer),
    t.status, t.priority, t.assignee, t.product, t.language,
    (SELECT group_concat(tag, ' ') FROM ticket_tags WHERE ticket = t.number),
    t.waiting_since, t.due_at, t.snoozed_until, t.updated_at, t.rank
"""
"""What the queue shows of a ticket, in the order of `store.model.QueueRow`'s fields, its rank at the end."""

OPEN_RANKS = (-(1 << 51), (1 << 53) - (1 << 51))
"""The ranks of open tickets: the first one, and the first one that is not open any more."""

MOST_COUNTED = 10_000
"""Views without a kept counter are counted up to here, so that a count costs no more on a larger desk."""


class GlanceRow:
    """A row of the queue with the attributes that are drawn, as in `store.model.QueueRow`."""

    __slots__ = (
        "assignee", "customer", "due_at", "id", "language", "number", "priority", "product", "short", "snoozed_until",
        "status", "subject", "tags", "updated_at", "waiting_since",
    )  # fmt: skip

    def __init__(self, row: tuple) -> None:  # type: ignore[type-arg]  # a row of SQLite
        (
            self.number, self.id, self.short, self.subject, self.customer, self.status, self.priority, self.assignee,
            self.product, self.language, tags, self.waiting_since, self.due_at, self.snoozed_until, self.updated_at, _,
        ) = row  # fmt: skip
        self.tags = tuple(sorted(tags.split(" "))) if tags else ()


class Glance:
    """The first rows of the open queue, and how many tickets stand in each saved view, by the view's name."""

    def __init__(self, rows: list[GlanceRow], counts: dict[str, int]) -> None:
        self.rows = rows
        self.counts = counts


def glance(path: str, agent: str, now: int, limit: int) -> Glance | None:
    """Reads the desk at `path` for `agent`, seen from `now` (ms); None when it cannot be read like this.

    Why it cannot be read is for `store.database` to find out and to say.
    """
    try:
        connection = sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True, timeout=0.05)
    except sqlite3.Error:
        return None
    try:
        rows = connection.execute(
            f"SELECT {ROW_COLUMNS} FROM tickets t WHERE t.rank >= ? AND t.rank < ? ORDER BY t.rank, t.number LIMIT ?",
            (*OPEN_RANKS, limit),
        )
        return Glance([GlanceRow(row) for row in rows], _counts(connection, agent, now))
    except sqlite3.Error:
        return None
    finally:
        connection.close()


def _counts(connection: sqlite3.Connection, agent: str, now: int) -> dict[str, int]:
    kept = connection.execute("SELECT bucket, assignee, tickets FROM counts").fetchall()
    by_bucket = [sum(count for bucket, _, count in kept if bucket == wanted) for wanted in range(4)]
    overdue: int = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM tickets WHERE rank >= ? AND rank <= ? LIMIT ?)",
        (OPEN_RANKS[0], now, MOST_COUNTED),
    ).fetchone()[0]
    return {
        "Open": by_bucket[0],
        "Mine": sum(count for bucket, assignee, count in kept if bucket == 0 and assignee == agent),
        "Unassigned": sum(count for bucket, assignee, count in kept if bucket == 0 and assignee == ""),
        "Overdue": overdue,
        "Snoozed": by_bucket[1],
        "Solved": by_bucket[2],
        "All": sum(by_bucket),
    }


def _quoted(path: str) -> str:
    """A path as SQLite's URI wants it (sqlite.org/uri.html)."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
