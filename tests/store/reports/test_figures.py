"""Figures say what is so: who waits how long, when tickets came in, what one agent did on which day."""

from __future__ import annotations

import threading
import time

import pytest

from store.database.stopping import STEPS, Stopped
from store.desk import Desk, tickets
from store.model import Priority, Status
from store.reports.figures import EDGES, _week, arrivals, waiting, week
from store.shifts import shift, timing
from tests.conftest import DAY, HOUR, MINUTE, StoppedClock, answer, ask

pytestmark = pytest.mark.usefixtures("utc")


def test_nobody_waits_at_an_empty_desk(desk: Desk) -> None:
    figure = waiting(desk)
    assert (figure.total, figure.median, figure.longest) == (0, None, None)


def test_who_waits_stands_in_the_stretch_of_their_time(desk: Desk) -> None:
    for ago in (HOUR // 2, HOUR, 3 * HOUR, 30 * HOUR, 8 * DAY):
        ask(desk, ago=ago)
    ask(desk, ago=2 * HOUR, priority=Priority.URGENT)  # due within an hour
    answered = ask(desk, ago=5 * HOUR)
    answer(desk, answered, "Here.", ago=HOUR)
    tickets.set_status(desk, [answered.number], Status.SOLVED)
    tickets.snooze(desk, [ask(desk, ago=6 * HOUR).number], desk.now() + DAY)
    figure = waiting(desk)
    assert figure.counts == (1, 3, 0, 0, 1, 0, 0, 1)
    assert figure.late == (0, 1, 0, 0, 1, 0, 0, 1)
    assert (figure.median, figure.longest) == (2 * HOUR, 8 * DAY)
    assert len(figure.counts) == len(EDGES) + 1


def test_arrivals_stand_at_their_local_hour_for_four_weeks(desk: Desk) -> None:
    for ago in (HOUR, 90 * MINUTE, DAY, 27 * DAY):  # now is a Wednesday, 10:00
        ask(desk, ago=ago)
    ask(desk, ago=28 * DAY)  # the Wednesday four weeks ago is beyond the four weeks that end today
    figure = arrivals(desk)
    assert figure.total == 4
    assert (figure.hours[2][9], figure.hours[2][8], figure.hours[1][10], figure.hours[3][10]) == (1, 1, 1, 1)


def test_the_hours_are_those_of_the_machine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(desk, ago=HOUR)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert arrivals(desk).hours[2][18] == 1


def test_the_week_counts_only_what_the_agent_did_on_each_day(desk: Desk, clock: StoppedClock) -> None:
    first, second = ask(desk), ask(desk)
    shift.start(desk)
    answer(desk, first, "Here.", agent="ada")
    answer(desk, second, "There.", agent="ben")
    timing.add(desk, first, 20)
    clock.pass_by(DAY)
    answer(desk, second, "Again.", agent="ada")
    tickets.set_status(desk, [second.number], Status.SOLVED)
    days = week(desk)
    assert [(day.replies, day.solved) for day in days] == [(0, 0)] * 5 + [(1, 0), (1, 1)]
    assert days[-2].seconds == 1200
    clock.pass_by(6 * DAY)
    assert [(day.replies, day.solved) for day in week(desk)] == [(1, 1)] + [(0, 0)] * 6


@pytest.mark.parametrize("read", [waiting, arrivals, week])
def test_a_read_that_is_stopped_ends(desk: Desk, read) -> None:  # type: ignore[no-untyped-def]
    ask(desk)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        read(desk, stop)
    assert read(desk, threading.Event()) == read(desk)


def test_a_long_read_is_stopped_in_its_midst(desk: Desk) -> None:
    """SQLite itself asks whether to go on; a read that would last for minutes ends at the first look."""
    from store.database.stopping import stoppable

    stop = threading.Event()
    looks = []

    def look() -> bool:
        looks.append(1)
        if len(looks) == 3:
            threading.Event.set(stop)
        return threading.Event.is_set(stop)

    stop.is_set = look  # type: ignore[method-assign]
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n"
    with pytest.raises(Stopped), stoppable(desk.read(), stop):
        desk.read().execute(endless).fetchone()
    assert 3 <= len(looks) <= 5
    assert STEPS <= 100_000


def test_the_week_costs_the_same_however_long_the_log_is(desk: Desk, clock: StoppedClock) -> None:
    def steps() -> int:
        count = [0]

        def step() -> None:
            count[0] += 1

        connection = desk.read()
        connection.set_progress_handler(step, 1)
        try:
            assert sum(day.replies for day in _week(connection, "ada", desk.now())) == 3
        finally:
            connection.set_progress_handler(None, 0)
        return count[0]

    def answers(count: int) -> None:
        for _ in range(count):
            number = ask(desk)
            answer(desk, number, "Here.", agent="ada")
            timing.add(desk, number, 1)

    answers(3)
    few = steps()
    clock.pass_by(-300 * DAY)  # the log is older than the week, and no shift says from where on to read it
    answers(40)
    clock.pass_by(300 * DAY)
    assert steps() < few * 1.05 + 20
