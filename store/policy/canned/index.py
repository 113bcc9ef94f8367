"""The index of replies sent before, in the desk's own SQLite file. It never commits: transactions are the caller's."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from store.policy.canned.fingerprints import grams, packed, winnowed
from store.policy.canned.reading import Reading, read
from store.policy.canned.words import Word

MOST_POSTINGS = 16
"""Earlier replies kept for one gram. A phrase that was sent more often is known to be common; more would say no more."""

_MOST_LOOKED_UP = 400
"""Grams of one reply that are looked up, the smallest first: the index holds these. Bounds the time."""

MOST_WORDS = 1000
"""Words of a reply that are remembered; a longer one is known by its beginning."""

_MOST_TOGETHER = 200
_TABLES = ("fingerprints", "fingerprint_replies")


class CorruptIndex(Exception):
    """The index is missing, damaged or at odds with itself; it can be rebuilt from the messages."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A reply sent before: its row, its ticket's row, its packed words (see `fingerprints.packed`)."""

    reply: int
    ticket: int
    words: bytes


class Index:
    """Fingerprints of sent replies over an open connection; reading needs no more than a read-only one."""

    SCHEMA = """
        CREATE TABLE IF NOT EXISTS fingerprints (
            gram INTEGER NOT NULL,
            reply INTEGER NOT NULL,
            PRIMARY KEY (gram, reply)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS fingerprint_replies (
            reply INTEGER PRIMARY KEY,
            ticket INTEGER NOT NULL,
            words BLOB NOT NULL
        );
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def create(cls, connection: sqlite3.Connection) -> None:
        """Makes the tables that are not there yet."""
        for statement in cls.SCHEMA.split(";"):
            connection.execute(statement)

    @classmethod
    def rebuild(cls, connection: sqlite3.Connection, rows: Iterable[tuple[int, int, str]]) -> int:
        """Drops what is there and indexes `rows` (reply, ticket, text) anew; answers how many."""
        for table in _TABLES:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        cls.create(connection)
        return cls(connection).add_many(rows)

    def add(self, reply: int, ticket: int, text: str, ticket_text: str = "") -> None:
        """Remembers one sent reply. Without `ticket_text` every quoted line is taken for a quote."""
        self.add_read([(reply, ticket, read(text, ticket_text, trust_quotes=not ticket_text))])

    def add_many(self, rows: Iterable[tuple[int, int, str]]) -> int:
        """Remembers many replies (reply, ticket, text) and answers how many; for imports and rebuilding."""
        count = 0
        waiting = iter(rows)
        while batch := list(islice(waiting, _MOST_TOGETHER)):
            self.add_read(self.reading(batch))
            count += len(batch)
        return count

    @staticmethod
    def reading(rows: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, Reading]]:
        """Replies (reply, ticket, text) as they are read, which takes longer than to remember them."""
        return [(reply, ticket, read(text, trust_quotes=True)) for reply, ticket, text in rows]

    def add_read(self, batch: Sequence[tuple[int, int, Reading]]) -> None:
        """Remembers replies that were read before."""
        kept = [(reply, ticket, _beginning(reading)) for reply, ticket, reading in batch if reading.counted]
        self._connection.executemany(
            "INSERT OR REPLACE INTO fingerprint_replies (reply, ticket, words) VALUES (?, ?, ?)",
            [(reply, ticket, packed(sentences)) for reply, ticket, sentences in kept],
        )
        self._connection.executemany(
            "INSERT OR IGNORE INTO fingerprints (gram, reply) SELECT ?1, ?2"
            " WHERE (SELECT count(*) FROM (SELECT 1 FROM fingerprints WHERE gram = ?1 LIMIT ?3)) < ?3",
            sorted(
                (gram, reply, MOST_POSTINGS)
                for reply, _, sentences in kept
                for gram in set().union(*(winnowed(grams(words)) for words in sentences))
            ),
        )

    def found(self, hashes: Sequence[int]) -> dict[int, list[int]]:
        """The earlier replies behind each gram that the index knows. Raises CorruptIndex."""
        asked = sorted(set(hashes))[:_MOST_LOOKED_UP]
        known: dict[int, list[int]] = defaultdict(list)
        for gram, reply in self._rows("SELECT gram, reply FROM fingerprints WHERE gram IN ({})", asked):
            known[gram].append(reply)
        return known

    def earlier(self, replies: Iterable[int]) -> list[Earlier]:
        """The remembered replies with these rows. Raises CorruptIndex."""
        statement = "SELECT reply, ticket, words FROM fingerprint_replies WHERE reply IN ({})"
        return [Earlier(*row) for row in self._rows(statement, replies)]

    def trouble(self) -> str:
        """What is wrong with the index, in words for a person; empty when it is sound."""
        try:
            self.check()
        except CorruptIndex as error:
            return str(error)
        return ""

    def check(self) -> None:
        """Raises CorruptIndex when a table is missing, unreadable, or names replies that the other does not know."""
        for table in _TABLES:
            if (
                next(
                    self._rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name IN ({})", [table]),
                    None,
                )
                is None
            ):
                raise CorruptIndex(f"the table {table} is missing")
            for (answer,) in self._read(f"PRAGMA quick_check({table})"):
                if answer != "ok":
                    raise CorruptIndex(f"the table {table} is damaged: {answer}")
        lost = "SELECT count(*) FROM fingerprints WHERE reply NOT IN (SELECT reply FROM fingerprint_replies)"
        for (count,) in self._read(lost):
            if count:
                raise CorruptIndex(f"{count} fingerprints belong to replies that the index does not know")

    def _rows(self, statement: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        listed = list(values)
        for at in range(0, len(listed), _MOST_TOGETHER):
            some = listed[at : at + _MOST_TOGETHER]
            yield from self._read(statement.format(",".join("?" * len(some))), some)

    def _read(self, statement: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(statement, values)
        except sqlite3.DatabaseError as error:
            raise CorruptIndex(str(error)) from error


def _beginning(reading: Reading) -> list[tuple[Word, ...]]:
    sentences, left = [], MOST_WORDS
    for words in reading.counted:
        if left > 0:
            sentences.append(words[:left])
        left -= len(words)
    return sentences
