"""How much at once is taken in fast: what the interpreter and SQLite do otherwise while it lasts."""

from __future__ import annotations

import gc
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from store.database.database import CACHE_KIB

_ALLOCATIONS = 200_000
"""After how many more objects than before Python looks for circles."""

_TURN_SECONDS = 0.0005
"""How long reading and writing keep each other waiting: SQLite is done with some hundred rows in a few of these."""

ROWS_AT_ONCE = 500
"""Rows added with one statement: a few milliseconds."""

_CACHE_KIB = 131_072
"""So many KiB of the file the writer keeps in memory meanwhile."""

_PAGES, _USUAL_PAGES = 40_000, 1_000
"""After how many pages of the write-ahead log the file itself is written: what comes changes the same pages again and again."""


@contextmanager
def hurried() -> Iterator[None]:
    """Reading and writing take short turns at the interpreter, and objects that hold no circles are not searched for some."""
    often, turn = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(_ALLOCATIONS, *often[1:])
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        yield
    finally:
        gc.set_threshold(*often)
        sys.setswitchinterval(turn)


def insert(connection: sqlite3.Connection, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    """Adds rows, some hundreds with each statement: while SQLite works at them, the next block can be read."""
    width = columns.count(",") + 1
    most = min(ROWS_AT_ONCE, connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // width)
    marks = f"(?{', ?' * (width - 1)})"
    for start in range(0, len(rows), most):
        part = rows[start : start + most]
        values = ", ".join([marks] * len(part))
        connection.execute(
            f"INSERT INTO {table} ({columns}) VALUES {values}", list(chain.from_iterable(part))
        )


def make_room(connection: sqlite3.Connection) -> None:
    """Lets the writer keep more of the store in memory, and map none of it, while it is filled."""
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    write_file_later(connection)


def make_do(connection: sqlite3.Connection) -> None:
    """Gives back the memory that `make_room` took."""
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA shrink_memory")
    write_file_soon(connection)


def write_file_later(connection: sqlite3.Connection) -> None:
    """What is committed stays in the write-ahead log for long; as durable as in the file."""
    connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES}")


def write_file_soon(connection: sqlite3.Connection) -> None:
    """The write-ahead log stays short, as it does all day."""
    connection.execute(f"PRAGMA wal_autocheckpoint = {_USUAL_PAGES}")
