"""Calling the agent: the terminal's bell, or a notification of the desktop with numbers in it and no words of strangers."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tui.worker import in_thread

if TYPE_CHECKING:
    from store.desk.alerts import Alert, Looked
    from tui.app import HelptermApp

_WORDS = {"assigned": "was given to you", "reply": "has an answer", "overdue": "is overdue"}
_MANY = {
    "assigned": "tickets were given to you",
    "reply": "of your tickets have answers",
    "overdue": "of your tickets are overdue",
}
_BY_777 = ("foot", "rxvt", "vte")
"""Terminals that notify by OSC 777 and not by OSC 9 (iterm2.com/documentation-escape-codes.html)."""


class Alerts:
    """Looks for what concerns the agent whenever the console looks at the desk, unless alerts are off."""

    def __init__(self, console: HelptermApp) -> None:
        self._console = console
        self._looked: Looked | None = None

    async def look(self) -> None:
        """Tells what happened since the last look, by the way that the configuration names."""
        desk = self._console.desk
        if not desk.is_configured or desk.config.console.alert == "off":
            return
        from store.desk import alerts

        if self._looked is None:
            self._looked = await in_thread(alerts.now, desk)
            return
        found, self._looked = await in_thread(alerts.since, desk, self._looked)
        wanted = [each for each in found if each.kind in desk.config.console.alert_for]
        if wanted:
            text = said(wanted)
            self._console.say(text, "warning")
            by_bell = desk.config.console.alert == "bell"
            self._console.write_to_terminal("\a" if by_bell else notification(text, os.environ))


def said(found: Sequence[Alert]) -> str:
    """The alerts in one line: each kind by its ticket, or by how many there are."""
    parts = []
    for kind, words in _WORDS.items():
        numbers = [each.short for each in found if each.kind == kind]
        if len(numbers) == 1:
            parts.append(f"#{numbers[0]} {words}")
        elif numbers:
            parts.append(f"{len(numbers)} {_MANY[kind]}")
    return " · ".join(parts)


def notification(text: str, env: Mapping[str, str]) -> str:
    """What makes the terminal show a notification: OSC 9, or OSC 777 where that is spoken; through tmux, if it lies between."""
    terminal = f"{env.get('TERM', '')} {'vte' if 'VTE_VERSION' in env else ''}".lower()
    by_777 = any(name in terminal for name in _BY_777)
    sequence = f"\x1b]777;notify;helpterm;{text}\x1b\\" if by_777 else f"\x1b]9;helpterm: {text}\x1b\\"
    return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}\x1b\\" if "TMUX" in env else sequence
