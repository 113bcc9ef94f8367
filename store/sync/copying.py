"""The first copy: the folded tables of the hub as they are at one moment, by COPY, written many rows at a time.

What is not here yet is added in bulk; what is here is put right by the same road as everything that comes later. How far the
copy has come is committed with each block, so it goes on where it was stopped, even at another moment of the hub: the log is
replayed afterwards from where it stood at the very beginning. The search index is made when all is here (`store.desk.backlog`).
"""

from __future__ import annotations

import gc
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import lt
from typing import Any, NamedTuple

from store.desk import backlog
from store.desk.derive import place
from store.sync import documents
from store.sync.link import garbled
from store.sync.messages import place_message, settle_delivery
from store.sync.replay import Tickets, is_pending
from store.sync.road import Replay
from store.sync.wire import harmless
from store.text.inert import inert, is_plain

Row = list[str]

AT_ONCE = 20_000
"""Rows of one block: written in one transaction, and what a kill in the middle makes the copy do again."""

_ALLOCATIONS = 200_000
"""After how many more objects than before Python looks for circles while a copy runs."""

_CACHE_KIB, _USUAL_CACHE_KIB = 131_072, 32_768
_PAGES, _USUAL_PAGES = 40_000, 1_000
"""After how many pages of the write-ahead log the file itself is written: ids lie at random, so the same pages come again."""


class Stage(NamedTuple):
    """One table of the copy: how it is read (in the order of its first columns), and how it is placed here.

    Everything is read as text; the queries give nothing for NULL. `first` comes before the key of every row.
    """

    table: str
    query: str
    width: int
    first: tuple[int | str, ...]
    place: Callable[[Replay, Sequence[Row], int], None]

    @property
    def keys(self) -> int:
        """How many columns in front say where in the table a row is."""
        return len(self.first)

    def key(self, row: Row) -> tuple[int | str, ...]:
        """Where in the table a row is."""
        return tuple(type(kind)(value) for kind, value in zip(self.first, row, strict=False))


def read(stage: Stage, lines: Sequence[str]) -> list[Row]:
    """Rows from lines of COPY's text format, made inert.

    Raises Unreachable when rows came twice, out of order or in pieces, as they do over a line that stutters.
    """
    rows = [_fields(line) for line in lines]
    if any(len(row) != stage.width for row in rows):
        raise garbled()
    kinds = [type(kind) for kind in stage.first]
    keys = list(zip(*([kind(row[at]) for row in rows] for at, kind in enumerate(kinds)), strict=True))
    if not all(map(lt, keys, keys[1:])):
        raise garbled()
    return rows


_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _fields(line: str) -> Row:
    """One line as its fields (PostgreSQL, COPY, "Text Format"). Nearly all the text is in the last one."""
    head, _, last = line.rpartition("\t")
    fields, plain = head.split("\t"), is_plain(line)
    if "\\" in last:
        quick = last if "\\\\" in last else last.replace("\\n", "\n").replace("\\t", "\t")
        if "\\" in quick:
            quick, plain = _unescaped(last), False
        last = quick
    if "\\" in head:
        fields, plain = [_unescaped(field) for field in fields], False
    fields.append(last)
    return fields if plain else [inert(field) for field in fields]


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Rows hold no circles: to look for some among millions as often as usual takes a part of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def make_room(connection: sqlite3.Connection) -> None:
    """Lets the writer keep more of the store in memory while it is filled; `make_do` takes it back."""
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES}")


def make_do(connection: sqlite3.Connection) -> None:
    """Gives back what `make_room` took."""
    connection.execute(f"PRAGMA cache_size = -{_USUAL_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_USUAL_PAGES}")
    connection.execute("PRAGMA shrink_memory")


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


def _place_customers(tx: Replay, rows: Sequence[Row], _: int) -> None:
    tx.connection.executemany(
        "INSERT INTO customers (id, email, name) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name",
        rows,
    )


def _place_documents(tx: Replay, rows: Sequence[Row], _: int) -> None:
    for key, value in rows:
        entity, identity = key.split("/", 1)
        if not is_pending(tx.connection, identity, ""):
            documents.replay(tx, entity, identity, harmless(json.loads(value)))


@contextmanager
def _counted_at_once(connection: sqlite3.Connection, first: int) -> Iterator[None]:
    """Counts the tickets from row `first` on in one go, where the trigger would cost more than all the rest."""
    name, trigger = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name = 'tickets_counted'"
    ).fetchone()
    connection.execute(f"DROP TRIGGER {name}")
    yield
    connection.execute(
        "INSERT INTO counts (bucket, assignee, tickets) SELECT bucket, assignee, count(*) FROM tickets"
        " WHERE number >= ? GROUP BY 1, 2 ON CONFLICT DO UPDATE SET tickets = tickets + excluded.tickets",
        (first,),
    )
    connection.execute(trigger)


