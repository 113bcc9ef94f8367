"""The scope panel and the form of rules."""

from __future__ import annotations

import pytest
from textual.widgets import Input, TextArea

from store.desk import Desk, rules
from store.errors import BadInput
from store.model import ScopeRule, Ticket
from tests.conftest import ask
from tests.tui.console import LARGE, console, editing, editor, invoice_ticket, opened, press, said, settled
from tui.screens.reply import ReplyScreen
from tui.screens.rules import RuleForm, words_of, words_text
from tui.screens.scope import ScopeScreen
from tui.widgets.line_box import LineBox


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    invoice_ticket(desk)
    return ask(
        desk,
        "Please refund me",
        "I want my money back for the yearly plan.",
        product="Harbour",
        language="en",
    )


@pytest.fixture
def refund(desk: Desk, ticket: Ticket) -> ScopeRule:
    rules.add(desk, title="Moving a site", covered=True, product="Harbour", words={"en": ["move my site"]})
    rules.add(desk, title="Of another product", covered=False, why="Not ours.")
    return rules.add(
        desk,
        title="Refunds after thirty days",
        covered=False,
        why="The trial is there to find out.",
        product="Harbour",
        links=["https://docs.harbour.example/billing/refunds"],
        words={"en": ["money back", "refund me"], "de": ["Geld zurück"]},
    )


async def scope(pilot, ticket: Ticket | None) -> ScopeScreen:  # type: ignore[no-untyped-def]
    console(pilot).open_scope(ticket)
    await settled(pilot)
    assert isinstance(pilot.app.screen, ScopeScreen)
    return pilot.app.screen


async def test_the_rule_that_a_ticket_touches_comes_first_with_the_words_that_say_so(
    desk: Desk, ticket: Ticket, refund: ScopeRule
) -> None:
    async with opened(desk) as pilot:
        screen = await scope(pilot, ticket)
        assert screen.rule == refund
        detail = screen.query_one("#rule", LineBox).text
        assert "“money back”" in detail
        assert "The trial is there to find out." in detail
        assert "https://docs.harbour.example/billing/refunds" in detail
        assert "✗ not covered" in detail


async def test_declining_by_a_rule_opens_the_editor_with_it_at_the_side(
    desk: Desk, ticket: Ticket, refund: ScopeRule
) -> None:
    async with opened(desk) as pilot:
        await scope(pilot, ticket)
        await press(pilot, "d")
        assert editor(pilot).writing.rule == refund
        assert editor(pilot).editor.text == ""
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, ScopeScreen)


async def test_an_open_editor_takes_the_rule_over_and_keeps_its_text(
    desk: Desk, ticket: Ticket, refund: ScopeRule
) -> None:
    async with editing(desk, ticket, "Hello Carla,") as pilot:
        await press(pilot, "alt+s", "enter")
        assert isinstance(pilot.app.screen, ReplyScreen)
        assert editor(pilot).writing.rule == refund
        assert editor(pilot).editor.text == "Hello Carla,"


async def test_one_does_not_decline_by_a_rule_that_covers(
    desk: Desk, ticket: Ticket, refund: ScopeRule
) -> None:
    async with opened(desk) as pilot:
        await scope(pilot, ticket)
        await press(pilot, "G", "enter")
        assert isinstance(pilot.app.screen, ScopeScreen)
        assert "does cover it" in said(pilot)


async def test_without_a_rule_the_panel_says_how_to_write_one(desk: Desk) -> None:
    lonely = ask(desk)
    async with opened(desk) as pilot:
        await scope(pilot, lonely)
        await press(pilot, "e")
        assert "n writes one" in said(pilot)


async def test_a_rule_is_written_in_the_console(desk: Desk, ticket: Ticket) -> None:
    async with opened(desk, LARGE) as pilot:
        await scope(pilot, ticket)
        await press(pilot, "n")
        form = pilot.app.screen
        assert isinstance(form, RuleForm)
        form.query_one("#title", Input).value = "Custom design"
        await press(pilot, "ctrl+s")
        assert pilot.app.screen is form
        assert "says why" in str(form.query_one("#understood").render())
        form.query_one("#why", TextArea).text = "We cannot draw for everyone."
        form.query_one("#words", TextArea).text = "en: logo, custom design\nde: Logo entwerfen"
        await press(pilot, "ctrl+s")
        await settled(pilot)
    made = rules.rule(desk, "Custom design")
    assert (made.product, made.covered, made.version) == ("Harbour", False, 1)
    assert made.words == {"en": ("logo", "custom design"), "de": ("Logo entwerfen",)}


async def test_an_edit_is_the_next_version_and_the_versions_are_shown(
    desk: Desk, ticket: Ticket, refund: ScopeRule
) -> None:
    async with opened(desk) as pilot:
        screen = await scope(pilot, ticket)
        await press(pilot, "e")
        pilot.app.screen.query_one("#why", TextArea).text = "Because the trial is long."
        await press(pilot, "ctrl+s")
        await settled(pilot)
        assert rules.rule(desk, refund.id).version == 2
        assert screen.rule is not None
        assert screen.rule.version == 2
        await press(pilot, "i")
        shown = [str(option.prompt) for option in pilot.app.screen.query_one("OptionList").options]
        assert len(shown) == 2
        assert "changed: why" in shown[0]
        assert "written" in shown[1]


async def test_a_retired_rule_goes_out_of_sight_and_can_be_brought_back(
    desk: Desk, ticket: Ticket, refund: ScopeRule
) -> None:
    async with opened(desk) as pilot:
        screen = await scope(pilot, ticket)
        await press(pilot, "x", "y")
        await settled(pilot)
        assert not rules.rule(desk, refund.id).active
        assert screen.rule != refund
        await press(pilot, "a")
        at = next(i for i, each in enumerate(screen._shown.rules) if each.id == refund.id)
        screen.options.highlighted = at
        await press(pilot, "x")
        await settled(pilot)
    assert rules.rule(desk, refund.id).active


def test_words_are_written_a_language_a_line() -> None:
    words = words_of("en: refund, money back\n\nEN: chargeback\n*: $$$")
    assert words == {"en": ("refund", "money back", "chargeback"), "*": ("$$$",)}
    assert words_of(words_text(ScopeRule("", "", False, words=words))) == words
    with pytest.raises(BadInput, match="names no language"):
        words_of("refund")
