"""What the daily loop costs in key presses. The hands of whoever answers sixty tickets a day count each one: none may be added.

Every task is done with exactly the keys that stand here, in the default profile; if more are needed, its outcome is missing.
Text that a customer reads is not counted, words that a question asks for are one press.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from textual.pilot import Pilot

from store.desk import Desk, rules, tickets
from store.desk import queue as desk_queue
from store.model import Status, Ticket
from tests.conftest import ask
from tests.tui.console import console, editor, invoice_ticket, judged, opened, queued, settled, until
from tests.tui.queue_desk import hit
from tui.screens.ticket import TicketScreen

OWN_WORDS = "Hello Carla, the invoice of March lies under Billing, in the second row of the list. "
NO = (
    "Hello Carla, the trial is there to find out whether it fits, so after two months we give no money back. "
)

Outcome = Callable[[Desk, Ticket], bool]


@dataclass(frozen=True)
class Task:
    """`keys` in order; `<own words>` and `<no>` stand for a text typed into the editor."""

    keys: str
    outcome: Outcome
    presses: int


def _is(status: Status) -> Outcome:
    return lambda desk, ticket: (
        tickets.ticket(desk, ticket.number).status is status and len(queued(desk)) == 1
    )


def _now(desk: Desk, ticket: Ticket) -> Ticket:
    return tickets.ticket(desk, ticket.number)


DAY = {
    "take": Task("a", lambda desk, ticket: _now(desk, ticket).assignee == "ada", 1),
    "answer": Task("r <own words> ? ? enter ctrl+r enter", _is(Status.PENDING), 6),
    "answer and solve": Task("r <own words> ? ? enter ctrl+r e", _is(Status.SOLVED), 6),
    "read, then answer": Task("enter r <own words> ? ? enter ctrl+r enter", _is(Status.PENDING), 7),
    "take a sent reply back": Task(
        "r <own words> ? ? enter ctrl+r enter Z", lambda desk, ticket: queued(desk) == [], 7
    ),
    "decline by a rule": Task(
        "S enter <no> ? ? enter ctrl+r enter",
        lambda desk, ticket: bool(_now(desk, ticket).declined_by) and len(queued(desk)) == 1,
        7,
    ),
    "snooze": Task("h 2h enter", lambda desk, ticket: _now(desk, ticket).snoozed_until is not None, 3),
    "close": Task("e", lambda desk, ticket: _now(desk, ticket).status is Status.CLOSED, 1),
    "undo": Task("e z", lambda desk, ticket: _now(desk, ticket).status is Status.NEW, 2),
    "set pending": Task("s p", lambda desk, ticket: _now(desk, ticket).status is Status.PENDING, 2),
    "tag": Task("t refund enter", lambda desk, ticket: _now(desk, ticket).tags == ("refund",), 3),
    "next for me": Task("N", lambda desk, ticket: _now(desk, ticket).assignee == "ada", 1),
}


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    asked = invoice_ticket(desk)
    rules.add(
        desk,
        title="Refunds after thirty days",
        covered=False,
        why="The trial is there to find out.",
        product="Harbour",
        links=["https://docs.harbour.example/billing/refunds"],
        words={"en": ["invoice of March"]},
    )
    return asked


async def _press(pilot: Pilot[None], task: Task) -> int:
    presses = 0
    keys = task.keys.replace("<own words>", "<own_words>").split()
    for key in keys:
        if key in ("<own_words>", "<no>"):
            await until(pilot, lambda: editor(pilot).is_loaded)
            editor(pilot).editor.put(NO if key == "<no>" else OWN_WORDS)
            await judged(pilot)
            continue
        presses += 1
        await hit(pilot, " ".join(key) if key in ("2h", "refund") else key)
        if key == "enter" and console(pilot).place.where == "reply":
            await judged(pilot)
    await settled(pilot)
    return presses


@pytest.mark.parametrize("name", DAY)
async def test_a_task_takes_no_more_presses(desk: Desk, ticket: Ticket, name: str) -> None:
    task = DAY[name]
    async with opened(desk) as pilot:
        assert await _press(pilot, task) == task.presses
        assert task.outcome(desk, ticket)


async def test_finding_a_ticket_takes_three_presses_and_its_number_two(desk: Desk) -> None:
    wanted = ask(desk, "The gyroscope drifts", ago=5_000_000)
    for at in range(30):
        ask(desk, f"Question {at}", ago=9_000_000 + at)
    async with opened(desk) as pilot:
        await hit(pilot, "/ g y r o s c o p e enter enter")
        assert isinstance(console(pilot).place, TicketScreen)
        assert console(pilot).place.opened.ticket.number == wanted.number
        await hit(pilot, "escape escape")
        await hit(pilot, " ".join([*wanted.short, "enter"]))
        assert isinstance(console(pilot).place, TicketScreen)


async def test_a_view_is_two_presses_away_and_all_of_it_two_more(desk: Desk) -> None:
    for _ in range(5):
        ask(desk)
    async with opened(desk) as pilot:
        await hit(pilot, "g u * a e")
        page = desk_queue.page(desk, desk_queue.understand(desk, "status:closed is:any"), limit=10)
        assert len(page.rows) == 5


def test_the_day_is_no_longer_than_it_was() -> None:
    """Sixty tickets: fifty answered, six declined, four snoozed."""
    presses = {name: task.presses for name, task in DAY.items()}
    assert 50 * presses["answer"] + 6 * presses["decline by a rule"] + 4 * presses["snooze"] <= 354
