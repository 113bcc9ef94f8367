"""The queue: a list of any length under the hands of somebody fast."""

from __future__ import annotations

import threading
import time

import pytest

from store.desk import Desk, tickets
from store.desk import undo as store_undo
from store.desk.undo import undo
from store.model import Priority, Status
from tests.conftest import HOUR, StoppedClock, ask
from tests.tui.console import console, opened, said, settled, shown
from tests.tui.queue_desk import (
    fill_desk,
    hit,
    in_view,
    open_ticket_of,
    queue_of,
    rush,
    tickets_of,
    under_cursor,
)
from tui import acting, listing
from tui.screens.dialogs import Choose, Say
from tui.screens.progress import ProgressDialog
from tui.widgets import ticket_list


async def test_the_queue_opens_on_who_waits_longest_with_the_counts_of_its_views(desk: Desk) -> None:
    fill_desk(desk, 3)
    ask(desk, "Late already", priority=Priority.URGENT, ago=5 * HOUR)
    async with opened(desk) as pilot:
        assert under_cursor(pilot) == "Late already"
        text = shown(pilot)
        assert "▸Open 4" in text
        assert "Overdue 1" in text
        assert "late" in text.splitlines()[2]
        assert "!!" in text.splitlines()[2]


async def test_an_empty_queue_says_so(desk: Desk) -> None:
    async with opened(desk) as pilot:
        assert "nobody waits" in shown(pilot)
        await hit(pilot, "enter")
        assert said(pilot) == "! There is no ticket to open"


async def test_moving_the_cursor_redraws_two_lines(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_desk(desk, 40)
    async with opened(desk) as pilot:
        drawn: list[int] = []
        original = ticket_list.TicketList._strip
        monkeypatch.setattr(
            ticket_list.TicketList,
            "_strip",
            lambda self, row, *more: drawn.append(self.rows.index(row)) or original(self, row, *more),
        )
        await hit(pilot, "j")
        assert sorted(drawn) == [0, 1]


async def test_the_whole_desk_can_be_walked_though_the_list_holds_a_part(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "STRETCH", 30)
    monkeypatch.setattr(ticket_list, "KEPT", 60)
    monkeypatch.setattr(ticket_list, "AHEAD", 5)
    fill_desk(desk, 200)
    expected = in_view(desk, "is:open")
    async with opened(desk) as pilot:
        for at in range(1, 200):
            queue_of(pilot).move_lines(1)
            if at % 20 == 0:
                await settled(pilot)
                assert under_cursor(pilot) == expected[at]
                assert len(tickets_of(pilot).rows) <= 60
        await settled(pilot)
        assert under_cursor(pilot) == expected[-1]
        await hit(pilot, "pageup pageup")
        assert under_cursor(pilot) in expected[140:180]
        for _ in range(20):
            queue_of(pilot).move_pages(-1)
        await settled(pilot)
        assert under_cursor(pilot) == expected[0]


async def test_g_g_and_capital_g_go_to_the_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "STRETCH", 30)
    fill_desk(desk, 100)
    expected = in_view(desk, "is:open")
    async with opened(desk) as pilot:
        await hit(pilot, "G")
        assert under_cursor(pilot) == expected[-1]
        await hit(pilot, "k k")
        assert under_cursor(pilot) == expected[-3]
        await hit(pilot, "g g")
        assert under_cursor(pilot) == expected[0]


async def test_closing_a_ticket_leaves_the_cursor_on_the_one_that_follows(desk: Desk) -> None:
    fill_desk(desk, 5)
    async with opened(desk) as pilot:
        await hit(pilot, "j e")
        assert under_cursor(pilot) == "Question 2"
        assert in_view(desk, "is:open") == ["Question 0", "Question 2", "Question 3", "Question 4"]
        assert said(pilot) == "Closed · z takes it back"
        await hit(pilot, "z")
        assert len(in_view(desk, "is:open")) == 5
        assert said(pilot).startswith("Undone: status of #")


async def test_keys_typed_ahead_close_one_ticket_after_the_other(desk: Desk) -> None:
    fill_desk(desk, 6)
    async with opened(desk) as pilot:
        await rush(pilot, "e e e")
        assert in_view(desk, "is:open") == ["Question 3", "Question 4", "Question 5"]


