"""Which tickets a scope rule decided, the latest first: a rule learns from them."""

from __future__ import annotations

import sqlite3


def up(connection: sqlite3.Connection) -> None:
    """Creates the index of the tickets that were declined."""
    connection.execute(
        "CREATE INDEX tickets_declined ON tickets (declined_by, number) WHERE declined_by <> ''"
    )
