"""What a store knows of its place in the team: kept in its own file, without any password."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from store.desk.ids import new_id
from store.sync import message_ids
from store.sync.errors import SyncError


class NotJoined(SyncError):
    """This store works on its own."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A store's place: `device` is its name at the hub, `epoch` the hub's, `cursor` the newest entry it has, `chain` the
    hash over the log up to there.

    `stamp` and `next_stamp` prove at each push that the store made the one before (see `check_device` in the hub).
    `copying` is how far an unfinished first copy has come, else empty. No own change stands behind the entry `newest_own`.
    """

    device: str
    epoch: str
    cursor: int
    chain: str
    stamp: str
    next_stamp: str
    dsn: str
    copying: str = ""
    newest_own: int = 0


_KEYS = ("device", "epoch", "cursor", "chain", "stamp", "next_stamp", "dsn", "copying")

_UNKNOWN = 1 << 62
"""The newest own entry of a store that has not noted which one that is."""


def membership(connection: sqlite3.Connection) -> Membership:
    """Where this store stands. Raises NotJoined."""
    found = {
        key.removeprefix("sync."): value
        for key, value in connection.execute(
            "SELECT key, value FROM meta WHERE key BETWEEN 'sync.' AND 'sync/'"
        )
    }
    if "epoch" not in found:
        raise NotJoined("this desk is shared with nobody", "`helpterm sync join DSN` joins a team")
    values = {key: found.get(key, "") for key in _KEYS}
    numbers = {
        "cursor": int(values["cursor"] or 0),
        "newest_own": int(found.get("newest_own", _UNKNOWN)),
    }
    return Membership(**(values | numbers))


def remember(connection: sqlite3.Connection, **values: str | int) -> None:
    """Keeps some of a membership's values; inside a transaction of the writer."""
    connection.executemany(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [(f"sync.{key}", str(value)) for key, value in values.items()],
    )


def acknowledge(connection: sqlite3.Connection, entries: Sequence[tuple[int, int]]) -> None:
    """Notes of own changes, as `(seq, number)`, which entry of the log each is; inside a transaction of the writer."""
    if entries:
        connection.executemany("UPDATE changes SET seq = ? WHERE number = ?", entries)
        newest = max(seq for seq, _ in entries)
        connection.execute(
            "UPDATE meta SET value = max(CAST(value AS INTEGER), ?) WHERE key = 'sync.newest_own'", (newest,)
        )


def begin(connection: sqlite3.Connection, epoch: str, dsn: str) -> None:
    """Makes this store a member that has seen nothing yet, under a new name."""
    remember(
        connection,
        device=new_id(),
        epoch=epoch,
        cursor=0,
        chain="",
        stamp=new_id(),
        next_stamp="",
        dsn=dsn,
        copying="",
        newest_own=0,
    )


def rename(connection: sqlite3.Connection) -> None:
    """Gives a copied store a name of its own."""
    remember(connection, device=new_id(), stamp=new_id(), next_stamp="")


def forget(connection: sqlite3.Connection) -> None:
    """Makes this store one of its own again; which hub its foreign changes came from stays known.

    Replies that the hub has in its outbox are the team's to send, and no longer this store's.
    """
    message_ids.make(connection)
    epoch = membership(connection).epoch
    connection.execute(
        "DELETE FROM outbox WHERE state IN ('queued', 'sending') AND message NOT IN (SELECT m.number FROM messages m"
        " JOIN changes c ON c.entity_id = m.id WHERE c.kind = 'message' AND c.seq IS NULL AND c.device = '')"
    )
    connection.execute("DELETE FROM meta WHERE key BETWEEN 'sync.' AND 'sync/'")
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('former.hub', ?)", (epoch,))
    connection.execute("UPDATE changes SET seq = NULL WHERE device = '' AND seq IS NOT NULL")


def former_hub(connection: sqlite3.Connection) -> str:
    """The epoch of the hub that this store once left, or nothing."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'former.hub'").fetchone()
    return "" if row is None else row[0]


def pending(connection: sqlite3.Connection) -> int:
    """How many own changes have not been seen in the shared log yet."""
    count: int = connection.execute(
        "SELECT count(*) FROM changes INDEXED BY changes_pending WHERE seq IS NULL AND device = ''"
    ).fetchone()[0]
    return count


def oldest_pending(connection: sqlite3.Connection) -> int | None:
    """When the oldest own change that waits was made (ms)."""
    row = connection.execute(
        "SELECT at FROM changes INDEXED BY changes_pending WHERE seq IS NULL AND device = '' ORDER BY number LIMIT 1"
    ).fetchone()
    return None if row is None else row[0]


def size(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many tickets and messages are here."""
    tickets, messages = connection.execute(
        "SELECT (SELECT count(*) FROM tickets), (SELECT count(*) FROM messages)"
    ).fetchone()
    return tickets, messages


def is_pending(connection: sqlite3.Connection, identity: str, name: str) -> bool:
    """Whether this agent has changed a field of something, and the hub has not yet said what becomes of it."""
    return (
        connection.execute(
            "SELECT 1 FROM changes INDEXED BY changes_entity WHERE entity_id = ? AND field = ? AND seq IS NULL"
            " AND device = '' LIMIT 1",
            (identity, name),
        ).fetchone()
        is not None
    )
