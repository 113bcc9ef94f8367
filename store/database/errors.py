"""From SQLite's errors to the desk's: each with what to do next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import DamagedStore, DiskFull, ForeignStore, LockedStore, ReadOnlyStore, StoreError


def translate(error: sqlite3.Error, path: Path | str) -> StoreError:
    """The typed error for what SQLite reported about the store at `path` (codes: sqlite.org/rescode.html)."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if primary == sqlite3.SQLITE_NOTADB:
        return ForeignStore(f"{path} is not a desk of helpterm", "choose another file with --db")
    if primary == sqlite3.SQLITE_CORRUPT:
        return DamagedStore(f"{path} is damaged", "run `helpterm doctor`; a backup lies beside the store")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LockedStore(f"{path} is held by another program", "close it, or try again in a moment")
    if primary == sqlite3.SQLITE_READONLY:
        return ReadOnlyStore(f"{path} may not be written", "check the permissions of the file and its folder")
    if primary == sqlite3.SQLITE_FULL:
        return DiskFull("there is no room left on the disk", "free some room; what was saved before is safe")
    if primary == sqlite3.SQLITE_IOERR:
        return DiskFull(f"{path} cannot be written ({error})", "check that the disk has room and is in order")
    if primary == sqlite3.SQLITE_CANTOPEN:
        return StoreError(f"{path} cannot be opened", "check the path and its permissions")
    return StoreError(f"{path}: {error}", "run `helpterm doctor`")


@contextmanager
def translated(path: Path | str) -> Iterator[None]:
    """Raises SQLite's errors inside the block as the desk's own; programming errors pass through unchanged."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise
    except sqlite3.Error as error:
        raise translate(error, path) from error
