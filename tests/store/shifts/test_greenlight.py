"""Newcomers: nothing leaves without a mentor, both names are kept, and two weeks end in a sign-off."""

from __future__ import annotations

import pytest

from store.desk import Desk, conversation, drafts, outbox, replies, tickets
from store.errors import BadInput, NotFound, Refused
from store.model import Role, Status
from store.policy.gate import Reply
from store.shifts import greenlight, newcomers, shift
from store.working import Light
from tests.conftest import DAY, HOUR, StoppedClock, ask, write_again
from tests.store.shifts.conftest import GENUINE, Colleague


def test_a_newcomers_reply_does_not_leave_by_itself(colleague: Colleague, team: Desk) -> None:
    ticket = ask(team)
    with pytest.raises(replies.NeedsGreenLight, match="mentor"):
        replies.send(colleague("nia"), ticket, Reply(GENUINE))
    assert outbox.outgoing(team) == []


def test_a_mentor_sends_it_under_both_names(colleague: Colleague, team: Desk) -> None:
    ticket = ask(team)
    nia = colleague("nia")
    drafts.save(nia, ticket, GENUINE).result()
    light, judged = greenlight.submit(nia, ticket, Reply(GENUINE), status=Status.SOLVED)
    assert judged.may_send
    assert drafts.load(nia, ticket) is None
    assert [each.id for each in greenlight.waiting(team)] == [light.id]
    done, message, _ = greenlight.send(team, light.id)
    assert (message.author.agent, message.author.name) == ("nia", "Nia Example")
    assert message.notices == ("green light by ada",)
    assert (done.light, done.mentor, done.author, done.message) == (Light.SENT, "ada", "nia", message.id)
    after = tickets.ticket(team, ticket.number)
    assert (after.status, after.assignee) == (Status.SOLVED, "nia")
    (agent,) = team.read().execute("SELECT agent FROM changes WHERE entity_id = ?", (message.id,)).fetchone()
    assert agent == "ada"
    assert greenlight.waiting(team) == []


def test_the_gate_judges_before_a_mentor_does(colleague: Colleague, team: Desk) -> None:
    with pytest.raises(replies.ReplyStopped):
        greenlight.submit(colleague("nia"), ask(team), Reply("No link here, sorry."))
    assert greenlight.waiting(team) == []


def test_a_returned_reply_comes_back_with_remarks_and_again_to_the_mentor(
    colleague: Colleague, team: Desk
) -> None:
    ticket = ask(team)
    nia = colleague("nia")
    light, _ = greenlight.submit(nia, ticket, Reply(GENUINE))
    returned = greenlight.give_back(team, light.id, "Say when the money is back.")
    assert (returned.light, returned.mentor, returned.remarks) == (
        Light.RETURNED,
        "ada",
        "Say when the money is back.",
    )
    better = GENUINE.replace("this morning", "this morning, so it is on your account by Friday")
    again, _ = greenlight.submit(nia, ticket, Reply(better))
    assert (again.id, again.rounds, again.remarks) == (light.id, 2, "Say when the money is back.")
    greenlight.send(team, light.id)
    record = newcomers.record(team, "nia")
    assert (record.replies, record.passed_first, record.first_pass_rate) == (1, 0, 0.0)


def test_an_edited_reply_is_no_first_pass(colleague: Colleague, team: Desk) -> None:
    light, _ = greenlight.submit(colleague("nia"), ask(team), Reply(GENUINE))
    done, message, _ = greenlight.send(team, light.id, text=GENUINE + "\nP.S. Friday at the latest.")
    assert done.edited
    assert message.body.endswith("Friday at the latest.")
    assert newcomers.record(team, "nia").passed_first == 0


def test_two_mentors_cannot_both_decide(colleague: Colleague, team: Desk) -> None:
    light, _ = greenlight.submit(colleague("nia"), ask(team), Reply(GENUINE))
    greenlight.send(team, light.id)
    with pytest.raises(Refused, match="meanwhile"):
        greenlight.send(colleague("mo"), light.id)
    with pytest.raises(Refused, match="meanwhile"):
        greenlight.give_back(colleague("mo"), light.id, "Not yet.")
    assert len(outbox.outgoing(team)) == 1


