"""Which of the desk's languages a text is in: a small offline detector that abstains when it cannot know.

Two kinds of evidence, both counted from the readable files in `languages/`: the short words that hold
sentences together, and letter patterns (trigrams) of ordinary prose for the words in between. Code, links and
addresses are not looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from math import exp, log

from store.text.fold import fold

LANGUAGES = ("en", "de", "fr", "es", "tr")
"""The languages that a desk can tell apart, and that its rules and lists are written in."""

MAX_CHARS = 20_000
"""Only so much of a text is read: more would not change the answer."""
MAX_WORDS = 400

_ENOUGH = 2.0
"""Evidence, in words that clearly belong to one language, below which a text is too short to tell."""
_CLEAR = 0.5
"""The share of all evidence that the best language must hold."""
_ENOUGH_UNMIXED = 1.2
_UNMIXED = 0.8
"""Where nearly all evidence (this share) agrees, less of it is enough."""
_OTHERS_LEAD = 1.25
"""How far a language the desk does not speak must lead before a text counts as one of its own."""
_PATTERN_WEIGHT = 0.5
"""What a word known only by its letters counts, against 1 for a word of the lists."""

_NOT_PROSE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]{1,500}`|(?<!\S)[^\s/\\_=<>{}$#@`]*[/\\_=<>{}$#@]\S*", re.DOTALL
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class _Profiles:
    """The lists and patterns of every language: word → languages, trigram → log-probability by language."""

    words: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, tuple[float, ...]]
    unseen: tuple[float, ...]


def detect(text: str) -> str | None:
    """The language of `text` (`en`, `de`, `fr`, `es`, `tr`), or None when too short, mixed, or none of
    these.
    """
    found, total, others = _evidence(text)
    best = max(LANGUAGES, key=lambda language: found[language])
    enough = _ENOUGH_UNMIXED if found[best] >= _UNMIXED * total else _ENOUGH
    if found[best] < enough or found[best] < _CLEAR * total or others > _OTHERS_LEAD * found[best]:
        return None
    return best


def scores(text: str) -> dict[str, float]:
    """The share of the evidence, 0 to 1, for each of the desk's languages; all 0 when there is none."""
    found, total, _ = _evidence(text)
    return {language: found[language] / total if total else 0.0 for language in LANGUAGES}


def function_words(language: str) -> frozenset[str]:
    """The words that hold sentences together, lower case, with and without accents; none if unknown."""
    return _stop_words().get(language, frozenset())


def _evidence(text: str) -> tuple[dict[str, float], float, float]:
    """Evidence for each language, all of it, and that of the strongest language the desk does not speak."""
    found = [0.0] * len(LANGUAGES)
    others: dict[str, float] = {}
    total = 0.0
    for word in _words(text):
        weight, shares, elsewhere = _word_evidence(word)
        total += weight
        for i, share in enumerate(shares):
            found[i] += share
        for language, share in elsewhere:
            others[language] = others.get(language, 0.0) + share
    return dict(zip(LANGUAGES, found, strict=True)), total, max(others.values(), default=0.0)


@lru_cache(maxsize=8_192)
def _word_evidence(word: str) -> tuple[float, tuple[float, ...], tuple[tuple[str, float], ...]]:
    """What a word weighs, its share for each of the desk's languages, and those of languages it does not speak."""
    profiles = _profiles()
    owners = profiles.words.get(word) or profiles.words.get(fold(word), ())
    if owners:  # a word of another language alone weighs too: it speaks against all of ours
        count = sum(owner in LANGUAGES for owner in owners)
        shares = tuple(1 / count if language in owners else 0.0 for language in LANGUAGES) if count else ()
        return 1.0, shares, tuple((owner, 1 / (1 + count)) for owner in owners if owner not in LANGUAGES)
    if len(word) <= 3:
        return 0.0, (), ()
    return _PATTERN_WEIGHT, tuple(_PATTERN_WEIGHT * share for share in _by_letters(word[:30])), ()


def _words(text: str) -> Iterator[str]:
    prose = _NOT_PROSE.sub(" ", text[:MAX_CHARS])
    for count, match in enumerate(_WORD.finditer(prose)):
        if count >= MAX_WORDS:
            return
        yield unicodedata.normalize("NFC", match[0].replace("İ", "i").lower().replace("’", "'"))


def _by_letters(word: str) -> tuple[float, ...]:
    """How the letters of `word` share its weight among the languages; nothing for an unknown script."""
    profiles = _profiles()
    sums = [0.0] * len(LANGUAGES)
    known = False
    for pattern in _patterns(word):
        row = profiles.patterns.get(pattern)
        known = known or row is not None
        for i, value in enumerate(row or profiles.unseen):
            sums[i] += value
    if not known:
        return (0.0,) * len(LANGUAGES)
    top = max(sums)
    weights = [exp(value - top) for value in sums]
    whole = sum(weights)
    return tuple(weight / whole for weight in weights)


def _patterns(word: str) -> Iterator[str]:
    padded = f" {word} "
    return (padded[i : i + 3] for i in range(len(padded) - 2))


@cache
def _profiles() -> _Profiles:
    words: dict[str, list[str]] = {}
    counts: list[dict[str, int]] = []
    for language in LANGUAGES:
        listed, prose = _read(language)
        _own(words, language, listed)
        counted: dict[str, int] = {}
        for match in _WORD.finditer(" ".join([prose, *listed])):
            for pattern in _patterns(match[0].replace("İ", "i").lower().replace("’", "'")):
                counted[pattern] = counted.get(pattern, 0) + 1
        counts.append(counted)
    for line in _lines("others"):
        language, _, listed_words = line.partition(":")
        _own(words, language, listed_words.split())
    seen = set().union(*counts)
    wholes = [sum(counted.values()) + len(seen) for counted in counts]
    patterns = {
        pattern: tuple(
            log((counted.get(pattern, 0) + 1) / whole) for counted, whole in zip(counts, wholes, strict=True)
        )
        for pattern in seen
    }
    return _Profiles(
        words={word: tuple(owners) for word, owners in words.items()},
        patterns=patterns,
        unseen=tuple(log(1 / whole) for whole in wholes),
    )


def _own(words: dict[str, list[str]], language: str, listed: list[str]) -> None:
    """Note that `language` uses the words, also as people type them without accents."""
    for word in listed:
        for form in {word, fold(word)}:
            owners = words.setdefault(form, [])
            if language not in owners:
                owners.append(language)


@cache
def _stop_words() -> dict[str, frozenset[str]]:
    return {
        language: frozenset(form for word in _read(language)[0] for form in (word, fold(word)))
        for language in LANGUAGES
    }


def _read(language: str) -> tuple[list[str], str]:
    """The word list and the prose of a language's file."""
    lines = _lines(language)
    divide = lines.index("--")
    return " ".join(lines[:divide]).split(), " ".join(lines[divide + 1 :])


def _lines(name: str) -> list[str]:
    text = resources.files("store.text").joinpath("languages", f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
