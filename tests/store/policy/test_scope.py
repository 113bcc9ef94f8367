"""Scope: rules that a ticket touches explain themselves, a decline says why and where to go, and the ledger counts."""

from __future__ import annotations

import pytest

from store.clock import DAY
from store.desk import Desk
from store.model import ScopeRule, Severity, Ticket
from store.policy.ledger import ledger
from store.policy.scope import REASON_WORDS
from tests.conftest import StoppedClock, ask, write_again
from tests.store.policy.conftest import PAGE, Judge, finding, put, rules

THEMES = ScopeRule(
    "r1",
    "Foreign themes",
    False,
    why="We do not know the code of themes that others wrote.",
    links=("https://acme.example/theme-makers",),
    words={
        "en": ("custom theme", "child theme", "stylesheet"),
        "de": ("eigenes Theme", "Stilvorlage"),
        "tr": ("özel tema",),
        "*": ("themeforest",),
    },
)
OWN_WORDS = "Hello Carla, your theme comes from another maker, and I would only guess at its code."


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("My custom theme is broken since the update.", "custom theme"),
        ("I bought it at ThemeForest last week, and it fails.", "themeforest"),
        ("All stylesheets are gone since the update.", "stylesheet"),
        ("Mein eigenes Theme ist seit der Aktualisierung kaputt.", "eigenes Theme"),
        ("Güncellemeden sonra ÖZEL TEMA çalışmıyor, yardım eder misiniz?", "özel tema"),
    ],
)
def test_a_rule_is_met_by_its_words_in_the_customer_s_language(
    desk: Desk, judge: Judge, body: str, word: str
) -> None:
    put(desk, THEMES)
    (match,) = judge("x", ask(desk, "Help", body)).scope
    assert match.rule == THEMES
    assert word in match.words
    assert word in match.because
    assert 0 < match.score <= 1


def test_words_of_another_language_do_not_meet_a_rule(desk: Desk, judge: Judge) -> None:
    put(desk, ScopeRule("r1", "Gifts", False, words={"de": ("gift",)}))
    assert judge("x", ask(desk, "Help", "Where can I redeem the gift card that I have got?")).scope == ()


def test_a_part_of_a_word_does_not_meet_a_rule(desk: Desk, judge: Judge) -> None:
    put(desk, ScopeRule("r1", "Art", False, words={"*": ("art",)}))
    assert judge("x", ask(desk, "Help", "The article does not start, and my cart is empty.")).scope == ()


def test_rules_of_another_product_and_retired_ones_are_silent(desk: Desk, judge: Judge) -> None:
    put(
        desk,
        ScopeRule("r1", "Themes", False, product="Other", words={"*": ("theme",)}),
        ScopeRule("r2", "Themes", False, words={"*": ("theme",)}, active=False),
    )
    assert judge("x", ask(desk, "Help", "The theme is broken.")).scope == ()


def test_the_rule_that_is_met_more_comes_first(desk: Desk, judge: Judge) -> None:
    put(desk, THEMES, ScopeRule("r2", "Updates", True, words={"en": ("update",)}))
    found = judge("x", ask(desk, "Help", "My custom theme and its stylesheet broke with the update.")).scope
    assert [match.rule.id for match in found] == ["r1", "r2"]


def test_a_rule_learns_from_the_tickets_it_decided(desk: Desk, judge: Judge) -> None:
    body = "The accordion widget of my page builder overlaps the footer since Tuesday."
    decided = ask(desk, "Accordion overlaps footer", body)
    put(desk, ScopeRule("r1", "Third-party builders", False, examples=(decided.id,)))
    again = ask(
        desk,
        "Footer hidden",
        "The accordion widget overlaps the footer in my page builder.",
        email="d@customer.example",
    )
    (match,) = judge("x", again).scope
    assert decided.short in match.because
    assert (
        judge(
            "x",
            ask(desk, "Invoice", "Where can I download last month's invoice?", email="e@customer.example"),
        ).scope
        == ()
    )


def test_a_decline_teaches_its_rule_and_undoing_it_unteaches_it(desk: Desk, judge: Judge) -> None:
    from store.desk import outbox, replies
    from store.policy.gate import Reply

    put(desk, THEMES)
    body = "The accordion widget of my page builder overlaps the footer since Tuesday."
    first = ask(desk, "Accordion overlaps footer", body)
    again = ask(
        desk,
        "Footer hidden",
        "The accordion widget overlaps the footer in my page builder.",
        email="d@customer.example",
    )
    assert judge("x", again).scope == ()
    declined = Reply(f"{OWN_WORDS} Its makers are listed here: {THEMES.links[0]}", decline_rule="r1")
    sent, _ = replies.send(desk, first, declined)
    (match,) = judge("x", again).scope
    assert f"it reads like #{first.short}, which this rule decided" in match.because
    outbox.call_back(desk, sent.number)
    assert judge("x", again).scope == ()


