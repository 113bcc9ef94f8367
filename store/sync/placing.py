"""The rows of a first copy, written many at a time.

What is not here yet is added in bulk; what is here is put right by the same road as everything that comes later.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from store.desk import backlog
from store.desk.derive import Place, place
from store.sync import local, message_ids
from store.sync.copy_format import Row
from store.sync.documents import replay as replay_document
from store.sync.haste import insert
from store.sync.messages import place_message, settle_delivery
from store.sync.road import Replay
from store.sync.ticket_replay import Tickets
from store.sync.wire import harmless
from store.text.fold import fold


def _numbers(connection: sqlite3.Connection, table: str, identities: Sequence[str]) -> dict[str, int]:
    """The rows, in this store, of those of the ids that are in it."""
    return dict(
        connection.execute(
            f"SELECT id, number FROM {table} WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(identities),),
        ).fetchall()
    )


def _next_number(connection: sqlite3.Connection, table: str) -> int:
    number: int = connection.execute(f"SELECT coalesce(max(number), 0) + 1 FROM {table}").fetchone()[0]
    return number


@contextmanager
def _without(connection: sqlite3.Connection, trigger: str) -> Iterator[None]:
    """Rows are added without a trigger that would cost more than all the rest; what it does is done in one go."""
    (made,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (trigger,)
    ).fetchone()
    connection.execute(f"DROP TRIGGER {trigger}")
    yield
    connection.execute(made)


def customers(tx: Replay, rows: Sequence[Row], _: int) -> None:
    """People: their id, address and name."""
    connection = tx.connection
    known = _numbers(connection, "customers", [row[0] for row in rows])
    first = _next_number(connection, "customers")
    unknown = [row for row in rows if row[0] not in known]
    new = [(number, *row) for number, row in enumerate(unknown, start=first)]
    with _without(connection, "customers_found"):
        insert(connection, "customers", "number, id, email, name", new)
        connection.executemany(
            "INSERT INTO customer_search (rowid, email, name) VALUES (?, ?, ?)",
            [(number, fold(row[1]), fold(row[2])) for number, row in enumerate(unknown, start=first)],
        )
    connection.executemany(
        "UPDATE customers SET email = ?2, name = ?3 WHERE id = ?1 AND (email, name) <> (?2, ?3)",
        [row for row in rows if row[0] in known],
    )


def documents(tx: Replay, rows: Sequence[Row], _: int) -> None:
    """Whatever is saved whole, under its kind and id."""
    for key, value in rows:
        entity, identity = key.split("/", 1)
        if not local.is_pending(tx.connection, identity, ""):
            replay_document(tx, entity, identity, harmless(json.loads(value)))


_TOLD = (
    *("short", "subject", "channel", "product", "department", "tier", "assignee", "language", "problem"),
    *("declined_by", "merged_into", "handle_seconds"),
)
_NEW_TICKET = (
    *("number", "customer", "created_at", "id", "status", "priority", "updated_at", "snoozed_until"),
    *(*Place._fields, *_TOLD),
)
_NUMBERS = ("tier", "handle_seconds")


def tickets(tx: Replay, rows: Sequence[Row], _: int) -> None:
    """New tickets in bulk, with their place; those that are here already become what the hub says they are.

    A ticket whose customer is not here is younger than the copy of the customers: the log brings both.
    """
    connection = tx.connection
    known = _numbers(connection, "tickets", [row[1] for row in rows])
    people = _numbers(connection, "customers", list({row[2] for row in rows}))
    first = number = _next_number(connection, "tickets")
    new: list[tuple[Any, ...]] = []
    tags: list[tuple[str, int]] = []
    here = Tickets(tx)
    for row in rows:
        identity, customer, packed = row[1:4]
        own = harmless(json.loads(packed)) if packed else ()
        if identity in known:
            here.place(identity, _as_told(row) | {"tags": own})
        elif customer in people:
            new.append((number, people[customer], *_with_its_place(tx, row)))
            if own:
                tags += [(tag, number) for tag in own]
            number += 1
    with _without(connection, "tickets_counted"):
        insert(connection, "tickets", ", ".join(_NEW_TICKET), new)
        connection.execute(
            "INSERT INTO counts (bucket, assignee, tickets) SELECT bucket, assignee, count(*) FROM tickets"
            " WHERE number >= ? GROUP BY 1, 2 ON CONFLICT DO UPDATE SET tickets = tickets + excluded.tickets",
            (first,),
        )
    connection.executemany("INSERT INTO ticket_tags (tag, ticket) VALUES (?, ?)", tags)


def _with_its_place(tx: Replay, row: Row) -> tuple[Any, ...]:
    """A new ticket from `created_at` on, in the order of `_NEW_TICKET`."""
    created, identity, _, _, replied, asked, status, priority, updated, snoozed = row[:10]
    until = int(snoozed) if snoozed else None
    found = place(
        status=status,
        priority=priority,
        updated_at=int(updated),
        snoozed_until=until,
        first_reply_at=int(replied) if replied else None,
        unanswered_since=int(asked) if asked else None,
        now=tx.now,
        targets=tx.targets,
    )
    seat = (*found[:3], int(found.bucket), found.rank)
    return created, identity, status, priority, updated, until, *seat, *row[10:]


def _as_told(row: Row) -> dict[str, Any]:
    """A ticket by the names of its fields, as the log tells of one."""
    created, identity, customer, _, _, _, status, priority, updated, snoozed = row[:10]
    told: dict[str, Any] = dict(zip(_TOLD, row[10:], strict=True))
    return (
        told
        | {name: int(told[name]) for name in _NUMBERS}
        | {"id": identity, "customer": customer, "status": status, "priority": priority}
        | {"created_at": int(created), "updated_at": int(updated)}
        | {"snoozed_until": int(snoozed) if snoozed else None}
    )


_NEW_MESSAGE = (
    "number, id, ticket, sent_at, delivery, folds, notices, kind, author_name, author_email, agent, html, message_id,"
    " in_reply_to, automatic, subject, body"
)


def messages(tx: Replay, rows: Sequence[Row], older: int) -> None:
    """New messages in bulk; those that are here already go where the hub has them. The search index has to wait.

    Tickets in rows up to `older` were here before the copy (0 on a desk that was empty): their places follow from all their
    messages, ours and theirs.
    """
    connection = tx.connection
    if not older:
        message_ids.drop(connection)
    known = _numbers(connection, "messages", [row[1] for row in rows])
    conversations = _numbers(connection, "tickets", list({row[2] for row in rows}))
    first = number = _next_number(connection, "messages")
    new: list[tuple[Any, ...]] = []
    people: dict[tuple[int, str], None] = {}
    reasons: list[tuple[Any, ...]] = []
    missing: list[tuple[int, str]] = []
    for row in rows:
        identity, ticket_id, sent, delivery, raw, folds, notices, given = row[1:9]
        if identity in known:
            place_message(tx, identity, {"ticket": ticket_id, "sent_at": int(sent)})
            settle_delivery(tx, identity, delivery or None)
        elif (ticket := conversations.get(ticket_id)) is not None:
            new.append((number, identity, ticket, sent, delivery or None, folds, _packed(notices), *row[9:]))
            if row[11]:
                people[ticket, row[11].lower()] = None
            if given:
                reasons += [(number, rule, reason) for rule, reason in harmless(json.loads(given))]
            if raw:
                missing.append((number, raw))
            if ticket <= older:
                tx.mark_stale(ticket)
            number += 1
    insert(connection, "messages", _NEW_MESSAGE, new)
    connection.executemany("INSERT INTO reasons (message, rule, reason) VALUES (?, ?, ?)", reasons)
    connection.executemany("INSERT INTO missing_files (message, sha256, is_raw) VALUES (?, ?, 1)", missing)
    connection.executemany("INSERT OR IGNORE INTO mail_people (ticket, email) VALUES (?, ?)", people)
    backlog.leave_for_later(connection, first, number - 1)


def _packed(text: str) -> str:
    """A JSON list as the store keeps it."""
    return json.dumps(harmless(json.loads(text)), ensure_ascii=False) if text else ""


def all_messages(connection: sqlite3.Connection) -> None:
    """What is left to do when every message is here; doing it twice changes nothing.

    Which mails are answered that have not come: mail intake here threads by them.
    """
    message_ids.make(connection)
    connection.execute(
        "INSERT OR IGNORE INTO mail_mentions (message_id, ticket, direct) SELECT m.in_reply_to, m.ticket, 1 FROM messages m"
        " WHERE m.in_reply_to <> ''"
        " AND NOT EXISTS (SELECT 1 FROM messages x WHERE x.message_id = m.in_reply_to AND x.message_id <> '')"
    )


def attachments(tx: Replay, rows: Sequence[Row], _: int) -> None:
    """The labels of what hangs on messages; the files themselves are fetched later."""
    tx.connection.executemany(
        "INSERT OR IGNORE INTO attachments (message, position, name, type, size, sha256)"
        " SELECT number, ?2, ?3, ?4, ?5, ?6 FROM messages WHERE id = ?1",
        rows,
    )


def outbox(tx: Replay, rows: Sequence[Row], _: int) -> None:
    """How far replies have come. What is here already was settled with its message."""
    for message, recipients, *rest in rows:
        people = harmless(json.loads(recipients))
        tx.connection.execute(
            "INSERT OR IGNORE INTO outbox (message, recipients, state, attempts, hold_until, next_attempt_at, error,"
            " lease_until, token) SELECT number, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0 FROM messages WHERE id = ?1",
            (message, json.dumps(people), *rest),
        )
        tx.connection.executemany(
            "INSERT OR IGNORE INTO mail_people (ticket, email) SELECT ticket, ?2 FROM messages WHERE id = ?1",
            [(message, email.lower()) for email in people if email],
        )
