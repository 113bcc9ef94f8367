"""The displacement meter: how many of the team's usual tickets one ticket has cost, and going on all the same."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Literal

from store.clock import MINUTE
from store.desk import Desk
from store.desk.documents import documents_where
from store.desk.ids import derived_id
from store.desk.messages import note_on
from store.desk.transaction import Transaction
from store.errors import BadInput
from store.model import Ticket
from store.shifts import timing
from store.text.durations import duration
from store.working import Extension

SAMPLE = 1_000
"""Answered tickets, the latest, whose median is the usual one."""
LOOKED_THROUGH = 20_000
"""Tickets, the latest, among which they are looked for."""
FEWEST = 5
"""Answered tickets from which on a median says something."""


@dataclass(frozen=True, slots=True)
class Meter:
    """What a ticket has cost: seconds of work, the team's median, and how many other tickets that would have been.

    `displaced` is None while the team has too few answered tickets to know. With an `extension` that still holds, `level` is
    green again.
    """

    seconds: int
    usual_seconds: int
    displaced: float | None
    level: Literal["green", "amber", "red"]
    extension: Extension | None = None

    def __str__(self) -> str:
        """`2 h 10 min: five others`, in figures."""
        spent = duration(self.seconds * 1000)
        if self.displaced is None or self.displaced < 1.5:
            return spent
        return f"{spent}: {self.displaced - 1:.0f} others"


def meter(desk: Desk, ticket: Ticket) -> Meter:
    """The meter of a ticket, with what its running timer has counted so far. Reads up to SAMPLE other tickets."""
    settings = desk.config.shift
    timer = timing.running(desk)
    at_hand = 0
    if timer is not None and timer.ticket == ticket.id:
        at_hand = timer.until(desk.now(), round(settings.idle_minutes * MINUTE)).counted // 1000
    seconds = ticket.handle_seconds + at_hand
    usual = usual_seconds(desk, ticket)
    displaced = seconds / usual if usual else None
    extension = _extension(desk, ticket)
    if displaced is None or (extension is not None and seconds < extension.until_seconds):
        return Meter(seconds, usual, displaced, "green", extension)
    level: Literal["green", "amber", "red"] = (
        "red"
        if displaced >= settings.meter_red
        else "amber"
        if displaced >= settings.meter_amber
        else "green"
    )
    return Meter(seconds, usual, displaced, level, extension)


def usual_seconds(desk: Desk, ticket: Ticket) -> int:
    """The team's median seconds of work in an answered ticket, this one left out; 0 while there are too few."""
    rows = (
        desk.read()
        .execute(
            "SELECT handle_seconds FROM tickets WHERE number > (SELECT max(number) FROM tickets) - ? AND number <> ?"
            " AND handle_seconds > 0 AND first_reply_at IS NOT NULL ORDER BY number DESC LIMIT ?",
            (LOOKED_THROUGH, ticket.number, SAMPLE),
        )
        .fetchall()
    )
    return round(median(seconds for (seconds,) in rows)) if len(rows) >= FEWEST else 0


def _extension(desk: Desk, ticket: Ticket) -> Extension | None:
    found = documents_where(desk.read(), Extension, "id = ? AND active", (_id(ticket),))
    return found[0] if found else None


def _id(ticket: Ticket) -> str:
    return derived_id("extension", ticket.id)


def go_on(desk: Desk, ticket: Ticket, minutes: float, why: str) -> Extension:
    """Goes on with a ticket that displaces others, for so many more minutes; the sentence becomes a note.

    Raises BadInput without a sentence or a sensible time.
    """
    if not why.strip():
        raise BadInput("going on asks for a sentence", "say what the next step will show")
    if not 1 <= minutes <= 480:
        raise BadInput("go on for 1 to 480 minutes", "then the desk asks again")
    until = meter(desk, ticket).seconds + round(minutes * 60)

    def job(tx: Transaction) -> Extension:
        extension = Extension(_id(ticket), ticket.id, tx.agent, tx.now, until, why.strip())
        tx.put(extension)
        note_on(tx, ticket.number, f"Going on until {duration(until * 1000)} of work. {why.strip()}")
        return extension

    return desk.change(job)
