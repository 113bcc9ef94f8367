"""A shift worked by keyboard: begun, a ticket taken, a call, a break, the handover, the report."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Input

from store.desk import Desk, conversation, tickets
from store.model import Kind, Status
from store.shifts import handover, problems, shift, timing
from tests.conftest import HOUR, MINUTE, StoppedClock, ask
from tests.tui.console import console, fill, idle, opened, press, said, until
from tui.screens.paper import PaperScreen
from tui.screens.shift_questions import caller, minutes
from tui.screens.ticket import TicketScreen


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
