"""What an agent is called for."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.desk import Desk, alerts, tickets
from store.desk.alerts import Alert
from store.model import Agent, Status
from tests.conftest import DAY, HOUR, MINUTE, StoppedClock, answer, ask, write_again


@pytest.fixture(autouse=True)
def _team(desk: Desk) -> None:
    desk.change(lambda tx: [tx.put(Agent(f"agent-{name}", name)) for name in ("ada", "ben")])


def test_a_ticket_that_a_colleague_hands_over_is_told_once(desk: Desk, clock: StoppedClock) -> None:
    first, second = ask(desk), ask(desk)
    looked = alerts.now(desk)
    with Desk(Path(desk.path), "ben", clock=clock) as other:
        tickets.assign(other, [first.number], "ada")
        tickets.assign(other, [second.number], "ben")
    tickets.assign(desk, [ask(desk).number], "ada")
    found, looked = alerts.since(desk, looked)
    assert found == [Alert("assigned", first.short)]
    assert alerts.since(desk, looked) == ([], looked)


def test_a_ticket_that_was_passed_on_again_is_not_told(desk: Desk, clock: StoppedClock) -> None:
    first = ask(desk)
    looked = alerts.now(desk)
    with Desk(Path(desk.path), "ben", clock=clock) as other:
        tickets.assign(other, [first.number], "ada")
        tickets.assign(other, [first.number], "ben")
    assert alerts.since(desk, looked)[0] == []


def test_a_customers_answer_on_ones_own_ticket_is_told_and_a_machines_is_not(desk: Desk) -> None:
    mine, others = ask(desk, assignee="ada"), ask(desk, assignee="ben")
    looked = alerts.now(desk)
    answer(desk, mine, "See the page.")
    write_again(desk, others, "Thanks")
    write_again(desk, mine, "I am away.", automatic="auto_reply")
    assert alerts.since(desk, looked)[0] == []
    write_again(desk, mine, "It worked.")
    write_again(desk, mine, "Or not.")
    assert alerts.since(desk, looked)[0] == [Alert("reply", mine.short)]


def test_a_ticket_of_ones_own_is_told_when_its_due_time_comes(desk: Desk, clock: StoppedClock) -> None:
    mine = ask(desk, ago=23 * HOUR, assignee="ada")
    ask(desk, ago=23 * HOUR, assignee="ben")
    ask(desk, ago=30 * HOUR, assignee="ada")
    done = ask(desk, ago=23 * HOUR, assignee="ada")
    tickets.set_status(desk, [done.number], Status.SOLVED)
    looked = alerts.now(desk)
    clock.pass_by(59 * MINUTE)
    found, looked = alerts.since(desk, looked)
    assert found == []
    clock.pass_by(2 * MINUTE)
    found, looked = alerts.since(desk, looked)
    assert found == [Alert("overdue", mine.short)]
    clock.pass_by(DAY)
    assert alerts.since(desk, looked)[0] == []


def test_a_look_reads_no_more_of_the_log_than_it_may(desk: Desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    mine = ask(desk, assignee="ada")
    looked = alerts.now(desk)
    write_again(desk, mine, "early")
    monkeypatch.setattr(alerts, "LOOKED_AT", 1)
    tickets.set_status(desk, [ask(desk).number], Status.SOLVED)
    assert alerts.since(desk, looked)[0] == []
