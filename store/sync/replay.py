"""Replay: what the hub decided, applied to this store. There is nothing to decide here, and no second way to apply it.

One batch of the log is one transaction: its rows, the acknowledgement of own changes, and the cursor. Fields with an own
change that is still pending keep what this agent sees; the hub's word on them comes with the acknowledgement.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from store.desk.derive import DueTimes, Place, place
from store.desk.desk import Desk
from store.desk.transaction import FIELDS
from store.model import Status
from store.sync import documents, haste, local, overruled
from store.sync.errors import SyncError
from store.sync.link import garbled
from store.sync.messages import place_message
from store.sync.road import Replay
from store.sync.wire import harmless
from store.text.inert import is_plain

COLUMNS = tuple(sorted(FIELDS))
_PRESENT = (*COLUMNS, "short", "customer", "created_at", "updated_at")
_PLACE = ("first_reply_at", "waiting_since", "due_at", "bucket", "rank")
_ALWAYS = ("status", "priority", "updated_at", "snoozed_until", "merged_into", *_PLACE)
_WAITING = (Status.NEW, Status.OPEN)


_MANY = 2_000
"""Entries of a batch from which on more are likely to come, and to change the same pages again."""


class Entry(NamedTuple):
    """One row of the shared log, as `helpterm.pull` gives it: `value` and `previous` as JSON text, `result` as what it says."""

    seq: int
    op: str
    device: str
    n: int
    batch: str
    agent: str
    kind: str
    entity: str
    entity_id: str
    field: str
    value: str | None
    previous: str | None
    base: int
    effective: int
    outcome: str
    result: Any
    touched: int | None
    chain: str
    result_text: str

    @property
    def asked(self) -> Any:
        """What the change wanted to be so, as a JSON value."""
        return json.loads(self.value) if self.value else None


_JSON = ("value", "previous", "result")
COLUMNS_OF_ENTRY = ", ".join(f"{name}::text" if name in _JSON else name for name in Entry._fields[:-1])
"""What a pull asks for; JSON comes as text, since most of it is only passed on."""

WIDTH = len(Entry._fields) - 1


def entries_of(rows: Sequence[Sequence[Any]]) -> list[Entry]:
    """Entries from the rows of a pull; what holds after each is read in one go. Raises Unreachable when the line garbled it."""
    texts = [row[15] for row in rows]
    try:
        results = json.loads(f"[{','.join([text or 'null' for text in texts])}]")
    except ValueError:
        raise garbled() from None
    if len(results) != len(rows):
        raise garbled()
    return [
        Entry(*(*row[:15], result, *row[16:], text or ""))
        for row, result, text in zip(rows, results, texts, strict=True)
    ]


@dataclass(slots=True)
class News:
    """What a pull brought: entries, those by others, own changes decided otherwise, tickets that others touched."""

    pulled: int = 0
    foreign: int = 0
    conflicts: int = 0
    tickets: set[str] = field(default_factory=set)

    def add(self, other: News) -> None:
        """Takes in what another batch brought."""
        self.pulled += other.pulled
        self.foreign += other.foreign
        self.conflicts += other.conflicts
        self.tickets |= other.tickets


def apply(desk: Desk, entries: Sequence[Entry]) -> Future[News]:
    """Has one batch that follows the cursor applied; a batch that another console was faster with is no news.

    The result raises SyncError when an entry is missing, StoreError kinds when the store cannot be written; then nothing has
    changed.
    """

    def job(connection: sqlite3.Connection) -> News:
        (haste.write_file_later if len(entries) >= _MANY else haste.write_file_soon)(connection)
        return _apply(desk, connection, entries)

    return desk.database.submit(job, lasting=False)


def _apply(desk: Desk, connection: sqlite3.Connection, entries: Sequence[Entry]) -> News:
    cursor = local.membership(connection).cursor
    if entries[0].seq <= cursor:
        return News()
    if [entry.seq for entry in entries] != list(range(cursor + 1, cursor + 1 + len(entries))):
        raise SyncError(
            f"entries are missing after {cursor} of the shared log",
            "try again; `helpterm sync verify` compares",
        )
    tx = Replay(connection, desk.agent, desk.now(), desk.targets)
    own = _acknowledge(connection, entries)
    foreign = [entry for entry in entries if entry.op not in own and entry.outcome == "applied"]
    _append(connection, foreign)
    _put_documents(tx, entries)
    tickets = Tickets(tx)
    tickets.gather(entries)
    tickets.write()
    _deliveries(tx, entries)
    tx.finish()
    conflicts = overruled.note(connection, entries, own, desk.agent)
    local.remember(connection, cursor=entries[-1].seq, chain=entries[-1].chain)
    touched = {entry.entity_id for entry in foreign if entry.entity == "ticket"}
    return News(len(entries), len(foreign), conflicts, touched)


def _acknowledge(connection: sqlite3.Connection, entries: Sequence[Entry]) -> set[str]:
    """Marks own changes as seen in the log; returns their ids. The row says whose it is, whatever name the store had."""
    ours = dict(
        connection.execute(
            "SELECT number, id FROM changes WHERE number IN (SELECT value FROM json_each(?)) AND device = ''",
            (json.dumps([entry.n for entry in entries if entry.n]),),
        ).fetchall()
    )
    own = [entry for entry in entries if ours.get(entry.n) == entry.op]
    local.acknowledge(connection, [(entry.seq, entry.n) for entry in own])
    return {entry.op for entry in own}


def _append(connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """Adds what others did to this store's own log."""
    columns = "id, batch, at, agent, kind, entity, entity_id, field, value, previous, base, device, seq"
    haste.insert(
        connection,
        "changes",
        columns,
        [
            (
                *(each.op, each.batch, each.effective, each.agent),
                *(each.kind, each.entity, each.entity_id, each.field),
                _inert_json((each.value if each.kind == "message" else each.result_text) or ""),
                _inert_json(each.previous or ""),
                *(each.base, each.device, each.seq),
            )
            for each in entries
        ],
    )


