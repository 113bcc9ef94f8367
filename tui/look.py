"""Colours: three looks, one accent each; what Textual, the list's own lines and the first paint all draw with."""

from __future__ import annotations

Look = dict[str, str]
"""Roles to colours (`#rrggbb`)."""

LOOKS: dict[str, Look] = {
    "dark": {
        "background": "#14161b",
        "surface": "#1e2129",
        "cursor": "#2b3347",
        "text": "#d8dbe2",
        "muted": "#8f97a6",
        "accent": "#82aaff",
        "warn": "#e5b567",
        "error": "#f7838f",
        "good": "#a3cf7a",
        "note": "#262419",
    },
    "light": {
        "background": "#fbfbf8",
        "surface": "#ecece6",
        "cursor": "#d7e4f7",
        "text": "#1f2329",
        "muted": "#5d6470",
        "accent": "#1b58b5",
        "warn": "#7a4d00",
        "error": "#a81d16",
        "good": "#2b651b",
        "note": "#f5eed6",
    },
    "high-contrast": {
        "background": "#000000",
        "surface": "#000000",
        "cursor": "#3a3a3a",
        "text": "#ffffff",
        "muted": "#d4d4d4",
        "accent": "#ffff00",
        "warn": "#ffb84d",
        "error": "#ff8080",
        "good": "#7dff7d",
        "note": "#000000",
    },
}
DEFAULT = "dark"

BOLD = frozenset({"strong", "late", "urgent", "title"})
UNDERLINED = frozenset({"link"})
_COLOURS = {"strong": "text", "title": "accent", "late": "warn", "urgent": "error", "link": "accent"}


def look_named(name: str) -> Look:
    """The look of that name; the default one for a name that is unknown or empty."""
    return LOOKS.get(name, LOOKS[DEFAULT])


def colour(look: Look, role: str) -> str:
    """The colour of a role's letters: a colour's own name, or `strong`, `title`, `late`, `urgent` (bold), `link`."""
    return look[_COLOURS.get(role, role)]
