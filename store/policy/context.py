"""What the gate must know about a ticket to judge a reply to it: read once, used for every key stroke after."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from store.desk.conversation import messages
from store.desk.desk import Desk
from store.desk.documents import document, documents
from store.errors import NotFound
from store.model import Kind, Message, Product, ScopeRule, Takeaway, Ticket
from store.policy.knowledge import Library, library
from store.policy.links import normal_links
from store.policy.takeaway import LinkWindow, link_window
from store.text.language import detect

MAX_TICKET_TEXT = 200_000
"""Characters of what the customer wrote that are looked at, the latest first."""


@dataclass(frozen=True, slots=True)
class TicketContext:
    """A ticket as the gate sees it.

    `said` is the subject and all that the customer wrote, the latest message first; `customer_links` and `given_links` are
    in the form for comparing (`store.policy.links.normal_form`), the latter with the id of the message that gave them.
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
    known: Mapping[str, Takeaway] = field(default_factory=dict)


def context(desk: Desk, ticket: Ticket) -> TicketContext:
    """Reads what a reply to `ticket` is judged by. A few milliseconds; reads only, and only through `desk.read()`."""
    connection = desk.read()
    conversation = messages(desk, ticket)
    theirs = [m for m in conversation if m.kind is not Kind.NOTE and not m.author.agent]
    said = _said(ticket, theirs)
    given = {url: m.id for m in conversation if m.kind is Kind.REPLY for url in normal_links(m.new_text)}
    shelf = library(connection)
    spoken = tuple(filter(None, (detect(m.new_text) for m in theirs[-3:])))
    return TicketContext(
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
