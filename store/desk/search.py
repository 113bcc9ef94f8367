"""Full-text search over everything: folded words, phrases, the last word as a beginning, newest first, bounded.

A hit is a ticket in one of whose messages all the words occur. At most `EXAMINED` messages are looked at, the newest ones, so
that a common word costs no more than a rare one; the queue then puts the tickets in which a customer waits first.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from store.desk.query import Term
from store.text.fold import fold

EXAMINED = 10_000
"""Messages that hold the words and are looked at, the newest first."""

FOUND = 2_000
"""Messages of the wanted part of the desk that are enough."""

_WORD = re.compile(r"[^\W_]+")


def match_expression(terms: Sequence[Term], *, typing: bool = False) -> str:
    """The FTS5 expression for `terms`, empty when no word is left.

    With `typing` the last word is a beginning; a single letter, which would say nothing, waits for the next one.
    """
    wanted: list[str] = []
    excluded: list[str] = []
    for position, term in enumerate(terms):
        words = _WORD.findall(fold(term.text))
        beginning = typing and position == len(terms) - 1 and not term.phrase and not term.negated
        if not words or (beginning and len(words) == 1 and len(words[0]) == 1):
            continue
        expression = '"' + " ".join(words) + '"' + (" *" if beginning else "")
        (excluded if term.negated else wanted).append(expression)
    if not wanted:
        return ""
    return " AND ".join(wanted) + "".join(f" NOT {expression}" for expression in excluded)


def ticket_numbers(
    connection: sqlite3.Connection, terms: Sequence[Term], ranks: tuple[int, int], *, typing: bool = False
) -> list[int] | None:
    """The tickets of these ranks (from, below) in which the words occur, newest message first; None without a word."""
    expression = match_expression(terms, typing=typing)
    if not expression:
        return None
    rows = connection.execute(
        "SELECT m.ticket FROM (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?) s"
        " CROSS JOIN messages m ON m.number = s.rowid CROSS JOIN tickets t ON t.number = m.ticket"
        " WHERE t.rank >= ? AND t.rank < ? LIMIT ?",
        (expression, EXAMINED, *ranks, FOUND),
    )
    return list(dict.fromkeys(ticket for (ticket,) in rows))
