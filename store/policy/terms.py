"""The words by which texts are compared: folded, without the words that only hold sentences together, cut to a stem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from store.policy.words import sections
from store.text.fold import fold
from store.text.language import LANGUAGES, function_words

STEM = 6
"""Letters kept of a word. Cutting serves five languages alike, Turkish above all (Can et al. 2008 found 5 best there)."""

_WORD = re.compile(r"[^\W_]{3,40}")
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_CODE = re.compile(r"(?!19\d\d$|20\d\d$)\d{3,5}")
"""A number that may name an error (504, 10061): years are none, and longer ones count orders, phones and invoices."""


def terms(text: str, limit: int = 8_000) -> dict[str, str]:
    """The stems of the first `limit` characters, each with the word that it was first met in, in order."""
    found: dict[str, str] = {}
    for stem, word in _stemmed(text, limit):
        found.setdefault(stem, word)
    return found


def counted_terms(text: str, limit: int = 8_000) -> dict[str, int]:
    """The stems of the first `limit` characters and how often each occurs."""
    found: dict[str, int] = {}
    for stem, _ in _stemmed(text, limit):
        found[stem] = found.get(stem, 0) + 1
    return found


@lru_cache(maxsize=32_768)
def is_common(word: str, language: str) -> bool:
    """True for a word that customers of a language use whatever they ask about, with an ending of up to two letters.

    In an unknown language the words of all are common.
    """
    folded, listed = fold(word), _common(language)
    return any(folded[: len(folded) - ending] in listed for ending in range(3 if len(folded) > 5 else 1))


def _stemmed(text: str, limit: int) -> Iterator[tuple[str, str]]:
    for word in _WORD.findall(_NOT_WORDS.sub(" ", text[:limit])):
        stem = _stem(word)
        if stem:
            yield stem, word


@lru_cache(maxsize=32_768)
def _stem(word: str) -> str:
    """The stem of a word or the number itself, or nothing for what says nothing; a plural's s is no part of a stem."""
    folded = fold(word)
    if folded.isdigit():
        return folded if _CODE.fullmatch(folded) else ""
    if folded in _stop():
        return ""
    stem = (folded[1:] if folded.startswith(("email", "eposta")) else folded)[:STEM]
    return stem[:-1] if len(stem) > 3 and stem.endswith("s") else stem


@cache
def _stop() -> frozenset[str]:
    return frozenset().union(*(function_words(language) for language in LANGUAGES))


@cache
def _common(language: str) -> frozenset[str]:
    listed = sections("common")
    return frozenset(listed.get(language) or (word for words in listed.values() for word in words))
