"""The figures on the screen: as charts, as tables, read beside everything else and stopped when one leaves."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from textual.pilot import Pilot

from store.desk import Desk
from store.reports import figures
from tests.conftest import DAY, HOUR, StoppedClock, answer, ask
from tests.tui.console import LARGE, SMALL, console, opened, press, settled, shown, until
from tui.screens.figures import FiguresScreen, WaitingFigure


@pytest.fixture
def busy(desk: Desk) -> Desk:
    for ago in (HOUR // 2, 2 * HOUR, 3 * HOUR, 30 * HOUR, 8 * DAY):
        ask(desk, ago=ago)
    answer(desk, ask(desk, ago=5 * HOUR), "Here.")
    return desk


def screen(pilot: Pilot[None]) -> FiguresScreen:
    found = console(pilot).place
    assert isinstance(found, FiguresScreen)
    return found


async def read(pilot: Pilot[None]) -> None:
    await press(pilot, "g", "f")
    await settled(pilot)
    await until(pilot, lambda: all(each.figure is not None for each in screen(pilot).figures))
    await settled(pilot)


async def test_each_figure_is_a_picture_with_its_numbers_and_a_sentence(busy: Desk) -> None:
    async with opened(busy, LARGE) as pilot:
        await read(pilot)
        text = shown(pilot)
        assert "█" in text
        assert "▒" in text
        assert "5 wait, 2 of them longer than promised" in text
        assert "6 new tickets in four weeks" in text
        assert "1 reply and 0 solved in seven days" in text
        assert all(name in text for name in ("<1h", "1-4h", ">7d", "today", "Mon", "Sun"))


async def test_where_there_is_little_room_one_is_shown_after_the_other(busy: Desk) -> None:
    async with opened(busy, SMALL) as pilot:
        await read(pilot)
        seen = []
        for _ in range(4):
            seen.append([each.id for each in screen(pilot).figures if each.display])
            await press(pilot, "tab")
        assert seen == [["waiting"], ["week"], ["arrivals"], ["waiting"]]


async def test_the_same_numbers_stand_in_tables(busy: Desk) -> None:
    async with opened(busy, LARGE) as pilot:
        await read(pilot)
        await press(pilot, "t")
        rows = [" ".join(line.split()) for line in shown(pilot).splitlines()]
        assert any("1-4h 2 0" in line for line in rows)
        assert any(">7d 1 1" in line for line in rows)
        assert "█" not in "".join(line for line in rows if "in time" not in line)
        await press(pilot, "t")
        assert "█" in "".join(line for line in shown(pilot).splitlines() if "in time" not in line)


async def test_a_figure_that_is_not_read_yet_does_not_look_empty_and_leaving_stops_it(
    busy: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stops: list[threading.Event] = []
    reading = threading.Event()

    def endless(desk: Desk, stop: threading.Event) -> figures.Waiting:
        stops.append(stop)
        reading.set()
        assert stop.wait(20)
        from store.database.stopping import Stopped

        raise Stopped("stopped")

    monkeypatch.setattr(WaitingFigure, "reads", staticmethod(endless))
    async with opened(busy) as pilot:
        await pilot.press("g", "f")
        await until(pilot, reading.is_set)
        assert "Reading" in shown(pilot)
        await press(pilot, "escape")
        await settled(pilot)
        assert stops[0].is_set()
        assert "stopped" not in shown(pilot)


async def test_they_are_read_anew_on_demand(busy: Desk, clock: StoppedClock) -> None:
    async with opened(busy, LARGE) as pilot:
        await read(pilot)
        ask(busy, ago=HOUR // 2)
        await press(pilot, "r")
        await settled(pilot)
        await until(pilot, lambda: "6 wait" in shown(pilot))


async def test_it_says_why_there_is_no_next_figure(busy: Desk) -> None:
    async with opened(busy, LARGE) as pilot:
        await read(pilot)
        await press(pilot, "tab")
        assert "All figures are in sight" in shown(pilot)


def test_nothing_of_the_plotting_is_imported_before_the_screen_is_opened() -> None:
    code = "import sys, tui.app, tui.screens.queue, tui.commands.registry as r; r.commands(); print('plotext' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


async def test_an_empty_desk_says_so(desk: Desk) -> None:
    async with opened(desk, LARGE) as pilot:
        await read(pilot)
        await settled(pilot)
        text = shown(pilot)
        assert "Nobody waits" in text
        assert "No ticket came in" in text
        assert "No replies" in text
