"""The takeaway: each way in which a link does not count has its own finding, and a link that helps is let through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.config.settings import Config, Policy
from store.desk import Desk
from store.model import ScopeRule, Severity, Takeaway, Ticket
from store.policy.knowledge import build
from store.policy.takeaway import ENOUGH_REPLIES, ENOUGH_USES, link_window
from tests.conftest import answer, ask, write_again
from tests.store.policy.conftest import PAGE, Judge, finding, marked, put, rules


def test_a_reply_with_a_page_that_helps_may_be_sent(judge: Judge) -> None:
    review = judge(
        f"Hello Carla,\n\nthe mail is held back; this page shows how to free it: {PAGE}\n\nCheers,\nAda"
    )
    assert review.may_send
    (link,) = review.takeaways
    assert (link.url, link.counts, link.known) == (PAGE, True, False)


def test_a_reply_without_a_link_is_blocked(judge: Judge) -> None:
    review = judge("Hello Carla, I freed the mail, please try once more.")
    assert not review.may_send
    assert rules(review) == ["takeaway.missing"]


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        ("https//help.acme.example/reset", "takeaway.malformed"),
        ("help.acme.com/reset", "takeaway.malformed"),
        ("ftp://help.acme.example/reset", "takeaway.not_http"),
        ("https://shop.example/broken", "takeaway.customers_own"),
        ("http://www.shop.example/broken/?utm_source=mail", "takeaway.customers_own"),
        ("https://acme.example", "takeaway.home_page"),
        ("https://acme.example/de/", "takeaway.home_page"),
        ("http://192.168.1.1/setup", "takeaway.local"),
    ],
)
def test_a_link_that_does_not_count_is_blocked_with_its_own_reason(
    judge: Judge, link: str, rule: str
) -> None:
    text = f"Hello Carla, please look at {link} for the mail."
    review = judge(text)
    assert not review.may_send
    found = finding(review, rule)
    assert found.severity is Severity.BLOCK
    assert found.advice
    assert marked(text, found) == [link]
    assert [verdict.counts for verdict in review.takeaways] == [False]


def test_a_link_in_the_quote_does_not_count(judge: Judge) -> None:
    assert "takeaway.in_quote" in rules(judge(f"> I read {PAGE} before\n\nPlease try it once more."))


def test_a_link_below_the_signature_does_not_count(judge: Judge) -> None:
    assert "takeaway.in_signature" in rules(judge(f"It works again.\n\n-- \nAda\n{PAGE}"))
    assert "takeaway.in_signature" in rules(judge(f"It works again.\n\nKind regards,\nAda\n{PAGE}"))


def test_a_link_given_earlier_in_this_ticket_does_not_count_again(
    desk: Desk, ticket: Ticket, judge: Judge
) -> None:
    answer(desk, ticket, f"Please see {PAGE} first.")
    write_again(desk, ticket, "It did not help.")
    assert rules(judge(f"Then look at {PAGE} again.")) == ["takeaway.already_given"]
    assert judge(f"Then look at {PAGE}#mail-held-back for that.").may_send


def test_the_same_link_in_another_ticket_is_no_repetition(desk: Desk, judge: Judge) -> None:
    answer(desk, ask(desk, email="dora@customer.example"), f"Please see {PAGE} first.")
    assert judge(f"The mail is held back, see {PAGE} for the way out.").may_send


def test_a_link_known_to_be_dead_does_not_count(desk: Desk, judge: Judge) -> None:
    put(desk, Takeaway("t1", PAGE, "Reset the password", status="dead"))
    review = judge(f"See {PAGE} for that.")
    assert rules(review) == ["takeaway.dead"]
    assert review.takeaways[0].known


def test_a_dead_link_beside_a_good_one_is_a_warning(desk: Desk, judge: Judge) -> None:
    put(desk, Takeaway("t1", PAGE, "Reset the password", status="dead"))
    review = judge(f"See {PAGE} or https://help.acme.example/mail-held-back for that.")
    assert review.may_send
    assert finding(review, "takeaway.dead").severity is Severity.WARN


def test_one_link_that_counts_outweighs_those_that_do_not(judge: Judge) -> None:
    assert (
        rules(judge(f"See https://acme.example and https://shop.example/broken, but above all {PAGE}.")) == []
    )


def _said_to_everyone(desk: Desk, link: str, times: int = ENOUGH_REPLIES + 5) -> None:
    for i in range(times):
        answer(desk, ask(desk, email=f"c{i}@customer.example"), f"Case {i}: {link}")


def test_a_link_in_every_reply_says_nothing(desk: Desk, judge: Judge) -> None:
    _said_to_everyone(desk, "https://acme.example/contact")
    assert rules(judge("Please write to https://acme.example/contact about it.")) == ["takeaway.too_common"]


def test_a_common_link_that_is_about_this_very_ticket_counts(desk: Desk, judge: Judge) -> None:
    _said_to_everyone(desk, PAGE)
    assert judge(f"The reset mail is held back, see {PAGE} for the way out.").may_send


def test_a_young_desk_calls_nothing_common(desk: Desk, judge: Judge) -> None:
    _said_to_everyone(desk, "https://acme.example/contact", times=6)
    assert judge("Please write to https://acme.example/contact about it.").may_send


def test_a_handful_of_uses_makes_no_link_common(desk: Desk, judge: Judge) -> None:
    _said_to_everyone(desk, "https://acme.example/contact", times=ENOUGH_USES - 1)
    for i in range(ENOUGH_REPLIES - ENOUGH_USES + 1):
        answer(desk, ask(desk, email=f"d{i}@customer.example"), f"Case {i}")
    assert judge("Please write to https://acme.example/contact about it.").may_send


def test_a_new_reply_in_ten_moves_the_window_on(desk: Desk) -> None:
    _said_to_everyone(desk, "https://acme.example/contact", times=10)
    before = link_window(desk.read()).replies
    _said_to_everyone(desk, "https://acme.example/contact", times=10)
    assert (before, link_window(desk.read()).replies) == (10, 20)


def test_a_host_on_the_allow_list_counts_even_with_its_front_page(desk: Desk, judge: Judge) -> None:
    assert not judge("See https://status.acme.example/ for that.").may_send
    desk.config = Config(policy=Policy(takeaway_allow_hosts=("acme.example",)))
    assert judge("See https://status.acme.example/ for that.").may_send
    assert not judge("See https://notacme.example/ for that.").may_send


def test_a_desk_may_accept_a_written_tip_instead_of_a_link(desk: Desk, judge: Judge) -> None:
    tip = "Open the settings, choose Mail, and press Release beside the message. " * 3
    assert not judge(tip).may_send
    desk.config = Config(policy=Policy(accept_tip=True))
    review = judge(tip)
    assert review.may_send
    assert "takeaway.tip" in rules(review)
    assert not judge("Try again.").may_send


def test_a_note_to_colleagues_needs_no_link(judge: Judge) -> None:
    assert judge("Waiting for the hoster.", note=True).may_send
    assert not judge("  ", note=True).may_send


def test_the_finding_offers_the_pages_that_fit_the_ticket(desk: Desk, judge: Judge) -> None:
    put(
        desk,
        Takeaway("t1", PAGE, "Reset your password when the mail never comes", language="en"),
        Takeaway("t2", "https://help.acme.example/invoices", "Where your invoices are"),
    )
    review = judge("Please try once more.")
    found = finding(review, "takeaway.missing")
    assert [each.takeaway.url for each in review.suggestions] == [PAGE]
    assert PAGE in found.advice
    assert found.evidence[0]["offer"] == PAGE
    assert "password" in found.evidence[0]["because"].lower()


def test_a_link_that_a_decline_s_rule_names_counts_however_common(desk: Desk, judge: Judge) -> None:
    put(desk, ScopeRule("r1", "Foreign themes", False, links=("https://acme.example/",)))
    text = (
        "Hello Carla, your theme is not ours, and I would only guess at its code if I touched it. Its makers are listed at "
        "https://acme.example/"
    )
    assert judge(text, decline_rule="r1").may_send
    assert not judge(text).may_send


def test_links_beyond_count_are_judged_in_bounded_work(judge: Judge) -> None:
    review = judge(" ".join(f"https://help.acme.example/page-{i}" for i in range(10_050)))
    assert len(review.takeaways) == 10_000


def test_dead_and_foreign_pages_are_never_offered() -> None:
    page = Takeaway("t1", PAGE, "Reset the password", product="Acme")
    text = "password reset fails"
    assert [s.takeaway for s in build([page]).suggest(text, product="Acme")] == [page]
    assert build([page]).suggest(text, product="Other") == ()
    assert build([replace(page, status="dead")]).suggest(text) == ()
    assert build([page]).suggest(text, without=("help.acme.example/reset-password",)) == ()
