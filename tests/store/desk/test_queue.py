"""The queue: who waits longest comes first, page by page, at the same cost whatever the size of the desk."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.desk import Desk, queue, tickets
from store.model import Priority, Status
from tests.conftest import DAY, HOUR, MINUTE, StoppedClock, answer, ask, write_again


def subjects(desk: Desk, text: str = "", *, typing: bool = False, **options: object) -> list[str]:
    query = queue.understand(desk, text, typing=typing)
    return [row.subject for row in queue.page(desk, query, **options).rows]  # type: ignore[arg-type]


def test_overdue_comes_first_then_the_longest_waiting_and_the_urgent_get_ahead(desk: Desk) -> None:
    ask(desk, "normal, 2 h", ago=2 * HOUR)
    ask(desk, "normal, overdue", ago=26 * HOUR)
    ask(desk, "urgent, 30 min", ago=30 * MINUTE, priority=Priority.URGENT)
    ask(desk, "normal, 20 h", ago=20 * HOUR)
    ask(desk, "urgent, overdue by 2 h", ago=3 * HOUR, priority=Priority.URGENT)
    ask(desk, "low, 20 h", ago=20 * HOUR, priority=Priority.LOW)
    assert subjects(desk) == [
        "normal, overdue",
        "urgent, overdue by 2 h",
        "urgent, 30 min",
        "normal, 20 h",
        "normal, 2 h",
        "low, 20 h",
    ]


def test_who_waits_for_us_stands_before_who_does_not(desk: Desk) -> None:
    waiting = ask(desk, "waiting", ago=MINUTE)
    asked = ask(desk, "we asked back", ago=DAY)
    tickets.set_status(desk, [asked.number], Status.PENDING)
    assert subjects(desk) == ["waiting", "we asked back"]
    assert tickets.ticket(desk, asked.number).waiting_since is None
    assert tickets.ticket(desk, waiting.number).waiting_since == desk.now() - MINUTE


def test_a_reply_ends_the_wait_and_the_next_question_begins_another(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk, ago=3 * HOUR)
    answer(desk, ticket, "It is under Billing.", ago=2 * HOUR)
    assert tickets.ticket(desk, ticket.number).waiting_since is None
    assert tickets.ticket(desk, ticket.number).first_reply_at == desk.now() - 2 * HOUR
    write_again(desk, ticket, "Which tab?", ago=HOUR)
    write_again(desk, ticket, "Hello?", ago=MINUTE)
    assert tickets.ticket(desk, ticket.number).waiting_since == desk.now() - HOUR


def test_automatic_mail_makes_nobody_wait(desk: Desk) -> None:
    ticket = ask(desk, ago=3 * HOUR)
    answer(desk, ticket, "It is under Billing.", ago=2 * HOUR)
    write_again(desk, ticket, "I am on holiday.", automatic="auto_reply")
    assert tickets.ticket(desk, ticket.number).waiting_since is None


def test_a_snoozed_ticket_is_out_of_sight_until_its_time(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk, "later")
    tickets.snooze(desk, [ticket.number], desk.now() + HOUR)
    assert subjects(desk) == []
    assert subjects(desk, "is:snoozed") == ["later"]
    assert queue.counts(desk)["Snoozed"] == 1
    clock.pass_by(HOUR - 1)
    assert desk.wake() == 0
    clock.pass_by(1)
    assert desk.wake() == 1
    assert subjects(desk) == ["later"]
    assert queue.counts(desk)["Open"] == 1


def test_solved_tickets_show_the_latest_first(desk: Desk, clock: StoppedClock) -> None:
    for name in ("first", "second"):
        tickets.set_status(desk, [ask(desk, name).number], Status.SOLVED)
        clock.pass_by(MINUTE)
    assert subjects(desk, "is:solved") == ["second", "first"]
    assert subjects(desk) == []
    assert subjects(desk, "is:any") == ["second", "first"]


def test_pages_forward_and_backward_show_every_ticket_once(desk: Desk) -> None:
    for number in range(23):
        ask(desk, f"{number:02}", ago=(30 - number) * MINUTE)
    query = queue.understand(desk, "")
    seen: list[str] = []
    page = queue.page(desk, query, limit=5)
    while True:
        seen += [row.subject for row in page.rows]
        if page.next is None:
            break
        page = queue.page(desk, query, after=page.next, limit=5)
    assert seen == [f"{number:02}" for number in range(23)]
    end = queue.page(desk, query, before=page.rows[-1].cursor, limit=5)
    assert [row.subject for row in end.rows] == ["17", "18", "19", "20", "21"]
    assert end.more


@pytest.mark.parametrize(
    "query",
    [
        "is:mine",
        "is:unassigned",
        "is:overdue",
        "tag:refund",
        "from:carla",
        "priority:high",
        "lang:de",
        "product:harbour",
    ],
)
def test_each_operator_finds_its_ticket_and_its_negation_does_not(desk: Desk, query: str) -> None:
    wanted = ask(
        desk,
        "wanted",
        ago=30 * HOUR,
        priority=Priority.HIGH,
        language="de",
        product="Harbour",
        assignee="" if query == "is:unassigned" else "ada",
    )
    tickets.tag(desk, [wanted.number], add=["refund"])
    ask(
        desk,
        "other",
        email="otto@else.example",
        name="Otto",
        ago=MINUTE,
        assignee="ben",
    )
    assert subjects(desk, query) == ["wanted"]
    assert subjects(desk, f"-{query}") == ["other"]
    assert queue.count(desk, queue.understand(desk, query)) == 1


def test_words_are_found_whatever_their_accents_and_case(desk: Desk) -> None:
    ask(desk, "IŞIK sorunu", "Lamba yanmıyor")
    ask(desk, "Überweisung", "Die Straße fehlt")
    assert subjects(desk, "ışık") == ["IŞIK sorunu"]
    assert subjects(desk, "isik YANMIYOR") == ["IŞIK sorunu"]
    assert subjects(desk, "strasse uberweisung") == ["Überweisung"]
    assert subjects(desk, '"fehlt die"') == []
    assert subjects(desk, "strasse -fehlt") == []


def test_the_last_word_is_a_beginning_only_while_typing(desk: Desk) -> None:
    ask(desk, "Payment declined")
    assert subjects(desk, "decl", typing=True) == ["Payment declined"]
    assert subjects(desk, "decl") == []


@pytest.mark.parametrize(
    "text", ['"', "*", "NEAR(", "a AND", "^x", "-", "()", "subject:x", "'; DROP TABLE tickets"]
)
def test_words_of_the_search_engine_are_only_words(desk: Desk, text: str) -> None:
    ask(desk, "Invoice")
    assert isinstance(subjects(desk, text), list)
    assert subjects(desk) == ["Invoice"]


def test_counts_are_kept_through_every_change(desk: Desk) -> None:
    first, second = ask(desk, "one"), ask(desk, "two")
    tickets.claim(desk, [first.number])
    tickets.set_status(desk, [second.number], Status.SOLVED)
    assert queue.counts(desk) == {
        "Open": 1,
        "Mine": 1,
        "Unassigned": 0,
        "Overdue": 0,
        "Snoozed": 0,
        "Solved": 1,
        "All": 2,
    }


def test_a_page_walks_the_index_and_sorts_nothing(desk: Desk) -> None:
    for text in ("", "is:mine", "is:unassigned", "is:solved", "is:any"):
        source, conditions, values = queue._source(desk.read(), queue.understand(desk, text))
        plan = desk.read().execute(
            f"EXPLAIN QUERY PLAN SELECT t.number FROM {source} WHERE {' AND '.join(conditions)}"
            " AND (t.rank, t.number) > (?, ?) ORDER BY t.rank ASC, t.number ASC LIMIT 100",
            [*values, 0, 0],
        )
        steps = " ".join(row[3] for row in plan)
        assert "SEARCH t USING" in steps, (text, steps)
        assert "TEMP B-TREE" not in steps, (text, steps)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    waits=st.lists(st.tuples(st.integers(0, 100), st.sampled_from(list(Priority))), min_size=1, max_size=12),
    size=st.integers(1, 5),
)
def test_any_page_size_gives_the_same_queue(desk: Desk, waits: list[tuple[int, Priority]], size: int) -> None:
    for hours, priority in waits:
        ask(desk, ago=hours * HOUR, priority=priority)
    query = queue.understand(desk, "")
    whole = [row.number for row in queue.page(desk, query, limit=10_000).rows]
    paged: list[int] = []
    after = None
    while True:
        page = queue.page(desk, query, after=after, limit=size)
        paged += [row.number for row in page.rows]
        after = page.next
        if after is None:
            break
    assert paged == whole
    assert len(set(whole)) == len(whole) == queue.count(desk, query)
