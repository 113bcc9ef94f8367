"""Numbered migrations: each runs in one transaction with its record, after a backup of the file.

One module for each step, `m0001_….py`, with `up(connection)`. Its number is its place in `STEPS`; nothing is ever
inserted before the end. `user_version` holds the number of steps done, so that opening a current store imports nothing.
"""

from __future__ import annotations

import sqlite3
from importlib import import_module
from pathlib import Path

from store.database.errors import translated
from store.database.file import APPLICATION_ID, backup

STEPS = (
    "m0001_desk",
    "m0002_fingerprints",
    "m0003_mailboxes",
    "m0004_sync",
    "m0005_shifts",
    "m0006_declines",
    "m0007_voice",
    "m0008_customer_search",
    "m0009_searches",
    "m0010_subjects",
    "m0011_deeds",
)


def migrate(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Brings the store from `version` to the newest, keeping a copy beside it first when it holds anything.

    The copy is `<name>.before-<newest>`. Of two programs that open an old store at once, one migrates and the other waits.
    Raises StoreError; then the store is as it was.
    """
    from sqlite_utils import Database as SqliteUtils
    from sqlite_utils import Migrations

    steps = Migrations("helpterm")
    for number, name in enumerate(STEPS, start=1):
        steps(name=name)(_step(number, name))
    with translated(path):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] < len(STEPS):
                if version:
                    backup(path, path.with_name(f"{path.name}.before-{len(STEPS)}"))
                steps.apply(SqliteUtils(connection))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _step(number: int, name: str):  # type: ignore[no-untyped-def]  # sqlite-utils types its own functions
    def run(database) -> None:  # type: ignore[no-untyped-def]
        import_module(f"{__name__}.{name}").up(database.conn)
        database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.conn.execute(f"PRAGMA user_version = {number}")

    return run
