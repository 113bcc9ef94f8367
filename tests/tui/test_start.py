"""The installed program in a pseudo-terminal: the first picture, what is typed before the console is there, the first start."""

from __future__ import annotations

import mailbox
import sys
import termios
from email.message import EmailMessage
from pathlib import Path

import pytest

from store.config import Config
from store.desk import Desk
from store.desk import queue as desk_queue
from tests.terminal import Terminal
from tests.tui.queue_desk import fill_desk
from tui.cli.quick import console_options
from tui.screens.first_start import Chosen, FirstStartApp

HELPTERM = [sys.executable, "-c", "import sys; from tui.cli import main; sys.exit(main())"]
ROOT = Path(__file__).parents[2]


def _started(path: Path, **env: str) -> Terminal:
    surroundings = {"HELPTERM_DB": str(path), "HELPTERM_AGENT": "ada"} | env
    return Terminal(HELPTERM, columns=100, lines=30, env=surroundings, cwd=ROOT)


def test_keys_typed_before_the_console_is_there_are_not_lost(desk: Desk) -> None:
    fill_desk(desk, 8)
    with _started(desk.path) as terminal:
        terminal.wait("Question 0")
        terminal.type("jjj")
        terminal.wait("^▌.*Question 3")
        terminal.type("{ctrl-q}")
        assert terminal.exit_code() == 0


def test_the_console_takes_over_without_wiping_the_picture(desk: Desk) -> None:
    fill_desk(desk, 8)
    with _started(desk.path) as terminal:
        output = b""
        while b"Enter" not in output:
            output += terminal.next_piece().data
        assert output.count(b"\x1b[?1049h") == 1
        assert b"\x1b[2J" not in output
        terminal.type("{ctrl-q}")
        terminal.exit_code()


def test_the_terminal_is_left_as_it_was_found(desk: Desk) -> None:
    fill_desk(desk, 2)
    with _started(desk.path) as terminal:
        before = termios.tcgetattr(terminal._master)[3]
        terminal.wait("Enter Open")
        assert termios.tcgetattr(terminal._master)[3] != before
        terminal.type("q")
        assert terminal.exit_code() == 0
        assert termios.tcgetattr(terminal._master)[3] == before


def test_a_store_that_is_no_desk_is_one_line_and_no_picture(tmp_path: Path) -> None:
    wrong = tmp_path / "notes.txt"
    wrong.write_text("these are notes, not a desk " * 40)
    with _started(wrong) as terminal:
        assert terminal.exit_code() == 3
        assert "helpterm: " in terminal.text
        assert "is not a desk of helpterm — choose another file with --db" in " ".join(terminal.text.split())


def test_the_first_start_offers_a_sample_desk_and_opens_it(tmp_path: Path) -> None:
    with _started(tmp_path / "desk.db") as terminal:
        terminal.wait("Welcome to helpterm")
        terminal.type("s")
        terminal.wait("▸Open")
        terminal.wait("This is the sample desk")
        terminal.type("{ctrl-q}")
        assert terminal.exit_code() == 0
    assert not (tmp_path / "desk.db").exists()


def test_leaving_the_first_start_makes_nothing(tmp_path: Path) -> None:
    with _started(tmp_path / "desk.db") as terminal:
        terminal.wait("Welcome to helpterm")
        terminal.type("{esc}")
        assert terminal.exit_code() == 0
    assert list(tmp_path.glob("*.db*")) == []


async def test_the_first_start_imports_mail(tmp_path: Path) -> None:
    mails = tmp_path / "support.mbox"
    box = mailbox.mbox(mails)
    for at in range(3):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = (
            f"c{at}@customer.example",
            "help@desk.example",
            f"Question {at}",
        )
        mail["Date"], mail["Message-ID"] = f"Mon, 2 Mar 2026 1{at}:00:00 +0000", f"<m{at}@customer.example>"
        mail.set_content("Where is it?")
        box.add(mail)
    box.close()
    app = FirstStartApp(tmp_path / "desk.db", "ada", Config())
    async with app.run_test() as pilot:
        await pilot.press("i")
        await pilot.pause()
        await _type(app, pilot, str(mails))
        await pilot.press("enter")
        await pilot.pause()
        await _type(app, pilot, "@desk.example")
        await pilot.press("enter")
        await app.workers.wait_for_complete()
    chosen = app.return_value
    assert isinstance(chosen, Chosen)
    assert chosen.remarks == ("3 mails read, 3 tickets, 3 messages",)
    with Desk(chosen.path, "ada") as desk:
        assert desk_queue.count(desk, desk_queue.understand(desk, "is:any")) == 3


async def _type(app: FirstStartApp, pilot, text: str) -> None:  # type: ignore[no-untyped-def]
    from textual.widgets import Input

    app.screen.query_one(Input).value = text
    await pilot.pause()


async def test_a_path_that_does_not_exist_is_told_while_one_types(tmp_path: Path) -> None:
    app = FirstStartApp(tmp_path / "desk.db", "ada", Config())
    async with app.run_test() as pilot:
        await pilot.press("i")
        await pilot.pause()
        await _type(app, pilot, "/nowhere/at/all")
        assert "there is no /nowhere/at/all" in str(app.screen.query_one("#understood").render())
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        ([], (None, None, None)),
        (["--db", "x.db", "--agent=mira"], ("x.db", None, "mira")),
        (["--config", "c.toml"], (None, "c.toml", None)),
        (["queue"], None),
        (["--db"], None),
        (["--db", "--agent"], None),
        (["--version"], None),
    ],
)
def test_the_quick_road_takes_only_what_it_understands(
    arguments: list[str], meant: tuple[str | None, ...] | None
) -> None:
    options = console_options(arguments)
    assert (None if options is None else (options.db, options.config, options.agent)) == meant
