"""BOOT: a first copy, made in bulk, leaves the very desk that replaying the log from its beginning would have left."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.config import Config
from store.config.settings import Level, Service
from store.desk import Desk, backlog, messages, tickets
from store.desk.queue import page, understand
from store.model import Product, Status
from store.sync import adopt, copying, haste, local
from store.sync.copy_format import rows_of
from store.sync.engine import Engine
from store.sync.errors import Unreachable
from store.sync.link import Link
from store.sync.pull import pull
from store.sync.verify import verify
from tests.conftest import answer, ask, write_again
from tests.store.sync.conftest import Team

TABLES = {
    "tickets": "id, short, subject, status, priority, product, tier, assignee, language, created_at, updated_at, snoozed_until,"
    " merged_into, handle_seconds, first_reply_at, waiting_since, due_at, bucket, rank",
    "messages": "id, kind, author_name, author_email, agent, sent_at, body, folds, html, message_id, in_reply_to, automatic,"
    " delivery, notices, subject",
    "customers": "id, email, name",
    "counts": "bucket, assignee, tickets",
    "links": "url",
    "reasons": "rule, reason",
    "attachments": "position, name, type, size, sha256",
    "mail_people": "email",
    "mail_mentions": "message_id, direct",
    "outbox": "recipients, state",
}
"""What of each table has to be the same, whatever the numbers of its rows."""


def _contents(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    read = desk.read()
    found = {
        name: sorted(map(repr, read.execute(f"SELECT {what} FROM {name}"))) for name, what in TABLES.items()
    }
    found["counts"] = sorted(map(repr, read.execute("SELECT * FROM counts WHERE tickets <> 0")))
    found["tags"] = sorted(
        read.execute("SELECT t.id, g.tag FROM ticket_tags g JOIN tickets t ON t.number = g.ticket").fetchall()
    )
    found["names"] = sorted(
        read.execute(
            "SELECT id FROM customers WHERE number IN (SELECT rowid FROM customer_search WHERE customer_search MATCH 'example')"
        ).fetchall()
    )
    assert found["names"], "the names of customers are in an index of their own"
    found["grams"] = read.execute("SELECT count(*), count(DISTINCT gram) FROM fingerprints").fetchall()
    return found  # type: ignore[return-value]


def _schema(desk: Desk) -> list[tuple[str, str]]:
    return sorted(desk.read().execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())


def _busy_desk(desk: Desk) -> None:
    """A bit of everything that can be in a conversation."""
    desk.change(lambda tx: tx.put(Product("p" * 32, "Lumen", "help@lumen.example", "", "", "lumen.example")))
    found = [
        ask(desk, f"Question {number}", f"Body {number}\twith\\back\nslash", ago=number * 3_600_000 + 1)
        for number in range(9)
    ]
    answer(
        desk,
        found[0],
        "See https://help.example/a/page-of-help, it says how the invoice of March is found again.",
    )
    answer(
        desk,
        found[1],
        "We look into the printer and the cable that you mentioned, and call you back at noon today.",
    )
    write_again(desk, found[1], "Thank you, but it does not work.")
    messages.note(desk, found[2], "A note, ünïcødé İı 😀, with a \\N in it.")
    tickets.tag(desk, [found[3].number, found[4].number], ["refund", "a-b", "ça"])
    tickets.set_status(desk, [found[4].number], Status.SOLVED)
    tickets.set_status(desk, [found[5].number], Status.CLOSED)
    tickets.snooze(desk, [found[6].number], desk.now() + 86_400_000)
    tickets.merge(desk, [found[7].number], found[1].number)
    tickets.claim(desk, [found[8].number])


@pytest.fixture
def replayed(team: Team) -> Desk:
    """Bob's desk, which has seen every entry of the log since the first."""
    bob = team.join("bob")
    ada = team.join("ada")
    _busy_desk(ada.desk)
    ada.step()
    bob.step()
    return bob.desk


