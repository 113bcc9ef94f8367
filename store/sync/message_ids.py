"""The index of Message-IDs, which waits while a first copy fills an empty desk.

Made from all rows it is one sorting; kept while they come, each mail has a place at random in it, and every block of mails
changes nearly all of its pages again. Meanwhile a mail that comes in is threaded by looking through the messages.
"""

from __future__ import annotations

import sqlite3


def drop(connection: sqlite3.Connection) -> None:
    """Does without it, inside a transaction of the writer."""
    connection.execute("DROP INDEX IF EXISTS messages_message_id")


def make(connection: sqlite3.Connection) -> None:
    """Makes it where it is not, as the first migration does, inside a transaction of the writer."""
    connection.execute(
        "CREATE INDEX IF NOT EXISTS messages_message_id ON messages (message_id) WHERE message_id <> ''"
    )
