"""Is the desk in order? Checks of the store, the configuration and the mailboxes, each with what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from store import paths
from store.checks import Check
from store.config import Config, load
from store.database.database import Database
from store.database.errors import translate
from store.database.file import connect, version_of
from store.database.migrations import STEPS
from store.errors import DeskError

ROOM = 200 * 1024 * 1024
"""Bytes of free disk below which the doctor warns."""


def examine(store: Path, config_path: Path | None) -> Iterator[Check]:
    """Yields every check; none of them changes anything. Never raises DeskError."""
    config, check = _config(config_path)
    yield check
    for look in (_file, _private, _whole, _counts, _fingerprints, _writable, _room):
        yield _guarded(look, store)
        if look is _file and not store.exists():
            break
    if store.exists():
        yield _guarded(_shared, store)
    yield from _mailboxes(config)


def _guarded(look: Callable[[Path], Check], store: Path) -> Check:
    name = look.__name__.strip("_")
    try:
        return look(store)
    except DeskError as error:
        return Check(name, False, error.message, error.remedy)
    except sqlite3.Error as error:
        known = translate(error, store)
        return Check(name, False, known.message, known.remedy)


def _config(path: Path | None) -> tuple[Config, Check]:
    try:
        config, warnings = load(path)
    except DeskError as error:
        return Config(), Check("configuration", False, error.message, error.remedy)
    if warnings:
        return config, Check("configuration", False, "; ".join(warnings), "correct or remove these keys")
    return config, Check("configuration", True, "in order")


def _file(store: Path) -> Check:
    if not store.exists():
        return Check("store", True, f"none yet at {store}", "`helpterm` makes one")
    connection = connect(store, write=False)
    try:
        version = version_of(connection, store, len(STEPS))
    finally:
        connection.close()
    if version < len(STEPS):
        return Check("store", True, f"format {version}; the next start brings it to {len(STEPS)}")
    return Check("store", True, f"{store}, format {version}, {store.stat().st_size:,} bytes")


def _private(store: Path) -> Check:
    if os.name == "nt":
        return Check("privacy", True, "permissions are Windows' own")
    mode = stat.S_IMODE(store.stat().st_mode)
    if mode & 0o077:
        return Check("privacy", False, f"others may read the store (mode {mode:o})", f"chmod 600 {store}")
    return Check("privacy", True, "only you may read the store")


def _whole(store: Path) -> Check:
    connection = connect(store, write=False)
    try:
        found = [row[0] for row in connection.execute("PRAGMA quick_check(5)")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
    finally:
        connection.close()
    if found != ["ok"] or orphans is not None:
        backups = sorted(store.parent.glob(f"{store.name}.before-*"))
        remedy = (
            f"copy the file away, then restore {backups[-1]}"
            if backups
            else "copy the file away and write to us"
        )
        return Check(
            "integrity", False, "; ".join(found) if found != ["ok"] else "rows without their owners", remedy
        )
    return Check("integrity", True, "SQLite finds no damage")


def _counts(store: Path) -> Check:
    connection = connect(store, write=False)
    try:
        kept = connection.execute(
            "SELECT bucket, assignee, tickets FROM counts WHERE tickets <> 0"
        ).fetchall()
        counted = connection.execute(
            "SELECT bucket, assignee, count(*) FROM tickets GROUP BY bucket, assignee"
        ).fetchall()
    finally:
        connection.close()
    if sorted(kept) != sorted(counted):
        return Check(
            "counts", False, "kept counts differ from the tickets", "restore a backup and write to us"
        )
    return Check("counts", True, f"{sum(row[2] for row in counted):,} tickets")


def _fingerprints(store: Path) -> Check:
    from store.policy.canned import Index

    connection = connect(store, write=False)
    try:
        trouble = Index(connection).trouble()
    finally:
        connection.close()
    if trouble:
        return Check(
            "fingerprints", False, trouble, "`helpterm doctor --repair` makes them anew from the messages"
        )
    return Check("fingerprints", True, "earlier replies are known")


def _writable(store: Path) -> Check:
    database = Database(store, create=False)
    try:
        database.write(lambda connection: None)
    finally:
        database.close()
    return Check("writing", True, "the store can be written")


def _room(store: Path) -> Check:
    free = shutil.disk_usage(store.parent).free
    if free < ROOM:
        return Check("disk", False, f"{free // 1024 // 1024} MB are free", "make room before you go on")
    return Check("disk", True, f"{free // 1024 // 1024:,} MB are free")


def _shared(store: Path) -> Check:
    """Whether the team's database can be used, and whether this store is in step with it."""
    connection = connect(store, write=False)
    try:
        if connection.execute("SELECT 1 FROM meta WHERE key = 'sync.epoch'").fetchone() is None:
            return Check("shared", True, "this desk is shared with nobody")
        from store.sync import adopt, local
        from store.sync.link import connected

        member, waiting = local.membership(connection), local.pending(connection)
    finally:
        connection.close()
    link = connected(member.dsn)
    try:
        behind = adopt.hello(link).head - member.cursor
    finally:
        link.close()
    return Check("shared", True, f"the team's database answers; {waiting} changes wait here, {behind} there")


def _mailboxes(config: Config) -> Iterator[Check]:
    if not config.mailboxes:
        path = paths.config_path()
        yield Check("mail", True, f"no mailbox is configured in {path}; replies wait in the outbox")
        return
    from store.channels.mail.connect import examine as examine_mailbox

    for mailbox in config.mailboxes:
        for each in examine_mailbox(mailbox):
            yield Check(f"{each.name} {mailbox.name}", each.ok, each.detail, each.remedy)
