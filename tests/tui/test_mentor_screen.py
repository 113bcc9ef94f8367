"""Newcomers and mentors by keyboard: handed in, read beside the conversation, edited together, sent, returned, signed off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from store.desk import Desk, conversation, drafts, outbox, tickets
from store.desk.ids import derived_id
from store.model import Agent, Role, Ticket
from store.policy.gate import Reply
from store.shifts import greenlight, newcomers, shift
from store.working import GreenLight, Light
from tests.conftest import DAY, HOUR, MINUTE, StoppedClock, write_again
from tests.tui.console import (
    GOOD,
    console,
    editor,
    enter,
    invoice_ticket,
    judged,
    opened,
    press,
    said,
    settled,
    until,
)
from tests.tui.pictures import EACH_SIZE, Snap
from tests.tui.shift.shared import paper
from tui.app import HelptermApp
from tui.screens.mentor import MentorScreen
from tui.screens.newcomers import RecordScreen
from tui.widgets.line_box import LineBox

pytestmark = pytest.mark.usefixtures("utc")


BETTER = "I also set your account to send each invoice by mail."


@pytest.fixture
def team(desk: Desk) -> Desk:
    """Ada answers, Nia is new."""

    def job(tx):  # type: ignore[no-untyped-def]
        for name, role in (("ada", Role.AGENT), ("nia", Role.NEWCOMER)):
            tx.put(Agent(derived_id("agent", name), name, full_name=name.title(), role=role))

    desk.change(job)
    return desk


@pytest.fixture
def nia(team: Desk, clock: StoppedClock) -> Iterator[Desk]:
    with Desk(team.path, "nia", clock=clock) as opened_by_nia:
        yield opened_by_nia


@pytest.fixture
def ticket(team: Desk) -> Ticket:
    return invoice_ticket(team, ticket_id="c" * 32)


@pytest.fixture
def light(nia: Desk, ticket: Ticket, clock: StoppedClock) -> GreenLight:
    """Nia's reply, handed in twelve minutes ago."""
    handed_in, _ = greenlight.submit(nia, ticket, Reply(GOOD))
    clock.pass_by(12 * MINUTE)
    return handed_in


def mentoring(pilot: Pilot[None]) -> MentorScreen:
    screen = console(pilot).place
    assert isinstance(screen, MentorScreen)
    return screen


def to_the_end(pilot: Pilot[None]) -> None:
    text = mentoring(pilot).editor
    text.move_cursor(text.document.end)


def beside(pilot: Pilot[None]) -> str:
    return editor(pilot).query_one("#beside", LineBox).text


async def test_a_newcomers_review_screen_hands_in(nia: Desk, team: Desk, ticket: Ticket) -> None:
    async with opened(nia, (120, 40)) as pilot:
        console(pilot).open_reply(ticket)
        await settled(pilot)
        editor(pilot).editor.put(GOOD)
        await judged(pilot)
        await press(pilot, "ctrl+r")
        assert "hands it to a mentor" in console(pilot).place.query_one("#heading").text  # type: ignore[attr-defined]
        await press(pilot, "e")
        await until(pilot, lambda: said(pilot).startswith("Handed in"))
    (waiting,) = greenlight.waiting(team)
    assert (waiting.text, waiting.status) == (GOOD, "solved")
    assert outbox.outgoing(team) == []
    assert drafts.load(nia, ticket) is None


async def test_a_draft_is_handed_in_from_its_ticket(nia: Desk, team: Desk, ticket: Ticket) -> None:
    drafts.save(nia, ticket, GOOD).result()
    async with opened(nia) as pilot:
        console(pilot).open_ticket(ticket.number)
        await settled(pilot)
        await press(pilot, "w", "i")
        await until(pilot, lambda: said(pilot).startswith("Handed in"))
    assert [each.text for each in greenlight.waiting(team)] == [GOOD]


