"""Our own Message-IDs name the message and its ticket, signed: an answer finds its ticket, a forged one does not."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import sqlite3
from typing import NamedTuple

_FORM = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32})\.([0-9a-f]{16})@[^\s<>@]+", re.IGNORECASE)
_META = "message_id_key"


class OwnMessageId(NamedTuple):
    """What one of our Message-IDs says: the ids of the message and of its ticket."""

    message: str
    ticket: str


def make(connection: sqlite3.Connection, message: str, ticket: str, domain: str) -> str:
    """A signed Message-ID, without angle brackets. `domain` is the part after the @ (RFC 5322, 3.6.4)."""
    return f"{message}.{ticket}.{_sign(_key(connection), message, ticket)}@{domain}"


def read(connection: sqlite3.Connection, message_id: str) -> OwnMessageId | None:
    """The ids in a Message-ID that this desk has signed; None for any other."""
    match = _FORM.fullmatch(message_id)
    key = connection.execute("SELECT value FROM meta WHERE key = ?", (_META,)).fetchone()
    if match is None or key is None:
        return None
    message, ticket, signature = (part.lower() for part in match.groups())
    if not hmac.compare_digest(signature, _sign(key[0], message, ticket)):
        return None
    return OwnMessageId(message, ticket)


def _key(connection: sqlite3.Connection) -> str:
    connection.execute(
        "INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", (_META, secrets.token_hex(32))
    )
    key: str = connection.execute("SELECT value FROM meta WHERE key = ?", (_META,)).fetchone()[0]
    return key


def _sign(key: str, message: str, ticket: str) -> str:
    return hmac.new(bytes.fromhex(key), f"{message}.{ticket}".encode(), hashlib.sha256).hexdigest()[:16]
