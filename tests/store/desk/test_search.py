"""Searching: words together or apart in one ticket, common words, what must not be there, and whom it is from."""

from __future__ import annotations

import sqlite3

import pytest

from store.desk import Desk, queue, search, tickets
from store.desk.queue import understand
from store.desk.tickets import ticket
from store.model import Status, Ticket
from tests.conftest import MINUTE, answer, ask, write_again


def found(desk: Desk, text: str, *, typing: bool = False, quick: bool = False) -> list[str]:
    return [row.subject for row in queue.page(desk, understand(desk, text, typing=typing), quick=quick).rows]


@pytest.fixture
def spread(desk: Desk) -> Ticket:
    """A ticket whose words stand in its subject, in the customer's two mails and in our reply."""
    asked = ask(desk, "Harbour invoice", "The total is wrong.")
    answer(desk, asked, "Which seat is it?")
    write_again(desk, asked, "The blue one, see the attachment.")
    ask(desk, "Blue", "My cat is blue.")
    ask(desk, "Invoice", "Nothing else.")
    return asked


@pytest.mark.parametrize(
    "text", ["invoice total", "blue invoice", "seat blue total harbour", 'invoice "blue one"']
)
def test_words_of_one_ticket_are_found_wherever_in_it_they_stand(
    desk: Desk, spread: Ticket, text: str
) -> None:
    assert found(desk, text) == ["Harbour invoice"]


def test_words_of_two_tickets_find_neither(desk: Desk, spread: Ticket) -> None:
    assert found(desk, "cat invoice") == []
    assert found(desk, '"total blue"') == []


def test_the_quick_look_finds_words_that_stand_together(desk: Desk, spread: Ticket) -> None:
    assert found(desk, "blue attachment", quick=True) == ["Harbour invoice"]
    assert found(desk, "invoice attachment", quick=True) == []


def test_the_beginning_of_a_word_counts_across_messages_too(desk: Desk, spread: Ticket) -> None:
    assert found(desk, "invoice attac", typing=True) == ["Harbour invoice"]
    assert found(desk, "invoice attac") == []


def test_a_ticket_with_an_excluded_word_anywhere_is_left_out(desk: Desk, spread: Ticket) -> None:
    assert found(desk, "invoice -attachment") == ["Invoice"]
    assert found(desk, "invoice -total -else") == []


@pytest.fixture
def crowded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    """A ticket with a common word in it, older than all the messages that are looked at for it."""
    monkeypatch.setattr(search, "EXAMINED", 5)
    asked = ask(desk, "The oldest", "Something about zebras.")
    write_again(desk, asked, "It is common.")
    for number in range(12):
        ask(desk, f"later {number}", "This is common too.", ago=MINUTE)
    return asked


def test_a_common_word_is_found_in_a_ticket_that_a_rare_one_singles_out(desk: Desk, crowded: Ticket) -> None:
    assert found(desk, "zebras common") == ["The oldest"]
    assert found(desk, "common zebr", typing=True) == ["The oldest"]
    assert found(desk, "zebras -common") == []


def test_a_common_word_alone_is_looked_for_in_the_newest_messages(desk: Desk, crowded: Ticket) -> None:
    assert found(desk, "common") == [f"later {number}" for number in (7, 8, 9, 10, 11)]