@EACH_SIZE
def test_the_draft_beside_the_conversation(
    snap_compare: Snap, team: Desk, light: GreenLight, size: tuple[int, int]
) -> None:
    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await press(pilot, "w", "g")
        await judged(pilot)

    assert snap_compare(HelptermApp(team), terminal_size=size, run_before=story)


async def test_a_mentor_sends_it_under_both_names(team: Desk, ticket: Ticket, light: GreenLight) -> None:
    async with opened(team) as pilot:
        await press(pilot, "w", "g")
        assert "handed this in 12 min ago" in beside(pilot)
        await press(pilot, "s", "enter")
        await until(pilot, lambda: said(pilot).startswith("Sent: nia wrote it"))
    done = greenlight.find(team, light.id)
    assert (done.light, done.edited, done.mentor) == (Light.SENT, False, "ada")
    message = conversation.messages(team, ticket)[-1]
    assert (message.author.agent, message.notices) == ("nia", ("green light by ada",))


async def test_letters_are_commands_until_one_edits_and_edits_go_out_with_both_names(
    team: Desk, ticket: Ticket, light: GreenLight
) -> None:
    async with opened(team) as pilot:
        await press(pilot, "w", "g", "j", "e")
        to_the_end(pilot)
        await press(pilot, *f" {BETTER}")
        await press(pilot, "escape", "s")
        await until(pilot, lambda: "Before sending" in console(pilot).place.query_one("#heading").text)  # type: ignore[attr-defined]
        await press(pilot, "enter")
        await until(pilot, lambda: said(pilot).startswith("Sent"))
    assert greenlight.find(team, light.id).edited
    assert conversation.messages(team, ticket)[-1].body == f"{GOOD} {BETTER}"
    assert drafts.load(team, ticket) is None


async def test_what_a_mentor_typed_is_kept_and_found_again(
    team: Desk, ticket: Ticket, light: GreenLight
) -> None:
    async with opened(team) as pilot:
        await press(pilot, "w", "g", "e", "H", "i", "escape", "escape")
    team.change(lambda tx: None)
    assert greenlight.find(team, light.id).text == GOOD
    async with opened(team) as pilot:
        await press(pilot, "w", "g")
        assert mentoring(pilot).editor.text == f"Hi{GOOD}"


async def test_a_mentors_own_draft_on_the_ticket_is_never_touched(
    team: Desk, ticket: Ticket, light: GreenLight
) -> None:
    drafts.save(team, ticket, "My own words.").result()
    async with opened(team) as pilot:
        await press(pilot, "w", "g")
        assert mentoring(pilot).editor.text == GOOD
        await press(pilot, "e")
        assert said(pilot).startswith("! You have a draft of your own")
        await press(pilot, "s", "enter")
        await until(pilot, lambda: said(pilot).startswith("Sent"))
    draft = drafts.load(team, ticket)
    assert draft is not None
    assert draft.text == "My own words."


async def test_returned_with_edits_and_remarks_it_comes_back_to_its_author(
    team: Desk, nia: Desk, ticket: Ticket, light: GreenLight
) -> None:
    async with opened(team) as pilot:
        await press(pilot, "w", "g", "e")
        to_the_end(pilot)
        await press(pilot, *" More.")
        await press(pilot, "escape", "r")
        await enter(pilot, "Say when the money is back.")
        await until(pilot, lambda: said(pilot).startswith("Returned to nia with your edits"))
    assert drafts.load(team, ticket) is None
    async with opened(nia) as pilot:
        await press(pilot, "w", "g")
        assert editor(pilot).editor.text == f"{GOOD} More."
        assert "ada returned this" in beside(pilot)
        assert "Say when the money is back." in beside(pilot)
        assert "mentor's words" in beside(pilot)
        await press(pilot, "ctrl+r", "enter")
        await until(pilot, lambda: said(pilot).startswith("Handed in"))
    (again,) = greenlight.waiting(team)
    assert (again.rounds, again.edited, again.remarks) == (2, True, "Say when the money is back.")


