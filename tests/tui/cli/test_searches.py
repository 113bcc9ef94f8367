"""`helpterm search`: what the console keeps under a name is kept, found and forgotten from a script."""

from __future__ import annotations

from tests.tui.cli.conftest import Helpterm


def test_a_search_is_kept_listed_shown_and_forgotten(helpterm: Helpterm) -> None:
    kept = helpterm("search", "save", "Payments", "is:any", "payment", "--json").json["searches"]
    assert [(each["name"], each["query"], each["digit"]) for each in kept] == [
        ("Payments", "is:any payment", 1)
    ]
    assert helpterm("search", "--json").json["searches"] == kept
    assert "g 1" in helpterm("search", "list").out
    shown = helpterm("search", "show", "payments", "--json", "--limit", "2").json
    found = helpterm("queue", "is:any", "payment", "--json", "--limit", "2").json
    assert shown == found
    assert shown["tickets"]
    assert helpterm("search", "show", "1", "--json", "--limit", "2").json == shown
    assert helpterm("search", "forget", "PAYMENTS").code == 0
    assert helpterm("search", "--json").json == {"searches": []}


def test_the_same_name_takes_the_place_of_the_one_before(helpterm: Helpterm) -> None:
    helpterm("search", "save", "late", "is:overdue")
    helpterm("search", "save", "Late", "is:overdue", "tag:refund")
    assert [each["query"] for each in helpterm("search", "--json").json["searches"]] == [
        "is:overdue tag:refund"
    ]


def test_a_name_that_is_not_there_is_one_line(helpterm: Helpterm) -> None:
    for wanted in ("nothing", "7", "12"):
        answer = helpterm("search", "show", wanted)
        assert answer.code == 1
        assert answer.err.startswith("helpterm: no search is saved")
        assert answer.err.count("\n") == 1


def test_an_empty_name_is_refused(helpterm: Helpterm) -> None:
    assert helpterm("search", "save", " ", "is:any").code == 2
