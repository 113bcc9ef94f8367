"""The team on the screen: the line at the foot, who else is where, a reply that is overtaken, what was decided otherwise.

The exchange is told what to say here, so that the clock can stand still; `tests/store/sync/test_console.py` has the real one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from store.desk import Desk, messages, tickets
from store.desk.desk import Desk as _Desk
from store.desk.ids import derived_id
from store.desk.transaction import NewMessage, Transaction, customer_for
from store.errors import DiskFull
from store.model import Agent, Author, Kind, Status, Ticket
from store.sync import local, overruled
from store.sync.companion import Companion
from store.sync.engine import SyncState
from store.sync.errors import NoRight
from store.sync.presence import Presence
from tests.conftest import HOUR, MINUTE, StoppedClock, answer, write_again
from tests.tui.console import (
    GOOD,
    LARGE,
    SMALL,
    console,
    editing,
    editor,
    invoice_ticket,
    opened,
    press,
    queued,
    said,
    settled,
    shown,
    until,
)  # fmt: skip
from tests.tui.queue_desk import fill_desk, tickets_of
from tests.tui.test_team_words import ENDED, REFUSED
from tui.app import HelptermApp
from tui.screens.overruled import OverruledScreen
from tui.screens.reply import ReplyScreen
from tui.screens.review import ReviewScreen
from tui.widgets.status_line import StatusLine

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.usefixtures("utc")


@pytest.fixture
def shared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk of a team, whose exchange says nothing by itself."""
    monkeypatch.setattr(Companion, "start", lambda self: None)
    desk.change(_fill)
    desk.database.write(lambda connection: local.begin(connection, "e" * 32, "host=/nowhere"))
    desk.change(lambda tx: tx.put(Agent("agent-mira", "mira", full_name="Mira Kaya")))
    desk.database.write(lambda connection: connection.execute("UPDATE changes SET seq = number"))
    return desk


def _fill(tx: Transaction) -> None:
    """Eight tickets that have the same numbers in every run."""
    for at in range(8):
        email, name, created = f"c{at}@customer.example", f"Customer {at}", tx.now - HOUR - (8 - at) * MINUTE
        number = tx.create_ticket(
            subject=f"Question {at}",
            customer=customer_for(email, name),
            created_at=created,
            ticket_id=derived_id("team", str(at)),
        )
        inbound = NewMessage(
            derived_id("words", str(at)), Kind.INBOUND, Author(name, email), created, f"body {at}"
        )
        tx.add_message(number, inbound)
    tx.put(Agent("agent-ben", "ben"))


async def tell(pilot: Pilot[None], **state: Any) -> None:
    """The exchange says how things stand."""
    await console(pilot).team.look()
    console(pilot).team.told(SyncState(**({"synced_at": console(pilot).desk.now() - 4_000} | state)))
    await settled(pilot)


def at_ticket(desk: Desk, number: int, what: str, agent: str = "mira") -> Presence:
    return Presence(agent, tickets.ticket(desk, number).id, what)  # type: ignore[arg-type]


def foot(pilot: Pilot[None]) -> str:
    """The line above the footer."""
    return console(pilot).place.query_one(StatusLine).text


def overrule(desk: Desk, number: int, **fields: Any) -> None:
    """Notes that a change of Ada's did not hold."""
    ticket = tickets.ticket(desk, number)
    usual = {
        "change": f"change-{number}", "seq": number, "at": desk.now() - number * MINUTE, "kind": "claim", "entity": "ticket",
        "entity_id": ticket.id, "field": "assignee", "mine": json.dumps("ada"), "theirs": json.dumps("ben"), "agent": "ben",
        "outcome": "lost", "settled": 0,
    } | fields  # fmt: skip
    names = ", ".join(usual)
    marks = ", ".join(f":{name}" for name in usual)
    desk.database.write(lambda c: c.execute(f"INSERT INTO conflicts ({names}) VALUES ({marks})", usual))


# A desk on its own


