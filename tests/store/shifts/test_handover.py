"""The beginning and the end of a shift: the brief, the next ticket, and everything that must be decided before one goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from store.desk import Desk, conversation, drafts, messages, outbox, queue, replies, rules, tickets
from store.desk.documents import documents
from store.desk.transaction import Transaction
from store.errors import BadInput, NotFound, Refused
from store.model import Agent, Delivery, Department, Priority, QueueRow, Role, Status, Takeaway
from store.policy.gate import Reply
from store.reports import forms
from store.reports.report import shift_report
from store.shifts import brief, following, handover, shift, timing
from tests.conftest import DAY, HOUR, MINUTE, StoppedClock, answer, ask, write_again
from tests.store.shifts.conftest import GENUINE, Colleague


def put_person(desk: Desk, **wishes: object) -> None:
    desk.change(lambda tx: tx.put(Agent("0" * 32, "ada", role=Role.AGENT, **wishes)))  # type: ignore[arg-type]


def test_the_next_ticket_is_claimed_and_its_time_runs(desk: Desk, clock: StoppedClock) -> None:
    ask(desk, "later", ago=HOUR)
    first = ask(desk, "urgent", ago=HOUR, priority=Priority.URGENT)
    taken = following.take_next(desk)
    assert taken is not None
    assert (taken.number, taken.assignee) == (first.number, "ada")
    running = timing.running(desk)
    assert running is not None
    assert running.ticket == first.id


def test_the_ticket_at_hand_is_not_the_next_one(desk: Desk) -> None:
    first, second = ask(desk, ago=2 * HOUR), ask(desk, ago=HOUR)
    assert [each.number for each in (following.take_next(desk), following.take_next(desk)) if each] == [
        first.number,
        second.number,
    ]


class Walk:
    """Takes the next ticket again and again, and remembers what was offered, as a console does."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.passed: dict[int, following.Stand] = {}

    def on(self) -> tuple[int, str] | None:
        found = following.walk_on(self.desk, self.passed)
        if found is None:
            return None
        self.passed.pop(found.ticket.number, None)
        self.passed[found.ticket.number] = found.stand
        return found.ticket.number, found.why


def test_who_walks_on_is_offered_what_was_passed_only_after_all_others(desk: Desk) -> None:
    walk = Walk(desk)
    one, two, three = (ask(desk, ago=hours * HOUR).number for hours in (3, 2, 1))
    assert [walk.on() for _ in range(5)] == [
        (one, "new"), (two, "new"), (three, "new"), (one, "passed"), (two, "passed")
    ]  # fmt: skip
    late = ask(desk, ago=0).number
    assert [walk.on() for _ in range(3)] == [(late, "new"), (three, "passed"), (one, "passed")]


def test_what_was_passed_and_left_for_the_queue_is_not_the_next_one_again(desk: Desk) -> None:
    walk = Walk(desk)
    one, two = ask(desk, ago=2 * HOUR).number, ask(desk).number
    assert walk.on() == (one, "new")
    timing.leave(desk)
    assert walk.on() == (two, "new")


def test_a_ticket_that_changed_since_it_was_passed_counts_anew(desk: Desk) -> None:
    walk = Walk(desk)
    one, two, three = (ask(desk, ago=hours * HOUR) for hours in (3, 2, 1))
    assert (walk.on(), walk.on()) == ((one.number, "new"), (two.number, "new"))
    write_again(desk, one, "Here is the log.", ago=5 * HOUR)  # the mail was long on its way
    assert walk.on() == (one.number, "new")
    tickets.set_priority(desk, [two.number], Priority.URGENT)
    assert [walk.on(), walk.on(), walk.on()] == [
        (two.number, "new"), (three.number, "new"), (one.number, "passed")
    ]  # fmt: skip


def test_what_i_note_myself_brings_no_ticket_back(desk: Desk, clock: StoppedClock) -> None:
    walk = Walk(desk)
    one, two = ask(desk, ago=2 * HOUR), ask(desk)
    assert walk.on() == (one.number, "new")
    clock.pass_by(MINUTE)
    messages.note(desk, one, "I wait for the log.")
    tickets.tag(desk, [one.number], "log")
    assert [walk.on(), walk.on()] == [(two.number, "new"), (one.number, "passed")]


def test_what_was_passed_and_is_no_longer_mine_does_not_come_again(
    team: Desk, colleague: Colleague, clock: StoppedClock
) -> None:
    walk = Walk(team)
    one, two = ask(team, ago=2 * HOUR), ask(team)
    assert [walk.on(), walk.on()] == [(one.number, "new"), (two.number, "new")]
    tickets.assign(colleague("mo"), [one.number], "mo")
    assert walk.on() == (two.number, "at hand")
    tickets.set_status(team, [two.number], Status.SOLVED)
    assert walk.on() is None