_TICKET = (
    *("id", "short", "subject", "status", "priority", "channel", "product", "department", "tier", "assignee"),
    *(
        "customer",
        "language",
        "created_at",
        "updated_at",
        "snoozed_until",
        "problem",
        "declined_by",
        "merged_into",
    ),
    "handle_seconds",
)


def _place_tickets(tx: Replay, rows: Sequence[Row], _: int) -> None:
    """New tickets in bulk, with their place; those that are here already become what the hub says they are.

    A ticket whose customer is not here is younger than the copy of the customers: the log brings both.
    """
    connection = tx.connection
    known = _numbers(connection, "tickets", [row[1] for row in rows])
    customers = _numbers(connection, "customers", list({row[13] for row in rows}))
    first = number = _next_number(connection, "tickets")
    new, tags, tickets = [], [], Tickets(tx)
    for row in rows:
        created, identity, short, status, priority, channel, product, department, tier, assignee, updated = (
            row[:11]
        )
        snoozed, language, customer, problem, declined, merged, handled, packed, replied, asked, subject = (
            row[11:]
        )
        own = harmless(json.loads(packed)) if packed != "[]" else ()
        until = int(snoozed) if snoozed else None
        if identity in known:
            values = (
                *(
                    identity,
                    short,
                    subject,
                    status,
                    priority,
                    channel,
                    product,
                    department,
                    int(tier),
                    assignee,
                ),
                *(
                    customer,
                    language,
                    int(created),
                    int(updated),
                    until,
                    problem,
                    declined,
                    merged,
                    int(handled),
                ),
            )
            tickets.place(identity, dict(zip(_TICKET, values, strict=True)) | {"tags": own})
        elif customer in customers:
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
            new.append(
                (
                    *(number, identity, short, subject, status, priority, channel, product, department, tier),
                    *(
                        assignee,
                        customers[customer],
                        language,
                        created,
                        updated,
                        until,
                        problem,
                        declined,
                        merged,
                    ),
                    *(
                        handled,
                        found.first_reply_at,
                        found.waiting_since,
                        found.due_at,
                        int(found.bucket),
                        found.rank,
                    ),
                )
            )
            tags += [(tag, number) for tag in own]
            number += 1
    columns = ", ".join(("number", *_TICKET, "first_reply_at", "waiting_since", "due_at", "bucket", "rank"))
    with _counted_at_once(connection, first):
        connection.executemany(f"INSERT INTO tickets ({columns}) VALUES (?{', ?' * 24})", new)
    connection.executemany("INSERT INTO ticket_tags (tag, ticket) VALUES (?, ?)", tags)


def _place_messages(tx: Replay, rows: Sequence[Row], older: int) -> None:
    """New messages in bulk; those that are here already go where the hub has them. The search index has to wait.

    Tickets in rows up to `older` were here before the copy: their places follow from all their messages, ours and theirs.
    """
    connection = tx.connection
    known = _numbers(connection, "messages", [row[1] for row in rows])
    tickets = _numbers(connection, "tickets", list({row[2] for row in rows}))
    first = number = _next_number(connection, "messages")
    new: list[tuple[Any, ...]] = []
    reasons: list[tuple[Any, ...]] = []
    missing: list[tuple[int, str]] = []
    for row in rows:
        identity, ticket_id, sent, delivery, raw = row[1:6]
        if identity in known:
            place_message(tx, identity, {"ticket": ticket_id, "sent_at": int(sent)})
            settle_delivery(tx, identity, delivery or None)
        elif (ticket := tickets.get(ticket_id)) is not None:
            folds, notices, given = row[6:9]
            new.append(
                (number, identity, ticket, sent, delivery or None, _packed(folds), _packed(notices), *row[9:])
            )
            if given != "[]":
                reasons += [(number, rule, reason) for rule, reason in harmless(json.loads(given))]
            if raw:
                missing.append((number, raw))
            if ticket <= older:
                tx.mark_stale(ticket)
            number += 1
    columns = (
        "number, id, ticket, sent_at, delivery, folds, notices, kind, author_name, author_email, agent, html, message_id,"
        " in_reply_to, automatic, subject, body"
    )
    connection.executemany(f"INSERT INTO messages ({columns}) VALUES (?{', ?' * 16})", new)
    connection.executemany("INSERT INTO reasons (message, rule, reason) VALUES (?, ?, ?)", reasons)
    connection.executemany("INSERT INTO missing_files (message, sha256, is_raw) VALUES (?, ?, 1)", missing)
    _take_part(connection, first, number - 1)
    backlog.leave_for_later(connection, first, number - 1)


def _packed(text: str) -> str:
    """A JSON list as the store keeps it: nothing for an empty one."""
    return "" if text == "[]" else json.dumps(harmless(json.loads(text)), ensure_ascii=False)


