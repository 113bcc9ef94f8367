"""The looks as Textual themes, and their roles as Rich styles for widgets that draw their own lines."""

from __future__ import annotations

from functools import cache, lru_cache

from rich.style import Style
from textual.theme import Theme

from tui.formatting.links import LINK
from tui.look import BOLD, LOOKS, UNDERLINED, Look, colour, look_named

PREFIX = "helpterm-"


def themes() -> list[Theme]:
    """Every look as a theme, called `helpterm-<look>`."""
    return [_theme(name, look) for name, look in LOOKS.items()]


def _theme(name: str, look: Look) -> Theme:
    return Theme(
        name=PREFIX + name,
        primary=look["accent"],
        secondary=look["muted"],
        accent=look["accent"],
        warning=look["warn"],
        error=look["error"],
        success=look["good"],
        foreground=look["text"],
        background=look["background"],
        surface=look["surface"],
        panel=look["surface"],
        dark=name != "light",
        variables={
            "muted": look["muted"],
            "note": look["note"],
            "cursor": look["cursor"],
            "text-muted": look["muted"],
            "block-cursor-background": look["cursor"],
            "block-cursor-foreground": look["text"],
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": look["surface"],
            "block-cursor-blurred-foreground": look["text"],
            "border": look["accent"],
            "border-blurred": look["muted"],
            "scrollbar": look["muted"],
            "scrollbar-background": look["background"],
        },
    )


def style(theme: str, role: str, background: str = "background") -> Style:
    """A role of the look behind a theme as a Rich style, on one of its backgrounds; a link tells the terminal its target."""
    if role.startswith(LINK):
        return _linked(theme, role.removeprefix(LINK), background)
    return _style(theme, role, background)


@lru_cache(maxsize=512)
def _linked(theme: str, address: str, background: str) -> Style:
    """One style for all parts of a link, by which a terminal knows that they belong together."""
    return _style(theme, "link", background) + Style(link=address)


@cache
def _style(theme: str, role: str, background: str) -> Style:
    look = look_named(theme.removeprefix(PREFIX))
    return Style(
        color=colour(look, role), bgcolor=look[background], bold=role in BOLD, underline=role in UNDERLINED
    )
