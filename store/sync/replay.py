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

from store.desk import team_settings
from store.desk.desk import Desk
from store.sync import documents, haste, local, overruled
from store.sync.entries import Entry
from store.sync.errors import SyncError
from store.sync.road import Replay
from store.sync.ticket_replay import Tickets
from store.sync.wire import harmless
from store.text.inert import is_plain

MANY = 2_000
"""Entries of a batch from which on more are likely to come, and to change the same pages again."""


@dataclass(slots=True)
class News:
    """What a pull brought: entries, those by others, own changes decided otherwise, tickets that others touched, and whether
    any is about what the team has in common."""

    pulled: int = 0
    foreign: int = 0
    conflicts: int = 0
    tickets: set[str] = field(default_factory=set)
    settings: bool = False

    def add(self, other: News) -> None:
        """Takes in what another batch brought."""
        self.pulled += other.pulled
        self.foreign += other.foreign
        self.conflicts += other.conflicts
        self.tickets |= other.tickets
        self.settings |= other.settings


def apply(desk: Desk, entries: Sequence[Entry]) -> Future[News]:
    """Has one batch that follows the cursor applied; a batch that another console was faster with is no news.

    The result raises SyncError when an entry is missing, StoreError kinds when the store cannot be written; then nothing has
    changed.
    """

    def job(connection: sqlite3.Connection) -> News:
        (haste.write_file_later if len(entries) >= MANY else haste.write_file_soon)(connection)
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
    settings = any(entry.entity == team_settings.ENTITY for entry in entries)
    return News(len(entries), len(foreign), conflicts, touched, settings)


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
        if not local.is_pending(tx.connection, identity, ""):
            documents.replay(tx, entity, identity, harmless(entry.result))


def _is_document(entry: Entry) -> bool:
    refused = entry.kind == "rejected" and entry.entity not in ("ticket", "message", "batch")
    return entry.kind == "put" or refused


def _deliveries(tx: Replay, entries: Sequence[Entry]) -> None:
    """How far replies have come, wherever they were sent from."""
    for identity, (state, error) in _last_states(entries):
        row = tx.connection.execute(
            "SELECT number, ticket FROM messages WHERE id = ?", (identity,)
        ).fetchone()
        if row is None or local.is_pending(tx.connection, identity, "delivery"):
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
