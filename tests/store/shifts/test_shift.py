"""The shift itself: started, paused, found again, trimmed; clocks and zones that misbehave."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.clock import from_iso
from store.config import Config, Shifts
from store.desk import Desk, tickets
from store.errors import BadInput, Refused
from store.reports.report import shift_report, team_report
from store.shifts import shift, timing
from store.working import Shift
from tests.conftest import HOUR, MINUTE, StoppedClock, ask


def test_a_shift_is_planned_for_five_and_a_half_hours_with_a_break(desk: Desk) -> None:
    started, trimmed = shift.start(desk, zone="Europe/Berlin")
    assert (started.planned_minutes, started.break_minutes, started.zone) == (330, 30, "Europe/Berlin")
    assert trimmed is None
    standing = shift.standing(desk)
    assert standing is not None
    assert standing.left == 330 * MINUTE


def test_breaks_are_not_worked(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    clock.pass_by(2 * HOUR)
    shift.pause(desk)
    clock.pass_by(HOUR)
    paused = shift.standing(desk)
    assert paused is not None
    assert (paused.worked, paused.rested, paused.shift.is_paused) == (2 * HOUR, HOUR, True)
    shift.resume(desk)
    clock.pass_by(3 * HOUR)
    ended = shift.stop(desk, learnt="Invoices move.")
    assert ended.worked_ms(clock.now) == 5 * HOUR
    assert ended.learnt == "Invoices move."
    assert shift.current(desk) is None


@pytest.mark.parametrize("act", [shift.pause, shift.resume, shift.stop])
def test_who_is_off_can_neither_pause_nor_stop(desk: Desk, act) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused, match="not on shift"):
        act(desk)


def test_a_break_is_taken_once_and_ended_once(desk: Desk) -> None:
    shift.start(desk)
    with pytest.raises(Refused, match="not paused"):
        shift.resume(desk)
    shift.pause(desk)
    with pytest.raises(Refused, match="in a break already"):
        shift.pause(desk)


@pytest.mark.parametrize(
    ("hours", "pause", "zone"),
    [
        (0.1, 30, ""),
        (17, 30, ""),
        (float("nan"), 0, ""),
        (float("inf"), 0, ""),
        (5, -1, ""),
        (5, 481, ""),
        (5, 30, "Mars/Base"),
        (5, 30, "../etc/passwd"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(desk: Desk, hours: float, pause: int, zone: str) -> None:
    with pytest.raises(BadInput):
        shift.start(desk, hours=hours, break_minutes=pause, zone=zone)
    assert shift.current(desk) is None


def test_a_killed_console_finds_its_shift_again(desk: Desk, clock: StoppedClock) -> None:
    started, _ = shift.start(desk)
    clock.pass_by(HOUR)
    with Desk(desk.path, "ada", clock=clock) as again:
        assert shift.current(again) == started


def test_two_consoles_of_one_agent_share_one_shift(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    with Desk(desk.path, "Ada", clock=clock) as second:
        with pytest.raises(Refused, match="running already"):
            shift.start(second)
        shift.pause(second)
    with pytest.raises(Refused, match="in a break already"):
        shift.pause(desk)
    with Desk(desk.path, "ben", clock=clock) as colleague:
        assert shift.current(colleague) is None
        assert [each.agent for each in shift.on_shift(colleague)] == ["ada"]


def test_a_shift_nobody_ended_ends_where_the_work_ended_and_says_so(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk)
    first, _ = shift.start(desk)
    clock.pass_by(2 * HOUR)
    tickets.claim(desk, [ticket.number])
    last_sign = clock.now
    clock.pass_by(16 * HOUR)
    second, trimmed = shift.start(desk)
    assert trimmed is not None
    assert (trimmed.id, trimmed.ended_at, trimmed.trimmed_seconds) == (first.id, last_sign, 16 * 3600)
    assert trimmed.worked_ms(clock.now) == 2 * HOUR
    assert second.id != first.id


def test_a_forgotten_break_ends_the_shift_at_its_beginning(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    clock.pass_by(HOUR)
    shift.pause(desk)
    clock.pass_by(20 * HOUR)
    trimmed = shift.trim_forgotten(desk)
    assert trimmed is not None
    assert trimmed.worked_ms(clock.now) == HOUR
    assert shift.trim_forgotten(desk) is None


def test_a_long_day_of_real_work_is_not_trimmed(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk)
    shift.start(desk)
    for hour in range(12):
        clock.pass_by(HOUR)
        tickets.tag(desk, [ticket.number], add=[f"h{hour}"])
    assert shift.trim_forgotten(desk) is None


def test_a_clock_that_was_set_back_makes_no_negative_time(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    clock.pass_by(HOUR)
    shift.pause(desk)
    clock.pass_by(-3 * HOUR)
    standing = shift.standing(desk)
    assert standing is not None
    assert (standing.worked, standing.rested) == (HOUR, 0)
    shift.resume(desk)
    ended = shift.stop(desk)
    assert ended.ended_at is not None
    assert ended.ended_at >= max(ended.edges) >= ended.started_at
    assert ended.worked_ms(ended.ended_at) == HOUR


@pytest.mark.parametrize(
    "begins",
    ["2026-03-29T00:30:00+01:00", "2026-10-25T00:30:00+02:00", "2026-03-04T22:00:00+01:00"],
    ids=["into summer time", "out of summer time", "over midnight"],
)
def test_five_hours_are_five_hours_on_any_night(desk: Desk, clock: StoppedClock, begins: str) -> None:
    clock.now = from_iso(begins)
    shift.start(desk, zone="Europe/Berlin")
    clock.pass_by(5 * HOUR)
    ended = shift.stop(desk)
    assert ended.worked_ms(clock.now) == 5 * HOUR
    assert (ended.ended_at, ended.zone) == (clock.now, "Europe/Berlin")


def test_time_on_a_ticket_is_kept_while_it_is_touched(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk)
    shift.start(desk)
    timing.open_ticket(desk, ticket)
    for _ in range(6):
        clock.pass_by(2 * MINUTE)
        timing.touch(desk)
    entry = timing.leave(desk)
    assert entry is not None
    assert (entry.seconds, entry.idle_seconds) == (720, 0)
    assert tickets.ticket(desk, ticket.number).handle_seconds == 720
    assert timing.leave(desk) is None


def test_idle_time_is_noticed_and_not_counted(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk)
    timing.open_ticket(desk, ticket)
    clock.pass_by(3 * MINUTE)
    timing.touch(desk)
    clock.pass_by(50 * MINUTE)
    entry = timing.leave(desk)
    assert entry is not None
    assert (entry.seconds, entry.idle_seconds) == (180, 3000)


def test_the_idle_limit_is_a_setting(tmp_path, clock: StoppedClock) -> None:  # type: ignore[no-untyped-def]
    config = replace(Config(), shift=Shifts(idle_minutes=60))
    with Desk(tmp_path / "other.db", "ada", clock=clock, config=config) as desk:
        timing.open_ticket(desk, ask(desk))
        clock.pass_by(50 * MINUTE)
        entry = timing.leave(desk)
    assert entry is not None
    assert entry.seconds == 3000


def test_opening_another_ticket_leaves_the_first_in_whichever_console(
    desk: Desk, clock: StoppedClock
) -> None:
    first, second = ask(desk), ask(desk)
    timing.open_ticket(desk, first)
    clock.pass_by(MINUTE)
    with Desk(desk.path, "ada", clock=clock) as other_console:
        entry = timing.open_ticket(other_console, second)
        assert entry is not None
        assert (entry.ticket, entry.seconds) == (first.id, 60)
        clock.pass_by(MINUTE)
        timing.leave(other_console)
    assert [tickets.ticket(desk, each.number).handle_seconds for each in (first, second)] == [60, 60]


def test_a_timer_of_a_killed_console_is_trimmed(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk)
    shift.start(desk)
    timing.open_ticket(desk, ticket)
    clock.pass_by(MINUTE)
    timing.touch(desk)
    clock.pass_by(20 * HOUR)
    with Desk(desk.path, "ada", clock=clock) as again:
        shift.start(again)
        (entry,) = timing.entries(again, ticket)
    assert entry.seconds == 60


def test_a_clock_set_back_adds_no_time_to_a_ticket(desk: Desk, clock: StoppedClock) -> None:
    timing.open_ticket(desk, ask(desk))
    clock.pass_by(-HOUR)
    assert timing.leave(desk) is None


def test_time_is_corrected_with_its_history(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk)
    entry = timing.add(desk, ticket, 30, note="looked into logs")
    timing.edit(desk, entry.id, 12, "lunch was in it")
    assert tickets.ticket(desk, ticket.number).handle_seconds == 720
    versions = desk.read().execute(
        "SELECT json_extract(value, '$.seconds'), json_extract(nullif(previous, ''), '$.seconds') FROM changes"
        " WHERE entity_id = ? ORDER BY number",
        (entry.id,),
    )
    assert versions.fetchall() == [(1800, None), (720, 1800)]
    timing.edit(desk, entry.id, 0, "it was another ticket")
    assert tickets.ticket(desk, ticket.number).handle_seconds == 0
    with pytest.raises(BadInput, match="says why"):
        timing.edit(desk, entry.id, 5, " ")


def test_nobody_corrects_the_time_of_others(desk: Desk, clock: StoppedClock) -> None:
    entry = timing.add(desk, ask(desk), 30)
    with Desk(desk.path, "ben", clock=clock) as colleague, pytest.raises(Refused, match="somebody else's"):
        timing.edit(colleague, entry.id, 1, "it was less")


@pytest.mark.parametrize("minutes", [0, -5, 961, float("nan"), float("inf")])
def test_time_that_makes_no_sense_is_refused(desk: Desk, minutes: float) -> None:
    with pytest.raises(BadInput):
        timing.add(desk, ask(desk), minutes)


def test_time_known_before_the_first_entry_stays_part_of_the_sum(desk: Desk) -> None:
    ticket = ask(desk)
    desk.change(lambda tx: tx.set(ticket.number, "handle_seconds", 600))
    timing.add(desk, tickets.ticket(desk, ticket.number), 5)
    assert tickets.ticket(desk, ticket.number).handle_seconds == 900
    assert sum(entry.seconds for entry in timing.entries(desk, ticket)) == 900


def test_shifts_of_two_machines_that_overlap_count_their_hours_once(desk: Desk, clock: StoppedClock) -> None:
    first = Shift("a" * 32, "ada", "UTC", clock.now, 330, 30, ended_at=clock.now + 5 * HOUR)
    second = replace(first, id="b" * 32, started_at=clock.now + 3 * HOUR, ended_at=clock.now + 6 * HOUR)

    def job(tx) -> None:  # type: ignore[no-untyped-def]
        tx.put(first)
        tx.put(second)

    desk.change(job)
    clock.pass_by(8 * HOUR)
    report = team_report(desk, first.started_at, clock.now)
    assert report.total.worked_ms == 6 * HOUR
    assert [shift_report(desk, each).total.worked_ms for each in (first, second)] == [5 * HOUR, 3 * HOUR]
