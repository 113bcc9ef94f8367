"""The conversation of a ticket: its messages in order, its raw mails, its attachments, and what else its customer asked."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from store.desk.desk import Desk
from store.desk.queue import queue_rows
from store.errors import NotFound
from store.model import Attachment, Author, Change, Delivery, Kind, Message, QueueRow, Ticket
from store.text.subject import base_subject

_COLUMNS = (
    "m.number, m.id, t.id, m.kind, m.author_name, m.author_email, m.agent, m.sent_at, m.body, m.folds, m.html, m.message_id,"
    " m.in_reply_to, m.automatic, m.delivery, m.notices, m.subject"
)
_CHANGE = "number, id, batch, at, agent, kind, entity, entity_id, field, value, previous, base"
_FAMILY = "(SELECT ? UNION ALL SELECT number FROM tickets WHERE merged_into <> '' AND merged_into = ?)"


def messages(desk: Desk, ticket: Ticket, *, drafts: bool = False) -> list[Message]:
    """All messages of a ticket and of those merged into it, oldest first; held-back replies only with `drafts`."""
    connection = desk.read()
    hidden = "" if drafts else " AND m.delivery IS NOT 'draft'"
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM messages m JOIN tickets t ON t.number = m.ticket WHERE m.ticket IN {_FAMILY}{hidden}"
        " ORDER BY m.sent_at, m.number",
        (ticket.number, ticket.id),
    ).fetchall()
    return [_message(connection, row) for row in rows]


def message(desk: Desk, number: int) -> Message:
    """One message by its row. Raises NotFound."""
    connection = desk.read()
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM messages m JOIN tickets t ON t.number = m.ticket WHERE m.number = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise NotFound("there is no such message", "it may be on another desk")
    return _message(connection, row)


def message_by_id(desk: Desk, message_id: str) -> Message:
    """One message by its id, as findings name it. Raises NotFound."""
    row = desk.read().execute("SELECT number FROM messages WHERE id = ?", (message_id,)).fetchone()
    return message(desk, row[0] if row is not None else 0)


def newest(messages: Sequence[Message]) -> int:
    """The row of the message that came to this desk last; 0 when there is none."""
    return max((each.number for each in messages), default=0)


def written_since(connection: sqlite3.Connection, ticket: Ticket, seen: int, agent: str) -> list[Message]:
    """What others than `agent` have added to a ticket since the message in row `seen`; mail of machines does not count."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM messages m JOIN tickets t ON t.number = m.ticket WHERE m.ticket IN {_FAMILY}"
        " AND m.number > ? AND m.agent <> ? AND m.automatic = '' AND m.delivery IS NOT 'draft' ORDER BY m.number",
        (ticket.number, ticket.id, seen, agent),
    ).fetchall()
    return [_message(connection, row) for row in rows]


def _message(connection: sqlite3.Connection, row: Sequence[Any]) -> Message:
    files = connection.execute(
        "SELECT name, type, size, sha256, position FROM attachments WHERE message = ? ORDER BY position",
        (row[0],),
    )
    return Message(
        number=row[0],
        id=row[1],
        ticket=row[2],
        kind=Kind(row[3]),
        author=Author(row[4], row[5], row[6]),
        sent_at=row[7],
        body=row[8],
        folds=tuple((start, end, kind) for start, end, kind in json.loads(row[9])) if row[9] else (),
        html=bool(row[10]),
        attachments=tuple(Attachment(*file) for file in files),
        message_id=row[11],
        in_reply_to=row[12],
        automatic=row[13],
        delivery=Delivery(row[14]) if row[14] else None,
        notices=tuple(json.loads(row[15])) if row[15] else (),
        subject=row[16],
    )


def changed_subjects(messages: Sequence[Message]) -> dict[int, str]:
    """By their rows, the subjects of mails that are about something else than the mail before them."""
    changed: dict[int, str] = {}
    before: str | None = None
    for each in messages:
        if each.subject:
            base = base_subject(each.subject)
            if before is not None and base != before:
                changed[each.number] = each.subject
            before = base
    return changed


def raw_mail(desk: Desk, message: Message) -> bytes:
    """The mail as it came, byte for byte. Raises NotFound for a message that was no mail."""
    row = desk.read().execute("SELECT data FROM raw_mails WHERE message = ?", (message.number,)).fetchone()
    if row is None:
        raise NotFound("this message did not come by mail", "only mails have a raw source")
    return zlib.decompress(row[0])


def other_tickets(desk: Desk, ticket: Ticket, limit: int = 20) -> list[QueueRow]:
    """The customer's other tickets, the latest first."""
    return queue_rows(
        desk,
        "t.customer = (SELECT customer FROM tickets WHERE number = ?) AND t.number <> ? ORDER BY t.updated_at DESC LIMIT ?",
        (ticket.number, ticket.number, limit),
    )


def history(desk: Desk, ticket: Ticket, limit: int = 500) -> list[Change]:
    """What happened to a ticket, the latest first: its own changes and the messages that were added.

    The value of a message's change holds its `reasons`, by rule: why it was sent although the gate flagged it.
    """
    connection = desk.read()
    rows = connection.execute(
        f"SELECT {_CHANGE} FROM changes WHERE entity_id = ? UNION ALL SELECT {_CHANGE} FROM changes WHERE kind = 'message'"
        " AND entity_id IN (SELECT id FROM messages WHERE ticket = ?) ORDER BY number DESC LIMIT ?",
        (ticket.id, ticket.number, limit),
    ).fetchall()
    reasons: dict[str, dict[str, str]] = {}
    for message, rule, reason in connection.execute(
        "SELECT m.id, r.rule, r.reason FROM messages m JOIN reasons r ON r.message = m.number WHERE m.ticket = ? ORDER BY 2",
        (ticket.number,),
    ):
        reasons.setdefault(message, {})[rule] = reason
    changes = map(change_of, rows)
    return [
        replace(change, value={**change.value, "reasons": reasons[change.entity_id]})
        if change.entity_id in reasons
        else change
        for change in changes
    ]


def changes_since(desk: Desk, number: int, agent: str) -> list[Change]:
    """What an agent changed after the change of that number, in order."""
    rows = desk.read().execute(
        "SELECT number, id, batch, at, agent, kind, entity, entity_id, field, value, previous, base FROM changes"
        " WHERE number > ? AND agent = ? ORDER BY number",
        (number, agent),
    )
    return [change_of(row) for row in rows]


def change_of(row: Sequence[Any]) -> Change:
    """A row of the log (number, id, batch, at, agent, kind, entity, entity_id, field, value, previous, base)."""
    number, id_, batch, at, agent, kind, entity, entity_id, name, value, previous, base = row
    return Change(
        number,
        id_,
        batch,
        at,
        agent,
        kind,
        entity,
        entity_id,
        name,
        _unpacked(value),
        _unpacked(previous),
        base,
    )


def _unpacked(packed: str) -> Any:
    return json.loads(packed) if packed else None
