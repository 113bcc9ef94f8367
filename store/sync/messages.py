"""Messages from the hub, placed into the conversation they belong to."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from store.desk.transaction import NewMessage, Transaction
from store.model import Attachment, Author, Delivery, Kind
from store.sync import files, twins
from store.sync.road import Replay

Json = dict[str, Any]


def message_of(identity: str, content: Json) -> NewMessage:
    """A message as it travelled."""
    return NewMessage(
        id=identity,
        kind=Kind(content["kind"]),
        author=Author(content["author_name"], content["author_email"], content["agent"]),
        sent_at=content["sent_at"],
        body=content["body"],
        folds=tuple((start, end, kind) for start, end, kind in content["folds"]),
        html=content["html"],
        attachments=tuple(
            Attachment(each["name"], each["type"], each["size"], each["sha256"], each["position"])
            for each in content["attachments"]
        ),
        message_id=content["message_id"],
        in_reply_to=content["in_reply_to"],
        automatic=content["automatic"],
        delivery=Delivery(content["delivery"]) if content["delivery"] else None,
        notices=tuple(content["notices"]),
        reasons=tuple(dict(content["reasons"]).items()),
        subject=content.get("subject", ""),
    )


def place_message(tx: Replay, identity: str, content: Json) -> None:
    """Adds a message, or puts one that is here where and when the hub has it.

    A message whose ticket is not here yet waits for the entry that brings the ticket (only during a first copy).
    """
    connection = tx.connection
    ticket = connection.execute("SELECT number FROM tickets WHERE id = ?", (content["ticket"],)).fetchone()
    if ticket is None:
        return
    row = connection.execute(
        "SELECT number, ticket, sent_at FROM messages WHERE id = ?", (identity,)
    ).fetchone()
    if row is not None and not ("body" in content and twins.step_aside(tx, identity, content)):
        _move(tx, row, ticket[0], content["sent_at"])
        return
    number = tx.add_message(ticket[0], message_of(identity, content))
    _take_part(connection, ticket[0], content)
    files.note_missing(connection, number, content["raw"])
    if content["outbox"] is not None:
        _queue(tx, number, content["delivery"], content["outbox"])


def _take_part(connection: sqlite3.Connection, ticket: int, content: Json) -> None:
    """Who writes in a ticket and which mail is answered, for mail intake here to thread by, as if it had come here."""
    recipients = content["outbox"]["recipients"] if content["outbox"] else []
    people = dict.fromkeys(each.lower() for each in (content["author_email"], *recipients) if each)
    connection.executemany(
        "INSERT OR IGNORE INTO mail_people (ticket, email) VALUES (?, ?)",
        [(ticket, email) for email in people],
    )
    if content["in_reply_to"]:
        connection.execute(
            "INSERT OR IGNORE INTO mail_mentions (message_id, ticket, direct) SELECT ?1, ?2, 1"
            " WHERE NOT EXISTS (SELECT 1 FROM messages WHERE message_id = ?1 AND message_id <> '')",
            (content["in_reply_to"], ticket),
        )


def _move(tx: Replay, row: tuple[int, int, int], ticket: int, sent_at: int) -> None:
    """The same mail may have been put to another ticket here; the hub's place is everybody's."""
    number, before, sent_before = row
    if (before, sent_before) == (ticket, sent_at):
        return
    connection = tx.connection
    connection.execute(
        "UPDATE messages SET ticket = ?, sent_at = ? WHERE number = ?", (ticket, sent_at, number)
    )
    connection.execute("UPDATE fingerprint_replies SET ticket = ? WHERE reply = ?", (ticket, number))
    tx.mark_stale(before)
    tx.mark_stale(ticket)


def _queue(tx: Replay, number: int, state: str, outbox: Json) -> None:
    tx.connection.execute(
        "INSERT OR IGNORE INTO outbox (message, recipients, state, attempts, hold_until, next_attempt_at, error, lease_until,"
        " token) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)",
        (
            number,
            json.dumps(outbox["recipients"]),
            state,
            outbox["attempts"],
            outbox["hold_until"],
            outbox["next_attempt_at"],
            outbox["error"],
        ),
    )


def settle_delivery(tx: Replay, identity: str, state: str | None) -> None:
    """How far a reply has come, when both sides knew it before: what has left is never again on its way.

    A hub that went back in time may have a reply queued that was sent since; this store then says so.
    """
    row = tx.connection.execute(
        "SELECT number, delivery, ticket FROM messages WHERE id = ?", (identity,)
    ).fetchone()
    if row is None or row[1] == state:
        return
    if row[1] in ("sent", "uncertain", "failed") and state in ("queued", "sending"):
        Transaction.record(tx, "delivery", "message", identity, "delivery", "sent", state)
        return
    tx.connection.execute("UPDATE messages SET delivery = ? WHERE number = ?", (state, row[0]))
    tx.connection.execute("UPDATE outbox SET state = coalesce(?, state) WHERE message = ?", (state, row[0]))
    tx.mark_stale(row[2])
