"""Time on tickets: kept by itself while a ticket is open and touched, added by hand, edited with its history kept.

An agent works on one ticket at a time, whichever console or script shows it: opening another one leaves the first. The
running timer is of this machine and is written down at most every few seconds; what it counted becomes an entry, which is a
change like any other. Time without a touch beyond the setting is idle: noticed and not counted.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace

from store.clock import MINUTE
from store.desk import Desk
from store.desk.documents import document, documents_where
from store.desk.ids import derived_id, new_id
from store.desk.tickets import by_number
from store.desk.transaction import Transaction
from store.errors import BadInput, Refused
from store.model import Ticket
from store.text.inert import inert_line
from store.working import EntryKind, WorkEntry

WRITE_EVERY = 15_000
"""A touch so soon after the last one (ms) is not written down: it can cost at most this much time when a console dies."""

LONGEST_ENTRY = 16 * 60
"""Minutes that one entry may hold."""


@dataclass(frozen=True, slots=True)
class Timer:
    """The running timer of an agent, in ms: what was counted so far, and what was idle."""

    ticket: str
    started_at: int
    touched_at: int
    counted: int
    idle: int

    def until(self, now: int, idle_limit: int) -> Timer:
        """The timer after a sign of life at `now`. A clock that was set back adds nothing."""
        gap = max(0, now - self.touched_at)
        worked, idle = (gap, 0) if gap <= idle_limit else (0, gap)
        return replace(self, touched_at=now, counted=self.counted + worked, idle=self.idle + idle)


def running(desk: Desk) -> Timer | None:
    """The timer of the agent at this desk; None when no ticket is at hand."""
    return _read(desk.read(), desk.agent)


def _read(connection: sqlite3.Connection, agent: str) -> Timer | None:
    row = connection.execute(
        "SELECT ticket, started_at, touched_at, counted, idle FROM timers WHERE agent = ?", (agent,)
    ).fetchone()
    return None if row is None else Timer(*row)


def open_ticket(desk: Desk, ticket: Ticket) -> WorkEntry | None:
    """The agent turns to a ticket; returns the entry for the one that was at hand before, if there was any."""

    def job(tx: Transaction) -> WorkEntry | None:
        timer = _read(tx.connection, tx.agent)
        if timer is not None and timer.ticket == ticket.id:
            _write(tx, timer.until(tx.now, _idle_limit(desk)))
            return None
        entry = settle(tx, desk)
        _write(tx, Timer(ticket.id, tx.now, tx.now, 0, 0))
        return entry

    return desk.change(job)


def touch(desk: Desk) -> None:
    """A sign of life on the ticket at hand: a key, a scroll. Cheap when the last one was a moment ago."""
    timer = running(desk)
    if timer is None or 0 <= desk.now() - timer.touched_at < WRITE_EVERY:
        return

    def job(tx: Transaction) -> None:
        now = _read(tx.connection, tx.agent)
        if now is not None:
            _write(tx, now.until(tx.now, _idle_limit(desk)))

    desk.change(job)


def leave(desk: Desk) -> WorkEntry | None:
    """The agent turns away from the ticket at hand; returns the entry, None when nothing was to be counted."""
    return desk.change(lambda tx: settle(tx, desk)) if running(desk) is not None else None


def settle(tx: Transaction, desk: Desk, until: int | None = None) -> WorkEntry | None:
    """Makes an entry of the running timer of the transaction's agent, as of `until` (now), and ends it."""
    timer = _read(tx.connection, tx.agent)
    if timer is None:
        return None
    tx.connection.execute("DELETE FROM timers WHERE agent = ?", (tx.agent,))
    timer = timer.until(tx.now if until is None else until, _idle_limit(desk))
    seconds = round(timer.counted / 1000)
    ticket = _number(tx.connection, timer.ticket)
    if not seconds or ticket is None:
        return None
    return _enter(
        tx, ticket, seconds, "timer", started_at=timer.started_at, idle_seconds=round(timer.idle / 1000)
    )


def _write(tx: Transaction, timer: Timer) -> None:
    tx.connection.execute(
        "INSERT OR REPLACE INTO timers (agent, ticket, started_at, touched_at, counted, idle) VALUES (?, ?, ?, ?, ?, ?)",
        (tx.agent, timer.ticket, timer.started_at, timer.touched_at, timer.counted, timer.idle),
    )


def _idle_limit(desk: Desk) -> int:
    return round(desk.config.shift.idle_minutes * MINUTE)


def _number(connection: sqlite3.Connection, ticket_id: str) -> int | None:
    row = connection.execute("SELECT number FROM tickets WHERE id = ?", (ticket_id,)).fetchone()
    return None if row is None else row[0]


