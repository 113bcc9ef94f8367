"""The store as a file: is it ours, how is it opened, how is it copied."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from store.database.errors import translated
from store.errors import ForeignStore, NewerStore, StoreError

APPLICATION_ID = 0x48545254
"""Marks the file as a desk of helpterm (`PRAGMA application_id`)."""

SQLITE_VERSION = sqlite3.sqlite_version
"""The SQLite that reads and writes the store."""

BUSY_TIMEOUT_SECONDS = 5.0


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """An open connection in autocommit mode; read-only ones cannot change the file.

    Raises StoreError and its kinds.
    """
    mode = "rwc" if write else "ro"
    with translated(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_TIMEOUT_SECONDS,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_function("folded", 1, _folded, deterministic=True)
        connection.create_function("has_words", -1, _has_words, deterministic=True)
        if write:
            connection.execute("PRAGMA mmap_size = 268435456")
        else:  # readers map nothing: a page of the queue takes 0.3 ms longer, and memory does not grow with the desk
            connection.execute("PRAGMA query_only = ON")
    return connection


def _folded(text: str) -> str:
    """`store.text.fold.fold` for SQL, loaded when it is first asked."""
    from store.text.fold import fold

    return fold(text)


def _has_words(words: str, *texts: str) -> bool:
    """`store.text.fold.has_words` for SQL."""
    from store.text.fold import has_words

    return has_words(words, *texts)


def version_of(connection: sqlite3.Connection, path: Path, newest: int) -> int:
    """How many migrations the file has seen (0 for an empty file).

    Raises ForeignStore for a file of another program and NewerStore for one written by a newer helpterm; neither is touched.
    """
    with translated(path):
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        empty = not connection.execute("SELECT EXISTS (SELECT 1 FROM sqlite_master)").fetchone()[0]
    if application != APPLICATION_ID and not (empty and application == 0 and version == 0):
        raise ForeignStore(
            f"{path} is a database of another program", "choose another file with --db; it was left untouched"
        )
    if version > newest:
        raise NewerStore(
            f"{path} was written by a newer helpterm (format {version}, this one reads up to {newest})",
            "update helpterm; the file was left untouched",
        )
    return version


def make_private(path: Path) -> None:
    """Creates the file and its folder for this user only (0600 in 0700)."""
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be created ({error.strerror})", "choose another place with --db"
        ) from error


def backup(path: Path, target: Path) -> None:
    """Copies a live store to `target`, whole and consistent, by SQLite's backup API."""
    make_private(target)
    with translated(path):
        source = connect(path, write=False)
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)
        finally:
            copy.close()
            source.close()
