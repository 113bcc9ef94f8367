"""Who else is at a ticket, and what colleagues see of this agent."""

from __future__ import annotations

import pytest

from store.desk import Desk, tickets
from store.sync.companion import Companion
from tests.tui.console import console, editing, editor, opened, press, said, shown
from tests.tui.team.saying import at_ticket, tell

pytestmark = pytest.mark.usefixtures("utc")


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
