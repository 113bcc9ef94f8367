"""A phone call is logged question by question."""

from __future__ import annotations

from textual.widgets import Input, OptionList, Static

from store.desk import Desk, conversation, tickets
from store.model import Kind, Status
from tests.conftest import MINUTE, StoppedClock, ask
from tests.tui.console import enter, opened, press, said, until
from tui.screens.reply import ReplyScreen
from tui.screens.shift_questions import caller, minutes


async def test_a_call_is_logged_question_by_question(desk: Desk) -> None:
    async with opened(desk) as pilot:
        await press(pilot, "w", "c")
        for text in ("Carla +49 30 123", "The invoice is there twice", "12", "We call on Friday"):
            await enter(pilot, text)
        await press(pilot, "p")
        await until(pilot, lambda: said(pilot).startswith("The call is logged"))
    (number,) = desk.read().execute("SELECT number FROM tickets").fetchone()
    logged = tickets.ticket(desk, number)
    assert (logged.customer.name, logged.status, logged.handle_seconds) == ("Carla", Status.PENDING, 720)
    assert [each.kind for each in conversation.messages(desk, logged)] == [Kind.CALL]


async def test_a_call_of_a_known_caller_joins_the_ticket_that_is_chosen(
    desk: Desk, clock: StoppedClock
) -> None:
    ask(desk, "Other", email="bob@x.example", name="Bob")
    known = ask(desk, "The printer")
    async with opened(desk) as pilot:
        await press(pilot, "P")
        await enter(pilot, "carla@customer.example")
        await until(
            pilot, lambda: "Which ticket" in str(pilot.app.screen.query_one("#question", Static).content)
        )
        options = pilot.app.screen.query_one(OptionList)
        assert options.option_count == 2  # a new one, and hers
        await enter(pilot, "printer")
        await enter(pilot, "It prints now")
        clock.pass_by(9 * MINUTE)
        await press(pilot, "escape", "P")
        await enter(pilot, "Carla")
        await enter(pilot, "printer")
        clock.pass_by(7 * MINUTE)
        await enter(pilot, "It prints now")
        await until(pilot, lambda: isinstance(pilot.app.screen.focused, Input))
        assert isinstance(pilot.app.screen.focused, Input)
        assert pilot.app.screen.focused.value == "7"  # the questions were open for as long
        await press(pilot, "enter")
        await enter(pilot, "Nothing more")
        await press(pilot, "s")
        await until(
            pilot, lambda: "Write to Carla" in str(pilot.app.screen.query_one("#question", Static).content)
        )
        await press(pilot, "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplyScreen))
    assert tickets.ticket(desk, known.number).status is Status.SOLVED
    assert tickets.ticket(desk, known.number).handle_seconds == 420


def test_callers_and_lengths_are_read_as_people_write_them() -> None:
    assert caller("Carla Example <carla@x.example> +49 30-123") == (
        "Carla Example",
        "carla@x.example",
        "+49 30-123",
    )
    assert [minutes(each) for each in ("12", "12 min", "1:30", "1.5h", "1,5 h")] == [12, 12, 90, 90, 90]
