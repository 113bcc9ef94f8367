"""The first copy: the folded tables of the hub as they are at one moment, by COPY, a block of rows at a time.

How far the copy has come is committed with each block, so it goes on where it was stopped, even at another moment of the hub:
the log is replayed afterwards from where it stood at the very beginning. `store.sync.placing` writes the rows; the search
index is made when all is here (`store.desk.backlog`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from operator import lt
from typing import NamedTuple

from store.sync import haste, placing
from store.sync.copy_format import Row, rows_of
from store.sync.link import garbled
from store.sync.road import Replay

AT_ONCE = 20_000
"""Rows of one block: written in one transaction, and what a kill in the middle makes the copy do again."""


class Stage(NamedTuple):
    """One table of the copy: how it is read (in the order of its first columns), and how it is placed here.

    Everything is read as text; the queries give nothing for NULL. `first` comes before the key of every row. `finish` is done
    in the transaction that ends the table, as often as that is tried.
    """

    table: str
    query: str
    width: int
    first: tuple[int | str, ...]
    place: Callable[[Replay, Sequence[Row], int], None]
    finish: Callable[[sqlite3.Connection], None] = haste.make_do

    def key(self, row: Row) -> tuple[int | str, ...]:
        """Where in the table a row is."""
        return tuple(type(kind)(value) for kind, value in zip(self.first, row, strict=False))


def read(stage: Stage, block: bytes) -> list[Row]:
    """The rows of a block of COPY's text format, made inert.

    Raises Unreachable when rows came twice, out of order or in pieces, as they do over a line that stutters.
    """
    rows = rows_of(block)
    if set(map(len, rows)) != {stage.width}:
        raise garbled()
    kinds = [type(kind) for kind in stage.first]
    keys = list(zip(*([kind(row[at]) for row in rows] for at, kind in enumerate(kinds)), strict=True))
    if not all(map(lt, keys, keys[1:])):
        raise garbled()
    return rows


_FACTS = """
    CROSS JOIN LATERAL (
        SELECT ARRAY[t.id] || ARRAY(
            SELECT k.id FROM helpterm.tickets k WHERE k.merged_into = t.id AND k.merged_into <> '') AS family) f
    CROSS JOIN LATERAL (
        SELECT min(m.sent_at) AS first, max(m.sent_at) AS last FROM helpterm.messages m WHERE m.ticket = ANY (f.family)
        AND m.kind IN ('reply', 'call', 'chat') AND m.delivery IS DISTINCT FROM 'draft' AND m.agent <> '' AND m.automatic = ''
    ) answers
    CROSS JOIN LATERAL (
        SELECT min(m.sent_at) AS first FROM helpterm.messages m WHERE m.ticket = ANY (f.family)
        AND m.sent_at > coalesce(answers.last, '-infinity')
        AND m.automatic = '' AND m.agent = '' AND m.kind <> 'note') questions"""
"""First reply and first unanswered message of each ticket: what `store.desk.derive` reads from this store's own messages.

Looked up ticket by ticket, the oldest first, so that rows come at once: made for all of them at first, they came after half a
minute for a million tickets, in which the store had nothing to write.
"""


def _all_messages(connection: sqlite3.Connection) -> None:
    haste.make_do(connection)
    placing.all_messages(connection)


STAGES = (
    Stage(
        "customers",
        "SELECT id, email, name FROM helpterm.customers WHERE id > %s ORDER BY id",
        3,
        ("",),
        placing.customers,
    ),
    Stage(
        "documents",
        "SELECT key, value FROM (SELECT (entity || '/' || id) COLLATE \"C\" AS key, value FROM helpterm.documents) d"
        " WHERE key > %s ORDER BY key",
        2,
        ("",),
        placing.documents,
    ),
    Stage(
        "tickets",
        "SELECT helpterm.ms(t.created_at), t.id, t.customer,"
        " (SELECT coalesce(jsonb_agg(g.tag)::text, '') FROM helpterm.ticket_tags g WHERE g.ticket = t.id),"
        " coalesce(helpterm.ms(answers.first)::text, ''), coalesce(helpterm.ms(questions.first)::text, ''), t.status,"
        " t.priority, helpterm.ms(t.updated_at), coalesce(helpterm.ms(t.snoozed_until)::text, ''),"
        " t.short, t.subject, t.channel, t.product, t.department, t.tier, t.assignee, t.language, t.problem, t.declined_by,"
        f" t.merged_into, t.handle_seconds FROM helpterm.tickets t {_FACTS}"
        " WHERE (t.created_at, t.id) > (helpterm.moment(%s), %s) ORDER BY t.created_at, t.id",
        22,
        (-(1 << 46), ""),
        placing.tickets,
    ),
    Stage(
        "messages",
        "SELECT m.seq, m.id, m.ticket, helpterm.ms(m.sent_at), coalesce(m.delivery, ''), coalesce(m.raw, ''),"
        " coalesce(nullif(m.folds::text, '[]'), ''), coalesce(nullif(m.notices::text, '[]'), ''),"
        " coalesce(nullif(m.reasons::text, '[]'), ''), m.kind,"
        " m.author_name, m.author_email, m.agent, m.html::integer, m.message_id, m.in_reply_to, m.automatic, m.subject, m.body"
        " FROM helpterm.messages m WHERE m.seq > %s ORDER BY m.seq",
        19,
        (-1,),
        placing.messages,
        _all_messages,
    ),
    Stage(
        "attachments",
        "SELECT message, position, name, type, size, sha256 FROM helpterm.attachments WHERE (message, position) > (%s, %s)"
        " ORDER BY message, position",
        6,
        ("", -1),
        placing.attachments,
    ),
    Stage(
        "outbox",
        "SELECT o.message, o.recipients, m.delivery, o.attempts, helpterm.ms(o.hold_until),"
        " helpterm.ms(o.next_attempt_at), o.error FROM helpterm.outbox o JOIN helpterm.messages m ON m.id = o.message"
        " WHERE o.message > %s ORDER BY o.message",
        7,
        ("",),
        placing.outbox,
    ),
)
"""What is copied, in the order in which one needs the other."""
