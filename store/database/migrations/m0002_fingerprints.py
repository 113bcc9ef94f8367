"""What is remembered of replies sent before, so that a canned one is known (`store.policy.canned`)."""

from __future__ import annotations

import sqlite3


def up(connection: sqlite3.Connection) -> None:
    """Creates the index of earlier replies; it can be made anew from the messages at any time."""
    connection.execute(
        "CREATE TABLE fingerprints (gram INTEGER NOT NULL, reply INTEGER NOT NULL, PRIMARY KEY (gram, reply)) WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TABLE fingerprint_replies (reply INTEGER PRIMARY KEY, ticket INTEGER NOT NULL, words BLOB NOT NULL)"
    )
