"""The reply editor: what is typed stays, what the gate says is shown, one sends with a plain key."""

from __future__ import annotations

import pytest

from store.desk import Desk, drafts, rules, tickets
from store.model import Status, Ticket
from tests.conftest import answer, ask, write_again
from tests.tui.console import (
    GOOD,
    GUIDE,
    LARGE,
    SMALL,
    console,
    editing,
    editor,
    fill,
    invoice_ticket,
    judged,
    kept,
    opened,
    press,
    queued,
    said,
    settled,
    status_of,
    until,
)
from tui.screens.reply import ReplyScreen
from tui.screens.review import ReviewScreen
from tui.screens.takeaways import TakeawayPicker
from tui.widgets.line import Line
from tui.widgets.line_box import LineBox
from tui.widgets.review_panel import ReviewPanel


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    return invoice_ticket(desk)


def panel(pilot) -> str:  # type: ignore[no-untyped-def]
    return editor(pilot).query_one(ReviewPanel).text


# Drafts


async def test_esc_leaves_the_editor_and_the_draft_is_found_again_with_its_cursor(
    desk: Desk, ticket: Ticket
) -> None:
    async with editing(desk, ticket, "Hello Carla,\nhalf a thought") as pilot:
        editor(pilot).editor.go_to(5)
        await press(pilot, "escape")
        assert not isinstance(console(pilot).place, ReplyScreen)
        assert "draft is kept" in said(pilot)
        assert kept(desk, ticket) == "Hello Carla,\nhalf a thought"
        console(pilot).open_reply(ticket)
        await settled(pilot)
        assert editor(pilot).editor.text == "Hello Carla,\nhalf a thought"
        assert editor(pilot).editor.cursor_location == (0, 5)


async def test_a_draft_is_kept_when_the_console_is_left_while_typing(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket) as pilot:
        await press(pilot, *"Hi", "ctrl+q")
    assert kept(desk, ticket) == "Hi"


async def test_letters_are_text_while_typing(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket) as pilot:
        await press(pilot, *"rsJ", "colon", "slash")
        assert editor(pilot).editor.text == "rsJ:/"


async def test_a_second_look_at_the_same_ticket_shows_the_same_draft(desk: Desk, ticket: Ticket) -> None:
    drafts.save(desk, ticket, "from yesterday", cursor=4).result()
    async with editing(desk, ticket) as pilot:
        assert editor(pilot).editor.text == "from yesterday"


# The gate


async def test_findings_are_shown_by_sign_and_word_with_what_to_do(desk: Desk, ticket: Ticket) -> None:
    async with editing(
        desk, ticket, "Hello Carla,\n\nthe invoice of March lies in your account under Billing."
    ) as pilot:
        assert "✗ stops" in panel(pilot)
        assert "→" in panel(pilot)
        editor(pilot).editor.put(f" It is explained here: {GUIDE}")
        await judged(pilot)
        assert "✗ stops" not in panel(pilot)
        assert "✓ may be sent" in panel(pilot)


async def test_the_gate_is_asked_in_a_pause_without_a_command(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket) as pilot:
        before = editor(pilot).writing.review
        editor(pilot).editor.put("Hello Carla")
        await until(pilot, lambda: editor(pilot).writing.review is not before)


async def test_f8_goes_to_the_words_a_finding_is_about(desk: Desk, ticket: Ticket) -> None:
    text = f"Hello Carla,\n\nyour invoice [[NUMBER]] of March lies under Billing, see {GUIDE} for each step of it."
    async with editing(desk, ticket, text) as pilot:
        found = [each for each in editor(pilot).writing.review.findings if each.spans]
        assert found
        await press(pilot, "f8")
        start, end = found[0].spans[0]
        assert editor(pilot).editor.selected_text == text[start:end]


async def test_a_sentence_sent_to_somebody_else_is_marked_in_the_text_and_compared(
    desk: Desk, ticket: Ticket
) -> None:
    old = (
        "Please open the preferences pane, choose the second tab and switch the blue lever to the left side."
    )
    answer(desk, ask(desk, "Another", "Another question"), f"Hello Bob,\n\n{old}\n\nAda")
    async with editing(desk, ticket, f"Hello Carla,\n\n{old}\n\nAda", LARGE) as pilot:
        screen = editor(pilot)
        assert {mark.tone for mark in screen.editor.marks} >= {"old"}
        assert screen.editor.render_line(2).text.startswith("=")
        await press(pilot, "f5")
        assert "blue lever" in pilot.app.screen.query_one("#theirs", LineBox).text
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ReplyScreen)


# Links and quotes


async def test_two_question_marks_put_in_a_link_with_its_sentence_still_to_be_written(
    desk: Desk, ticket: Ticket
) -> None:
    async with editing(desk, ticket, "Look here: ") as pilot:
        await press(pilot, "question_mark", "question_mark")
        assert isinstance(pilot.app.screen, TakeawayPicker)
        await press(pilot, "enter")
        screen = editor(pilot)
        assert screen.editor.text == f"Look here:  {GUIDE}"
        assert screen.editor.cursor_location == (0, len("Look here: "))
        assert "own words" in said(pilot)