def test_a_search_asks_no_more_tickets_one_by_one_than_it_may(
    desk: Desk, crowded: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    holding = search._holding
    monkeypatch.setattr(search, "ASKED", 3)
    monkeypatch.setattr(search, "_holding", lambda *given: asked.append(len(given[1])) or holding(*given))
    found(desk, "too -common")
    found(desk, "this -too")
    assert max(asked) <= 3


def test_the_quick_look_is_at_the_newest_tickets_only_unless_more_than_words_narrows(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.desk import narrowing

    monkeypatch.setattr(narrowing, "FIRST_FOUND", 2)
    for number in range(4):
        ask(desk, f"invoice {number}")
    tickets.tag(desk, [1], add=["money"])
    assert found(desk, "invoice", quick=True) == ["invoice 2", "invoice 3"]
    assert found(desk, "invoice") == [f"invoice {number}" for number in range(4)]
    assert found(desk, "tag:money invoice", quick=True) == ["invoice 0"]


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("zebr*", ["Zebras", "Zebra"]),
        ("ZÉBR*", ["Zebras", "Zebra"]),
        ("zebra", ["Zebra"]),
        ("zebr", []),
        ("my zebr*", ["Zebras"]),
        ("my -zebr*", ["Other"]),
        ('"zebr*"', []),
        ("z*", []),
    ],
)
def test_a_star_makes_a_word_the_beginning_of_others(desk: Desk, text: str, subjects: list[str]) -> None:
    ask(desk, "Zebras", "My two.", ago=2 * MINUTE)
    ask(desk, "Zebra", "Only one.", ago=MINUTE)
    ask(desk, "Other", "My cat.")
    assert found(desk, text) == subjects


# From


@pytest.mark.parametrize(
    "text", ["from:zoe", "from:MÜLLER", 'from:"zoë mül"', "from:z.muller@", "from:firma.example"]
)
def test_a_customer_is_found_by_words_of_name_and_address(desk: Desk, text: str) -> None:
    ask(desk, "hers", name="Zoë Müller", email="z.muller@firma.example")
    ask(desk, "his", name="Otto", email="otto@else.example")
    assert found(desk, text) == ["hers"]
    assert found(desk, f"-{text}") == ["his"]
    assert queue.count(desk, understand(desk, text)) == 1


def test_a_dotless_i_is_an_i_in_a_name_too(desk: Desk) -> None:
    ask(desk, "hers", name="Işıl Yıldız", email="i@x.example")
    assert found(desk, "from:isil") == found(desk, "from:YILDIZ") == ["hers"]


def test_many_customers_of_a_name_are_met_by_walking_the_queue(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.desk import narrowing

    for number in range(6):
        ask(
            desk,
            f"ticket {number}",
            name="Anna Hoffmann" if number % 2 else "Ann",
            email=f"c{number}@x.example",
        )
    listed = [
        found(desk, text) for text in ("from:hoff", "from:ann", "-from:hoff", "from:offmann", "tag:none")
    ]
    monkeypatch.setattr(narrowing, "SHORT", 1)
    assert [
        found(desk, text) for text in ("from:hoff", "from:ann", "-from:hoff", "from:offmann", "tag:none")
    ] == listed
    assert [len(each) for each in listed] == [3, 6, 3, 0, 0]


def test_operators_and_words_narrow_together(desk: Desk, spread: Ticket) -> None:
    tickets.tag(desk, [spread.number], add=["money"])
    tickets.set_status(desk, [spread.number], Status.SOLVED)
    assert found(desk, "is:any tag:money from:carla invoice blue") == ["Harbour invoice"]
    assert found(desk, "tag:money from:carla invoice blue") == []
    assert found(desk, "is:any tag:money from:otto") == []


def test_a_new_name_is_found_and_the_old_one_is_not(desk: Desk) -> None:
    made = ask(desk, "hers", name="", email="c@x.example")
    assert found(desk, "from:carla") == []
    write_again(desk, made, "more", name="Carla")
    desk.change(lambda tx: tx.customer(type(made.customer)(made.customer.id, made.customer.email, "Carla")))
    assert found(desk, "from:carla") == ["hers"]
    desk.database.write(lambda connection: connection.execute("UPDATE customers SET name = 'Dora'"))
    assert found(desk, "from:carla") == []
    assert found(desk, "from:dora") == ["hers"]


def test_an_older_desk_learns_who_its_customers_are(desk: Desk, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from store.database.migrations import m0008_customer_search

    ask(desk, "hers", name="Zoë")
    before = m0008_customer_search.up

    def anew(connection: sqlite3.Connection) -> None:
        for name in ("customers_found", "customers_found_anew", "customers_lost"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DROP TABLE customer_search")
        before(connection)

    desk.database.write(anew)
    assert found(desk, "from:zoe") == ["hers"]
    assert ticket(desk, 1).customer.name == "Zoë"
