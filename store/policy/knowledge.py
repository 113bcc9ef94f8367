"""The knowledge base as the gate uses it: which links fit a ticket, found with the ticket's own words and language."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import log, sqrt

from store.desk.documents import documents
from store.model import Suggestion, Takeaway
from store.policy.links import normal_form, slug_words
from store.policy.terms import counted_terms, terms

BEST = 3
"""Links offered for one ticket."""
MAX_TAKEAWAYS = 20_000
MAX_TEXT = 600
"""Characters of a page's text that are compared; its title and address say the rest."""

_TITLE, _SLUG, _TEXT = 3.0, 2.0, 1.0
_OWN_LANGUAGE, _OTHER_LANGUAGE = 1.25, 0.5
_SHOWN_WORDS = 4
_LANGUAGE_NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "tr": "Turkish"}


@dataclass(frozen=True, slots=True)
class Library:
    """The takeaways of a desk, made ready to be searched: stem → (place of the takeaway, weight of the stem in it)."""

    takeaways: tuple[Takeaway, ...]
    by_url: Mapping[str, Takeaway]
    postings: Mapping[str, tuple[tuple[int, float], ...]]
    lengths: tuple[float, ...]

    def suggest(
        self,
        text: str,
        *,
        language: str = "",
        product: str = "",
        without: Collection[str] = (),
        limit: int = BEST,
    ) -> tuple[Suggestion, ...]:
        """The best links for a ticket's text, best first, each with the words that say so.

        `without` are links in their form for comparing that are not offered (given already, the customer's own).
        Dead links and those of another product never are. Scores lie between 0 and 1.
        """
        said = terms(text)
        scores: dict[int, float] = {}
        met: dict[int, list[tuple[float, float, str]]] = {}
        for stem, word in said.items():
            rows = self.postings.get(stem, ())
            rarity = log(1 + len(self.takeaways) / (1 + len(rows))) + 0.1
            for place, weight in rows:
                scores[place] = scores.get(place, 0.0) + rarity * weight
                met.setdefault(place, []).append((rarity * weight, weight, word))
        ranked = sorted(
            (
                (score * self._fit(place, language, product) / self.lengths[place], place)
                for place, score in scores.items()
            ),
            key=lambda pair: (-pair[0], self.takeaways[pair[1]].url),
        )
        found: list[Suggestion] = []
        for score, place in ranked:
            takeaway = self.takeaways[place]
            if len(found) >= limit or score <= 0:
                break
            if not _is_thin(met[place]) and normal_form(takeaway.url) not in without:
                words = [word for *_, word in sorted(met[place], reverse=True)[:_SHOWN_WORDS]]
                found.append(
                    Suggestion(takeaway, round(score / (score + 1), 3), _because(words, takeaway, language))
                )
        return tuple(found)

    def _fit(self, place: int, language: str, product: str) -> float:
        """A factor for product, language and state of a takeaway; 0 rules it out."""
        takeaway = self.takeaways[place]
        if takeaway.status == "dead" or (takeaway.product and product and takeaway.product != product):
            return 0.0
        if not takeaway.language or not language:
            return 1.0
        return _OWN_LANGUAGE if takeaway.language == language else _OTHER_LANGUAGE


def page_words(takeaway: Takeaway | None, url: str) -> dict[str, str]:
    """The stems that say what a link's page is about: those of its title, or of its address when it is unknown."""
    named = terms(takeaway.title) if takeaway is not None else {}
    return named | terms(" ".join(slug_words(url)))


def build(takeaways: list[Takeaway]) -> Library:
    """Makes takeaways ready to be searched; those behind MAX_TAKEAWAYS are left out."""
    kept = tuple(takeaways[:MAX_TAKEAWAYS])
    postings: dict[str, list[tuple[int, float]]] = {}
    lengths: list[float] = []
    for place, takeaway in enumerate(kept):
        weights: dict[str, float] = {}
        for text, weight in (
            (takeaway.title, _TITLE),
            (" ".join(slug_words(takeaway.url)), _SLUG),
            (takeaway.text[:MAX_TEXT], _TEXT),
        ):
            for stem, times in counted_terms(text).items():
                weights[stem] = max(weights.get(stem, 0.0), weight * (1 + log(times)))
        for stem, value in weights.items():
            postings.setdefault(stem, []).append((place, value))
        lengths.append(sqrt(sum(value * value for value in weights.values())) + 2.0)
    return Library(
        takeaways=kept,
        by_url={normal_form(takeaway.url): takeaway for takeaway in kept},
        postings={stem: tuple(rows) for stem, rows in postings.items()},
        lengths=tuple(lengths),
    )


_built: dict[str, tuple[int, Library]] = {}


def library(connection: sqlite3.Connection) -> Library:
    """The desk's takeaways, ready to be searched; built again only when one of them has changed since."""
    path: str = connection.execute("PRAGMA database_list").fetchone()[2]
    newest: int = connection.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0]
    seen, shelf = _built.get(path, (-1, None))
    if shelf is None or newest < seen or _touched(connection, seen):
        shelf = build(documents(connection, Takeaway))
    if path:
        if len(_built) >= 8 and path not in _built:
            _built.clear()
        _built[path] = (newest, shelf)
    return shelf


def _touched(connection: sqlite3.Connection, since: int) -> bool:
    row = connection.execute(
        "SELECT 1 FROM changes WHERE number > ? AND entity = 'takeaway' LIMIT 1", (since,)
    )
    return row.fetchone() is not None


def _is_thin(met: list[tuple[float, float, str]]) -> bool:
    """True when a page shares nothing but one word of its running text with the ticket."""
    return len(met) == 1 and met[0][1] < _SLUG


def _because(words: list[str], takeaway: Takeaway, language: str) -> str:
    quoted = ", ".join(f"“{word}”" for word in words)
    tongue = ""
    if takeaway.language and takeaway.language == language:
        tongue = f"; it is in {_LANGUAGE_NAMES.get(language, language)} like the ticket"
    elif takeaway.language and language:
        tongue = f"; but it is in {_LANGUAGE_NAMES.get(takeaway.language, takeaway.language)}"
    return f"the ticket speaks of {quoted}{tongue}"
