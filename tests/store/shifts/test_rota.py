"""The rota: local hours on both sides of summer time, calendars of any quality, holes, and whose turn it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from store.clock import from_iso, to_iso
from store.desk import Desk
from store.errors import BadInput, NotFound
from store.shifts import calendars, coverage, rota, shift
from store.working import Turn
from tests.conftest import DAY, HOUR, StoppedClock, ask

EVENT = """BEGIN:VEVENT
UID:one@calendar.example
SUMMARY:Ada Example: mornings
DTSTART;TZID=Europe/Berlin:20260302T090000
DTEND;TZID=Europe/Berlin:20260302T143000
RRULE:FREQ=WEEKLY;BYDAY=MO,TU
EXDATE;TZID=Europe/Berlin:20260303T090000
END:VEVENT
"""


def ics(tmp_path: Path, *events: str, name: str = "team.ics") -> Path:
    path = tmp_path / name
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{''.join(events)}END:VCALENDAR\n"
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8")
    return path


def starts(desk: Desk, first: str, days: int) -> list[str | None]:
    start = from_iso(first)
    return [to_iso(each.start) for each in rota.stretches(rota.turns(desk), start, start + days * DAY)]


def test_nine_in_berlin_is_nine_in_summer_and_in_winter(team: Desk) -> None:
    rota.add(team, "ada", "2026-03-23T09:00", 5.5, zone="Europe/Berlin", rule="FREQ=WEEKLY")
    assert starts(team, "2026-03-20T00:00", 14) == ["2026-03-23T08:00:00Z", "2026-03-30T07:00:00Z"]


def test_a_turn_lasts_as_long_as_it_is_planned_over_midnight_and_a_change_of_the_clocks(team: Desk) -> None:
    rota.add(team, "ada", "2026-03-28T22:00", 8, zone="Europe/Berlin")
    rota.add(team, "mo", "2026-03-29T02:30", 5, zone="Europe/Berlin")
    first, second = rota.stretches(
        rota.turns(team), from_iso("2026-03-28T00:00"), from_iso("2026-03-30T00:00")
    )
    assert first.end - first.start == 8 * HOUR
    assert to_iso(second.start) == "2026-03-29T01:30:00Z"


def test_four_zones_share_one_week(team: Desk) -> None:
    zones = {
        "ada": "Europe/Berlin",
        "mo": "America/New_York",
        "dev": "Asia/Kolkata",
        "ola": "Australia/Lord_Howe",
    }
    for name, where in zones.items():
        rota.add(team, name, "2026-03-02T09:00", 6, zone=where, rule="FREQ=DAILY")
    found = rota.stretches(rota.turns(team), from_iso("2026-03-04T00:00"), from_iso("2026-03-05T00:00"))
    assert {(each.turn.agent, to_iso(each.start)) for each in found} >= {
        ("ada", "2026-03-04T08:00:00Z"),
        ("mo", "2026-03-04T14:00:00Z"),
        ("dev", "2026-03-04T03:30:00Z"),
        ("ola", "2026-03-03T22:00:00Z"),
    }


RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;BYDAY=MO;COUNT=9",
    "FREQ=WEEKLY;UNTIL=20260601T000000Z",
    "FREQ=MONTHLY;BYDAY=1MO",
    "FREQ=MONTHLY;BYMONTHDAY=5",
    "FREQ=YEARLY;BYMONTH=1;BYDAY=1MO",
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(RULES), st.integers(0, 1500), st.integers(1, 40))
def test_a_rule_that_is_moved_up_repeats_as_it_always_did(rule: str, ahead: int, days: int) -> None:
    first = datetime(2026, 1, 5, 9)
    early = first + timedelta(days=ahead)
    late = early + timedelta(days=days)
    rota.check_rule(rule, first)
    plain = rrulestr(rule.replace("Z", ""), dtstart=first).between(early, late, inc=True)
    assert list(rota.repeated(rule, first, early, late)) == list(plain)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=1000000",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=DAILY;UNTIL=never",
        "FREQ",
        "nonsense",
        "FREQ=DAILY;" + "BYMONTH=1;" * 100,
    ],
)
def test_a_rule_that_is_broken_or_would_never_end_is_refused(team: Desk, rule: str) -> None:
    with pytest.raises(BadInput):
        rota.add(team, "ada", "2026-03-02T09:00", 5, zone="UTC", rule=rule)
    assert rota.turns(team) == []


@pytest.mark.parametrize(
    ("starts", "hours", "zone"),
    [
        ("tomorrow", 5, "UTC"),
        ("2026-03-02T09:00Z", 5, "UTC"),
        ("1601-01-01T00:00", 5, "UTC"),
        ("2026-03-02T09:00", 0, "UTC"),
        ("2026-03-02T09:00", 17, "UTC"),
        ("2026-03-02T09:00", 5, "Moon"),
    ],
)
def test_a_turn_that_makes_no_sense_is_refused(team: Desk, starts: str, hours: float, zone: str) -> None:
    with pytest.raises(BadInput):
        rota.add(team, "ada", starts, hours, zone=zone)


def test_only_people_of_the_team_take_turns(team: Desk) -> None:
    with pytest.raises(NotFound):
        rota.add(team, "zed", "2026-03-02T09:00", 5, zone="UTC")


def test_a_calendar_becomes_turns_once(team: Desk, tmp_path: Path) -> None:
    path = ics(tmp_path, EVENT)
    first = calendars.import_rota(team, path)
    assert (first.events, first.changed, first.left_out) == (1, 1, ())
    assert calendars.import_rota(team, path).changed == 0
    (turn,) = rota.turns(team)
    assert (turn.agent, turn.zone, turn.minutes, turn.source) == ("ada", "Europe/Berlin", 330, "team.ics")
    assert starts(team, "2026-03-02T00:00", 9) == [
        "2026-03-02T08:00:00Z",
        "2026-03-09T08:00:00Z",
        "2026-03-10T08:00:00Z",
    ]


def test_one_moved_day_replaces_its_own_and_a_cancelled_one_is_gone(team: Desk, tmp_path: Path) -> None:
    moved = EVENT.replace("RRULE:FREQ=WEEKLY;BYDAY=MO,TU", "RECURRENCE-ID;TZID=Europe/Berlin:20260309T090000")
    moved = moved.replace("START;TZID=Europe/Berlin:20260302T09", "START;TZID=Europe/Berlin:20260309T11")
    moved = moved.replace("END;TZID=Europe/Berlin:20260302T14", "END;TZID=Europe/Berlin:20260309T16")
    moved = moved.replace("EXDATE;TZID=Europe/Berlin:20260303T090000\n", "")
    gone = moved.replace("0309T090000", "0310T090000").replace("END:VEVENT", "STATUS:CANCELLED\nEND:VEVENT")
    calendars.import_rota(team, ics(tmp_path, EVENT, moved, gone))
    assert starts(team, "2026-03-02T00:00", 14) == ["2026-03-02T08:00:00Z", "2026-03-09T10:00:00Z"]


def test_what_leaves_as_a_calendar_comes_back_the_same(
    team: Desk, tmp_path: Path, clock: StoppedClock
) -> None:
    rota.add(
        team,
        "ada",
        "2026-03-02T09:00",
        5.5,
        zone="Europe/Berlin",
        rule="FREQ=WEEKLY;BYDAY=MO,TU",
        title="mornings",
    )
    rota.add(team, "mo", "2026-03-02T09:00", 6, zone="America/New_York")
    before = starts(team, "2026-03-01T00:00", 60)
    path = tmp_path / "out.ics"
    path.write_bytes(calendars.export_rota(rota.turns(team), clock.now))
    again = calendars.import_rota(team, path)
    assert (again.events, again.left_out) == (2, ())
    assert starts(team, "2026-03-01T00:00", 60) == before
    assert {each.zone for each in rota.turns(team)} == {"Europe/Berlin", "America/New_York"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=SECONDLY"), "too often"),
        (("FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=WEEKLY;BYDAY=XX"), "broken"),
        (("Ada Example", "Zed Unknown"), "nobody of the team"),
        (("Ada Example", "Adana"), "nobody of the team"),
        (("20260302T143000", "20260301T143000"), "16 hours"),
        (("20260302T143000", "20260309T143000"), "16 hours"),
        (("DTSTART;TZID=Europe/Berlin:20260302T090000\n", ""), "no start"),
        (("DTEND;TZID=Europe/Berlin:20260302T143000\n", ""), "no end"),
        (("UID:one@calendar.example\n", ""), "no UID"),
        (("RRULE:", "RRULE:FREQ=DAILY\nRRULE:"), "more than one rule"),
        (("DTSTART;TZID=Europe/Berlin:20260302T090000", "DTSTART;VALUE=DATE:20260302"), "whole day"),
        (("DTSTART;TZID=Europe/Berlin:20260302T090000", "DTSTART:yesterday"), ""),
    ],
)
def test_an_event_that_cannot_be_used_is_named_and_the_rest_is_taken(
    team: Desk, tmp_path: Path, change: tuple[str, str], why: str
) -> None:
    good = EVENT.replace("one@", "two@")
    done = calendars.import_rota(team, ics(tmp_path, EVENT.replace(*change), good))
    assert len(rota.turns(team)) == 1
    assert len(done.left_out) == 1
    assert why in done.left_out[0][1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"Dear team, here is the rota",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
        b"END:VCALENDAR\r\n" * 50,
    ],
)
def test_a_file_that_is_no_calendar_says_so(team: Desk, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "rota.ics"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=r"rota\.ics"):
        calendars.import_rota(team, path)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(EVENT) - 1), st.text(max_size=12))
def test_no_damage_to_a_calendar_is_more_than_an_event_left_out(at: int, noise: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = ics(Path(folder), EVENT[:at] + noise + EVENT[at + len(noise) :])
        with Desk(Path(folder) / "desk.db", "ada", clock=StoppedClock()) as desk:
            try:
                done = calendars.import_rota(desk, path, agent="ada")
            except BadInput:
                return
            assert done.changed + len(done.left_out) >= 0
            rota.stretches(rota.turns(desk), desk.now(), desk.now() + 7 * DAY)


def test_ten_thousand_events_are_read_and_more_than_enough_are_refused(team: Desk, tmp_path: Path) -> None:
    plain = (
        "BEGIN:VEVENT\nUID:{0}@x\nSUMMARY:ada\nDTSTART:20260302T090000Z\nDTEND:20260302T100000Z\nEND:VEVENT\n"
    )
    done = calendars.import_rota(team, ics(tmp_path, *(plain.format(each) for each in range(10_000))))
    assert (done.events, done.changed) == (10_000, 10_000)
    assert (
        len(rota.stretches(rota.turns(team), from_iso("2026-03-02T00:00"), from_iso("2026-03-03T00:00")))
        == 10_000
    )
    with pytest.raises(BadInput, match="more than 20,000 events"):
        calendars.import_rota(team, ics(tmp_path, "BEGIN:VEVENT\nEND:VEVENT\n" * 20_001))


def test_holidays_come_from_calendars(team: Desk, tmp_path: Path) -> None:
    days = "DTSTART;VALUE=DATE:20201225\nDTEND;VALUE=DATE:20201227\nRRULE:FREQ=YEARLY\n"
    fixed = f"BEGIN:VEVENT\nUID:1@x\nSUMMARY:Christmas\n{days}END:VEVENT\n"
    once = "BEGIN:VEVENT\nUID:2@x\nSUMMARY:Easter Monday\nDTSTART;VALUE=DATE:20260406\nEND:VEVENT\n"
    path = ics(tmp_path, fixed, once, EVENT, name="de-by.ics")
    done = calendars.import_holidays(team, path)
    found = [(each.day, each.name, each.calendar) for each in rota.holidays(team)]
    assert ("2026-12-26", "Christmas", "de-by") in found
    assert ("2026-04-06", "Easter Monday", "de-by") in found
    assert len(found) == 9
    assert [why for _, why in done.left_out] == ["it is not a whole day"]
    assert calendars.import_holidays(team, path).changed == 0


def test_overlapping_turns_are_named_and_their_hours_count_once(team: Desk) -> None:
    rota.add(team, "ada", "2026-03-02T09:00", 5, zone="UTC")
    rota.add(team, "ada", "2026-03-02T12:00", 5, zone="UTC")
    rota.add(team, "mo", "2026-03-02T09:00", 5, zone="UTC")
    start = from_iso("2026-03-02T00:00")
    found = rota.stretches(rota.turns(team), start, start + DAY)
    ((first, second),) = rota.overlaps(found)
    assert {first.turn.agent, second.turn.agent} == {"ada"}
    assert rota.hours_of(found, start, start + DAY) == {"ada": 8.0, "mo": 5.0}


def test_coverage_shows_the_hours_that_nobody_covers(team: Desk, clock: StoppedClock) -> None:
    rota.add(team, "ada", "2026-02-02T09:00", 5.5, zone="Europe/Berlin", rule="FREQ=DAILY")
    for ago in (20 * HOUR, 20 * HOUR, 7 * DAY - 4 * HOUR):
        ask(team, ago=ago)
    shown = coverage.coverage(team, clock.now, "Europe/Berlin")
    assert len(shown.hours) == 168
    assert shown.by_person["ada"] == 7 * 5.5
    assert sum(each.uncovered for each in shown.hours) == 168 - 7 * 5.5
    assert sum(each.arrivals for each in shown.hours) == 3 / coverage.WEEKS
    assert [to_iso(each.start) for each in shown.holes] == ["2026-03-03T14:00:00Z", "2026-03-04T14:00:00Z"]


def test_the_week_of_summer_time_has_an_hour_less(team: Desk) -> None:
    shown = coverage.coverage(team, from_iso("2026-03-27T12:00"), "Europe/Berlin")
    assert len(shown.hours) == 167
    assert len(coverage.coverage(team, from_iso("2026-10-22T12:00"), "Europe/Berlin").hours) == 169


def test_everyone_takes_a_turn_and_the_desk_knows_who_has_not(team: Desk, clock: StoppedClock) -> None:
    shift.start(team)
    clock.pass_by(5 * HOUR)
    shift.stop(team)
    asked = coverage.whose_turn(team)
    assert [each.agent for each in asked] == ["dev", "mo", "nia", "ada"]
    assert (asked[-1].hours, asked[-1].shifts) == (5.0, 1)
    assert asked[0].last is None


def test_a_turn_that_is_taken_off_is_gone(team: Desk) -> None:
    new: Turn = rota.add(team, "ada", "2026-03-02T09:00", 5, zone="UTC")
    rota.remove(team, new.id[:8])
    assert rota.turns(team) == []
