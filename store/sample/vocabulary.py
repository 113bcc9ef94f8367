"""What the people of a generated desk say: sentences from `vocabulary.toml`, each worked out once with all that is kept of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.policy.canned.fingerprints import grams, packed, winnowed
from store.policy.canned.reading import read
from store.text.fold import fold

Chance = Callable[[], float]
"""A source of random numbers from 0 up to but not including 1."""

_GAP = re.compile(r"\{(\w+)\}")
_OURS = ("answers", "looked", "leads")
_GAPS = ("page", "symptom", "moment", "place", "cause", "step")
"""What a ticket is about; the words for each stand in the list of that name with an s."""


@dataclass(slots=True)
class Topic:
    """What one conversation is about: for each of `_GAPS` one choice. `turn` grows, so that nobody repeats a sentence."""

    choices: tuple[int, ...]
    turn: int

    def next(self, count: int) -> int:
        """The next of `count` ways to say something."""
        self.turn += 1
        return self.turn % count


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence, how it is searched for, and, if replies say it, how it is remembered (`store.policy.canned`)."""

    text: str
    folded: str
    words: bytes = b""
    grams: frozenset[int] = frozenset()


class _Form:
    """A sentence with gaps; what was said once is remembered."""

    __slots__ = ("_choices", "_given", "_is_ours", "_is_turkish", "_lists", "_said", "_template")

    def __init__(self, template: str, data: dict[str, Any], *, is_ours: bool, is_turkish: bool) -> None:
        gaps = _GAP.findall(template)
        self._template = template
        self._lists: Sequence[Sequence[str]] = [data[f"{gap}s"] for gap in gaps if gap in _GAPS]
        self._choices = [_GAPS.index(gap) for gap in gaps if gap in _GAPS]
        self._given = next((f"{{{gap}}}" for gap in gaps if gap not in _GAPS), "")
        self._is_ours, self._is_turkish = is_ours, is_turkish
        self._said: dict[int | str, Phrase] = {}

    def say(self, topic: Topic) -> Phrase:
        """The sentence about a topic."""
        key = 0
        for choice, options in zip(self._choices, self._lists, strict=True):
            key = key * len(options) + topic.choices[choice]
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = _phrase(self._filled(key), self._is_ours)
        return found

    def say_with(self, words: str) -> Phrase:
        """The sentence with its one gap filled by `words`."""
        found = self._said.get(words)
        if found is None:
            found = self._said[words] = _phrase(self._template.replace(self._given, words), self._is_ours)
        return found

    def _filled(self, key: int) -> str:
        words = []
        for options in reversed(self._lists):
            key, position = divmod(key, len(options))
            words.append(options[position])
        text = _GAP.sub(lambda _: words.pop(), self._template)
        first = "İ" if self._is_turkish and text[0] == "i" else text[0].upper()
        return first + text[1:]


def _phrase(text: str, is_ours: bool) -> Phrase:
    if not is_ours:
        return Phrase(text, fold(text))
    sentences = read(text, trust_quotes=True).counted
    found = frozenset().union(*(winnowed(grams(words)) for words in sentences))
    return Phrase(text, fold(text), packed(sentences)[1:], found)


class Language:
    """The sentences of one language, by what they are for."""

    def __init__(self, name: str, data: dict[str, Any], people: Sequence[str]) -> None:
        self.name = name
        self.dear: str = data["dear"]
        self.first_names = [each.partition(" ")[0] for each in people]
        self.last_names = [each.partition(" ")[2] for each in people]
        self._sizes = [len(data[f"{gap}s"]) for gap in _GAPS]
        self._forms = {
            kind: [_Form(each, data, is_ours=kind in _OURS, is_turkish=name == "tr") for each in data[kind]]
            for kind in (*_OURS, "subjects", "asks", "thanks", "notes")
        }
        self._plain = {kind: [(each, fold(each)) for each in data[kind]] for kind in ("hello", "bye")}

    def topic(self, chance: Chance) -> Topic:
        """Something to talk about."""
        return Topic(tuple([int(chance() * size) for size in self._sizes]), int(chance() * 840))

    def say(self, kind: str, topic: Topic) -> Phrase:
        """A sentence for this purpose."""
        forms = self._forms[kind]
        return forms[topic.next(len(forms))].say(topic)

    def say_with(self, kind: str, words: str, topic: Topic) -> Phrase:
        """A sentence for this purpose about something given: a site, a link."""
        forms = self._forms[kind]
        return forms[topic.next(len(forms))].say_with(words)

    def plain(self, kind: str, topic: Topic) -> tuple[str, str]:
        """A greeting or farewell, and how it is searched for."""
        texts = self._plain[kind]
        return texts[topic.turn % len(texts)]


def languages() -> tuple[dict[str, Language], list[str]]:
    """The languages by name, and the trades that sites are named after."""
    data = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
    people = data.pop("people")
    return {name: Language(name, each, people[name]) for name, each in data.items()}, people["trades"]