def _take_part(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Who writes in a ticket, and which mails are answered that have not come: mail intake here threads by them."""
    connection.create_function("small", 1, str.lower, deterministic=True)
    connection.execute(
        "INSERT OR IGNORE INTO mail_people (ticket, email) SELECT ticket, small(author_email) FROM messages"
        " WHERE number BETWEEN ? AND ? AND author_email <> ''",
        (first, last),
    )
    connection.execute(
        "INSERT OR IGNORE INTO mail_mentions (message_id, ticket, direct) SELECT m.in_reply_to, m.ticket, 1 FROM messages m"
        " WHERE m.number BETWEEN ? AND ? AND m.in_reply_to <> ''"
        " AND NOT EXISTS (SELECT 1 FROM messages x WHERE x.message_id = m.in_reply_to AND x.message_id <> '')",
        (first, last),
    )


def _place_attachments(tx: Replay, rows: Sequence[Row], _: int) -> None:
    tx.connection.executemany(
        "INSERT OR IGNORE INTO attachments (message, position, name, type, size, sha256)"
        " SELECT number, ?2, ?3, ?4, ?5, ?6 FROM messages WHERE id = ?1",
        rows,
    )


def _place_outbox(tx: Replay, rows: Sequence[Row], _: int) -> None:
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


_FACTS = """
    family AS (
        SELECT id AS root, id AS member FROM helpterm.tickets
        UNION ALL SELECT merged_into, id FROM helpterm.tickets WHERE merged_into <> ''),
    answers AS (
        SELECT f.root, min(m.sent_at) AS first, max(m.sent_at) AS last
        FROM helpterm.messages m JOIN family f ON f.member = m.ticket
        WHERE m.kind IN ('reply', 'call', 'chat') AND m.delivery IS DISTINCT FROM 'draft' AND m.agent <> '' AND m.automatic = ''
        GROUP BY 1),
    questions AS (
        SELECT f.root, min(m.sent_at) AS first FROM helpterm.messages m JOIN family f ON f.member = m.ticket
        LEFT JOIN answers a ON a.root = f.root
        WHERE m.automatic = '' AND m.agent = '' AND m.kind <> 'note' AND m.sent_at > coalesce(a.last, '-infinity')
        GROUP BY 1)"""
"""First reply and first unanswered message of each ticket: what `store.desk.derive` reads from this store's own messages."""

STAGES = (
    Stage(
        "customers",
        "SELECT id, email, name FROM helpterm.customers WHERE id > %s ORDER BY id",
        3,
        ("",),
        _place_customers,
    ),
    Stage(
        "documents",
        "SELECT key, value FROM (SELECT (entity || '/' || id) COLLATE \"C\" AS key, value FROM helpterm.documents) d"
        " WHERE key > %s ORDER BY key",
        2,
        ("",),
        _place_documents,
    ),
    Stage(
        "tickets",
        f"WITH {_FACTS} SELECT helpterm.ms(t.created_at), t.id, t.short, t.status, t.priority, t.channel, t.product,"
        " t.department, t.tier, t.assignee, helpterm.ms(t.updated_at),"
        " coalesce(helpterm.ms(t.snoozed_until)::text, ''), t.language, t.customer,"
        " t.problem, t.declined_by, t.merged_into, t.handle_seconds,"
        " (SELECT coalesce(jsonb_agg(g.tag), '[]') FROM helpterm.ticket_tags g WHERE g.ticket = t.id),"
        " coalesce(helpterm.ms(a.first)::text, ''), coalesce(helpterm.ms(q.first)::text, ''), t.subject FROM helpterm.tickets t"
        " LEFT JOIN answers a ON a.root = t.id LEFT JOIN questions q ON q.root = t.id"
        " WHERE (helpterm.ms(t.created_at), t.id) > (%s, %s) ORDER BY 1, 2",
        22,
        (-(1 << 60), ""),
        _place_tickets,
    ),
    Stage(
        "messages",
        "SELECT m.seq, m.id, m.ticket, helpterm.ms(m.sent_at), coalesce(m.delivery, ''), coalesce(m.raw, ''),"
        " m.folds, m.notices, m.reasons, m.kind,"
        " m.author_name, m.author_email, m.agent, m.html::integer, m.message_id, m.in_reply_to, m.automatic, m.subject, m.body"
        " FROM helpterm.messages m WHERE m.seq > %s ORDER BY m.seq",
        19,
        (-1,),
        _place_messages,
    ),
    Stage(
        "attachments",
        "SELECT message, position, name, type, size, sha256 FROM helpterm.attachments WHERE (message, position) > (%s, %s)"
        " ORDER BY message, position",
        6,
        ("", -1),
        _place_attachments,
    ),
    Stage(
        "outbox",
        "SELECT o.message, o.recipients, m.delivery, o.attempts, helpterm.ms(o.hold_until),"
        " helpterm.ms(o.next_attempt_at), o.error FROM helpterm.outbox o JOIN helpterm.messages m ON m.id = o.message"
        " WHERE o.message > %s ORDER BY o.message",
        7,
        ("",),
        _place_outbox,
    ),
)
"""What is copied, in the order in which one needs the other."""
