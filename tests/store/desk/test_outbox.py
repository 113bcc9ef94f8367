"""The outbox: leased once, fenced, never sent twice by itself, called back while it is held."""

from __future__ import annotations

import pytest

from store.clock import MINUTE
from store.desk import Desk, conversation, drafts, outbox
from store.desk.ids import new_id
from store.desk.transaction import NewMessage, Transaction
from store.errors import Refused
from store.model import Author, Delivery, Kind, Ticket
from tests.conftest import StoppedClock, ask


def queued(desk: Desk, ticket: Ticket | None = None, *, hold: int = 0, text: str = "See the guide.") -> int:
    """A reply of ours in the outbox; returns its row."""
    ticket = ticket or ask(desk)

    def job(tx: Transaction) -> int:
        new = NewMessage(
            new_id(), Kind.REPLY, Author("Ada", "", "ada"), tx.now, text, delivery=Delivery.QUEUED
        )
        number = tx.add_message(ticket.number, new)
        outbox.queue(tx, number, [ticket.customer.email], tx.now + hold)
        return number

    return desk.change(job)


def state(desk: Desk, number: int) -> tuple[Delivery, Delivery | None]:
    """As the outbox has it and as the conversation shows it."""
    return outbox.outgoing_of(desk, number).state, conversation.message(desk, number).delivery


def test_a_message_is_leased_to_one_sender_at_a_time(desk: Desk) -> None:
    number = queued(desk)
    lease = outbox.lease(desk)
    assert lease is not None
    assert lease.outgoing.message.number == number
    assert outbox.lease(desk) is None


def test_a_held_reply_is_not_sent_until_its_seconds_are_over(desk: Desk, clock: StoppedClock) -> None:
    queued(desk, hold=10_000)
    assert outbox.lease(desk) is None
    clock.pass_by(10_000)
    assert outbox.lease(desk) is not None


def test_a_sent_message_is_settled_for_good(desk: Desk) -> None:
    number = queued(desk)
    lease = outbox.lease(desk)
    assert lease is not None
    assert outbox.begin(desk, lease)
    assert state(desk, number) == (Delivery.SENDING, Delivery.SENDING)
    assert outbox.settle(desk, lease, Delivery.SENT)
    assert state(desk, number) == (Delivery.SENT, Delivery.SENT)
    assert outbox.lease(desk) is None


def test_an_attempt_that_sent_nothing_is_tried_again_later(desk: Desk, clock: StoppedClock) -> None:
    number = queued(desk)
    pauses = []
    for _ in range(3):
        lease = outbox.lease(desk)
        assert lease is not None
        assert outbox.defer(desk, lease, "451 try later")
        pauses.append(outbox.outgoing_of(desk, number).next_attempt_at - desk.now())
        assert outbox.lease(desk) is None
        clock.pass_by(pauses[-1])
    assert pauses == list(outbox.BACK_OFF[:3])


def test_after_the_last_attempt_the_message_has_failed(desk: Desk, clock: StoppedClock) -> None:
    number = queued(desk)
    for _ in range(outbox.GIVE_UP_AFTER):
        lease = outbox.lease(desk)
        assert lease is not None
        outbox.defer(desk, lease, "451 try later")
        clock.pass_by(outbox.BACK_OFF[-1])
    assert state(desk, number) == (Delivery.FAILED, Delivery.FAILED)
    assert outbox.outgoing_of(desk, number).error == "451 try later"


def test_a_sender_that_dies_before_the_point_of_no_return_is_replaced(
    desk: Desk, clock: StoppedClock
) -> None:
    queued(desk)
    dead = outbox.lease(desk)
    assert dead is not None
    clock.pass_by(outbox.LEASE)
    heir = outbox.lease(desk)
    assert heir is not None
    assert not outbox.begin(desk, dead)
    assert not outbox.settle(desk, dead, Delivery.SENT)
    assert outbox.begin(desk, heir)


def test_a_sender_that_dies_while_the_text_leaves_makes_it_uncertain(desk: Desk, clock: StoppedClock) -> None:
    number = queued(desk)
    lease = outbox.lease(desk)
    assert lease is not None
    outbox.begin(desk, lease)
    clock.pass_by(outbox.LEASE)
    assert outbox.lease(desk) is None
    assert state(desk, number) == (Delivery.UNCERTAIN, Delivery.UNCERTAIN)
    clock.pass_by(100 * outbox.LEASE)
    assert outbox.lease(desk) is None


@pytest.mark.parametrize(("received", "end"), [(True, Delivery.SENT), (False, Delivery.QUEUED)])
def test_a_person_decides_about_an_uncertain_message(desk: Desk, received: bool, end: Delivery) -> None:
    number = queued(desk)
    lease = outbox.lease(desk)
    assert lease is not None
    outbox.begin(desk, lease)
    outbox.settle(desk, lease, Delivery.UNCERTAIN, "the line broke after DATA")
    outbox.decide(desk, number, received=received)
    assert state(desk, number) == (end, end)
    assert (outbox.lease(desk) is not None) is (end is Delivery.QUEUED)


def test_nobody_decides_about_a_message_that_is_on_its_way(desk: Desk) -> None:
    number = queued(desk)
    with pytest.raises(Refused, match="nothing to decide"):
        outbox.decide(desk, number, received=False)


def test_undo_send_makes_a_draft_of_the_message_again(desk: Desk) -> None:
    ticket = ask(desk)
    number = queued(desk, ticket, hold=10_000, text="A reply with a typo.")
    assert outbox.call_back(desk, number).text == "A reply with a typo."
    restored = drafts.load(desk, ticket)
    assert restored is not None
    assert restored.text == "A reply with a typo."
    assert [m.kind for m in conversation.messages(desk, ticket)] == [Kind.INBOUND]
    assert outbox.outgoing(desk) == []


def test_undo_send_keeps_what_was_typed_since(desk: Desk) -> None:
    ticket = ask(desk)
    number = queued(desk, ticket, hold=10_000, text="First.")
    drafts.save(desk, ticket, "Second.").result()
    outbox.call_back(desk, number)
    restored = drafts.load(desk, ticket)
    assert restored is not None
    assert restored.text == "First.\n\nSecond."


def test_it_is_too_late_once_a_sender_has_the_message(desk: Desk) -> None:
    number = queued(desk)
    outbox.lease(desk)
    with pytest.raises(Refused, match="too late"):
        outbox.call_back(desk, number)
    assert state(desk, number)[0] is Delivery.QUEUED


def test_a_called_back_reply_no_longer_answers_the_customer(desk: Desk) -> None:
    from store.desk import tickets

    ticket = ask(desk)
    number = queued(desk, ticket, hold=MINUTE)
    assert tickets.ticket(desk, ticket.number).waiting_since is None
    outbox.call_back(desk, number)
    assert tickets.ticket(desk, ticket.number).waiting_since == ticket.waiting_since
