"""The customers of a generated desk: as many as are wanted, none of them stored; a number is enough to know one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from store.desk.transaction import customer_for
from store.sample.vocabulary import Language
from store.text.fold import fold

_SHARES = (("en", 40), ("de", 20), ("fr", 15), ("es", 13), ("tr", 12))
_LANGUAGE_OF = tuple(name for name, percent in _SHARES for _ in range(percent))
_NO_LETTER = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Person:
    """A customer; `folded` is how name and address are searched for, `folded_name` the name alone."""

    id: str
    name: str
    first_name: str
    email: str
    site: str
    language: str
    folded_name: str
    folded: str


class People:
    """Makes the customer with any number; the same seed makes the same ones."""

    def __init__(self, languages: Mapping[str, Language], trades: Sequence[str], seed: int) -> None:
        self._languages = languages
        self._trades = trades
        self._seed = seed
        self.person = lru_cache(maxsize=50_000)(self._person)

    def _person(self, number: int) -> Person:
        mixed = _mixed(number + (self._seed << 32))
        language = self._languages[_LANGUAGE_OF[mixed % 100]]
        first = language.first_names[(mixed >> 8) % len(language.first_names)]
        last = language.last_names[(mixed >> 20) % len(language.last_names)]
        site = f"{_slug(last)}-{self._trades[(mixed >> 32) % len(self._trades)]}.example"
        name, email = f"{first} {last}", f"{_slug(first)}{number}@{site}"
        customer = customer_for(email, name)
        return Person(
            customer.id, name, first, email, site, language.name, fold(name), fold(f"{name} {email}")
        )


@lru_cache(maxsize=1024)
def _slug(name: str) -> str:
    return _NO_LETTER.sub("", fold(name))


def _mixed(number: int) -> int:
    """64 bits that have nothing to do with each other (the finaliser of SplitMix64)."""
    number = (number + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return number ^ (number >> 31)
