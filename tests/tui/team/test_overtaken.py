"""A reply that a colleague or the customer overtakes while it is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store.desk import Desk, messages, tickets
from store.desk.desk import Desk as _Desk
from store.model import Status, Ticket
from tests.conftest import answer, write_again
from tests.tui.console import (
    GOOD,
    LARGE,
    SMALL,
    console,
    editing,
    editor,
    invoice_ticket,
    press,
    queued,
    said,
    shown,
)
from tui.screens.reply import ReplyScreen
from tui.screens.review import ReviewScreen

pytestmark = pytest.mark.usefixtures("utc")


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    return invoice_ticket(desk)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_reply_that_somebody_overtook_is_stopped_the_new_words_are_marked_and_the_text_stays(
    desk: Desk, ticket: Ticket, size: tuple[int, int]
) -> None:
    async with editing(desk, ticket, GOOD, size) as pilot:
        await press(pilot, "ctrl+r")
        answer(desk, ticket, "I have sent Carla the invoice already.", agent="ben")
        await press(pilot, "enter")
        assert queued(desk) == []
        assert isinstance(console(pilot).place, ReplyScreen)
        assert "Something new has come in" in said(pilot)
        assert "NEW · Ben" in shown(pilot)
        assert "I have sent Carla the invoice already." in shown(pilot)
        assert editor(pilot).editor.text == GOOD
        await press(pilot, *(("escape",) if size == SMALL else ()), "ctrl+r", "enter")
        assert queued(desk) == [GOOD]


async def test_what_comes_in_before_the_last_look_at_a_reply_is_told_there(
    desk: Desk, ticket: Ticket
) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        await press(pilot, "ctrl+r")
        write_again(desk, ticket, "Found it, never mind.", name="Carla")
        await console(pilot).refresh_all()
        assert isinstance(console(pilot).place, ReviewScreen)
        assert "Carla has just written" in said(pilot)
        assert "something new came in" in shown(pilot).splitlines()[0]
        await press(pilot, "escape")
        assert "NEW · Carla" in shown(pilot)
        assert "Found it, never mind." in shown(pilot)
    assert queued(desk) == []


async def test_what_was_read_with_f6_does_not_stop_the_send_again(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        write_again(desk, ticket, "And the one of April?", name="Carla")
        await console(pilot).refresh_all()
        await press(pilot, "f6")
        assert "NEW · Carla" in shown(pilot)
        await press(pilot, "escape", "ctrl+r", "enter")
    assert queued(desk) == [GOOD]


async def test_a_note_of_a_colleague_and_a_mail_from_a_machine_are_told_apart(
    desk: Desk, ticket: Ticket
) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        write_again(desk, ticket, "I am away until Monday.", automatic="auto_reply")
        await console(pilot).refresh_all()
        assert "has just written" not in said(pilot)
        with Desk(desk.path, "ben", clock=desk.clock) as bens:
            messages.note(bens, ticket, "Billing is on it.")
        await console(pilot).refresh_all()
        assert "ben has just written" in said(pilot)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda desk, ticket: tickets.claim(desk, [ticket.number]), "ben has taken this ticket"),
        (
            lambda desk, ticket: tickets.set_status(desk, [ticket.number], Status.SOLVED),
            "solved now: somebody else",
        ),
    ],
)
async def test_a_ticket_that_somebody_takes_or_finishes_while_one_writes_is_told(
    desk: Desk, ticket: Ticket, change: Callable[[Desk, Ticket], object], told: str
) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        with _Desk(desk.path, "ben", clock=desk.clock) as bens:
            change(bens, ticket)
        await console(pilot).refresh_all()
        assert told in said(pilot)
        assert editor(pilot).editor.text == GOOD


async def test_words_that_come_too_late_to_stop_a_send_are_told_while_it_can_be_taken_back(
    desk: Desk, ticket: Ticket
) -> None:
    async with editing(desk, ticket, GOOD, LARGE) as pilot:
        await press(pilot, "ctrl+r", "enter")
        answer(desk, ticket, "I have sent Carla the invoice already.", agent="ben")
        sent = console(pilot).sent
        assert sent is not None
        await sent._look()
        sent.tell()
        assert "Ben wrote meanwhile" in said(pilot)
        assert "Z takes it back" in said(pilot)
        await press(pilot, "Z")
        assert editor(pilot).editor.text == GOOD
    assert queued(desk) == []
