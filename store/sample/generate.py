"""A desk of any size, made up: for measuring, for screenshots, for trying out what a million tickets feel like."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from store.clock import DAY, from_iso
from store.database import Database
from store.database.errors import translated
from store.database.file import connect
from store.database.migrations.m0008_customer_search import FILL
from store.desk.derive import DEFAULT_TARGETS, Targets
from store.desk.ids import derived_id
from store.desk.transaction import Transaction
from store.errors import BadInput
from store.model import Agent, Product, ScopeRule, Takeaway
from store.sample import content
from store.sample.bulk import Bulk
from store.sample.life import SORTER
from store.sample.lives import Lives, World
from store.sample.vocabulary import languages

NOW = from_iso("2026-11-20T16:00:00")
"""When a generated desk was left, unless told otherwise: its ages count back from here (ms)."""

_FOUNDED_AGO = 1500 * DAY
_AT_ONCE = 4_000
_CACHE_KIB = 96 * 1024
_SORTING_KIB = 32 * 1024
_SEARCH_BYTES, _USUAL_SEARCH_BYTES = 32 * 1024 * 1024, 1024 * 1024

_GATHER = "INSERT INTO search (search, rank) VALUES ('hashsize', ?)"
"""How many bytes the search index keeps in memory before it writes (sqlite.org/fts5.html, section 6.8)."""


def generate(
    path: Path,
    tickets: int,
    seed: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    now: int = NOW,
    targets: Targets = DEFAULT_TARGETS,
) -> None:
    """Writes a desk of so many tickets to `path`, which must not exist yet; about two messages each, five languages.

    The same `tickets`, `seed` and `now` (ms) give the same desk. `progress` hears how many of how many are done. Memory
    grows by some bytes a ticket. What fails leaves nothing behind. Raises BadInput and StoreError kinds.
    """
    if tickets < 0:
        raise BadInput(f"a desk of {tickets} tickets cannot be", "give a number from 0 up")
    if path.exists():
        raise BadInput(f"{path} exists already", "choose another path; nothing is overwritten")
    part = path.with_name(f"{path.name}.part")
    _forget(part)
    try:
        Database(part).close()
        with translated(path):
            _fill(part, tickets, seed, progress, now, targets)
            os.replace(part, path)
    finally:
        _forget(part)


def _forget(part: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        beside = part.with_name(part.name + suffix)
        if beside.exists():
            beside.unlink()


def _fill(
    path: Path, count: int, seed: int, progress: Callable[[int, int], None], now: int, targets: Targets
) -> None:
    connection = connect(path, write=True)
    try:
        _make_fast(connection)
        connection.execute("BEGIN IMMEDIATE")
        lives = Lives(_founded(connection, now, targets), count, seed, now)
        bulk = Bulk(connection, seed, now, targets)
        aside = _step_aside(connection)
        for done, life in enumerate(lives, start=1):
            bulk.add(life)
            if done % _AT_ONCE == 0 and done < count:
                bulk.write()
                progress(done, count)
        bulk.write()
        _step_back(connection, aside)
        connection.execute("COMMIT")
        _make_durable(connection)
        progress(count, count)
    finally:
        connection.close()


def _make_fast(connection: sqlite3.Connection) -> None:
    """A file that is thrown away when anything fails needs no journal; sorting goes to disk, so memory stays bounded."""
    for pragma in (
        "journal_mode = OFF",
        "synchronous = OFF",
        "foreign_keys = OFF",
        "temp_store = FILE",
        "mmap_size = 0",
        f"cache_size = -{_CACHE_KIB}",
        "threads = 2",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _make_durable(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _founded(connection: sqlite3.Connection, now: int, targets: Targets) -> World:
    """The world, with the same ids in the log each time."""
    world = found_world(Transaction(connection, SORTER, now - _FOUNDED_AGO, targets))
    for (number,) in connection.execute("SELECT number FROM changes").fetchall():
        ids = (derived_id("generated", str(number)), derived_id("generated"), number)
        connection.execute("UPDATE changes SET id = ?, batch = ? WHERE number = ?", ids)
    return world


def found_world(transaction: Transaction) -> World:
    """Puts the sample desk's people, products, rules and links into the store, and says what lives can be made of."""
    documents = (*content.documents(), content.agent_called("sam"))
    for document in documents:
        transaction.put(document)
    spoken, trades = languages()
    return World(
        languages=spoken,
        trades=trades,
        agents=[each for each in documents if isinstance(each, Agent)],
        takeaways=[each for each in documents if isinstance(each, Takeaway)],
        rules=[each for each in documents if isinstance(each, ScopeRule)],
        domains={
            each.name: each.address.rpartition("@")[2] for each in documents if isinstance(each, Product)
        },
    )


def _step_aside(connection: sqlite3.Connection) -> list[str]:
    """Drops indexes and triggers, and lets the search index gather more before it sorts; returns how to remake the former."""
    aside = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in aside:
        connection.execute(f"DROP {kind} {name}")
    connection.execute(_GATHER, (_SEARCH_BYTES,))
    return [sql for _, _, sql in aside]


def _step_back(connection: sqlite3.Connection, schema: list[str]) -> None:
    """Brings back what stepped aside, and counts what the triggers would have counted."""
    connection.execute("PRAGMA shrink_memory")
    connection.execute(f"PRAGMA cache_size = -{_SORTING_KIB}")
    connection.execute(_GATHER, (_USUAL_SEARCH_BYTES,))
    connection.execute(
        "INSERT INTO counts (bucket, assignee, tickets) SELECT bucket, assignee, count(*) FROM tickets GROUP BY 1, 2"
    )
    connection.execute(FILL)
    for sql in schema:
        connection.execute(sql)