def test_the_next_ticket_is_found_by_walks_along_an_index_that_sort_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = []

    def queue_rows(at: Desk, where: str, values: Sequence[object]) -> list[QueueRow]:
        plan = at.read().execute(f"EXPLAIN QUERY PLAN SELECT t.number FROM tickets t WHERE {where}", values)
        plans.append(" ".join(row[3] for row in plan))
        return queue.queue_rows(at, where, values)

    monkeypatch.setattr(following, "queue_rows", queue_rows)
    put_person(desk, products=("Harbour",), languages=("en",))
    assert following.walk_on(desk, {1: following.Stand(0, 0)}) is None
    assert plans
    assert [plan for plan in plans if "SEARCH t USING" not in plan or "TEMP B-TREE" in plan] == []


@pytest.mark.parametrize(
    ("wishes", "fields"),
    [
        ({"products": ("Harbour",)}, {"product": "Formwright"}),
        ({"languages": ("tr", "en")}, {"language": "de"}),
        ({"tier": 1}, {"tier": 2}),
    ],
)
def test_what_is_not_for_me_is_not_my_next_ticket(
    desk: Desk, wishes: dict[str, object], fields: dict[str, object]
) -> None:
    put_person(desk, **wishes)
    ask(desk, **fields)
    assert following.take_next(desk) is None
    plain = ask(desk)
    taken = following.take_next(desk)
    assert taken is not None
    assert taken.number == plain.number


def test_departments_keep_apart(desk: Desk) -> None:
    ask(desk, department="Billing", ago=2 * HOUR)
    sales = ask(desk, department="Sales")
    assert following.find_next(desk, department="Sales") == sales.number


def test_my_departments_are_a_setting(desk: Desk) -> None:
    desk.config = replace(desk.config, shift=replace(desk.config.shift, departments=("Sales", "Support")))
    ask(desk, department="Billing")
    assert following.find_next(desk) is None
    wanted = ask(desk, department="Support")
    assert following.find_next(desk) == wanted.number
    assert following.find_next(desk, department="Billing") != wanted.number


def test_what_is_mine_comes_whatever_my_wishes_are(desk: Desk) -> None:
    put_person(desk, products=("Harbour",))
    mine = ask(desk, product="Formwright", assignee="ada")
    assert following.find_next(desk) == mine.number


def test_a_colleagues_ticket_is_never_taken(desk: Desk) -> None:
    ask(desk, assignee="ben")
    assert following.take_next(desk) is None


def test_the_brief_says_what_changed_since_the_last_shift(
    team: Desk, colleague: Colleague, clock: StoppedClock
) -> None:
    solved, mine = ask(team), ask(team)
    tickets.claim(team, [mine.number])
    answer(team, solved, "Done.")
    tickets.set_status(team, [solved.number], Status.SOLVED)
    shift.start(team)
    clock.pass_by(5 * HOUR)
    shift.stop(team)
    clock.pass_by(HOUR)
    mo = colleague("mo")
    shift.start(mo)
    new = ask(mo, "new", ago=0)
    tickets.set_status(mo, [solved.number], Status.OPEN)
    handed = ask(mo, "handed", ago=0)
    tickets.claim(mo, [handed.number])
    handover.pass_on(mo, [handed.number], "ada", "She waits for the log.")
    rules.add(mo, title="No themes", covered=False, why="Not ours.", links=["https://authors.example/"])
    write_again(mo, mine, "Any news?")
    clock.pass_by(HOUR)
    said = brief.brief(team)
    assert {row.number for row in said.new.rows} == {new.number, handed.number}
    assert [row.number for row in said.reopened.rows] == [solved.number]
    assert [each.sentence for each in said.handed_over] == ["She waits for the log."]
    assert {row.number for row in said.waiting_on_me.rows} == {mine.number, handed.number}
    assert [rule.title for rule in said.rules] == ["No themes"]
    assert [each.agent for each in said.colleagues] == ["mo"]
    assert said.waiting == 4
    assert said.longest_wait == 8 * HOUR


def test_the_first_brief_looks_back_a_week(desk: Desk) -> None:
    old, new = ask(desk, ago=8 * DAY), ask(desk, ago=2 * DAY)
    said = brief.brief(desk)
    assert [row.number for row in said.new.rows] == [new.number]
    assert said.waiting == 2
    assert old.number != new.number


def test_replies_that_are_uncertain_are_in_the_brief(desk: Desk) -> None:
    uncertain(desk)
    assert [each.state for each in brief.brief(desk).bounced] == [Delivery.UNCERTAIN]


def uncertain(desk: Desk) -> None:
    """A reply of Ada's whose sending broke off."""
    message, _ = replies.send(desk, ask(desk), Reply(GENUINE), status=Status.SOLVED, hold=False)

    def job(tx: Transaction) -> None:
        outbox.learn(tx, message.number, Delivery.UNCERTAIN, "the line broke")

    desk.change(job)


