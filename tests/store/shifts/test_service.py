"""Service levels: business hours, holidays, pauses, and the queue that follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.clock import from_iso, to_iso
from store.config import Config, Level, Service, Targets
from store.config.reading import parse
from store.config.week import parse_week
from store.desk import Desk, messages, queue, tickets
from store.desk.hours import Hours
from store.errors import ConfigError
from store.model import Priority, Status
from store.working import Holiday
from tests.conftest import DAY, HOUR, MINUTE, StoppedClock, answer, ask, write_again

OFFICE = parse_week("mon-fri 09:00-17:00")
BERLIN = Hours(OFFICE, "Europe/Berlin")
CONFIG = replace(
    Config(),
    service=Service(
        OFFICE,
        "Europe/Berlin",
        levels=(
            Level(first_reply=4, next_reply=8),
            Level(priority="urgent", first_reply=1, next_reply=1),
            Level(product="Harbour", priority="urgent", first_reply=0.5, resolution=2),
        ),
    ),
)


@pytest.fixture
def office(tmp_path: Path, clock: StoppedClock) -> Iterator[Desk]:
    """A desk that answers in Berlin's office hours; it is Wednesday, 11:00 there."""
    with Desk(tmp_path / "office.db", "ada", clock=clock, config=CONFIG) as opened:
        yield opened


def due(desk: Desk, number: int) -> str | None:
    return to_iso(tickets.ticket(desk, number).due_at)


def test_without_service_levels_the_plain_targets_hold(desk: Desk) -> None:
    ticket = ask(desk, ago=HOUR)
    assert ticket.due_at == desk.now() + 23 * HOUR


@pytest.mark.parametrize(
    ("asked", "hours", "expected"),
    [
        ("2026-03-04T10:00:00+01:00", 4, "2026-03-04T13:00:00Z"),
        ("2026-03-04T15:00:00+01:00", 4, "2026-03-05T10:00:00Z"),
        ("2026-03-06T16:00:00+01:00", 4, "2026-03-09T11:00:00Z"),
        ("2026-03-07T12:00:00+01:00", 1, "2026-03-09T09:00:00Z"),
        ("2026-03-04T23:30:00+01:00", 1, "2026-03-05T09:00:00Z"),
        ("2026-03-27T16:00:00+01:00", 2, "2026-03-30T08:00:00Z"),
        ("2026-03-04T16:00:00+01:00", 1, "2026-03-04T16:00:00Z"),
    ],
    ids=[
        "same day",
        "over night",
        "over the weekend",
        "on a Saturday",
        "at night",
        "into summer time",
        "to closing time",
    ],
)
def test_targets_run_in_business_hours(asked: str, hours: int, expected: str) -> None:
    assert to_iso(BERLIN.after(from_iso(asked), hours * HOUR)) == expected


def test_around_the_clock_is_plain_time() -> None:
    assert Hours((), "UTC").after(5, 7 * DAY) == 5 + 7 * DAY


def test_holidays_stand_still() -> None:
    closed = replace(BERLIN, holidays=frozenset({"2026-03-05"}))
    assert to_iso(closed.after(from_iso("2026-03-04T16:00:00+01:00"), 2 * HOUR)) == "2026-03-06T09:00:00Z"
    assert not closed.is_open(from_iso("2026-03-05T12:00:00+01:00"))


def test_hours_that_never_come_end_all_the_same() -> None:
    week = parse_week("mon 09:00-09:01")
    assert Hours(week, "UTC").after(0, 8760 * HOUR) > 8760 * HOUR


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 4_000_000_000_000),
    st.integers(0, 200 * HOUR),
    st.lists(st.tuples(st.integers(0, 300 * HOUR), st.integers(0, 50 * HOUR)), max_size=4),
)
def test_as_much_business_time_lies_before_the_due_time_as_was_promised(
    start: int, amount: int, ahead: list[tuple[int, int]]
) -> None:
    pauses = sorted((start + after, start + after + length) for after, length in ahead)
    merged: list[tuple[int, int]] = []
    for begins, ends in pauses:
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    at = BERLIN.after(start, amount, merged)
    paused = sum(BERLIN.between(begins, min(ends, at)) for begins, ends in merged if begins < at)
    assert BERLIN.between(start, at) - paused == amount


def test_the_most_particular_target_counts(office: Desk) -> None:
    plain = ask(office, ago=0)
    urgent = ask(office, ago=0, priority=Priority.URGENT)
    harbour = ask(office, ago=0, priority=Priority.URGENT, product="Harbour")
    assert due(office, plain.number) == "2026-03-04T14:00:00Z"
    assert due(office, urgent.number) == "2026-03-04T11:00:00Z"
    assert due(office, harbour.number) == "2026-03-04T10:30:00Z"