def _inert_json(text: str) -> str:
    """JSON without anything that a terminal obeys, plain or as an escape; nearly all of it is so already."""
    if "\\u" not in text and is_plain(text):
        return text
    return json.dumps(harmless(json.loads(text)), ensure_ascii=False)


def _put_documents(tx: Replay, entries: Sequence[Entry]) -> None:
    last = {(entry.entity, entry.entity_id): entry for entry in entries if _is_document(entry)}
    for (entity, identity), entry in last.items():
        if not is_pending(tx.connection, identity, ""):
            documents.replay(tx, entity, identity, harmless(entry.result))


def _is_document(entry: Entry) -> bool:
    refused = entry.kind == "rejected" and entry.entity not in ("ticket", "message", "batch")
    return entry.kind == "put" or refused


def is_pending(connection: sqlite3.Connection, identity: str, name: str) -> bool:
    """Whether this agent has changed a field of something, and the hub has not yet said what becomes of it."""
    return (
        connection.execute(
            "SELECT 1 FROM changes INDEXED BY changes_entity WHERE entity_id = ? AND field = ? AND seq IS NULL"
            " AND device = '' LIMIT 1",
            (identity, name),
        ).fetchone()
        is not None
    )


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


def _deliveries(tx: Replay, entries: Sequence[Entry]) -> None:
    """How far replies have come, wherever they were sent from."""
    for identity, (state, error) in _last_states(entries):
        row = tx.connection.execute(
            "SELECT number, ticket FROM messages WHERE id = ?", (identity,)
        ).fetchone()
        if row is None or is_pending(tx.connection, identity, "delivery"):
            continue
        tx.connection.execute("UPDATE messages SET delivery = ? WHERE number = ?", (state, row[0]))
        tx.connection.execute(
            "UPDATE outbox SET state = ?, error = ? WHERE message = ?", (state, error, row[0])
        )
        tx.mark_stale(row[1])


def _last_states(entries: Sequence[Entry]) -> Iterator[tuple[str, tuple[str, str]]]:
    last: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if entry.kind == "delivery" and isinstance(entry.result, str):
            asked = entry.asked
            said = asked.get("error", "") if isinstance(asked, dict) else ""
            last[entry.entity_id] = (entry.result, harmless(said))
    yield from last.items()
