"""Figures to look at: how long customers wait, when tickets come in, what one agent did in a week."""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import dataclass
from itertools import pairwise

from store.database.stopping import stoppable
from store.desk import Desk
from store.glance import OPEN_RANKS
from store.reports.tally import Tally, tally

_HOUR = 3_600_000
_DAY = 24 * _HOUR

EDGES = tuple(hours * _HOUR for hours in (1, 4, 8, 24, 48, 96, 168))
"""Where one bar of the waiting times ends and the next begins, in ms: 1 h, 4 h, 8 h, 1, 2, 4 and 7 days."""

WEEKS = 4
"""Whole weeks of arrivals that are counted, so that every weekday counts equally often."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Customers who wait for an answer now, by how long: one count for each stretch between `EDGES`, and beyond the last.

    `late` are those of each stretch whose due time is over. `median` and `longest` are in ms, None when nobody waits.
    """

    counts: tuple[int, ...]
    late: tuple[int, ...]
    median: int | None
    longest: int | None

    @property
    def total(self) -> int:
        """How many wait."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """New tickets from `start` on, before `end` (ms): `hours[weekday][hour]`, Monday being 0, in this machine's local time."""

    start: int
    end: int
    hours: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """How many came in."""
        return sum(map(sum, self.hours))


@dataclass(frozen=True, slots=True)
class Day:
    """What one agent did on the day that begins at `start` (ms, local midnight); `seconds` is the work noted on tickets."""

    start: int
    replies: int
    solved: int
    seconds: int


def waiting(desk: Desk, stop: threading.Event | None = None) -> Waiting:
    """Who waits now. Reads the open tickets only. Raises Stopped once `stop` is set; so do the others."""
    with stoppable(desk.read(), stop):
        return _waiting(desk.read(), desk.now())


def arrivals(desk: Desk, stop: threading.Event | None = None) -> Arrivals:
    """What came in during the last four weeks, today included. Looks at every ticket once: half a second for a million."""
    with stoppable(desk.read(), stop):
        return _arrivals(desk.read(), desk.now())


def week(desk: Desk, stop: threading.Event | None = None) -> tuple[Day, ...]:
    """The agent's last seven days, today included, the oldest first. Reads of the log what was done in them."""
    with stoppable(desk.read(), stop):
        return _week(desk.read(), desk.agent, desk.now())


def _waiting(connection: sqlite3.Connection, now: int) -> Waiting:
    counts, late = [0] * (len(EDGES) + 1), [0] * (len(EDGES) + 1)
    places = " ".join(f"WHEN ? - waiting_since < {edge} THEN {place}" for place, edge in enumerate(EDGES))
    those = "FROM tickets WHERE rank >= ? AND rank < ? AND waiting_since IS NOT NULL"
    for place, count, due in connection.execute(
        f"SELECT CASE {places} ELSE {len(EDGES)} END, count(*), total(due_at <= ?) {those} GROUP BY 1",
        (*[now] * len(EDGES), now, *OPEN_RANKS),
    ):
        counts[place], late[place] = count, int(due)
    median = connection.execute(
        f"SELECT waiting_since {those} ORDER BY waiting_since LIMIT 1 OFFSET ?",
        (*OPEN_RANKS, sum(counts) // 2),
    ).fetchone()
    first = connection.execute(f"SELECT min(waiting_since) {those}", OPEN_RANKS).fetchone()
    if median is None:
        return Waiting(tuple(counts), tuple(late), None, None)
    return Waiting(tuple(counts), tuple(late), max(0, now - median[0]), max(0, now - first[0]))


def _arrivals(connection: sqlite3.Connection, now: int) -> Arrivals:
    end = _midnight(now, 1)
    start = _midnight(now, 1 - 7 * WEEKS)
    hours = [[0] * 24 for _ in range(7)]
    for weekday, hour, count in connection.execute(
        "SELECT strftime('%w', created_at / 1000, 'unixepoch', 'localtime'),"
        " strftime('%H', created_at / 1000, 'unixepoch', 'localtime'), count(*)"
        " FROM tickets WHERE created_at >= ? AND created_at < ? GROUP BY 1, 2",
        (start, end),
    ):
        hours[(int(weekday) + 6) % 7][int(hour)] = count
    return Arrivals(start, end, tuple(map(tuple, hours)))


def _week(connection: sqlite3.Connection, agent: str, now: int) -> tuple[Day, ...]:
    starts = [_midnight(now, day) for day in range(-6, 2)]
    days = []
    for start, end in pairwise(starts):
        found = tally(connection, start, end, agent=agent)
        own = next(iter(found.values()), Tally())
        days.append(Day(start, len(own.replies), len(own.solved), sum(own.ticket_seconds.values())))
    return tuple(days)


def _midnight(at: int, days: int) -> int:
    """Local midnight at the beginning of the day `days` after that of `at`, in ms."""
    then = time.localtime(at / 1000)
    return round(time.mktime((then.tm_year, then.tm_mon, then.tm_mday + days, 0, 0, 0, 0, 0, -1)) * 1000)
