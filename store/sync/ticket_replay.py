"""What a batch of the shared log makes of this store's tickets: gathered first, then each is written and placed once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from store.desk.derive import DueTimes, Place, place
from store.desk.transaction import FIELDS
from store.model import Status
from store.sync import local
from store.sync.entries import Entry
from store.sync.messages import place_message
from store.sync.road import Replay
from store.sync.wire import harmless

COLUMNS = tuple(sorted(FIELDS))
_PRESENT = (*COLUMNS, "short", "customer", "created_at", "updated_at")
_ALWAYS = ("status", "priority", "updated_at", "snoozed_until", "merged_into", *Place._fields)
_WAITING = (Status.NEW, Status.OPEN)


class Tickets:
    """What a batch makes of its tickets: gathered first, so that each is written and placed once."""

    def __init__(self, tx: Replay) -> None:
        self._tx = tx
        self._connection = tx.connection
        self._has_pending = local.oldest_pending(tx.connection) is not None
        self._fields: dict[str, dict[str, Any]] = {}
        self._touched: dict[str, int] = {}
        self._messages: dict[str, dict[str, Any]] = {}

    def gather(self, entries: Sequence[Entry]) -> None:
        """Takes in the entries in their order; of several on one field the last one stands."""
        for entry in entries:
            if entry.entity == "ticket":
                self._on_ticket(entry)
            elif entry.kind == "message" and entry.result is not None:
                message = harmless(entry.result)
                self._messages[entry.entity_id] = message
                if entry.touched is not None:
                    self._touched[message["ticket"]] = entry.touched

    def _on_ticket(self, entry: Entry) -> None:
        fields = self._fields.setdefault(entry.entity_id, {})
        if entry.kind == "create" and entry.result is not None:
            fields.update(harmless(entry.result))
        elif entry.field and (entry.result is not None or entry.field == "snoozed_until"):
            fields[entry.field] = harmless(entry.result)
        if entry.touched is not None:
            self._touched[entry.entity_id] = entry.touched

    def place(self, identity: str, ticket: dict[str, Any]) -> None:
        """Makes one ticket what the hub says it is, its tags (under `tags`) included."""
        tags = {
            f"tag:{tag}": False
            for (tag,) in self._connection.execute(
                "SELECT g.tag FROM ticket_tags g JOIN tickets t ON t.number = g.ticket WHERE t.id = ?",
                (identity,),
            )
        } | {f"tag:{tag}": True for tag in ticket["tags"]}
        self._fields[identity] = ticket | tags
        self._touched[identity] = ticket["updated_at"]
        self.write()

    def write(self) -> None:
        """New tickets, then messages, then what changed about tickets."""
        for identity, fields in self._fields.items():
            if "created_at" in fields:
                self._create(identity, fields)
        for identity, message in self._messages.items():
            place_message(self._tx, identity, message)
        updates = _Updates(self._connection)
        for identity, (number, present) in self._present().items():
            self._update(updates, identity, number, present)
        updates.write()

    def _present(self) -> dict[str, tuple[int, dict[str, Any]]]:
        """The rows of all tickets at hand, with their places; what was set aside is not here, the hub never had it."""
        identities = json.dumps([*{**self._fields, **self._touched}])
        told = {name for fields in self._fields.values() for name in fields}
        names = tuple({*_ALWAYS, *told.intersection(_PRESENT)})
        rows = self._connection.execute(
            f"SELECT id, number, {', '.join(names)} FROM tickets WHERE id IN (SELECT value FROM json_each(?))",
            (identities,),
        ).fetchall()
        return {row[0]: (row[1], dict(zip(names, row[2:], strict=True))) for row in rows}

    def _create(self, identity: str, fields: dict[str, Any]) -> None:
        if self._number(identity) is not None:
            return
        values = {name: fields[name] for name in (*COLUMNS, "short", "created_at", "updated_at")}
        values["customer"] = self._customer(fields["customer"])
        self._connection.execute(
            f"INSERT INTO tickets (id, {', '.join(values)}, bucket, rank) VALUES (?{', ?' * len(values)}, 0, 0)",
            (identity, *values.values()),
        )

    def _customer(self, identity: str) -> int:
        row = self._connection.execute("SELECT number FROM customers WHERE id = ?", (identity,)).fetchone()
        number: int = row[0]
        return number

    def _number(self, identity: str) -> int | None:
        row = self._connection.execute("SELECT number FROM tickets WHERE id = ?", (identity,)).fetchone()
        return None if row is None else int(row[0])

    def _update(self, updates: _Updates, identity: str, number: int, present: dict[str, Any]) -> None:
        fields = self._fields.get(identity, {})
        kept = self._kept(identity) if self._has_pending else {}
        new: dict[str, Any] = {}
        for name, value in fields.items():
            if name in kept:
                continue
            if name in present:
                new[name] = value
            elif name.startswith("tag:"):
                updates.tag(number, name.removeprefix("tag:"), bool(value))
        if "customer" in new:
            new["customer"] = self._customer(new["customer"])
        new["updated_at"] = self._updated_at(number, self._touched.get(identity, present["updated_at"]), kept)
        if "merged_into" in new and new["merged_into"] != present["merged_into"]:
            self._tx.mark_stale_by_id(new["merged_into"])
            self._tx.mark_stale_by_id(present["merged_into"])
            self._tx.mark_stale(number)
        elif (found := self._place(number, present, new)) is None:
            self._tx.mark_stale(number)
        else:
            new |= found._asdict()
        updates.set(number, {name: value for name, value in new.items() if present[name] != value})

    def _place(self, number: int, present: dict[str, Any], new: dict[str, Any]) -> Place | None:
        """The new place of a ticket whose messages are the same as before; None where one has to look at them again."""
        status = new.get("status", present["status"])
        looks_anew = status in _WAITING and present["status"] not in _WAITING
        if looks_anew or self._tx.is_stale(number) or isinstance(self._tx.targets, DueTimes):
            return None
        return place(
            status=status,
            priority=new.get("priority", present["priority"]),
            updated_at=new["updated_at"],
            snoozed_until=new.get("snoozed_until", present["snoozed_until"]),
            first_reply_at=present["first_reply_at"],
            unanswered_since=present["waiting_since"],
            now=self._tx.now,
            targets=self._tx.targets,
        )

    def _kept(self, identity: str) -> dict[str, int]:
        """Fields with an own pending change, and when it was made."""
        return dict(
            self._connection.execute(
                "SELECT field, max(at) FROM changes INDEXED BY changes_entity WHERE entity_id = ? AND seq IS NULL"
                " AND device = '' GROUP BY field",
                (identity,),
            ).fetchall()
        )

    def _updated_at(self, number: int, told: int, kept: dict[str, int]) -> int:
        """The hub's time, or a later one of what is pending or came with a pending message."""
        if not self._has_pending:
            return told
        latest: int = self._connection.execute(
            "SELECT coalesce(max(sent_at), 0) FROM messages WHERE ticket = ?", (number,)
        ).fetchone()[0]
        return max(told, latest, *kept.values())


class _Updates:
    """What is to be written about tickets, gathered so that equal statements go together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        self._tags: dict[bool, list[tuple[str, int]]] = {True: [], False: []}

    def set(self, ticket: int, columns: dict[str, Any]) -> None:
        if columns:
            self._rows.setdefault(tuple(columns), []).append((*columns.values(), ticket))

    def tag(self, ticket: int, tag: str, present: bool) -> None:
        self._tags[present].append((tag, ticket))

    def write(self) -> None:
        for columns, rows in self._rows.items():
            self._connection.executemany(
                f"UPDATE tickets SET {', '.join(f'{name} = ?' for name in columns)} WHERE number = ?", rows
            )
        self._connection.executemany(
            "INSERT OR IGNORE INTO ticket_tags (tag, ticket) VALUES (?, ?)", self._tags[True]
        )
        self._connection.executemany(
            "DELETE FROM ticket_tags WHERE tag = ? AND ticket = ?", self._tags[False]
        )
