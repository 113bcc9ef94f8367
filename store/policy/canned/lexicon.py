"""The boilerplate of five languages: phrases with open slots, and plain words that say nothing about a ticket.

The data stands in `store/policy/lexicon/<language>.txt`, one phrase a line, folded when it is read:

    [stock]
    thank you for (contacting|reaching out to|writing to) (us|our team)
    we will ... as soon as possible

`(a|b|)` is a choice, an empty one makes it optional; `...` is up to four words; `stem*` is a word that begins so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from store.policy.canned.words import Word
from store.text.fold import fold

LANGUAGES = ("en", "de", "fr", "es", "tr")
SECTIONS = ("courtesy", "stock", "plain")

SHORTEST = 11
"""Characters, blanks included, of a stock phrase; fewer say nothing whatever the list says."""

_KEY = 3
"""Letters of its first word by which a phrase is found."""

_PIECE = re.compile(r"\.\.\.|[()|]|[^\W_]+\*?|[#~@]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stock phrase as written, folded; it is compiled when its first word turns up."""

    line: str
    courtesy: bool


@dataclass(frozen=True, slots=True)
class Match:
    """Words `start` to `end` of a sentence are a phrase."""

    start: int
    end: int
    courtesy: bool


@dataclass(slots=True)
class Lexicon:
    """One language's phrases and plain words."""

    language: str
    phrases: dict[str, list[Phrase]] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    _compiled: dict[str, list[tuple[re.Pattern[str], bool]]] = field(default_factory=dict)
    _judged: dict[str, bool] = field(default_factory=dict)

    def is_plain(self, word: str) -> bool:
        """True for a word that could stand in a reply to anybody."""
        known = self._judged.get(word)
        if known is None:
            known = word in self.plain or any(word[:n] in self.stems for n in range(_KEY, len(word) + 1))
            if len(self._judged) < 50_000:
                self._judged[word] = known
        return known

    def matches(self, words: Sequence[Word]) -> list[Match]:
        """The phrases in a sentence, the longest at each place, in order; they may overlap."""
        starts, at = [], 0
        for word in words:
            starts.append(at)
            at += len(word.text) + 1
        row = " ".join(word.text for word in words) + " "
        found: list[Match] = []
        for i, word in enumerate(words):
            ends = [(hit.end(), courtesy) for hit, courtesy in self._hits(word.text[:_KEY], row, starts[i])]
            if ends:
                end, courtesy = max(ends)
                found.append(Match(i, i + row.count(" ", starts[i], end), courtesy))
        return found

    def _hits(self, key: str, row: str, start: int) -> Iterator[tuple[re.Match[str], bool]]:
        for pattern, courtesy in self._patterns(key):
            hit = pattern.match(row, start)
            if hit and (courtesy or hit.end() - start >= SHORTEST):
                yield hit, courtesy

    def _patterns(self, key: str) -> list[tuple[re.Pattern[str], bool]]:
        known = self._compiled.get(key)
        if known is None:
            if key not in self.phrases:
                return []
            known = [(re.compile(_pattern(phrase.line)), phrase.courtesy) for phrase in self.phrases[key]]
            self._compiled[key] = known
        return known


@cache
def lexicons() -> tuple[Lexicon, ...]:
    """All five, read once."""
    return tuple(_load(language) for language in LANGUAGES)


def _load(language: str) -> Lexicon:
    text = resources.files("store.policy").joinpath("lexicon", f"{language}.txt").read_text(encoding="utf-8")
    lexicon = Lexicon(language)
    plain: set[str] = set()
    for section, line in _lines(fold(text)):
        if section == "plain":
            plain.update(line.split())
            continue
        phrase = Phrase(line, section == "courtesy")
        for key in _keys(line):
            lexicon.phrases.setdefault(key, []).append(phrase)
    lexicon.plain = frozenset(word for word in plain if not word.endswith("*"))
    lexicon.stems = frozenset(word[:-1] for word in plain if word.endswith("*"))
    return lexicon


def _lines(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("# "):
            yield section, line


def _pattern(line: str) -> str:
    """The regular expression over words, each followed by one blank."""
    parts = []
    for piece in _PIECE.findall(line):
        if piece == "...":
            parts.append(r"(?:[^ ]+ ){0,4}?")
        elif piece in "()|":
            parts.append("(?:" if piece == "(" else piece)
        elif piece.endswith("*"):
            parts.append(f"{piece[:-1]}[^ ]* ")
        else:
            parts.append(f"{re.escape(piece)} ")
    return "".join(parts)


def _keys(line: str) -> set[str]:
    """The beginnings of all words that the phrase can start with. Raises ValueError for a stem shorter than those."""
    keys: set[str] = set()
    depth, fresh, could_be_empty = 0, True, False
    for piece in map(re.Match.group, _PIECE.finditer(line)):
        if piece == "(":
            depth += 1
        elif piece == "|":
            could_be_empty |= fresh and depth == 1
            fresh = True
        elif piece == ")":
            could_be_empty |= fresh and depth == 1
            depth -= 1
            if depth == 0 and not could_be_empty:
                return keys
            fresh, could_be_empty = True, False
        elif fresh:
            if piece.endswith("*") and len(piece) <= _KEY:
                raise ValueError(f"a phrase cannot begin with so short a stem: {line}")
            keys.add(piece.rstrip("*")[:_KEY])
            fresh = False
            if depth == 0:
                return keys
    return keys
