"""Full-text search over everything: folded words, phrases, the last word as a beginning, newest first, bounded.

A hit is a ticket. At most `NEWEST` messages are looked at for each search, the newest ones, so that a common word costs no
more than a rare one; of the tickets found, those in which a customer waits come first.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from store.desk.query import Term
from store.text.fold import fold

NEWEST = 2000
_WORD = re.compile(r"[^\W_]+")


def match_expression(terms: Sequence[Term], *, typing: bool = False) -> str:
    """The FTS5 expression for `terms`, empty when no word is left; with `typing` the last word is a beginning."""
    wanted: list[str] = []
    excluded: list[str] = []
    for position, term in enumerate(terms):
        words = _WORD.findall(fold(term.text))
        if not words:
            continue
        expression = '"' + " ".join(words) + '"'
        is_last = position == len(terms) - 1
        if typing and is_last and not term.phrase and not term.negated:
            expression += " *"
        (excluded if term.negated else wanted).append(expression)
    if not wanted:
        return ""
    return " AND ".join(wanted) + "".join(f" NOT {expression}" for expression in excluded)


def ticket_numbers(
    connection: sqlite3.Connection, terms: Sequence[Term], *, typing: bool = False, newest: int = NEWEST
) -> list[int] | None:
    """The tickets in which all words occur in one message, newest message first; None when no word is left to search for."""
    expression = match_expression(terms, typing=typing)
    if not expression:
        return None
    rows = connection.execute(
        "SELECT m.ticket FROM (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?) s"
        " JOIN messages m ON m.number = s.rowid",
        (expression, newest),
    )
    return list(dict.fromkeys(ticket for (ticket,) in rows))
