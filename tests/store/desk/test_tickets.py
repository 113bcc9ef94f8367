"""What can be done to tickets: each change once in the log, refused with a reason, and taken back by undo."""

from __future__ import annotations

import pytest

from store.desk import Desk, conversation, queue, tickets
from store.desk.undo import undo
from store.errors import BadInput, NotFound, Refused
from store.model import Agent, Department, Priority, Product, Status
from tests.conftest import DAY, HOUR, StoppedClock, ask, write_again


def log(desk: Desk, kind: str = "set") -> list[tuple[str, str]]:
    rows = desk.read().execute("SELECT agent, field FROM changes WHERE kind = ? ORDER BY number", (kind,))
    return [(agent, field) for agent, field in rows]


def test_a_claim_is_refused_when_somebody_has_the_ticket(desk: Desk) -> None:
    free, taken = ask(desk), ask(desk, assignee="ben")
    assert tickets.claim(desk, [free.number])[0].assignee == "ada"
    with pytest.raises(Refused, match="ben has this ticket"):
        tickets.claim(desk, [taken.number])


def test_a_refused_bulk_change_changes_nothing(desk: Desk) -> None:
    free, taken = ask(desk), ask(desk, assignee="ben")
    with pytest.raises(Refused):
        tickets.claim(desk, [free.number, taken.number])
    assert tickets.ticket(desk, free.number).assignee == ""


def test_a_ticket_is_given_only_to_somebody_known(desk: Desk) -> None:
    ticket = ask(desk)
    desk.change(lambda tx: tx.put(Agent("1" * 32, "Mira")))
    assert tickets.assign(desk, [ticket.number], "mira")[0].assignee == "Mira"
    with pytest.raises(NotFound, match="nobody here is called 'zed'"):
        tickets.assign(desk, [ticket.number], "zed")
    assert tickets.assign(desk, [ticket.number], "")[0].assignee == ""


def test_a_value_it_already_has_is_no_change(desk: Desk) -> None:
    ticket = ask(desk)
    tickets.set_priority(desk, [ticket.number], Priority.HIGH)
    tickets.set_priority(desk, [ticket.number], Priority.HIGH)
    assert log(desk) == [("ada", "priority")]


def test_tags_are_single_words_without_case(desk: Desk) -> None:
    ticket = ask(desk)
    assert tickets.tag(desk, [ticket.number], add=["#Refund", "vip"])[0].tags == ("refund", "vip")
    assert tickets.tag(desk, [ticket.number], remove=["refund"])[0].tags == ("vip",)
    for bad in ("", "two words", "a,b", "\x1b[31m "):
        with pytest.raises(BadInput):
            tickets.tag(desk, [ticket.number], add=[bad])


def test_snoozing_into_the_past_or_a_solved_ticket_is_refused(desk: Desk) -> None:
    ticket = ask(desk)
    with pytest.raises(BadInput, match="over"):
        tickets.snooze(desk, [ticket.number], desk.now())
    tickets.set_status(desk, [ticket.number], Status.SOLVED)
    with pytest.raises(Refused, match="solved"):
        tickets.snooze(desk, [ticket.number], desk.now() + HOUR)


def test_solving_ends_a_snooze(desk: Desk) -> None:
    ticket = ask(desk)
    tickets.snooze(desk, [ticket.number], desk.now() + HOUR)
    assert tickets.set_status(desk, [ticket.number], Status.SOLVED)[0].snoozed_until is None


def test_a_ticket_moves_only_to_what_there_is(desk: Desk) -> None:
    ticket = ask(desk)
    desk.change(lambda tx: tx.put(Product("2" * 32, "Harbour")))
    desk.change(lambda tx: tx.put(Department("3" * 32, "Billing")))
    moved = tickets.move(desk, [ticket.number], product="harbour", department="billing")[0]
    assert (moved.product, moved.department) == ("Harbour", "Billing")
    with pytest.raises(NotFound, match="no product 'Nowhere'"):
        tickets.move(desk, [ticket.number], product="Nowhere")


def test_an_escalation_says_what_was_tried_and_goes_back_to_the_queue(desk: Desk) -> None:
    ticket = ask(desk, assignee="ada")
    with pytest.raises(BadInput, match="tried"):
        tickets.escalate(desk, [ticket.number], " ")
    raised = tickets.escalate(desk, [ticket.number], "Cleared the cache; log attached.")[0]
    assert (raised.tier, raised.assignee) == (2, "")
    assert "Cleared the cache" in conversation.messages(desk, ticket)[-1].body
    tickets.escalate(desk, [ticket.number], "More.", 3)
    with pytest.raises(Refused, match="tier 3"):
        tickets.escalate(desk, [ticket.number], "Even more.")


