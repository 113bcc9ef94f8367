"""`helpterm doctor` on the terminal, and the report that people paste where everybody reads it."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from store import paths
from store.checks import Check
from store.config import Config
from tests.tui.cli.conftest import Helpterm
from tui import crash
from tui.cli.report import report, without_secrets
from tui.cli.terminal_checks import name_of_terminal, terminal_checks

CONFIG = """
agent = "mira"
[[mailbox]]
address = "help@acme.example"
name = "Secret project"
product = "Formwright"
imap = { host = "imap.acme.example", user = "acme-login", password_command = "pass show acme" }
"""


def _checks(**env: str) -> dict[str, Check]:
    return {check.name: check for check in terminal_checks(env)}


@pytest.mark.parametrize(
    ("env", "colours"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "16 million"),
        ({"TERM": "xterm-256color"}, "256;"),
        ({"TERM": "xterm"}, "16, as TERM says"),
        ({"TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": "1"}, "none: NO_COLOR"),
    ],
)
def test_the_doctor_tells_how_many_colours_there_are(env: dict[str, str], colours: str) -> None:
    check = _checks(**env)["colours"]
    assert check.ok
    assert check.detail.startswith(colours)


def test_a_dumb_terminal_is_not_in_order() -> None:
    check = _checks(TERM="dumb")["colours"]
    assert not check.ok
    assert check.remedy


@pytest.mark.parametrize(
    ("env", "clipboard", "keyboard"),
    [
        ({"TERM": "xterm-kitty"}, "by OSC 52", "tells every key apart"),
        ({"TERM": "foot"}, "by OSC 52", "tells every key apart"),
        (
            {"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"},
            "this terminal takes nothing",
            "Ctrl+I is Tab",
        ),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "this terminal takes nothing", "Ctrl+I is Tab"),
        ({"TERM": "linux"}, "this terminal takes nothing", "Ctrl+I is Tab"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux"}, "through tmux", "Ctrl+I is Tab"),
        ({"TERM": "xterm-256color", "WT_SESSION": "1"}, "by OSC 52", "Ctrl+I is Tab"),
        ({"TERM": "strange"}, "unknown", "Ctrl+I is Tab"),
    ],
)
def test_the_doctor_tells_what_keyboard_and_clipboard_can(
    env: dict[str, str], clipboard: str, keyboard: str
) -> None:
    checks = _checks(**env)
    assert checks["clipboard"].detail.startswith(clipboard)
    assert checks["keyboard"].detail.startswith(keyboard)


def test_the_terminal_is_named_with_what_lies_between() -> None:
    env = {"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "TMUX": "x", "SSH_CONNECTION": "y"}
    assert name_of_terminal(env) == "tmux in tmux in ssh"
    assert name_of_terminal({}) == "unknown"


def test_a_report_names_nobody_and_no_place(
    helpterm: Helpterm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.channels.mail.connect.examine", _examined)
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    crash.write_log(ValueError("Carla's own words"))
    answer = helpterm("--config", str(config), "doctor", "--report")
    assert answer.code == 1
    assert "helpterm 0." in answer.out
    assert "SQLite 3." in answer.out
    assert "NO  imap <mailbox>: <server> refused <mailbox>" in answer.out
    assert "builtins.ValueError" in answer.out
    for secret in ("acme", "Secret project", "mira", "Carla", str(Path.home()), "pass show"):
        assert secret not in answer.out


def _examined(mailbox) -> list[Check]:  # type: ignore[no-untyped-def]
    return [Check("imap", False, f"{mailbox.imap.host} refused {mailbox.imap.user}", "look at the password")]


def test_what_a_shared_database_answers_names_no_server() -> None:
    words = 'connection to server at "hub.acme.example" (10.1.2.3), port 5432 failed for user "anna"'
    told = report([Check("shared", False, words)], Config(), "mira")
    assert (
        "NO  shared: connection to server at <server> (<server>), port 5432 failed for user <server>" in told
    )


def test_whatever_has_the_shape_of_an_address_is_left_out() -> None:
    text = "postgresql://anna:secret@hub.example/desk said no to carla@customer.example, see /home/x"
    cleaned = without_secrets(text, [("/home/x", "~")])
    assert cleaned == "<address of a server> said no to <mail address>, see ~"


def test_a_log_that_is_not_there_is_no_trouble(helpterm: Helpterm) -> None:
    assert not paths.log_path().exists()
    answer = helpterm("doctor", "--report")
    assert "log: empty" in answer.out
    assert getpass.getuser() not in answer.out.split()
