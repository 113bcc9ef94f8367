"""Sets of keys for hands that learned elsewhere; each names only what differs from the commands' own defaults.

`gmail` follows the web mail's shortcuts, `aerc` the terminal mail reader's. What neither of them has keeps its key.
"""

from __future__ import annotations

from collections.abc import Mapping

GMAIL: Mapping[str, str] = {
    "ticket.open": "enter, o, right",
    "ticket.tag": "l",
    "ticket.snooze": "b",
    "ticket.wake": "B",
    "ticket.priority": "+",
    "view.open": "g i",
    "view.snoozed": "g b",
}
AERC: Mapping[str, str] = {
    "move.page-down": "ctrl+f, ctrl+d, space, pagedown",
    "move.page-up": "ctrl+b, ctrl+u, pageup",
    "go.back": "q, u, escape, left",
    "quit.queue": "Q",
    "read.folds": "tab, H",
    "ticket.wake": "W",
    "shift.start": "w s",
    "ticket.next": "J, ]",
    "ticket.previous": "K, [",
    "ticket.reply": "r r, r q",
    "ticket.close": "a",
    "ticket.take": "T",
    "select.toggle": "v",
    "select.all": "V, * a",
    "ticket.move": "m",
}

PROFILES: Mapping[str, Mapping[str, str]] = {"agent": {}, "gmail": GMAIL, "aerc": AERC}


def profile(name: str) -> Mapping[str, str]:
    """The keys of a profile, by command; the default one for a name that is unknown or empty."""
    return PROFILES.get(name, {})