def test_a_merged_ticket_shows_its_messages_in_the_survivor(desk: Desk) -> None:
    first, second = ask(desk, "first", ago=DAY), ask(desk, "second", ago=HOUR)
    survivor = tickets.merge(desk, [second.number], first.number)
    assert [m.body for m in conversation.messages(desk, survivor)] == ["I cannot find it."] * 2
    merged = tickets.ticket(desk, second.number)
    assert (merged.status, merged.merged_into) == (Status.CLOSED, first.id)
    assert [row.subject for row in queue.page(desk, queue.understand(desk, "")).rows] == ["first"]


def test_a_merge_takes_earlier_merges_along(desk: Desk) -> None:
    a, b, c = ask(desk, "a"), ask(desk, "b"), ask(desk, "c")
    tickets.merge(desk, [a.number], b.number)
    tickets.merge(desk, [b.number], c.number)
    assert tickets.ticket(desk, a.number).merged_into == c.id
    assert len(conversation.messages(desk, tickets.ticket(desk, c.number))) == 3
    with pytest.raises(Refused, match="itself"):
        tickets.merge(desk, [c.number], c.number)
    with pytest.raises(Refused, match="merged into another"):
        tickets.merge(desk, [c.number], a.number)


def test_the_survivor_waits_since_the_oldest_question_of_all(desk: Desk) -> None:
    old, young = ask(desk, ago=DAY), ask(desk, ago=HOUR)
    survivor = tickets.merge(desk, [old.number], young.number)
    assert survivor.waiting_since == desk.now() - DAY


def test_undo_takes_back_a_whole_command(desk: Desk) -> None:
    first, second = ask(desk), ask(desk)
    tickets.set_status(desk, [first.number], Status.PENDING)
    tickets.set_priority(desk, [first.number, second.number], Priority.URGENT)
    what, touched = undo(desk)
    assert what == "priority"
    assert {each.priority for each in touched} == {Priority.NORMAL}
    assert len(touched) == 2
    assert undo(desk)[1][0].status is Status.NEW
    with pytest.raises(Refused, match="nothing to undo"):
        undo(desk)


def test_undo_of_a_merge_brings_the_ticket_back(desk: Desk) -> None:
    first, second = ask(desk, "first"), ask(desk, "second")
    tickets.merge(desk, [second.number], first.number)
    undo(desk)
    assert len(conversation.messages(desk, first)) == 1
    assert tickets.ticket(desk, second.number).status is Status.NEW
    assert queue.counts(desk)["Open"] == 2


def test_undo_leaves_alone_what_somebody_changed_since(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk)
    tickets.set_priority(desk, [ticket.number], Priority.HIGH)
    with Desk(desk.path, "ben", clock=clock) as colleague:
        tickets.set_priority(colleague, [ticket.number], Priority.LOW)
        with pytest.raises(Refused, match="priority was changed again"):
            undo(desk)
        assert tickets.ticket(desk, ticket.number).priority is Priority.LOW
        undo(colleague)
    assert undo(desk)[1][0].priority is Priority.NORMAL


def test_tags_are_taken_back_too(desk: Desk) -> None:
    ticket = ask(desk)
    tickets.tag(desk, [ticket.number], add=["refund"])
    undo(desk)
    assert tickets.ticket(desk, ticket.number).tags == ()


def test_a_ticket_is_found_by_number_id_and_mail(desk: Desk) -> None:
    ticket = ask(desk)
    mail = write_again(desk, ticket, "Hello?")
    for name in (ticket.short, f"#{ticket.short}", ticket.id, f"<{mail.message_id}>", mail.message_id):
        assert tickets.find(desk, name).number == ticket.number
    with pytest.raises(NotFound, match="no ticket"):
        tickets.find(desk, "99999999")


def test_numbers_stay_short_and_never_repeat(desk: Desk) -> None:
    shorts = [ask(desk).short for _ in range(300)]
    assert len(set(shorts)) == 300
    assert all(short.isdigit() and 5 <= len(short) <= 7 for short in shorts)


def test_every_change_is_in_the_log_with_what_was_before(desk: Desk) -> None:
    ticket = ask(desk)
    tickets.set_status(desk, [ticket.number], Status.OPEN)
    change = conversation.history(desk, ticket)[0]
    assert (change.agent, change.field, change.previous, change.value) == ("ada", "status", "new", "open")
    assert change.at == desk.now()


def test_the_tables_are_the_fold_of_the_log(desk: Desk) -> None:
    """Replaying the log over an empty ticket gives what the table holds: no update leaves no record."""
    ticket = ask(desk)
    tickets.claim(desk, [ticket.number])
    tickets.tag(desk, [ticket.number], add=["refund"])
    tickets.snooze(desk, [ticket.number], desk.now() + HOUR)
    tickets.set_status(desk, [ticket.number], Status.SOLVED)
    undo(desk)
    folded: dict[str, object] = {}
    for change in reversed(conversation.history(desk, ticket)):
        folded |= change.value if change.kind == "create" else {change.field: change.value}
    now = tickets.ticket(desk, ticket.number)
    assert (folded["status"], folded["assignee"], folded["snoozed_until"]) == (
        now.status,
        now.assignee,
        now.snoozed_until,
    )
    assert folded["tag:refund"] is True