def test_boot_a_copy_is_the_desk_that_replaying_would_have_left(
    team: Team, replayed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(haste, "ROWS_AT_ONCE", 2)
    cem = team.join("cem")
    assert backlog.waiting(cem.desk.read()) > 0
    backlog.work_off_all(cem.desk)
    cem.step()
    wanted, found = _contents(replayed), _contents(cem.desk)
    assert found == wanted
    assert _schema(cem.desk) == _schema(replayed), "triggers and indexes are back"
    assert verify(cem.desk, cem.link()).differences == ()


def test_boot_due_times_of_service_levels_follow_from_the_copy_too(team: Team, replayed: Desk) -> None:
    config = replace(Config(), service=Service(levels=(Level(first_reply=2.0, next_reply=2.0),)))
    desk = team.desk("cem", config=config)
    link = Link(team.invitation("cem"))
    adopt.join(desk, link, "host=x")
    link.close()
    waits = (
        desk.read().execute("SELECT waiting_since, due_at FROM tickets WHERE due_at IS NOT NULL").fetchall()
    )
    assert len(waits) > 3
    assert {due - since for since, due in waits} == {7_200_000}
    desk.close()


def test_a_copy_broken_off_after_any_block_goes_on_and_ends_the_same(
    team: Team, replayed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "AT_ONCE", 2)
    dsn = team.invitation("cem")
    desk = team.desk("cem")
    breaks = 0
    while True:
        line, told = Link(dsn), 0

        def interrupt(*progress: object) -> None:
            nonlocal told
            told += 1
            if told == 2:
                line.close()  # noqa: B023

        try:
            adopt.join(desk, line, dsn, interrupt)
        except Unreachable:
            breaks += 1
            assert _schema(desk) == _schema(replayed)
            tickets.tag(replayed, [1], [f"meanwhile-{breaks}"])
            team.engines["bob"].step()
            continue
        break
    assert breaks > 5
    cem = team.engines["cem"] = Engine(desk, dsn)
    cem.step()
    backlog.work_off_all(desk)
    assert verify(desk, cem.link()).differences == ()
    assert _contents(desk) == _contents(replayed)


def test_a_desk_that_had_work_of_its_own_keeps_it_and_waits_for_both(team: Team, replayed: Desk) -> None:
    """A mail that both have, in a ticket that only the hub has in that state."""
    desk = team.desk("cem")
    own = ask(desk, "Mine alone", email="dora@customer.example")
    link = Link(team.invitation("cem"))
    adopt.join(desk, link, "host=x")
    link.close()
    cem = team.engines["cem"] = Engine(desk, team.invitation("cem"))
    cem.step()
    team.engines["bob"].step()
    assert tickets.find(replayed, own.id).subject == "Mine alone"
    assert verify(desk, cem.link()).differences == ()
    backlog.work_off_all(desk)
    wanted, found = _contents(replayed), _contents(desk)
    del (
        wanted["mail_people"],
        found["mail_people"],
    )  # who takes part is noted by mail intake, and no mail came in here
    assert found == wanted


def test_search_is_prepared_after_the_copy_the_newest_first(team: Team, replayed: Desk) -> None:
    cem = team.join("cem")
    waiting = backlog.waiting(cem.desk.read())
    newest = cem.desk.read().execute("SELECT max(number) FROM messages").fetchone()[0]
    assert backlog.work_off(cem.desk, 1) == waiting - 1
    hits = cem.desk.read().execute("SELECT rowid FROM search ORDER BY rowid").fetchall()
    assert hits == [(newest,)]
    ask(cem.desk, "Written meanwhile about zebras")
    assert len(page(cem.desk, understand(cem.desk, "zebras")).rows) == 1
    assert backlog.waiting(cem.desk.read()) == waiting - 1
    cem.step()
    assert backlog.waiting(cem.desk.read()) == 0, "an exchange goes on with it"
    assert len(page(cem.desk, understand(cem.desk, "is:any invoice")).rows) > 0


def test_the_engine_tells_how_much_search_does_not_know_yet(
    team: Team, replayed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "AT_ONCE", 1)
    cem = team.join("cem")
    waiting = backlog.waiting(cem.desk.read())
    monkeypatch.setattr(backlog.work_off, "__defaults__", (1,))
    assert cem.step().unindexed == waiting - 1


def test_a_copy_is_read_by_primary_keys_and_never_scans_what_is_there(team: Team, replayed: Desk) -> None:
    """The shape of the cost: no statement of the copy or of a replay goes through a whole table of the store."""
    said: list[str] = []
    desk = team.desk("cem")
    desk.database.write(lambda connection: connection.set_trace_callback(said.append))
    link = Link(team.invitation("cem"))
    adopt.join(desk, link, "host=x")
    ticket = ask(replayed, "One more")
    answer(replayed, ticket, "An answer to a mail that is not here.")
    team.engines["bob"].step()
    pull(desk, link)
    desk.database.write(lambda connection: connection.set_trace_callback(None))
    link.close()
    once = [each for each in said if "FROM messages m WHERE m.in_reply_to" in each]
    assert len(once) == 1, "what is looked for in all messages is looked for when all are here"
    statements = {
        each for each in said if re.match("INSERT|UPDATE|SELECT|DELETE", each) and "sqlite_master" not in each
    } - {*once}
    assert len(statements) > 20
    scanned = set()
    desk.read().create_function("small", 1, str.lower)
    for statement in statements:
        for *_, detail in desk.read().execute(f"EXPLAIN QUERY PLAN {statement}").fetchall():
            if re.match(r"SCAN (tickets|messages|customers|changes|m|t|x|mail_people)$", detail):
                scanned.add((detail, statement[:150]))
    assert scanned == set()
    desk.close()


def test_whoever_copies_is_told_how_far_it_is(team: Team, replayed: Desk) -> None:
    told: list[tuple[str, int, int]] = []
    desk = team.desk("cem")
    link = Link(team.invitation("cem"))
    adopt.join(desk, link, "host=x", lambda *said: told.append(said))
    link.close()
    assert {table for table, *_ in told} >= {"customers", "documents", "tickets", "messages"}
    assert all(0 < done <= total for _, done, total in told)
    assert local.membership(desk.read()).copying == ""
    desk.close()


@given(st.lists(st.text(max_size=30), min_size=2, max_size=6))
def test_any_text_survives_the_copy_format(fields: list[str]) -> None:
    """Written as PostgreSQL does (COPY, "Text Format"), read back as what `inert` makes of it."""
    from store.text.inert import inert

    fields = [field.replace("\0", "") for field in fields]
    fields = [field.encode("utf-8", "replace").decode() for field in fields]
    escapes = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
    line = "\t".join("".join(escapes.get(letter, letter) for letter in field) for field in fields)
    assert rows_of(f"{line}\n".encode()) == [[inert(field) for field in fields]]


def test_a_line_that_stutters_is_no_table(team: Team) -> None:
    stage = copying.STAGES[0]
    first, second = b"a\tx@y.example\tX\n", b"b\tx@y.example\tX\n"
    assert [row[0] for row in copying.read(stage, first + second)] == ["a", "b"]
    for bad in (
        first + second + first,
        first + first,
        b"a\tx@y.example\n",
        second + first,
        b"a\t\xff\tX\n",
        b"a\t\0\tX\n",
    ):
        with pytest.raises(Unreachable):
            copying.read(stage, bad)


def test_nothing_that_a_terminal_obeys_comes_in_by_a_copy(team: Team, tmp_path: Path) -> None:
    ada = team.join("ada")
    ask(ada.desk, "plain")
    ada.step()
    team.rows("UPDATE helpterm.tickets SET subject = E'\\x1b[31mred'")
    bob = team.join("bob")
    assert bob.desk.read().execute("SELECT subject FROM tickets").fetchall() == [("red",)]