def test_a_rule_finds_what_it_declined_without_reading_every_ticket(desk: Desk) -> None:
    from store.policy.scope import _EXAMPLES, MAX_EXAMPLES

    given = (*[""] * MAX_EXAMPLES, "r1", MAX_EXAMPLES, "t2")
    plan = [str(row[3]) for row in desk.read().execute(f"EXPLAIN QUERY PLAN {_EXAMPLES}", given)]
    assert any("tickets_declined" in step for step in plan)
    assert [step for step in plan if step.startswith(("SCAN tickets", "SCAN t", "SCAN m"))] == []


def test_matching_never_decides(desk: Desk, judge: Judge) -> None:
    put(desk, THEMES)
    ticket = ask(desk, "Help", "My custom theme is broken since the update.")
    assert judge(f"Hello Carla, remove line 12 of the theme: {PAGE}", ticket).may_send


def test_a_decline_with_its_reason_and_a_way_on_may_be_sent(desk: Desk, judge: Judge) -> None:
    put(desk, THEMES)
    assert judge(f"{OWN_WORDS} Its makers are listed here: {THEMES.links[0]}", decline_rule="r1").may_send
    assert judge(f"{OWN_WORDS} Another way is described here: {PAGE}", decline_rule="Foreign themes").may_send


def test_a_bare_no_is_blocked(desk: Desk, judge: Judge) -> None:
    put(desk, THEMES)
    review = judge("No, sorry.", decline_rule="r1")
    assert not review.may_send
    assert {"scope.no_reason", "scope.no_way_on"} <= set(rules(review))
    assert finding(review, "scope.no_way_on").evidence[0]["offer"] == THEMES.links[0]


def test_the_rule_s_own_text_is_no_reason(desk: Desk, judge: Judge) -> None:
    put(desk, THEMES)
    review = judge(f"Hello Carla,\n\n{THEMES.why}\n\n{THEMES.links[0]}", decline_rule="r1")
    assert finding(review, "scope.no_reason").evidence[0] == {"own_words": 0, "wanted": REASON_WORDS}


def test_a_decline_without_a_link_is_blocked_once(desk: Desk, judge: Judge) -> None:
    put(desk, THEMES)
    assert rules(judge(OWN_WORDS, decline_rule="r1")) == ["scope.no_way_on"]


def test_a_decline_needs_a_rule_that_draws_the_line(desk: Desk, judge: Judge) -> None:
    put(desk, ScopeRule("r2", "Updates", True), ScopeRule("r3", "Old", False, active=False))
    assert (
        finding(judge(f"{OWN_WORDS} {PAGE}", decline_rule="none"), "scope.no_rule").severity is Severity.BLOCK
    )
    retired = finding(judge(f"{OWN_WORDS} {PAGE}", decline_rule="r3"), "scope.no_rule")
    assert (retired.severity, "“Old” was retired" in retired.message) == (Severity.BLOCK, True)
    assert "scope.covered" in rules(judge(f"{OWN_WORDS} {PAGE}", decline_rule="r2"))


def _declined(desk: Desk, rule: str, number: int, spent: int = 60) -> Ticket:
    ticket = ask(desk, f"Theme {number}", email=f"c{number}@customer.example")

    def job(tx):  # type: ignore[no-untyped-def]
        tx.set(ticket.number, "declined_by", rule)
        tx.set(ticket.number, "handle_seconds", spent)

    desk.change(job)
    return ticket


def test_the_ledger_counts_declines_and_who_came_back(desk: Desk, clock: StoppedClock) -> None:
    put(desk, THEMES, ScopeRule("r2", "Quiet", False))
    first = _declined(desk, "r1", 1)
    _declined(desk, "r1", 2)
    clock.pass_by(DAY)
    write_again(desk, first, "But why?")
    busy, quiet = ledger(desk.read(), [ScopeRule("r2", "Quiet", False), THEMES], clock())
    assert (busy.rule.id, busy.declines, busy.declines_lately, busy.came_back) == ("r1", 2, 2, 1)
    assert busy.tickets_saved is None
    assert (quiet.declines, quiet.last_declined_at, quiet.advice) == (0, None, "")


def test_the_ledger_reckons_what_was_saved_in_the_team_s_median_tickets(desk: Desk) -> None:
    from tests.conftest import answer

    put(desk, THEMES)
    for i in range(10):
        ticket = ask(desk, email=f"a{i}@customer.example")
        answer(desk, ticket, "Done.")
        desk.change(lambda tx, t=ticket, i=i: tx.set(t.number, "handle_seconds", 28_800 if i == 0 else 600))
    _declined(desk, "r1", 1, spent=600)
    (line,) = ledger(desk.read(), [THEMES], desk.now())
    assert line.tickets_saved == (28_800 - 600) / 600


def test_a_rule_used_daily_asks_for_a_document_and_one_never_used_for_retirement(
    desk: Desk, clock: StoppedClock
) -> None:
    put(desk, THEMES, ScopeRule("r2", "Quiet", False))
    clock.pass_by(200 * DAY)
    for i in range(30):
        _declined(desk, "r1", i)
    busy, quiet = ledger(desk.read(), [THEMES, ScopeRule("r2", "Quiet", False)], clock())
    assert "write a page" in busy.advice
    assert "retire" in quiet.advice
