"""The queue: who waits longest, page by page, by one walk along an index; counts that are kept, not counted.

A page begins after a cursor (rank, ticket row) and reads forward or backward; its cost does not grow with the desk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.desk.desk import Desk
from store.desk.query import Query, parse
from store.glance import MOST_COUNTED, ROW_COLUMNS
from store.kinds import Priority, Status
from store.queue_row import QueueRow

if TYPE_CHECKING:
    from store.desk.narrowing import Narrowing

Cursor = tuple[int, int]
PAGE = 100


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: its name, the query it stands for, and its key after `g`."""

    name: str
    query: str
    key: str


VIEWS = (
    View("Open", "is:open", "o"),
    View("Mine", "is:mine", "m"),
    View("Unassigned", "is:unassigned", "u"),
    View("Overdue", "is:overdue", "d"),
    View("Snoozed", "is:snoozed", "z"),
    View("Solved", "is:solved", "s"),
    View("All", "is:any", "a"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the queue. `more` says whether another row follows in the direction that was read."""

    rows: tuple[QueueRow, ...]
    more: bool

    @property
    def next(self) -> Cursor | None:
        """Where to read on; None at the end."""
        return self.rows[-1].cursor if self.more else None


def understand(desk: Desk, text: str, *, typing: bool = False) -> Query:
    """Reads a query as this agent means it, now; with `typing` its last word is taken as the beginning of one."""
    return parse(text, agent=desk.agent, now=desk.now(), typing=typing)


def page(
    desk: Desk,
    query: Query,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
    limit: int = PAGE,
    quick: bool = False,
) -> Page:
    """Up to `limit` rows behind `after` (or ahead of `before`, still in queue order).

    `quick` finds only tickets that hold all the words in one message.
    """
    backward = before is not None
    source, conditions, values = _source(desk.read(), query, quick=quick)
    edge = before if backward else after
    if edge is not None:
        sign = "<" if backward else ">"
        conditions.append(f"(t.rank, t.number) {sign} (?, ?)")
        values.extend(edge)
    order = "DESC" if backward else "ASC"
    rows = desk.read().execute(
        f"SELECT {ROW_COLUMNS} FROM {source} WHERE {' AND '.join(conditions)}"
        f" ORDER BY t.rank {order}, t.number {order} LIMIT ?",
        [*values, limit + 1],
    )
    found = [_row(row) for row in rows]
    more = len(found) > limit
    kept = found[:limit]
    return Page(tuple(reversed(kept) if backward else kept), more)


def count(desk: Desk, query: Query, *, limit: int | None = None) -> int:
    """How many tickets match: kept for the plain views, counted otherwise (up to `limit`, which bounds the cost)."""
    if query.is_plain:
        return _kept_count(desk.read(), query)
    source, conditions, values = _source(desk.read(), query)
    sql = f"SELECT 1 FROM {source} WHERE {' AND '.join(conditions)}"
    if limit is not None:
        sql += f" LIMIT {limit}"
    found: int = desk.read().execute(f"SELECT count(*) FROM ({sql})", values).fetchone()[0]
    return found


def counts(desk: Desk) -> dict[str, int]:
    """How many tickets stand in each saved view, by the view's name; those that are not kept up to `MOST_COUNTED`."""
    return {view.name: count(desk, understand(desk, view.query), limit=MOST_COUNTED) for view in VIEWS}


def _kept_count(connection: sqlite3.Connection, query: Query) -> int:
    buckets = ", ".join(str(int(bucket)) for bucket in query.buckets)
    sql = f"SELECT coalesce(sum(tickets), 0) FROM counts WHERE bucket IN ({buckets})"
    values: list[Any] = []
    if query.assignee is not None:
        sql += " AND assignee = ?"
        values.append(query.assignee)
    total: int = connection.execute(sql, values).fetchone()[0]
    return total


def _source(
    connection: sqlite3.Connection, query: Query, *, quick: bool = False
) -> tuple[str, list[str], list[Any]]:
    """The tables, conditions and values of a query."""
    ranks = min(query.buckets).floor, (max(query.buckets) + 1 << 53) - (1 << 51)
    conditions = ["t.rank >= ?", "t.rank < ?"]
    values: list[Any] = [*ranks]
    if len(query.buckets) != max(query.buckets) - min(query.buckets) + 1:
        conditions.append(f"t.bucket IN ({', '.join(str(int(bucket)) for bucket in query.buckets)})")
    if query.assignee is not None:
        conditions.append("t.assignee = ?")
        values.append(query.assignee)
    for sql, more in query.conditions:
        conditions.append(sql)
        values.extend(more)
    if not (query.terms or query.members):
        return "tickets t", conditions, values
    from store.desk.narrowing import narrowings  # only whoever searches needs it

    return _narrowed(narrowings(connection, query, ranks, quick=quick), conditions, values)


def _narrowed(
    found: Sequence[Narrowing], conditions: list[str], values: list[Any]
) -> tuple[str, list[str], list[Any]]:
    """Reads from the shortest list, if there is one; the others become conditions."""
    lists = [each for each in found if each.can_lead]
    first = min(lists, key=lambda each: len(each.rows or ()), default=None)
    for each in found:
        if each is not first:
            sql, more = each.condition()
            conditions.append(sql)
            values.extend(more)
    if first is None:
        return "tickets t", conditions, values
    source = f"json_each(?) hit CROSS JOIN tickets t ON t.{first.column} = hit.value"
    return source, conditions, [first.packed, *values]


def _row(row: Sequence[Any]) -> QueueRow:
    return QueueRow(
        number=row[0],
        id=row[1],
        short=row[2],
        subject=row[3],
        customer=row[4],
        status=Status(row[5]),
        priority=Priority(row[6]),
        assignee=row[7],
        product=row[8],
        language=row[9],
        tags=tuple(sorted(row[10].split(" "))) if row[10] else (),
        waiting_since=row[11],
        due_at=row[12],
        snoozed_until=row[13],
        updated_at=row[14],
        cursor=(row[15], row[0]),
    )


def queue_rows(desk: Desk, where: str, values: Sequence[Any]) -> list[QueueRow]:
    """The queue's lines for `tickets t` under a condition of the store's own; for the other modules of this room."""
    return [
        _row(row) for row in desk.read().execute(f"SELECT {ROW_COLUMNS} FROM tickets t WHERE {where}", values)
    ]


def row(desk: Desk, number: int) -> QueueRow:
    """The queue's line for one ticket, wherever it stands."""
    return queue_rows(desk, "t.number = ?", (number,))[0]


def tags(desk: Desk) -> list[str]:
    """Every tag in use, in alphabetical order; one step along the index for each, however many tickets have it."""
    rows = desk.read().execute(
        "WITH RECURSIVE next(tag) AS (SELECT min(tag) FROM ticket_tags UNION ALL"
        " SELECT (SELECT min(tag) FROM ticket_tags WHERE tag > next.tag) FROM next WHERE next.tag IS NOT NULL LIMIT 1000)"
        " SELECT tag FROM next WHERE tag IS NOT NULL"
    )
    return [tag for (tag,) in rows]
