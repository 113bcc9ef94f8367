"""How a shift looks, from the brief to the report, at the smallest and at a comfortable size."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from store.config import Tier
from store.desk import Desk, drafts, rules, takeaways, tickets
from store.desk.ids import derived_id
from store.model import Agent, Status, Ticket
from store.policy.gate import Reply
from store.shifts import calls, handover, problems, shift, timing
from tests.conftest import HOUR, MINUTE, StoppedClock, ask
from tests.conftest import answer as sent
from tests.tui.console import GOOD, console, enter, invoice_ticket, press, settled, until
from tests.tui.pictures import EACH_SIZE, Snap, Story
from tests.tui.shift.shared import doubtful, paper
from tui.app import HelptermApp
from tui.screens.paper import PaperScreen

pytestmark = pytest.mark.usefixtures("utc")


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the console does by itself a moment after its start is in no picture."""
    monkeypatch.setattr("tui.lookout.SETTLING_SECONDS", 3600.0)


@pytest.fixture
def team(desk: Desk, clock: StoppedClock) -> Desk:
    """Ada's desk twelve hours after her last shift: a colleague on, tickets of each kind, a rule that changed."""
    desk.config = replace(
        desk.config, tiers=(Tier(1, "first line", "", 40.0), Tier(2, "engineering", "", 90.0))
    )

    def job(tx):  # type: ignore[no-untyped-def]
        for name in ("ada", "mira"):
            tx.put(Agent(derived_id("agent", name), name, full_name=name.title()))

    desk.change(job)
    for each in range(6):
        usual = ask(desk, f"Usual question {each}", ago=30 * HOUR, ticket_id=f"{each}" * 32)
        timing.add(desk, usual, 10)
        sent(desk, usual, "Answered.", ago=29 * HOUR)
        tickets.set_status(desk, [usual.number], Status.SOLVED)
    shift.start(desk)
    shift.stop(desk)
    clock.pass_by(12 * HOUR)
    costly = ask(
        desk,
        "Ünal & 山田: page stays white",
        "Still white after both caches.",
        ticket_id="a" * 32,
        ago=9 * HOUR,
    )
    timing.add(desk, costly, 90)
    given = ask(desk, "Card charged twice", "Twice, on Monday.", ticket_id="b" * 32, ago=3 * HOUR)
    ask(
        desk,
        "How do I export my data?",
        "As CSV, please.",
        ticket_id="c" * 32,
        ago=HOUR,
        name="Bob",
        email="bob@x.example",
    )
    rules.add(desk, title="Refunds after thirty days", covered=False, why="The trial is there to find out.")
    takeaways.add(desk, "https://docs.example/export", title="Export as CSV")
    told = ask(desk, "Invoices hide", ticket_id="d" * 32, ago=50 * HOUR, assignee="ada")
    problem = problems.add(desk, "The filter of invoices", linked=[told])
    problems.found(desk, problem.id, "It kept March.")
    problems.patched(desk, problem.id, "It ends with the month.")
    with Desk(desk.path, "mira", clock=clock) as mira:
        shift.start(mira)
        handover.pass_on(mira, [given.number], "ada", "She waits for the bank's word, due at noon.")
    return desk


@pytest.fixture
def costly(team: Desk) -> Ticket:
    return tickets.find(team, "a" * 32)


