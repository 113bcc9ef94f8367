"""Exports of other desks, as JSON or CSV, brought into the one shape of ours.

JSON: one ticket, a list of tickets, or an object with a list `tickets`; a ticket as `helpterm show --json` writes it:
`id`, `subject`, `customer` {`name`, `email`}, and where known `status`, `priority`, `channel`, `product`, `department`,
`language`, `tags`; with `messages` of `id`, `kind`, `author` {`name`, `email`, `agent`}, `sent_at` (ISO 8601), `body`,
`message_id`. A file of JSON lines holds one ticket on each.

CSV (UTF-8, a header line, one row a message, rows of one ticket together): `ticket`, `subject`, `customer_email`,
`sent_at`, `body`, and where known `customer_name`, `author_name`, `author_email`, `agent` (a login; empty for customers),
`kind`, `status`, `tags`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from store.channels.mail.intake import Item, Outcome
from store.channels.mail.letters import Door
from store.channels.mail.sources import Export
from store.clock import from_iso
from store.desk import Desk
from store.desk.ids import derived_id
from store.desk.transaction import NewMessage, Transaction, customer_for
from store.errors import BadInput
from store.model import Author, Channel, Delivery, Kind, Priority, Status
from store.text.inert import inert, inert_line
from store.text.language import detect

LARGEST_JSON = 512 * 1024 * 1024
"""Bytes of a JSON export that is one document; larger ones come as JSON lines."""

_COLUMNS = frozenset({"ticket", "subject", "customer_email", "sent_at", "body"})

Record = Mapping[str, Any]


def is_json(head: bytes) -> bool:
    """Whether a file that begins so may be an export in JSON."""
    return head[:1] in (b"{", b"[") and b'"subject"' in head


def is_csv(head: bytes) -> bool:
    """Whether a file that begins so has the columns of an export."""
    first = head.partition(b"\n")[0].decode("utf-8", "replace")
    return {name.strip().strip('"').lower() for name in first.split(",")} >= _COLUMNS


def import_export(desk: Desk, export: Export, door: Door) -> Iterator[Item]:
    """Brings an export in; yields what came of each message. A second time changes nothing; what cannot be read is listed."""
    records = _csv_tickets(export.file) if export.form == "csv" else _json_tickets(export.file)
    try:
        for position, record in enumerate(records, start=1):
            yield from _import_one(desk, record, door, f"{export.source}:{position}")
    except (BadInput, ValueError, KeyError, csv.Error) as error:
        yield Item(export.source, Outcome.FAILED, reason=f"the export cannot be read on from here ({error})")


def _import_one(desk: Desk, record: Record | str, door: Door, source: str) -> list[Item]:
    try:
        ticket = _read(json.loads(record) if isinstance(record, str) else record, door)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [Item(source, Outcome.FAILED, reason=f"it is no ticket of an export ({error})")]
    return desk.change(lambda tx: _file(tx, ticket, source))


@dataclass(frozen=True, slots=True)
class _Ticket:
    """A ticket of an export, read and checked."""

    id: str
    values: Mapping[str, Any]
    tags: tuple[str, ...]
    messages: tuple[NewMessage, ...]


def _read(record: Record, door: Door) -> _Ticket:
    """A record as a ticket. Raises ValueError, KeyError, TypeError or AttributeError for one that is none."""
    outer = str(record["id"])
    customer = record["customer"]
    who = customer_for(
        inert_line(str(customer.get("email") or "")), inert_line(str(customer.get("name") or ""))
    )
    messages = tuple(
        _message(outer, position, each, door) for position, each in enumerate(record["messages"])
    )
    if not messages:
        raise ValueError("it has no messages")
    body = next((m.body for m in messages if m.kind is Kind.INBOUND), messages[0].body)
    values = {
        "subject": inert_line(str(record["subject"] or "")),
        "customer": who,
        "status": Status(record.get("status") or Status.OPEN),
        "priority": Priority(record.get("priority") or Priority.NORMAL),
        "channel": Channel(record.get("channel") or Channel.HELPDESK),
        "product": inert_line(str(record.get("product") or door.product)),
        "department": inert_line(str(record.get("department") or door.department)),
        "language": str(record.get("language") or detect(body) or ""),
        "created_at": min(message.sent_at for message in messages),
    }
    tags = tuple(inert_line(str(tag)).lower() for tag in record.get("tags") or ())
    return _Ticket(derived_id("export", outer), values, tags, messages)


def _message(ticket: str, position: int, record: Record, door: Door) -> NewMessage:
    author = record.get("author") or {}
    email = inert_line(str(author.get("email") or ""))
    agent = inert_line(str(author.get("agent") or ""))
    if not agent and email and door.house.is_ours(email):
        agent = door.house.login(email)
    kind = Kind(record.get("kind") or (Kind.REPLY if agent else Kind.INBOUND))
    identity = str(record.get("id") or position)
    return NewMessage(
        id=derived_id("export", ticket, identity),
        kind=kind,
        author=Author(inert_line(str(author.get("name") or "")), email, agent),
        sent_at=from_iso(str(record["sent_at"])),
        body=inert(str(record["body"])),
        message_id=inert_line(str(record.get("message_id") or "")).strip("<>"),
        delivery=Delivery.SENT if kind is Kind.REPLY else None,
    )


def _file(tx: Transaction, ticket: _Ticket, source: str) -> list[Item]:
    row = tx.connection.execute("SELECT number FROM tickets WHERE id = ?", (ticket.id,)).fetchone()
    is_new = row is None
    number = tx.create_ticket(**ticket.values, ticket_id=ticket.id) if is_new else row[0]
    for tag in ticket.tags if is_new else ():
        tx.set(number, f"tag:{tag}", True)
    items: list[Item] = []
    for message in ticket.messages:
        outcome = Outcome.TICKET if is_new and not items else Outcome.FOLLOW_UP
        if tx.connection.execute("SELECT 1 FROM messages WHERE id = ?", (message.id,)).fetchone():
            outcome = Outcome.DUPLICATE
        else:
            tx.add_message(number, message)
            outcome = Outcome.REPLY if message.kind is Kind.REPLY and items else outcome
        items.append(Item(source, outcome, message.id, ticket.id, message.message_id))
    return items


def _json_tickets(file: Path) -> Iterator[Record | str]:
    """The tickets of a JSON document, or the lines of a file of JSON lines. Raises BadInput, ValueError."""
    with file.open(encoding="utf-8-sig") as handle:
        is_lines = _is_ticket(handle.readline(LARGEST_JSON))
    if is_lines:
        with file.open(encoding="utf-8-sig") as handle:
            yield from (line for line in handle if line.strip())
        return
    if file.stat().st_size > LARGEST_JSON:
        raise BadInput("it is too large for one JSON document", "write it as JSON lines, one ticket on each")
    document = json.loads(file.read_text(encoding="utf-8-sig"))
    yield from document if isinstance(document, list) else document.get("tickets") or [document]


def _is_ticket(line: str) -> bool:
    """Whether a line is one whole ticket by itself."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return False
    return isinstance(record, dict) and "messages" in record


def _csv_tickets(file: Path) -> Iterator[Record]:
    """The tickets of a CSV, whose rows stand together by ticket."""
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = (
            {
                (name or "").strip().lower(): value or ""
                for name, value in row.items()
                if isinstance(value, str)
            }
            for row in csv.DictReader(handle)
        )
        for ticket, group in groupby(rows, key=lambda row: row["ticket"]):
            together = list(group)
            first = together[0]
            yield {
                "id": ticket,
                "subject": first["subject"],
                "status": first.get("status"),
                "tags": (first.get("tags") or "").replace(",", " ").split(),
                "customer": {"email": first["customer_email"], "name": first.get("customer_name")},
                "messages": [_csv_message(row) for row in together],
            }


def _csv_message(row: Mapping[str, str]) -> Record:
    agent = row.get("agent", "")
    author = {
        "name": row.get("author_name") or ("" if agent else row.get("customer_name", "")),
        "email": row.get("author_email") or ("" if agent else row["customer_email"]),
        "agent": agent,
    }
    return {"kind": row.get("kind"), "author": author, "sent_at": row["sent_at"], "body": row["body"]}
