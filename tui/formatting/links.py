"""Links in the text of strangers: found whole, also where a line is broken, and told to the terminal with their true target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tui.formatting.cells import Piece, isolated

_LINK = re.compile(r"https?://[^\s<>\"\x00-\x1f\x7f-\x9f]+")
_AFTER = ".,;:!?)]}'»”"
LINK = "link "
"""A role that begins so names the address to which its piece leads; the terminal is told (OSC 8)."""


def found_in(text: str) -> Iterator[str]:
    """The links of a text in their order, without the punctuation behind them."""
    for match in _LINK.finditer(text):
        yield match[0].rstrip(_AFTER)


def linked(lines: Iterable[str], text: str, role: str) -> Iterator[tuple[Piece, ...]]:
    """`lines`, into which `text` was broken, as pieces: each part of a link leads to all of it."""
    links = list(found_in(text))
    left = ""
    whole = ""
    for line in lines:
        pieces: list[Piece] = []
        at = len(line) - len(line.lstrip(" ")) if left else 0
        part = line[at : at + len(left)]
        if left and not left.startswith(part):
            left = ""
        if left:
            pieces += [(line[:at], role), (part, LINK + whole)]
            at, left = at + len(part), left[len(part) :]
        for match in _LINK.finditer(line, at):
            whole = _whole(match[0].rstrip(_AFTER), links, is_last=match.end() == len(line))
            shown = match[0][: len(whole)]
            pieces += [(isolated(line[at : match.start()]), role), (shown, LINK + whole)]
            at, left = match.start() + len(shown), whole[len(shown) :]
        pieces.append((isolated(line[at:]), role))
        yield tuple(piece for piece in pieces if piece[0])


def _whole(part: str, links: list[str], *, is_last: bool) -> str:
    """The link that a line shows, which goes on in the next one when `part` ends this one; taken from what is left of them."""
    for position, link in enumerate(links):
        if link == part or (is_last and link.startswith(part)):
            del links[: position + 1]
            return link
    return part
