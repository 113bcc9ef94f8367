"""Becoming a member, and becoming one again: the first copy of the shared desk, and what a restored hub makes of a store.

The copy is read in pieces, each a short statement of its own, so it can stop and go on anywhere and holds nothing up at the hub.
It starts by noting where the log stands; pieces read later may be newer than that, and the log is replayed from there: every
entry says what held after it, so that replaying over something newer ends at the newest again. Pull does the rest.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from store.clock import DAY
from store.database.file import backup
from store.desk.desk import Desk
from store.errors import Refused
from store.sync import documents, local, rescue
from store.sync.errors import VERSION, NotYetAHub, WrongHub
from store.sync.link import Link
from store.sync.messages import place_message, settle_delivery
from store.sync.replay import Tickets, is_pending
from store.sync.road import Replay
from store.sync.wire import harmless

PIECE = 2000
KEPT = 30 * DAY
"""Own changes that were acknowledged within so many milliseconds are said again to a hub that went back in time."""

Progress = Callable[[str, int, int], None]
"""Told what is copied, how much of it is here, and how much there is in all."""


@dataclass(frozen=True, slots=True)
class Hello:
    """What the hub says about itself and about whose login this is."""

    epoch: str
    head: int
    chain: str
    version: int
    agent: str
    role: str
    now_ms: int
    message_id_key: str


def hello(link: Link) -> Hello:
    """Asks the hub who it is. Raises NotYetAHub, WrongHub, NoRight."""
    rows = link.rows("SELECT * FROM helpterm.hello(%s)", (VERSION,), width=8)
    if not rows:
        raise NotYetAHub(
            "there is no desk in this database", "its owner makes one with `helpterm sync init DSN`"
        )
    said = Hello(*rows[0])
    if said.version < VERSION:
        raise WrongHub(
            f"the shared database is of an older helpterm (format {said.version}, this one speaks {VERSION})",
            "its owner upgrades it with `helpterm sync init DSN`",
        )
    return said


def join(desk: Desk, link: Link, dsn: str, progress: Progress | None = None) -> Hello:
    """Makes this store one of the team's, or goes on with a first copy that was interrupted.

    Raises Refused when the invitation is somebody else's or the store belongs to another team; SyncError and StoreError kinds.
    """
    said = hello(link)
    if said.agent.casefold() != desk.agent.casefold():
        raise Refused(
            f"this invitation is for {said.agent}, and {desk.agent} works at this desk",
            f"give --agent {said.agent}, or set agent = {json.dumps(said.agent)} in the configuration",
        )
    if desk.is_shared:
        if local.membership(desk.read()).epoch != said.epoch:
            raise Refused(
                "this desk belongs to another team", "`helpterm sync leave` first, or take a new --db"
            )
    else:
        former = local.former_hub(desk.read())
        if former and former != said.epoch:
            raise Refused(
                "this desk holds the work of another team", "join from a desk of its own: give another --db"
            )
        desk.database.write(lambda connection: _begin(connection, said, dsn))
    copy(desk, link, progress)
    return said


def _begin(connection: sqlite3.Connection, said: Hello, dsn: str) -> None:
    local.begin(connection, said.epoch, dsn)
    local.remember(connection, copying=_start(said, restored=False))
    _share_key(connection, said)


def _share_key(connection: sqlite3.Connection, said: Hello) -> None:
    """One key signs the Message-IDs of the whole team, so that an answer finds its ticket wherever it is fetched."""
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('message_id_key', ?)", (said.message_id_key,)
    )


def _start(said: Hello, *, restored: bool) -> str:
    return json.dumps(
        {"head": said.head, "chain": said.chain, "table": 0, "after": "", "done": 0, "restored": restored}
    )


def recover(desk: Desk, link: Link, progress: Progress | None = None) -> None:
    """Brings the store in line with a hub that was restored from a backup, and says again what the hub has lost.

    A copy of the store is kept beside it first.
    """
    said = hello(link)
    member = local.membership(desk.read())
    if said.epoch != member.epoch:
        raise WrongHub(
            "this is the database of another desk", "`helpterm sync leave`, then join the one you mean"
        )
    backup(desk.path, desk.path.with_name(f"{desk.path.name}.before-restore-{said.head}"))

    def job(connection: sqlite3.Connection) -> None:
        connection.execute(
            "UPDATE changes SET seq = NULL WHERE device = '' AND seq IS NOT NULL AND at > ?",
            (desk.now() - KEPT,),
        )
        connection.execute("UPDATE changes SET base = 0 WHERE device = '' AND seq IS NULL")
        local.rename(connection)
        local.remember(connection, cursor=0, chain="", copying=_start(said, restored=True))

    desk.database.write(job)
    copy(desk, link, progress)


def copy(desk: Desk, link: Link, progress: Progress | None = None) -> None:
    """Goes on with the copy until it is whole; then the cursor stands where the log stood when it began."""
    _acknowledge_known(desk, link)
    while (state := _state(desk)) is not None:
        if state["table"] < len(_PIECES):
            _piece(desk, link, state, progress)
        else:
            _finish(desk, link, state)


def is_copying(desk: Desk) -> bool:
    """Whether a first copy of this desk, which is a shared one, is not yet whole. Raises NotJoined."""
    return bool(local.membership(desk.read()).copying)


def _state(desk: Desk) -> dict[str, Any] | None:
    text = local.membership(desk.read()).copying
    return json.loads(text) if text else None


def _acknowledge_known(desk: Desk, link: Link) -> None:
    """Own changes that the hub has already (from an earlier life of this store) are not waited for."""
    after = 0
    while True:
        rows = (
            desk.read()
            .execute(
                "SELECT number, id FROM changes INDEXED BY changes_pending WHERE seq IS NULL AND device = '' AND number > ?"
                " ORDER BY number LIMIT 5000",
                (after,),
            )
            .fetchall()
        )
        if not rows:
            return
        after = rows[-1][0]
        known = link.rows("SELECT seq, op FROM helpterm.known(%s)", ([op for _, op in rows],), width=2)
        if known:
            numbers = {op: number for number, op in rows}
            updates = [(seq, numbers[op]) for seq, op in known]
            desk.database.write(
                lambda connection, updates=updates: connection.executemany(  # type: ignore[misc]
                    "UPDATE changes SET seq = ? WHERE number = ?", updates
                )
            )


_PIECES: tuple[tuple[str, str], ...] = (
    ("customers", "SELECT id, jsonb_build_object('email', email, 'name', name) FROM helpterm.customers"),
    ("documents", "SELECT entity || '/' || id, value FROM helpterm.documents"),
    (
        "tickets",
        "SELECT t.id, helpterm.ticket_json(t) || jsonb_build_object('tags',"
        " (SELECT coalesce(jsonb_agg(g.tag), '[]') FROM helpterm.ticket_tags g WHERE g.ticket = t.id)) FROM helpterm.tickets t",
    ),
    ("messages", "SELECT m.id, helpterm.message_json(m) FROM helpterm.messages m"),
)
"""What is copied, in the order in which one needs the other; read in the order of the key."""

_KEYS = {"documents": "(entity || '/' || id) COLLATE \"C\""}


def _piece(desk: Desk, link: Link, state: dict[str, Any], progress: Progress | None) -> None:
    """Copies one piece; it and how far the copy has come are committed together."""
    table, query = _PIECES[state["table"]]
    key = _KEYS.get(table, "id")
    rows = link.rows(
        f"{query} WHERE {key} > %s ORDER BY {key} LIMIT {PIECE}".encode(), (state["after"],), width=2
    )
    done = state["done"] + len(rows)
    next_state = state | (
        {"after": rows[-1][0], "done": done}
        if len(rows) == PIECE
        else {"table": state["table"] + 1, "after": "", "done": 0}
    )

    def job(connection: sqlite3.Connection) -> None:
        tx = Replay(connection, desk.agent, desk.now(), desk.targets)
        for identity, value in rows:
            _PLACE[table](tx, identity, harmless(value))
        tx.finish()
        local.remember(connection, copying=json.dumps(next_state))

    desk.database.write(job)
    if progress is not None:
        progress(table, done, _estimate(link, table) if len(rows) == PIECE else done)


def _estimate(link: Link, table: str) -> int:
    count: int = link.value(
        "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass", (f"helpterm.{table}",)
    )
    return count


def _finish(desk: Desk, link: Link, state: dict[str, Any]) -> None:
    if state["restored"]:
        rescue.say_again(desk, link)

    def job(connection: sqlite3.Connection) -> None:
        tx = Replay(connection, desk.agent, desk.now(), desk.targets)
        rescue.lay_over(tx)
        tx.finish()
        local.remember(connection, cursor=state["head"], chain=state["chain"], copying="")

    desk.database.write(job)


def _place_document(tx: Replay, identity: str, value: Any) -> None:
    entity, _, name = identity.partition("/")
    if not is_pending(tx.connection, name, ""):
        documents.replay(tx, entity, name, value)


def _place_customer(tx: Replay, identity: str, value: Any) -> None:
    documents.replay(tx, "customer", identity, value)


def _place_ticket(tx: Replay, identity: str, value: Any) -> None:
    Tickets(tx).place(identity, value)


def _place_message(tx: Replay, identity: str, value: Any) -> None:
    place_message(tx, identity, value)
    settle_delivery(tx, identity, value["delivery"])


_PLACE: dict[str, Callable[[Replay, str, Any], None]] = {
    "customers": _place_customer,
    "documents": _place_document,
    "tickets": _place_ticket,
    "messages": _place_message,
}
