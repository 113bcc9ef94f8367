"""Help shows the keys of what has the focus: a list, a line that is typed into, a question, an editor."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Static

from store.desk import Desk
from tests.tui.console import console, editing, invoice_ticket, opened, shown, until
from tests.tui.queue_desk import fill_desk, hit
from tui.screens.dialogs import Choose
from tui.screens.help import HelpScreen


def helped(pilot: Pilot[None]) -> list[str]:
    """The lines of the help that is open."""
    assert isinstance(pilot.app.screen, HelpScreen)
    return [
        " ".join(line.split())
        for line in pilot.app.screen.query_one("#table", Static).content.plain.split("\n")
    ]


async def test_in_the_queue_it_begins_with_the_commands(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await hit(pilot, "?")
        assert helped(pilot)[0] == "Moving"
        assert "Here" not in helped(pilot)


async def test_in_the_search_line_it_begins_with_the_keys_of_the_line(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await hit(pilot, "/ f1")
        lines = helped(pilot)
        assert lines[:3] == [
            "Here",
            "Enter Keep what was found; a number jumps",
            "Esc Back to the view",
        ]
        field = lines[lines.index("In the field") :]
        assert any(
            "Move cursor to the start" in line or "beginning" in line or "home" in line.lower()
            for line in field
        )
        assert not [line for line in field if line.startswith("Ctrl+K ")], "Ctrl+K is the palette here"
        await hit(pilot, "escape")
        assert "Search everything" in shown(pilot)


async def test_in_a_question_it_shows_the_letters_that_choose(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await hit(pilot, "s ?")
        lines = helped(pilot)
        assert "p pending" in lines
        assert "Esc leaves" in lines
        await hit(pilot, "?")
        assert isinstance(pilot.app.screen, Choose)
        await hit(pilot, "p")
        assert not isinstance(pilot.app.screen, Choose)


async def test_where_letters_are_typed_a_question_mark_is_one(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await hit(pilot, "h ?")
        assert not isinstance(pilot.app.screen, HelpScreen)
        await hit(pilot, "f1")
        assert "In the field" in helped(pilot)


async def test_in_the_editor_it_shows_the_commands_and_what_the_text_can_do(desk: Desk) -> None:
    async with editing(desk, invoice_ticket(desk), "Hello") as pilot:
        await hit(pilot, "f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        lines = helped(pilot)
        assert any("Look at the reply as it will leave" in line for line in lines)
        assert "In the text" in lines
        await hit(pilot, "escape")
        assert console(pilot).place.where == "reply"
