"""In the editor one key begins a page of the knowledge base with what is explained again and again."""

from __future__ import annotations

from store.desk import Desk
from store.shifts.handover import articles
from tests.conftest import answer, ask
from tests.store.desk.test_explanations import EXPLANATION
from tests.tui.console import console, editing, editor, fill, invoice_ticket, press, said


async def test_what_was_sent_before_begins_a_page(desk: Desk) -> None:
    ticket = invoice_ticket(desk)
    answer(desk, ask(desk, "Another", email="bob@customer.example"), f"Hello Bob,\n\n{EXPLANATION}\n\nAda")
    async with editing(desk, ticket, f"Hello Carla,\n\n{EXPLANATION}\n\nAda") as pilot:
        await press(pilot, "alt+o")
        fill(pilot, "Letters that vanish")
        await press(pilot, "enter")
        (page,) = articles(desk)
        assert (page.title, page.ticket) == ("Letters that vanish", ticket.id)
        assert "green knob" in page.text
        assert "Begun: Letters that vanish" in said(pilot)
        assert EXPLANATION in editor(pilot).editor.text


async def test_what_is_selected_begins_a_page_and_esc_begins_none(desk: Desk) -> None:
    async with editing(desk, invoice_ticket(desk), "Turn the drum once. Ada") as pilot:
        editor(pilot).editor.select_span(0, 19)
        await press(pilot, "alt+o", "escape")
        assert articles(desk) == []
        editor(pilot).editor.select_span(0, 19)
        await press(pilot, "alt+o", "enter")
        assert [page.text for page in articles(desk)] == ["Turn the drum once."]


async def test_without_an_explanation_the_key_says_what_it_wants(desk: Desk) -> None:
    async with editing(desk, invoice_ticket(desk), "Turn the drum once.") as pilot:
        await press(pilot, "alt+o")
        assert "Select the explanation" in said(pilot)
        assert console(pilot).place is editor(pilot)
    assert articles(desk) == []
