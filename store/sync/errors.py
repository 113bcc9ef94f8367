"""What the shared database can say no with, each as one line and a remedy. No password ever gets into one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store.errors import ServerError
from store.text.inert import inert_line

if TYPE_CHECKING:
    import psycopg

VERSION = 9
"""The format of the hub that this helpterm speaks: the number of its SQL steps."""


class SyncError(ServerError):
    """The shared database cannot be used now; the desk goes on locally."""

    title = "The shared database cannot be used"


class Unreachable(SyncError):
    """No connection, or it broke, or no answer in time. Nothing is lost: what is pending waits."""

    title = "The shared database is out of reach"


class Stopped(SyncError):
    """It was asked to stop; what was done stays done."""


class HubRestored(SyncError):
    """The hub's past is not the one this store has seen; `store.sync.adopt` heals it."""


class Cloned(SyncError):
    """Two stores push under one name: the file was copied; a new name heals it."""


class Poison(SyncError):
    """The hub cannot take this change at all; it is set aside and shown, the rest goes on."""


class NotYetAHub(SyncError):
    """The database holds no desk."""


class WrongHub(SyncError):
    """The database is not the one that this store belongs to, or is of another format."""


class NoRight(SyncError):
    """The login may not do this."""


class NoPassword(NoRight):
    """A password is needed, and none or a wrong one was given."""


_BY_STATE: dict[str, tuple[type[SyncError], str, str]] = {
    "HT001": (HubRestored, "the shared database was restored from a backup", "the next sync brings this desk in line"),
    "HT002": (WrongHub, "this is the database of another desk", "`helpterm sync leave`, then join the one you mean"),
    "HT003": (Cloned, "this store is a copy of another one", "the next sync gives it a name of its own"),
    "HT004": (NoRight, "this login is no agent of the desk (any more)", "ask whoever runs the desk for an invitation"),
    "HT005": (WrongHub, "the shared database needs a newer helpterm", "update helpterm; the desk goes on locally"),
    "3F000": (NotYetAHub, "there is no desk in this database", "its owner makes one with `helpterm sync init DSN`"),
    "42P01": (NotYetAHub, "there is no desk in this database", "its owner makes one with `helpterm sync init DSN`"),
    "42883": (
        WrongHub,
        "the schema helpterm there is of an older helpterm, or of something else",
        "its owner upgrades it with `helpterm sync init DSN`, or chooses another database",
    ),
    "42501": (NoRight, "this login lacks the right to do that", "ask whoever runs the database"),
    "28P01": (NoPassword, "the shared database does not accept the password",
        "check it; if it was right before, your login may have ended: ask for a new invitation"),
    "28000": (NoRight, "the shared database does not accept this login", "check its name, or ask for a new invitation"),
    "3D000": (NotYetAHub, "there is no database of that name", "check the name in the connection string"),
    "53100": (SyncError, "the disk of the shared database is full", "its owner makes room; your changes wait here"),
    "53300": (Unreachable, "the shared database has no connection to spare", "it is tried again by itself"),
    "25006": (SyncError, "the shared database is read-only for now", "it is tried again by itself"),
}  # fmt: skip
"""By SQLSTATE (PostgreSQL, appendix A); HT… are raised by our own functions."""

_POISON = ("21", "22", "23", "54")
"""Classes of errors that are about the data sent, not about the server or the line."""

_SPEAKING = (
    (
        r"no password supplied",
        (NoPassword, "the shared database asks for a password", "set PGPASSWORD or HELPTERM_SECRET_SYNC, or use a passfile"),
    ),
    (r"password authentication failed", _BY_STATE["28P01"]),
    (r'database ".*" does not exist', _BY_STATE["3D000"]),
    (r'role ".*" does not exist|not permitted to log in|no pg_hba.conf entry|authentication failed', _BY_STATE["28000"]),
    (
        r"invalid (\w+ value|port number|integer value)",
        (SyncError, "a part of the connection string has a value that cannot be", "check its port, its sslmode and the like"),
    ),
    (r"too many clients|remaining connection slots", _BY_STATE["53300"]),
    (
        r"certificate|root\.crt|server does not support SSL|SSL error|hostname",
        (
            SyncError,
            "the shared database cannot prove who it is (TLS)",
            "give its CA with sslrootcert=…, or ask whoever runs it; nothing was sent",
        ),
    ),
    (
        r"translate host name|Name or service|nodename nor servname",
        (Unreachable, "the host of the shared database is not known", "check the connection string and the network"),
    ),
)  # fmt: skip
"""Failures while connecting carry no SQLSTATE; what they say tells (messages of libpq, in English)."""


def translated(error: psycopg.Error) -> SyncError:
    """The desk's error for what psycopg reported; the server's own words only where they can hold no secret."""
    state = error.sqlstate or ""
    if state in _BY_STATE:
        kind, message, remedy = _BY_STATE[state]
        return kind(message, remedy)
    if state[:2] in _POISON or state == "HT010":
        said = inert_line(error.diag.message_primary or "", 160)
        return Poison(
            f"the shared database cannot take this change ({said})", "`helpterm sync conflicts` shows it"
        )
    if not state or state[:2] in ("08", "57"):
        said = str(error)
        for pattern, (kind, message, remedy) in _SPEAKING:
            if re.search(pattern, said, re.IGNORECASE):
                return kind(message, remedy)
        return Unreachable(
            f"the shared database does not answer ({_kind_of(said)})",
            "it is tried again by itself; your changes wait here",
        )
    said = inert_line(error.diag.message_primary or "", 160)
    return SyncError(
        f"the shared database refused ({state}: {said})", "tell whoever runs it; your changes wait here"
    )


def _kind_of(said: str) -> str:
    for words, meaning in (
        ("refused", "connection refused"),
        ("unreachable", "no way leads to it"),
        ("No route", "no way leads to it"),
        ("timeout", "no answer in time"),
        ("timed out", "no answer in time"),
        ("starting up", "it is starting"),
        ("shutting down", "it is shutting down"),
        ("terminating", "it ended the connection"),
        ("No such file", "no such socket"),
    ):
        if words in said:
            return meaning
    return "the connection broke"