@pytest.mark.parametrize("name", ["nia", "ola"])
def test_who_is_no_mentor_gives_no_green_light(colleague: Colleague, team: Desk, name: str) -> None:
    light, _ = greenlight.submit(colleague("nia"), ask(team), Reply(GENUINE))
    with pytest.raises(Refused):
        greenlight.send(colleague(name), light.id)
    with pytest.raises(Refused):
        greenlight.give_back(colleague(name), light.id, "Hm.")


def test_what_the_customer_wrote_meanwhile_is_read_first(
    colleague: Colleague, team: Desk, clock: StoppedClock
) -> None:
    ticket = ask(team)
    light, _ = greenlight.submit(colleague("nia"), ticket, Reply(GENUINE))
    clock.pass_by(HOUR)
    write_again(team, ticket, "Found it, thanks!")
    with pytest.raises(replies.WrittenSince):
        greenlight.send(team, light.id)
    assert greenlight.find(team, light.id).light is Light.WAITING


def test_the_author_takes_a_reply_back_and_nobody_else_does(colleague: Colleague, team: Desk) -> None:
    light, _ = greenlight.submit(colleague("nia"), ask(team), Reply(GENUINE))
    with pytest.raises(Refused, match="nia handed this in"):
        greenlight.withdraw(team, light.id)
    assert greenlight.withdraw(colleague("nia"), light.id).light is Light.WITHDRAWN
    with pytest.raises(Refused, match="meanwhile"):
        greenlight.send(team, light.id)


def test_an_agent_needs_no_green_light(team: Desk) -> None:
    with pytest.raises(Refused, match="no green light"):
        greenlight.submit(team, ask(team), Reply(GENUINE))


def test_a_return_without_remarks_teaches_nothing(colleague: Colleague, team: Desk) -> None:
    light, _ = greenlight.submit(colleague("nia"), ask(team), Reply(GENUINE))
    with pytest.raises(BadInput, match="remarks"):
        greenlight.give_back(team, light.id, "  ")


def test_two_weeks_end_in_a_sign_off(colleague: Colleague, team: Desk, clock: StoppedClock) -> None:
    nia = colleague("nia")
    shift.start(nia)
    ticket = ask(team)
    light, _ = greenlight.submit(nia, ticket, Reply(GENUINE))
    with pytest.raises(Refused, match="not decided"):
        newcomers.sign_off(team, "nia", "Ready.")
    greenlight.send(team, light.id)
    clock.pass_by(5 * HOUR)
    shift.stop(nia)
    clock.pass_by(14 * DAY)
    with pytest.raises(BadInput, match="says why"):
        newcomers.sign_off(team, "nia", " ")
    signed = newcomers.sign_off(team, "nia", "Looks before answering.")
    assert (signed.seconds, signed.tickets, signed.replies, signed.passed_first) == (5 * 3600, 1, 1, 1)
    assert signed.mentor == "ada"
    assert tickets.known_agent(team, "nia").role is Role.AGENT
    other = ask(team, "Other", "Where is the second invoice?", email="zoe@customer.example", name="Zoe")
    own = GENUINE.replace("Carla", "Zoe").replace("invoice of March", "receipt of April")
    message, _ = replies.send(
        nia, other, Reply(own, acknowledged={"canned.flagged": "same incident"}), status=Status.SOLVED
    )
    assert message.author.agent == "nia"
    assert len(conversation.messages(team, other)) == 2


def test_a_newcomer_cannot_sign_for_themselves(colleague: Colleague, team: Desk) -> None:
    with pytest.raises(Refused, match="cannot sign"):
        newcomers.sign_off(colleague("nia"), "nia", "I am ready.")
    with pytest.raises(Refused, match="is no newcomer"):
        newcomers.sign_off(team, "dev", "Ready.")
    with pytest.raises(NotFound):
        newcomers.sign_off(team, "zed", "Ready.")
