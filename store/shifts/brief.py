"""The brief: what changed since the last shift, who waits and for how long, and who else is on.

What changed is read from the log by the order in which it came to this desk, so that what colleagues did before and what
was exchanged since is in it too.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from store.clock import DAY
from store.desk import Desk, outbox, queue
from store.desk.derive import NOT_WAITING, Bucket
from store.desk.documents import AnyDocument, documents_where
from store.desk.queue import queue_rows
from store.desk.replies import is_newcomer
from store.model import Delivery, Outgoing, QueueRow, ScopeRule, Takeaway
from store.shifts import greenlight, handover, problems
from store.shifts import shift as shifts
from store.working import GreenLight, Handover, Light, Shift

SHOWN = 50
"""Tickets of each kind that the brief names; their counts are whole up to `COUNTED`."""
COUNTED = 10_000
LOOKED_BACK = 7 * DAY
"""How far the first brief of an agent looks back (ms)."""


@dataclass(frozen=True, slots=True)
class Tickets:
    """Some tickets: how many, and the first of them."""

    count: int
    rows: tuple[QueueRow, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """What an agent should know when a shift begins. `since` and `longest_wait` are ms; None when nobody waits."""

    since: int
    new: Tickets
    waiting_on_me: Tickets
    reopened: Tickets
    handed_over: tuple[Handover, ...]
    bounced: tuple[Outgoing, ...]
    rules: tuple[ScopeRule, ...]
    takeaways: tuple[Takeaway, ...]
    to_tell: Tickets
    lights: tuple[GreenLight, ...]
    waiting: int
    overdue: int
    longest_wait: int | None
    colleagues: tuple[Shift, ...]


def brief(desk: Desk) -> Brief:
    """The brief of the agent at this desk, since their last shift ended (or the last seven days)."""
    last = shifts.last_ended(desk)
    since = desk.now() - LOOKED_BACK if last is None or last.ended_at is None else last.ended_at
    connection = desk.read()
    first = _first_change(connection, last)
    mine = queue_rows(
        desk,
        "t.assignee = ? AND t.bucket = 0 AND t.waiting_since IS NOT NULL ORDER BY t.rank, t.number",
        (desk.agent,),
    )
    tell = problems.to_tell(desk, agent=desk.agent)
    return Brief(
        since=since,
        new=_some(desk, _created(connection, first, since)),
        waiting_on_me=Tickets(len(mine), tuple(mine[:SHOWN])),
        reopened=_some(desk, _reopened(connection, first)),
        handed_over=tuple(handover.received(desk, since)),
        bounced=tuple(
            each for each in outbox.outgoing(desk) if each.state in (Delivery.UNCERTAIN, Delivery.FAILED)
        ),
        rules=tuple(_changed(connection, ScopeRule, "rule", first)),
        takeaways=tuple(_changed(connection, Takeaway, "takeaway", first)),
        to_tell=Tickets(len(tell), tuple(tell[:SHOWN])),
        lights=_lights(desk),
        waiting=queue.count(desk, queue.understand(desk, "is:open"), limit=COUNTED),
        overdue=queue.count(desk, queue.understand(desk, "is:overdue"), limit=COUNTED),
        longest_wait=_longest_wait(connection, desk.now()),
        colleagues=tuple(
            each for each in shifts.on_shift(desk) if each.agent.casefold() != desk.agent.casefold()
        ),
    )


def _lights(desk: Desk) -> tuple[GreenLight, ...]:
    """For a newcomer what a mentor has returned; for everybody else what waits for a mentor."""
    if is_newcomer(desk):
        return tuple(each for each in greenlight.of_author(desk) if each.light is Light.RETURNED)
    return tuple(greenlight.waiting(desk))


def _first_change(connection: sqlite3.Connection, last: Shift | None) -> int:
    """The number of the change that ended the last shift; 0 when there was none."""
    if last is None:
        return 0
    row = connection.execute("SELECT max(number) FROM changes WHERE entity_id = ?", (last.id,)).fetchone()
    return int(row[0] or 0)


def _created(connection: sqlite3.Connection, first: int, since: int) -> list[str]:
    """The tickets that came in: after change `first`, or since a moment where there is no such change."""
    if first:
        rows = connection.execute(
            "SELECT entity_id FROM changes WHERE number > ? AND kind = 'create' AND entity = 'ticket' LIMIT ?",
            (first, COUNTED),
        )
    else:
        rows = connection.execute(
            "SELECT id FROM (SELECT id, created_at FROM tickets ORDER BY number DESC LIMIT ?) WHERE created_at >= ?",
            (COUNTED, since),
        )
    return [ticket for (ticket,) in rows]


def _reopened(connection: sqlite3.Connection, first: int) -> list[str]:
    if not first:
        return []
    rows = connection.execute(
        "SELECT DISTINCT entity_id FROM changes WHERE number > ? AND field = 'status' AND entity = 'ticket'"
        " AND previous IN ('\"solved\"', '\"closed\"') AND value IN ('\"open\"', '\"new\"') LIMIT ?",
        (first, COUNTED),
    )
    return [ticket for (ticket,) in rows]


def _some(desk: Desk, ids: list[str]) -> Tickets:
    marks = ", ".join("?" * len(ids[:SHOWN]))
    rows = queue_rows(desk, f"t.id IN ({marks}) ORDER BY t.rank, t.number", ids[:SHOWN]) if ids else []
    return Tickets(len(ids), tuple(rows))


def _changed(
    connection: sqlite3.Connection, cls: type[AnyDocument], entity: str, first: int
) -> list[AnyDocument]:
    """The documents of a class that were written or retired after change `first`."""
    if not first:
        return []
    ids = connection.execute(
        "SELECT DISTINCT entity_id FROM changes WHERE number > ? AND entity = ? LIMIT ?",
        (first, entity, SHOWN),
    ).fetchall()
    wanted = json.dumps([name for (name,) in ids])
    return documents_where(connection, cls, "id IN (SELECT value FROM json_each(?))", (wanted,))


def _longest_wait(connection: sqlite3.Connection, now: int) -> int | None:
    """How long the first `COUNTED` tickets of the queue have waited at most."""
    row = connection.execute(
        "SELECT min(waiting_since) FROM (SELECT waiting_since FROM tickets WHERE rank >= ? AND rank < ? ORDER BY rank LIMIT ?)",
        (Bucket.OPEN.floor, NOT_WAITING, COUNTED),
    ).fetchone()
    return None if row[0] is None else max(0, now - row[0])
