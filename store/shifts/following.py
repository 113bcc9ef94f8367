"""The next ticket: the one that this agent should answer next, by product, department, tier and language; claimed at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from store.desk import Desk, tickets
from store.desk.derive import NOT_WAITING, Bucket
from store.desk.queue import queue_rows
from store.errors import NotFound, Refused
from store.model import Agent, Ticket
from store.shifts import timing

ATTEMPTS = 5
"""How often another ticket is tried when a colleague was faster."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a ticket stood when it was offered: its rank, and the newest message that is not of this agent (0: none)."""

    rank: int
    heard: int


Passed = Mapping[int, Stand]
"""Tickets that were offered and left unanswered, by row, the one longest ago first."""


@dataclass(frozen=True, slots=True)
class Next:
    """The ticket that was taken, how it stands, and why: it is new, was passed before, or is at hand and the only one."""

    ticket: Ticket
    stand: Stand
    why: Literal["new", "passed", "at hand"]


def take_next(desk: Desk, *, department: str = "") -> Ticket | None:
    """Claims the next ticket for the agent at this desk and starts its time; None when nobody waits for them.

    What is theirs already comes as its place in the queue says. Of tickets that are nobody's, those of their products,
    languages, tier and departments (`department`, else those of the settings) count; what names none is everybody's.
    """
    return _take(desk, lambda: find_next(desk, department=department))


def walk_on(desk: Desk, passed: Passed) -> Next | None:
    """As `take_next`, for one who walks through the tickets: those of `passed` come only after all others.

    One that changed since it was passed (its place in the queue, a message that is not this agent's) counts anew. When all
    were passed, the one longest ago comes again, the ticket at hand last; so None means that nobody waits at all.
    """
    now = _stands(desk, passed)
    left = [number for number, stand in passed.items() if now.get(number) == stand]
    at_hand = _at_hand(desk)
    why: Literal["new", "passed", "at hand"] = "new"
    taken = _take(desk, lambda: find_next(desk, besides=left))
    if taken is None:
        why = "passed"
        taken = _take(desk, lambda: _find_again(desk, left))
    if taken is None:
        return None
    if taken.id == at_hand:
        why = "at hand"
    return Next(taken, _stands(desk, [taken.number])[taken.number], why)


def _take(desk: Desk, find: Callable[[], int | None]) -> Ticket | None:
    for _ in range(ATTEMPTS):
        number = find()
        if number is None:
            return None
        try:
            (taken,) = tickets.claim(desk, [number])
        except Refused:
            continue  # a colleague was faster: look again
        timing.open_ticket(desk, taken)
        return taken
    return None


def find_next(desk: Desk, *, department: str = "", besides: Collection[int] = ()) -> int | None:
    """The row of the next ticket, without taking it: never the ticket at hand, nor one of the rows `besides`."""
    return _first(
        desk,
        "t.id <> ? AND t.number NOT IN (SELECT value FROM json_each(?))",
        (_at_hand(desk), json.dumps(list(besides))),
        department,
    )


def _find_again(desk: Desk, passed: Sequence[int]) -> int | None:
    """The first of these rows that still waits for this agent, else the ticket at hand if it does."""
    at_hand = _at_hand(desk)
    for number in passed:
        if _first(desk, "t.number = ? AND t.id <> ?", (number, at_hand)) is not None:
            return number
    return _first(desk, "t.id = ?", (at_hand,))


def _at_hand(desk: Desk) -> str:
    timer = timing.running(desk)
    return "" if timer is None else timer.ticket


def _first(desk: Desk, condition: str, values: tuple[Any, ...], department: str = "") -> int | None:
    """The row of the first ticket that waits for this agent under a condition: theirs, or nobody's and as they wish.

    Each of the two is one walk along an index; asked in one query, both would be read whole and sorted.
    """
    wishes, wished = _wishes(desk, department)
    rows = [
        row
        for holder, more, also in ((desk.agent, "", ()), ("", f" AND {wishes}", wished))
        for row in queue_rows(
            desk,
            f"t.assignee = ? AND t.rank >= ? AND t.rank < ? AND {condition}{more} ORDER BY t.rank, t.number LIMIT 1",
            (holder, Bucket.OPEN.floor, NOT_WAITING, *values, *also),
        )
    ]
    return min(rows, key=lambda row: row.cursor).number if rows else None


def _stands(desk: Desk, numbers: Collection[int]) -> dict[int, Stand]:
    rows = desk.read().execute(
        "SELECT t.number, t.rank, coalesce((SELECT max(m.number) FROM messages m"
        " WHERE m.ticket = t.number AND m.agent <> ? COLLATE NOCASE), 0)"
        " FROM tickets t WHERE t.number IN (SELECT value FROM json_each(?))",
        (desk.agent, json.dumps(list(numbers))),
    )
    return {number: Stand(rank, heard) for number, rank, heard in rows}


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
