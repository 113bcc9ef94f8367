"""Is this store what the hub is? Compared by hashes of 256 parts each, looked into only where they differ."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from store.desk import team_settings
from store.desk.desk import Desk
from store.desk.documents import CLASSES, KINDS
from store.sync import local
from store.sync.errors import SyncError
from store.sync.link import Link
from store.sync.wire import harmless
from store.text.inert import inert

_SEPARATOR = "\x1f"
_NONE = "\x1e"
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not the same: in which table, its id, and what each side has (None: nothing).

    Of a row that both have, only the columns that differ are told.
    """

    table: str
    identity: str
    here: str | None
    hub: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was compared and what differs. `set_aside` counts what the hub refused and this store keeps."""

    compared: dict[str, int]
    differences: tuple[Difference, ...]
    set_aside: int


@dataclass(frozen=True, slots=True)
class _Table:
    """How one table reads as lines on both sides: an id, then columns in the same order, times in milliseconds.

    A column is its name, how it is read here, and how at the hub.
    """

    name: str
    here: tuple[str, str, str]
    hub: tuple[str, str]
    columns: tuple[tuple[str, str, str], ...]
    hashed: int = -1


def _same(names: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((name, name, name) for name in names.split())


def _times(names: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((name, name, f"helpterm.ms({name})") for name in names.split())


_TABLES = (
    _Table("customers", ("id", "customers", ""), ("id", "customers"), _same("email name")),
    _Table(
        "tickets",
        ("t.id", "tickets t", "JOIN customers c ON c.number = t.customer"),
        ("t.id", "tickets t"),
        (
            ("customer", "c.id", "t.customer"),
            *_times("created_at updated_at snoozed_until"),
            (
                "tags",
                "(SELECT group_concat(tag, ' ') FROM (SELECT tag FROM ticket_tags WHERE ticket = t.number ORDER BY tag))",
                "(SELECT string_agg(tag, ' ' ORDER BY tag) FROM helpterm.ticket_tags WHERE ticket = t.id)",
            ),
            *_same(
                "subject status priority channel product department tier assignee language problem declined_by"
            ),
            *_same("merged_into handle_seconds short"),
        ),
    ),
    _Table(
        "messages",
        ("m.id", "messages m", "JOIN tickets t ON t.number = m.ticket"),
        ("m.id", "messages m"),
        (
            ("text (md5)", "m.body", "md5(m.body)"),
            ("ticket", "t.id", "m.ticket"),
            *_times("sent_at"),
            ("html", "html", "html::integer"),
            ("subject", "m.subject", "m.subject"),
            (
                "attachments",
                "(SELECT group_concat(name || ' ' || substr(sha256, 1, 12), ', ') FROM"
                " (SELECT name, sha256 FROM attachments WHERE message = m.number ORDER BY position))",
                "(SELECT string_agg(a.name || ' ' || left(a.sha256, 12), ', ' ORDER BY a.position)"
                " FROM helpterm.attachments a WHERE a.message = m.id)",
            ),
            *_same("kind author_name author_email agent message_id in_reply_to automatic delivery"),
        ),
        hashed=1,
    ),
)


def verify(desk: Desk, link: Link) -> Verdict:
    """Compares the store with the hub, in one snapshot of each. Raises SyncError while changes are still on their way."""
    member = local.membership(desk.read())
    if local.pending(desk.read()) or member.copying:
        raise SyncError("this desk is not in step yet", "run `helpterm sync` first")
    compared: dict[str, int] = {}
    differences: list[Difference] = []
    with link.talking() as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        head = connection.execute("SELECT head FROM helpterm.meta").fetchone()
        if head is None or head[0] != member.cursor:
            raise SyncError(
                "the shared database has moved on meanwhile", "run `helpterm sync`, then verify again"
            )
        for table in _TABLES:
            lines, found = _compare(desk.read(), connection, table)
            compared[table.name] = lines
            differences += found
        count, found = _documents(desk.read(), connection)
        compared["documents"] = count
        differences += found
        for entity, identity, name, logged, kept in connection.execute(
            "SELECT * FROM helpterm.fold_differences() LIMIT 100"
        ):
            said = f"the log says {logged!r}, the table {kept!r}"
            differences.append(Difference(f"hub {entity}.{name}", identity, None, said))
    aside = _set_aside(desk.read())
    shown = [each for each in differences if each.identity not in aside][:_MOST_SHOWN]
    return Verdict(compared, tuple(shown), len(aside))


def _set_aside(connection: sqlite3.Connection) -> set[str]:
    """What the hub refused to take, and what hangs on it."""
    rows = connection.execute(
        "SELECT entity_id FROM conflicts WHERE outcome = 'rejected' AND field = '' OR kind IN ('message', 'rejected')"
    )
    return {identity for (identity,) in rows}


def _compare(connection: sqlite3.Connection, hub: Any, table: _Table) -> tuple[int, list[Difference]]:
    theirs = dict(
        hub.execute(
            f"SELECT left(id, 2), md5(string_agg(line, '\n' ORDER BY id COLLATE \"C\")) FROM ({_lines(table)}) x GROUP BY 1"
        ).fetchall()
    )
    count, ours = 0, {}
    for bucket, lines in groupby(_local_lines(connection, table), key=lambda line: line[0][:2]):
        together = [line for _, line in lines]
        count += len(together)
        ours[bucket] = hashlib.md5("\n".join(together).encode(), usedforsecurity=False).hexdigest()
    differing = sorted(bucket for bucket in {*ours, *theirs} if ours.get(bucket) != theirs.get(bucket))
    found: list[Difference] = []
    for bucket in differing:
        found += _look_into(connection, hub, table, bucket)
    return count, found


def _lines(table: _Table) -> str:
    """The hub's rows as (id, line)."""
    identity, source = table.hub
    parts = [identity, *(f"coalesce(({column})::text, '{_NONE}')" for _, _, column in table.columns)]
    line = f" || '{_SEPARATOR}' || ".join(parts)
    return f"SELECT {identity} AS id, {line} AS line FROM helpterm.{source}"


