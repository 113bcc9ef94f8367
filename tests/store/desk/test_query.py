"""The query language: read as people type it, never an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.desk.derive import Bucket
from store.desk.query import Query, Term, parse, with_beginning
from tests.conftest import DAY, NOW


def read(text: str) -> Query:
    return parse(text, agent="ada", now=NOW)


def test_nothing_asked_means_the_open_queue() -> None:
    assert read("") == Query(buckets=(Bucket.OPEN,))


def test_words_and_phrases_are_searched_for() -> None:
    assert read('paypal "second payment" -refund').terms == (
        Term("paypal"),
        Term("second payment", phrase=True),
        Term("refund", negated=True),
    )


def test_an_open_quote_is_a_phrase_to_the_end() -> None:
    assert read('say "hello there').terms == (Term("say"), Term("hello there", phrase=True))


def test_a_word_that_looks_like_an_operator_is_searched_for() -> None:
    assert read("error:500 is:tired status:lost C:\\temp").terms == (
        Term("error:500"),
        Term("is:tired"),
        Term("status:lost"),
        Term("C:\\temp"),
    )


@pytest.mark.parametrize(
    ("text", "buckets"),
    [
        ("is:any", tuple(Bucket)),
        ("is:snoozed", (Bucket.SNOOZED,)),
        ("-is:solved", (Bucket.OPEN, Bucket.SNOOZED, Bucket.CLOSED)),
        ("status:solved", (Bucket.SOLVED,)),
        ("status:pending", (Bucket.OPEN, Bucket.SNOOZED)),
    ],
)
def test_a_view_or_status_names_the_part_of_the_desk(text: str, buckets: tuple[Bucket, ...]) -> None:
    assert read(text).buckets == buckets


def test_mine_and_unassigned_are_read_from_the_index() -> None:
    assert read("is:mine").assignee == "ada"
    assert read("is:unassigned").assignee == ""
    assert read("assignee:me").assignee == "ada"


def test_negated_conditions_are_turned_round() -> None:
    assert read("-tag:refund").members[0].negated
    assert not read("tag:refund").members[0].negated
    assert read("-priority:high").conditions == (("NOT (t.priority = ?)", ("high",)),)
    assert read("-is:mine").conditions == (("t.assignee <> ?", ("ada",)),)


def test_values_in_quotes_belong_to_their_operator() -> None:
    assert read('product:"Form Wright"').conditions == (("t.product = ? COLLATE NOCASE", ("Form Wright",)),)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("before:2026-03-01", NOW - 3 * DAY - 10 * 3_600_000),
        ("before:today", NOW - 10 * 3_600_000),
        ("before:3d", NOW - 3 * DAY),
        ("before:2w", NOW - 14 * DAY),
    ],
)
def test_dates_are_days_or_ages(text: str, moment: int) -> None:
    assert read(text).conditions == (("t.created_at < ?", (moment,)),)


def test_a_bare_number_is_a_ticket_to_jump_to() -> None:
    assert read(" #48213 ").number == "48213"
    assert read("48213 paypal").number == ""
    assert read("٤٨٢١٣").number == ""


@pytest.mark.parametrize(
    "text", ["invoice tag:", "invoice is:mi", "invoice -status:on", "invoice after:20", "invoice from:"]
)
def test_an_operator_that_is_being_typed_asks_for_nothing_yet(text: str) -> None:
    query = parse(text, agent="ada", now=NOW, typing=True)
    assert (query.terms, query.conditions, query.members) == ((Term("invoice"),), (), ())
    assert len(read(text).terms) == 2


def test_a_name_that_is_being_typed_is_a_beginning() -> None:
    assert parse("product:ha", agent="ada", now=NOW, typing=True).conditions == (
        ("t.product LIKE ? ESCAPE '\\'", ("ha%",)),
    )
    assert (
        parse("product:ha x", agent="ada", now=NOW, typing=True).conditions == read("product:ha x").conditions
    )
    assert parse("assignee:me", agent="ada", now=NOW, typing=True).assignee == "ada"
    assert parse("error:5", agent="ada", now=NOW, typing=True).terms == (Term("error:5"),)


@given(st.text(max_size=60))
def test_no_text_is_an_error_and_no_word_is_lost(text: str) -> None:
    query = read(text)
    kept = "".join(term.text for term in query.terms)
    assert query.buckets
    if ":" not in text and '"' not in text:
        assert set("".join(text.split())) - {*"-*"} == set("".join(kept.split())) - {*"-*"}


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("gyros", "gyros*"),
        ("blue gyros ", "blue gyros*"),
        ("tag:x gyros", "tag:x gyros*"),
        ("gyros*", ""),
        ("gyros tag:x", ""),
        ("-gyros", ""),
        ('"blue gyros"', ""),
        ("", ""),
    ],
)
def test_only_a_word_of_its_own_at_the_end_can_be_marked_as_a_beginning(text: str, marked: str) -> None:
    assert with_beginning(text) == marked
