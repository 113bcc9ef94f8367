"""Different words for one thing: `money back` in a ticket and `refund` in a page mean the same, see `words/synonyms.txt`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources

from store.policy.terms import STEM as USUAL_STEM
from store.text.fold import fold
from store.text.language import LANGUAGES

STEM = {"de": 8}
"""Letters by which words are compared where it is not `store.policy.terms.STEM`: German puts words together."""

LONGEST_STEM = max(USUAL_STEM, *STEM.values())

SHORTEST = 4
"""Letters of a listed word from which on a longer word that begins so is a form of it."""

MARK = "="
"""What a thing's key begins with; no stem of a word does."""

_WORD = re.compile(r"[^\W_]+")
_Said = tuple[str, ...]


def things(text: str, language: str = "", limit: int = 8_000) -> dict[str, str]:
    """The things that the first `limit` characters name, by key, each with the words that name it as they stand there.

    In an unknown language those of all languages; a key begins with MARK and is one language's own.
    """
    words = _WORD.findall(text[:limit])
    stems = [_stem(word, LONGEST_STEM) for word in words]
    sayings = _sayings(language)
    found: dict[str, str] = {}
    for at, stem in enumerate(stems):
        for begins in (stem, *(stem[:length] for length in range(SHORTEST, len(stem)))):
            for said, key in sayings.get(begins, ()):
                if key not in found and _is_said(said, stems[at : at + len(said)]):
                    found[key] = " ".join(words[at : at + len(said)])
    return found


def _is_said(said: _Said, stems: Sequence[str]) -> bool:
    """Whether these are the words; endings may be longer where what is common to all forms is long enough."""
    return len(said) == len(stems) and all(
        stem == begins or (len(begins) >= SHORTEST and stem.startswith(begins))
        for begins, stem in zip(said, stems, strict=True)
    )


def name(key: str) -> str:
    """What a thing is called first in its language's list."""
    return key.partition(":")[2]


@lru_cache(maxsize=32_768)
def _stem(word: str, length: int) -> str:
    stem = fold(word)[:length]
    return stem[:-1] if len(stem) > 3 and stem.endswith("s") else stem


@cache
def _sayings(language: str) -> dict[str, tuple[tuple[_Said, str], ...]]:
    """First stem -> the ways to say something that begin so, each with the thing's key."""
    if language not in LANGUAGES:
        merged: dict[str, tuple[tuple[_Said, str], ...]] = {}
        for each in LANGUAGES:
            for stem, said in _sayings(each).items():
                merged[stem] = merged.get(stem, ()) + said
        return merged
    found: dict[str, list[tuple[_Said, str]]] = {}
    length = STEM.get(language, USUAL_STEM)
    for line in _lines(language):
        ways = [way.strip() for way in line.split(",")]
        for way in ways:
            stems = tuple(_stem(word, length) for word in _WORD.findall(way))
            found.setdefault(stems[0], []).append((stems, f"{MARK}{language}:{ways[0]}"))
    return {stem: tuple(said) for stem, said in found.items()}


def _lines(language: str) -> list[str]:
    text = resources.files("store.policy.words").joinpath("synonyms.txt").read_text(encoding="utf-8")
    _, _, section = text.partition(f"[{language}]\n")
    lines = section.partition("\n[")[0].splitlines()
    return [line for line in lines if line and not line.startswith("#")]