async def test_a_desk_that_is_shared_with_nobody_says_nothing_and_its_keys_say_why(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await console(pilot).team.look()
        assert foot(pilot) == ""
        for key in ("f10", "g y"):
            await press(pilot, *key.split())
            assert "shared with nobody" in said(pilot)
        await press(pilot, "Y")
        assert "Nothing of yours was overruled" in said(pilot)


def _loaded(path: Path, moment: str) -> set[str]:
    """What is imported in a console on the desk at `path`: at its first picture, or once it has settled."""
    code = f"""
import asyncio, sys
from pathlib import Path
from store.desk import Desk
from tui.app import HelptermApp

async def main():
    with Desk(Path({str(path)!r}), "ada") as desk:
        app = HelptermApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            if {moment!r} == "settled":
                await app.team.look()
                while desk.is_shared and not app.team.is_shared:
                    await pilot.pause(0.01)
            print(*sys.modules)

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_nothing_of_the_exchange_is_loaded_before_the_first_picture_or_for_a_desk_on_its_own(
    desk: Desk,
) -> None:
    fill_desk(desk, 2)
    heavy = {"psycopg", "store.sync.engine", "store.sync.companion", "tui.formatting.team", "tui.overruled"}
    assert not _loaded(desk.path, "settled") & heavy
    desk.database.write(lambda connection: local.begin(connection, "e" * 32, "host=/nowhere"))
    assert not _loaded(desk.path, "first") & heavy
    assert "store.sync.engine" in _loaded(desk.path, "settled")


# The line at the foot


async def test_the_line_follows_the_clock_and_gives_way_to_messages(
    shared: Desk, clock: StoppedClock
) -> None:
    async with opened(shared) as pilot:
        await tell(pilot)
        assert foot(pilot).endswith("synced 4 s ago ")
        clock.pass_by(3_000)
        await console(pilot).team.look()
        assert foot(pilot).endswith("synced 7 s ago ")
        assert len(foot(pilot)) == 80
        console(pilot).say("x" * 60)
        assert "synced" in foot(pilot)
        console(pilot).say("x" * 70)
        assert foot(pilot).strip() == "x" * 70


async def test_changes_that_wait_are_counted_as_they_are_made_offline(shared: Desk) -> None:
    async with opened(shared) as pilot:
        await tell(pilot, trouble=REFUSED, offline_since=shared.now())
        assert "does not answer" in foot(pilot)
        await press(pilot, "a")
        await console(pilot).team.look()
        console(pilot).say("")
        assert "offline since 10:00 · 1 change waiting" in foot(pilot)


async def test_trouble_is_told_once_and_again_when_asked_for(shared: Desk) -> None:
    async with opened(shared, LARGE) as pilot:
        await tell(pilot)
        await tell(pilot, trouble=ENDED, offline_since=shared.now())
        assert said(pilot).startswith(f"! {ENDED}")
        console(pilot).say("something else")
        await tell(pilot, trouble=NoRight(ENDED.message, ENDED.remedy), offline_since=shared.now())
        assert said(pilot).startswith("something else")
        await press(pilot, "f10")
        assert said(pilot).startswith("Syncing …")
        await tell(pilot, trouble=NoRight(ENDED.message, ENDED.remedy), offline_since=shared.now())
        assert said(pilot).startswith(f"! {ENDED}")
        await tell(pilot, synced_at=shared.now())
        assert said(pilot).startswith("In step with the team again, after 10:00")


async def test_trouble_that_one_line_cannot_hold_is_shown_whole_on_the_key(shared: Desk) -> None:
    async with opened(shared, SMALL) as pilot:
        await tell(pilot, trouble=ENDED, offline_since=shared.now())
        await press(pilot, "a")
        await console(pilot).team.look()
        await press(pilot, "f10")
        text = " ".join(shown(pilot).replace("│", " ").split())
        assert (
            f"T{ENDED.message[1:]}. A{ENDED.remedy[1:]}. Since 10:00. 1 change waiting here: nothing is lost."
            in text
        )
        await press(pilot, "escape", "j")
        assert tickets_of(pilot).cursor == 1


async def test_a_new_screen_has_the_line_at_once(shared: Desk) -> None:
    async with opened(shared) as pilot:
        await tell(pilot)
        await press(pilot, "enter")
        assert foot(pilot).endswith("synced 4 s ago ")


async def test_a_desk_that_leaves_its_team_says_nothing_more(shared: Desk) -> None:
    async with opened(shared) as pilot:
        await tell(pilot)
        shared.database.write(local.forget)
        await console(pilot).team.look()
        assert foot(pilot) == ""
        assert not console(pilot).team.is_shared


# Not here yet, and not there


async def test_an_empty_queue_that_is_not_in_step_is_not_called_empty(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Companion, "start", lambda self: None)
    desk.database.write(lambda connection: local.begin(connection, "e" * 32, "host=/nowhere"))
    async with opened(desk) as pilot:
        assert "nobody waits" not in shown(pilot)
        assert "not synced with the team yet" in shown(pilot)
        await tell(pilot, synced_at=None, copying=("tickets", 12_000, 1_000_000))
        assert "Not everything is here yet" in shown(pilot)
        assert "12,000 of about 1,000,000 tickets" in shown(pilot)
        await tell(pilot, synced_at=None, trouble=REFUSED, offline_since=desk.now() - HOUR)
        assert "not in step with the team since 09:00" in shown(pilot)
        await tell(pilot)
        assert "nobody waits for an answer" in shown(pilot)


# Who else is where


async def test_who_else_is_at_a_ticket_stands_in_its_row_and_its_heading(shared: Desk) -> None:
    async with opened(shared) as pilot:
        plain = shown(pilot)
        await tell(pilot, others=(at_ticket(shared, 2, "reading"), at_ticket(shared, 1, "replying", "ben")))
        rows = shown(pilot).splitlines()
        assert "✎ ben" in rows[2]
        assert "◉ Mira" in rows[3]
        assert [row[:17] for row in rows[2:10]] == [row[:17] for row in plain.splitlines()[2:10]]
        assert len(rows) == len(plain.splitlines())
        await press(pilot, "enter")
        assert "✎ ben is replying" in shown(pilot).splitlines()[0]
        await press(pilot, "]")
        assert "◉ Mira Kaya is reading" in shown(pilot).splitlines()[0]
        await tell(pilot)
        assert "Mira" not in shown(pilot)
        await press(pilot, "u")
        assert "✎" not in shown(pilot)


async def test_who_begins_to_write_where_one_writes_is_told_once(shared: Desk) -> None:
    ticket = tickets.ticket(shared, 1)
    async with editing(shared, ticket, "Hello") as pilot:
        await tell(pilot, others=(at_ticket(shared, 1, "reading"),))
        assert "too" not in said(pilot)
        await tell(pilot, others=(at_ticket(shared, 1, "replying"),))
        assert "Mira Kaya is replying in this ticket too" in said(pilot)
        assert "✎ Mira Kaya is replying" in shown(pilot).splitlines()[0]
        console(pilot).say("something else")
        await tell(pilot, others=(at_ticket(shared, 1, "replying"),))
        assert said(pilot).startswith("something else")
        assert editor(pilot).editor.text == "Hello"


async def test_colleagues_are_told_what_one_is_at(shared: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(Companion, "watch", lambda self, *where: told.append(where))
    ids = [tickets.ticket(shared, number).id for number in (1, 2)]
    async with opened(shared) as pilot:
        await tell(pilot)
        await press(pilot, "enter")
        assert told[-1] == (ids[0], "reading")
        await press(pilot, "]")
        assert told[-1] == (ids[1], "reading")
        await press(pilot, "r")
        assert told[-1] == (ids[1], "replying")
        await press(pilot, "ctrl+r")
        assert told[-1] == (ids[1], "replying")
        await press(pilot, "escape", "escape")
        assert told[-1] == (ids[1], "reading")
        await press(pilot, "n")
        assert told[-1] == (ids[1], "noting")
        await press(pilot, "escape")
        assert told[-1] == (ids[1], "reading")
        await press(pilot, "u")
        assert told[-1] == ("", "reading")


# A reply that is overtaken, on any desk


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    return invoice_ticket(desk)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_reply_that_somebody_overtook_is_stopped_the_new_words_are_marked_and_the_text_stays(
    desk: Desk, ticket: Ticket, size: tuple[int, int]
) -> None:
    async with editing(desk, ticket, GOOD, size) as pilot:
        await press(pilot, "ctrl+r")
        answer(desk, ticket, "I have sent Carla the invoice already.", agent="ben")
        await press(pilot, "enter")
        assert queued(desk) == []
        assert isinstance(console(pilot).place, ReplyScreen)
        assert "Something new has come in" in said(pilot)
        assert "NEW · Ben" in shown(pilot)
        assert "I have sent Carla the invoice already." in shown(pilot)
        assert editor(pilot).editor.text == GOOD
        await press(pilot, *(("escape",) if size == SMALL else ()), "ctrl+r", "enter")
        assert queued(desk) == [GOOD]


async def test_what_comes_in_before_the_last_look_at_a_reply_is_told_there(
    desk: Desk, ticket: Ticket
) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        await press(pilot, "ctrl+r")
        write_again(desk, ticket, "Found it, never mind.", name="Carla")
        await console(pilot).refresh_all()
        assert isinstance(console(pilot).place, ReviewScreen)
        assert "Carla has just written" in said(pilot)
        assert "something new came in" in shown(pilot).splitlines()[0]
        await press(pilot, "escape")
        assert "NEW · Carla" in shown(pilot)
        assert "Found it, never mind." in shown(pilot)
    assert queued(desk) == []


async def test_what_was_read_with_f6_does_not_stop_the_send_again(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        write_again(desk, ticket, "And the one of April?", name="Carla")
        await console(pilot).refresh_all()
        await press(pilot, "f6")
        assert "NEW · Carla" in shown(pilot)
        await press(pilot, "escape", "ctrl+r", "enter")
    assert queued(desk) == [GOOD]


async def test_a_note_of_a_colleague_and_a_mail_from_a_machine_are_told_apart(
    desk: Desk, ticket: Ticket
) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        write_again(desk, ticket, "I am away until Monday.", automatic="auto_reply")
        await console(pilot).refresh_all()
        assert "has just written" not in said(pilot)
        with Desk(desk.path, "ben", clock=desk.clock) as bens:
            messages.note(bens, ticket, "Billing is on it.")
        await console(pilot).refresh_all()
        assert "ben has just written" in said(pilot)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda desk, ticket: tickets.claim(desk, [ticket.number]), "ben has taken this ticket"),
        (
            lambda desk, ticket: tickets.set_status(desk, [ticket.number], Status.SOLVED),
            "solved now: somebody else",
        ),
    ],
)
async def test_a_ticket_that_somebody_takes_or_finishes_while_one_writes_is_told(
    desk: Desk, ticket: Ticket, change: Callable[[Desk, Ticket], object], told: str
) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        with _Desk(desk.path, "ben", clock=desk.clock) as bens:
            change(bens, ticket)
        await console(pilot).refresh_all()
        assert told in said(pilot)
        assert editor(pilot).editor.text == GOOD


async def test_words_that_come_too_late_to_stop_a_send_are_told_while_it_can_be_taken_back(
    desk: Desk, ticket: Ticket
) -> None:
    async with editing(desk, ticket, GOOD, LARGE) as pilot:
        await press(pilot, "ctrl+r", "enter")
        answer(desk, ticket, "I have sent Carla the invoice already.", agent="ben")
        sent = console(pilot).sent
        assert sent is not None
        await sent._look()
        sent.tell()
        assert "Ben wrote meanwhile" in said(pilot)
        assert "Z takes it back" in said(pilot)
        await press(pilot, "Z")
        assert editor(pilot).editor.text == GOOD
    assert queued(desk) == []


# What was decided otherwise


async def test_a_claim_that_was_lost_is_told_with_both_values_and_set_again_with_a_key(shared: Desk) -> None:
    async with opened(shared, LARGE) as pilot:
        await tell(pilot)
        overrule(shared, 1)
        tickets.assign(shared, [1], "ben")
        await tell(pilot, conflicts=1)
        assert "ben was first to take #" in said(pilot)
        assert "(yours: ada, now: ben)" in said(pilot)
        console(pilot).say("")
        assert "1 of yours overruled (g y)" in foot(pilot)
        await press(pilot, "Y")
        assert tickets.ticket(shared, 1).assignee == "ada"
        assert overruled.conflicts(shared) == []
        assert said(pilot).startswith("Yours is set again")
        await press(pilot, "Y")
        assert "Nothing of yours was overruled just now" in said(pilot)


async def test_what_was_overruled_before_the_console_opened_is_counted_and_not_told_anew(
    shared: Desk,
) -> None:
    overrule(shared, 1)
    async with opened(shared) as pilot:
        await tell(pilot)
        assert "was first" not in said(pilot)
        assert "1 of yours overruled" in foot(pilot)


async def test_the_list_of_what_was_overruled_opens_sets_again_and_lets_go(shared: Desk) -> None:
    for number in (1, 2, 3):
        overrule(shared, number)
    overrule(
        shared,
        4,
        change="m",
        kind="message",
        entity="message",
        field="",
        mine="null",
        theirs="null",
        outcome="rejected",
    )
    async with opened(shared, LARGE) as pilot:
        await tell(pilot)
        await press(pilot, "g", "y")
        screen = console(pilot).place
        assert isinstance(screen, OverruledScreen)
        assert "4 changes of yours did not hold" in shown(pilot)
        await press(pilot, "s")
        assert "written anew" in said(pilot)
        await press(pilot, "enter")
        assert "about no ticket" in said(pilot)
        await press(pilot, "j", "s")
        assert tickets.ticket(shared, 3).assignee == "ada"
        assert "Set again: assignee of #" in said(pilot)
        await press(pilot, "x")
        assert "Left as it is" in said(pilot)
        assert len(overruled.conflicts(shared)) == 2
        await press(pilot, "g", "g", "j", "enter")
        assert console(pilot).conversation().opened.ticket.number == 1
        await press(pilot, "u")
        assert isinstance(console(pilot).place, OverruledScreen)
        await press(pilot, "x", "x")
        assert "Nothing of yours was overruled" in shown(pilot)
        await press(pilot, "x")
        assert "Nothing of yours was overruled" in said(pilot)
        await press(pilot, "escape")
        assert console(pilot).place is console(pilot).queue_behind()


# Pictures

Story = Callable[[Pilot[None]], Awaitable[None]]

_STATES: dict[str, Callable[[Desk], dict[str, Any]]] = {
    "synced": lambda desk: {"others": (at_ticket(desk, 1, "replying"), at_ticket(desk, 3, "reading", "ben"))},
    "waiting": lambda desk: {"pending": 3},
    "offline": lambda desk: {"trouble": REFUSED, "offline_since": desk.now() - 18 * MINUTE},
    "trouble": lambda desk: {"trouble": ENDED, "offline_since": desk.now() - HOUR},
    "full": lambda desk: {
        "trouble": DiskFull(
            "there is no room left on the disk", "free some room; what was saved before is safe"
        ),
        "offline_since": desk.now(),
    },
    "copying": lambda desk: {"synced_at": None, "copying": ("tickets", 12_000, 1_000_000)},
}
SIZES = pytest.mark.parametrize("size", [SMALL, (100, 30), LARGE], ids=lambda size: f"{size[0]}x{size[1]}")


@SIZES
@pytest.mark.parametrize("state", _STATES)
def test_the_foot(shared: Desk, snap_compare: Any, state: str, size: tuple[int, int]) -> None:
    if state in ("waiting", "offline"):
        tickets.claim(shared, [5, 6, 7])

    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await tell(pilot, **_STATES[state](shared))
        console(pilot).say("")

    assert snap_compare(HelptermApp(shared), terminal_size=size, run_before=story)


@SIZES
def test_the_overruled(shared: Desk, snap_compare: Any, size: tuple[int, int]) -> None:
    _overruled_of_every_kind(shared)

    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await tell(pilot)
        await press(pilot, "g", "y", "j")
        await settled(pilot)

    assert snap_compare(HelptermApp(shared), terminal_size=size, run_before=story)


@SIZES
def test_a_ticket_that_somebody_answers(shared: Desk, snap_compare: Any, size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await tell(pilot, others=(at_ticket(shared, 1, "replying"), at_ticket(shared, 1, "reading", "ben")))
        await press(pilot, "enter", "r")
        await settled(pilot)
        await until(pilot, lambda: not said(pilot).startswith("…"))

    assert snap_compare(HelptermApp(shared), terminal_size=size, run_before=story)


def _overruled_of_every_kind(desk: Desk) -> None:
    overrule(desk, 1)
    overrule(
        desk,
        2,
        change="s",
        kind="set",
        field="status",
        mine='"on_hold"',
        theirs='"solved"',
        outcome="overridden",
    )
    overrule(desk, 3, change="t", kind="set", field="tag:refund", mine="true", theirs="false")
    overrule(
        desk, 4, change="p", kind="put", entity="rule", field="", entity_id="r1", agent="mira",
        mine='{"title": "Refunds", "why": "Within 30 days"}', theirs='{"title": "Refunds", "why": "Within 14 days"}',
    )  # fmt: skip
    overrule(
        desk,
        5,
        change="r",
        kind="set",
        field="department",
        mine='"Billing"',
        theirs="null",
        agent="",
        outcome="rejected",
    )
