"""Finding under the hands: words apart, completion, earlier searches, searches that are kept."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from textual.pilot import Pilot

from store.desk import Desk, searches, tickets
from store.desk.query import Query
from store.model import Agent, Product
from tests.conftest import ask, write_again
from tests.tui.console import console, opened, said, settled, shown
from tests.tui.queue_desk import fill_desk, hit, queue_of, tickets_of, under_cursor
from tui import finding, listing
from tui.completing import Vocabulary, vocabulary


async def write(pilot: Pilot[None], text: str) -> None:
    """Types into whatever has the focus."""
    await pilot.press(*("space" if letter == " " else letter for letter in text))
    await settled(pilot)


def columns(pilot: Pilot[None]) -> str:
    """The line below the search line."""
    return shown(pilot).splitlines()[2]


# Words


async def test_words_that_stand_in_different_mails_of_a_ticket_find_it_while_one_types(desk: Desk) -> None:
    fill_desk(desk, 2)
    asked = ask(desk, "Invoice", "The total is wrong.")
    write_again(desk, asked, "It is the blue one.")
    async with opened(desk) as pilot:
        await write(pilot, "/invoice blu")
        assert under_cursor(pilot) == "Invoice"
        await hit(pilot, "e enter")
        assert [row.subject for row in tickets_of(pilot).rows] == ["Invoice"]


async def test_the_quick_hits_are_shown_before_words_apart_are_looked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(desk, "Together", "blue invoice")
    asked = ask(desk, "Apart", "invoice")
    write_again(desk, asked, "blue")
    looks: list[bool] = []
    first = listing.first

    def watched(*given, **options):  # type: ignore[no-untyped-def]
        looks.append(bool(options.get("quick")))
        return first(*given, **options)

    monkeypatch.setattr(finding.listing, "first", watched)
    async with opened(desk) as pilot:
        await write(pilot, "/blue invoice")
        assert len(tickets_of(pilot).rows) == 2
        assert looks[-2:] == [True, False]
        looks.clear()
        await hit(pilot, "escape")
        await write(pilot, "/blue")
        assert set(looks[1:]) == {True}


async def test_the_longer_search_begins_after_a_pause_in_typing_and_ends_with_enter(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(desk, "Apart", "invoice")
    write_again(desk, asked, "blue sky")
    looks: list[tuple[str, bool]] = []
    first = listing.first

    def watched(desk: Desk, query: Query, **options: Any) -> listing.Stretch:
        looks.append((" ".join(term.text for term in query.terms), bool(options.get("quick"))))
        return first(desk, query, **options)

    monkeypatch.setattr(finding.listing, "first", watched)
    monkeypatch.setattr(finding, "PAUSE", 3600)
    async with opened(desk) as pilot:
        await pilot.press("/", *"invoice", "space", *"blu")
        assert ("invoice bl", False) not in looks
        await pilot.press("e", "enter")
        await settled(pilot)
        assert looks[-1] == ("invoice blue", False)
        assert [each for each, quick in looks if not quick and each] == ["invoice blue"]
        assert under_cursor(pilot) == "Apart"


async def test_what_was_shown_stays_after_enter_though_the_last_word_was_only_begun(desk: Desk) -> None:
    fill_desk(desk, 2)
    ask(desk, "The gyroscope drifts")
    async with opened(desk) as pilot:
        await write(pilot, "/gyros")
        await hit(pilot, "enter")
        assert [row.subject for row in tickets_of(pilot).rows] == ["The gyroscope drifts"]
        assert "Search: gyros*" in shown(pilot)
        assert queue_of(pilot).query_text == "is:any gyros*"
        desk.change(lambda tx: None)
        assert searches.recent(desk) == ["gyros*"]
        await write(pilot, "/c")
        assert queue_of(pilot).finding.text == "gyrosc"


async def test_enter_takes_a_word_as_a_whole_one_where_it_is_one_or_begins_nothing(desk: Desk) -> None:
    ask(desk, "gyros")
    ask(desk, "The gyroscope drifts")
    async with opened(desk) as pilot:
        await write(pilot, "/gyros")
        assert len(tickets_of(pilot).rows) == 2
        await hit(pilot, "enter")
        assert [row.subject for row in tickets_of(pilot).rows] == ["gyros"]
        await hit(pilot, "escape")
        await write(pilot, "/xylo")
        await hit(pilot, "enter")
        assert "Nothing matches “xylo”" in shown(pilot)


async def test_all_hits_follow_the_first_ones_and_stay_while_a_letter_changes_none_of_those(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "FIRST_HITS", 3)
    monkeypatch.setattr("store.desk.narrowing.FIRST_FOUND", 4)
    for number in range(9):
        ask(desk, f"invoice {number}", ago=(9 - number) * 60_000)
    drawn: list[str] = []
    async with opened(desk) as pilot:
        await write(pilot, "/invoi")
        assert under_cursor(pilot) == "invoice 0"
        show = tickets_of(pilot).show
        monkeypatch.setattr(
            tickets_of(pilot),
            "show",
            lambda stretch, **options: [drawn.append(stretch.rows[0].subject), show(stretch, **options)],
        )
        await write(pilot, "c")
        assert drawn == ["invoice 0"]


async def test_where_no_mail_has_the_word_but_a_tag_is_called_so_that_is_said(desk: Desk) -> None:
    tickets.tag(desk, [ask(desk, "Invoice").number], ["refund"])
    async with opened(desk) as pilot:
        await write(pilot, "/refund")
        assert "Nothing matches “refund”. Is tag:refund meant? Esc shows the view again." in shown(pilot)
        await hit(pilot, "escape")
        await write(pilot, "/tag:refund")
        assert under_cursor(pilot) == "Invoice"


async def test_enter_keeps_what_an_operator_that_is_only_begun_has_shown(desk: Desk) -> None:
    tickets.tag(desk, [ask(desk, "Invoice").number], ["refund"])
    async with opened(desk) as pilot:
        await write(pilot, "/tag:re")
        assert under_cursor(pilot) == "Invoice"
        await hit(pilot, "enter")
        assert under_cursor(pilot) == "Invoice"
        assert queue_of(pilot).finding.text == "tag:refund"


async def test_no_picture_shows_a_letter_without_its_hits_and_none_takes_a_new_layout(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LONGEST_ECHO", 10)
    fill_desk(desk, 5)
    ask(desk, "Invoice", "The total is wrong.")
    pictures: list[str] = []
    async with opened(desk) as pilot:
        await write(pilot, "/in")
        display, app = console(pilot)._display, console(pilot)

        def watched(screen: Any, picture: Any) -> None:
            if picture is not None:
                pictures.append(f"{queue_of(pilot).finding.text}: {len(tickets_of(pilot).rows)}")
            display(screen, picture)

        monkeypatch.setattr(app, "_display", watched)
        monkeypatch.setattr(queue_of(pilot), "_refresh_layout", lambda **_: pictures.append("laid out"))
        await write(pilot, "x")
        assert set(pictures) == {"inx: 0"}
        pictures.clear()
        await hit(pilot, "backspace")
        assert set(pictures) == {"in: 1"}


async def test_a_letter_is_shown_without_its_hits_where_they_take_long(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_desk(desk, 5)
    first, goes_on = listing.first, threading.Event()

    def slow(*given: Any, **options: Any) -> listing.Stretch:
        goes_on.wait(10)
        return first(*given, **options)

    async with opened(desk) as pilot:
        await hit(pilot, "/")
        monkeypatch.setattr(finding.listing, "first", slow)
        drawn = asyncio.Event()
        monkeypatch.setattr(console(pilot), "_display", lambda *_: drawn.set())
        await pilot.press("q")
        try:
            await asyncio.wait_for(drawn.wait(), 5)
        finally:
            goes_on.set()
        await settled(pilot)


async def test_a_letter_does_not_wait_for_the_longer_search_before_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(desk, "blue invoice")
    may_end = threading.Event()
    first = listing.first
    looks: list[tuple[str, bool]] = []

    def slow(desk: Desk, query: Query, **options: Any) -> listing.Stretch:
        looks.append((" ".join(term.text for term in query.terms), options.get("quick", True)))
        if options.get("quick") is False:
            may_end.wait()
        return first(desk, query, **options)

    monkeypatch.setattr(finding.listing, "first", slow)
    monkeypatch.setattr(finding, "PAUSE", 0)
    async with opened(desk) as pilot:
        await pilot.press("/", *"blue", "space", *"in")
        while ("blue in", False) not in looks:
            await pilot.pause(0.001)
        await pilot.press("x")
        while ("blue inx", True) not in looks:
            await pilot.pause(0.001)
        may_end.set()
        await settled(pilot)
        assert tickets_of(pilot).rows == []


async def test_the_first_look_of_the_console_reads_nothing_anew_where_nothing_has_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_desk(desk, 1)
    refreshed: list[bool] = []
    async with opened(desk) as pilot:
        original = queue_of(pilot).refresh_shown

        async def watched(**options: Any) -> None:
            refreshed.append(True)
            await original(**options)

        monkeypatch.setattr(queue_of(pilot), "refresh_shown", watched)
        await console(pilot).lookout.look()
        assert refreshed == []
        ask(desk, "new")
        await console(pilot).lookout.look()
        assert refreshed == [True]


# Completion


def test_a_word_is_offered_as_an_operator_from_its_second_letter_on() -> None:
    known = Vocabulary()
    assert known.completions("t").words == ()
    assert known.completions("harbour ta").first("harbour ta") == "harbour tag:"
    assert not known.completions("harbour ta").is_asked_for
    assert known.completions("invoice").words == ()


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("status:on", "status:on_hold"),
        ("-status:on", "-status:on_hold"),
        ("invoice tag:ref", "invoice tag:refund"),
        ("product:form", 'product:"Form Wright"'),
        ('product:"Form W', 'product:"Form Wright"'),
        ("assignee:b", "assignee:ben"),
        ("ASSIGNEE:m", "assignee:me"),
        ("lang:t", "lang:tr"),
        ("after:y", "after:yesterday"),
        ("tag:refund", "tag:refund"),
        ('"a phrase tag:re', '"a phrase tag:refund'),
        ("error:5", "error:5"),
    ],
)
def test_values_of_the_desk_complete_an_operator(desk: Desk, text: str, completed: str) -> None:
    fill_desk(desk, 1)
    tickets.tag(desk, [1], ["refund", "login"])
    desk.change(lambda tx: tx.put(Product("p10", "Form Wright")))
    assert vocabulary(desk).completions(text).first(text) == completed


async def test_values_are_shown_after_an_operator_and_nothing_while_words_are_typed(desk: Desk) -> None:
    fill_desk(desk, 1)
    tickets.tag(desk, [1], ["refund", "login", "billing"])
    async with opened(desk) as pilot:
        await write(pilot, "/body s")
        assert "Subject" in columns(pilot)
        await hit(pilot, "escape")
        await write(pilot, "/tag:")
        assert columns(pilot) == " Tab completes  tag:billing  tag:login  tag:refund"
        assert under_cursor(pilot) == "Question 0"
        await write(pilot, "re")
        assert columns(pilot) == " Tab completes  tag:refund"
        assert under_cursor(pilot) == "Question 0"
        await write(pilot, "x")
        assert under_cursor(pilot) == ""
        await hit(pilot, "escape")
        assert "Subject" in shown(pilot).splitlines()[1]


async def test_tab_takes_one_value_after_the_other_and_back(desk: Desk) -> None:
    fill_desk(desk, 1)
    tickets.tag(desk, [1], ["refund", "login", "billing"])
    async with opened(desk) as pilot:
        await write(pilot, "/body ta")
        await hit(pilot, "tab")
        assert queue_of(pilot).finding.text == "body tag:"
        for expected in ("billing", "login", "refund", "billing"):
            await hit(pilot, "tab")
            assert queue_of(pilot).finding.text == f"body tag:{expected}"
        await hit(pilot, "shift+tab")
        assert queue_of(pilot).finding.text == "body tag:refund"
        assert len(tickets_of(pilot).rows) == 1


async def test_tab_before_any_letter_shows_every_operator(desk: Desk) -> None:
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        await write(pilot, "/")
        assert "↑ earlier" in shown(pilot).splitlines()[1]
        await hit(pilot, "tab")
        assert columns(pilot).startswith(" Tab completes  is:  status:  priority:  tag:")
        await hit(pilot, "tab tab")
        assert queue_of(pilot).finding.text == "status:"


async def test_customers_are_offered_by_name_without_making_a_letter_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(desk, "hers", name="Zoë Müller", email="zm@firma.example")
    ask(desk, "his", name="Otto", email="otto@else.example")
    may_answer = threading.Event()
    original = finding.Finding._people

    async def slow(self: finding.Finding, text: str) -> tuple[str, ...]:
        await asyncio.to_thread(may_answer.wait)
        return await original(self, text)

    monkeypatch.setattr(finding.Finding, "_people", slow)
    async with opened(desk) as pilot:
        await write(pilot, "/from:mul")
        assert under_cursor(pilot) == "hers"
        assert "Subject" in columns(pilot)
        may_answer.set()
        while "firma" not in columns(pilot):
            await pilot.pause(0.001)
        assert columns(pilot) == " Tab completes  from:zm@firma.example"
        await hit(pilot, "tab")
        assert queue_of(pilot).finding.text == "from:zm@firma.example"
        assert [row.subject for row in tickets_of(pilot).rows] == ["hers"]


# Earlier searches


async def test_up_recalls_earlier_searches_and_down_comes_back_to_what_was_typed(desk: Desk) -> None:
    fill_desk(desk, 3)
    async with opened(desk) as pilot:
        for text in ("body", "customer"):
            await write(pilot, f"/{text}")
            await hit(pilot, "enter escape")
            desk.clock.pass_by(1)  # type: ignore[attr-defined]
        desk.change(lambda tx: None)
        await write(pilot, "/qu")
        await hit(pilot, "up")
        assert queue_of(pilot).finding.text == "customer"
        assert len(tickets_of(pilot).rows) == 3
        await hit(pilot, "up up up")
        assert queue_of(pilot).finding.text == "body"
        await hit(pilot, "down")
        assert queue_of(pilot).finding.text == "customer"
        await hit(pilot, "down")
        assert queue_of(pilot).finding.text == "qu"
        await hit(pilot, "down")
        assert tickets_of(pilot).cursor == 1
        await hit(pilot, "up")
        assert (tickets_of(pilot).cursor, queue_of(pilot).finding.text) == (0, "qu")


async def test_a_number_that_was_jumped_to_is_no_earlier_search(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await write(pilot, tickets.ticket(desk, 2).short)
        await hit(pilot, "enter")
        desk.change(lambda tx: None)
        assert searches.recent(desk) == []


# Searches that are kept


async def test_a_search_is_kept_under_a_name_and_comes_back_by_g_and_its_digit(desk: Desk) -> None:
    fill_desk(desk, 12)
    async with opened(desk) as pilot:
        await write(pilot, "/body 11")
        await hit(pilot, "enter g +")
        await write(pilot, "Eleven")
        assert "→ is:any body 11" in shown(pilot)
        await hit(pilot, "enter")
        assert said(pilot) == "Saved as “Eleven” · g 1 shows it"
        await hit(pilot, "g m g")
        hint = "\n".join(shown(pilot).splitlines()[-3:])
        assert "1 Eleven" in hint
        assert "Saved search" not in hint
        await hit(pilot, "1")
        assert [row.subject for row in tickets_of(pilot).rows] == ["Question 11"]
        assert "▸Eleven" in shown(pilot).splitlines()[0]
        await hit(pilot, "g o")
        assert "Eleven" not in shown(pilot).splitlines()[0]


async def test_a_search_can_be_saved_while_it_is_typed(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await write(pilot, "\\body")
        await hit(pilot, "ctrl+s")
        await write(pilot, "Bodies")
        await hit(pilot, "enter")
        assert [(each.name, each.query) for each in searches.saved(desk)] == [("Bodies", "is:open body")]


async def test_a_digit_without_a_search_and_a_save_without_one_say_so(desk: Desk) -> None:
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        await hit(pilot, "g 4")
        assert said(pilot) == "✗ no search is saved under 4 — search, then save it"
        await hit(pilot, "g +")
        assert said(pilot) == "! Nothing is searched for: search with / first"
        await hit(pilot, "g -")
        assert said(pilot) == "! No search is saved"


async def test_the_palette_knows_saved_searches_by_name(desk: Desk) -> None:
    fill_desk(desk, 3)
    searches.save(desk, "Second one", "is:any body 1")
    async with opened(desk) as pilot:
        await write(pilot, ":second o")
        await hit(pilot, "enter")
        assert [row.subject for row in tickets_of(pilot).rows] == ["Question 1"]
        await write(pilot, ":forget sea")
        await hit(pilot, "enter enter")
        assert said(pilot) == "Forgotten: “Second one”"
        assert searches.saved(desk) == []


async def test_a_search_saved_by_another_desk_of_the_agent_is_known_after_a_look(desk: Desk) -> None:
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        searches.save(desk, "From elsewhere", "is:any")
        await console(pilot).lookout.look()
        await hit(pilot, "g")
        assert "1 From elsewhere" in "\n".join(shown(pilot).splitlines()[-3:])


async def test_agents_without_a_name_in_the_list_are_completed_too(desk: Desk) -> None:
    desk.change(lambda tx: tx.put(Agent("a1", "çağla", languages=("pt",))))
    assert vocabulary(desk).completions("assignee:ç").first("assignee:ç") == "assignee:çağla"
    assert vocabulary(desk).completions("lang:p").first("lang:p") == "lang:pt"
