"""What drawing the line was worth, rule by rule: how often it declined, who came back, and the tickets it made room for."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from store.clock import DAY
from store.model import ScopeRule

DAILY = 1.0
"""Declines a day, over the last MONTH days, from which a rule asks for a document."""
MONTH = 30
UNUSED_DAYS = 180
"""Days without a decline after which a rule asks for retirement."""
HOUR_EATERS = 0.1
"""The share of the team's answered tickets, the longest, whose time a declined ticket would have taken."""
SAMPLE = 5_000
"""Answered tickets, the latest, from which the team's times are taken."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One rule's account.

    `came_back` counts declined tickets whose customer wrote again after the decline. `tickets_saved` is the time that the
    declined tickets would have taken as hour-eaters, less what they did take, in median tickets of the team; None while the
    team has too few answered tickets to know.
    """

    rule: ScopeRule
    declines: int
    declines_lately: int
    came_back: int
    tickets_saved: float | None
    last_declined_at: int | None
    advice: str


def ledger(connection: sqlite3.Connection, rules: Sequence[ScopeRule], now: int) -> list[LedgerLine]:
    """The account of each rule, the busiest first. Reads the whole ticket table once: for reports, not for key strokes."""
    times = _answered_times(connection)
    usual, eater = (median(times), _mean_of_longest(times)) if len(times) >= 10 else (0.0, 0.0)
    declined: dict[str, list[tuple[int, str, int]]] = {}
    for rule, number, ticket, spent in connection.execute(
        "SELECT declined_by, number, id, handle_seconds FROM tickets WHERE declined_by <> ''"
    ):
        declined.setdefault(rule, []).append((number, ticket, spent))
    lines = [_line(connection, rule, declined.get(rule.id, []), usual, eater, now) for rule in rules]
    return sorted(lines, key=lambda line: (-line.declines, line.rule.title))


def _line(
    connection: sqlite3.Connection,
    rule: ScopeRule,
    tickets: Sequence[tuple[int, str, int]],
    usual: float,
    eater: float,
    now: int,
) -> LedgerLine:
    moments = [(number, _declined_at(connection, ticket)) for number, ticket, _ in tickets]
    known = [at for _, at in moments if at is not None]
    saved = sum(max(0.0, eater - spent) for _, _, spent in tickets) / usual if usual else None
    lately = sum(at > now - MONTH * DAY for at in known)
    return LedgerLine(
        rule=rule,
        declines=len(tickets),
        declines_lately=lately,
        came_back=sum(_wrote_after(connection, number, at) for number, at in moments if at is not None),
        tickets_saved=None if saved is None else round(saved, 1),
        last_declined_at=max(known, default=None),
        advice=_advice(connection, rule, lately, max(known, default=None), now),
    )


def _advice(connection: sqlite3.Connection, rule: ScopeRule, lately: int, last: int | None, now: int) -> str:
    if rule.covered:
        return ""
    if lately >= DAILY * MONTH:
        return "This rule is used daily: write a page that says it once, and link that."
    since = last if last is not None else _first_seen(connection, rule)
    if since is not None and since < now - UNUSED_DAYS * DAY:
        return f"Nobody was declined by this rule for {(now - since) // DAY} days: retire it?"
    return ""


def _declined_at(connection: sqlite3.Connection, ticket: str) -> int | None:
    """When a ticket was declined: the latest change of the field that says so."""
    row = connection.execute(
        "SELECT max(at) FROM changes WHERE entity_id = ? AND field = 'declined_by'", (ticket,)
    ).fetchone()
    return row[0] if row is not None else None


def _first_seen(connection: sqlite3.Connection, rule: ScopeRule) -> int | None:
    row = connection.execute("SELECT min(at) FROM changes WHERE entity_id = ?", (rule.id,)).fetchone()
    return row[0] if row is not None else None


def _wrote_after(connection: sqlite3.Connection, ticket: int, at: int) -> bool:
    row = connection.execute(
        "SELECT 1 FROM messages WHERE ticket = ? AND sent_at > ? AND kind = 'inbound' AND automatic = '' LIMIT 1",
        (ticket, at),
    ).fetchone()
    return row is not None


def _answered_times(connection: sqlite3.Connection) -> list[int]:
    """Seconds of work in the latest answered tickets that nobody declined, where any were noted."""
    rows = connection.execute(
        "SELECT handle_seconds FROM tickets WHERE handle_seconds > 0 AND declined_by = '' AND first_reply_at IS NOT NULL"
        " ORDER BY number DESC LIMIT ?",
        (SAMPLE,),
    )
    return [seconds for (seconds,) in rows]


def _mean_of_longest(times: Sequence[int]) -> float:
    longest = sorted(times, reverse=True)[: max(1, round(len(times) * HOUR_EATERS))]
    return sum(longest) / len(longest)