def on_screen(snap: Snap, desk: Desk, size: tuple[int, int], story: Story) -> bool:
    async def begun(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await console(pilot).day.look(at_once=True)
        await story(pilot)
        await settled(pilot)

    return snap(HelptermApp(desk), terminal_size=size, run_before=begun)


@EACH_SIZE
def test_the_brief(snap_compare: Snap, team: Desk, size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[None]) -> None:
        await press(pilot, "w", "s")

    assert on_screen(snap_compare, team, size, story)


@EACH_SIZE
def test_the_meter_in_the_red(snap_compare: Snap, team: Desk, costly: Ticket, size: tuple[int, int]) -> None:
    shift.start(team)

    async def story(pilot: Pilot[None]) -> None:
        console(pilot).open_ticket(costly.number)
        await settled(pilot)
        line = console(pilot).place.query_one("#facts")
        await until(pilot, lambda: "▲▲" in line.text)  # type: ignore[attr-defined]

    assert on_screen(snap_compare, team, size, story)


@EACH_SIZE
@pytest.mark.parametrize("keys", [("r",), ("r", "g", "30", "enter")], ids=["choice", "sentence"])
def test_the_choice_about_it(
    snap_compare: Snap, team: Desk, costly: Ticket, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    shift.start(team)

    async def story(pilot: Pilot[None]) -> None:
        console(pilot).open_ticket(costly.number)
        await settled(pilot)
        await press(pilot, *keys[:2])
        if len(keys) > 2:
            await enter(pilot, "30")

    assert on_screen(snap_compare, team, size, story)


@pytest.fixture
def nearly_over(team: Desk, clock: StoppedClock) -> Desk:
    """Five hours of work: replies, a call, an escalation, a draft, a reply nobody is sure about."""
    shift.start(team)
    given, new, told = (tickets.find(team, letter * 32) for letter in "bcd")
    for ticket, minutes in ((given, 25), (new, 8), (told, 12)):
        clock.pass_by(HOUR)
        timing.add(team, ticket, minutes)
    from store.desk import replies

    answered = invoice_ticket(team, ticket_id="e" * 32)
    replies.send(team, answered, Reply(GOOD), status=Status.SOLVED, hold=False)
    clock.pass_by(HOUR)
    tickets.escalate(team, [new.number], "Tested: export.\nFound: it is empty.")
    calls.log(
        team, calls.Call("The bank has no second charge", 7, "We call on Friday", status=Status.OPEN), given
    )
    drafts.save(team, told, "Hello Carla, it is").result()
    doubtful(team, told)
    clock.pass_by(30 * MINUTE)
    handover.pass_on(team, [new.number], "mira", "Engineering has it; tell Bob by noon.")
    return team


@EACH_SIZE
def test_the_handover(snap_compare: Snap, nearly_over: Desk, size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[None]) -> None:
        await press(pilot, "w", "e")

    assert on_screen(snap_compare, nearly_over, size, story)


@EACH_SIZE
def test_a_sentence_in_the_handover(snap_compare: Snap, nearly_over: Desk, size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[None]) -> None:
        await press(pilot, "w", "e", "j", "j", "b")

    assert on_screen(snap_compare, nearly_over, size, story)


@EACH_SIZE
def test_the_report(snap_compare: Snap, nearly_over: Desk, size: tuple[int, int]) -> None:
    handover.begin_article(nearly_over, tickets.find(nearly_over, "b" * 32), "Charged twice: what to look at")

    async def story(pilot: Pilot[None]) -> None:
        await press(pilot, "w", "r")
        await until(pilot, lambda: isinstance(pilot.app.screen, PaperScreen) and paper(pilot))

    assert on_screen(snap_compare, nearly_over, size, story)


@EACH_SIZE
def test_the_problems(snap_compare: Snap, team: Desk, clock: StoppedClock, size: tuple[int, int]) -> None:
    given = tickets.find(team, "b" * 32)
    problem = problems.add(
        team,
        "Cards are charged twice on a retry",
        linked=[given],
        evidence=["09:12:04 charge 4411, 09:12:05 charge 4412"],
        tracker="https://tracker.example/42",
    )
    problems.found(
        team, problem.id, "The retry of the payment job carries no key, so the bank sees a second order."
    )
    problems.add(team, "Exports are empty")
    clock.pass_by(9 * HOUR)

    async def story(pilot: Pilot[None]) -> None:
        await press(pilot, "w", "O")

    assert on_screen(snap_compare, team, size, story)