def _local_lines(
    connection: sqlite3.Connection, table: _Table, bucket: str = ""
) -> Iterator[tuple[str, str]]:
    identity, source, join = table.here
    columns = ", ".join(column for _, column, _ in table.columns)
    where = f"WHERE {identity} >= '{bucket}' AND {identity} < '{bucket}g'" if bucket else ""
    for row in connection.execute(
        f"SELECT {identity}, {columns} FROM {source} {join} {where} ORDER BY {identity}"
    ):
        yield row[0], _SEPARATOR.join(_text(value, at == table.hashed) for at, value in enumerate(row))


def _text(value: Any, is_hashed: bool) -> str:
    if value is None:
        return _NONE
    text = inert(value) if isinstance(value, str) else str(value)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() if is_hashed else text


def _look_into(connection: sqlite3.Connection, hub: Any, table: _Table, bucket: str) -> list[Difference]:
    ours = dict(_local_lines(connection, table, bucket))
    theirs = dict(
        hub.execute(f"SELECT * FROM ({_lines(table)}) x WHERE left(id, 2) = %s", (bucket,)).fetchall()
    )
    return [
        Difference(table.name, identity, *_told(table, ours.get(identity), theirs.get(identity)))
        for identity in sorted({*ours, *theirs})
        if ours.get(identity) != theirs.get(identity)
    ]


def _told(table: _Table, here: str | None, hub: str | None) -> tuple[str | None, str | None]:
    """What differs between two lines; all of a line that stands alone."""
    lines = [None if line is None else line.split(_SEPARATOR)[1:] for line in (here, hub)]
    ours, theirs = lines
    names = [name for name, _, _ in table.columns]
    if ours is not None and theirs is not None:
        kept = [at for at, name in enumerate(names) if ours[at] != theirs[at]]
    else:
        kept = list(range(len(names)))
    said = [
        line and ", ".join(f"{names[at]}: {line[at].replace(_NONE, '–')}" for at in kept) for line in lines
    ]
    return said[0] or None, said[1] or None


def _documents(connection: sqlite3.Connection, hub: Any) -> tuple[int, list[Difference]]:
    """Documents are few: compared one by one, those of kinds that this helpterm knows."""
    theirs = {
        (entity, identity): value
        for entity, identity, value in hub.execute("SELECT entity, id, value FROM helpterm.documents")
        if entity in CLASSES or entity == team_settings.ENTITY
    }
    ours: dict[tuple[str, str], Any] = {
        (team_settings.ENTITY, section): {"text": text}
        for section, text in team_settings.shared(connection).items()
    }
    for kind in (KINDS[cls] for cls in CLASSES.values()):
        for row in connection.execute(f"SELECT {', '.join(kind.columns)} FROM {kind.table}"):
            ours[kind.entity, row[0]] = harmless(dict(zip(kind.columns, row, strict=True)))
    found = [
        Difference(key[0], key[1], _packed(ours.get(key)), _packed(theirs.get(key)))
        for key in sorted({*ours, *theirs}, key=itemgetter(0, 1))
        if ours.get(key) != theirs.get(key)
    ]
    return len(ours), found


def _packed(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
