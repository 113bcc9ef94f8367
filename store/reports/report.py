"""The report of one shift, and that of a team over a stretch of time: the same figures, which add up."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from store.clock import HOUR
from store.desk import Desk
from store.desk.documents import documents_where
from store.model import ScopeRule
from store.reports.tally import Tally, added_up, names, tally
from store.working import Article, Handover, Shift


@dataclass(frozen=True, slots=True)
class Report:
    """What happened from `start` to `end` (ms, the end not included). `agent` is empty in the report of a team.

    `shifts` are those that began in it, `agents` the tallies of each (one in the report of a shift), `total` their sum.
    `tickets` maps ids to (number, subject), `rules` ids to titles, `answered` ids of replies to ids of their tickets;
    `by_hour` counts the replies in each hour from `start` on. `agents[""]` never exists: machines do not work shifts.
    """

    agent: str
    zone: str
    start: int
    end: int
    shifts: tuple[Shift, ...]
    agents: Mapping[str, Tally]
    total: Tally
    handovers: tuple[Handover, ...] = ()
    articles: tuple[Article, ...] = ()
    tickets: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    answered: Mapping[str, str] = field(default_factory=dict)
    by_hour: tuple[int, ...] = ()

    @property
    def learnt(self) -> tuple[str, ...]:
        """What was learnt, shift by shift."""
        return tuple(shift.learnt for shift in self.shifts if shift.learnt)

    @property
    def trimmed_seconds(self) -> int:
        """What was cut off shifts that nobody ended."""
        return sum(shift.trimmed_seconds for shift in self.shifts)


def shift_report(desk: Desk, shift: Shift) -> Report:
    """The report of one shift, up to now while it runs."""
    connection = desk.read()
    ended = max(desk.now(), shift.started_at) if shift.ended_at is None else shift.ended_at
    first, begun, closed = _bounds(connection, shift, ended)
    found = tally(connection, begun, closed + 1, first=first, agent=shift.agent, shift=shift.id)
    own = found.get(shift.agent, Tally())
    own.worked_ms = shift.worked_ms(ended)
    report = Report(shift.agent, shift.zone, shift.started_at, ended + 1, (shift,), {shift.agent: own}, own)
    return _with_names(connection, report)


def team_report(desk: Desk, start: int, end: int, zone: str = "UTC") -> Report:
    """The report of everybody from `start` on, before `end`. Hours that two shifts of one agent share count once."""
    connection = desk.read()
    begun = documents_where(connection, Shift, "started_at >= ? AND started_at < ? AND active", (start, end))
    found = tally(connection, start, end)
    for agent, ms in _worked(begun, desk.now()).items():
        found.setdefault(agent, Tally()).worked_ms = ms
    agents = dict(sorted(found.items(), key=lambda each: each[0].casefold()))
    report = Report("", zone, start, end, tuple(begun), agents, added_up(agents.values()))
    return _with_names(connection, report)


def _worked(shifts: Iterable[Shift], now: int) -> dict[str, int]:
    """Milliseconds on shift by agent: the union of their stretches, so that overlapping shifts count once."""
    stretches: dict[str, list[tuple[int, int]]] = {}
    for shift in shifts:
        stretches.setdefault(shift.agent, []).extend(shift.worked(max(now, shift.started_at)))
    totals = {}
    for agent, each in stretches.items():
        reached = total = 0
        for start, end in sorted(each):
            total += max(0, end - max(start, reached))
            reached = max(reached, end)
        totals[agent] = total
    return totals


def _with_names(connection: sqlite3.Connection, report: Report) -> Report:
    total = report.total
    shifts = tuple(shift.id for shift in report.shifts)
    marks = ", ".join("?" * len(shifts))
    given = documents_where(connection, Handover, f"shift IN ({marks}) AND active", shifts)
    begun = documents_where(
        connection,
        Article,
        "created_at >= ? AND created_at < ? AND (author = ? OR ? = '') AND active",
        (report.start, report.end, report.agent, report.agent),
    )
    sent = _sent(connection, total.replies)
    ids = [*total.ticket_seconds, *total.solved, *total.escalated, *(each.ticket for each in given)]
    ids += [ticket for ticket, _ in sent.values()]
    titles = {
        rule.id: rule.title
        for rule in documents_where(
            connection, ScopeRule, f"id IN ({', '.join('?' * len(total.declines))})", tuple(total.declines)
        )
    }
    return replace(
        report,
        handovers=tuple(given),
        articles=tuple(begun),
        tickets=names(connection, list(dict.fromkeys([*ids, *(each.ticket for each in begun)]))),
        rules=titles,
        answered={message: ticket for message, (ticket, _) in sent.items()},
        by_hour=_by_hour([at for _, at in sent.values()], report.start, report.end),
    )


def _sent(connection: sqlite3.Connection, replies: Sequence[str]) -> Mapping[str, tuple[str, int]]:
    """Of replies, by their ids: the ticket, and when each was sent (ms)."""
    rows = connection.execute(
        "SELECT m.id, t.id, m.sent_at FROM messages m JOIN tickets t ON t.number = m.ticket"
        " WHERE m.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(replies)),),
    )
    return {message: (ticket, at) for message, ticket, at in rows}


def _by_hour(moments: Iterable[int], start: int, end: int) -> tuple[int, ...]:
    hours = [0] * max(1, -(-(end - start) // HOUR))
    for at in moments:
        hours[min(len(hours) - 1, max(0, (at - start) // HOUR))] += 1
    return tuple(hours)


def _bounds(connection: sqlite3.Connection, shift: Shift, ended: int) -> tuple[int, int, int]:
    """Where the deeds of a shift lie in this desk's log: the first change, and the moments (ms) between which they stand.

    The log's own times of its start and end are taken, because what came from another machine stands in the log by the
    shared clock and not by that machine's.
    """
    number, begun, closed = connection.execute(
        "SELECT min(number), min(at), max(at) FROM changes WHERE entity_id = ?", (shift.id,)
    ).fetchone()
    if number is None:
        return 0, shift.started_at, ended
    if shift.ended_at is None or shift.trimmed_seconds:
        return number, begun, ended
    return number, begun, max(closed, begun)


def most_time(tally: Tally, count: int) -> Sequence[tuple[str, int]]:
    """The tickets that took the most seconds, the longest first."""
    return tally.ticket_seconds.most_common(count)
