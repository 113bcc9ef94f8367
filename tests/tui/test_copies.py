"""Who gets a copy of a reply is kept from the customer's mail, and shown before anything leaves."""

from __future__ import annotations

from pathlib import Path

from store.channels.mail.importing import import_paths
from store.desk import Desk, outbox, tickets
from tests.tui.console import GOOD, editing, fill, press


async def test_who_was_in_copy_of_the_question_is_shown_in_cc_until_the_author_decides_otherwise(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "question.eml").write_bytes(
        b"From: Carla <carla@customer.example>\nTo: help@lumen.example\nCc: Dora <dora@customer.example>\n"
        b"Date: Wed, 4 Mar 2026 09:00:00 +0000\nSubject: Where is my invoice?\n\nI cannot find the invoice of March.\n"
    )
    import_paths(desk, [tmp_path], our_addresses=["help@lumen.example"])
    asked = tickets.ticket(desk, 1)
    async with editing(desk, asked, GOOD) as pilot:
        await press(pilot, "ctrl+r")
        assert "dora@customer.example" in pilot.app.screen.query_one("#cc").text
        await press(pilot, "c")
        fill(pilot, "erik@customer.example")
        await press(pilot, "enter", "escape", "ctrl+r")
        assert "dora" not in pilot.app.screen.query_one("#cc").text
        await press(pilot, "e")
    assert outbox.outgoing(desk)[0].recipients == ("carla@customer.example", "erik@customer.example")
