"""A report as JSON for programs and as Markdown for people. Text of tickets is made inert and cannot break a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from store.clock import to_iso
from store.reports.report import Report, most_time
from store.reports.tally import Tally
from store.text.durations import duration
from store.text.inert import inert, inert_line

LONGEST_TABLE = 20
"""Tickets named in the Markdown; the JSON names all of them."""


def to_json(report: Report) -> dict[str, Any]:
    """The whole report; times are ISO 8601 in UTC, `zone` is the one that was meant."""
    return {
        "agent": report.agent or None,
        "zone": report.zone,
        "start": to_iso(report.start),
        "end": to_iso(report.end),
        "shifts": [
            {
                "id": shift.id,
                "agent": shift.agent,
                "zone": shift.zone,
                "started_at": to_iso(shift.started_at),
                "ended_at": to_iso(shift.ended_at),
                "trimmed_seconds": shift.trimmed_seconds,
            }
            for shift in report.shifts
        ],
        "total": _tally(report, report.total),
        "agents": {name: _tally(report, each) for name, each in report.agents.items()},
        "handovers": [
            {
                "ticket": _short(report, each.ticket),
                "from": each.giver,
                "to": each.receiver or each.department or None,
                "sentence": each.sentence,
            }
            for each in report.handovers
        ],
        "articles": [
            {"id": each.id, "ticket": _short(report, each.ticket), "title": each.title}
            for each in report.articles
        ],
        "learnt": list(report.learnt),
        "replies_by_hour": list(report.by_hour),
    }


def _tally(report: Report, tally: Tally) -> dict[str, Any]:
    return {
        "worked_seconds": tally.worked_ms // 1000,
        "ticket_seconds": sum(tally.ticket_seconds.values()),
        "idle_seconds": tally.idle_seconds,
        "replies": len(tally.replies),
        "first_replies": len(tally.first_replies),
        "solved": len(tally.solved),
        "calls": len(tally.calls),
        "notes": len(tally.notes),
        "escalations": len(tally.escalated),
        "handed_over": len(tally.handed_over),
        "green_lights": len(tally.green_lights),
        "takeaways": len(tally.takeaways),
        "followed_by_silence": len(tally.silent),
        "declines": [
            {"rule": rule, "title": report.rules.get(rule, ""), "count": count}
            for rule, count in tally.declines.most_common()
        ],
        "escalated": [_short(report, ticket) for ticket in tally.escalated],
        "links": [
            {
                "ticket": _short(report, report.answered.get(message, "")),
                "url": url,
                "followed_by_silence": message in tally.silent,
            }
            for message, url in tally.takeaways
        ],
        "flags": [{"message": message, "rule": rule, "reason": why} for message, rule, why in tally.flags],
        "tickets": [
            {"ticket": _short(report, ticket), "subject": _subject(report, ticket), "seconds": seconds}
            for ticket, seconds in tally.ticket_seconds.most_common()
        ],
    }


def _short(report: Report, ticket: str) -> str:
    return report.tickets.get(ticket, (ticket, ""))[0]


def _subject(report: Report, ticket: str) -> str:
    return report.tickets.get(ticket, ("", ""))[1]


def to_markdown(report: Report) -> str:
    """The report to be read, in the zone that was meant."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    who = inert_line(report.agent) or "the team"
    yield f"# Shift report: {who}"
    yield ""
    yield f"{_moment(report.start, report.zone)} to {_moment(report.end - 1, report.zone)} ({report.zone})"
    yield ""
    yield from _table(("what", "how much"), _figures(report.total))
    if report.trimmed_seconds:
        yield f"Nobody ended a shift in it: {duration(report.trimmed_seconds * 1000)} without work were cut off."
        yield ""
    if not report.agent:
        yield from _section("Who did what", _people(report))
    yield from _section("Time by ticket", _times(report))
    yield from _section("Links given", _links(report))
    yield from _section("Escalated", _escalated(report))
    yield from _section("Lines drawn", _declines(report))
    yield from _section("Flags and the reasons given", _flags(report))
    yield from _section("Handed over", _handovers(report))
    yield from _section("Learnt", [f"- {inert_line(each)}" for each in report.learnt])
    yield from _section("Documents begun", [f"- {_cell(each.title)}" for each in report.articles])


def _figures(tally: Tally) -> list[tuple[str, str]]:
    figures = [
        ("time worked", duration(tally.worked_ms)),
        ("time on tickets", duration(sum(tally.ticket_seconds.values()) * 1000)),
        ("replies", f"{len(tally.replies)}, {len(tally.first_replies)} of them first replies"),
        ("solved", str(len(tally.solved))),
        ("calls", str(len(tally.calls))),
        ("escalated", str(len(tally.escalated))),
        ("takeaways", f"{len(tally.takeaways)}; after {len(tally.silent)} replies nobody wrote again"),
        ("declined by a rule", str(tally.declines.total())),
        ("handed over", str(len(tally.handed_over))),
    ]
    return figures + [("green lights given", str(len(tally.green_lights)))] * bool(tally.green_lights)


def _people(report: Report) -> list[str]:
    rows = [
        (
            _cell(name),
            duration(each.worked_ms),
            str(len(each.replies)),
            str(len(each.solved)),
            str(len(each.calls)),
            str(len(each.escalated)),
            duration(sum(each.ticket_seconds.values()) * 1000),
        )
        for name, each in report.agents.items()
    ]
    return list(_table(("who", "worked", "replies", "solved", "calls", "escalated", "on tickets"), rows))


def _times(report: Report) -> list[str]:
    rows = [
        (f"#{_short(report, ticket)}", _cell(_subject(report, ticket)), duration(seconds * 1000))
        for ticket, seconds in most_time(report.total, LONGEST_TABLE)
    ]
    return list(_table(("ticket", "subject", "time"), rows)) if rows else []


def _links(report: Report) -> list[str]:
    total = report.total
    return [
        f"- #{_short(report, report.answered.get(message, ''))} {inert_line(url)}{', then silence' * (message in total.silent)}"
        for message, url in total.takeaways[:LONGEST_TABLE]
    ]


def _escalated(report: Report) -> list[str]:
    return [
        f"- #{_short(report, ticket)} {_cell(_subject(report, ticket))}" for ticket in report.total.escalated
    ]


def _declines(report: Report) -> list[str]:
    return [
        f"- {_cell(report.rules.get(rule, rule))}: {count}"
        for rule, count in report.total.declines.most_common()
    ]


def _flags(report: Report) -> list[str]:
    return [f"- {rule}: {inert_line(why)}" for _, rule, why in report.total.flags]


def _handovers(report: Report) -> list[str]:
    return [
        f"- #{_short(report, each.ticket)} to {_cell(each.receiver or each.department or 'the queue')}:"
        f" {' '.join(inert(each.sentence).split())}"
        for each in report.handovers
    ]


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"## {title}"
        yield ""
        yield from lines
        if lines[-1]:
            yield ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _cell(text: str) -> str:
    """Text that ends neither its cell nor its line."""
    return inert_line(text, 100).replace("\\", "\\\\").replace("|", "\\|")


def _moment(at: int, zone: str) -> str:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
