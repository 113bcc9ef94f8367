"""Working time travels: shifts, time on tickets, handovers, problems and green lights are the same on every machine."""

from __future__ import annotations

from store.desk import conversation, replies, tickets
from store.desk.documents import documents
from store.desk.ids import derived_id
from store.model import Agent, Kind, Role
from store.policy.gate import Reply
from store.reports.report import shift_report
from store.shifts import greenlight, handover, newcomers, problems, rota, shift, timing
from store.working import Light, Shift, Turn
from tests.conftest import ask
from tests.store.shifts.conftest import GENUINE
from tests.store.sync.conftest import Team


def test_a_shift_its_time_and_its_handover_are_seen_by_colleagues(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ada.desk.change(lambda tx: tx.put(Agent(derived_id("agent", "bob"), "bob")))
    ticket = ask(ada.desk)
    started, _ = shift.start(ada.desk, zone="Europe/Berlin")
    timing.add(ada.desk, ticket, 5)
    rota.add(ada.desk, "ada", "2026-03-02T09:00", 5, zone="Europe/Berlin")
    problem = problems.add(ada.desk, "Cards retry", linked=[ticket])
    handover.pass_on(ada.desk, [ticket.number], "bob", "She waits for the log.")
    ended = handover.stop(ada.desk, learnt="Cards retry.")
    team.sync()
    there = tickets.find(bob.desk, ticket.id)
    assert (there.handle_seconds, there.assignee, there.problem) == (300, "bob", problem.id)
    assert documents(bob.desk.read(), Shift) == [ended]
    assert [each.sentence for each in handover.received(bob.desk, started.started_at)] == [
        "She waits for the log."
    ]
    assert documents(bob.desk.read(), Turn) == documents(ada.desk.read(), Turn)
    mine, theirs = (shift_report(desk, ended) for desk in (ada.desk, bob.desk))
    assert mine.total.ticket_seconds == theirs.total.ticket_seconds
    assert mine.total.handed_over == theirs.total.handed_over


def test_time_given_on_two_machines_adds_up_on_both(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    timing.add(ada.desk, ticket, 5)
    timing.add(bob.desk, tickets.find(bob.desk, ticket.id), 7)
    team.sync()
    assert [tickets.find(each.desk, ticket.id).handle_seconds for each in (ada, bob)] == [720, 720]


def test_a_newcomer_hands_in_on_one_machine_and_a_mentor_sends_on_another(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    team.sync()
    ada.desk.change(lambda tx: tx.put(Agent(derived_id("agent", "bob"), "bob", role=Role.NEWCOMER)))
    ticket = ask(ada.desk)
    team.sync()
    light, _ = greenlight.submit(bob.desk, tickets.find(bob.desk, ticket.id), Reply(GENUINE))
    team.sync()
    greenlight.send(ada.desk, light.id)
    team.sync()
    assert greenlight.find(bob.desk, light.id).light is Light.SENT
    assert greenlight.find(bob.desk, light.id).mentor == "ada"
    sent = conversation.messages(bob.desk, tickets.find(bob.desk, ticket.id))[-1]
    assert sent.author.agent == "bob"


def test_a_mentor_signs_a_newcomer_off_on_every_machine_and_nobody_else_does(team: Team) -> None:
    ada, bob, cem = team.join("ada"), team.join("bob"), team.join("cem")
    for name, role in (("bob", Role.NEWCOMER), ("cem", Role.AGENT)):
        ada.desk.change(
            lambda tx, who=name, what=role: tx.put(Agent(derived_id("agent", who), who, role=what))
        )  # type: ignore[misc]
    team.sync()
    promoted = Agent(derived_id("agent", "bob"), "bob", role=Role.AGENT)
    bob.desk.change(lambda tx: tx.put(promoted))
    cem.desk.change(lambda tx: tx.put(promoted))
    team.sync()
    assert {tickets.known_agent(each.desk, "bob").role for each in (ada, bob, cem)} == {Role.NEWCOMER}
    newcomers.sign_off(cem.desk, "bob", "Bob looks before he answers; two weeks are not needed.")
    team.sync()
    for each in (ada, bob, cem):
        assert tickets.known_agent(each.desk, "bob").role is Role.AGENT
        signed = newcomers.record(each.desk, "bob").signed_off
        assert signed is not None
        assert signed.mentor == "cem"


def test_a_returned_reply_comes_back_to_another_machine_with_the_mentors_words(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    team.sync()
    ada.desk.change(lambda tx: tx.put(Agent(derived_id("agent", "bob"), "bob", role=Role.NEWCOMER)))
    ticket = ask(ada.desk)
    team.sync()
    light, _ = greenlight.submit(bob.desk, tickets.find(bob.desk, ticket.id), Reply(GENUINE))
    team.sync()
    greenlight.give_back(ada.desk, light.id, "Say when the money is back.", text=f"{GENUINE} More.")
    team.sync()
    back = greenlight.find(bob.desk, light.id)
    assert (back.light, back.remarks, back.edited) == (Light.RETURNED, "Say when the money is back.", True)
    greenlight.submit(bob.desk, tickets.find(bob.desk, ticket.id), Reply(back.text))
    team.sync()
    assert [(each.rounds, each.edited) for each in greenlight.waiting(ada.desk)] == [(2, True)]


def test_nobody_says_in_a_colleagues_name_what_was_not_handed_in(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    replies.send(ada.desk, tickets.find(ada.desk, ticket.id), Reply(GENUINE), author="bob")
    team.sync()
    assert [each.kind for each in conversation.messages(bob.desk, tickets.find(bob.desk, ticket.id))] == [
        Kind.INBOUND
    ]
