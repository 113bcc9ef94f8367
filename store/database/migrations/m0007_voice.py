"""The voice card of a product: the words that its replies avoid."""

from __future__ import annotations

import sqlite3


def up(connection: sqlite3.Connection) -> None:
    """Creates the table of the cards."""
    connection.execute(
        "CREATE TABLE voices (id TEXT PRIMARY KEY, product TEXT NOT NULL, avoid TEXT NOT NULL, active INTEGER NOT NULL)"
    )
