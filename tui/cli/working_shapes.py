"""How the nouns of working time look in JSON: their fields, times as ISO 8601 in UTC, ids of tickets as they are."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from store.clock import to_iso
from store.desk.documents import Document
from store.model import QueueRow
from store.shifts.brief import Brief, Tickets
from store.shifts.coverage import Coverage
from store.shifts.handover import OpenEnds
from store.shifts.meter import Meter
from store.shifts.newcomers import Record
from store.shifts.problems import Clock
from store.shifts.rota import Stretch
from store.shifts.shift import Standing
from store.shifts.tiers import Cost

Json = dict[str, Any]


def noun(document: Document) -> Json:
    """Any document of working time."""
    shape: Json = {}
    for field in fields(document):
        value = getattr(document, field.name)
        if field.name == "at" or field.name.endswith("_at"):
            value = to_iso(value)
        elif field.name == "edges":
            value = [to_iso(each) for each in value]
        shape[field.name] = list(value) if isinstance(value, tuple) else value
    return shape


def standing(standing: Standing | None) -> Json | None:
    """Where a running shift stands."""
    if standing is None:
        return None
    return noun(standing.shift) | {
        "paused": standing.shift.is_paused,
        "worked_seconds": standing.worked // 1000,
        "rested_seconds": standing.rested // 1000,
        "left_seconds": standing.left // 1000,
    }


def row(row: QueueRow) -> Json:
    """A ticket by its line in the queue."""
    return {
        "id": row.id,
        "short": row.short,
        "subject": row.subject,
        "status": row.status,
        "assignee": row.assignee or None,
        "due_at": to_iso(row.due_at),
    }


def open_ends(left: OpenEnds) -> Json:
    """What is to be decided before a shift ends."""
    return {
        "tickets": [row(each) for each in left.tickets],
        "undecided": [
            {"message": each.message.id, "ticket": each.ticket, "delivery": each.state}
            for each in left.undecided
        ],
        "drafts": [{"ticket": each.ticket, "kind": each.kind} for each in left.drafts],
        "returned": [noun(each) for each in left.returned],
    }


def brief(brief: Brief) -> Json:
    """What changed since the last shift."""

    def some(tickets: Tickets) -> Json:
        return {"count": tickets.count, "tickets": [row(each) for each in tickets.rows]}

    return {
        "since": to_iso(brief.since),
        "new": some(brief.new),
        "waiting_on_me": some(brief.waiting_on_me),
        "reopened": some(brief.reopened),
        "to_tell": some(brief.to_tell),
        "handed_over": [noun(each) for each in brief.handed_over],
        "undecided": [{"message": each.message.id, "delivery": each.state} for each in brief.bounced],
        "rules": [{"id": each.id, "title": each.title} for each in brief.rules],
        "takeaways": [{"id": each.id, "url": each.url, "title": each.title} for each in brief.takeaways],
        "greenlights": [noun(each) for each in brief.lights],
        "waiting": brief.waiting,
        "overdue": brief.overdue,
        "longest_wait_seconds": None if brief.longest_wait is None else brief.longest_wait // 1000,
        "colleagues": [each.agent for each in brief.colleagues],
    }


def meter(meter: Meter) -> Json:
    """What a ticket has cost, in the team's usual ones."""
    return {
        "seconds": meter.seconds,
        "usual_seconds": meter.usual_seconds,
        "displaced": None if meter.displaced is None else round(meter.displaced, 2),
        "level": meter.level,
        "extension": None if meter.extension is None else noun(meter.extension),
    }


def cost(cost: Cost) -> Json:
    """What a ticket has cost, hop by hop."""
    hops = [
        {
            "tier": hop.tier,
            "name": hop.name,
            "since": to_iso(hop.since),
            "until": to_iso(hop.until),
            "worked_seconds": hop.worked_seconds,
            "cost": round(hop.cost, 2),
        }
        for hop in cost.hops
    ]
    return {"hops": hops, "total": round(cost.total, 2), "currency": cost.currency}


def clock(clock: Clock | None) -> Json | None:
    """The clock from cause found to patched."""
    if clock is None:
        return None
    return {
        "running": clock.running,
        "taken_seconds": clock.taken // 1000,
        "left_seconds": clock.left // 1000,
    }


def record(record: Record) -> Json:
    """What a newcomer has done."""
    rate = record.first_pass_rate
    return {
        "newcomer": record.newcomer,
        "since": to_iso(record.since),
        "seconds": record.seconds,
        "tickets": record.tickets,
        "replies": record.replies,
        "passed_first": record.passed_first,
        "first_pass_rate": None if rate is None else round(rate, 3),
        "findings": [{"rule": rule, "count": count} for rule, count in record.findings],
        "signed_off": None if record.signed_off is None else noun(record.signed_off),
    }


def stretch(stretch: Stretch) -> Json:
    """One occurrence of a turn."""
    return {
        "turn": stretch.turn.id,
        "agent": stretch.turn.agent,
        "start": to_iso(stretch.start),
        "end": to_iso(stretch.end),
        "zone": stretch.turn.zone,
    }


def coverage(coverage: Coverage) -> Json:
    """A week of the rota, hour by hour."""
    return {
        "zone": coverage.zone,
        "by_person": coverage.by_person,
        "hours": [
            {
                "start": to_iso(each.start),
                "people": list(each.people),
                "uncovered": round(each.uncovered, 4),
                "arrivals": each.arrivals,
                "holidays": list(each.holidays),
            }
            for each in coverage.hours
        ],
        "holes": [to_iso(each.start) for each in coverage.holes],
    }
