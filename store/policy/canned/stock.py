"""How much of a sentence is boilerplate of the language, and which phrases say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.policy.canned.lexicon import Lexicon, Match, lexicons
from store.policy.canned.words import ACCOUNT, LINK, MASKS, Word

PLAIN_WORTH = 0.5
"""What a plain word beside a phrase counts; a word of the phrase counts 1, any other word 0."""

BRIDGE = 2
"""Most words between two phrases that belong to them."""

LEAST_PHRASE, PHRASE_SHARE = 15, 0.3
"""Letters, and share of the words, that phrases must make up before plain words count; shorter ones say nothing."""

COURTESY_SPECIFIC = 2
"""Most words that are neither phrase nor plain in a courtesy; one that says more is an answer in polite words."""

NEARLY = 0.8
"""Of the plain words that the best language knows, what another must know to be asked as well."""

_FREE = frozenset((LINK, ACCOUNT))
"""Masks that say nothing about a sentence: stock tweets are full of links."""


@dataclass(frozen=True, slots=True)
class Stock:
    """How much of the words is boilerplate, and how much of them courtesies, 0 to 1; `polite` when mostly these.

    `phrases` are spans in words; `specific` is how many words that are not plain stand outside them.
    """

    share: float
    courtesy: float
    polite: bool
    phrases: tuple[tuple[int, int], ...]
    specific: int


NOTHING = Stock(0.0, 0.0, False, (), 0)


def stock_of(words: Sequence[Word], names: frozenset[str] = frozenset()) -> Stock:
    """The boilerplate in one sentence, by the lexicon that explains most of it; `names` count as plain words."""
    found = (_by(lexicon, words, names) for lexicon in languages_of(words))
    return max(found, key=lambda stock: stock.share, default=NOTHING)


def languages_of(words: Sequence[Word]) -> list[Lexicon]:
    """The lexicons worth asking: the one that knows most of the words, and any that knows nearly as many."""
    texts = [word.text for word in words if word.text not in MASKS]
    known = {lexicon.language: sum(map(lexicon.is_plain, texts)) for lexicon in lexicons()}
    most = max(known.values())
    return [lexicon for lexicon in lexicons() if known[lexicon.language] >= NEARLY * most > 0]


def _by(lexicon: Lexicon, words: Sequence[Word], names: frozenset[str]) -> Stock:
    matches = lexicon.matches(words)
    if not matches:
        return NOTHING
    marks = _marked(len(words), matches)
    outside = [
        word.text for word, mark in zip(words, marks, strict=True) if not mark and word.text not in _FREE
    ]
    plain = sum(text in names or lexicon.is_plain(text) for text in outside)
    specific = len(outside) - plain
    inside, total = sum(marks), sum(marks) + len(outside)
    letters = sum(len(word.text) for word, mark in zip(words, marks, strict=True) if mark)
    if inside < total and (letters < LEAST_PHRASE or inside < PHRASE_SHARE * total):
        return Stock(0.0, 0.0, False, _runs(marks), specific)
    courtesy = sum(_marked(len(words), [match for match in matches if match.courtesy]))
    if 2 * courtesy > inside and specific > COURTESY_SPECIFIC:
        return Stock(0.0, 0.0, False, _runs(marks), specific)
    share = (inside + PLAIN_WORTH * plain) / total
    return Stock(share, courtesy / total, 2 * courtesy > inside, _runs(marks), specific)


def _marked(length: int, matches: Sequence[Match]) -> bytearray:
    marks = bytearray(length)
    last = -1
    for match in matches:
        start = last if 0 <= last < match.start <= last + BRIDGE else match.start
        marks[start : match.end] = b"\1" * (match.end - start)
        last = max(last, match.end)
    return marks


def _runs(marks: bytearray) -> tuple[tuple[int, int], ...]:
    runs: list[tuple[int, int]] = []
    for i, mark in enumerate(marks):
        if mark and runs and runs[-1][1] == i:
            runs[-1] = (runs[-1][0], i + 1)
        elif mark:
            runs.append((i, i + 1))
    return tuple(runs)
