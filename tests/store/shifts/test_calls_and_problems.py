"""Calls, tiers with their cost, the displacement meter, and the causes behind many tickets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.clock import DAY
from store.config import Config, Tier
from store.desk import Desk, conversation, queue, replies, tickets
from store.errors import BadInput, NotFound, Refused
from store.model import Channel, Kind, Status
from store.policy.gate import Reply
from store.shifts import calls, meter, problems, tiers, timing
from store.shifts.calls import Call
from tests.conftest import HOUR, MINUTE, StoppedClock, answer, ask
from tests.store.shifts.conftest import GENUINE

CALL = Call(
    "The invoice of March is there twice.", 12, "We call back on Friday.", name="Carla", phone="+49 30 123"
)


def test_a_call_becomes_a_ticket_of_its_own(team: Desk) -> None:
    ticket, message = calls.log(team, CALL)
    assert (ticket.channel, ticket.assignee, ticket.status) == (Channel.PHONE, "ada", Status.PENDING)
    assert (ticket.customer.name, ticket.customer.email) == ("Carla", "")
    assert ticket.handle_seconds == 720
    assert message.kind is Kind.CALL
    for said in ("Carla", "+49 30 123", "12 min", "invoice of March", "call back on Friday"):
        assert said in message.body


def test_the_same_number_is_the_same_customer(team: Desk) -> None:
    first, _ = calls.log(team, CALL)
    second, _ = calls.log(team, replace(CALL, phone="+4930123"))
    assert first.customer.id == second.customer.id


def test_a_call_joins_a_ticket_and_answers_it(team: Desk) -> None:
    ticket = ask(team)
    joined, _ = calls.log(team, CALL, ticket)
    assert joined.number == ticket.number
    assert joined.first_reply_at == team.now()
    assert [each.kind for each in conversation.messages(team, joined)] == [Kind.INBOUND, Kind.CALL]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(CALL, what=" "),
        replace(CALL, next_step=""),
        replace(CALL, minutes=0),
        replace(CALL, minutes=float("nan")),
        replace(CALL, phone="", email=""),
        replace(CALL, phone="", email="not an address"),
    ],
)
def test_a_call_that_says_too_little_is_refused(team: Desk, wrong: Call) -> None:
    with pytest.raises(BadInput):
        calls.log(team, wrong)
    assert queue.counts(team)["All"] == 0


def test_an_escalation_says_what_was_tested_and_found(team: Desk) -> None:
    ticket = ask(team)
    with pytest.raises(BadInput, match="tested"):
        tiers.escalate(team, ticket, tiers.Attempt("cleared the cache", ""))
    moved = tiers.escalate(
        team, ticket, tiers.Attempt("cleared the cache", "still twice", ["https://docs.example/cache"])
    )
    assert (moved.tier, moved.assignee) == (2, "")
    note = conversation.messages(team, moved)[-1].body
    for said in ("cleared the cache", "still twice", "https://docs.example/cache"):
        assert said in note


def test_each_hop_keeps_its_time_and_its_cost(team: Desk, clock: StoppedClock) -> None:
    rates = tuple(
        Tier(level, name, cost_per_hour=cost)
        for level, name, cost in ((1, "first line", 30), (3, "developers", 90))
    )
    team.config = replace(Config(), tiers=(*rates, Tier(1, "harbour line", "Harbour", 40)))
    ticket = ask(team, ago=0)
    clock.pass_by(HOUR)
    timing.add(team, ticket, 30)
    clock.pass_by(MINUTE)
    tiers.escalate(team, ticket, tiers.Attempt("a", "b"), 3)
    clock.pass_by(2 * HOUR)
    timing.add(team, ticket, 20)
    first, second = tiers.cost(team, ticket).hops
    assert (first.name, first.worked_seconds, first.cost) == ("first line", 1800, 15.0)
    assert (second.name, second.worked_seconds, second.cost, second.until) == ("developers", 1200, 30.0, None)
    assert first.until == second.since
    assert tiers.cost(team, ticket).total == 45.0
    assert tiers.tier(team.config, 1, "Harbour").name == "harbour line"
    assert tiers.tier(team.config, 2).name == "tier 2"


def test_the_meter_counts_in_the_teams_usual_tickets(team: Desk, clock: StoppedClock) -> None:
    for _ in range(5):
        usual = ask(team)
        answer(team, usual, "Look under Billing.")
        timing.add(team, usual, 20)
    ticket = ask(team)
    timing.add(team, ticket, 120)
    shown = meter.meter(team, tickets.ticket(team, ticket.number))
    assert (shown.usual_seconds, shown.displaced, shown.level) == (1200, 6.0, "red")
    assert str(shown) == "2 h: 5 others"
    timing.open_ticket(team, ticket)
    clock.pass_by(4 * MINUTE)
    assert meter.meter(team, tickets.ticket(team, ticket.number)).seconds == 7200 + 240


def test_a_team_without_a_record_has_no_median(team: Desk) -> None:
    ticket = ask(team)
    timing.add(team, ticket, 300)
    shown = meter.meter(team, tickets.ticket(team, ticket.number))
    assert (shown.displaced, shown.level) == (None, "green")


def test_going_on_asks_for_a_sentence_and_holds_for_a_while(team: Desk) -> None:
    for _ in range(5):
        usual = ask(team)
        answer(team, usual, "Look under Billing.")
        timing.add(team, usual, 10)
    ticket = ask(team)
    timing.add(team, ticket, 60)
    known = tickets.ticket(team, ticket.number)
    with pytest.raises(BadInput, match="sentence"):
        meter.go_on(team, known, 30, " ")
    meter.go_on(team, known, 30, "The log of tonight will show it.")
    assert meter.meter(team, known).level == "green"
    assert "The log of tonight" in conversation.messages(team, known)[-1].body
    timing.add(team, ticket, 31)
    assert meter.meter(team, tickets.ticket(team, ticket.number)).level == "red"


def test_the_day_runs_from_cause_found_to_patched(team: Desk, clock: StoppedClock) -> None:
    new = problems.add(team, "Invoices are made twice", owner="dev", tracker="https://tracker.example/12")
    assert problems.clock(new, clock.now) is None
    with pytest.raises(Refused, match="what the cause was"):
        problems.patched(team, new.id, "fixed")
    found = problems.found(team, "invoices are made TWICE", "A retry without a key.", ["log of 09:12"])
    assert (found.owner, found.evidence) == ("dev", ("log of 09:12",))
    clock.pass_by(20 * HOUR)
    running = problems.clock(found, clock.now)
    assert running is not None
    assert (running.running, running.left) == (True, 4 * HOUR)
    clock.pass_by(6 * HOUR)
    done, _ = problems.patched(team, new.id, "Retries carry a key since 2.4.1.")
    clock.pass_by(5 * DAY)
    stopped = problems.clock(done, clock.now)
    assert stopped is not None
    assert (stopped.running, stopped.taken, stopped.left) == (False, 26 * HOUR, -2 * HOUR)
    with pytest.raises(Refused, match="patched already"):
        problems.patched(team, new.id, "again")


def test_the_clock_that_runs_longest_stands_first_and_what_is_over_last(
    team: Desk, clock: StoppedClock
) -> None:
    named = {}
    for title in ("patched", "unknown", "older unknown", "found late", "found early"):
        named[title] = problems.add(team, title)
        clock.pass_by(-MINUTE)
    for title in ("found early", "found late", "patched"):
        problems.found(team, named[title].id, "The key was missing.")
        clock.pass_by(HOUR)
    problems.patched(team, named["patched"].id, "It has a key.")
    assert [each.title for each in problems.problems(team, patched=True)] == [
        "found early", "found late", "older unknown", "unknown", "patched",
    ]  # fmt: skip


def test_a_patch_brings_each_linked_ticket_back_to_its_agent(team: Desk) -> None:
    mine, solved, other = ask(team), ask(team), ask(team)
    tickets.claim(team, [mine.number])
    tickets.set_status(team, [solved.number], Status.SOLVED)
    new = problems.add(team, "Invoices are made twice", linked=[mine, solved])
    problems.found(team, new.id, "A retry without a key.")
    _, back = problems.patched(team, new.id, "Retries carry a key since 2.4.1.", "https://docs.example/2.4.1")
    assert {each.number for each in back} == {mine.number, solved.number}
    assert all(each.status is Status.OPEN for each in back)
    assert {row.number for row in problems.to_tell(team, agent="ada")} == {mine.number, solved.number}
    assert {row.number for row in problems.to_tell(team, agent="mo")} == {solved.number}
    facts = problems.facts_for(team, tickets.ticket(team, mine.number))
    assert facts is not None
    assert facts.fix_url == "https://docs.example/2.4.1"
    assert problems.facts_for(team, other) is None


def test_who_was_told_is_off_the_list_and_each_is_told_through_the_gate(team: Desk) -> None:
    ticket = ask(team)
    new = problems.add(team, "Invoices are made twice", linked=[ticket])
    problems.found(team, new.id, "A retry without a key.")
    problems.patched(team, new.id, "Retries carry a key since 2.4.1.")
    with pytest.raises(replies.ReplyStopped):
        replies.send(team, ticket, Reply("It is fixed."))
    assert len(problems.to_tell(team)) == 1
    replies.send(team, ticket, Reply(GENUINE), status=Status.SOLVED)
    assert problems.to_tell(team) == []
    assert tickets.ticket(team, ticket.number).problem == new.id


def test_a_customer_with_two_tickets_of_one_cause_is_told_once(team: Desk) -> None:
    first, second = ask(team, "Invoice of March"), ask(team, "Invoice of April")
    stranger = ask(team, "Mine too", email="bob@x.example", name="Bob")
    other_cause = ask(team, "The printer")
    new = problems.add(team, "Invoices are made twice", linked=[first, second, stranger])
    elsewhere = problems.add(team, "Printers jam", linked=[other_cause])
    for each in (new, elsewhere):
        problems.found(team, each.id, "A cause.")
        problems.patched(team, each.id, "A fix.")
    replies.send(team, first, Reply(GENUINE), status=Status.SOLVED)
    assert {row.number for row in problems.to_tell(team)} == {stranger.number, other_cause.number}
    assert tickets.ticket(team, second.number).status is Status.SOLVED
    assert conversation.messages(team, second)[-1].body == (
        f"The customer was told of the patch in #{first.short}."
    )


def test_tickets_are_linked_and_unlinked(team: Desk) -> None:
    ticket = ask(team)
    new = problems.add(team, "Invoices are made twice")
    problems.link(team, new.id, [ticket.number])
    assert [row.number for row in problems.linked(team, new)] == [ticket.number]
    problems.link(team, "", [ticket.number])
    assert problems.linked(team, new) == []
    with pytest.raises(NotFound):
        problems.link(team, "no such problem", [ticket.number])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "not a link", "https://"])
def test_a_tracker_is_a_whole_link(team: Desk, url: str) -> None:
    with pytest.raises(BadInput):
        problems.add(team, "Invoices are made twice", tracker=url)
