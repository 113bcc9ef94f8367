"""The words by which texts are compared: folded, without the words that only hold sentences together, cut to a stem."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from store.text.fold import fold
from store.text.language import LANGUAGES, function_words

STEM = 6
"""Letters kept of a word. Cutting serves five languages alike, Turkish above all (Can et al. 2008 found 5 best there)."""

_WORD = re.compile(r"[^\W_]{3,40}")
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")


def terms(text: str, limit: int = 8_000) -> dict[str, str]:
    """The stems of the first `limit` characters, each with the word that it was first met in, in order."""
    found: dict[str, str] = {}
    for word in _WORD.findall(_NOT_WORDS.sub(" ", text[:limit])):
        stem = _stem(word)
        if stem and stem not in found:
            found[stem] = word
    return found


def counted_terms(text: str, limit: int = 8_000) -> dict[str, int]:
    """The stems of the first `limit` characters and how often each occurs."""
    found: dict[str, int] = {}
    for word in _WORD.findall(_NOT_WORDS.sub(" ", text[:limit])):
        stem = _stem(word)
        if stem:
            found[stem] = found.get(stem, 0) + 1
    return found


@lru_cache(maxsize=32_768)
def _stem(word: str) -> str:
    """The stem of a word, or nothing for a word that says nothing."""
    folded = fold(word)
    if folded in _stop() or folded.isdigit():
        return ""
    return folded[:STEM]


@cache
def _stop() -> frozenset[str]:
    return frozenset().union(*(function_words(language) for language in LANGUAGES))
