"""Replies: through the gate into the outbox, stopped by what came in meanwhile, taken back whole."""

from __future__ import annotations

import pytest

from store.desk import Desk, conversation, drafts, outbox, replies, rules, takeaways, tickets
from store.model import Status, Ticket
from store.policy.gate import Reply
from tests.conftest import StoppedClock, answer, ask, write_again

GOOD = (
    "Hello Carla,\n\nI looked at your account: the invoice of March lies under Billing, second row. "
    "How to save it as a PDF step by step: https://help.example/invoices/download\n\nAda"
)


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    takeaways.add(desk, "https://help.example/invoices/download", title="Download an invoice")
    return ask(desk, "Where is my invoice?", "I cannot find the invoice of March in my account.")


def seen_by(desk: Desk, ticket: Ticket) -> int:
    return conversation.newest(conversation.messages(desk, ticket))


def test_a_good_reply_goes_into_the_outbox_and_the_ticket_waits_for_the_customer(
    desk: Desk, ticket: Ticket
) -> None:
    message, _ = replies.send(desk, ticket, Reply(GOOD), seen=seen_by(desk, ticket))
    assert [each.message.number for each in outbox.outgoing(desk)] == [message.number]
    after = tickets.ticket(desk, ticket.number)
    assert (after.status, after.assignee) == (Status.PENDING, "ada")


def test_a_message_that_came_in_while_typing_stops_the_reply_and_is_shown(desk: Desk, ticket: Ticket) -> None:
    seen = seen_by(desk, ticket)
    drafts.save(desk, ticket, GOOD).result()
    new = write_again(desk, ticket, "Never mind, I found it!")
    with pytest.raises(replies.WrittenSince) as stopped:
        replies.send(desk, ticket, Reply(GOOD), seen=seen)
    assert [each.id for each in stopped.value.messages] == [new.id]
    assert outbox.outgoing(desk) == []
    draft = drafts.load(desk, ticket)
    assert draft is not None
    assert draft.text == GOOD


def test_a_colleagues_reply_that_came_first_stops_mine(desk: Desk, ticket: Ticket) -> None:
    seen = seen_by(desk, ticket)
    answer(desk, ticket, "I have answered this.", agent="bob")
    with pytest.raises(replies.WrittenSince):
        replies.send(desk, ticket, Reply(GOOD), seen=seen)


def test_an_automatic_mail_and_my_own_note_stop_nothing(desk: Desk, ticket: Ticket) -> None:
    from store.desk import messages

    seen = seen_by(desk, ticket)
    write_again(desk, ticket, "I am out of office.", automatic="auto_reply")
    messages.note(desk, ticket, "Looked at the logs.")
    replies.send(desk, ticket, Reply(GOOD), seen=seen)
    assert len(outbox.outgoing(desk)) == 1


def test_undo_send_gives_the_ticket_back_its_status_holder_and_waiting(
    desk: Desk, ticket: Ticket, clock: StoppedClock
) -> None:
    message, _ = replies.send(desk, ticket, Reply(GOOD), status=Status.SOLVED)
    clock.pass_by(1000)
    outbox.call_back(desk, message.number)
    after = tickets.ticket(desk, ticket.number)
    assert (after.status, after.assignee, after.waiting_since) == (ticket.status, "", ticket.waiting_since)


def test_undo_send_leaves_what_was_changed_since(desk: Desk, ticket: Ticket) -> None:
    message, _ = replies.send(desk, ticket, Reply(GOOD))
    tickets.set_status(desk, [ticket.number], Status.ON_HOLD)
    outbox.call_back(desk, message.number)
    assert tickets.ticket(desk, ticket.number).status is Status.ON_HOLD


def test_undo_send_of_a_decline_remembers_the_rule_in_the_draft(desk: Desk, ticket: Ticket) -> None:
    link = "https://partners.example/consulting"
    rule = rules.add(
        desk, title="Bookkeeping advice", covered=False, why="We are no accountants.", links=[link]
    )
    text = (
        "Hello Carla,\n\nfor the question how to book this invoice in your books I am the wrong one to ask, since that "
        f"depends on your country's law. A consultant near you is listed here: {link}\n\nAda"
    )
    message, _ = replies.send(desk, ticket, Reply(text, decline_rule=rule.id))
    assert tickets.ticket(desk, ticket.number).declined_by == rule.id
    assert outbox.call_back(desk, message.number).rule == rule.id
    draft = drafts.load(desk, ticket)
    assert draft is not None
    assert draft.rule == rule.id
    assert tickets.ticket(desk, ticket.number).declined_by == ""


def test_the_reason_of_a_flagged_reply_stands_in_the_history_with_it(desk: Desk, ticket: Ticket) -> None:
    stock = (
        "Hello Carla,\n\nThank you for contacting us. Our team will get back to you as soon as possible. "
        "Until then: https://help.example/invoices/download"
    )
    with pytest.raises(replies.ReplyStopped, match="could be sent to anybody"):
        replies.send(desk, ticket, Reply(stock))
    why = "the whole house is down, nobody knows more yet"
    replies.send(desk, ticket, Reply(stock, acknowledged={"canned.flagged": why}))
    (sent, came) = [c for c in conversation.history(desk, ticket) if c.kind == "message"]
    assert (sent.field, sent.agent) == ("reply", "ada")
    assert sent.value["reasons"] == {"canned.flagged": why}
    assert "reasons" not in came.value
