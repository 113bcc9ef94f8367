"""A reply as the gate reads it: its text taken apart once, for every rule to look at."""

from __future__ import annotations

from dataclasses import dataclass

from store.policy.links import Link, find_links
from store.policy.reply_parts import Parts, Span, blanked, parts_of

MAX_READ = 1_000_000
"""Characters of a reply that the rules read; what stands behind is sent but not judged, and the gate says so."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply taken apart. `prose` and `body` are as long as `text`, so that positions in one hold in the others.

    In `prose` quotes, code and links are blank; in `body` greeting and sign-off are blank too.
    """

    text: str
    parts: Parts
    links: tuple[Link, ...]
    prose: str
    body: str

    @property
    def link_spans(self) -> list[Span]:
        """Where the links stand."""
        return [(link.start, link.end) for link in self.links]


def letter_of(text: str, signature: str = "") -> Letter:
    """Takes a reply apart; `signature` is the product's own. Reads at most MAX_READ characters."""
    text = text[:MAX_READ]
    parts = parts_of(text, signature)
    links = tuple(find_links(text))
    neutral: list[Span] = [*parts.quotes, *parts.code, *((link.start, link.end) for link in links)]
    prose = blanked(text, neutral)
    courtesies = [*parts.sign_off, *([parts.greeting] if parts.greeting else [])]
    return Letter(text, parts, links, prose, blanked(prose, courtesies))
