"""Service levels: until when a ticket should be answered or solved, in business hours, by product, channel and priority.

The reply clock starts with the customer's message and pauses while the ticket is pending, because then the customer is
asked; notes and automatic mail neither start nor stop it. The clock of the solution starts with the ticket. Whichever ends
first is the due time, and the due time is the place in the queue.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from store.clock import HOUR
from store.config import Config, Level
from store.desk.derive import Bucket, DueTimes, Targets, refresh
from store.desk.hours import Hours, Stretch
from store.model import Priority, Status


@dataclass(frozen=True, slots=True, eq=False)
class ServiceLevels(DueTimes):
    """The plain targets, and with them everything that `[service]` says."""

    config: Config
    plain: Targets

    def __getitem__(self, priority: Priority) -> int:
        return self.plain[priority]

    def __iter__(self) -> Iterator[Priority]:
        return iter(self.plain)

    def __len__(self) -> int:
        return len(self.plain)

    def due_from(
        self, connection: sqlite3.Connection, ticket: int, first_reply_at: int | None
    ) -> Callable[[int], int]:
        """See `store.desk.derive.DueTimes`."""
        ticket_id, product, channel, priority, created_at = connection.execute(
            "SELECT id, product, channel, priority, created_at FROM tickets WHERE number = ?", (ticket,)
        ).fetchone()
        level = self.level(product, channel, priority)
        hours = hours_of(connection, self.config)
        pauses = _pending(connection, ticket_id)
        wanted = level.first_reply if first_reply_at is None else level.next_reply
        reply = round(wanted * HOUR) or self.plain[Priority(priority)]

        def due(since: int) -> int:
            answered = hours.after(since, reply, pauses)
            if not level.resolution:
                return answered
            return min(answered, hours.after(created_at, round(level.resolution * HOUR), pauses))

        return due

    def level(self, product: str, channel: str, priority: str) -> Level:
        """The target that names the most of this ticket; among equals the first. Without any, no promise but the plain one."""
        facts = (product, channel, priority)
        fitting = [
            each
            for each in self.config.service.levels
            if all(mine in ("", fact) for mine, fact in zip(_named(each), facts, strict=True))
        ]
        return max(fitting, key=lambda each: sum(map(bool, _named(each))), default=Level())


def _named(level: Level) -> tuple[str, str, str]:
    return level.product, level.channel, level.priority


def targets_of(config: Config) -> Targets:
    """What the desk's due times follow from: the plain targets where `[service]` says nothing."""
    plain = config.targets.milliseconds()
    return ServiceLevels(config, plain) if config.service.hours or config.service.levels else plain


def hours_of(connection: sqlite3.Connection, config: Config) -> Hours:
    """The desk's business hours, with the holidays that it keeps (all of them unless the settings name calendars)."""
    service = config.service
    if not service.hours:
        return Hours((), service.zone)
    days = connection.execute("SELECT day, calendar FROM holidays WHERE active")
    wanted = frozenset(day for day, calendar in days if not service.holidays or calendar in service.holidays)
    return Hours(service.hours, service.zone, wanted)


def _pending(connection: sqlite3.Connection, ticket_id: str) -> list[Stretch]:
    """When the ticket waited for its customer, in order; the log of changes says so."""
    rows = connection.execute(
        "SELECT at, value FROM changes WHERE entity_id = ? AND field = 'status' ORDER BY number", (ticket_id,)
    )
    pauses: list[Stretch] = []
    since: int | None = None
    for at, value in rows:
        if json.loads(value) == Status.PENDING:
            since = at if since is None else since
        elif since is not None:
            pauses.append((since, max(at, since)))
            since = None
    return pauses


def is_stale(connection: sqlite3.Connection, config: Config) -> bool:
    """True when the due times in this store were derived by other targets, hours or holidays."""
    return _known(connection) != _fingerprint(connection, config)


def rederive(connection: sqlite3.Connection, config: Config, now: int) -> int:
    """Derives every waiting ticket's due time anew, because targets, hours or holidays changed; returns how many."""
    waiting = connection.execute(
        "SELECT number FROM tickets WHERE rank >= ? AND rank < ? AND due_at IS NOT NULL",
        (Bucket.OPEN.floor, Bucket.SOLVED.floor),
    ).fetchall()
    targets = targets_of(config)
    for (ticket,) in waiting:
        refresh(connection, ticket, now, targets)
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('due_times', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        (_fingerprint(connection, config),),
    )
    return len(waiting)


def _known(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT value FROM meta WHERE key = 'due_times'").fetchone()
    return _PLAIN if row is None else str(row[0])


def _fingerprint(connection: sqlite3.Connection, config: Config) -> str:
    if config.targets == Config().targets and not (config.service.hours or config.service.levels):
        return _PLAIN
    said = repr((config.targets, config.service, sorted(hours_of(connection, config).holidays)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


_PLAIN = "plain"
"""How a store is marked, or not marked, whose due times follow from the targets that helpterm comes with."""
