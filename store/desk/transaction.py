"""The one road into the tables: a change is applied and logged in the same transaction.

`Transaction` is handed to a job by `Desk.change`; it knows who acts and when. Its methods are the only statements in
helpterm that write to tickets, messages and documents, and each appends its record to the log of changes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from store.desk.derive import Targets, add_up, refresh
from store.desk.documents import Document, document_from_row, kind_of, row_of
from store.desk.ids import derived_id, new_id, short_number
from store.errors import NotFound
from store.model import Attachment, Author, Channel, Customer, Delivery, Kind, Priority, Status
from store.working import WorkEntry

FIELDS = frozenset(
    {
        "subject",
        "status",
        "priority",
        "channel",
        "product",
        "department",
        "tier",
        "assignee",
        "language",
        "snoozed_until",
        "problem",
        "declined_by",
        "merged_into",
        "handle_seconds",
    }
)
"""The columns of a ticket that a change may set; `tag:NAME` is set to true or false."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message as it comes in or is written, before it has a row."""

    id: str
    kind: Kind
    author: Author
    sent_at: int
    body: str
    folds: tuple[tuple[int, int, str], ...] = ()
    html: bool = False
    attachments: tuple[Attachment, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    automatic: str = ""
    delivery: Delivery | None = None
    notices: tuple[str, ...] = ()
    subject: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
    """Why it was sent although the gate flagged it: the finding's rule, and the author's words."""


@dataclass(slots=True)
class Transaction:
    """One write to the desk. `now` is the same for everything in it; `batch` is what undo takes back as one."""

    connection: sqlite3.Connection
    agent: str
    now: int
    targets: Targets
    base: int = 0
    batch: str = field(default_factory=new_id)
    _stale: dict[int, None] = field(default_factory=dict)
    _worked: dict[str, None] = field(default_factory=dict)

    def record(
        self,
        kind: Literal["create", "set", "claim", "message", "put", "delivery", "undo"],
        entity: str,
        entity_id: str,
        name: str = "",
        value: Any = None,
        previous: Any = None,
    ) -> None:
        """Appends one change to the log."""
        self.connection.execute(
            "INSERT INTO changes (id, batch, at, agent, kind, entity, entity_id, field, value, previous, base)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new_id(),
                self.batch,
                self.now,
                self.agent,
                kind,
                entity,
                entity_id,
                name,
                _json(value),
                _json(previous),
                self.base,
            ),
        )

    def create_ticket(
        self,
        *,
        subject: str,
        customer: Customer,
        channel: Channel = Channel.EMAIL,
        product: str = "",
        department: str = "",
        priority: Priority = Priority.NORMAL,
        status: Status = Status.NEW,
        language: str = "",
        assignee: str = "",
        tier: int = 1,
        created_at: int | None = None,
        ticket_id: str | None = None,
    ) -> int:
        """A new ticket; returns its row. The customer is created when unknown."""
        ticket_id = ticket_id or new_id()
        at = self.now if created_at is None else created_at
        values = {
            "short": short_number(ticket_id, self._short_taken),
            "subject": subject,
            "status": str(status),
            "priority": str(priority),
            "channel": str(channel),
            "product": product,
            "department": department,
            "tier": tier,
            "assignee": assignee,
            "customer": self.customer(customer),
            "language": language,
            "created_at": at,
        }
        cursor = self.connection.execute(
            f"INSERT INTO tickets (id, {', '.join(values)}, updated_at, problem, declined_by, merged_into,"
            f" handle_seconds, bucket, rank) VALUES (?{', ?' * len(values)}, ?, '', '', '', 0, 0, 0)",
            (ticket_id, *values.values(), at),
        )
        number = cursor.lastrowid
        assert number is not None
        self.record("create", "ticket", ticket_id, value=values | {"customer": customer.id})
        self._stale[number] = None
        return number

    def _short_taken(self, short: str) -> bool:
        return (
            self.connection.execute("SELECT 1 FROM tickets WHERE short = ? LIMIT 1", (short,)).fetchone()
            is not None
        )

    def customer(self, customer: Customer) -> int:
        """The row of a customer, made when the id is new; a name fills an empty one."""
        found = self.connection.execute(
            "SELECT number, name FROM customers WHERE id = ?", (customer.id,)
        ).fetchone()
        if found is None:
            cursor = self.connection.execute(
                "INSERT INTO customers (id, email, name) VALUES (?, ?, ?)",
                (customer.id, customer.email, customer.name),
            )
            self.record(
                "put", "customer", customer.id, value={"email": customer.email, "name": customer.name}
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid
        if customer.name and not found[1]:
            self.connection.execute(
                "UPDATE customers SET name = ? WHERE number = ?", (customer.name, found[0])
            )
            value = {"email": customer.email, "name": customer.name}
            self.record("put", "customer", customer.id, value=value, previous=value | {"name": ""})
        number: int = found[0]
        return number

    def value(self, ticket: int, name: str) -> Any:
        """What a field (or `tag:NAME`) of a ticket holds now. Raises NotFound for an unknown ticket."""
        if name.startswith("tag:"):
            tag = (name.removeprefix("tag:"), ticket)
            return (
                self.connection.execute(
                    "SELECT 1 FROM ticket_tags WHERE tag = ? AND ticket = ?", tag
                ).fetchone()
                is not None
            )
        row = self.connection.execute(f"SELECT {name} FROM tickets WHERE number = ?", (ticket,)).fetchone()
        if row is None:
            raise NotFound("there is no such ticket", "look at the queue for its number")
        return row[0]

    def set(self, ticket: int, name: str, value: Any, kind: Literal["set", "claim", "undo"] = "set") -> bool:
        """Sets one field (or `tag:NAME`) of a ticket; a value it already has is no change and leaves no record."""
        if name.startswith("tag:"):
            return self._set_tag(ticket, name, bool(value), kind)
        if name not in FIELDS:
            raise ValueError(f"{name} is no field of a ticket that may be set")
        previous = self.value(ticket, name)
        if previous == value:
            return False
        self.connection.execute(
            f"UPDATE tickets SET {name} = ?, updated_at = max(updated_at, ?) WHERE number = ?",
            (value, self.now, ticket),
        )
        self.record(kind, "ticket", self.id_of(ticket), name, value, previous)
        self._stale[ticket] = None
        if name == "merged_into":
            self._stale_by_id(value)
            self._stale_by_id(previous)
        return True

    def _stale_by_id(self, ticket_id: str) -> None:
        row = self.connection.execute("SELECT number FROM tickets WHERE id = ?", (ticket_id,)).fetchone()
        if row is not None:
            self._stale[row[0]] = None

    def _set_tag(self, ticket: int, name: str, value: bool, kind: Literal["set", "claim", "undo"]) -> bool:
        tag = name.removeprefix("tag:")
        statement = (
            "INSERT OR IGNORE INTO ticket_tags (tag, ticket) VALUES (?, ?)"
            if value
            else "DELETE FROM ticket_tags WHERE tag = ? AND ticket = ?"
        )
        if not self.connection.execute(statement, (tag, ticket)).rowcount:
            return False
        self.connection.execute(
            "UPDATE tickets SET updated_at = max(updated_at, ?) WHERE number = ?", (self.now, ticket)
        )
        self.record(kind, "ticket", self.id_of(ticket), name, value, not value)
        self._stale[ticket] = None
        return True

    def id_of(self, ticket: int) -> str:
        """The id of the ticket in this row."""
        ticket_id: str = self.connection.execute(
            "SELECT id FROM tickets WHERE number = ?", (ticket,)
        ).fetchone()[0]
        return ticket_id

    def add_message(self, ticket: int, message: NewMessage, raw: bytes | None = None) -> int:
        """Adds a message to a ticket, with its index entries; returns its row. A known id raises sqlite3.IntegrityError."""
        cursor = self.connection.execute(
            "INSERT INTO messages (id, ticket, kind, author_name, author_email, agent, sent_at, body, folds, html, message_id,"
            " in_reply_to, automatic, delivery, notices, subject) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                message.id,
                ticket,
                str(message.kind),
                message.author.name,
                message.author.email,
                message.author.agent,
                message.sent_at,
                message.body,
                json.dumps(message.folds) if message.folds else "",
                int(message.html),
                message.message_id,
                message.in_reply_to,
                message.automatic,
                message.delivery and str(message.delivery),
                json.dumps(message.notices, ensure_ascii=False) if message.notices else "",
                message.subject,
            ),
        )
        number = cursor.lastrowid
        assert number is not None
        self.connection.executemany(
            "INSERT INTO attachments (message, position, name, type, size, sha256) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (number, file.position, file.name, file.type, file.size, file.sha256)
                for file in message.attachments
            ],
        )
        self.connection.executemany(
            "INSERT INTO reasons (message, rule, reason) VALUES (?, ?, ?)",
            [(number, rule, reason) for rule, reason in message.reasons],
        )
        if raw is not None:
            self.keep_raw(number, raw)
        self.connection.execute(
            "UPDATE tickets SET updated_at = max(updated_at, ?) WHERE number = ?", (message.sent_at, ticket)
        )
        self.record("message", "message", message.id, str(message.kind), {"ticket": self.id_of(ticket)})
        self._index(ticket, number, message)
        self._stale[ticket] = None
        return number

    def keep_raw(self, message: int, raw: bytes) -> None:
        """Keeps a mail as it came, compressed, to be given back byte for byte."""
        import zlib

        self.connection.execute(
            "INSERT OR REPLACE INTO raw_mails (message, data) VALUES (?, ?)", (message, zlib.compress(raw, 3))
        )

    def _index(self, ticket: int, number: int, message: NewMessage) -> None:
        from store.desk.indexing import index_message

        index_message(self.connection, ticket, number, message)

    def set_delivery(self, message: int, state: Delivery) -> None:
        """Records how far a reply has come."""
        message_id, ticket, previous = self.connection.execute(
            "SELECT id, ticket, delivery FROM messages WHERE number = ?", (message,)
        ).fetchone()
        if previous == state:
            return
        self.connection.execute("UPDATE messages SET delivery = ? WHERE number = ?", (str(state), message))
        self.record("delivery", "message", message_id, "delivery", str(state), previous)
        self._stale[ticket] = None

    def put(self, document: Document) -> None:
        """Saves a whole document (a rule, a product, …), new or over its older self; an equal one is no change."""
        kind = kind_of(document)
        row = self.connection.execute(
            f"SELECT {', '.join(kind.columns)} FROM {kind.table} WHERE id = ?", (document.id,)
        ).fetchone()
        previous = None if row is None else document_from_row(kind, row)
        if previous == document:
            return
        self.connection.execute(
            f"INSERT INTO {kind.table} ({', '.join(kind.columns)}) VALUES ({', '.join('?' * len(kind.columns))})"
            f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in kind.columns[1:])}",
            row_of(kind, document),
        )
        self.record(
            "put",
            kind.entity,
            document.id,
            value=_plain(kind.columns, row_of(kind, document)),
            previous=None if row is None else _plain(kind.columns, row),
        )
        if isinstance(document, WorkEntry):
            self.mark_worked(document.ticket)

    def mark_worked(self, ticket_id: str) -> None:
        """Has the seconds of work in this ticket derived anew before the commit."""
        self._worked[ticket_id] = None

    def finish(self) -> None:
        """Derives the places and times of the tickets that were touched; called once, before the commit."""
        for ticket_id in self._worked:
            add_up(self.connection, ticket_id)
        self._worked.clear()
        for ticket in self._stale:
            refresh(self.connection, ticket, self.now, self.targets)
        self._stale.clear()


def _plain(columns: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(columns, row, strict=True))


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def customer_for(email: str, name: str = "") -> Customer:
    """The customer with this address; case makes no difference (RFC 5321 would leave that to the host, people do not)."""
    email = email.strip()
    return Customer(derived_id("customer", email.lower()), email, name)
