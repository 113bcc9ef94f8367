"""What is written beside a message so that it is found again: the search index, and the fingerprints of our replies."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from store.model import Kind
from store.text.fold import fold

if TYPE_CHECKING:
    from store.desk.desk import Desk
    from store.desk.transaction import NewMessage


def index_message(connection: sqlite3.Connection, ticket: int, number: int, message: NewMessage) -> None:
    """Adds a message to the search index; its ticket's subject is found through its first message."""
    subject, first = connection.execute(
        "SELECT subject, NOT EXISTS (SELECT 1 FROM messages WHERE ticket = tickets.number AND number <> ?)"
        " FROM tickets WHERE number = ?",
        (number, ticket),
    ).fetchone()
    index_text(
        connection,
        number,
        subject=subject if first else "",
        people=f"{message.author.name} {message.author.email}",
        body=own_text(message.body, message.folds),
    )
    if message.kind is Kind.REPLY and message.author.agent:
        index_reply(connection, ticket, number, own_text(message.body, message.folds))


def index_text(connection: sqlite3.Connection, number: int, *, subject: str, people: str, body: str) -> None:
    """Writes one row of the search index; all text is folded the way queries are."""
    connection.execute(
        "INSERT INTO search (rowid, subject, people, body) VALUES (?, ?, ?, ?)",
        (number, fold(subject), fold(people), fold(body)),
    )


def index_reply(connection: sqlite3.Connection, ticket: int, number: int, text: str) -> None:
    """Remembers a reply of ours: its fingerprints (canned replies) and its links (how common a takeaway is).

    A damaged index of fingerprints keeps no reply from being sent: it is left for `rebuild_fingerprints`.
    """
    from store.policy.canned import Index
    from store.policy.links import normal_links

    with suppress(sqlite3.DatabaseError):
        Index(connection).add(number, ticket, text)
    connection.executemany(
        "INSERT OR IGNORE INTO links (url, message) VALUES (?, ?)",
        [(url, number) for url in normal_links(text)],
    )


def rebuild_fingerprints(desk: Desk) -> int:
    """Makes the index of earlier replies anew from the messages, in one transaction; answers how many there are."""
    from store.policy.canned import Index

    return desk.database.write(lambda connection: Index.rebuild(connection, _sent_replies(connection)))


def _sent_replies(connection: sqlite3.Connection) -> Iterator[tuple[int, int, str]]:
    """Our replies (row, ticket's row, own text), read a few hundred at a time."""
    last = 0
    while rows := connection.execute(
        "SELECT number, ticket, body, folds FROM messages WHERE number > ? AND kind = 'reply' AND agent <> ''"
        " AND delivery IS NOT 'draft' ORDER BY number LIMIT 500",
        (last,),
    ).fetchall():
        last = rows[-1][0]
        for number, ticket, body, folds in rows:
            yield number, ticket, own_text(body, tuple(json.loads(folds)) if folds else ())


def own_text(body: str, folds: tuple[tuple[int, int, str], ...]) -> str:
    """A body without its folded parts."""
    if not folds:
        return body
    kept, at = [], 0
    for start, end, _ in folds:
        kept.append(body[at:start])
        at = end
    kept.append(body[at:])
    return "".join(kept)
