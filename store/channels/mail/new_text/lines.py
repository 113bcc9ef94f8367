"""A mail body as lines with offsets and quote depth. No language here, only shape."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import NamedTuple

LONGEST = 2_000  # code points: a longer line is prose or data, never an attribution, label or signature
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\ufeff\u00ad\r"))
_QUOTE = re.compile(r"[ \t\xa0]{0,8}(?:>[ \t\xa0]?)+")
_COMPARED = re.compile(r">=? ?[$€£]?\d")
_INITIALS = re.compile(r"[ \t]?([A-Z]{1,2})>(?=[ \t>]|$)")
_INITIALS_SOMEWHERE = re.compile(r"^[ \t]?[A-Z]{1,2}>", re.MULTILINE)
_OPEN_ADDRESS = re.compile(r"<[^\s<>]*$")
_CLOSES_ADDRESS = re.compile(r">+[^<>]{0,40}[:：]\s*$")
_DOTLESS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "’": "'", "‘": "'", "`": "'"})


class Line(NamedTuple):
    """One line: `body[start:end]` is its text, `after` where the next one starts; `depth` counts `>`."""

    start: int
    end: int
    after: int
    text: str
    depth: int

    @property
    def blank(self) -> bool:
        """Nothing to read; a line of `>` alone is not blank but an empty quote."""
        return not self.text


_NEW_LINE = partial(tuple.__new__, Line)  # what `Line(…)` does, in half the time


def plain(text: str) -> str:
    """`text` for comparing: lower case, no accents, İ and ı as i, spaces as one; never for showing."""
    if text.isascii():
        return " ".join(text[:LONGEST].lower().replace("`", "'").split())
    folded = unicodedata.normalize("NFKD", text[:LONGEST].translate(_INVISIBLE)).casefold()
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(bare.translate(_DOTLESS).split())


def unquoted(text: str) -> str:
    """`text` without its `>` marks."""
    match = _QUOTE.match(text)
    return text[match.end() :] if match else text


def split(body: str) -> list[Line]:
    """The lines of `body`, split at `\\n` only, so that offsets stay those of `body`."""
    lines: list[Line] = []
    new, start, size, before = _NEW_LINE, 0, len(body), ""
    for raw in body.split("\n"):
        end = start + len(raw)
        text = raw.rstrip()
        if text and not text.isascii() and not text.translate(_INVISIBLE).strip():
            text = ""
        depth = _depth(text, before) if ">" in text[:9] else 0
        lines.append(new((start, end, end + 1 if end < size else size, text, depth)))
        start, before = end + 1, text
    return _with_initials(lines) if _INITIALS_SOMEWHERE.search(body) else lines


def _depth(text: str, before: str) -> int:
    match = _QUOTE.match(text)
    if not match:
        return 0
    if text[-1] not in ":：<" and (match.end() > 2 or text[2:3].isalpha()):
        return match.group().count(">")  # most quoted lines; none of the exceptions below is like this
    if (
        text[-1] in ":："
        and _CLOSES_ADDRESS.fullmatch(text)
        and (before.startswith("mailto:") or _opens_address(before))
    ):
        return 0  # `…<someone@example.org` broken before its `>:`
    if text.startswith(">From ") and not _QUOTE.match(before):
        return 0  # an mbox file marks this word at the start of any line
    if _COMPARED.match(text) and not _QUOTE.match(before):
        return 0  # `>100: € 75` in a list
    if text.endswith("<<<"):
        return 0  # `>>> look here <<<` is an ornament
    return match.group().count(">")


def _opens_address(text: str) -> bool:
    return bool(_OPEN_ADDRESS.search(text[-200:]))


def _with_initials(lines: list[Line]) -> list[Line]:
    """Quotes marked with initials (`JD> …`): two or more lines running with the same ones."""
    previous = ""
    for index, line in enumerate(lines):
        match = _INITIALS.match(line.text) if ">" in line.text[:5] else None
        initials = match.group(1) if match else ""
        if initials and initials == previous and initials != "PS":
            for back in (index - 1, index):
                old = lines[back]
                lines[back] = Line(old.start, old.end, old.after, old.text, max(1, old.depth))
        previous = initials
    return lines
