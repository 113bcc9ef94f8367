"""The outbox: what waits, and what a person decides."""

from __future__ import annotations

from store.desk import Desk, outbox
from store.desk.ids import new_id
from store.desk.transaction import NewMessage, Transaction
from store.model import Author, Delivery, Kind, Ticket
from tests.conftest import ask
from tests.tui.console import console, editor, opened, press, said, settled
from tui.screens.outbox import OutboxScreen
from tui.widgets.line_box import LineBox


def put(desk: Desk, ticket: Ticket, text: str, state: Delivery = Delivery.QUEUED, error: str = "") -> int:
    """A reply in the outbox, as far as `state`."""

    def job(tx: Transaction) -> int:
        new = NewMessage(
            new_id(), Kind.REPLY, Author("Ada", "", "ada"), tx.now, text, delivery=Delivery.QUEUED
        )
        number = tx.add_message(ticket.number, new)
        outbox.queue(tx, number, [ticket.customer.email], tx.now)
        return number

    number = desk.change(job)
    if state is not Delivery.QUEUED:
        lease = outbox.lease(desk)
        assert lease is not None
        assert lease.outgoing.message.number == number
        outbox.begin(desk, lease)
        outbox.settle(desk, lease, state, error)
    return number


def state(desk: Desk, number: int) -> Delivery:
    return outbox.outgoing_of(desk, number).state


async def screen(pilot) -> OutboxScreen:  # type: ignore[no-untyped-def]
    console(pilot).open_outbox()
    await settled(pilot)
    assert isinstance(pilot.app.screen, OutboxScreen)
    return pilot.app.screen


async def test_without_a_mail_server_the_outbox_says_that_replies_wait_here(desk: Desk) -> None:
    put(desk, ask(desk), "See the guide.")
    async with opened(desk) as pilot:
        shown = await screen(pilot)
        assert "no mail server is configured" in shown.query_one("#heading").text
        assert "waits for a mail server" in shown.query_one("#message", LineBox).text


async def test_an_empty_outbox_says_so(desk: Desk) -> None:
    async with opened(desk) as pilot:
        shown = await screen(pilot)
        assert "Nothing waits" in str(shown.options.get_option_at_index(0).prompt)
        await press(pilot, "s")
        assert "nothing in the outbox" in said(pilot)


async def test_an_uncertain_reply_comes_first_and_is_marked_as_received(desk: Desk) -> None:
    uncertain = put(desk, ask(desk), "One.", Delivery.UNCERTAIN, "the line broke")
    put(desk, ask(desk), "Two.")
    async with opened(desk) as pilot:
        shown = await screen(pilot)
        assert shown.entry is not None
        assert shown.entry.message.number == uncertain
        assert "may have been received or not" in " ".join(shown.query_one("#message", LineBox).text.split())
        await press(pilot, "m")
    assert state(desk, uncertain) is Delivery.SENT


async def test_a_failed_reply_shows_what_the_server_said_and_is_sent_again(desk: Desk) -> None:
    failed = put(desk, ask(desk), "One.", Delivery.FAILED, "550 no such [user]")
    async with opened(desk) as pilot:
        shown = await screen(pilot)
        assert "550 no such [user]" in shown.query_one("#message", LineBox).text
        await press(pilot, "s")
    assert state(desk, failed) is Delivery.QUEUED


async def test_a_waiting_reply_needs_no_decision_and_can_be_taken_back(desk: Desk) -> None:
    put(desk, ask(desk), "A reply with a typo.")
    async with opened(desk) as pilot:
        await screen(pilot)
        await press(pilot, "s")
        assert "by itself" in said(pilot)
        await press(pilot, "b")
        await settled(pilot)
        assert editor(pilot).editor.text == "A reply with a typo."
    assert outbox.outgoing(desk) == []


async def test_the_ticket_of_a_reply_is_one_key_away(desk: Desk) -> None:
    put(desk, ask(desk, "About the roof"), "See the guide.")
    async with opened(desk) as pilot:
        await screen(pilot)
        await press(pilot, "enter")
        await settled(pilot)
        assert "About the roof" in console(pilot).place.query_one("#heading").text
