"""What is still to be written beside messages that came by the thousand: the search index, and the fingerprints of our replies.

The desk is whole and usable meanwhile; only search and the look at earlier replies know less, and `waiting` says how much less.
It is worked off the newest first, a slice at a time, each in one transaction, so it can stop and go on anywhere.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from store.desk.desk import Desk
from store.desk.indexing import own_text
from store.text.fold import fold

AT_ONCE = 400
"""Messages of one slice while somebody works at the desk: some tens of milliseconds."""

MANY = 20_000
"""Messages of one slice when the desk has nothing else to do."""

_KEY = "search.backlog"
_GATHER = "INSERT INTO search (search, rank) VALUES ('hashsize', ?)"
"""How many bytes the search index keeps in memory before it writes (sqlite.org/fts5.html, section 6.8)."""

_MANY_BYTES, _USUAL_BYTES = 16 * 1024 * 1024, 1024 * 1024
_ROWS = """
    SELECT m.number, m.ticket, m.author_name || ' ' || m.author_email, m.body, m.folds, m.kind = 'reply' AND m.agent <> '',
        CASE m.number WHEN (SELECT min(x.number) FROM messages x WHERE x.ticket = m.ticket) THEN t.subject ELSE '' END
    FROM messages m JOIN tickets t ON t.number = m.ticket WHERE m.number BETWEEN ? AND ? ORDER BY m.number"""


def leave_for_later(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Notes, in a transaction of the writer, that the messages in these rows are not in the index."""
    if last < first:
        return
    ranges = _ranges(connection)
    if ranges and ranges[-1][1] + 1 == first:
        ranges[-1][1] = last
    else:
        ranges.append([first, last])
    _keep(connection, ranges)


def waiting(connection: sqlite3.Connection) -> int:
    """How many messages search does not know yet; 0 on nearly every desk."""
    return sum(last - first + 1 for first, last in _ranges(connection))


def work_off(desk: Desk, most: int = AT_ONCE) -> int:
    """Puts the newest `most` of them into the index; returns how many still wait."""
    ranges = _ranges(desk.read())
    if not ranges:
        return 0
    first = max(ranges[-1][0], ranges[-1][1] - most + 1)
    last = ranges[-1][1]
    write = _prepared(desk.read(), first, last)

    def job(connection: sqlite3.Connection) -> int:
        left = _ranges(connection)
        if left == ranges:  # else another console was faster
            write(connection, most)
            left[-1][1] = first - 1
            left = [each for each in left if each[0] <= each[1]]
            _keep(connection, left)
        return sum(last - first + 1 for first, last in left)

    return desk.database.write(job, lasting=False)


def work_off_all(desk: Desk, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Makes the index whole; `progress` hears how many of how many messages are in it."""
    total = waiting(desk.read())
    left = total
    while left:
        left = work_off(desk, MANY)
        progress(total - left, total)


def _prepared(
    connection: sqlite3.Connection, first: int, last: int
) -> Callable[[sqlite3.Connection, int], None]:
    """Works out what is to be written, before the writer is kept from anything else by it."""
    from store.policy.canned import Index
    from store.policy.links import normal_links

    entries: list[tuple[Any, ...]] = []
    links: list[tuple[str, int]] = []
    replies: list[tuple[int, int, str]] = []
    for number, ticket, people, body, folds, is_reply, subject in connection.execute(_ROWS, (first, last)):
        text = own_text(body, tuple(json.loads(folds)) if folds else ())
        entries.append((number, fold(subject), fold(people), fold(text)))
        if is_reply:
            replies.append((number, ticket, text))
            links += [(url, number) for url in normal_links(text)]
    read = Index.reading(replies)

    def write(connection: sqlite3.Connection, most: int) -> None:
        if most >= MANY:
            connection.execute(_GATHER, (_MANY_BYTES,))
        connection.executemany(
            "INSERT INTO search (rowid, subject, people, body) VALUES (?, ?, ?, ?)", entries
        )
        if most >= MANY:
            connection.execute(_GATHER, (_USUAL_BYTES,))
        Index(connection).add_read(read)
        connection.executemany("INSERT OR IGNORE INTO links (url, message) VALUES (?, ?)", links)

    return write


def _ranges(connection: sqlite3.Connection) -> list[list[int]]:
    """The rows that wait, from first to last; in the order in which they came."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    ranges: list[list[int]] = json.loads(row[0]) if row else []
    return ranges


def _keep(connection: sqlite3.Connection, ranges: list[list[int]]) -> None:
    if ranges:
        connection.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_KEY, json.dumps(ranges))
        )
    else:
        connection.execute("DELETE FROM meta WHERE key = ?", (_KEY,))
