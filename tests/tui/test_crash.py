"""What an agent sees when helpterm stops on an error that it does not know, and what the log keeps of it."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from store import paths
from store.desk import Desk, drafts
from tests.conftest import ask
from tests.terminal import Terminal
from tui import crash
from tui.cli import main

CRASHING = """
import sys
from tui.app import HelptermApp
from tui.cli import main

def fail(console):
    confidential = "swordfish"
    raise ValueError(confidential)

HelptermApp.open_palette = fail
sys.exit(main())
"""


def test_a_crash_of_the_console_is_one_screen_that_says_what_is_saved(desk: Desk) -> None:
    ticket = ask(desk, "Where is my invoice?", "It is not here.")
    env = {"HELPTERM_DB": str(desk.path), "HELPTERM_AGENT": "ada"}
    command = [sys.executable, "-c", CRASHING]
    with Terminal(command, columns=120, lines=30, env=env, cwd=Path(__file__).parents[2]) as terminal:
        terminal.wait("Where is my invoice")
        terminal.type("{enter}")
        terminal.wait("r Reply")
        terminal.type("r")
        terminal.wait("Reply to #")
        terminal.type("typed just now{ctrl-k}")
        assert terminal.exit_code() == crash.EXIT_CODE
        shown = " ".join(terminal.text.split())
    assert "stopped on an error that it does not know (ValueError)" in shown
    assert f"Saved: your reply to #{ticket.short}, 14 characters" in shown
    assert "start `helpterm` again" in shown
    assert "Traceback" not in shown
    assert "swordfish" not in shown
    kept = drafts.load(desk, ticket)
    assert kept is not None
    assert kept.text == "typed just now"
    log = paths.log_path().read_text("utf-8")
    assert "ValueError" in log
    assert "run_command" in log
    assert "swordfish" not in log
    assert "typed just now" not in log


def _failure(words: str) -> ValueError:
    try:
        raise ValueError(words)
    except ValueError as error:
        return error


def test_the_log_is_put_aside_before_it_grows_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "LOG_BYTES", 2_000)
    for _ in range(60):
        crash.write_log(_failure("secret"))
    files = sorted(paths.log_path().parent.iterdir())
    assert len(files) == 1 + crash.LOG_FILES
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert "secret" not in "".join(file.read_text("utf-8") for file in files)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are Windows' own")
def test_only_the_user_may_read_the_log() -> None:
    path = crash.write_log(_failure("secret"))
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(paths, "log_path", lambda: tmp_path / "file" / "helpterm.log")
    assert crash.write_log(_failure("x")) is None
    assert "No log could be written" in crash.screen(_failure("x"), (), None)


def test_a_subcommand_that_fails_unexpectedly_shows_no_traceback(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(options: object) -> int:
        raise RuntimeError("swordfish")

    monkeypatch.setattr("tui.cli.reading.queue", fail)
    assert main(["--db", str(desk.path), "queue"]) == crash.EXIT_CODE
    told = capsys.readouterr().err
    assert "RuntimeError" in told
    assert "swordfish" not in told
    assert "Traceback" not in told


def test_a_desk_that_cannot_be_read_any_more_is_told(desk: Desk) -> None:
    desk.close()
    (told,) = crash.what_is_saved(desk)
    assert told.startswith("The desk cannot be read just now")
