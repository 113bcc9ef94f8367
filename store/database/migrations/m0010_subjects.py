"""The subject of each mail: a follow-up may have another one than its ticket."""

from __future__ import annotations

import sqlite3


def up(connection: sqlite3.Connection) -> None:
    """Adds the column; older mails have theirs in the raw source only."""
    connection.execute("ALTER TABLE messages ADD COLUMN subject TEXT NOT NULL DEFAULT ''")
