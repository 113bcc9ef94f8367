"""Shorthand of the gate's tests: judge a text as a reply, and put documents on the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store.desk import Desk
from store.model import Finding, Product, Review, ScopeRule, Takeaway, Ticket
from store.policy.gate import Reply, review
from tests.conftest import ask

PAGE = "https://help.acme.example/reset-password"
Judge = Callable[..., Review]


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    """Carla Müller cannot log in, and has tried two pages already."""
    return ask(
        desk,
        "Password reset fails",
        "I cannot log in since the update, the password reset mail never comes.\n"
        "My shop is https://shop.example/broken and I read https://help.acme.example/login before.\n\nCarla",
        name="Carla Müller",
    )


@pytest.fixture
def judge(desk: Desk, ticket: Ticket) -> Judge:
    """Judges a text as a reply to that ticket (or to another given as `to`)."""

    def judged(text: str, to: Ticket | None = None, **fields: object) -> Review:
        return review(desk, to or ticket, Reply(text, **fields))  # type: ignore[arg-type]

    return judged


def put(desk: Desk, *documents: Product | ScopeRule | Takeaway) -> None:
    """Saves documents on the desk."""

    def job(tx):  # type: ignore[no-untyped-def]
        for document in documents:
            tx.put(document)

    desk.change(job)


def rules(review: Review) -> list[str]:
    """The names of the findings, in order."""
    return [finding.rule for finding in review.findings]


def finding(review: Review, rule: str) -> Finding:
    """The finding of that name."""
    return next(each for each in review.findings if each.rule == rule)


def marked(text: str, found: Finding) -> list[str]:
    """What the spans of a finding hold."""
    return [text[start:end] for start, end in found.spans]
