"""A ticket that costs much is decided: go on for a while, escalate, or stop."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from store.config import Tier
from store.desk import Desk, conversation, tickets
from store.model import Ticket
from store.shifts import meter, shift, timing
from tests.conftest import answer as sent
from tests.conftest import ask
from tests.tui.console import console, enter, opened, press, said, settled, until
from tui.screens.reply import ReplyScreen
from tui.screens.ticket import TicketScreen
from tui.widgets.line import Line


async def test_going_on_asks_for_how_long_and_why(desk: Desk) -> None:
    ticket = ask(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "m", "g")
        await enter(pilot, "30")
        await enter(pilot, "The log of tonight shows it.")
        await until(pilot, lambda: "sentence stands" in said(pilot))
    assert "The log of tonight" in conversation.messages(desk, ticket)[-1].body


def busy(desk: Desk) -> Ticket:
    """On shift, with a team whose usual ticket takes ten minutes and one that has taken an hour and a half."""
    for each in range(6):
        done = ask(desk, f"usual {each}")
        timing.add(desk, done, 10)
        sent(desk, done, "Done.")
    shift.start(desk)
    costly = ask(desk, "Costly")
    timing.add(desk, costly, 90)
    return costly


async def test_the_open_ticket_shows_what_it_displaces_and_costs(desk: Desk) -> None:
    desk.config = replace(desk.config, tiers=(Tier(1, "first line", "", 40.0),))
    costly = busy(desk)
    async with opened(desk) as pilot:
        await console(pilot).day.look(at_once=True)
        console(pilot).open_ticket(costly.number)
        await settled(pilot)
        await until(pilot, lambda: "1 h 30 min: 8 others" in facts_line(pilot))
        assert "▲▲ · 60.00 EUR" in facts_line(pilot)
        await until(pilot, lambda: "w m decides (go on" in said(pilot))


def facts_line(pilot: Pilot[None]) -> str:
    return console(pilot).place.query_one("#facts", Line).text


async def test_a_ticket_in_the_red_is_decided_before_more_is_written(desk: Desk) -> None:
    costly = busy(desk)
    async with opened(desk) as pilot:
        await console(pilot).day.look(at_once=True)
        console(pilot).open_ticket(costly.number)
        await settled(pilot)
        await press(pilot, "r", "escape")
        assert isinstance(pilot.app.screen, TicketScreen)
        await press(pilot, "r", "g")
        await enter(pilot, "30")
        await enter(pilot, "The log of tonight shows it.")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplyScreen))
        await press(pilot, "escape", "r")
        assert isinstance(pilot.app.screen, ReplyScreen)  # decided: not asked again
    assert meter.meter(desk, costly).extension is not None


async def test_outside_a_shift_nobody_asks(desk: Desk) -> None:
    costly = busy(desk)
    shift.stop(desk)
    async with opened(desk) as pilot:
        console(pilot).open_ticket(costly.number)
        await settled(pilot)
        await press(pilot, "r")
        assert isinstance(pilot.app.screen, ReplyScreen)


async def test_an_escalation_asks_what_was_tested_what_was_found_and_for_links(desk: Desk) -> None:
    ticket = ask(desk)
    async with opened(desk) as pilot:
        await press(pilot, "E")
        await enter(pilot, "Signed in as Carla.")
        await press(pilot, "escape")
        assert tickets.ticket(desk, ticket.number).tier == 1
        await press(pilot, "E")
        for text in ("Signed in as Carla.", "The list is empty.", "https://logs.example/1"):
            await enter(pilot, text)
        await until(pilot, lambda: tickets.ticket(desk, ticket.number).tier == 2)
    note = conversation.messages(desk, ticket)[-1].body
    for part in ("Tested: Signed in as Carla.", "Found: The list is empty.", "Link: https://logs.example/1"):
        assert part in note
