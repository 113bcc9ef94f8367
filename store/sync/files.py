"""Raw mails and attachments: each content travels once, before the message that carries it, and comes when there is time."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Any

from store.desk.desk import Desk
from store.errors import NotFound
from store.sync.link import Link
from store.sync.wire import Op

MOST_AT_ONCE = 32
LARGEST = 50_000_000
"""Bytes; a larger file stays where it is, and the message says so by its label."""


def upload(desk: Desk, link: Link, ops: list[Op]) -> int:
    """Gives the hub the files of the messages in a batch that it does not have; returns how many."""
    wanted: dict[str, str] = {}
    for op in ops:
        if op["kind"] == "message":
            for sha256 in _hashes(op["value"]):
                wanted.setdefault(sha256, op["entity_id"])
    if not wanted:
        return 0
    there = {
        sha256
        for (sha256,) in link.rows(
            "SELECT sha256 FROM helpterm.files WHERE sha256 = ANY (%s)", (list(wanted),)
        )
    }
    sent = 0
    for sha256, message in wanted.items():
        data = None if sha256 in there else _held(desk.read(), message, sha256)
        if data is not None and len(data) <= LARGEST:
            link.rows("SELECT helpterm.put_file(%s, %s)", (hashlib.sha256(data).hexdigest(), data))
            sent += 1
    return sent


def _hashes(content: dict[str, Any]) -> list[str]:
    return [content["raw"]] if content["raw"] else []


def _held(connection: sqlite3.Connection, message: str, sha256: str) -> bytes | None:
    row = connection.execute(
        "SELECT r.data FROM raw_mails r JOIN messages m ON m.number = r.message WHERE m.id = ?", (message,)
    ).fetchone()
    if row is None or hashlib.sha256(row[0]).hexdigest() != sha256:
        return None
    data: bytes = row[0]
    return data


def note_missing(connection: sqlite3.Connection, message: int, raw: str | None) -> None:
    """Remembers that a message's raw mail is at the hub and not here."""
    if raw:
        connection.execute(
            "INSERT OR IGNORE INTO missing_files SELECT ?1, ?2, 1"
            " WHERE NOT EXISTS (SELECT 1 FROM raw_mails WHERE message = ?1)",
            (message, raw),
        )


def download(desk: Desk, link: Link, most: int = MOST_AT_ONCE) -> int:
    """Fetches some of the files that are still to come, the newest messages' first; returns how many came."""
    rows = (
        desk.read()
        .execute("SELECT message, sha256 FROM missing_files ORDER BY message DESC LIMIT ?", (most,))
        .fetchall()
    )
    if not rows:
        return 0
    came = dict(
        link.rows(
            "SELECT sha256, data FROM helpterm.files WHERE sha256 = ANY (%s)",
            ([sha256 for _, sha256 in rows],),
        )
    )
    found = [
        (message, sha256, came[sha256]) for message, sha256 in rows if _is_whole(sha256, came.get(sha256))
    ]
    gone = [(message, sha256) for message, sha256 in rows if sha256 not in came]

    def job(connection: sqlite3.Connection) -> None:
        connection.executemany(
            "INSERT OR IGNORE INTO raw_mails (message, data) VALUES (?, ?)",
            [(message, data) for message, _, data in found],
        )
        connection.executemany(
            "DELETE FROM missing_files WHERE message = ? AND sha256 = ?",
            [(message, sha256) for message, sha256, _ in found] + gone,
        )

    desk.database.write(job)
    return len(found)


def _is_whole(sha256: str, data: bytes | None) -> bool:
    return data is not None and hashlib.sha256(data).hexdigest() == sha256


def fetch(desk: Desk, link: Link, message: int) -> None:
    """Fetches one message's files now, because somebody wants to see them. Raises NotFound when the hub has none."""
    row = desk.read().execute("SELECT sha256 FROM missing_files WHERE message = ?", (message,)).fetchone()
    if row is None:
        return
    found = link.rows("SELECT data FROM helpterm.files WHERE sha256 = %s", (row[0],))
    if not found or not _is_whole(row[0], found[0][0]):
        raise NotFound("nobody has sent this file yet", "it comes when the machine that has it is connected")

    def job(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT OR IGNORE INTO raw_mails (message, data) VALUES (?, ?)", (message, found[0][0])
        )
        connection.execute("DELETE FROM missing_files WHERE message = ?", (message,))

    desk.database.write(job)
