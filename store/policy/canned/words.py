"""Words of folded text, with what differs from customer to customer masked: numbers, links, names of accounts, code."""

from __future__ import annotations

import re
from typing import NamedTuple

NUMBER, LINK, ACCOUNT, CODE = "#", "~", "@", "`"
MASKS = frozenset((NUMBER, LINK, ACCOUNT, CODE))

_TOKEN = re.compile(
    r"(?P<link>(?:https?:)?//[^\s<>\"]+|www\.[^\s<>\"]+)"
    r"|(?P<account>[\w.+\-]{1,64}@[\w\-]+\.[\w.\-]+|@[\w\-]+)"
    r"|(?P<code>`[^`\n]{1,80}`)"
    r"|(?P<word>[^\W_]+)"
)
_LONGEST = 40
"""Letters of a word that are compared; what is longer is no word of a language."""


class Word(NamedTuple):
    """A word or a mask, and where it stands in the folded text."""

    text: str
    start: int
    end: int


def words_in(folded: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words of `folded[start:end]`; words with a digit count as one number, and so do numbers in a row."""
    found: list[Word] = []
    for token in _TOKEN.finditer(folded, start, len(folded) if end is None else end):
        kind, text = token.lastgroup, token[0]
        if kind == "word":
            text = text[:_LONGEST] if text.isalpha() else NUMBER
        else:
            text = LINK if kind == "link" else ACCOUNT if kind == "account" else CODE
        if text == NUMBER and found and found[-1].text == NUMBER:
            found[-1] = Word(NUMBER, found[-1].start, token.end())
        else:
            found.append(Word(text, token.start(), token.end()))
    return found