async def test_keys_pressed_while_a_dialog_opens_go_to_the_dialog(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await rush(pilot, "s p")
        assert str(tickets.ticket(desk, 1).status) == "pending"
        await hit(pilot, "s")
        assert isinstance(console(pilot).screen, Choose)
        await hit(pilot, "escape")
        assert under_cursor(pilot) == "Question 1"


async def test_taking_a_ticket_that_somebody_has_is_refused_in_one_line(desk: Desk) -> None:
    fill_desk(desk, 1)
    tickets.assign(desk, [1], "ben")
    async with opened(desk) as pilot:
        await hit(pilot, "a")
        assert said(pilot) == "✗ ben has this ticket — assign it to yourself to take it over"
        await hit(pilot, "A a d a enter")
        assert tickets.ticket(desk, 1).assignee == "ada"


@pytest.mark.parametrize(
    ("keys", "field", "value"),
    [
        ("! u", "priority", Priority.URGENT),
        ("t r e f u n d enter", "tags", ("refund",)),
        ("v b i l enter", "department", "Billing"),
        ("s h", "status", Status.ON_HOLD),
        ("E l o g s enter n o n e enter enter", "tier", 2),
    ],
)
async def test_a_key_and_an_answer_change_the_ticket(
    desk: Desk, keys: str, field: str, value: object
) -> None:
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        await hit(pilot, keys)
        assert getattr(tickets.ticket(desk, 1), field) == value


async def test_snoozing_says_when_while_one_types_and_hides_the_ticket(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await hit(pilot, "h 2 h")
        assert "in 2h" in shown(pilot)
        await hit(pilot, "enter")
        assert tickets.ticket(desk, 1).snoozed_until == desk.now() + 2 * HOUR
        assert in_view(desk, "is:open") == ["Question 1"]
        await hit(pilot, "g z H")
        assert len(in_view(desk, "is:open")) == 2


async def test_words_that_are_no_moment_are_told_and_nothing_is_snoozed(desk: Desk) -> None:
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        await hit(pilot, "h x y enter")
        assert isinstance(console(pilot).screen, Say)
        assert "is no moment" in shown(pilot)


async def test_the_last_change_is_repeated_on_another_ticket(desk: Desk) -> None:
    fill_desk(desk, 3)
    async with opened(desk) as pilot:
        await hit(pilot, ".")
        assert said(pilot) == "! There is nothing to repeat yet"
        await hit(pilot, "t a b enter j .")
        assert [tickets.ticket(desk, number).tags for number in (1, 2, 3)] == [("ab",), ("ab",), ()]


# Selection and bulk


async def test_selected_tickets_are_changed_together_and_undone_together(desk: Desk) -> None:
    fill_desk(desk, 4)
    async with opened(desk) as pilot:
        await hit(pilot, "x j x")
        assert "2 selected" in shown(pilot)
        await hit(pilot, "e")
        assert in_view(desk, "is:open") == ["Question 1", "Question 3"]
        assert said(pilot) == "Closed · 2 tickets · z takes it back"
        await hit(pilot, "z")
        assert len(in_view(desk, "is:open")) == 4


async def test_all_tickets_of_a_view_are_changed_in_batches_and_undone_as_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "BATCH", 10)
    fill_desk(desk, 35)
    async with opened(desk) as pilot:
        await hit(pilot, "* a")
        assert "35 selected" in shown(pilot)
        await hit(pilot, "! h")
        assert said(pilot) == "Priority: high · 35 tickets · z takes it back"
        assert len(in_view(desk, "is:open priority:high")) == 35
        await hit(pilot, "z")
        assert in_view(desk, "is:open priority:high") == []


async def test_bulk_work_stops_at_esc_and_says_how_far_it_came(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "BATCH", 5)
    monkeypatch.setattr(ProgressDialog, "reached", lambda self, done: self.action_leave())
    fill_desk(desk, 30)
    async with opened(desk) as pilot:
        await hit(pilot, "* a e")
        assert len(in_view(desk, "is:open")) == 25
        assert "5 tickets of 30" in said(pilot)
        undo(desk)
        assert len(in_view(desk, "is:open")) == 30


@pytest.fixture
def slow_undo(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Undo tells how far it is after each change, and goes on from the second one when it may."""
    may_go_on = threading.Event()
    may_go_on.ways = []  # type: ignore[attr-defined]
    monkeypatch.setattr(store_undo, "TOLD_EVERY", 1)
    monkeypatch.setattr(acting, "SOON", 0.001)
    heard = acting._Way.heard

    def wait(self: acting._Way, done: int, total: int) -> None:
        heard(self, done, total)
        if done == 1:
            may_go_on.ways.append(self)  # type: ignore[attr-defined]
            may_go_on.wait()
            heard(self, done, total)

    monkeypatch.setattr(acting._Way, "heard", wait)
    return may_go_on


async def test_a_long_undo_says_how_far_it_is_and_takes_no_key_hostage(
    desk: Desk, slow_undo: threading.Event
) -> None:
    fill_desk(desk, 8)
    async with opened(desk) as pilot:
        await hit(pilot, "* a e")
        await pilot.press("z")
        while "1 of 8" not in shown(pilot):
            await pilot.pause(0.001)
        assert isinstance(console(pilot).screen, ProgressDialog)
        slow_undo.set()
        await settled(pilot)
        assert said(pilot) == "Undone: status of 8 tickets"
        assert len(in_view(desk, "is:open")) == 8


async def test_an_undo_that_is_stopped_takes_nothing_back(desk: Desk, slow_undo: threading.Event) -> None:
    fill_desk(desk, 8)
    async with opened(desk) as pilot:
        await hit(pilot, "* a e")
        await pilot.press("z")
        while "1 of 8" not in shown(pilot):
            await pilot.pause(0.001)
        await pilot.press("escape")
        while not slow_undo.ways[0].is_stopped:  # type: ignore[attr-defined]
            await pilot.pause(0.001)
        assert "Stopping …" in shown(pilot)
        slow_undo.set()
        await settled(pilot)
        assert said(pilot).startswith("✗ the undo was stopped, and nothing was taken back")
        assert in_view(desk, "is:open") == []
        await hit(pilot, "z")
        assert len(in_view(desk, "is:open")) == 8


async def test_esc_drops_the_selection_before_anything_else(desk: Desk) -> None:
    fill_desk(desk, 3)
    async with opened(desk) as pilot:
        await hit(pilot, "g m")
        await hit(pilot, "g o x escape")
        assert tickets_of(pilot).marked == set()
        assert queue_of(pilot).view_name == "Open"


# Finding


async def test_searching_shows_what_matches_while_letters_stay_letters(desk: Desk) -> None:
    fill_desk(desk, 3)
    ask(desk, "Refund please", "I want my money back")
    tickets.set_status(desk, [4], Status.SOLVED)
    async with opened(desk) as pilot:
        await hit(pilot, "/ m o n e")
        assert under_cursor(pilot) == "Refund please"
        assert len(tickets_of(pilot).rows) == 1
        assert str(tickets.ticket(desk, 4).status) == "solved"
        await hit(pilot, "y enter")
        assert console(pilot).focused is tickets_of(pilot)
        await hit(pilot, "escape")
        assert len(tickets_of(pilot).rows) == 3


async def test_a_search_that_finds_nothing_says_so_and_esc_shows_the_view_again(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await hit(pilot, "/ q q q")
        assert "Nothing matches “qqq”" in shown(pilot)
        await hit(pilot, "escape")
        assert under_cursor(pilot) == "Question 0"


async def test_a_filter_narrows_the_view_that_is_shown(desk: Desk) -> None:
    fill_desk(desk, 12)
    tickets.claim(desk, [3, 11])
    async with opened(desk) as pilot:
        await hit(pilot, "g m")
        await pilot.press("\\", *"body")
        await pilot.press("space", *"10", "enter")
        await settled(pilot)
        assert [row.subject for row in tickets_of(pilot).rows] == ["Question 10"]


async def test_letters_typed_right_after_the_search_key_are_searched_for(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await rush(pilot, "/ e a r")
        assert queue_of(pilot).finding.text == "ear"
        assert in_view(desk, "is:open") == ["Question 0", "Question 1"]


async def test_a_number_opens_its_ticket(desk: Desk) -> None:
    fill_desk(desk, 3)
    short = tickets.ticket(desk, 2).short
    async with opened(desk) as pilot:
        await pilot.press(*short, "enter")
        await settled(pilot)
        assert open_ticket_of(pilot).opened.ticket.number == 2


async def test_a_number_that_no_ticket_has_is_told(desk: Desk) -> None:
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        await hit(pilot, "9 9 9 9 9 9 9 9 enter")
        assert said(pilot).startswith("! There is no ticket #99999999")


async def test_operators_complete_themselves(desk: Desk) -> None:
    fill_desk(desk, 1)
    tickets.tag(desk, [1], ["refund"])
    async with opened(desk) as pilot:
        await hit(pilot, "/ t a g : r e right")
        assert queue_of(pilot).finding.text == "tag:refund"


# Times


async def test_ages_are_told_as_dates_with_their_zone_on_demand(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await hit(pilot, "@")
        lines = shown(pilot).splitlines()
        assert lines[1].startswith("      Since, CET State")
        assert lines[2].startswith("▌          09:58 new")
        assert said(pilot) == "Times as dates, in CET (UTC+01:00)"
        await hit(pilot, "enter")
        assert "waits since Wed 4 Mar 2026 09:58 CET" in shown(pilot)
        assert "customer · Wed 4 Mar 2026 09:58 CET" in shown(pilot)
        await hit(pilot, "@ u")
        assert shown(pilot).splitlines()[2].startswith("▌    62m new")
    monkeypatch.undo()
    time.tzset()


# What others do


async def test_a_change_made_elsewhere_keeps_the_cursor_on_its_ticket(desk: Desk) -> None:
    fill_desk(desk, 5)
    async with opened(desk) as pilot:
        await hit(pilot, "j j")
        tickets.set_priority(desk, [5], Priority.URGENT)
        tickets.set_status(desk, [1], Status.CLOSED)
        await console(pilot).lookout.look()
        assert under_cursor(pilot) == "Question 2"
        assert tickets_of(pilot).rows[0].subject == "Question 4"


async def test_the_cursor_follows_its_ticket_to_wherever_others_moved_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "STRETCH", 10)
    fill_desk(desk, 80)
    async with opened(desk) as pilot:
        await hit(pilot, "j")
        tickets.set_status(desk, [2], Status.PENDING)
        await console(pilot).lookout.look()
        assert under_cursor(pilot) == "Question 1"
        assert not tickets_of(pilot).below


async def test_a_snoozed_ticket_comes_back_by_itself(desk: Desk, clock: StoppedClock) -> None:
    fill_desk(desk, 2)
    tickets.snooze(desk, [1], desk.now() + HOUR)
    async with opened(desk) as pilot:
        assert len(tickets_of(pilot).rows) == 1
        clock.pass_by(2 * HOUR)
        await console(pilot).lookout.look()
        await console(pilot).refresh_all()
        assert len(tickets_of(pilot).rows) == 2


# Sizes


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 45), (300, 80)])
async def test_a_row_is_as_wide_as_the_terminal(desk: Desk, size: tuple[int, int]) -> None:
    ask(desk, "件名: ログインできません 👍🏽 שלום", name="مريم 👨‍👩‍👧")
    async with opened(desk, size) as pilot:
        widget = tickets_of(pilot)
        assert widget.render_line(0).cell_length == size[0]
        assert "ログイン" in widget.render_line(0).text


async def test_a_terminal_that_is_too_small_says_so_and_loses_nothing(desk: Desk) -> None:
    fill_desk(desk, 3)
    async with opened(desk) as pilot:
        await hit(pilot, "j x")
        await pilot.resize_terminal(30, 8)
        await settled(pilot)
        assert shown(pilot).strip() == "30×8 is too small: 40×10"
        await pilot.resize_terminal(70, 20)
        await settled(pilot)
        assert "is made for 80×24" in said(pilot)
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert under_cursor(pilot) == "Question 2"
        assert tickets_of(pilot).marked == {2}


async def test_what_a_stranger_wrote_is_shown_as_it_is(desk: Desk) -> None:
    ask(desk, "[bold red]Click[/] [link=x]me[/link]", name="[blink]Eve[/]")
    async with opened(desk) as pilot:
        assert "[bold red]Click[/] [link=x]me" in shown(pilot)
        assert "[blink]Eve[/]" in shown(pilot)
