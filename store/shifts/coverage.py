"""The coverage of a week: which hours somebody is on, when tickets come in, and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.clock import DAY, HOUR
from store.desk import Desk
from store.desk.documents import documents, documents_where
from store.model import Agent, Role
from store.shifts import rota
from store.shifts.zones import to_utc, zone
from store.working import Shift

WEEKS = 8
"""Weeks before now in which arrivals are counted."""
MOST_TICKETS = 100_000
"""Tickets, the latest, that are counted at most."""
LOOKED_BACK = 28 * DAY
"""How far back turns are counted for whose turn it is (ms)."""


@dataclass(frozen=True, slots=True)
class CoveredHour:
    """One hour of the week: its start (ms), who is on, what share of it nobody covers, tickets that come in then in an average
    week, and the holidays of that day."""

    start: int
    people: tuple[str, ...]
    uncovered: float
    arrivals: float
    holidays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A week in one zone, hour by hour (167 to 169 of them), and the hours on the rota by person."""

    zone: str
    hours: tuple[CoveredHour, ...]
    by_person: dict[str, float]

    @property
    def holes(self) -> tuple[CoveredHour, ...]:
        """The hours in which tickets come in and nobody is on for some of it, the busiest first."""
        found = [each for each in self.hours if each.uncovered > 0 and each.arrivals > 0]
        return tuple(sorted(found, key=lambda each: (-each.arrivals * each.uncovered, each.start)))


def week_of(at: int, zone_name: str) -> tuple[int, int]:
    """The local week, Monday to Monday, that holds a moment; in ms."""
    where = zone(zone_name)
    day = datetime.fromtimestamp(at / 1000, where).date()
    monday = datetime.combine(day - timedelta(days=day.weekday()), datetime.min.time())
    return to_utc(monday, where), to_utc(monday + timedelta(days=7), where)


def coverage(desk: Desk, at: int, zone_name: str) -> Coverage:
    """The coverage of the week around a moment, in the hours of a zone."""
    start, end = week_of(at, zone_name)
    where = zone(zone_name)
    found = rota.stretches(rota.turns(desk), start, end)
    arrivals = _arrivals(desk, zone_name)
    free: dict[str, list[str]] = {}
    for each in rota.holidays(desk):
        free.setdefault(each.day, []).append(each.name)
    hours = []
    for begins in range(start, end, HOUR):
        local = datetime.fromtimestamp(begins / 1000, where)
        here = [each for each in found if each.start < begins + HOUR and each.end > begins]
        pairs = sorted((max(each.start, begins), min(each.end, begins + HOUR)) for each in here)
        hours.append(
            CoveredHour(
                begins,
                tuple(sorted({each.turn.agent for each in here})),
                1 - _union(pairs) / HOUR,
                arrivals.get((local.weekday(), local.hour), 0) / WEEKS,
                tuple(free.get(local.date().isoformat(), ())),
            )
        )
    return Coverage(zone_name, tuple(hours), rota.hours_of(found, start, end))


def _union(pairs: list[tuple[int, int]]) -> int:
    reached = total = 0
    for start, end in pairs:
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _arrivals(desk: Desk, zone_name: str) -> dict[tuple[int, int], int]:
    """Tickets by weekday and hour of the zone, in the last WEEKS weeks."""
    where = zone(zone_name)
    counts: dict[tuple[int, int], int] = {}
    rows = desk.read().execute(
        "SELECT created_at FROM (SELECT created_at FROM tickets ORDER BY number DESC LIMIT ?) WHERE created_at >= ?",
        (MOST_TICKETS, desk.now() - WEEKS * 7 * DAY),
    )
    for (created,) in rows:
        local = datetime.fromtimestamp(created / 1000, where)
        key = (local.weekday(), local.hour)
        counts[key] = counts.get(key, 0) + 1
    return counts


@dataclass(frozen=True, slots=True)
class Taken:
    """What a person has taken on in the last four weeks: hours on shift, shifts, and when the last one began (ms)."""

    agent: str
    role: Role
    hours: float
    shifts: int
    last: int | None


def whose_turn(desk: Desk) -> list[Taken]:
    """Everyone takes a turn: the team, who has done the least first. Outside agents are not asked."""
    since = desk.now() - LOOKED_BACK
    worked = documents_where(desk.read(), Shift, "started_at >= ? AND active", (since,))
    found = []
    for person in documents(desk.read(), Agent):
        if person.role is Role.OUTSIDE:
            continue
        own = [each for each in worked if each.agent.casefold() == person.name.casefold()]
        hours = sum(each.worked_ms(desk.now()) for each in own) / HOUR
        last = max((each.started_at for each in own), default=None)
        found.append(Taken(person.name, person.role, hours, len(own), last))
    return sorted(found, key=lambda each: (each.hours, each.last or 0, each.agent.casefold()))