async def test_leaving_the_picker_leaves_the_question_marks(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, "Really") as pilot:
        await press(pilot, "question_mark", "question_mark", "escape")
        assert editor(pilot).editor.text == "Really??"


async def test_a_pasted_address_is_added_to_the_knowledge_base_and_put_in(desk: Desk, ticket: Ticket) -> None:
    from store.desk import takeaways

    async with editing(desk, ticket) as pilot:
        await press(pilot, "f3")
        fill(pilot, "https://docs.harbour.example/new/page")
        await press(pilot, "enter", *"New", "enter")
        assert "https://docs.harbour.example/new/page" in editor(pilot).editor.text
        assert takeaways.takeaway(desk, "https://docs.harbour.example/new/page").title == "New"


async def test_only_the_customers_new_text_is_quoted_where_the_cursor_stands(
    desk: Desk, ticket: Ticket
) -> None:
    write_again(desk, ticket, "One more thing.\n\n> old words", folds=((17, 28, "quote"),))
    async with editing(desk, ticket, "Hello Carla,") as pilot:
        await press(pilot, "f4")
        assert editor(pilot).editor.text == "Hello Carla,\n> One more thing.\n\n"
        await press(pilot, "ctrl+z")
        assert editor(pilot).editor.text == "Hello Carla,"


# The conversation beside it


async def test_on_a_wide_screen_the_conversation_stands_beside_the_text(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, size=LARGE) as pilot:
        assert editor(pilot).conversation.size.width > 40


async def test_on_a_narrow_screen_the_conversation_is_one_key_away(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, "Hi", size=SMALL) as pilot:
        assert not editor(pilot).conversation.size
        await press(pilot, "f6")
        assert editor(pilot).conversation.size.width == 80
        await press(pilot, "escape", "x")
        assert editor(pilot).editor.text == "Hix"


async def test_what_comes_in_while_one_types_is_said_at_once(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, "Hello") as pilot:
        write_again(desk, ticket, "Found it, never mind.", name="Carla")
        await console(pilot).refresh_all()
        await settled(pilot)
        assert "Carla has just written" in said(pilot)
        assert editor(pilot).editor.text == "Hello"


# Sending


async def test_a_reply_without_a_takeaway_stays_in_the_editor(desk: Desk, ticket: Ticket) -> None:
    text = "Hello Carla,\n\nthe invoice of March lies in your account under Billing, in the second row."
    async with editing(desk, ticket, text) as pilot:
        await press(pilot, "ctrl+r")
        assert isinstance(pilot.app.screen, ReviewScreen)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ReviewScreen)
        assert "link" in said(pilot)
        await press(pilot, "escape")
        assert editor(pilot).editor.text == text
    assert queued(desk) == []
    assert kept(desk, ticket) == text


