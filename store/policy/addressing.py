"""Whom a reply greets: the customer, spelt as the customer spells it, or somebody else by mistake."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.model import Finding, Severity
from store.policy.courtesy import NOT_NAMES
from store.policy.letter import Letter
from store.policy.reply_parts import Span
from store.text.fold import fold

if TYPE_CHECKING:
    from store.policy.context import TicketContext

MAX_NAME = 40
"""Letters of a name that are compared."""

_NAME = re.compile(r"[^\W\d_][^\W\d_'’]{1,60}")
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"})


def greeting_findings(letter: Letter, context: TicketContext) -> Iterator[Finding]:
    """A misspelt name, or a greeting to somebody who is not in this ticket. Silent where the customer has no name."""
    theirs = _NAME.findall(context.ticket.customer.name)[:8]
    greeted = list(_greeted(letter))
    if not theirs or not greeted or any(_is_spelt(word, name) for word, _ in greeted for name in theirs):
        return
    for word, span in greeted:
        for name in theirs:
            if is_misspelt(word, name):
                yield Finding(
                    "greeting.misspelt",
                    Severity.WARN,
                    f"The customer writes {name}, this greeting says {word}.",
                    "A name is the first thing a customer reads; correct it.",
                    (span,),
                    ({"written": word, "name": name},),
                )
                return
    known = {fold(word) for person in context.people for word in _NAME.findall(person)}
    known |= {fold(word) for word in _NAME.findall(context.said[:20_000]) if word[0].isupper()}
    known |= {fold(word) for word in re.split(r"[^\w]+|\d+", context.ticket.customer.email) if word}
    if not any(fold(word) in known or _is_short_for(word, theirs) for word, _ in greeted):
        yield Finding(
            "greeting.somebody_else",
            Severity.WARN,
            f"This greets {greeted[0][0]}, and the ticket is {context.ticket.customer.name}'s.",
            "Look whether this reply belongs to another ticket, or correct the name.",
            (greeted[0][1],),
            ({"written": greeted[0][0], "name": context.ticket.customer.name},),
        )


def is_misspelt(word: str, name: str) -> bool:
    """True when `word` means `name` but is not spelt like it: other accents, or a slip.

    A slip is one letter, or two in names of seven and more and where only the order is wrong (Clara, Carla).
    """
    if _is_spelt(word, name):
        return False
    one, other = fold(word)[:MAX_NAME], fold(name)[:MAX_NAME]
    if one == other:
        return True
    if other.startswith(one) or one.startswith(other) or len(other) < 4:
        return False  # Chris for Christine is a choice, not a slip
    slips = 2 if len(other) >= 7 or sorted(one) == sorted(other) else 1
    return one[0] == other[0] and distance(one, other) <= slips


def distance(one: str, other: str) -> int:
    """Letters to insert, drop, change or swap with a neighbour to turn one word into the other (optimal alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, right in enumerate(other, start=1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right)))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]


def _greeted(letter: Letter) -> Iterator[tuple[str, Span]]:
    """The names in the greeting: words that begin with a capital and are no titles."""
    if letter.parts.names is None:
        return
    start, end = letter.parts.names
    for match in _NAME.finditer(letter.text[start:end]):
        if match[0][0].isupper() and fold(match[0]) not in NOT_NAMES:
            yield match[0], (start + match.start(), start + match.end())


def _is_spelt(word: str, name: str) -> bool:
    """True when a name is written as its owner writes it, or with ä, ö, ü, ß, å, ø, æ spelt out."""
    one, other = _lower(word), _lower(name)
    return one == other or one.translate(_SPELT_OUT) == other.translate(_SPELT_OUT)


def _lower(word: str) -> str:
    """A name without regard to case, its accents kept; the i's of Turkish and English capitals are one."""
    return unicodedata.normalize("NFC", word.lower().replace("i̇", "i").replace("ı", "i").replace("’", "'"))


def _is_short_for(word: str, names: list[str]) -> bool:
    """True for what may be a short form of one of the names: the same first letter, and shorter."""
    return any(fold(word)[0] == fold(name)[0] and len(word) < len(name) for name in names)
