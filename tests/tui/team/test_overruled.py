"""What was decided otherwise than this agent did: told with both values, set again, let go."""

from __future__ import annotations

import pytest

from store.desk import Desk, tickets
from store.sync import overruled
from tests.tui.console import LARGE, console, opened, press, said, shown
from tests.tui.team.saying import foot, overrule, tell
from tui.screens.overruled import OverruledScreen

pytestmark = pytest.mark.usefixtures("utc")


async def test_a_claim_that_was_lost_is_told_with_both_values_and_set_again_with_a_key(shared: Desk) -> None:
    async with opened(shared, LARGE) as pilot:
        await tell(pilot)
        overrule(shared, 1)
        tickets.assign(shared, [1], "ben")
        await tell(pilot, conflicts=1)
        assert "ben was first to take #" in said(pilot)
        assert "(yours: ada, now: ben)" in said(pilot)
        console(pilot).say("")
        assert "1 of yours overruled (g y)" in foot(pilot)
        await press(pilot, "Y")
        assert tickets.ticket(shared, 1).assignee == "ada"
        assert overruled.conflicts(shared) == []
        assert said(pilot).startswith("Yours is set again")
        await press(pilot, "Y")
        assert "Nothing of yours was overruled just now" in said(pilot)


async def test_what_was_overruled_before_the_console_opened_is_counted_and_not_told_anew(
    shared: Desk,
) -> None:
    overrule(shared, 1)
    async with opened(shared) as pilot:
        await tell(pilot)
        assert "was first" not in said(pilot)
        assert "1 of yours overruled" in foot(pilot)


async def test_the_list_of_what_was_overruled_opens_sets_again_and_lets_go(shared: Desk) -> None:
    for number in (1, 2, 3):
        overrule(shared, number)
    overrule(
        shared,
        4,
        change="m",
        kind="message",
        entity="message",
        field="",
        mine="null",
        theirs="null",
        outcome="rejected",
    )
    async with opened(shared, LARGE) as pilot:
        await tell(pilot)
        await press(pilot, "g", "y")
        screen = console(pilot).place
        assert isinstance(screen, OverruledScreen)
        assert "4 changes of yours did not hold" in shown(pilot)
        await press(pilot, "s")
        assert "written anew" in said(pilot)
        await press(pilot, "enter")
        assert "about no ticket" in said(pilot)
        await press(pilot, "j", "s")
        assert tickets.ticket(shared, 3).assignee == "ada"
        assert "Set again: assignee of #" in said(pilot)
        await press(pilot, "x")
        assert "Left as it is" in said(pilot)
        assert len(overruled.conflicts(shared)) == 2
        await press(pilot, "g", "g", "j", "enter")
        assert console(pilot).conversation().opened.ticket.number == 1
        await press(pilot, "u")
        assert isinstance(console(pilot).place, OverruledScreen)
        await press(pilot, "x", "x")
        assert "Nothing of yours was overruled" in shown(pilot)
        await press(pilot, "x")
        assert "Nothing of yours was overruled" in said(pilot)
        await press(pilot, "escape")
        assert console(pilot).place is console(pilot).queue_behind()