async def test_what_the_customer_wrote_meanwhile_is_read_and_then_it_may_go(
    team: Desk, ticket: Ticket, light: GreenLight
) -> None:
    write_again(team, ticket, "I found it, thank you!")
    async with opened(team) as pilot:
        await press(pilot, "w", "g", "s", "enter")
        await until(pilot, lambda: "Something new has come in" in said(pilot))
        assert greenlight.find(team, light.id).light is Light.WAITING
        await press(pilot, "s", "enter")
        await until(pilot, lambda: said(pilot).startswith("Sent"))


async def test_a_mentor_who_comes_late_is_told(
    team: Desk, ticket: Ticket, light: GreenLight, clock: StoppedClock
) -> None:
    async with opened(team) as pilot:
        await press(pilot, "w", "g")
        with Desk(team.path, "mo", clock=clock) as other:
            other.change(lambda tx: tx.put(Agent(derived_id("agent", "mo"), "mo", role=Role.MANAGER)))
            greenlight.give_back(other, light.id, "Shorter, please.")
        await console(pilot).refresh_all()
        assert "returned meanwhile" in said(pilot)
        await press(pilot, "s", "enter")
        await until(pilot, lambda: "returned meanwhile" in said(pilot))
    assert outbox.outgoing(team) == []


async def test_several_are_read_one_after_the_other(team: Desk, nia: Desk, light: GreenLight) -> None:
    from tests.conftest import ask

    other = ask(team, "Second", product="Harbour", language="en", name="Bob", email="bob@customer.example")
    greenlight.submit(nia, other, Reply(GOOD.replace("Carla", "Bob")), status=tickets.Status.PENDING)
    async with opened(team) as pilot:
        await press(pilot, "w", "g")
        first = mentoring(pilot).light.id
        await press(pilot, "]")
        assert mentoring(pilot).light.id != first
        await press(pilot, "]")
        assert mentoring(pilot).light.id == first
        assert len([s for s in pilot.app.screen_stack if isinstance(s, MentorScreen)]) == 1


async def test_without_any_one_is_told(team: Desk, nia: Desk) -> None:
    async with opened(team) as pilot:
        await press(pilot, "w", "g")
        assert said(pilot) == "No reply waits for a green light"
    async with opened(nia) as pilot:
        await press(pilot, "w", "g")
        assert said(pilot).startswith("No reply of yours")


@pytest.fixture
def two_weeks(nia: Desk, team: Desk, light: GreenLight, clock: StoppedClock) -> Desk:
    """Nia has worked for two weeks; her one reply passed at once."""
    shift.start(nia)
    clock.pass_by(4 * HOUR)
    shift.stop(nia)
    greenlight.send(team, light.id)
    clock.pass_by(14 * DAY)
    return team


@EACH_SIZE
def test_the_record_of_a_newcomer(snap_compare: Snap, two_weeks: Desk, size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await press(pilot, "w", "G")
        await until(pilot, lambda: isinstance(pilot.app.screen, RecordScreen) and paper(pilot))

    assert snap_compare(HelptermApp(two_weeks), terminal_size=size, run_before=story)


async def test_two_weeks_end_in_a_sign_off_by_keyboard(two_weeks: Desk) -> None:
    async with opened(two_weeks) as pilot:
        await press(pilot, "w", "G")
        await until(pilot, lambda: isinstance(pilot.app.screen, RecordScreen) and paper(pilot))
        assert "100%" in paper(pilot)
        assert "Two weeks are over" in paper(pilot)
        await press(pilot, "s")
        await enter(pilot, "Nia looks before she answers.")
        await until(pilot, lambda: said(pilot) == "Signed off: nia answers alone")
        await press(pilot, "w", "G")
        assert said(pilot) == "Nobody in the team is a newcomer"
    signed = newcomers.record(two_weeks, "nia").signed_off
    assert signed is not None
    assert (signed.mentor, signed.replies, signed.passed_first) == ("ada", 1, 1)
