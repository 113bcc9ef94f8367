"""Saved searches and the searches of late."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.desk import Desk, searches
from store.errors import BadInput, NotFound
from tests.conftest import StoppedClock


def test_a_search_is_saved_under_a_name_and_the_first_free_digit(desk: Desk) -> None:
    late = searches.save(desk, "  Billing,  late ", "is:overdue  tag:billing")
    other = searches.save(desk, "Other", "is:any harbour")
    assert (late.name, late.query, late.digit, other.digit) == (
        "Billing, late",
        "is:overdue tag:billing",
        1,
        2,
    )
    searches.forget(desk, late)
    assert searches.saved(desk) == [other]
    assert searches.save(desk, "Third", "x").digit == 1
    assert searches.under(desk, 2) == other
    with pytest.raises(NotFound, match="under 9"):
        searches.under(desk, 9)


def test_the_same_name_is_saved_anew_and_keeps_its_digit(desk: Desk) -> None:
    searches.save(desk, "First", "a")
    searches.save(desk, "Second", "b")
    assert searches.save(desk, "SECOND", "c").digit == 2
    assert [(each.name, each.query) for each in searches.saved(desk)] == [("First", "a"), ("SECOND", "c")]


def test_the_tenth_search_has_no_digit_and_is_still_kept(desk: Desk) -> None:
    made = [searches.save(desk, f"search {number}", str(number)) for number in range(11)]
    assert [each.digit for each in made] == [*range(1, 10), 0, 0]
    assert len(searches.saved(desk)) == 11


@pytest.mark.parametrize(("name", "query"), [("", "x"), ("  ", "x"), ("x", " ")])
def test_nothing_is_saved_without_a_name_or_a_query(desk: Desk, name: str, query: str) -> None:
    with pytest.raises(BadInput, match="needs a name"):
        searches.save(desk, name, query)


def test_each_agent_has_searches_of_their_own(desk: Desk) -> None:
    searches.save(desk, "Hers", "x")
    searches.remember(desk, "x").result()
    with Desk(Path(desk.path), "ben") as other:
        assert searches.saved(other) == []
        assert searches.recent(other) == []
        searches.save(other, "Hers", "y")
    assert [each.query for each in searches.saved(desk)] == ["x"]


def test_saving_is_a_change_that_the_team_database_hears_of_and_history_is_not(desk: Desk) -> None:
    before = desk.last_change()
    searches.remember(desk, "x").result()
    assert desk.last_change() == before
    searches.save(desk, "Hers", "x")
    row = desk.read().execute("SELECT kind, entity FROM changes ORDER BY number DESC LIMIT 1").fetchone()
    assert tuple(row) == ("put", "search")


def test_the_latest_search_comes_first_once_and_old_ones_are_forgotten(
    desk: Desk, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "MOST_REMEMBERED", 3)
    for text in ("one", "two", "three", "one ", "four"):
        clock.pass_by(1)
        searches.remember(desk, text).result()
    assert searches.recent(desk) == ["four", "one", "three"]
