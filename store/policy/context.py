"""What the gate must know about a ticket to judge a reply to it: read once, used for every key stroke after."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from store.desk.conversation import messages
from store.desk.desk import Desk
from store.desk.documents import document, documents
from store.errors import NotFound
from store.model import Kind, Message, Product, ScopeMatch, ScopeRule, Suggestion, Takeaway, Ticket, Voice
from store.policy.knowledge import BEST, Library, library
from store.policy.links import normal_form, normal_links
from store.policy.scope import match_rules
from store.policy.takeaway import LinkWindow, link_window
from store.policy.terms import terms
from store.text.language import detect

MAX_TICKET_TEXT = 200_000
"""Characters of what the customer wrote that are looked at, the latest first."""


@dataclass(frozen=True, slots=True)
class TicketContext:
    """A ticket as the gate sees it.

    `said` is the subject and all that the customer wrote, the latest message first; `customer_links` and `given_links` are
    in the form for comparing (`store.policy.links.normal_form`), the latter with the id of the message that gave them.
    `terms` are the stems of `said`; `suggested` and `scope` follow from the ticket alone.
    """

    ticket: Ticket
    said: str
    language: str
    languages: frozenset[str]
    people: tuple[str, ...]
    customer_links: frozenset[str]
    given_links: Mapping[str, str]
    product: Product | None
    rules: tuple[ScopeRule, ...]
    library: Library
    window: LinkWindow
    known: Mapping[str, Takeaway]
    terms: Mapping[str, str]
    voices: tuple[Voice, ...] = ()
    suggested: tuple[Suggestion, ...] = ()
    scope: tuple[ScopeMatch, ...] = ()

    def suggestions(self, given: Collection[str]) -> tuple[Suggestion, ...]:
        """The best links that are not among those in the reply (`given`, in the form for comparing)."""
        left = (each for each in self.suggested if normal_form(each.takeaway.url) not in given)
        return tuple(islice(left, BEST))


def context(desk: Desk, ticket: Ticket) -> TicketContext:
    """Reads what a reply to `ticket` is judged by. A few milliseconds; reads only, and only through `desk.read()`."""
    connection = desk.read()
    conversation = messages(desk, ticket)
    theirs = [m for m in conversation if m.kind is not Kind.NOTE and not m.author.agent]
    said = _said(ticket, theirs)
    given = {url: m.id for m in conversation if m.kind is Kind.REPLY for url in normal_links(m.new_text)}
    shelf = library(connection)
    spoken = tuple(filter(None, (detect(m.new_text) for m in theirs[-3:])))
    read = TicketContext(
        ticket=ticket,
        said=said,
        language=ticket.language or (spoken[-1] if spoken else detect(said) or ""),
        languages=frozenset(spoken),
        people=tuple(dict.fromkeys(m.author.name for m in theirs if m.author.name)),
        customer_links=frozenset(url for m in theirs for url in normal_links(m.new_text)),
        given_links=given,
        product=_product(connection, ticket),
        rules=tuple(
            rule for rule in documents(connection, ScopeRule) if rule.product in ("", ticket.product)
        ),
        library=shelf,
        window=link_window(connection),
        known=shelf.by_url,
        terms=terms(said),
        voices=tuple(card for card in documents(connection, Voice) if card.product in ("", ticket.product)),
    )
    return replace(read, suggested=_suggested(read), scope=match_rules(read, connection))


def _suggested(read: TicketContext) -> tuple[Suggestion, ...]:
    """Twice as many links as are shown: some may already stand in the reply."""
    return read.library.suggest(
        read.said,
        language=read.language,
        product=read.ticket.product,
        without={*read.customer_links, *read.given_links},
        limit=2 * BEST,
    )


def _said(ticket: Ticket, theirs: list[Message]) -> str:
    return "\n\n".join(_bounded(ticket.subject, *(m.new_text for m in reversed(theirs))))


def _bounded(*texts: str) -> Iterator[str]:
    left = MAX_TICKET_TEXT
    for text in texts:
        if left > 0:
            yield text[:left]
            left -= len(text)


def _product(connection: sqlite3.Connection, ticket: Ticket) -> Product | None:
    if not ticket.product:
        return None
    try:
        return document(connection, Product, ticket.product)
    except NotFound:
        return None
