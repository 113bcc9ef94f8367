"""What may stand in place of the word that is being typed into a search: operators, and the values that the desk has for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from store.desk import Desk, queue
from store.desk.documents import documents
from store.desk.query import OPERATORS, VIEWS
from store.model import Agent, Channel, Department, Priority, Product, Status

LEAST = 2
"""Letters from which on a word may be the beginning of an operator: one would be guessed at too often."""

_FIXED: Mapping[str, tuple[str, ...]] = {
    "is": VIEWS,
    "status": tuple(Status),
    "priority": tuple(Priority),
    "channel": tuple(Channel),
    "tier": ("1", "2", "3"),
    "before": ("today", "yesterday", "7d", "4w"),
    "after": ("today", "yesterday", "7d", "4w"),
}
_LANGUAGES = ("en", "de", "fr", "es", "tr")
_LAST = re.compile(
    r'(?:^|(?<=\s))(?P<sign>-?)(?:(?P<name>[A-Za-z_]+):(?P<value>"[^"]*|[^\s"]*)|(?P<word>[A-Za-z_]*))$'
)


@dataclass(frozen=True, slots=True)
class Completions:
    """Whole words that may replace what stands from `start` on, the likeliest first. `is_asked_for` after an operator."""

    start: int = 0
    words: tuple[str, ...] = ()
    is_asked_for: bool = False

    def first(self, text: str) -> str:
        """`text` with its last word completed; as it is when there is nothing to add."""
        return text[: self.start] + self.words[0] if self.words else text


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The values that operators may have on this desk, by the operator."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _FIXED)

    def completions(self, text: str, people: tuple[str, ...] = ()) -> Completions:
        """What the word at the end of `text` may become; `people` are addresses that fit what follows `from:`."""
        match = _LAST.search(text)
        if match is None:
            return Completions()
        if match["name"] is None:
            return self._operators(match.start("word"), match["word"].lower())
        name, start = match["name"].lower(), match["value"].removeprefix('"').lower()
        options = people if name == "from" else self.values.get(name, ())
        fitting = [each for each in options if name == "from" or each.lower().startswith(start)]
        words = tuple(f"{name}:{_quoted(each)}" for each in fitting if each.lower() != start)
        return Completions(match.start("name"), words, is_asked_for=True)

    def meant(self, text: str) -> str:
        """The operator that has `text` as its value, with it (`tag:refund`); empty where none has."""
        for name in ("tag", "product", "assignee", "department"):
            for each in self.values.get(name, ()):
                if each.casefold() == text.casefold():
                    return f"{name}:{_quoted(each)}"
        return ""

    def _operators(self, start: int, word: str) -> Completions:
        fitting = (f"{each}:" for each in OPERATORS if len(word) >= LEAST and each.startswith(word))
        return Completions(start, tuple(fitting))

    def operators(self, text: str) -> Completions:
        """Every operator, for a text that ends where a new word begins: asked for with Tab."""
        fresh = not text or text[-1].isspace()
        return (
            Completions(len(text), tuple(f"{each}:" for each in OPERATORS), True) if fresh else Completions()
        )


def vocabulary(desk: Desk) -> Vocabulary:
    """Reads the desk's tags, products, departments, agents and languages."""
    connection = desk.read()
    agents = documents(connection, Agent)
    spoken = dict.fromkeys((*_LANGUAGES, *(language for each in agents for language in each.languages)))
    return Vocabulary(
        {
            **_FIXED,
            "tag": tuple(queue.tags(desk)),
            "product": tuple(each.name for each in documents(connection, Product)),
            "department": tuple(each.name for each in documents(connection, Department)),
            "assignee": ("me", "nobody", *(each.name for each in agents)),
            "lang": tuple(spoken),
        }
    )


def sought_person(text: str) -> str:
    """What follows `from:` at the end of the text; empty when it does not end like that."""
    match = _LAST.search(text)
    is_person = match is not None and (match["name"] or "").lower() == "from"
    return match["value"].removeprefix('"') if match is not None and is_person else ""


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value
