"""How much of a sentence is boilerplate of the language, and which phrases say so.

A sentence is boilerplate by its phrases, or by its tone: words of service, and none that could only mean this ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from store.policy.canned.lexicon import Lexicon, Match, lexicons
from store.policy.canned.slips import SHORTEST_OF_ALL
from store.policy.canned.words import ACCOUNT, LINK, MASKS, Word

STOCK_FROM = 0.5
"""Share of a sentence's words from which on the whole sentence counts as stock."""

PLAIN_WORTH = 0.5
"""What a plain word beside a phrase counts; a word of the phrase counts 1, any other word 0."""

SPECIFIC_COST = 0.5
"""What a word that is not plain takes away."""

BRIDGE = 2
"""Most words between two phrases that belong to them."""

LEAST_PHRASE, PHRASE_SHARE = 15, 0.3
"""Letters, and share of the words, that phrases must make up before plain words count; shorter ones say nothing."""

COURTESY_SPECIFIC = 2
"""Most words that are neither phrase nor plain in a courtesy; one that says more is an answer in polite words."""

TONE, LEAST_TONE, USUAL_WORTH = 0.2, 1.5, 0.4
"""Share of a sentence's words, and how many, that must be of service for its tone to tell; and what a usual one counts."""

TONE_WORTH = 0.9
"""What a word of a sentence counts that is boilerplate by its tone only."""

SHORTEST_TONE, SPECIFIC_PER, SPECIFIC_PER_MISSPELT = 3, 10, 6
"""Words of a sentence that has a tone; and how many of its words allow one that is not plain."""

LEAST_TONED = 13
"""Words of sentences that are boilerplate by tone only from which on they need no stock phrase beside them."""

SLIPS, LEAST_SLIPS = 0.07, 2
"""Share of a reply's words, and how many, that look misspelt for all of it to be read as what was meant."""

NEARLY = 0.8
"""Of the plain words that the best language knows, what another must know to be asked as well."""

_FREE = frozenset((LINK, ACCOUNT))
"""Masks that say nothing about a sentence: stock tweets are full of links."""


@dataclass(frozen=True, slots=True)
class Stock:
    """How much of the words is boilerplate, and how much of them courtesies, 0 to 1; `polite` when mostly these.

    `phrases` are spans in words; `specific` is how many words that are not plain stand outside them. `general` says that
    none of the words could only mean this ticket, or as good as none; `toned` that this makes it boilerplate, no phrase.
    """

    share: float
    courtesy: float
    polite: bool
    phrases: tuple[tuple[int, int], ...]
    specific: int
    general: bool = False
    toned: bool = False


NOTHING = Stock(0.0, 0.0, False, (), 0)


def stocks_of(sentences: Sequence[Sequence[Word]], names: frozenset[str] = frozenset()) -> list[Stock]:
    """The boilerplate in each sentence, by the lexicon that explains most of it; `names` count as plain words.

    Where many words of the reply are one slip of the pen away from such as boilerplate is made of, they are taken for
    these; a single one may well be another word.
    """
    asked = [languages_of(words) for words in sentences]
    slips = sum(
        min((_slips(words, lexicon) for lexicon in lexicons), default=0)
        for words, lexicons in zip(sentences, asked, strict=True)
    )
    misspelt = slips >= max(LEAST_SLIPS, SLIPS * sum(map(len, sentences)))
    found = [
        _best(words, lexicons, names, misspelt) for words, lexicons in zip(sentences, asked, strict=True)
    ]
    if _tone_tells(sentences, found):
        return found
    return [NOTHING if stock.toned else stock for stock in found]


def _tone_tells(sentences: Sequence[Sequence[Word]], found: Sequence[Stock]) -> bool:
    """Whether tone alone may make a sentence stock: where phrases say so elsewhere, or where there is much of it."""
    toned = sum(len(words) for words, stock in zip(sentences, found, strict=True) if stock.toned)
    return toned >= LEAST_TONED or any(stock.share >= STOCK_FROM and not stock.toned for stock in found)


