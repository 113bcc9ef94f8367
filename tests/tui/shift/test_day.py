"""The shift itself: begun with its brief, planned, paused, found again."""

from __future__ import annotations

from store.desk import Desk, rules
from store.model import Agent
from store.shifts import handover, shift
from tests.conftest import HOUR, StoppedClock, ask
from tests.tui.console import console, enter, opened, press, said, settled, until
from tests.tui.shift.shared import listed
from tui.screens.ticket import TicketScreen


async def test_a_shift_begins_with_its_brief(desk: Desk) -> None:
    ask(desk, "Where is my invoice?")
    async with opened(desk) as pilot:
        await press(pilot, "w", "s")
        assert "Where is my invoice?" in listed(pilot)
        assert shift.current(desk) is not None
        await press(pilot, "escape", "W")
        assert said(pilot).startswith("On shift: 5 h 30 min left · 5 h 30 min planned")


async def test_the_brief_leads_to_what_it_names(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    shift.stop(desk)
    clock.pass_by(12 * HOUR)
    ticket = ask(desk, "Card charged twice", "Twice, on Monday.", assignee="ada")
    rules.add(desk, title="Refunds", covered=False, why="The trial is there to find out.")
    desk.change(lambda tx: tx.put(Agent("a1", "ada")))
    with Desk(desk.path, "mira", clock=clock) as mira:
        mira.change(lambda tx: tx.put(Agent("a2", "mira")))
        shift.start(mira)
        handover.pass_on(mira, [ticket.number], "ada", "She waits for the log.")
        async with opened(desk) as pilot:
            await press(pilot, "w", "s")
            text = listed(pilot)
            for part in (
                "Handed over",
                "mira: She waits for the log.",
                "Waiting on you",
                "Rules changed",
                "Refunds",
            ):
                assert part in text
            assert "On with you       mira" in text
            assert "Twice, on Monday." in text  # what is under the cursor, in its own words
            await press(pilot, "enter")
            assert isinstance(pilot.app.screen, TicketScreen)
            await press(pilot, "escape", "G", "k", "enter")
            assert pilot.app.screen is console(pilot).place


async def test_the_plan_is_changed_with_its_breaks(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    clock.pass_by(HOUR)
    async with opened(desk) as pilot:
        await press(pilot, "w", "a")
        await enter(pilot, "4 h")
        await enter(pilot, "45")
        await until(
            pilot, lambda: said(pilot).startswith("3 h left · 4 h planned, 1 h worked; breaks 0 s of 45 min")
        )
        running = shift.current(desk)
        assert running is not None
        assert (running.planned_minutes, running.break_minutes) == (240, 45)


async def test_the_heading_says_what_is_left(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    clock.pass_by(HOUR)
    async with opened(desk, (140, 24)) as pilot:
        await console(pilot).day.look(at_once=True)
        assert console(pilot).day.left == "4 h 30 min left"


async def test_a_break_is_one_key_and_so_is_its_end(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "p")
        assert shift.current(desk).is_paused  # type: ignore[union-attr]
        clock.pass_by(HOUR)
        await press(pilot, "w", "p")
        assert said(pilot) == "Back at work"
        assert not shift.current(desk).is_paused  # type: ignore[union-attr]


async def test_a_console_finds_its_shift_again_and_a_forgotten_one_is_trimmed(
    desk: Desk, clock: StoppedClock
) -> None:
    shift.start(desk)
    clock.pass_by(HOUR)
    async with opened(desk) as pilot:
        await until(pilot, lambda: said(pilot) == "Your shift goes on: 4 h 30 min left")
    async with opened(desk) as pilot:
        await press(pilot, "z")
        before = said(pilot)
        assert before
        await until(pilot, lambda: console(pilot).day.left)
        await settled(pilot)
        assert said(pilot) == before, "a greeting covers no answer"
    clock.pass_by(30 * HOUR)
    async with opened(desk) as pilot:
        await until(pilot, lambda: "Your last shift was never ended" in said(pilot))
    assert shift.current(desk) is None
