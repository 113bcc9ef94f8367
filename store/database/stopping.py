"""Long reads that can be stopped: SQLite asks every so often whether to go on."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from store.errors import DeskError

STEPS = 20_000
"""Steps of SQLite's virtual machine between two looks: well under a millisecond."""


class Stopped(DeskError):
    """A read was stopped before its end."""

    title = "Stopped"


@contextmanager
def stoppable(connection: sqlite3.Connection, stop: threading.Event | None) -> Iterator[None]:
    """Reads through `connection` end with `Stopped` soon after `stop` is set."""
    if stop is None:
        yield
        return
    connection.set_progress_handler(stop.is_set, STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if stop.is_set():
            raise Stopped("stopped before everything was read") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
    if stop.is_set():
        raise Stopped("stopped before everything was read")
