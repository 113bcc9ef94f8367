"""A shift worked by keyboard: begun, a ticket taken, a call, a break, the handover, the report."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Input

from store.config import Tier
from store.desk import Desk, conversation, tickets
from store.model import Kind, Status, Ticket
from store.shifts import handover, meter, problems, shift, timing
from tests.conftest import HOUR, MINUTE, StoppedClock, ask
from tests.conftest import answer as sent
from tests.tui.console import console, editing, fill, idle, invoice_ticket, opened, press, said, until
from tui.screens.paper import PaperScreen
from tui.screens.reply import ReplyScreen
from tui.screens.shift_questions import caller, minutes
from tui.screens.ticket import TicketScreen
from tui.widgets.line import Line
from tui.widgets.line_box import LineBox


async def answer(pilot: Pilot[None], text: str) -> None:
    """Types into the question that is asked, and Enter."""
    await until(pilot, lambda: isinstance(pilot.app.screen.focused, Input))
    fill(pilot, text)
    await press(pilot, "enter")


def paper(pilot: Pilot[None]) -> str:
    """What the paper on the screen says."""
    assert isinstance(pilot.app.screen, PaperScreen)
    return pilot.app.screen.paper.text


async def test_a_shift_begins_with_its_brief(desk: Desk) -> None:
    ask(desk, "Where is my invoice?")
    async with opened(desk) as pilot:
        await press(pilot, "w", "s")
        await until(pilot, lambda: isinstance(pilot.app.screen, PaperScreen) and paper(pilot))
        assert "Where is my invoice?" in paper(pilot)
        assert shift.current(desk) is not None
        await press(pilot, "escape", "w", "s")
        assert said(pilot).startswith("On shift: 5 h 30 min left")


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


async def test_no_time_is_kept_outside_a_shift(desk: Desk) -> None:
    ticket = ask(desk)
    async with opened(desk) as pilot:
        console(pilot).open_ticket(ticket.number)
        await idle(pilot)
        await press(pilot, "j")
        assert timing.running(desk) is None


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


async def test_a_call_is_logged_question_by_question(desk: Desk) -> None:
    async with opened(desk) as pilot:
        await press(pilot, "w", "c")
        for text in ("Carla +49 30 123", "The invoice is there twice", "12", "We call on Friday"):
            await answer(pilot, text)
        await press(pilot, "p")
        await until(pilot, lambda: said(pilot).startswith("The call is logged"))
    (number,) = desk.read().execute("SELECT number FROM tickets").fetchone()
    logged = tickets.ticket(desk, number)
    assert (logged.customer.name, logged.status, logged.handle_seconds) == ("Carla", Status.PENDING, 720)
    assert [each.kind for each in conversation.messages(desk, logged)] == [Kind.CALL]


async def test_the_handover_asks_for_each_ticket_and_ends_in_the_report(
    desk: Desk, clock: StoppedClock
) -> None:
    worked, left = ask(desk, "worked", ago=2 * HOUR), ask(desk, "left", assignee="ada")
    shift.start(desk)
    timing.add(desk, worked, 12)
    clock.pass_by(5 * HOUR)
    async with opened(desk) as pilot:
        await press(pilot, "w", "e")
        await answer(pilot, "queue")
        await answer(pilot, "She waits for the log.")
        await answer(pilot, "Cards retry.")
        await answer(pilot, "worked")
        await until(pilot, lambda: isinstance(pilot.app.screen, PaperScreen) and paper(pilot))
        text = paper(pilot)
    assert shift.current(desk) is None
    assert tickets.ticket(desk, left.number).assignee == ""
    assert [each.ticket for each in handover.articles(desk)] == [worked.id]
    for part in ("5 h", "12 min", "She waits for the log.", "Cards retry."):
        assert part in text


async def test_a_handover_that_is_left_ends_nothing(desk: Desk) -> None:
    ask(desk, assignee="ada")
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "e", "escape")
        assert shift.current(desk) is not None


async def test_a_ticket_is_linked_to_a_new_problem_which_is_then_solved(desk: Desk) -> None:
    ticket = ask(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "o")
        await answer(pilot, "a new")
        await answer(pilot, "Cards retry")
        (problem,) = problems.problems(desk)
        assert tickets.ticket(desk, ticket.number).problem == problem.id
        await press(pilot, "w", "O", "enter")
        await answer(pilot, "No key on retries")
        await press(pilot, "w", "O", "enter")
        await answer(pilot, "Retries carry a key")
        await until(pilot, lambda: said(pilot).startswith("Patched: 1"))
        await press(pilot, "w", "l")
        assert "Tell them" in console(pilot).queue().view_name
    assert "tell-them" in tickets.ticket(desk, ticket.number).tags


async def test_going_on_asks_for_how_long_and_why(desk: Desk) -> None:
    ticket = ask(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "m", "g")
        await answer(pilot, "30")
        await answer(pilot, "The log of tonight shows it.")
        await until(pilot, lambda: "sentence stands" in said(pilot))
    assert "The log of tonight" in conversation.messages(desk, ticket)[-1].body


def test_callers_and_lengths_are_read_as_people_write_them() -> None:
    assert caller("Carla Example <carla@x.example> +49 30-123") == (
        "Carla Example",
        "carla@x.example",
        "+49 30-123",
    )
    assert [minutes(each) for each in ("12", "12 min", "1:30", "1.5h", "1,5 h")] == [12, 12, 90, 90, 90]


def busy(desk: Desk) -> Ticket:
    """On shift, with a team whose usual ticket takes ten minutes and one that has taken an hour and a half."""
    for each in range(6):
        done = ask(desk, f"usual {each}")
        timing.add(desk, done, 10)
        sent(desk, done, "Done.")
    shift.start(desk)
    costly = ask(desk, "Costly")
    timing.add(desk, costly, 90)
    return costly


async def test_the_open_ticket_shows_what_it_displaces_and_costs(desk: Desk) -> None:
    desk.config = replace(desk.config, tiers=(Tier(1, "first line", "", 40.0),))
    costly = busy(desk)
    async with opened(desk) as pilot:
        await console(pilot).day.look(at_once=True)
        console(pilot).open_ticket(costly.number)
        await idle(pilot)
        await until(pilot, lambda: "1 h 30 min: 8 others" in facts_line(pilot))
        assert "▲▲ · 60.00 EUR" in facts_line(pilot)
        await until(pilot, lambda: "w m decides how it goes on" in said(pilot))


def facts_line(pilot: Pilot[None]) -> str:
    return console(pilot).place.query_one("#facts", Line).text


async def test_a_ticket_in_the_red_is_decided_before_more_is_written(desk: Desk) -> None:
    costly = busy(desk)
    async with opened(desk) as pilot:
        await console(pilot).day.look(at_once=True)
        console(pilot).open_ticket(costly.number)
        await idle(pilot)
        await press(pilot, "r", "escape")
        assert isinstance(pilot.app.screen, TicketScreen)
        await press(pilot, "r", "g")
        await answer(pilot, "30")
        await answer(pilot, "The log of tonight shows it.")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplyScreen))
        await press(pilot, "escape", "r")
        assert isinstance(pilot.app.screen, ReplyScreen)  # decided: not asked again
    assert meter.meter(desk, costly).extension is not None


async def test_outside_a_shift_nobody_asks(desk: Desk) -> None:
    costly = busy(desk)
    shift.stop(desk)
    async with opened(desk) as pilot:
        console(pilot).open_ticket(costly.number)
        await idle(pilot)
        await press(pilot, "r")
        assert isinstance(pilot.app.screen, ReplyScreen)


async def test_an_escalation_asks_what_was_tested_what_was_found_and_for_links(desk: Desk) -> None:
    ticket = ask(desk)
    async with opened(desk) as pilot:
        await press(pilot, "E")
        await answer(pilot, "Signed in as Carla.")
        await press(pilot, "escape")
        assert tickets.ticket(desk, ticket.number).tier == 1
        await press(pilot, "E")
        for text in ("Signed in as Carla.", "The list is empty.", "https://logs.example/1"):
            await answer(pilot, text)
        await until(pilot, lambda: tickets.ticket(desk, ticket.number).tier == 2)
    note = conversation.messages(desk, ticket)[-1].body
    for part in ("Tested: Signed in as Carla.", "Found: The list is empty.", "Link: https://logs.example/1"):
        assert part in note


async def test_the_facts_of_a_patch_stand_beside_the_reply(desk: Desk) -> None:
    ticket = invoice_ticket(desk)
    problem = problems.add(desk, "Invoices hide", linked=[ticket])
    problems.found(desk, problem.id, "A filter kept March.")
    problems.patched(desk, problem.id, "The filter ends with the month.", "https://status.example/42")
    async with editing(desk, tickets.ticket(desk, ticket.number)) as pilot:
        text = pilot.app.screen.query_one("#beside", LineBox).text
        for part in ("Invoices hide", "A filter kept March.", "The filter ends", "https://status.example/42"):
            assert part in text


async def test_idle_time_is_noticed_and_said(desk: Desk, clock: StoppedClock) -> None:
    ask(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
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


async def test_a_console_finds_its_shift_again_and_a_forgotten_one_is_trimmed(
    desk: Desk, clock: StoppedClock
) -> None:
    shift.start(desk)
    clock.pass_by(HOUR)
    async with opened(desk) as pilot:
        await until(pilot, lambda: said(pilot) == "Your shift goes on: 4 h 30 min left")
    clock.pass_by(30 * HOUR)
    async with opened(desk) as pilot:
        await until(pilot, lambda: "Your last shift was never ended" in said(pilot))
    assert shift.current(desk) is None
