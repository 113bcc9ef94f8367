"""What people did in a stretch of time, counted from the log of changes in one pass.

A reply that was called back does not count; a status that was undone does not count. A reply that a mentor let pass counts
for its author, the green light for the mentor.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """The deeds of one agent (or, added up, of many). Lists hold ids of messages and tickets, in the order of the log.

    `takeaways` are the (message, link) pairs handed over; `silent` the replies among them that nobody wrote after.
    `declines` counts by rule id, `flags` are (message, rule, reason), `ticket_seconds` the work by ticket.
    """

    replies: list[str] = field(default_factory=list)
    first_replies: list[str] = field(default_factory=list)
    solved: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    escalated: list[str] = field(default_factory=list)
    handed_over: list[str] = field(default_factory=list)
    green_lights: list[str] = field(default_factory=list)
    takeaways: list[tuple[str, str]] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    declines: Counter[str] = field(default_factory=Counter)
    flags: list[tuple[str, str, str]] = field(default_factory=list)
    ticket_seconds: Counter[str] = field(default_factory=Counter)
    idle_seconds: int = 0
    worked_ms: int = 0

    def add(self, other: Tally) -> None:
        """Takes in another tally."""
        for name in _LISTS:
            getattr(self, name).extend(getattr(other, name))
        self.declines.update(other.declines)
        self.ticket_seconds.update(other.ticket_seconds)
        self.idle_seconds += other.idle_seconds
        self.worked_ms += other.worked_ms


_LISTS = (
    "replies",
    "first_replies",
    "solved",
    "calls",
    "notes",
    "escalated",
    "handed_over",
    "green_lights",
    "takeaways",
    "silent",
    "flags",
)


def added_up(tallies: Iterable[Tally]) -> Tally:
    """Many tallies as one."""
    total = Tally()
    for each in tallies:
        total.add(each)
    return total


def tally(
    connection: sqlite3.Connection,
    start: int,
    end: int,
    *,
    first: int = 0,
    agent: str = "",
    shift: str = "",
) -> dict[str, Tally]:
    """The deeds of each agent (or only of one) from `start` on, before `end` (ms), without the time on shift.

    Reads of the log what was done between those moments, and no more; `first` is the number of a change before which nothing
    of it lies. Time on tickets belongs to the shift in which it was noted, and with it to the stretch in which that one began;
    with `shift` (an id) only that one's counts.
    """
    found: dict[str, Tally] = {}

    def of(name: str) -> Tally:
        return found.setdefault(name, Tally())

    for who, kind, entity, entity_id, name, value, previous in _changes(connection, start, end, first):
        if kind == "message":
            _message(connection, of, who, entity_id, name)
        elif entity == "ticket" and kind in ("set", "undo"):
            _ticket(of(who), kind, entity_id, name, value, previous)
        elif entity == "handover":
            _once(of(who).handed_over, value["ticket"])
        elif entity == "greenlight" and value["light"] == "sent":
            _once(of(who).green_lights, value["message"])
    for who, ticket, seconds, idle in connection.execute(*_worked(start, end, shift)):
        of(who).ticket_seconds[ticket] += seconds
        of(who).idle_seconds += idle
    wanted = agent.casefold()
    found = {name: each for name, each in found.items() if name and (not agent or name.casefold() == wanted)}
    for each in found.values():
        _takeaways(connection, each)
    return found


def _worked(start: int, end: int, shift: str) -> tuple[str, tuple[Any, ...]]:
    columns = "SELECT w.agent, w.ticket, w.seconds, w.idle_seconds FROM"
    if shift:
        return f"{columns} worklog w WHERE w.shift = ? AND w.active", (shift,)
    return (
        f"{columns} shifts s CROSS JOIN worklog w ON w.shift = s.id"
        " WHERE s.started_at >= ? AND s.started_at < ? AND w.active AND w.agent <> ''"
        f" UNION ALL {columns} worklog w INDEXED BY worklog_started"
        " WHERE w.started_at >= ? AND w.started_at < ? AND w.active AND w.agent <> ''"
        " AND NOT EXISTS (SELECT 1 FROM shifts WHERE id = w.shift)",
        (start, end, start, end),
    )


DEEDS = (
    "((kind = 'message' AND field <> 'inbound') OR entity IN ('handover', 'greenlight')"
    " OR (entity = 'ticket' AND field IN ('status', 'tier', 'declined_by')))"
)
"""Changes that count, as the index `changes_deeds` has them."""


def _changes(
    connection: sqlite3.Connection, start: int, end: int, first: int
) -> Iterator[tuple[str, str, str, str, str, Any, Any]]:
    rows = connection.execute(
        "SELECT agent, kind, entity, entity_id, field, value, previous FROM changes INDEXED BY changes_deeds"
        f" WHERE at >= ? AND at < ? AND number >= ? AND {DEEDS} ORDER BY number",
        (start, end, first),
    )
    for *names, value, previous in rows.fetchall():
        agent, kind, entity, entity_id, name = names
        yield agent, kind, entity, entity_id, name, _unpacked(value), _unpacked(previous)


def _unpacked(packed: str) -> Any:
    return json.loads(packed) if packed else None


def _message(connection: sqlite3.Connection, of: Any, who: str, message: str, kind: str) -> None:
    row = connection.execute(
        "SELECT m.agent, m.delivery, m.sent_at = t.first_reply_at, m.number FROM messages m"
        " JOIN tickets t ON t.number = m.ticket WHERE m.id = ?",
        (message,),
    ).fetchone()
    if row is None or row[1] == "draft" or not row[0]:
        return
    author = of(row[0])
    if kind == "note":
        author.notes.append(message)
    elif kind == "call":
        author.calls.append(message)
    elif kind in ("reply", "chat"):
        author.replies.append(message)
        if row[2]:
            author.first_replies.append(message)
        author.flags.extend(
            (message, rule, reason)
            for rule, reason in connection.execute(
                "SELECT rule, reason FROM reasons WHERE message = ? ORDER BY rule", (row[3],)
            )
        )


def _ticket(tally: Tally, kind: str, ticket: str, name: str, value: Any, previous: Any) -> None:
    if name == "status":
        if kind == "set" and value == "solved":
            tally.solved.append(ticket)
        elif kind == "undo" and previous == "solved" and ticket in tally.solved:
            tally.solved.remove(ticket)
    elif name == "tier":
        if kind == "set" and value > previous:
            tally.escalated.append(ticket)
        elif kind == "undo" and ticket in tally.escalated:
            tally.escalated.remove(ticket)
    elif kind == "set" and value:
        tally.declines[value] += 1
    elif kind == "undo" and previous:
        tally.declines[previous] -= 1
        tally.declines += Counter()


def _once(kept: list[str], name: str) -> None:
    if name not in kept:
        kept.append(name)


def _takeaways(connection: sqlite3.Connection, tally: Tally) -> None:
    """The links that the replies handed over, and the replies among them after which the customer was silent."""
    for message in tally.replies:
        number, ticket, sent_at = connection.execute(
            "SELECT number, ticket, sent_at FROM messages WHERE id = ?", (message,)
        ).fetchone()
        urls = connection.execute(
            "SELECT url FROM links WHERE message = ? ORDER BY url", (number,)
        ).fetchall()
        if not urls:
            continue
        tally.takeaways.extend((message, url) for (url,) in urls)
        later = connection.execute(
            "SELECT 1 FROM messages WHERE ticket = ? AND sent_at > ? AND agent = '' AND automatic = '' LIMIT 1",
            (ticket, sent_at),
        )
        if later.fetchone() is None:
            tally.silent.append(message)


def names(connection: sqlite3.Connection, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """The number and the subject of tickets, by id; for showing."""
    rows = connection.execute(
        "SELECT id, short, subject FROM tickets WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {ticket: (short, subject) for ticket, short, subject in rows}
