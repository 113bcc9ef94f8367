"""What a query's operators and words leave of the desk: a list of rows while it is short, else a condition on each ticket."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store.desk.query import Members, Query
from store.desk.search import FIRST_FOUND, ticket_numbers

SHORT = 5_000
"""Rows up to which a set is read and its tickets are looked up one by one; a larger one is met soon by walking the queue."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Tickets whose `column` is (or is not) among `rows`; without `rows` what `members` says."""

    column: str
    rows: tuple[int, ...] | None
    members: Members | None = None

    @property
    def can_lead(self) -> bool:
        """Whether the queue can be read from this list instead of from its index."""
        return self.rows is not None and not (self.members and self.members.negated)

    @property
    def packed(self) -> str:
        """The rows as `json_each` takes them."""
        return json.dumps(self.rows)

    def condition(self) -> tuple[str, Sequence[Any]]:
        """The same as a condition on a ticket `t`."""
        members = self.members
        sign = "NOT " if members is not None and members.negated else ""
        if members is None or self.rows is not None:
            return f"t.{self.column} {sign}IN (SELECT value FROM json_each(?))", (self.packed,)
        return sign + members.holds, members.values


def narrowings(
    connection: sqlite3.Connection,
    query: Query,
    ranks: tuple[int, int],
    *,
    quick: bool = False,
) -> list[Narrowing]:
    """What narrows a query, its words last; `quick` as in `store.desk.search`."""
    found = [_among(connection, each) for each in query.members]
    enough = FIRST_FOUND if quick and query.is_words else 0  # what else narrows may leave none of so few
    numbers = ticket_numbers(
        connection, query.terms, ranks, typing=query.is_unfinished, quick=quick, enough=enough
    )
    if numbers is not None:
        found.append(Narrowing("number", tuple(numbers)))
    return found


def _among(connection: sqlite3.Connection, members: Members) -> Narrowing:
    rows = connection.execute(f"{members.rows} LIMIT {SHORT + 1}", members.values).fetchall()
    return Narrowing(members.column, tuple(row for (row,) in rows) if len(rows) <= SHORT else None, members)
