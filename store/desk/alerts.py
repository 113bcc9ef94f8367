"""What concerns this agent since the last look: a ticket handed to them, a customer's answer on theirs, one of theirs overdue."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from store.desk.derive import Bucket
from store.desk.desk import Desk

Kind = Literal["assigned", "reply", "overdue"]

LOOKED_AT = 2_000
"""The newest changes that are looked at: an import of thousands makes no thousands of alerts."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that happened to the ticket with the number `short`."""

    kind: Kind
    short: str


@dataclass(frozen=True, slots=True)
class Looked:
    """Up to where the desk has been looked at: the number of a change, and a moment (ms)."""

    change: int
    at: int


def now(desk: Desk) -> Looked:
    """Where a first look begins: what was before concerns nobody anew."""
    return Looked(desk.last_change(), desk.now())


def since(desk: Desk, looked: Looked) -> tuple[list[Alert], Looked]:
    """What happened since, each once, in the order of the kinds; and where the next look begins."""
    reached = now(desk)
    found: list[Alert] = []
    if reached.change > looked.change:
        after = max(looked.change, reached.change - LOOKED_AT)
        found += [Alert("assigned", short) for short in _assigned(desk, after)]
        found += [Alert("reply", short) for short in _replies(desk, after)]
    if reached.at > looked.at:
        found += [Alert("overdue", short) for short in _overdue(desk, looked.at, reached.at)]
    return list(dict.fromkeys(found)), reached


def _assigned(desk: Desk, after: int) -> list[str]:
    """Tickets that somebody else gave this agent, and that are still theirs."""
    rows = desk.read().execute(
        "SELECT t.short FROM changes c JOIN tickets t ON t.id = c.entity_id WHERE c.number > ? AND c.entity = 'ticket'"
        " AND c.field = 'assignee' AND c.value = ? AND c.agent <> ? AND t.assignee = ? ORDER BY c.number",
        (after, json.dumps(desk.agent, ensure_ascii=False), desk.agent, desk.agent),
    )
    return [short for (short,) in rows]


def _replies(desk: Desk, after: int) -> list[str]:
    """Tickets of this agent into which a customer wrote again; a machine's answer is none."""
    rows = desk.read().execute(
        "SELECT t.short FROM changes c JOIN messages m ON m.id = c.entity_id JOIN tickets t ON t.number = m.ticket"
        " WHERE c.number > ? AND c.entity = 'message' AND c.kind = 'message' AND m.kind = 'inbound' AND m.automatic = ''"
        " AND t.assignee = ? AND EXISTS (SELECT 1 FROM messages b WHERE b.ticket = m.ticket AND b.number < m.number)"
        " ORDER BY c.number",
        (after, desk.agent),
    )
    return [short for (short,) in rows]


def _overdue(desk: Desk, after: int, until: int) -> list[str]:
    """Tickets of this agent whose due time came; one walk along an index, over these tickets only."""
    rows = desk.read().execute(
        "SELECT short FROM tickets WHERE assignee = ? AND rank > ? AND rank <= ? AND bucket = ? ORDER BY rank",
        (desk.agent, after, until, int(Bucket.OPEN)),
    )
    return [short for (short,) in rows]
