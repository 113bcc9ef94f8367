"""Mails that could not be filed: kept aside with the reason, listed, and tried again when somebody asks."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

from store.desk import Desk
from store.desk.transaction import Transaction
from store.errors import NotFound


@dataclass(frozen=True, slots=True)
class Aside:
    """A mail kept aside: `source` says where it came from, `has_raw` whether its text was fetched at all. Time in ms."""

    id: str
    source: str
    reason: str
    at: int
    has_raw: bool


def keep(tx: Transaction, source: str, reason: str, raw: bytes | None) -> None:
    """Puts a mail aside; the same one again changes nothing."""
    identity = hashlib.sha256(source.encode() if raw is None else raw).hexdigest()[:32]
    tx.connection.execute(
        "INSERT OR IGNORE INTO mails_aside (id, source, reason, at, data) VALUES (?, ?, ?, ?, ?)",
        (identity, source, reason, tx.now, None if raw is None else zlib.compress(raw, 3)),
    )


def aside(desk: Desk, limit: int = 200) -> list[Aside]:
    """What was kept aside, the latest first."""
    rows = desk.read().execute(
        "SELECT id, source, reason, at, data IS NOT NULL FROM mails_aside ORDER BY at DESC, id LIMIT ?",
        (limit,),
    )
    return [
        Aside(identity, source, reason, at, bool(has_raw)) for identity, source, reason, at, has_raw in rows
    ]


def raw_aside(desk: Desk, identity: str) -> bytes:
    """The raw source of a mail kept aside. Raises NotFound."""
    row = desk.read().execute("SELECT data FROM mails_aside WHERE id = ?", (identity,)).fetchone()
    if row is None or row[0] is None:
        raise NotFound("this mail is not here", "look for it in the mailbox")
    return zlib.decompress(row[0])


def forget(tx: Transaction, identity: str) -> None:
    """Ends the listing of a mail that has been dealt with."""
    tx.connection.execute("DELETE FROM mails_aside WHERE id = ?", (identity,))
