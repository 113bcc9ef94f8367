"""The next ticket: the one that this agent should answer next, by product, department, tier and language; claimed at once."""

from __future__ import annotations

import json
from typing import Any

from store.desk import Desk, tickets
from store.desk.derive import NOT_WAITING, Bucket
from store.desk.queue import queue_rows
from store.errors import NotFound, Refused
from store.model import Agent, Ticket
from store.shifts import timing

ATTEMPTS = 5
"""How often another ticket is tried when a colleague was faster."""


def take_next(desk: Desk, *, department: str = "") -> Ticket | None:
    """Claims the next ticket for the agent at this desk and starts its time; None when nobody waits for them.

    What is theirs already comes as its place in the queue says. Of tickets that are nobody's, those of their products,
    languages, tier and departments (`department`, else those of the settings) count; what names none is everybody's.
    """
    for _ in range(ATTEMPTS):
        number = find_next(desk, department=department)
        if number is None:
            return None
        try:
            (taken,) = tickets.claim(desk, [number])
        except Refused:
            continue  # a colleague was faster: look again
        timing.open_ticket(desk, taken)
        return taken
    return None


def find_next(desk: Desk, *, department: str = "") -> int | None:
    """The row of the next ticket, without taking it."""
    wishes, values = _wishes(desk, department)
    timer = timing.running(desk)
    at_hand = "" if timer is None else timer.ticket
    rows = queue_rows(
        desk,
        f"t.rank >= ? AND t.rank < ? AND t.id <> ? AND (t.assignee = ? OR (t.assignee = '' AND {wishes}))"
        " ORDER BY t.rank, t.number LIMIT 1",
        (Bucket.OPEN.floor, NOT_WAITING, at_hand, desk.agent, *values),
    )
    return rows[0].number if rows else None


def _wishes(desk: Desk, department: str) -> tuple[str, list[Any]]:
    try:
        person = tickets.known_agent(desk, desk.agent)
    except NotFound:
        person = Agent("", desk.agent)
    conditions, values = ["t.tier <= ?"], [person.tier]
    listed: list[Any] = values
    for column, wanted in (("product", person.products), ("language", person.languages)):
        if wanted:
            conditions.append(f"(t.{column} = '' OR t.{column} IN (SELECT value FROM json_each(?)))")
            listed.append(json.dumps(list(wanted)))
    departments = (department,) if department else desk.config.shift.departments
    if departments:
        conditions.append("(t.department = '' OR t.department IN (SELECT value FROM json_each(?)))")
        listed.append(json.dumps(list(departments)))
    return " AND ".join(conditions), listed