def _slips(words: Sequence[Word], lexicon: Lexicon) -> int:
    return sum(word.text not in MASKS and lexicon.meant(word.text) != word.text for word in words)


def _best(words: Sequence[Word], asked: Sequence[Lexicon], names: frozenset[str], misspelt: bool) -> Stock:
    found = (
        _by(lexicon, _mended(words, lexicon) if misspelt else words, names, misspelt) for lexicon in asked
    )
    return max(found, key=lambda stock: (stock.share, stock.general), default=NOTHING)


def _mended(words: Sequence[Word], lexicon: Lexicon) -> list[Word]:
    return [
        word if word.text in MASKS else word._replace(text=lexicon.meant(word.text, misspelt=True))
        for word in words
    ]


def languages_of(words: Sequence[Word]) -> list[Lexicon]:
    """The lexicons worth asking: the one that knows most of the words, and any that knows nearly as many."""
    texts = [word.text for word in words if word.text not in MASKS]
    known = {lexicon.language: sum(map(lexicon.plain.__getitem__, texts)) for lexicon in lexicons()}
    most = max(known.values())
    return [lexicon for lexicon in lexicons() if known[lexicon.language] >= NEARLY * most > 0]


def _by(lexicon: Lexicon, words: Sequence[Word], names: frozenset[str], misspelt: bool) -> Stock:
    texts = [word.text for word in words if word.text not in _FREE]
    shortest = SHORTEST_OF_ALL if misspelt else 2
    plain = sum(_says_nothing(text, lexicon, names, shortest) for text in texts)
    found = _by_phrases(lexicon, words, names)
    if (len(texts) - plain) * (SPECIFIC_PER_MISSPELT if misspelt else SPECIFIC_PER) > len(texts):
        return found
    if found.share < STOCK_FROM and _of_service(lexicon, texts):
        share = max(STOCK_FROM, TONE_WORTH * plain / len(texts))
        return Stock(share, 0.0, False, (), found.specific, general=True, toned=True)
    return replace(found, general=True)


def _says_nothing(text: str, lexicon: Lexicon, names: frozenset[str], shortest: int) -> bool:
    return (len(text) < shortest and text not in MASKS) or text in names or lexicon.plain[text]


def _of_service(lexicon: Lexicon, texts: Sequence[str]) -> bool:
    """Whether a sentence without a word of its own is about helping; a usual word alone does not say so."""
    service = sum(map(lexicon.service.__getitem__, texts))
    usual = sum(lexicon.usual[text] and not lexicon.service[text] for text in texts)
    least = max(LEAST_TONE, TONE * len(texts))
    return len(texts) >= SHORTEST_TONE and service > 0 and service + USUAL_WORTH * usual >= least


def _by_phrases(lexicon: Lexicon, words: Sequence[Word], names: frozenset[str]) -> Stock:
    matches = lexicon.matches(words)
    if not matches:
        return NOTHING
    marks = _marked(len(words), matches)
    outside = [
        word.text for word, mark in zip(words, marks, strict=True) if not mark and word.text not in _FREE
    ]
    plain = sum(text in names or lexicon.plain[text] for text in outside)
    specific = len(outside) - plain
    inside, total = sum(marks), sum(marks) + len(outside)
    letters = sum(len(word.text) for word, mark in zip(words, marks, strict=True) if mark)
    if inside < total and (letters < LEAST_PHRASE or inside < PHRASE_SHARE * total):
        return Stock(0.0, 0.0, False, _runs(marks), specific)
    courtesy = sum(_marked(len(words), [match for match in matches if match.courtesy]))
    if 2 * courtesy > inside and specific > COURTESY_SPECIFIC:
        return Stock(0.0, 0.0, False, _runs(marks), specific)
    share = max(0.0, inside + PLAIN_WORTH * plain - SPECIFIC_COST * specific) / total
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
