"""An explanation that is sent again and again is said once: it begins a page, and the page becomes a link."""

from __future__ import annotations

import pytest

from store.desk import Desk
from store.desk.explanations import said_before, say_once
from store.errors import BadInput
from store.model import Review, Ticket
from store.policy.context import context
from store.policy.gate import Reply, review
from store.shifts.handover import articles, finish_article
from tests.conftest import answer, ask

EXPLANATION = (
    "The spool folder keeps every letter until the printer has answered twice, which takes a minute on old models. "
    "Empty it by holding the green knob while the lamp blinks, then let the drum turn a full round before you open the lid."
)


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    """A question that was explained to somebody else before."""
    answer(
        desk, ask(desk, "Blank sheets", email="bob@customer.example"), f"Hello Bob,\n\n{EXPLANATION}\n\nAda"
    )
    return ask(desk, "Printer eats letters", "My letters vanish in the printer.")


def judged(desk: Desk, ticket: Ticket, text: str) -> Review:
    return review(desk, ticket, Reply(text))


def test_the_finding_offers_to_say_an_explanation_once(desk: Desk, ticket: Ticket) -> None:
    text = f"Hello Carla,\n\n{EXPLANATION}\n\nAda"
    found = judged(desk, ticket, text)
    (flagged,) = (each for each in found.findings if each.rule == "canned.flagged")
    assert "say it once" in flagged.advice
    said = said_before(found, text)
    assert "green knob" in said
    assert "Carla" not in said


def test_a_short_phrase_sent_before_is_no_explanation(desk: Desk, ticket: Ticket) -> None:
    text = "Empty it by holding the green knob while the lamp blinks."
    found = judged(desk, ticket, text)
    assert said_before(found, text) == ""
    assert all("say it once" not in each.advice for each in found.findings)


def test_an_explanation_begins_a_page_called_like_the_ticket(desk: Desk, ticket: Ticket) -> None:
    page = say_once(desk, ticket, EXPLANATION)
    assert (page.title, page.ticket, page.text, page.author) == (
        ticket.subject,
        ticket.id,
        EXPLANATION,
        "ada",
    )
    assert articles(desk) == [page]


def test_a_second_explanation_in_the_ticket_is_added_to_the_page_and_the_same_one_is_not(
    desk: Desk, ticket: Ticket
) -> None:
    first = say_once(desk, ticket, EXPLANATION)
    assert say_once(desk, ticket, EXPLANATION) == first
    second = say_once(desk, ticket, "The lamp is green when it is done.", title="Letters that vanish")
    assert (second.id, second.title) == (first.id, "Letters that vanish")
    assert second.text == f"{EXPLANATION}\n\nThe lamp is green when it is done."
    assert len(articles(desk)) == 1


def test_the_published_page_is_offered_to_the_next_who_asks(desk: Desk, ticket: Ticket) -> None:
    page = say_once(desk, ticket, EXPLANATION, title="Letters vanish in the printer")
    finish_article(desk, page.id, "https://help.acme.example/printer")
    again = ask(desk, "Printer", "Why do my letters vanish?", email="dan@customer.example")
    assert [each.takeaway.url for each in context(desk, again).suggested] == [
        "https://help.acme.example/printer"
    ]


def test_nothing_cannot_be_said_once_and_what_is_kept_is_inert(desk: Desk, ticket: Ticket) -> None:
    with pytest.raises(BadInput, match="nothing to say once"):
        say_once(desk, ticket, " \n\x1b[0m ")
    assert say_once(desk, ticket, "Press \x1b[31mred", title="A \x07bell").text == "Press red"
