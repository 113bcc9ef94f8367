"""Say it once, link it: an explanation written again and again becomes the beginning of a page in the knowledge base."""

from __future__ import annotations

from dataclasses import replace

from store.desk.desk import Desk
from store.desk.documents import documents_where
from store.desk.ids import new_id
from store.desk.transaction import Transaction
from store.errors import BadInput
from store.model import Review, Ticket
from store.text.inert import inert, inert_line
from store.working import Article

EXPLAINS = 20
"""Words sent before from which a passage is an explanation and not a turn of phrase."""


def said_before(review: Review, text: str) -> str:
    """The sentences of a reply that earlier replies hold already, each on a line; empty when they explain nothing."""
    old = [text[start:end].strip() for start, end, label, _ in review.canned.sentences if label == "old"]
    return "\n".join(old) if sum(len(each.split()) for each in old) >= EXPLAINS else ""


def say_once(desk: Desk, ticket: Ticket, text: str, title: str = "") -> Article:
    """Begins the page that an explanation deserves, or adds to the one begun for the ticket what it does not say yet.

    The page is called like the ticket unless it is given a title. It waits in the list of documents begun; once it is
    published it is a takeaway. Raises BadInput without any text.
    """
    words = inert(text).strip()
    if not words:
        raise BadInput("there is nothing to say once", "select the explanation, or give its text")
    named = inert_line(title).strip()

    def job(tx: Transaction) -> Article:
        begun = documents_where(tx.connection, Article, "ticket = ? AND url = '' AND active", (ticket.id,))
        if begun:
            page = _added(begun[0], words, named)
        else:
            page = Article(
                new_id(), named or ticket.subject, ticket.id, ticket.product, ticket.language, words, tx.agent, tx.now
            )  # fmt: skip
        if [page] != begun[:1]:
            tx.put(page)
        return page

    return desk.change(job)


def _added(page: Article, words: str, title: str) -> Article:
    text = page.text if words in page.text else f"{page.text}\n\n{words}".strip()
    return replace(page, title=title or page.title, text=text)