def _enter(
    tx: Transaction,
    ticket: int,
    seconds: int,
    kind: EntryKind,
    *,
    started_at: int,
    idle_seconds: int = 0,
    note: str = "",
) -> WorkEntry:
    """Adds an entry, after one for the time that was noted on the ticket before it had any."""
    known = by_number(tx.connection, ticket)
    _keep_time_before(tx, known)
    shift = tx.connection.execute(
        "SELECT id FROM shifts WHERE agent = ? COLLATE NOCASE AND ended_at IS NULL AND active"
        " ORDER BY started_at DESC LIMIT 1",
        (tx.agent,),
    ).fetchone()
    entry = WorkEntry(
        new_id(),
        known.id,
        tx.agent,
        "" if shift is None else shift[0],
        known.tier,
        kind,
        started_at,
        seconds,
        idle_seconds,
        note,
    )
    tx.put(entry)
    return entry


def _keep_time_before(tx: Transaction, ticket: Ticket) -> None:
    if not ticket.handle_seconds:
        return
    if tx.connection.execute("SELECT 1 FROM worklog WHERE ticket = ?", (ticket.id,)).fetchone() is None:
        tx.put(
            WorkEntry(
                derived_id("worklog", ticket.id, "before"),
                ticket.id,
                "",
                "",
                ticket.tier,
                "before",
                ticket.created_at,
                ticket.handle_seconds,
            )
        )


def add(
    desk: Desk,
    ticket: Ticket,
    minutes: float,
    *,
    note: str = "",
    kind: EntryKind = "hand",
    at: int | None = None,
) -> WorkEntry:
    """Adds time by hand, ended now or begun `at`. Raises BadInput for none or too much, or for a time to come."""
    seconds = _seconds(minutes)
    begun = desk.now() - seconds * 1000 if at is None else at
    if begun > desk.now():
        raise BadInput("that time is still to come", "give a time that is over")
    return desk.change(
        lambda tx: _enter(tx, ticket.number, seconds, kind, started_at=begun, note=inert_line(note))
    )


def enter(tx: Transaction, ticket: int, minutes: float, kind: EntryKind, note: str) -> WorkEntry:
    """Adds time that ends now, inside a transaction. Raises BadInput for none or too much."""
    seconds = _seconds(minutes)
    return _enter(tx, ticket, seconds, kind, started_at=tx.now - seconds * 1000, note=note)


def edit(desk: Desk, entry_id: str, minutes: float, because: str) -> WorkEntry:
    """Corrects an entry; what it was stays in the log. 0 minutes take it out. Raises BadInput without a reason, NotFound."""
    if not because.strip():
        raise BadInput("a correction says why", "write a sentence")
    entry = document(desk.read(), WorkEntry, entry_id)
    if entry.agent.casefold() != desk.agent.casefold() and not _may_correct(desk):
        raise Refused("this time is somebody else's", "ask them, or a manager")
    seconds = _seconds(minutes) if minutes else 0
    changed = replace(entry, seconds=seconds, note=inert_line(because), active=seconds > 0)
    desk.change(lambda tx: tx.put(changed))
    return changed


def _may_correct(desk: Desk) -> bool:
    row = desk.read().execute("SELECT role FROM agents WHERE name = ?", (desk.agent,)).fetchone()
    return row is not None and row[0] == "manager"


def _seconds(minutes: float) -> int:
    if not 0 < minutes <= LONGEST_ENTRY:
        raise BadInput("time runs from a moment to 16 hours", "give minutes, such as 12")
    return max(1, round(minutes * 60))


def entries(desk: Desk, ticket: Ticket) -> list[WorkEntry]:
    """The time given to a ticket, oldest first."""
    return documents_where(desk.read(), WorkEntry, "ticket = ? AND active", (ticket.id,))


@dataclass(frozen=True, slots=True)
class Correction:
    """What an entry was before somebody corrected it: when (ms), who, the seconds before and after, and why."""

    at: int
    agent: str
    before: int
    after: int
    why: str


def corrections(desk: Desk, entry: WorkEntry) -> list[Correction]:
    """How an entry was corrected, the oldest first; the log of changes says so."""
    rows = desk.read().execute(
        "SELECT at, agent, value, previous FROM changes WHERE entity_id = ? AND kind = 'put' AND previous <> '' ORDER BY number",
        (entry.id,),
    )
    found = []
    for at, agent, value, previous in rows:
        now, before = json.loads(value), json.loads(previous)
        found.append(Correction(at, agent, before["seconds"], now["seconds"], now["note"]))
    return found
