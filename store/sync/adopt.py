"""Becoming a member, and becoming one again: the first copy of the shared desk, and what a restored hub makes of a store.

The copy starts by noting where the log stands. What is copied later may be newer than that, and the log is replayed from
there: every entry says what held after it, so that replaying over something newer ends at the newest again. Pull does the rest.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any

from store.clock import DAY
from store.database.file import backup
from store.desk.derive import DueTimes
from store.desk.desk import Desk
from store.desk.service import rederive
from store.errors import Refused
from store.sync import copying, haste, local, message_ids, rescue
from store.sync.copy_format import Row
from store.sync.errors import VERSION, HubRestored, NotYetAHub, WrongHub
from store.sync.link import Link
from store.sync.road import Replay

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
    local.remember(connection, copying=_start(connection, said, restored=False))
    _share_key(connection, said)


def _share_key(connection: sqlite3.Connection, said: Hello) -> None:
    """One key signs the Message-IDs of the whole team, so that an answer finds its ticket wherever it is fetched."""
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('message_id_key', ?)", (said.message_id_key,)
    )


def _start(connection: sqlite3.Connection, said: Hello, *, restored: bool) -> str:
    """How far a copy has come that has not begun; `older` is the last row of the tickets that were here before it."""
    older: int = connection.execute("SELECT coalesce(max(number), 0) FROM tickets").fetchone()[0]
    begun = {"table": copying.STAGES[0].table, "after": None, "done": 0}
    return json.dumps(begun | {"head": said.head, "chain": said.chain, "restored": restored, "older": older})


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
        local.remember(connection, cursor=0, chain="", copying=_start(connection, said, restored=True))

    desk.database.write(job)
    copy(desk, link, progress)


def copy(desk: Desk, link: Link, progress: Progress | None = None) -> None:
    """Goes on with the copy until it is whole; then the cursor stands where the log stood when it began."""
    try:
        _copy_all(desk, link, progress)
    finally:
        desk.database.write(message_ids.make, lasting=False)


def _copy_all(desk: Desk, link: Link, progress: Progress | None) -> None:
    _acknowledge_known(desk, link)
    while (state := _state(desk)) is not None:
        stage = next((each for each in copying.STAGES if each.table == state["table"]), None)
        if stage is None:
            _finish(desk, link, state)
        else:
            with link.snapshot(), haste.hurried():
                totals = dict(link.rows(_ESTIMATE, ([each.table for each in copying.STAGES],)))
                for each in copying.STAGES[copying.STAGES.index(stage) :]:
                    _copy(desk, link, each, totals.get(each.table, 0), progress)


_ESTIMATE = (
    "SELECT relname::text, greatest(reltuples, 0)::bigint FROM pg_class"
    " WHERE relnamespace = 'helpterm'::regnamespace AND relname = ANY (%s)"
)


def is_copying(desk: Desk) -> bool:
    """Whether a first copy of this desk, which is a shared one, is not yet whole. Raises NotJoined."""
    return bool(local.membership(desk.read()).copying)


def restored() -> HubRestored:
    """What is said of a hub that is behind what this store has seen of it."""
    return HubRestored(
        "the shared database was restored from a backup", "the next sync brings this desk in line"
    )


def _state(desk: Desk) -> dict[str, Any] | None:
    text = local.membership(desk.read()).copying
    return json.loads(text) if text else None


def _copy(desk: Desk, link: Link, stage: copying.Stage, total: int, progress: Progress | None) -> None:
    """Copies one table from where it was left; while one block is written the next one is on its way."""
    state = _state(desk)
    assert state is not None
    done = state["done"]
    writing: Future[None] | None = None
    try:
        for block in link.copied(stage.query, state["after"] or stage.first, copying.AT_ONCE):
            rows = copying.read(stage, block)
            done += len(rows)
            state |= {"after": stage.key(rows[-1]), "done": done}
            if writing is not None:
                writing.result()
            writing = desk.database.submit(_block(desk, stage, rows, json.dumps(state)), lasting=False)
            if progress is not None:
                progress(stage.table, done, max(total, done))
    finally:  # what was on its way when the line broke is here, and the next try goes on behind it
        if writing is not None:
            wait([writing])
    if writing is not None:
        writing.result()
    following = copying.STAGES.index(stage) + 1
    table = copying.STAGES[following].table if following < len(copying.STAGES) else ""
    next_state = json.dumps(state | {"table": table, "after": None, "done": 0})

    def job(connection: sqlite3.Connection) -> None:
        stage.finish(connection)
        local.remember(connection, copying=next_state)

    desk.database.write(job)
    if progress is not None and done:
        progress(stage.table, done, done)


def _block(
    desk: Desk, stage: copying.Stage, rows: list[Row], state: str
) -> Callable[[sqlite3.Connection], None]:
    """Writes one block; it and how far the copy has come are committed together."""

    def job(connection: sqlite3.Connection) -> None:
        haste.make_room(connection)
        tx = Replay(connection, desk.agent, desk.now(), desk.targets)
        stage.place(tx, rows, json.loads(state)["older"])
        tx.finish()
        local.remember(connection, copying=state)

    return job


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
            desk.database.write(lambda connection, updates=updates: local.acknowledge(connection, updates))  # type: ignore[misc]


def _finish(desk: Desk, link: Link, state: dict[str, Any]) -> None:
    desk.keep_due_times()
    if state["restored"]:
        rescue.say_again(desk, link)

    def job(connection: sqlite3.Connection) -> None:
        tx = Replay(connection, desk.agent, desk.now(), desk.targets)
        rescue.lay_over(tx)
        tx.finish()
        if isinstance(desk.targets, DueTimes):  # they look further than at one ticket's messages
            rederive(connection, desk.config, desk.now())
        local.remember(connection, cursor=state["head"], chain=state["chain"], copying="")
        haste.make_do(connection)

    desk.database.write(job)
