"""Own changes that were decided otherwise: noted for their author, with both values, to be set again or let go."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.desk import team_settings
from store.desk.desk import Desk
from store.desk.documents import CLASSES, KINDS, document_from_row
from store.errors import NotFound, Refused
from store.sync import local
from store.sync.wire import harmless
from store.text.inert import inert_line

if TYPE_CHECKING:
    from store.sync.entries import Entry


@dataclass(frozen=True, slots=True)
class Conflict:
    """One change of ours that did not hold, and why.

    `outcome` is `lost` (somebody else's came first or was later), `overridden` (it held for a while) or `rejected` (the hub
    may not or cannot take it; it stays on this machine). `agent` is who decided otherwise, as far as that is known.
    """

    change: str
    at: int
    kind: str
    entity: str
    entity_id: str
    field: str
    mine: Any
    theirs: Any
    agent: str
    outcome: str


def note(connection: sqlite3.Connection, entries: Sequence[Entry], own: Set[str], agent: str) -> int:
    """Notes what a batch of the log overruled; returns how many."""
    rows = []
    ours = _ours(connection, entries, own)
    for entry in entries:
        if entry.op in own:
            if entry.outcome in ("lost", "rejected") and (mine := entry.asked) != entry.result:
                rows.append(_row(entry, mine, entry.result, _winner(connection, entry), entry.outcome))
        elif entry.entity_id in ours and entry.outcome == "applied" and entry.field and entry.agent != agent:
            rows += _overridden(connection, entry)
    connection.executemany(
        "INSERT INTO conflicts (change, seq, at, kind, entity, entity_id, field, mine, theirs, agent, outcome)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        rows,
    )
    return len(rows)


def _ours(connection: sqlite3.Connection, entries: Sequence[Entry], own: Set[str]) -> set[str]:
    """Of what others changed in this batch without having seen our latest, that which has ever been changed here."""
    newest = local.membership(connection).newest_own
    others = {
        entry.entity_id
        for entry in entries
        if entry.base < newest and entry.op not in own and entry.entity == "ticket"
    }
    if not others:
        return set()
    rows = connection.execute(
        "SELECT e.value FROM json_each(?) e WHERE EXISTS (SELECT 1 FROM changes INDEXED BY changes_entity"
        " WHERE entity_id = e.value AND device = '')",
        (json.dumps([*others]),),
    )
    return {identity for (identity,) in rows}


def _row(entry: Entry, mine: Any, theirs: Any, agent: str, outcome: str, change: str = "") -> tuple[Any, ...]:
    said = (json.dumps(mine, ensure_ascii=False), json.dumps(theirs, ensure_ascii=False))
    where = (entry.kind, entry.entity, entry.entity_id, entry.field)
    return (change or entry.op, entry.seq, entry.effective, *where, *said, agent, outcome)


def _winner(connection: sqlite3.Connection, entry: Entry) -> str:
    row = connection.execute(
        "SELECT agent FROM changes INDEXED BY changes_entity WHERE entity_id = ? AND field = ? AND device <> ''"
        " ORDER BY number DESC LIMIT 1",
        (entry.entity_id, entry.field),
    ).fetchone()
    return "" if row is None else row[0]


def _overridden(connection: sqlite3.Connection, entry: Entry) -> list[tuple[Any, ...]]:
    """An own change that stood, and that this entry's author had not seen."""
    if entry.entity != "ticket" or entry.kind not in ("set", "claim", "undo"):
        return []
    row = connection.execute(
        "SELECT id, value FROM changes INDEXED BY changes_entity WHERE entity_id = ? AND field = ? AND device = ''"
        " AND seq > ? AND seq < ? ORDER BY number DESC LIMIT 1",
        (entry.entity_id, entry.field, entry.base, entry.seq),
    ).fetchone()
    if row is None:
        return []
    mine = json.loads(row[1]) if row[1] else None
    return (
        [] if mine == entry.result else [_row(entry, mine, entry.result, entry.agent, "overridden", row[0])]
    )


_COLUMNS = "change, at, kind, entity, entity_id, field, mine, theirs, agent, outcome"


def conflicts(desk: Desk, *, settled: bool = False, limit: int = 500) -> list[Conflict]:
    """What was decided otherwise and not yet looked at, the latest first; `settled` shows what was looked at too."""
    rows = desk.read().execute(
        f"SELECT {_COLUMNS} FROM conflicts WHERE settled = 0 OR ? ORDER BY seq DESC LIMIT ?", (settled, limit)
    )
    return [_conflict(*row) for row in rows]


def _conflict(*row: Any) -> Conflict:
    change, at, kind, entity, entity_id, field, mine, theirs, agent, outcome = row
    values = (harmless(json.loads(mine)), harmless(json.loads(theirs)))
    return Conflict(
        change, at, kind, entity, entity_id, inert_line(field), *values, inert_line(agent), outcome
    )


def let_go(desk: Desk, change: str) -> None:
    """The author has seen it and leaves it so. Raises NotFound."""
    _find(desk, change)
    desk.database.write(
        lambda connection: connection.execute("UPDATE conflicts SET settled = 1 WHERE change = ?", (change,))
    )


def set_again(desk: Desk, change: str) -> None:
    """Makes the change once more, this time knowing what others did, so that it holds. Raises NotFound and Refused."""
    conflict = _find(desk, change)

    def job(tx: Any) -> None:
        if conflict.entity == "ticket" and conflict.field:
            row = tx.connection.execute(
                "SELECT number FROM tickets WHERE id = ?", (conflict.entity_id,)
            ).fetchone()
            if row is None:
                raise NotFound("that ticket is not here", "`helpterm sync` fetches what is missing")
            tx.set(row[0], conflict.field, conflict.mine)
        elif conflict.kind == "put" and conflict.entity in CLASSES and conflict.mine is not None:
            kind = KINDS[CLASSES[conflict.entity]]
            tx.put(document_from_row(kind, [conflict.mine[column] for column in kind.columns]))
        elif conflict.entity == team_settings.ENTITY and conflict.mine is not None:
            team_settings.keep(tx.connection, conflict.entity_id, conflict.mine["text"])
            tx.record("put", conflict.entity, conflict.entity_id, value=conflict.mine)
        else:
            raise Refused(
                "this cannot be set again", "a message is written anew; a delivery is decided in the outbox"
            )
        tx.connection.execute("UPDATE conflicts SET settled = 1 WHERE change = ?", (change,))

    desk.change(job)


def _find(desk: Desk, change: str) -> Conflict:
    for each in conflicts(desk, limit=100_000):
        if each.change == change:
            return each
    raise NotFound(f"there is no open conflict {change!r}", "`helpterm sync conflicts` lists them")
