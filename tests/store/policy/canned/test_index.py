"""The index of earlier replies: what it keeps, that it never commits, and what happens when it is damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store.policy.canned import CorruptIndex, Index, judge
from store.policy.canned.index import MOST_POSTINGS
from tests.store.policy.canned.conftest import ANSWERS, OTHER


def rows(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM fingerprints").fetchone()[0])


def test_a_sound_index_has_no_trouble(index: Index) -> None:
    assert index.trouble() == ""


def test_the_index_leaves_the_transaction_to_its_caller(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "desk.db")
    Index.create(connection)
    connection.commit()
    Index(connection).add(1, 1, OTHER)
    Index(connection).add_many([(2, 2, ANSWERS[0])])
    connection.rollback()
    assert rows(connection) == 0


def test_adding_a_reply_twice_changes_nothing(index: Index) -> None:
    before = rows(index._connection)
    index.add(21, 121, OTHER)
    assert rows(index._connection) == before


def test_a_phrase_that_is_sent_all_the_time_takes_no_more_room(index: Index) -> None:
    index.add_many((n, n, OTHER) for n in range(1000, 1100))
    most = index._connection.execute("SELECT max(n) FROM (SELECT count(*) n FROM fingerprints GROUP BY gram)")
    assert most.fetchone()[0] == MOST_POSTINGS


def test_the_index_is_read_through_a_read_only_connection(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    writer = sqlite3.connect(path)
    Index.create(writer)
    Index(writer).add(1, 1, OTHER)
    writer.commit()
    reader = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    assert judge(OTHER, ticket=None, ticket_text="", index=Index(reader)).flagged


@pytest.mark.parametrize("table", ["fingerprints", "fingerprint_replies"])
def test_a_missing_table_is_named_and_never_blocks_sending(index: Index, table: str) -> None:
    index._connection.execute(f"DROP TABLE {table}")
    assert table in index.trouble()
    with pytest.raises(CorruptIndex):
        index.check()
    result = judge(OTHER, ticket=None, ticket_text="", index=index)
    assert (result.damaged, result.flagged) == (True, False)


def test_fingerprints_of_unknown_replies_are_trouble(index: Index) -> None:
    index._connection.execute("DELETE FROM fingerprint_replies WHERE reply = 21")
    assert "does not know" in index.trouble()


def test_a_file_with_overwritten_pages_is_trouble_and_can_be_rebuilt(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    connection = sqlite3.connect(path)
    Index.create(connection)
    Index(connection).add_many(
        (n, n, f"{OTHER} {n} {chr(97 + n % 26) * 7} {OTHER[n:]}") for n in range(1, 100)
    )
    connection.commit()
    root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'fingerprints'").fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    connection = sqlite3.connect(path)
    assert Index(connection).trouble()
    assert judge(OTHER, ticket=None, ticket_text="", index=Index(connection)).damaged
    connection.close()

    fresh = sqlite3.connect(tmp_path / "other.db")
    assert Index.rebuild(fresh, [(1, 1, OTHER), (2, 2, ANSWERS[0])]) == 2
    assert Index(fresh).trouble() == ""
    assert judge(OTHER, ticket=None, ticket_text="", index=Index(fresh)).flagged


def test_rebuilding_forgets_what_was_there(index: Index) -> None:
    connection = index._connection
    Index.rebuild(connection, [(1, 1, ANSWERS[0])])
    assert not judge(OTHER, ticket=None, ticket_text="", index=index).flagged
    assert judge(ANSWERS[0], ticket=None, ticket_text="", index=index).flagged
