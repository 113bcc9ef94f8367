"""Searches an agent has saved, and those of late: the former are shared like everything saved, the latter stay here."""

from __future__ import annotations

import sqlite3


def up(connection: sqlite3.Connection) -> None:
    """Creates both tables."""
    connection.execute(
        "CREATE TABLE searches (id TEXT PRIMARY KEY, agent TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL,"
        " digit INTEGER NOT NULL, active INTEGER NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE search_history (agent TEXT NOT NULL, query TEXT NOT NULL, at INTEGER NOT NULL,"
        " PRIMARY KEY (agent, query)) WITHOUT ROWID"
    )
