"""Jump labels: a letter at everything in sight, and what a letter then does."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

import pytest

from store.desk import Desk, rules
from tests.conftest import ask
from tests.terminal import Terminal
from tests.tui.console import console, opened, said, shown
from tests.tui.queue_desk import fill_desk, hit, open_ticket_of, rush, settled, tickets_of, under_cursor
from tui.formatting.links import LINK, linked
from tui.formatting.wrapping import wrapped
from tui.labels import LETTERS, labels
from tui.screens.figures import FiguresScreen
from tui.screens.reply import ReplyScreen
from tui.screens.scope import ScopeScreen
from tui.screens.ticket import TicketScreen
from tui.themes import style

LONG = "https://pay.example/invoices/2026-03?seat=2&and=so-long-that-it-does-not-fit-into-a-line-of-the-terminal-at-all"


@pytest.mark.parametrize("count", [0, 1, 26, 27, 51, 80, 300, 676])
def test_no_label_is_the_beginning_of_another(count: int) -> None:
    made = labels(count)
    assert len(set(made)) == len(made) == count
    assert not any(one != other and other.startswith(one) for one in made for other in made)
    assert "".join(made[:3]) == LETTERS[:3][:count] if count <= 300 else made


async def test_a_letter_puts_the_cursor_on_its_row_and_a_capital_opens_it(desk: Desk) -> None:
    fill_desk(desk, 9)
    async with opened(desk) as pilot:
        await hit(pilot, "f")
        rows = shown(pilot).splitlines()[2:11]
        assert [row[:3].strip() for row in rows] == list(LETTERS[:9])
        await hit(pilot, "g")
        assert under_cursor(pilot) == "Question 4"
        assert said(pilot) == ""
        assert not shown(pilot).splitlines()[2].startswith(" a ")
        await hit(pilot, "f D")
        assert open_ticket_of(pilot).opened.ticket.subject == "Question 2"


async def test_more_rows_than_letters_take_two_letters(desk: Desk) -> None:
    fill_desk(desk, 60)
    async with opened(desk, (80, 50)) as pilot:
        await hit(pilot, "f")
        last = tickets_of(pilot).size.height - 1
        first, second = labels(last + 1)[-1]
        await hit(pilot, first)
        lines = shown(pilot).splitlines()[2:]
        assert lines[last].startswith(f" {second} ")
        assert not lines[0].startswith(" a ")
        await hit(pilot, second)
        assert under_cursor(pilot) == f"Question {last}"


async def test_labels_take_letters_that_are_commands_and_esc_leaves_them(desk: Desk) -> None:
    fill_desk(desk, 3)
    async with opened(desk) as pilot:
        await rush(pilot, "f s f escape")
        assert under_cursor(pilot) == "Question 1"
        await hit(pilot, "f e")
        assert said(pilot) == "! No such label: nothing was done"
        assert len(tickets_of(pilot).rows) == 3
        await hit(pilot, "j")
        assert under_cursor(pilot) == "Question 2"


async def test_an_empty_queue_has_nothing_to_jump_to(desk: Desk) -> None:
    async with opened(desk) as pilot:
        await hit(pilot, "f")
        assert said(pilot) == "! There is nothing in sight to jump to"


async def test_a_label_copies_a_link_whole_though_it_is_shown_in_parts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(desk, "Links", f"First https://one.example/a. Then:\n{LONG}\n\nand https://one.example/a again.")
    async with opened(desk) as pilot:
        await hit(pilot, "enter f")
        assert isinstance(pilot.app.screen, TicketScreen)
        assert len(open_ticket_of(pilot).labelled().spots()) == 2
        await hit(pilot, "s")
        assert pilot.app.clipboard == LONG
        assert said(pilot).startswith("Copied the link: https://pay.example")


async def test_copying_goes_to_the_terminals_clipboard(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(desk, "Links", "See https://one.example/a")
    async with opened(desk) as pilot:
        written: list[str] = []
        monkeypatch.setattr(pilot.app._driver, "write", written.append)
        await hit(pilot, "enter f a")
        code = base64.b64encode(b"https://one.example/a").decode()
        assert f"\x1b]52;c;{code}\a" in written


# Links as the terminal is told of them


@pytest.mark.parametrize("cells", [20, 30, 45, 80, 200])
def test_every_part_of_a_broken_link_leads_to_all_of_it(cells: int) -> None:
    text = f"Look: {LONG}, or (https://b.example/c)\n  and {LONG} once more; https://b.example"
    lines = [list(pieces) for pieces in linked(wrapped(text, cells), text, "text")]
    assert ["".join(part for part, _ in line) for line in lines] == list(wrapped(text, cells))
    parts: dict[str, str] = {}
    for part, role in (piece for line in lines for piece in line):
        if role.startswith(LINK):
            parts[role] = parts.get(role, "") + part
    assert parts == {
        LINK + LONG: LONG * 2,
        f"{LINK}https://b.example/c": "https://b.example/c",
        f"{LINK}https://b.example": "https://b.example",
    }


def test_a_link_tells_the_terminal_where_it_leads_and_other_text_does_not() -> None:
    drawn = style("helpterm-dark", f"{LINK}https://b.example/c").render("https://b.ex")
    assert "\x1b]8;id=" in drawn
    assert ";https://b.example/c\x1b\\" in drawn
    assert "\x1b]8" not in style("helpterm-dark", "text").render("https://b.ex")


def test_nothing_but_an_address_gets_into_the_sequence_of_a_link() -> None:
    text = "https://a.example/\x1b]52;c;eA==\x07 https://b.example/\x9c\x9d8;;x"
    roles = [role for pieces in linked([text], text, "text") for _, role in pieces if role.startswith(LINK)]
    assert roles == [f"{LINK}https://a.example/", f"{LINK}https://b.example/"]


class Recorder(Terminal):
    """A terminal that keeps every byte."""

    raw = b""

    def _replay(self, data: bytes) -> None:
        self.raw += data
        super()._replay(data)


def test_a_real_terminal_is_told_of_links_and_gets_what_is_copied(desk: Desk) -> None:
    ask(desk, "Links", f"See https://one.example/a and {LONG}")
    desk.close()
    command = [sys.executable, "-m", "tui", "--db", str(desk.path), "--agent", "ada"]
    with Recorder(command, columns=80, lines=24, cwd=Path(__file__).parents[2]) as terminal:
        terminal.wait("Enter Open")
        terminal.type("{enter}")
        terminal.wait("one.example/a")
        terminal.type("f")
        terminal.wait("Type a label")
        terminal.type("s")
        terminal.wait("Copied the link")
    links = re.findall(rb"\x1b\]8;id=(\d+);([^\x1b]+)\x1b\\", terminal.raw)
    assert {target for _, target in links} == {b"https://one.example/a", LONG.encode()}
    assert len({number for number, target in links if target == LONG.encode()}) == 1
    assert b"\x1b]52;c;" + base64.b64encode(LONG.encode()) in terminal.raw


async def test_the_entries_of_any_list_have_labels_and_a_capital_does_what_enter_does(desk: Desk) -> None:
    for title in ("Refunds", "Styling", "Updates"):
        rules.add(
            desk, title=title, covered=title == "Refunds", why="So.", links=["https://help.example/" + title]
        )
    ticket = ask(desk)
    async with opened(desk) as pilot:
        console(pilot).open_scope(ticket)
        await settled(pilot)
        screen = console(pilot).place
        assert isinstance(screen, ScopeScreen)
        await hit(pilot, "f")
        rows = [screen.options.render_line(y).text[:3].strip() for y in range(4)]
        assert rows == [*LETTERS[:3], ""]
        await hit(pilot, LETTERS[1])
        assert screen.at == 1
        assert screen.options.render_line(0).text[:3].strip() not in LETTERS
        wanted = screen._shown.rules[0]
        assert screen.why_not_decline() is None
        await hit(pilot, f"f {LETTERS[0].upper()}")
        editor = console(pilot).place
        assert isinstance(editor, ReplyScreen)
        assert editor.writing.rule is not None
        assert editor.writing.rule.id == wanted.id


async def test_where_nothing_can_be_jumped_to_the_key_says_so(desk: Desk) -> None:
    async with opened(desk) as pilot:
        await hit(pilot, "f")
        assert said(pilot) == "! There is nothing in sight to jump to"
        await hit(pilot, "g f")
        assert isinstance(console(pilot).place, FiguresScreen)
        await hit(pilot, "f")
        assert said(pilot) == "! There is nothing in sight to jump to"
        console(pilot).open_outbox()
        await settled(pilot)
        await hit(pilot, "f")
        assert said(pilot) == "! There is nothing in sight to jump to"


async def test_in_the_plain_look_a_label_stands_before_the_words_and_hides_none(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        console(pilot).plain = True
        tickets_of(pilot).refresh()
        words = tickets_of(pilot).render_line(1).text
        await hit(pilot, "f")
        assert tickets_of(pilot).render_line(1).text == " s " + words[2:-1]
