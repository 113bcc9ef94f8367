"""The knowledge base as the gate uses it: which links fit a ticket, found with the ticket's own words and language."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log, sqrt
from typing import NamedTuple

from store.desk.documents import documents
from store.model import Agent, Product, Suggestion, Takeaway
from store.policy.links import normal_form, slug_words
from store.policy.synonyms import MARK, name, things
from store.policy.terms import counted_terms, is_common, terms

BEST = 3
"""Links offered for one ticket."""
MAX_TAKEAWAYS = 20_000
MAX_TEXT = 600
"""Characters of a page's text that are compared; its title and address say the rest."""

ENOUGH = 3.2
"""The weight of the shared words below which a page is not offered: a little more than one rare word of its title."""
ENOUGH_ABROAD = 6.0
"""The same for at least two words shared with a page in another language, offered only where none in the own would be."""

WORTH = 0.5
"""The share of the best page's fit below which a further one is not worth offering."""
EVERYWHERE = 1 / 3
"""The share of the pages of one product and language from which a word tells none of them apart."""

OTHER_WORD = 0.8
"""What a page's word is worth that the ticket has another word for (see `synonyms`)."""

_TITLE, _SLUG, _TEXT = 3.0, 2.0, 1.0
_IN_SUBJECT = 1.5
_NO_LANGUAGE = 0.8
_SHOWN_WORDS = 4
_LANGUAGE_NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "tr": "Turkish"}


class _Shared(NamedTuple):
    """A word that a ticket and a page share: what it weighs in the page, and whether it stands in the subject.

    `thing` is what the word names, where the page has another word for it.
    """

    weight: float
    in_subject: bool
    word: str
    thing: str = ""

    @property
    def quoted(self) -> str:
        """The word as a reason shows it."""
        return f"“{self.word}”" + (f" (“{self.thing}”)" if self.thing else "")


@dataclass(frozen=True, slots=True)
class Library:
    """The takeaways of a desk, made ready to be searched: stem → (place of the takeaway, weight of the stem in it).

    A weight is what the word says about the page (title 3, address 2, text 1, added up), times its rarity among the pages of
    the same product and language: 1 for a word that one page has, near 0 for one that all have.
    """

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
        """The best links for a ticket's text, best first, each with the words that say so; fewer where too little is shared.

        The first line of `text` is the subject, whose words weigh half as much again. `without` are links in their form for
        comparing that are not offered (given already, the customer's own). Dead links and those of another product never
        are, and those in another language only when no page in the customer's own fits. Scores lie between 0 and 1.
        """
        met = self._met(text, language)
        fitting = [place for place in met if self._may_be_offered(place, product)]
        chosen = [
            place
            for place in fitting
            if _is_enough(met[place]) and _is_read(self.takeaways[place].language, language)
        ] or [place for place in fitting if len(met[place]) > 1 and _weight(met[place]) >= ENOUGH_ABROAD]
        fits = {place: self._fit(place, met[place], language) for place in chosen}
        worth = max(fits.values(), default=0.0) * WORTH
        ranked = sorted(
            (place for place in chosen if fits[place] >= worth),
            key=lambda place: (-fits[place], self.takeaways[place].url),
        )
        wanted = (place for place in ranked if normal_form(self.takeaways[place].url) not in without)
        return tuple(
            Suggestion(
                self.takeaways[place],
                round(fits[place] / (fits[place] + 1), 3),
                _because(met[place], self.takeaways[place], language),
            )
            for place in islice(wanted, limit)
        )

    def _met(self, text: str, language: str) -> dict[int, list[_Shared]]:
        """The telling words that a text shares with each page, or has another word for."""
        line = text.partition("\n")[0]
        subject = terms(line).keys() | things(line, language).keys()
        met: dict[int, list[_Shared]] = {}
        for stem, word in terms(text).items():
            rows = self.postings.get(stem, ())
            if rows and not is_common(word, language):
                for place, weight in rows:
                    met.setdefault(place, []).append(_Shared(weight, stem in subject, word))
        for key, words in things(text, language).items():
            if " " in words or not is_common(words, language):
                for place, weight in self.postings.get(key, ()):
                    shared = met.setdefault(place, [])
                    if not any(each.word in words for each in shared):
                        shared.append(_Shared(weight, key in subject, words, name(key)))
        return met

    def _may_be_offered(self, place: int, product: str) -> bool:
        takeaway = self.takeaways[place]
        return takeaway.status != "dead" and (not product or takeaway.product in ("", product))

    def _fit(self, place: int, shared: Sequence[_Shared], language: str) -> float:
        """How well a page fits, from 0 up: what it shares with the ticket, for its length."""
        known = not language or self.takeaways[place].language
        return _weight(shared) / self.lengths[place] * (1.0 if known else _NO_LANGUAGE)


def page_words(takeaway: Takeaway | None, url: str) -> dict[str, str]:
    """The stems that say what a link's page is about: those of its title, or of its address when it is unknown."""
    named = terms(takeaway.title) if takeaway is not None else {}
    return named | terms(" ".join(slug_words(url)))


