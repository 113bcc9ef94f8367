"""What a store that shares its desk remembers: what is still to be sent, what was decided otherwise, what is still to come."""

from __future__ import annotations

import sqlite3

TABLES = (
    """CREATE INDEX changes_pending ON changes (number) WHERE seq IS NULL AND device = ''""",
    """CREATE TABLE conflicts (
        change TEXT PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, entity TEXT NOT NULL,
        entity_id TEXT NOT NULL, field TEXT NOT NULL, mine TEXT NOT NULL, theirs TEXT NOT NULL, agent TEXT NOT NULL,
        outcome TEXT NOT NULL, settled INTEGER NOT NULL DEFAULT 0)""",
    """CREATE INDEX conflicts_open ON conflicts (seq) WHERE settled = 0""",
    """CREATE TABLE settlements (
        message TEXT NOT NULL, token INTEGER NOT NULL, state TEXT NOT NULL, error TEXT NOT NULL,
        PRIMARY KEY (message, token)) WITHOUT ROWID""",
    """CREATE TABLE missing_files (
        message INTEGER NOT NULL REFERENCES messages (number), sha256 TEXT NOT NULL, is_raw INTEGER NOT NULL,
        PRIMARY KEY (message, sha256)) WITHOUT ROWID""",
)


def up(connection: sqlite3.Connection) -> None:
    """Creates the tables of a shared desk; a desk on its own leaves them empty."""
    for statement in TABLES:
        connection.execute(statement)
