"""The reply editor in a real terminal: killed while one types, and lent to other editors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.clock import system_clock
from store.desk import Desk, drafts
from store.model import Ticket
from tests.installed import HELPTERM
from tests.terminal import Terminal
from tests.tui.console import invoice_ticket

TYPED = "Hello Carla, here is what I found in your account today"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


@pytest.fixture
def ticket(path: Path) -> Ticket:
    with Desk(path, "ada", clock=system_clock()) as desk:
        return invoice_ticket(desk)


@pytest.fixture
def open_editor(path: Path, ticket: Ticket, tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Opens the console and in it the editor on the ticket; `editor` is what `$EDITOR` does with the file `$1`."""
    opened: list[Terminal] = []

    def start(editor: str = "exit 0", typed: str = TYPED) -> Terminal:
        program = tmp_path / "an editor"
        program.write_text(f"#!/bin/sh\n{editor}\n")
        program.chmod(0o700)
        surroundings = {
            "HELPTERM_DB": str(path),
            "HELPTERM_AGENT": "ada",
            "HOME": str(tmp_path),
            "TMPDIR": str(tmp_path),
            "EDITOR": f"'{program}'",
            "VISUAL": "",
        }
        terminal = Terminal([HELPTERM], columns=100, lines=30, env=surroundings)
        opened.append(terminal)
        terminal.wait("Where is my invoice")
        terminal.type("r")
        terminal.wait("Reply to #")
        terminal.type(typed)
        terminal.wait(typed)
        terminal.type("{ctrl-s}")
        terminal.wait("draft is on the disk")
        return terminal

    yield start
    for terminal in opened:
        terminal.__exit__()


def kept(path: Path, ticket: Ticket) -> str:
    with Desk(path, "ada") as desk:
        draft = drafts.load(desk, ticket)
    return draft.text if draft is not None else ""


def test_kill_9_while_typing_loses_nothing_that_was_called_saved(
    open_editor: Callable[..., Terminal], path: Path, ticket: Ticket
) -> None:
    terminal = open_editor()
    terminal.kill()
    assert kept(path, ticket) == TYPED


def test_a_typed_character_costs_few_bytes(open_editor: Callable[..., Terminal]) -> None:
    terminal = open_editor()
    sizes = []
    for character in " and so many more words that the line has to be broken here":
        drawn = terminal.press(character, quiet=0.02)
        assert drawn is not None
        sizes.append(drawn[2])
    assert max(sizes) <= 4_000
    assert sorted(sizes)[len(sizes) // 2] <= 1_000


def test_text_goes_to_the_agents_editor_and_comes_back(open_editor: Callable[..., Terminal]) -> None:
    terminal = open_editor("printf 'Written elsewhere, ünïcödé too.\\n' > \"$1\"")
    terminal.type("{ctrl-o}")
    terminal.wait("Written elsewhere, ünïcödé too.")
    terminal.wait("Ctrl.Z takes it back")
    terminal.type("{ctrl-z}")
    terminal.wait(TYPED)


@pytest.mark.parametrize("editor", ['echo lost > "$1"; exit 3', 'rm "$1"'])
def test_a_failing_editor_leaves_the_text_and_one_line(
    open_editor: Callable[..., Terminal], path: Path, ticket: Ticket, editor: str
) -> None:
    terminal = open_editor(editor)
    terminal.type("{ctrl-o}")
    terminal.wait("your text is as it was")
    terminal.wait(TYPED)
    terminal.type("!")
    terminal.wait(f"{TYPED}!")


def test_an_editor_with_a_window_of_its_own_is_waited_for(
    open_editor: Callable[..., Terminal], tmp_path: Path
) -> None:
    terminal = open_editor("exit 0")
    terminal.type("{ctrl-o}")
    terminal.wait("F12 takes the text over")
    file = next(tmp_path.glob("helpterm-*/reply-*.md"))
    assert file.read_text() == TYPED
    file.write_text("Saved in the other window.\n")
    terminal.type("\x1b[24~")
    terminal.wait("Saved in the other window.")


def test_kill_9_while_the_editor_has_the_text_keeps_what_was_typed_here(
    open_editor: Callable[..., Terminal], path: Path, ticket: Ticket
) -> None:
    terminal = open_editor("printf 'the editor is open'; sleep 60")
    terminal.type("{ctrl-o}")
    terminal.wait("the editor is open")
    terminal.kill()
    assert kept(path, ticket) == TYPED
