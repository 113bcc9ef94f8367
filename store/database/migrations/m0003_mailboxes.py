"""What mail intake remembers: which mails were named before they came, who takes part, how far a mailbox is read."""

from __future__ import annotations

import sqlite3

TABLES = (
    """CREATE TABLE mail_mentions (
        message_id TEXT NOT NULL, ticket INTEGER NOT NULL REFERENCES tickets (number), direct INTEGER NOT NULL,
        PRIMARY KEY (message_id, ticket)) WITHOUT ROWID""",
    """CREATE TABLE mail_people (
        ticket INTEGER NOT NULL REFERENCES tickets (number), email TEXT NOT NULL, PRIMARY KEY (ticket, email)) WITHOUT ROWID""",
    """CREATE TABLE mailbox_folders (
        mailbox TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, last_uid INTEGER NOT NULL,
        PRIMARY KEY (mailbox, folder)) WITHOUT ROWID""",
    """CREATE TABLE mails_aside (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL, data BLOB)""",
)


def up(connection: sqlite3.Connection) -> None:
    """Creates the tables of mail intake."""
    for statement in TABLES:
        connection.execute(statement)
