"""The bell and the notification: only where they are wanted, with numbers and no words."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from store.config import Config, Console
from store.config.reading import parse
from store.desk import Desk
from store.desk.alerts import Alert
from store.errors import ConfigError
from tests.conftest import ask, write_again
from tests.tui.console import console, opened, said, settled
from tui.alerts import notification
from tui.alerts import said as told


async def answered(pilot: Pilot[None], desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written to the terminal when a customer answers."""
    await console(pilot).lookout.look()
    written: list[str] = []
    monkeypatch.setattr(pilot.app._driver, "write", written.append)
    ticket = ask(desk, "Secret words", assignee="ada")
    write_again(desk, ticket, "More secret words")
    await console(pilot).lookout.look()
    await settled(pilot)
    return [each for each in written if each == "\a" or "\x1b]" in each]


@pytest.mark.parametrize(("alert", "written"), [("off", []), ("bell", ["\a"])])
async def test_the_bell_rings_where_it_is_wanted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, alert: str, written: list[str]
) -> None:
    desk.config = Config(console=Console(alert=alert))
    async with opened(desk) as pilot:
        assert await answered(pilot, desk, monkeypatch) == written
        assert ("has an answer" in said(pilot)) == bool(written)


async def test_a_notification_holds_a_number_and_no_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMUX", "VTE_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    desk.config = Config(console=Console(alert="desktop"))
    async with opened(desk) as pilot:
        (sequence,) = await answered(pilot, desk, monkeypatch)
    assert sequence.startswith("\x1b]9;helpterm: #")
    assert "has an answer" in sequence
    assert "ecret" not in sequence


async def test_only_what_is_named_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.config = Config(console=Console(alert="bell", alert_for=("overdue",)))
    async with opened(desk) as pilot:
        assert await answered(pilot, desk, monkeypatch) == []


def test_many_alerts_are_counted() -> None:
    found = [Alert("reply", "1"), Alert("overdue", "2"), Alert("overdue", "3")]
    assert told(found) == "#1 has an answer · 2 of your tickets are overdue"


@pytest.mark.parametrize(
    ("env", "sequence"),
    [
        ({"TERM": "foot"}, "\x1b]777;notify;helpterm;x\x1b\\"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "\x1b]777;notify;helpterm;x\x1b\\"),
        ({"TERM": "xterm-kitty"}, "\x1b]9;helpterm: x\x1b\\"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/t"}, "\x1bPtmux;\x1b\x1b]9;helpterm: x\x1b\x1b\\\x1b\\"),
    ],
)
def test_each_terminal_is_spoken_to_in_its_own_way(env: dict[str, str], sequence: str) -> None:
    assert notification("x", env) == sequence


def test_what_to_be_called_for_is_checked() -> None:
    config, remarks = parse('[console]\nalert = "bell"\nalert_for = ["reply", "reply"]\n', "config.toml")
    assert (config.console.alert_for, remarks) == (("reply",), ())
    with pytest.raises(ConfigError, match=r'line 2.*allowed is a list of "assigned", "reply", "overdue"'):
        parse('[console]\nalert_for = ["replies"]\n', "config.toml")
