"""Full-text search over everything: folded words, phrases, the last word as a beginning, newest first, bounded.

A hit is a ticket in whose subject and messages all the words occur, together or apart. A word that occurs in more messages
than `EXAMINED` is looked for in the newest of them only, except in tickets that the rarer words have singled out; the queue
then puts the tickets in which a customer waits first.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from store.desk.query import Term, words_of

EXAMINED = 10_000
"""Messages that hold a word and are looked at, the newest first, so that a common word costs no more than a rare one."""

ASKED = 400
"""Tickets that can be asked one by one whether a common word occurs in them: some ten milliseconds."""

FOUND = 2_000
"""Tickets of the wanted part of the desk that are enough."""

FIRST_FOUND = 100
"""Tickets that are enough for the first hits while one types: more than a screen shows, with the half of the pages read that
200 would take.
"""

SHORT_BEGINNING = 3
"""Beginnings up to so many letters have an index of their own; longer ones cannot be asked of single tickets cheaply."""

_OF_MESSAGES = (
    "SELECT DISTINCT m.ticket FROM (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?) s"
    " CROSS JOIN messages m ON m.number = s.rowid"
)


@dataclass(frozen=True, slots=True, order=True)
class _Word:
    """One thing to look for, as FTS5 writes it. `is_quick` says that a single ticket can be asked for it."""

    expression: str
    is_quick: bool = True


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a query looks for, and what its tickets must not hold."""

    words: tuple[_Word, ...]
    excluded: tuple[_Word, ...]


def ticket_numbers(
    connection: sqlite3.Connection,
    terms: Sequence[Term],
    ranks: tuple[int, int],
    *,
    typing: bool = False,
    quick: bool = False,
    enough: int = 0,
) -> list[int] | None:
    """The tickets of these ranks (from, below) in which the words occur, newest first; None without a word.

    With `typing` the last word is a beginning; a single letter, which would say nothing, waits for the next one. `quick`
    looks only for tickets with all the words in one message, which is a fraction of the work and most of what there is;
    it ends with the newest `enough` tickets (`FOUND` if 0).
    """
    wanted = _wanted(terms, typing=typing)
    if not wanted.words:
        return None
    found, is_enough = _together(connection, wanted, ranks, enough or FOUND)
    if len(wanted.words) > 1 and not quick and not is_enough:
        apart = _apart(connection, wanted.words) - set(found)
        found = sorted({*found, *_of_ranks(connection, apart, ranks)}, reverse=True)
    for word in wanted.excluded:
        found = _without(connection, found, word)
    return found


def _wanted(terms: Sequence[Term], *, typing: bool) -> _Wanted:
    words: list[_Word] = []
    excluded: list[_Word] = []
    for position, term in enumerate(terms):
        parts = words_of(term.text)
        is_typed = typing and position == len(terms) - 1 and not term.phrase and not term.negated
        beginning = is_typed or (term.is_beginning and len("".join(parts)) > 1)
        if not parts or (is_typed and len(parts) == 1 and len(parts[0]) == 1):
            continue
        expression = '"' + " ".join(parts) + '"' + (" *" if beginning else "")
        word = _Word(expression, not beginning or len(parts[-1]) <= SHORT_BEGINNING)
        (excluded if term.negated else words).append(word)
    return _Wanted(tuple(words), tuple(excluded))


def _together(
    connection: sqlite3.Connection, wanted: _Wanted, ranks: tuple[int, int], enough: int
) -> tuple[list[int], bool]:
    """The tickets of these ranks with a message in which all the words occur, and whether these are `enough`."""
    expression = " AND ".join(word.expression for word in wanted.words)
    expression += "".join(f" NOT {word.expression}" for word in wanted.excluded)
    rows = connection.execute(
        f"{_OF_MESSAGES} CROSS JOIN tickets t ON t.number = m.ticket WHERE t.rank >= ? AND t.rank < ? LIMIT ?",
        (expression, EXAMINED, *ranks, enough),
    ).fetchall()
    return [ticket for (ticket,) in rows], len(rows) == enough


def _apart(connection: sqlite3.Connection, words: Sequence[_Word]) -> set[int]:
    """The tickets in which each of the words occurs somewhere; the rarest word is looked for first."""
    found: set[int] | None = None
    for messages, word in sorted((_messages_with(connection, word), word) for word in words):
        if found is not None and messages >= EXAMINED and word.is_quick and len(found) <= ASKED:
            found = _holding(connection, found, word)
        else:
            tickets = _tickets_with(connection, word)
            found = tickets if found is None else found & tickets
        if not found:
            return set()
    return found or set()


def _messages_with(connection: sqlite3.Connection, word: _Word) -> int:
    """How many messages hold a word; from `EXAMINED` on it is a common one."""
    count: int = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT ?)",
        (word.expression, EXAMINED),
    ).fetchone()[0]
    return count


def _tickets_with(connection: sqlite3.Connection, word: _Word) -> set[int]:
    """The tickets of the newest messages with a word: all there are, unless it is a common one."""
    return {ticket for (ticket,) in connection.execute(_OF_MESSAGES, (word.expression, EXAMINED))}


def _holding(connection: sqlite3.Connection, tickets: Collection[int], word: _Word) -> set[int]:
    """Those of the tickets in one of whose messages the word occurs: asked message by message."""
    rows = connection.execute(
        "SELECT DISTINCT m.ticket FROM json_each(?) hit CROSS JOIN messages m ON m.ticket = hit.value"
        " CROSS JOIN search s ON s.rowid = m.number WHERE s.search MATCH ?",
        (json.dumps(list(tickets)), word.expression),
    )
    return {ticket for (ticket,) in rows}


def _of_ranks(connection: sqlite3.Connection, tickets: Iterable[int], ranks: tuple[int, int]) -> list[int]:
    """The newest of the tickets that have these ranks."""
    rows = connection.execute(
        "SELECT t.number FROM json_each(?) hit CROSS JOIN tickets t ON t.number = hit.value"
        " WHERE t.rank >= ? AND t.rank < ? LIMIT ?",
        (json.dumps(sorted(tickets, reverse=True)), *ranks, FOUND),
    )
    return [number for (number,) in rows]


def _without(connection: sqlite3.Connection, tickets: list[int], word: _Word) -> list[int]:
    """The tickets in none of whose messages the word occurs; for a common one the newest `ASKED` are asked, and no more kept."""
    if _messages_with(connection, word) < EXAMINED:
        held = _tickets_with(connection, word)
        return [ticket for ticket in tickets if ticket not in held]
    newest = tickets[:ASKED]
    held = _holding(connection, newest, word)
    return [ticket for ticket in newest if ticket not in held]


def addresses(connection: sqlite3.Connection, text: str, *, most: int = 8) -> tuple[str, ...]:
    """Addresses of customers in whose name or address the words of `text` stand, the last one a beginning; newest first."""
    words = " ".join(words_of(text))
    if not words:
        return ()
    rows = connection.execute(
        "SELECT c.email FROM (SELECT rowid FROM customer_search WHERE customer_search MATCH ? ORDER BY rowid DESC LIMIT ?) s"
        " CROSS JOIN customers c ON c.number = s.rowid WHERE c.email <> ''",
        (f'"{words}" *', most),
    )
    return tuple(email for (email,) in rows)
