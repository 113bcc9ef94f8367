"""The shift: started, paused, resumed and stopped; found again after a crash; trimmed when nobody ended it.

An agent has one running shift, whichever console or script asks. What a clock that was set back would put before the
shift's last moment happens at that moment: no stretch of work is ever negative.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace

from store.clock import HOUR, MINUTE
from store.desk import Desk
from store.desk.documents import document, documents_where
from store.desk.ids import new_id
from store.desk.transaction import Transaction
from store.errors import BadInput, NotFound, Refused
from store.shifts import timing
from store.shifts.zones import zone_name
from store.working import Shift

SHORTEST, LONGEST = 15, 16 * 60
"""Minutes that a shift may be planned for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a running shift stands; milliseconds. `left` is negative when the plan is over."""

    shift: Shift
    worked: int
    rested: int
    left: int


def current(desk: Desk, agent: str = "") -> Shift | None:
    """The running shift of an agent (this desk's without a name); None when they are off."""
    return _running(desk.read(), agent or desk.agent)


def _running(connection: sqlite3.Connection, agent: str) -> Shift | None:
    found = documents_where(
        connection, Shift, "agent = ? COLLATE NOCASE AND ended_at IS NULL AND active", (agent,)
    )
    return found[-1] if found else None


def on_shift(desk: Desk) -> list[Shift]:
    """Who is on: every running shift, the earliest first."""
    return documents_where(desk.read(), Shift, "ended_at IS NULL AND active")


def last_ended(desk: Desk, agent: str = "") -> Shift | None:
    """The agent's latest shift that is over."""
    found = documents_where(
        desk.read(),
        Shift,
        "agent = ? COLLATE NOCASE AND active AND ended_at = (SELECT max(ended_at) FROM shifts"
        " WHERE agent = ? COLLATE NOCASE AND active)",
        (agent or desk.agent,) * 2,
    )
    return found[-1] if found else None


def find(desk: Desk, name: str) -> Shift:
    """A shift by its id (or its unambiguous beginning); `last` is this agent's latest. Raises NotFound."""
    if name == "last":
        latest = current(desk) or last_ended(desk)
        if latest is None:
            raise NotFound("you have no shift yet", "`helpterm shift start` begins one")
        return latest
    return document(desk.read(), Shift, name)


def start(
    desk: Desk, *, hours: float | None = None, break_minutes: int | None = None, zone: str = ""
) -> tuple[Shift, Shift | None]:
    """Begins a shift; returns it, and the earlier one that nobody had ended and that was trimmed now (or None).

    Without `hours` the plan is that of the settings. Raises Refused while a shift runs, BadInput for a plan that makes no sense.
    """
    settings = desk.config.shift
    minutes = _planned(settings.hours if hours is None else hours)
    rest = _breaks(settings.break_minutes if break_minutes is None else break_minutes)
    where = zone_name(zone or settings.zone)

    def job(tx: Transaction) -> tuple[Shift, Shift | None]:
        trimmed = _trim(tx, desk)
        running = _running(tx.connection, tx.agent)
        if running is not None:
            raise Refused("your shift is running already", "go on with it, or `helpterm shift stop`")
        timing.settle(tx, desk)
        new = Shift(new_id(), tx.agent, where, tx.now, minutes, rest)
        tx.put(new)
        return new, trimmed

    return desk.change(job)


def trim_forgotten(desk: Desk) -> Shift | None:
    """Ends this agent's shift where their work ended, if nobody ended it; returns it then. Costs a read when there is none."""
    running = current(desk)
    if running is None or not _is_over(running, desk):
        return None
    return desk.change(lambda tx: _trim(tx, desk))


def _is_over(shift: Shift, desk: Desk) -> bool:
    planned = shift.started_at + (shift.planned_minutes + shift.break_minutes) * MINUTE
    return desk.now() > planned + desk.config.shift.forgotten_hours * HOUR


def _trim(tx: Transaction, desk: Desk) -> Shift | None:
    running = _running(tx.connection, tx.agent)
    if running is None or not _is_over(running, desk):
        return None
    sign = _last_sign(tx.connection, running)
    if tx.now - sign <= desk.config.shift.forgotten_hours * HOUR:
        return None
    ended = replace(running, ended_at=sign, trimmed_seconds=(tx.now - sign) // 1000)
    timing.settle(tx, desk, until=sign)
    tx.put(ended)
    return ended


def _last_sign(connection: sqlite3.Connection, shift: Shift) -> int:
    """The last moment at which the agent of a shift did anything: a change, a touch of a ticket, a break."""
    change = connection.execute(
        "SELECT at FROM changes WHERE agent = ? ORDER BY number DESC LIMIT 1", (shift.agent,)
    ).fetchone()
    touch = connection.execute("SELECT touched_at FROM timers WHERE agent = ?", (shift.agent,)).fetchone()
    worked = connection.execute(
        "SELECT max(started_at + (seconds + idle_seconds) * 1000) FROM worklog WHERE shift = ? AND kind <> 'timer'",
        (shift.id,),
    ).fetchone()
    signs: list[int] = [row[0] for row in (change, touch, worked) if row is not None and row[0] is not None]
    return max([shift.started_at, *shift.edges, *signs])


def pause(desk: Desk) -> Shift:
    """Begins a break; the ticket at hand is left. Raises Refused without a running shift or in a break."""

    def act(tx: Transaction, running: Shift) -> Shift:
        if running.is_paused:
            raise Refused("you are in a break already", "`helpterm shift resume` ends it")
        timing.settle(tx, desk)
        return replace(running, edges=(*running.edges, _not_before(running, tx.now)))

    return _change(desk, act)


def resume(desk: Desk) -> Shift:
    """Ends a break. Raises Refused without a running shift or outside a break."""

    def act(tx: Transaction, running: Shift) -> Shift:
        if not running.is_paused:
            raise Refused("your shift is not paused", "`helpterm shift pause` begins a break")
        return replace(running, edges=(*running.edges, _not_before(running, tx.now)))

    return _change(desk, act)


def stop(desk: Desk, *, learnt: str = "") -> Shift:
    """Ends the shift, with what was learnt in it. What must be decided first is for `store.shifts.handover` to say.

    Raises Refused without a running shift.
    """

    def act(tx: Transaction, running: Shift) -> Shift:
        timing.settle(tx, desk)
        return replace(running, ended_at=_not_before(running, tx.now), learnt=learnt.strip())

    return _change(desk, act)


def plan(desk: Desk, hours: float, *, break_minutes: int | None = None) -> Shift:
    """Changes how long the running shift is planned for, and its breaks. Raises Refused without one, BadInput for nonsense."""
    minutes = _planned(hours)

    def act(tx: Transaction, running: Shift) -> Shift:
        rest = running.break_minutes if break_minutes is None else _breaks(break_minutes)
        return replace(running, planned_minutes=minutes, break_minutes=rest)

    return _change(desk, act)


def _breaks(minutes: int) -> int:
    """Planned breaks in minutes. Raises BadInput."""
    if not 0 <= minutes <= 480:
        raise BadInput("breaks last from 0 to 480 minutes", "plan half an hour")
    return minutes


def _planned(hours: float) -> int:
    """A plan in minutes. Raises BadInput."""
    if not SHORTEST <= hours * 60 <= LONGEST:
        raise BadInput("a shift lasts from a quarter of an hour to 16 hours", "plan five to six hours")
    return round(hours * 60)


def _change(desk: Desk, act: Callable[[Transaction, Shift], Shift]) -> Shift:
    def job(tx: Transaction) -> Shift:
        running = _running(tx.connection, tx.agent)
        if running is None:
            raise Refused("you are not on shift", "`helpterm shift start` begins one")
        changed = act(tx, running)
        tx.put(changed)
        return changed

    return desk.change(job)


def _not_before(shift: Shift, now: int) -> int:
    return max([shift.started_at, *shift.edges, now])


def standing(desk: Desk, shift: Shift | None = None) -> Standing | None:
    """Where a shift (the running one without any) stands now; None when there is none. One indexed read, for the header."""
    shift = shift or current(desk)
    if shift is None:
        return None
    until = _not_before(shift, desk.now()) if shift.ended_at is None else shift.ended_at
    worked = shift.worked_ms(until)
    return Standing(shift, worked, until - shift.started_at - worked, shift.planned_minutes * MINUTE - worked)
