"""The handover: each ticket that is still mine, and nothing forgotten."""

from __future__ import annotations

from textual.pilot import Pilot

from store.desk import Desk, drafts, tickets
from store.shifts import handover, shift, timing
from tests.conftest import HOUR, StoppedClock, ask
from tests.tui.console import console, enter, opened, press, said, until
from tests.tui.shift.shared import doubtful, listed, paper
from tui.screens.handover import HandoverScreen
from tui.screens.outbox import OutboxScreen
from tui.screens.paper import PaperScreen
from tui.widgets.line import Line


async def test_the_handover_asks_for_each_ticket_and_ends_in_the_report(
    desk: Desk, clock: StoppedClock
) -> None:
    worked, left = ask(desk, "worked", ago=2 * HOUR), ask(desk, "left", "It is red.", assignee="ada")
    mine = ask(desk, "mine", assignee="ada")
    shift.start(desk)
    timing.add(desk, worked, 12)
    clock.pass_by(5 * HOUR)
    async with opened(desk) as pilot:
        await press(pilot, "w", "e")
        assert "2 to decide" in heading(pilot)
        await press(pilot, "e")
        assert said(pilot).startswith("! 2 still to decide")
        assert "It is red." in listed(pilot)
        await press(pilot, "b")
        await enter(pilot, "She waits for the log.")
        await until(pilot, lambda: "1 to decide" in heading(pilot))
        await press(pilot, "m")
        await enter(pilot, "I look again on Monday.")
        await until(pilot, lambda: "all decided" in heading(pilot))
        await press(pilot, "e")
        await enter(pilot, "Cards retry.")
        await enter(pilot, "worked")
        await until(pilot, lambda: isinstance(pilot.app.screen, PaperScreen) and paper(pilot))
        text = paper(pilot)
    assert shift.current(desk) is None
    assert tickets.ticket(desk, left.number).assignee == ""
    assert tickets.ticket(desk, mine.number).assignee == "ada"
    assert [each.ticket for each in handover.articles(desk)] == [worked.id]
    for part in ("5 h", "12 min", f"#{left.short} to the queue: She waits for the log.", "Cards retry."):
        assert part in text


def heading(pilot: Pilot[None]) -> str:
    return console(pilot).place.query_one("#heading", Line).text


async def test_a_handover_that_is_left_ends_nothing_and_keeps_what_was_decided(desk: Desk) -> None:
    ask(desk, "one", assignee="ada")
    ask(desk, "two", assignee="ada")
    running, _ = shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "e", "b")
        await enter(pilot, "Nobody has looked yet.")
        await until(pilot, lambda: "1 to decide" in heading(pilot))
        await press(pilot, "escape")
        assert shift.current(desk) is not None
        await press(pilot, "w", "e")
        assert "1 to decide" in heading(pilot)
        assert "→ the queue" in listed(pilot)
        assert "Nobody has looked yet." in listed(pilot)
    assert len(handover.given(desk, running)) == 1


async def test_what_others_change_leaves_the_cursor_of_the_handover_where_it_is(desk: Desk) -> None:
    for name in ("one", "two", "three"):
        ask(desk, name, assignee="ada")
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "e", "j")
        place = console(pilot).place
        assert isinstance(place, HandoverScreen)
        before = place.entry
        ask(desk, "four", ago=9 * HOUR, assignee="ada")
        await console(pilot).refresh_all()
        assert "4 to decide" in heading(pilot)
        assert place.entry == before


async def test_nothing_half_written_or_uncertain_is_left_without_a_decision(desk: Desk) -> None:
    begun, kept, sent_on = ask(desk, "begun"), ask(desk, "kept"), ask(desk, "sent on")
    shift.start(desk)
    for each in (begun, kept):
        drafts.save(desk, each, "Half a sentence").result()
    doubtful(desk, sent_on)
    async with opened(desk) as pilot:
        await press(pilot, "w", "e")
        assert "3 to decide" in heading(pilot)
        assert "was it received?" in listed(pilot)
        await press(pilot, "m")
        assert said(pilot).startswith("! This cannot wait")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, OutboxScreen)
        await press(pilot, "m", "escape")
        await until(pilot, lambda: "2 to decide" in heading(pilot))
        await press(pilot, "x", "y")
        await until(pilot, lambda: "1 to decide" in heading(pilot))
        await press(pilot, "m")
        await until(pilot, lambda: "all decided" in heading(pilot))
        await press(pilot, "e")
        await enter(pilot, "-")
        await enter(pilot, "none")
        await until(pilot, lambda: isinstance(pilot.app.screen, PaperScreen))
    assert shift.current(desk) is None
    assert len(drafts.all_drafts(desk)) == 1
