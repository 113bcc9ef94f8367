"""The rota on screen: a week by person, the hours nobody covers, whose turn it is; turns put on and taken off by keyboard."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.clock import from_iso
from store.desk import Desk
from store.desk.ids import derived_id
from store.model import Agent, Role
from store.shifts import calendars, rota, shift
from store.working import Holiday
from tests.conftest import HOUR, StoppedClock, ask
from tests.tui.console import enter, opened, press, said, settled
from tests.tui.pictures import EACH_SIZE, Snap
from tui.app import HelptermApp
from tui.formatting import rota as lines
from tui.screens.rota import Page, RotaScreen, read_week

pytestmark = pytest.mark.usefixtures("utc")


WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
PEOPLE = {
    "ada": (Role.AGENT, "UTC", "2026-02-02T09:00", WEEKDAYS),
    "kenji": (Role.AGENT, "Asia/Tokyo", "2026-02-02T09:00", WEEKDAYS),
    "nia": (Role.NEWCOMER, "America/New_York", "2026-02-03T10:30", "FREQ=WEEKLY;BYDAY=TU,TH"),
    "mo": (Role.MANAGER, "UTC", "", ""),
}


@pytest.fixture
def staffed(desk: Desk, clock: StoppedClock) -> Desk:
    """A team in three zones on the rota, mail that comes in by day and in one evening hour, and a holiday."""

    def job(tx):  # type: ignore[no-untyped-def]
        for name, (role, *_) in PEOPLE.items():
            tx.put(Agent(derived_id("agent", name), name, full_name=f"{name.title()} Example", role=role))
        tx.put(Holiday("h1", "2026-03-06", "Employees' Day", "de-by"))

    desk.change(job)
    for name, (_, zone, starts, rule) in PEOPLE.items():
        if starts:
            rota.add(desk, name, starts, 5.5, zone=zone, rule=rule)
    now = desk.now()
    for days, hour, count in ((2, 10, 4), (2, 20, 3), (2, 21, 1), (3, 20, 2), (8, 13, 2), (4, 5, 1)):
        midnight = now - days * 24 * HOUR - 10 * HOUR
        for _ in range(count):
            ask(desk, ago=now - midnight - hour * HOUR)
    clock.now = from_iso("2026-03-02T09:00:00")
    shift.start(desk)
    clock.now = from_iso("2026-03-02T14:30:00")
    shift.stop(desk)
    clock.now = now
    return desk


def shown(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app.screen, RotaScreen)
    return pilot.app.screen.paper.text


async def at_rota(pilot: Pilot[None]) -> None:
    await settled(pilot)
    await press(pilot, "w", "w")


@EACH_SIZE
@pytest.mark.parametrize("page", list(Page))
def test_the_rota(snap_compare: Snap, staffed: Desk, size: tuple[int, int], page: Page) -> None:
    async def story(pilot: Pilot[None]) -> None:
        await at_rota(pilot)
        await press(pilot, str(list(Page).index(page) + 1))

    assert snap_compare(HelptermApp(staffed), terminal_size=size, run_before=story)


async def test_a_week_is_shown_in_one_zone_or_in_everybodys_own(staffed: Desk) -> None:
    async with opened(staffed) as pilot:
        await at_rota(pilot)
        kenji = next(line for line in shown(pilot).splitlines() if "kenji" in line)
        assert "0–5:30" in kenji  # nine in Tokyo is midnight in UTC
        await press(pilot, "z")
        kenji = next(line for line in shown(pilot).splitlines() if "kenji" in line)
        assert "9–14:30" in kenji
        assert "Not on the rota this week: mo" in shown(pilot)
        assert "Fri 6: Employees' Day" in shown(pilot)


async def test_the_hours_nobody_covers_are_named_by_what_comes_in_then(staffed: Desk) -> None:
    async with opened(staffed) as pilot:
        await at_rota(pilot)
        await press(pilot, "tab")
        text = shown(pilot)
        assert "Nobody is on" in text
        holes = lines.merged_holes(read_week(staffed, 0))
        assert [(hole.day.isoformat(), hole.first, hole.last) for hole in holes] == [
            ("2026-03-02", 20, 22),
            ("2026-03-08", 20, 21),
            ("2026-03-07", 5, 6),
        ]


async def test_everyone_takes_a_turn_says_who_has_not(staffed: Desk) -> None:
    async with opened(staffed) as pilot:
        await at_rota(pilot)
        await press(pilot, "3")
        text = shown(pilot)
        assert "3 of 4 have not taken a turn" in text
        rows = [line.split()[0] for line in text.splitlines()[3:] if line.strip()]
        assert rows[-1] == "ada"


async def test_weeks_are_turned_and_this_one_is_found_again(staffed: Desk) -> None:
    async with opened(staffed) as pilot:
        await at_rota(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, RotaScreen)
        await press(pilot, "]", "]", "[", "n")
        assert screen._week is not None
        assert screen._week.monday.isoformat() == "2026-03-16"
        await press(pilot, ".")
        assert screen._week.monday.isoformat() == "2026-03-02"


async def test_a_turn_is_put_on_the_rota_and_taken_off_by_keyboard(staffed: Desk) -> None:
    async with opened(staffed) as pilot:
        await at_rota(pilot)
        await press(pilot, "a")
        await enter(pilot, "mo")
        await enter(pilot, "2026-03-05 20:00 Europe/Berlin")
        await enter(pilot, "4 h")
        await enter(pilot, "every week")
        assert said(pilot).startswith("On the rota: mo from Thu 5 Mar 20:00")
        (turn,) = rota.turns(staffed, "mo")
        assert (turn.zone, turn.starts, turn.minutes, turn.rule) == (
            "Europe/Berlin",
            "2026-03-05T20:00",
            240,
            "FREQ=WEEKLY",
        )
        assert "19–23" in shown(pilot)
        await press(pilot, "x")
        await enter(pilot, "mo")
        assert rota.turns(staffed, "mo") == []


async def test_a_turn_over_another_one_of_the_same_person_is_told(staffed: Desk) -> None:
    async with opened(staffed) as pilot:
        await at_rota(pilot)
        await press(pilot, "a")
        for words in ("ada", "2026-03-05 12:00", "4 h", "once"):
            await enter(pilot, words)
        assert said(pilot).endswith("their hours count once")


async def test_calendars_go_in_and_out_by_keyboard(staffed: Desk, tmp_path: Path) -> None:
    before = rota.turns(staffed)
    async with opened(staffed) as pilot:
        await at_rota(pilot)
        await press(pilot, "e")
        await enter(pilot, str(tmp_path / "rota.ics"))
        assert (tmp_path / "rota.ics").read_bytes() == calendars.export_rota(before, staffed.now())
        for each in before:
            rota.remove(staffed, each.id)
        await press(pilot, "i")
        await enter(pilot, str(tmp_path / "rota.ics"))
        await enter(pilot, "turns")
        assert said(pilot).startswith("3 events, 3 new or changed")
        await press(pilot, "i")
        await enter(pilot, str(tmp_path / "missing.ics"))
        await enter(pilot, "turns")
        assert "cannot be read" in said(pilot)
    assert rota.turns(staffed) == before


def test_the_hour_that_the_clocks_skip_is_blank_and_the_repeated_one_shows_its_worse_half(
    desk: Desk, clock: StoppedClock
) -> None:
    desk.config = _in_berlin(desk)
    for moment, missing in (("2026-03-29T10:00:00", True), ("2026-10-25T10:00:00", False)):
        clock.now = from_iso(moment)
        week = read_week(desk, 0)
        sunday = lines.coverage(week, 80)[7]
        assert (sunday[1 + 2][0].strip() == "") is missing
        assert len(sunday) == 25


def _in_berlin(desk: Desk):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(desk.config, shift=replace(desk.config.shift, zone="Europe/Berlin"))


@pytest.mark.parametrize("text", ["tomorrow", "2026-03-02", "2026-03-02 25:00", "2026-03-02 09:00 Mars/Base"])
def test_a_start_that_is_none_says_how_to_write_one(text: str) -> None:
    from store.errors import BadInput

    if text == "2026-03-02":
        assert rota.spoken_start(text, "UTC") == (datetime(2026, 3, 2), "UTC")
        return
    with pytest.raises(BadInput):
        rota.spoken_start(text, "UTC")
