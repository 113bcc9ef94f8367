"""Text in terminal cells: how wide it is, how it is cut and padded, and how right-to-left words are kept in their column."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # `typing` would take a third of the time to the first picture
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Piece = tuple[str, str]
"""A stretch of a line: its text and its role (`tui.look.colour`)."""

_SIMPLE = "\u0300"
"""Every printable character below takes one cell, but for the soft hyphen, which does not reach the screen."""

_ISOLATE, _POP = "\u2068", "\u2069"
_REORDERS = (
    bool(os.environ.get("VTE_VERSION") or os.environ.get("KONSOLE_VERSION"))
    or os.environ.get("TERM_PROGRAM") == "Apple_Terminal"
    or os.environ.get("TERM", "").startswith("mlterm")
)
"""Terminals that put right-to-left letters into their reading order, and would take a row's neighbours along. Only they are
sent isolates: others draw letters where they are put, and some of them trip over characters of no width."""


_JOINED_EMOJI = r"(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
_UNSURE = f"[\ufe0e\ufe0f\u200b\u2060\ufeff\U0001f3fb-\U0001f3ff]|{_JOINED_EMOJI}|\u200d(?!\\w)"
"""Characters that some terminals add to the emoji before them and others give cells of their own."""


def steady(text: str) -> str:
    """`text` as every terminal agrees to be wide: emoji without skin tones, presentation selectors and joiners."""
    if text.isascii() or max(text) < _SIMPLE:
        return text
    import re

    return re.sub(_UNSURE, "", text)


def width(text: str) -> int:
    """How many cells a line of text takes."""
    if text.isascii() or max(text) < _SIMPLE:
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def head(text: str, cells: int) -> str:
    """The longest beginning that fits; a wide character is not cut in half."""
    if text.isascii() or max(text) < _SIMPLE:
        return text[:cells]
    from rich.cells import set_cell_size

    kept = set_cell_size(text, cells) if width(text) > cells else text
    return kept if text.startswith(kept) else kept[:-1]  # half a wide character became a blank


def cut(text: str, cells: int) -> str:
    """`text` in at most `cells` cells, with an ellipsis where something is missing."""
    if cells <= 0:
        return ""
    if width(text) <= cells:
        return text
    return head(text, cells - 1).rstrip() + "…"


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """`text` in exactly `cells` cells: cut or padded, right-to-left words isolated so that they cannot reorder the row."""
    if len(text) <= cells and (text.isascii() or max(text) < _SIMPLE):
        return text.rjust(cells) if right else text.ljust(cells)
    kept = cut(steady(text), cells)
    padding = " " * (cells - width(kept))
    kept = isolated(kept)
    return padding + kept if right else kept + padding


def isolated(text: str) -> str:
    """`text` between directional isolates (UAX #9), which take no cell, where the terminal would reorder it and its row."""
    return (
        f"{_ISOLATE}{text}{_POP}" if _REORDERS and not text.isascii() and _has_right_to_left(text) else text
    )


def _has_right_to_left(text: str) -> bool:
    return any("\u0590" <= letter <= "\u08ff" or "\ufb1d" <= letter <= "\ufefc" for letter in text)


def total(pieces: Iterable[Piece]) -> int:
    """How many cells pieces take."""
    return sum(width(text) for text, _ in pieces)


def line(left: Sequence[Piece], right: Sequence[Piece], cells: int) -> list[Piece]:
    """A line of exactly `cells` cells: `right` at its end as long as `left` keeps half of it, `left` cut to the rest."""
    room = cells - total(right)
    if room < cells // 2:
        right, room = (), cells
    kept: list[Piece] = []
    for text, role in left:
        text = steady(text)
        short = cut(text, room)
        if short:
            kept.append((isolated(short), role))
        room -= width(short)
        if short != text:
            break
    if room > 0:
        kept.append((" " * room, kept[-1][1] if kept else "text"))
    return [*kept, *right]