async def test_enter_sends_and_the_ticket_waits_for_the_customer(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        await press(pilot, "ctrl+r", "enter")
        assert not isinstance(console(pilot).place, ReplyScreen)
        assert "10 s · Z takes it back" in said(pilot)
    assert queued(desk) == [GOOD]
    assert status_of(desk, ticket) == "pending"
    assert kept(desk, ticket) == ""


async def test_the_seconds_to_call_back_end_with_the_console(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        await press(pilot, "ctrl+r", "enter")
    sent = console(pilot).sent
    assert sent is not None
    sent.tell()  # the timer's last call, for which no screen is left
    assert queued(desk) == [GOOD]


async def test_send_and_solve_is_one_key(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        await press(pilot, "ctrl+r", "e")
    assert queued(desk) == [GOOD]
    assert status_of(desk, ticket) == "solved"


async def test_another_status_and_a_copy_are_chosen_before_sending(desk: Desk, ticket: Ticket) -> None:
    from store.desk import outbox

    async with editing(desk, ticket, GOOD) as pilot:
        await press(pilot, "ctrl+r", "o", "h", "c")
        fill(pilot, "bob@team.example")
        await press(pilot, "enter")
        assert "on hold" in pilot.app.screen.query_one("#then").text
        assert "bob@team.example" in pilot.app.screen.query_one("#cc").text
        await press(pilot, "s")
    assert outbox.outgoing(desk)[0].recipients == (ticket.customer.email, "bob@team.example")
    assert status_of(desk, ticket) == "on_hold"


async def test_undo_send_opens_the_editor_with_the_text_again(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        await press(pilot, "ctrl+r", "enter", "Z")
        assert editor(pilot).editor.text == GOOD
    assert queued(desk) == []
    assert status_of(desk, ticket) == "new"
    assert kept(desk, ticket) == GOOD


async def test_a_new_message_stops_sending_is_shown_and_the_second_time_it_goes(
    desk: Desk, ticket: Ticket
) -> None:
    async with editing(desk, ticket, GOOD) as pilot:
        write_again(desk, ticket, "I also need the one of April.")
        await press(pilot, "ctrl+r", "enter")
        assert queued(desk) == []
        screen = editor(pilot)
        assert screen.editor.text == GOOD
        assert screen.has_class("-reading")
        assert any("April" in message.body for message in screen.conversation.messages)
        await press(pilot, "escape", "ctrl+r", "enter")
    assert queued(desk) == [GOOD]


async def test_a_flagged_reply_asks_for_a_reason_that_is_kept_with_it(desk: Desk, ticket: Ticket) -> None:
    old = (
        "Please open the preferences pane, choose the second tab and switch the blue lever to the left side. "
        f"Each picture of it stands here: {GUIDE}"
    )
    answer(desk, ask(desk, "Another", "Another question"), f"Hello Bob,\n\n{old}\n\nAda")
    async with editing(desk, ticket, f"Hello Carla,\n\n{old}\n\nAda") as pilot:
        await press(pilot, "ctrl+r", "enter")
        assert queued(desk) == []
        assert pilot.app.screen.focused is not None
        fill(pilot, "same case")
        await press(pilot, "enter", "enter")
    assert len(queued(desk)) == 1
    reasons = desk.read().execute("SELECT rule, reason FROM reasons").fetchall()
    assert [tuple(row) for row in reasons] == [("canned.flagged", "same case")]


async def test_a_decline_has_its_rule_at_the_side_and_never_in_the_text(desk: Desk, ticket: Ticket) -> None:
    link = "https://partners.example/bookkeeping"
    rule = rules.add(
        desk, title="Bookkeeping advice", covered=False, why="We are no accountants.", links=[link]
    )
    async with editing(desk, ticket, rule=rule.id) as pilot:
        screen = editor(pilot)
        assert screen.editor.text == ""
        assert "We are no accountants." in screen.query_one("#beside", LineBox).text
        screen.editor.put("Hello Carla, no.")
        await judged(pilot)
        assert "✗ stops" in panel(pilot)
        screen.editor.put(
            " How this invoice is booked depends on the law of your country, which none of us here has studied. "
            f"Somebody near you who has is listed here: {link}"
        )
        await press(pilot, "ctrl+r", "enter")
    assert len(queued(desk)) == 1
    assert tickets.ticket(desk, ticket.number).declined_by == rule.id


async def test_a_reply_to_somebody_without_an_address_stays_in_the_editor(desk: Desk) -> None:
    nobody = ask(desk, "A call", "I called", email="", name="Somebody")
    async with editing(desk, nobody, GOOD.replace("Carla", "Somebody")) as pilot:
        await press(pilot, "ctrl+r")
        assert "no address" in pilot.app.screen.query_one("#to").text
        await press(pilot, "enter", "escape")
        assert editor(pilot).editor.text.startswith("Hello Somebody")
    assert status_of(desk, nobody) == str(Status.NEW)


# Hostile and small


async def test_markup_of_strangers_is_shown_as_it_is(desk: Desk) -> None:
    strange = ask(
        desk, "[bold]URGENT[/bold] [link=x]", "[red]hi[/red]", name="[b]Eve[/b]", email="eve@x.example"
    )
    async with editing(desk, strange, "see [/b] [[") as pilot:
        assert "[bold]URGENT[/bold]" in editor(pilot).query_one("#heading").text
        await press(pilot, "f4", "ctrl+r")
        assert "> [red]hi[/red]" in pilot.app.screen.query_one("#letter", LineBox).text


async def test_pasted_escape_sequences_arrive_without_their_power(desk: Desk, ticket: Ticket) -> None:
    from textual.events import Paste

    async with editing(desk, ticket) as pilot:
        pilot.app.screen.post_message(Paste("a\x1b[31mb\r\nc"))
        editor(pilot).editor.post_message(Paste("a\x1b[31mb\r\nc"))
        await settled(pilot)
        assert set(editor(pilot).editor.text) <= set("ab\nc")


async def test_a_narrow_terminal_is_told_in_one_line_and_nothing_is_lost(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, "Hello") as pilot:
        await pilot.resize_terminal(30, 8)
        await settled(pilot)
        assert any("too small" in line.text for line in editor(pilot).query(Line))
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert editor(pilot).editor.text == "Hello"


async def test_no_draft_is_written_by_only_looking(desk: Desk, ticket: Ticket) -> None:
    async with opened(desk) as pilot:
        console(pilot).open_reply(ticket)
        await settled(pilot)
        await press(pilot, "escape")
    assert kept(desk, ticket) == ""


async def test_another_look_repaints_the_text_that_is_written(desk: Desk, ticket: Ticket) -> None:
    async with editing(desk, ticket, "Hello") as pilot:
        before = editor(pilot).editor.render_line(0)
        console(pilot).next_look()
        await settled(pilot)
        assert editor(pilot).editor.render_line(0) != before
        assert editor(pilot).editor._drawn[0] == editor(pilot).editor.render_line(0)