def test_the_queue_runs_by_these_due_times(office: Desk) -> None:
    early = ask(office, "early", ago=2 * HOUR)
    urgent = ask(office, "urgent", ago=0, priority=Priority.URGENT)
    rows = queue.page(office, queue.understand(office, "is:open")).rows
    assert [row.number for row in rows] == [urgent.number, early.number]


def test_a_later_message_has_its_own_target(office: Desk, clock: StoppedClock) -> None:
    ticket = ask(office, ago=HOUR)
    answer(office, ticket, "Look under Billing.", ago=30 * MINUTE)
    assert due(office, ticket.number) is None
    write_again(office, ticket, "It is not there.", ago=0)
    assert due(office, ticket.number) == "2026-03-05T10:00:00Z"


def test_notes_and_automatic_mail_neither_stop_nor_start_the_clock(office: Desk) -> None:
    ticket = ask(office, ago=HOUR)
    before = due(office, ticket.number)
    messages.note(office, ticket, "Looks like the import.")
    write_again(office, ticket, "I am away.", automatic="auto_reply")
    assert due(office, ticket.number) == before
    answer(office, ticket, "Look under Billing.")
    write_again(office, ticket, "I am away.", automatic="auto_reply")
    assert due(office, ticket.number) is None


def test_the_clock_pauses_while_the_customer_is_asked(office: Desk, clock: StoppedClock) -> None:
    ticket = ask(office, ago=0)
    clock.pass_by(HOUR)
    tickets.set_status(office, [ticket.number], Status.PENDING)
    assert due(office, ticket.number) is None
    clock.pass_by(2 * HOUR)
    tickets.set_status(office, [ticket.number], Status.OPEN)
    assert due(office, ticket.number) == "2026-03-04T16:00:00Z"


def test_a_promised_solution_is_due_even_when_everything_was_answered_in_time(
    office: Desk, clock: StoppedClock
) -> None:
    ticket = ask(office, ago=0, priority=Priority.URGENT, product="Harbour")
    answer(office, ticket, "We look.")
    clock.pass_by(110 * MINUTE)
    write_again(office, ticket, "And?")
    assert due(office, ticket.number) == "2026-03-04T12:00:00Z"


def test_nobody_is_late_at_midnight_for_what_business_hours_have_paused(
    office: Desk, clock: StoppedClock
) -> None:
    clock.now = from_iso("2026-03-06T16:30:00+01:00")
    ticket = ask(office, ago=0, priority=Priority.URGENT)
    clock.now = from_iso("2026-03-07T00:00:00+01:00")
    assert queue.count(office, queue.understand(office, "is:overdue")) == 0
    clock.now = from_iso("2026-03-09T09:31:00+01:00")
    (late,) = queue.page(office, queue.understand(office, "is:overdue")).rows
    assert late.number == ticket.number


def test_new_settings_move_the_due_times_that_were_there(office: Desk, clock: StoppedClock) -> None:
    ticket = ask(office, ago=0)
    other = replace(Config(), targets=Targets(normal=2))
    with Desk(office.path, "ada", clock=clock, config=other) as opened:
        opened.wake()
        assert due(opened, ticket.number) == "2026-03-04T12:00:00Z"
    with Desk(office.path, "ada", clock=clock) as usual:
        usual.wake()
        assert due(usual, ticket.number) == "2026-03-05T10:00:00Z"


def test_only_the_named_holidays_are_kept(office: Desk, clock: StoppedClock) -> None:
    office.change(lambda tx: tx.put(Holiday("a" * 32, "2026-03-04", "Bank holiday", "gb")))
    config = replace(CONFIG, service=replace(CONFIG.service, holidays=("de",)))
    assert due(office, ask(office, ago=0).number) == "2026-03-05T12:00:00Z"
    with Desk(office.path, "ada", clock=clock, config=config) as german:
        assert due(german, ask(german, ago=0).number) == "2026-03-04T14:00:00Z"


def test_opening_hours_are_read_as_people_write_them() -> None:
    week = parse_week("Mon-Wed 09:00-12:00 13:00-17:30, fri-sat 10:00-24:00, mon 11:00-13:00")
    assert week[0] == ((540, 1050),)
    assert week[1] == ((540, 720), (780, 1050))
    assert week[3] == ()
    assert week[5] == ((600, 1440),)
    assert parse_week("") == ()


@pytest.mark.parametrize(
    "line",
    [
        'hours = "mon-fri"',
        'hours = "mon 17:00-09:00"',
        'hours = "mon 9-17"',
        'hours = "lun 09:00-10:00"',
        'hours = "mon 09:61-10:00"',
        'zone = "Nowhere/City"',
        'zone = "../../etc/passwd"',
    ],
)
def test_wrong_hours_and_zones_are_named_with_their_line(line: str) -> None:
    with pytest.raises(ConfigError, match="line 2"):
        parse(f"[service]\n{line}\n", "config.toml")
