"""What follows from a ticket's facts: who waits since when, until when, and its place in the queue.

Nothing here is a decision of a person, so nothing here is logged: the same facts give the same place on every machine.

A customer waits from the first message that has had no reply, while the ticket is new or open; automatic mail does not make
anybody wait. The due time is the start of waiting plus the target of the priority, or what the desk's service levels say
(`store.desk.service`). The queue runs by due time: what is overdue comes first (it is due in the past), then who waits
longest, and the urgent get ahead by their shorter target.
"""

from __future__ import annotations

import sqlite3
from abc import abstractmethod
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import NamedTuple

from store.clock import HOUR
from store.kinds import Priority, Status

Targets = Mapping[Priority, int]


class DueTimes(Mapping[Priority, int]):
    """Targets that know more than a priority: `due_from` gives, for one ticket, the due time of a wait that began then."""

    __slots__ = ()

    @abstractmethod
    def due_from(
        self, connection: sqlite3.Connection, ticket: int, first_reply_at: int | None
    ) -> Callable[[int], int]:
        """Reads what the ticket's due time depends on; everything in milliseconds since the epoch."""


DEFAULT_TARGETS: Targets = {
    Priority.URGENT: 1 * HOUR,
    Priority.HIGH: 4 * HOUR,
    Priority.NORMAL: 24 * HOUR,
    Priority.LOW: 72 * HOUR,
}
"""Next reply within so many milliseconds, by priority."""


class Bucket(IntEnum):
    """The part of the desk in which a ticket stands. Each is one range of ranks, so one index holds them all in order."""

    OPEN = 0
    SNOOZED = 1
    SOLVED = 2
    CLOSED = 3

    @property
    def floor(self) -> int:
        """The least rank in this bucket; the floor of the next one is out of it. Times take up less than 2^50 ms."""
        return (self.value << 53) - (1 << 51)


NOT_WAITING = 1 << 52
"""Added to the rank of open tickets in which nobody waits for us: they stand behind every waiting one."""


class Place(NamedTuple):
    """The derived columns of a ticket."""

    first_reply_at: int | None
    waiting_since: int | None
    due_at: int | None
    bucket: Bucket
    rank: int


def place(
    *,
    status: str,
    priority: str,
    updated_at: int,
    snoozed_until: int | None,
    first_reply_at: int | None,
    unanswered_since: int | None,
    now: int,
    targets: Targets,
    due: Callable[[int], int] | None = None,
) -> Place:
    """The place of a ticket whose first unanswered message came at `unanswered_since` (None when all are answered).

    `due` says until when somebody who waits since a moment should be answered; without it the plain target does.
    """
    waiting = unanswered_since if status in (Status.NEW, Status.OPEN) else None
    due_at = None if waiting is None else due(waiting) if due else waiting + targets[Priority(priority)]
    if status == Status.CLOSED:
        bucket, order = Bucket.CLOSED, NOT_WAITING - updated_at
    elif status == Status.SOLVED:
        bucket, order = Bucket.SOLVED, NOT_WAITING - updated_at
    elif snoozed_until is not None and snoozed_until > now:
        bucket, order = Bucket.SNOOZED, snoozed_until
    elif due_at is not None:
        bucket, order = Bucket.OPEN, due_at
    else:
        bucket, order = Bucket.OPEN, NOT_WAITING + updated_at
    return Place(first_reply_at, waiting, due_at, bucket, (bucket << 53) + order)


_FAMILY = (
    "(SELECT :ticket UNION ALL SELECT number FROM tickets"
    " WHERE merged_into <> '' AND merged_into = (SELECT id FROM tickets WHERE number = :ticket))"
)
_ANSWERS = (
    f"ticket IN {_FAMILY} AND kind IN ('reply', 'call', 'chat') AND delivery IS NOT 'draft' AND agent <> ''"
    " AND automatic = ''"
)
_FACTS = f"""
    SELECT status, priority, updated_at, snoozed_until,
        (SELECT min(sent_at) FROM messages WHERE {_ANSWERS}),
        (SELECT min(sent_at) FROM messages
            WHERE ticket IN {_FAMILY} AND automatic = '' AND agent = '' AND kind <> 'note'
            AND sent_at > (SELECT coalesce(max(sent_at), -1 << 62) FROM messages WHERE {_ANSWERS}))
    FROM tickets WHERE number = :ticket
"""


def refresh(connection: sqlite3.Connection, ticket: int, now: int, targets: Targets) -> None:
    """Derives one ticket's place anew; costs one look at its own messages."""
    status, priority, updated_at, snoozed_until, first_reply_at, unanswered = connection.execute(
        _FACTS, {"ticket": ticket}
    ).fetchone()
    derived = place(
        status=status,
        priority=priority,
        updated_at=updated_at,
        snoozed_until=snoozed_until,
        first_reply_at=first_reply_at,
        unanswered_since=unanswered,
        now=now,
        targets=targets,
        due=targets.due_from(connection, ticket, first_reply_at) if isinstance(targets, DueTimes) else None,
    )
    connection.execute(
        "UPDATE tickets SET first_reply_at = ?, waiting_since = ?, due_at = ?, bucket = ?, rank = ? WHERE number = ?",
        (
            derived.first_reply_at,
            derived.waiting_since,
            derived.due_at,
            int(derived.bucket),
            derived.rank,
            ticket,
        ),
    )


def add_up(connection: sqlite3.Connection, ticket_id: str) -> None:
    """Derives the seconds of work in a ticket from its entries; a ticket without any keeps what was noted."""
    connection.execute(
        "UPDATE tickets SET handle_seconds = (SELECT coalesce(sum(seconds), 0) FROM worklog WHERE ticket = :id AND active)"
        " WHERE id = :id AND EXISTS (SELECT 1 FROM worklog WHERE ticket = :id)",
        {"id": ticket_id},
    )


def asleep_until(now: int) -> tuple[int, int]:
    """The ranks (first and last) of snoozed tickets whose time has come."""
    return Bucket.SNOOZED.floor, (Bucket.SNOOZED << 53) + now


def wake(connection: sqlite3.Connection, now: int, targets: Targets) -> int:
    """Brings back the snoozed tickets whose time has come; returns how many."""
    due = connection.execute(
        "SELECT number FROM tickets WHERE rank >= ? AND rank <= ? ORDER BY rank LIMIT 1000", asleep_until(now)
    ).fetchall()
    for (ticket,) in due:
        refresh(connection, ticket, now, targets)
    return len(due)
