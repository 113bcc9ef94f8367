"""The next ticket, and the time that is kept by itself on the ticket at hand."""

from __future__ import annotations

from textual.widgets import OptionList

from store.desk import Desk, tickets
from store.model import Status
from store.shifts import shift, timing
from tests.conftest import HOUR, MINUTE, StoppedClock, ask
from tests.tui.console import console, enter, invoice_ticket, opened, press, said, settled, until
from tui.screens.ticket import TicketScreen


async def test_the_next_ticket_is_opened_and_its_time_is_kept(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "N")
        await until(pilot, lambda: isinstance(pilot.app.screen, TicketScreen))
        await until(pilot, lambda: timing.running(desk) is not None)
        clock.pass_by(4 * MINUTE)
        await press(pilot, "j")
        await press(pilot, "escape")
        await until(pilot, lambda: timing.running(desk) is None)
        assert tickets.ticket(desk, ticket.number).assignee == "ada"
        assert tickets.ticket(desk, ticket.number).handle_seconds == 240


async def test_next_again_and_again_walks_through_all_that_wait_and_says_when_it_begins_anew(
    desk: Desk, clock: StoppedClock
) -> None:
    waiting = [ask(desk, ago=hours * HOUR) for hours in (3, 2, 1)]
    shift.start(desk)
    async with opened(desk) as pilot:
        seen = []
        for _ in range(4):
            await press(pilot, "N")
            await until(pilot, lambda: isinstance(pilot.app.screen, TicketScreen))
            at_hand = console(pilot).conversation().opened.ticket
            seen.append((at_hand.number, said(pilot)))
            timer = timing.running(desk)
            assert timer is not None
            assert timer.ticket == at_hand.id
        again = f"#{waiting[0].short}, passed before: all that wait for you have been offered"
        assert seen == [*((each.number, "") for each in waiting), (waiting[0].number, again)]
        tickets.set_status(desk, [each.number for each in waiting[:2]], Status.SOLVED)
        await press(pilot, "escape", "N", "N")
        assert said(pilot) == f"Nobody waits for you but #{waiting[2].short}"
        shift.stop(desk)
        await press(pilot, "w", "s", "escape", "N")
        assert (console(pilot).conversation().opened.ticket.number, said(pilot)) == (waiting[2].number, "")


async def test_a_ticket_that_closes_after_the_next_one_opened_takes_no_time_from_it(desk: Desk) -> None:
    before, after = ask(desk, ago=2 * HOUR), ask(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
        day = console(pilot).day
        for ticket in (before, after):
            day.opened(ticket)
            await until(
                pilot, lambda id=ticket.id: (now := timing.running(desk)) is not None and now.ticket == id
            )
        day.closed(before)
        await pilot.app.workers.wait_for_complete()
        timer = timing.running(desk)
        assert timer is not None
        assert timer.ticket == after.id
        day.closed(after)
        await until(pilot, lambda: timing.running(desk) is None)


async def test_no_time_is_kept_outside_a_shift(desk: Desk) -> None:
    ticket = ask(desk)
    async with opened(desk) as pilot:
        console(pilot).open_ticket(ticket.number)
        await settled(pilot)
        await press(pilot, "j")
        assert timing.running(desk) is None


async def test_time_is_corrected_on_screen_and_the_log_keeps_both(desk: Desk) -> None:
    ticket = ask(desk)
    timing.add(desk, ticket, 12, note="by hand")
    async with opened(desk) as pilot:
        await press(pilot, "w", "T", "enter")
        await enter(pilot, "30")
        await enter(pilot, "The call was longer.")
        await until(pilot, lambda: said(pilot) == "Corrected from 12 min to 30 min; the log keeps both")
        await press(pilot, "w", "T")
        listed = str(pilot.app.screen.query_one(OptionList).get_option_at_index(0).prompt)
        assert "30 min" in listed
        assert "was 12 min: The call was longer. (ada)" in listed
    assert tickets.ticket(desk, ticket.number).handle_seconds == 1800


async def test_idle_time_is_noticed_and_said(desk: Desk, clock: StoppedClock) -> None:
    ask(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
        await until(pilot, lambda: console(pilot).day.left)  # the shift of this clock is found
        await press(pilot, "N")
        await until(pilot, lambda: timing.running(desk) is not None)
        clock.pass_by(2 * MINUTE)
        await press(pilot, "j")
        await until(pilot, lambda: (timer := timing.running(desk)) is not None and timer.counted > 0)
        clock.pass_by(40 * MINUTE)
        await press(pilot, "escape")
        await until(pilot, lambda: "40 min without a touch are not counted" in said(pilot))
        assert said(pilot).startswith("2 min noted")


async def test_answering_from_the_queue_keeps_time_too(desk: Desk, clock: StoppedClock) -> None:
    ticket = invoice_ticket(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "r")
        await until(pilot, lambda: timing.running(desk) is not None)
        clock.pass_by(3 * MINUTE)
        await press(pilot, "escape")
        await until(pilot, lambda: timing.running(desk) is None)
    assert tickets.ticket(desk, ticket.number).handle_seconds == 180


async def test_the_reply_to_an_open_ticket_is_time_on_it_and_so_is_what_follows(
    desk: Desk, clock: StoppedClock
) -> None:
    ticket = invoice_ticket(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "N")
        await until(pilot, lambda: timing.running(desk) is not None)
        await press(pilot, "r")
        clock.pass_by(3 * MINUTE)
        await press(pilot, "escape")
        assert timing.running(desk) is not None
        clock.pass_by(2 * MINUTE)
        await press(pilot, "escape")
        await until(pilot, lambda: timing.running(desk) is None)
    assert tickets.ticket(desk, ticket.number).handle_seconds == 300
