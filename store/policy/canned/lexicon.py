"""The boilerplate of five languages: phrases with open slots, words of service, and plain words that fit any ticket.

The data stands in `store/policy/lexicon/<language>.txt`, one phrase a line, folded when it is read:

    [stock]
    thank you for (contacting|reaching out to|writing to) (us|our team)
    we will ... as soon as possible

`(a|b|)` is a choice, an empty one makes it optional; `...` is up to four words; `stem*` is a word that begins so.
The sections `service`, `usual` and `plain` list words and stems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources

from store.policy.canned.slips import Speller
from store.policy.canned.words import Word
from store.text.fold import fold

LANGUAGES = ("en", "de", "fr", "es", "tr")
PHRASE_LISTS, WORD_LISTS = ("courtesy", "stock"), ("service", "usual", "plain")

SHORTEST = 11
"""Characters, blanks included, of a stock phrase; fewer say nothing whatever the list says."""

_KEY = 3
"""Letters of its first word by which a phrase is found."""

_MOST_JUDGED = 50_000
"""Words whose answer is remembered; bounds the memory."""

_WORD = re.compile(r"[^\W_]+\*?")
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


class Words(dict[str, bool]):
    """Words and stems of words: `words[word]` says whether a word is one of them, or begins with a stem."""

    def __init__(self, listed: Iterable[str] = ()) -> None:
        super().__init__()
        every = frozenset(listed)
        self.whole = frozenset(word for word in every if not word.endswith("*"))
        self.stems = frozenset(word[:-1] for word in every if word.endswith("*"))

    def __missing__(self, word: str) -> bool:
        known = word in self.whole or any(word[:n] in self.stems for n in range(_KEY, len(word) + 1))
        if len(self) < _MOST_JUDGED:
            self[word] = known
        return known


@dataclass
class Lexicon:
    """One language's phrases and lists of words.

    `plain` could stand in a reply to anybody. Of these, `service` are about helping rather than about the thing, and
    `usual` are what support says as often as others do: we, you, please wait. `everyday` are the plain ones but for
    usual ones such as invoice or parcel, which a reply may well have to mention.
    """

    language: str
    phrases: dict[str, list[Phrase]] = field(default_factory=dict)
    plain: Words = field(default_factory=Words)
    service: Words = field(default_factory=Words)
    usual: Words = field(default_factory=Words)
    everyday: Words = field(default_factory=Words)
    _compiled: dict[str, list[tuple[re.Pattern[str], bool]]] = field(default_factory=dict)
    _meant: tuple[dict[str, str], dict[str, str]] = field(default_factory=lambda: ({}, {}))

    def meant(self, word: str, *, misspelt: bool = False) -> str:
        """The word that was meant where `word` has a slip of the pen in it (see `Speller.meant`); else `word` itself."""
        meant = self._meant[misspelt]
        known = meant.get(word)
        if known is None:
            known = word
            if not (self.plain[word] or self.said[word]):
                known = self._speller.meant(word, misspelt=misspelt) or word
            if len(meant) < _MOST_JUDGED:
                meant[word] = known
        return known

    @cached_property
    def said(self) -> Words:
        """The words of the phrases."""
        lines = {phrase.line for phrases in self.phrases.values() for phrase in phrases}
        return Words(word for line in lines for word in _WORD.findall(line))

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self.plain.whole | self.said.whole, self.plain.stems | self.said.stems)

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
    phrases: dict[str, list[Phrase]] = {}
    words: dict[str, set[str]] = {section: set() for section in WORD_LISTS}
    for section, line in _lines(fold(text)):
        if section in words:
            words[section].update(line.split())
            continue
        phrase = Phrase(line, section == "courtesy")
        for key in _keys(line):
            phrases.setdefault(key, []).append(phrase)
    return Lexicon(
        language,
        phrases,
        plain=Words(set().union(*words.values())),
        service=Words(words["service"]),
        usual=Words(words["usual"]),
        everyday=Words(words["service"] | words["plain"]),
    )


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