def build(takeaways: Sequence[Takeaway], names: Collection[str] = ()) -> Library:
    """Makes takeaways ready to be searched; those behind MAX_TAKEAWAYS are left out.

    `names` are those of products and of the team: they stand everywhere and say nothing about a page.
    """
    kept = tuple(takeaways[:MAX_TAKEAWAYS])
    unsaid = terms(" ".join(names))
    pages = [_weights(takeaway, unsaid) for takeaway in kept]
    shelves = [(takeaway.product, takeaway.language) for takeaway in kept]
    sizes = Counter(shelves)
    holders = Counter((shelf, stem) for shelf, page in zip(shelves, pages, strict=True) for stem in page)
    postings: dict[str, list[tuple[int, float]]] = {}
    for place, (shelf, page) in enumerate(zip(shelves, pages, strict=True)):
        for stem, value in page.items():
            of, having = sizes[shelf], holders[shelf, stem]
            if having <= max(3, EVERYWHERE * of):
                postings.setdefault(stem, []).append((place, value * _rarity(of, having)))
    return Library(
        takeaways=kept,
        by_url={normal_form(takeaway.url): takeaway for takeaway in kept},
        postings={stem: tuple(rows) for stem, rows in postings.items()},
        lengths=tuple(_length(page) for page in pages),
    )


def _weights(takeaway: Takeaway, unsaid: Container[str]) -> dict[str, float]:
    """What each word says about a page, and each thing that it names."""
    weights: dict[str, float] = {}
    address = normal_form(takeaway.url).partition("/")[2].replace("_", " ")
    for text, spelt, weight in (
        (takeaway.title, takeaway.title, _TITLE),
        (" ".join(slug_words(takeaway.url)), address, _SLUG),
        (takeaway.text[:MAX_TEXT], takeaway.text[:MAX_TEXT], _TEXT),
    ):
        for stem, times in counted_terms(text).items():
            if stem not in unsaid:
                weights[stem] = weights.get(stem, 0.0) + weight * (1 + log(times))
        for key in things(spelt, takeaway.language):
            weights[key] = weights.get(key, 0.0) + weight * OTHER_WORD
    return weights


def _length(page: Mapping[str, float]) -> float:
    """How much a page says; what it names is said by its words already."""
    return sqrt(sum(value * value for stem, value in page.items() if not stem.startswith(MARK))) + 2.0


def _rarity(pages: int, holders: int) -> float:
    """Inverse document frequency, smoothed for small shelves, from 1 (one page has the word) down to near 0 (all have)."""
    return log((pages + 5) / (holders + 1)) / log((pages + 5) / 2)


_built: dict[str, tuple[int, Library]] = {}


def library(connection: sqlite3.Connection) -> Library:
    """The desk's takeaways, ready to be searched; built again only when one of them has changed since."""
    path: str = connection.execute("PRAGMA database_list").fetchone()[2]
    newest: int = connection.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0]
    seen, shelf = _built.get(path, (-1, None))
    if shelf is None or newest < seen or _touched(connection, seen):
        shelf = build(documents(connection, Takeaway), _names(connection))
    if path:
        if len(_built) >= 8 and path not in _built:
            _built.clear()
        _built[path] = (newest, shelf)
    return shelf


def _names(connection: sqlite3.Connection) -> list[str]:
    """What the products are called, and who answers."""
    agents = documents(connection, Agent)
    return [product.name for product in documents(connection, Product)] + [
        name for agent in agents for name in (agent.name, agent.full_name)
    ]


def _touched(connection: sqlite3.Connection, since: int) -> bool:
    row = connection.execute(
        "SELECT 1 FROM changes WHERE number > ? AND entity IN ('takeaway', 'product', 'agent') LIMIT 1",
        (since,),
    )
    return row.fetchone() is not None


def _is_read(page: str, customer: str) -> bool:
    """True when the customer reads the page's language, or one of the two is not known."""
    return not page or not customer or page == customer


def _weight(shared: Sequence[_Shared]) -> float:
    return sum(each.weight * (_IN_SUBJECT if each.in_subject else 1.0) for each in shared)


def _is_enough(shared: Sequence[_Shared]) -> bool:
    """True when the shared words weigh enough; a single one must be what the page is about, and not just in its title."""
    return _weight(shared) >= ENOUGH and (len(shared) > 1 or shared[0].weight > _TITLE)


def _because(shared: Sequence[_Shared], takeaway: Takeaway, language: str) -> str:
    best = sorted(shared, key=lambda each: -each.weight)[:_SHOWN_WORDS]
    quoted = ", ".join(each.quoted for each in best)
    tongue = ""
    if takeaway.language and takeaway.language == language:
        tongue = f"; it is in {_LANGUAGE_NAMES.get(language, language)} like the ticket"
    elif takeaway.language and language:
        tongue = f"; but it is in {_LANGUAGE_NAMES.get(takeaway.language, takeaway.language)}"
    return f"the ticket speaks of {quoted}{tongue}"