def test_a_shift_does_not_end_before_everything_is_decided(team: Desk) -> None:
    shift.start(team)
    mine = ask(team, assignee="ada")
    uncertain(team)
    drafts.save(team, mine, "Hello Carla, I").result()
    left = handover.open_ends(team)
    assert ([row.number for row in left.tickets], len(left.undecided), len(left.drafts)) == (
        [mine.number],
        1,
        1,
    )
    with pytest.raises(Refused, match=r"1 ticket .* 1 reply .* 1 draft"):
        handover.stop(team)
    assert shift.current(team) is not None
    handover.pass_on(team, [mine.number], "queue", "Waits for the log.")
    with pytest.raises(Refused, match="1 reply"):
        handover.stop(team, keep_drafts=True)
    (outgoing,) = left.undecided
    outbox.decide(team, outgoing.message.number, received=True)
    ended = handover.stop(team, learnt="Cards retry.", keep_drafts=True)
    assert ended.learnt == "Cards retry."


def test_nothing_left_is_nothing_to_decide(desk: Desk) -> None:
    shift.start(desk)
    ask(desk)
    ask(desk, assignee="ada", status=Status.PENDING)
    assert handover.open_ends(desk) == handover.OpenEnds((), (), (), ())
    handover.stop(desk)


@pytest.mark.parametrize(
    ("to", "assignee", "department"),
    [("mo", "mo", ""), ("MO", "mo", ""), ("queue", "", ""), ("Billing", "", "Billing"), ("ada", "ada", "")],
)
def test_a_ticket_goes_to_a_person_a_department_or_the_queue(
    team: Desk, to: str, assignee: str, department: str
) -> None:
    team.change(lambda tx: tx.put(Department("d" * 32, "Billing")))
    ticket = ask(team, assignee="ada")
    shift.start(team)
    handover.pass_on(team, [ticket.number], to, "Waits for the log.")
    after = tickets.ticket(team, ticket.number)
    assert (after.assignee, after.department) == (assignee, department)
    assert "Waits for the log." in conversation.messages(team, after)[-1].body
    assert not handover.open_ends(team).tickets


def test_a_handover_needs_a_sentence_a_shift_and_somebody(team: Desk) -> None:
    ticket = ask(team, assignee="ada")
    with pytest.raises(Refused, match="not on shift"):
        handover.pass_on(team, [ticket.number], "mo", "Waits.")
    shift.start(team)
    with pytest.raises(BadInput, match="sentence"):
        handover.pass_on(team, [ticket.number], "mo", " ")
    with pytest.raises(NotFound, match="zed"):
        handover.pass_on(team, [ticket.number], "zed", "Waits.")


def test_the_report_tells_the_shift_and_what_it_taught(team: Desk, clock: StoppedClock) -> None:
    ticket, left = ask(team, "An | odd\nsubject"), ask(team, assignee="ada")
    shift.start(team, zone="Europe/Berlin")
    timing.open_ticket(team, ticket)
    clock.pass_by(4 * MINUTE)
    replies.send(team, ticket, Reply(GENUINE), status=Status.SOLVED)
    handover.pass_on(team, [left.number], "mo", "Waits for the log.")
    handover.begin_article(team, ticket, "Reversed charges")
    ended = handover.stop(team, learnt="Cards retry.")
    report = shift_report(team, ended)
    said = forms.to_json(report)["total"]
    assert {
        key: said[key] for key in ("replies", "first_replies", "solved", "takeaways", "handed_over")
    } == dict.fromkeys(("replies", "first_replies", "solved", "takeaways", "handed_over"), 1)
    assert (said["ticket_seconds"], said["worked_seconds"], said["followed_by_silence"]) == (240, 240, 1)
    text = forms.to_markdown(report)
    for line in (
        "11:00",
        "Europe/Berlin",
        "An \\| odd subject",
        "to mo: Waits for the log.",
        "- Cards retry.",
        "- Reversed charges",
    ):
        assert line in text


def test_a_called_back_reply_and_an_undone_status_are_not_in_the_report(team: Desk) -> None:
    from store.desk.undo import undo

    ticket, other = ask(team), ask(team)
    started, _ = shift.start(team)
    message, _ = replies.send(team, ticket, Reply(GENUINE), status=Status.SOLVED)
    outbox.call_back(team, message.number)
    tickets.set_status(team, [other.number], Status.SOLVED)
    undo(team)
    total = shift_report(team, started).total
    assert (total.replies, total.solved, total.takeaways) == ([], [], [])


def test_a_document_is_begun_once_and_becomes_a_takeaway(team: Desk) -> None:
    ticket = ask(team)
    stub = handover.begin_article(team, ticket, "Reversed charges", "Explain the second line.")
    assert handover.begin_article(team, ticket).id == stub.id
    assert [each.title for each in handover.articles(team)] == ["Reversed charges"]
    handover.finish_article(team, stub.id, "https://docs.example/billing/second-line")
    assert handover.articles(team) == []
    assert "https://docs.example/billing/second-line" in [
        each.url for each in documents(team.read(), Takeaway)
    ]
