"""What the terminal can do, as far as it says so: size, letters, colours, keys, clipboard. The terminal itself is not asked."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterator, Mapping

from store.checks import Check

LEAST = (80, 24)

_NEW_KEYS = ("kitty", "ghostty", "foot", "wezterm", "alacritty", "rio", "iterm")
"""Terminals known to speak the kitty keyboard protocol (sw.kovidgoyal.net/kitty/keyboard-protocol)."""

_CLIPBOARD = (
    *_NEW_KEYS,
    "xterm",
    "tmux",
    "screen",
    "vscode",
    "windows terminal",
    "contour",
    "konsole",
    "hterm",
)
_NO_CLIPBOARD = ("apple_terminal", "linux", "vte", "dumb")
"""Terminals known to obey, and known not to obey, OSC 52 as they come."""


def terminal_checks(env: Mapping[str, str] = os.environ) -> Iterator[Check]:
    """A check each; without a terminal only what the surroundings tell."""
    yield _size(env)
    yield _letters()
    yield _colours(env)
    yield _keys(env)
    yield _clipboard(env)
    yield _plain(env)


def name_of_terminal(env: Mapping[str, str]) -> str:
    """The program that draws, as far as its variables tell, and what lies between."""
    name = env.get("TERM_PROGRAM") or ("Windows Terminal" if "WT_SESSION" in env else "")
    name = name or ("VTE" if "VTE_VERSION" in env else "") or env.get("TERM", "")
    between = [each for each, variable in (("tmux", "TMUX"), ("ssh", "SSH_CONNECTION")) if variable in env]
    return " in ".join([name or "unknown", *between])


def _size(env: Mapping[str, str]) -> Check:
    if not sys.stdout.isatty():
        return Check("terminal", True, "not a terminal; nothing to look at")
    columns, lines = os.get_terminal_size()
    detail = f"{name_of_terminal(env)}, TERM={env.get('TERM', '')}, {columns}×{lines}"
    if columns < LEAST[0] or lines < LEAST[1]:
        return Check("terminal", False, detail, f"make the window {LEAST[0]}×{LEAST[1]} or larger")
    return Check("terminal", True, detail)


def _letters() -> Check:
    encoding = (sys.stdout.encoding or "unknown").lower()
    if encoding.replace("-", "") != "utf8":
        return Check("letters", False, f"the encoding is {encoding}", "set LANG to a UTF-8 locale")
    return Check("letters", True, f"UTF-8 (locale {locale.setlocale(locale.LC_CTYPE)})")


def _colours(env: Mapping[str, str]) -> Check:
    if "NO_COLOR" in env:
        return Check("colours", True, "none: NO_COLOR is set")
    if env.get("TERM") == "dumb":
        return Check("colours", False, "TERM=dumb shows neither colours nor a screen", "use another terminal")
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return Check("colours", True, "16 million")
    if "256" in env.get("TERM", ""):
        return Check("colours", True, "256; COLORTERM=truecolor gives all, where the terminal can")
    return Check("colours", True, "16, as TERM says; COLORTERM=truecolor gives all, where the terminal can")


def _keys(env: Mapping[str, str]) -> Check:
    if _is_one_of(_NEW_KEYS, env):
        return Check("keyboard", True, "tells every key apart")
    return Check("keyboard", True, "Ctrl+I is Tab and Ctrl+M is Enter here; no command needs them")


def _clipboard(env: Mapping[str, str]) -> Check:
    if _is_one_of(_NO_CLIPBOARD, env):
        return Check(
            "clipboard", True, "this terminal takes nothing (OSC 52); copy with its mouse: Shift and drag"
        )
    if "TMUX" in env:
        return Check("clipboard", True, "through tmux, where `set -g set-clipboard on` is set")
    if _is_one_of(_CLIPBOARD, env):
        return Check("clipboard", True, "by OSC 52, unless the terminal's settings forbid it")
    return Check("clipboard", True, "unknown: `y y` copies by OSC 52, and some terminals ignore that")


def _plain(env: Mapping[str, str]) -> Check:
    how = "`helpterm --plain`, or plain = true under [console]"
    if "SSH_CONNECTION" in env:
        return Check(
            "plain look", True, f"this session is remote: {how} sends few bytes a key over a slow link"
        )
    return Check("plain look", True, f"for screen readers and slow links: {how}")


def _is_one_of(names: tuple[str, ...], env: Mapping[str, str]) -> bool:
    called = f"{env.get('TERM_PROGRAM', '')} {name_of_terminal(env)}".lower()
    return any(name in called for name in names) or any(
        env.get("TERM", "").startswith(name) for name in names
    )
