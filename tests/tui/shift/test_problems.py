"""Tickets with one cause: the problem, its evidence, and its patch."""

from __future__ import annotations

from store.desk import Desk, tickets
from store.model import Agent
from store.shifts import problems
from tests.conftest import HOUR, StoppedClock, ask
from tests.tui.console import console, editing, enter, invoice_ticket, opened, press, said, until
from tests.tui.shift.shared import listed
from tui.widgets.line_box import LineBox


async def test_a_ticket_is_linked_to_a_new_problem_which_is_then_solved(
    desk: Desk, clock: StoppedClock
) -> None:
    ticket = ask(desk)
    desk.change(lambda tx: [tx.put(Agent(name, name)) for name in ("ada", "dev")])
    async with opened(desk) as pilot:
        await press(pilot, "w", "o")
        await enter(pilot, "a new")
        await enter(pilot, "Cards retry")
        (problem,) = problems.problems(desk)
        assert tickets.ticket(desk, ticket.number).problem == problem.id
        await press(pilot, "w", "O", "p")
        assert said(pilot).startswith("! Say first what the cause was")
        await press(pilot, "c")
        await enter(pilot, "No key on retries")
        await until(pilot, lambda: said(pilot).startswith("Cause found"))
        clock.pass_by(25 * HOUR)
        await press(pilot, "e")
        await enter(pilot, "Two charges at 09:12")
        await press(pilot, "w")
        await enter(pilot, "dev")
        await press(pilot, "t")
        await enter(pilot, "https://tracker.example/42")
        await until(pilot, lambda: "https://tracker.example/42" in listed(pilot))
        for part in ("! 1 h late", "dev", "Two charges at 09:12", f"#{ticket.short}"):
            assert part in listed(pilot)
        await press(pilot, "p")
        await enter(pilot, "Retries carry a key")
        await enter(pilot, "")
        await until(pilot, lambda: said(pilot).startswith("Patched: 1"))
        assert "No problem is open" in listed(pilot)
        await press(pilot, "a")
        assert "patched in 25 h" in listed(pilot)
        await press(pilot, "c")
        assert "patched" in said(pilot)
        await press(pilot, "escape", "w", "l")
        assert "Tell them" in console(pilot).queue().view_name
    assert "tell-them" in tickets.ticket(desk, ticket.number).tags


async def test_a_problem_is_opened_with_its_evidence_and_tracker(desk: Desk) -> None:
    desk.change(lambda tx: tx.put(Agent("ada", "ada")))
    async with opened(desk) as pilot:
        await press(pilot, "w", "O", "n")
        for text in ("Exports are empty", "The job ends at once", "https://tracker.example/7"):
            await enter(pilot, text)
        await until(pilot, lambda: said(pilot) == "Open: Exports are empty")
        await press(pilot, "enter")
        assert said(pilot).startswith("! No ticket is linked")
    (problem,) = problems.problems(desk)
    assert (problem.evidence, problem.tracker) == (("The job ends at once",), "https://tracker.example/7")


async def test_the_facts_of_a_patch_stand_beside_the_reply(desk: Desk) -> None:
    ticket = invoice_ticket(desk)
    problem = problems.add(desk, "Invoices hide", linked=[ticket])
    problems.found(desk, problem.id, "A filter kept March.")
    problems.patched(desk, problem.id, "The filter ends with the month.", "https://status.example/42")
    async with editing(desk, tickets.ticket(desk, ticket.number)) as pilot:
        text = pilot.app.screen.query_one("#beside", LineBox).text
        for part in ("Invoices hide", "A filter kept March.", "The filter ends", "https://status.example/42"):
            assert part in text
