"""One open store: a single writer thread, and a read-only connection for each thread that reads."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from store.database.errors import translated
from store.database.file import connect, make_private, version_of
from store.database.migrations import STEPS
from store.errors import NotFound, ReadOnlyStore, StoreError

Result = TypeVar("Result")

CACHE_KIB = 32_768
"""So many KiB of the file the writer keeps in memory,"""
SPARING_KIB = 8_192
"""and so many while much comes in at once."""


class Database:
    """The desk's file. Writes are queued to one thread, each in one IMMEDIATE transaction; reads never wait for them.

    `synchronous=FULL`: when a write has returned, a power cut does not lose it. Opening migrates an older store (after a
    backup) and raises StoreError kinds for a newer, foreign, damaged, locked or unreadable file.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        if not path.exists():
            if not create:
                raise NotFound(f"there is no desk at {path}", "start `helpterm` once, or give another --db")
            make_private(path)
        elif path.is_dir():
            raise StoreError(f"{path} is a folder, not a desk", "give the file with --db")
        self._readers = threading.local()
        self._open_readers: list[sqlite3.Connection] = []
        self._jobs: queue.SimpleQueue[
            tuple[Callable[[sqlite3.Connection], Any], Future[Any], bool] | None
        ] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._prepare()

    def _prepare(self) -> None:
        """Checks the file and migrates it; a current store costs two pragmas."""
        try:
            version = self._version()
        except (
            ReadOnlyStore
        ):  # whoever made it was killed in the middle: a reader alone may not put that right
            version = self._version(write=True)
        if version < len(STEPS):
            from store.database.migrations import migrate

            writer = connect(self.path, write=True)
            try:
                migrate(writer, self.path, version)
            finally:
                writer.close()

    def _version(self, *, write: bool = False) -> int:
        probe = connect(self.path, write=write)
        try:
            return version_of(probe, self.path, len(STEPS))
        finally:
            probe.close()

    def reader(self) -> sqlite3.Connection:
        """This thread's read-only connection."""
        connection: sqlite3.Connection | None = getattr(self._readers, "connection", None)
        if connection is None:
            connection = connect(self.path, write=False)
            self._readers.connection = connection
            with self._lock:
                self._open_readers.append(connection)
        return connection

    def submit(self, job: Callable[[sqlite3.Connection], Result], *, lasting: bool = True) -> Future[Result]:
        """Queues `job` for the writer thread; it runs in one transaction that is committed when it returns.

        One that is not `lasting` may be lost, whole, in a power cut: for what can be fetched or made anew.
        """
        future: Future[Result] = Future()
        with self._lock:
            if self._closed:
                raise StoreError("the desk is closed")
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_all, name="desk-writer", daemon=True)
                self._writer.start()
        self._jobs.put((job, future, lasting))
        return future

    def write(self, job: Callable[[sqlite3.Connection], Result], *, lasting: bool = True) -> Result:
        """Runs `job` on the writer thread and waits until it is durable. Raises what the job raises."""
        return self.submit(job, lasting=lasting).result()

    def _write_all(self) -> None:
        connection: sqlite3.Connection | None = None
        while (item := self._jobs.get()) is not None:
            job, future, lasting = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                if connection is None:
                    connection = self._open_writer()
                with translated(self.path):
                    if not lasting:
                        connection.execute("PRAGMA synchronous = NORMAL")
                    try:
                        result = _in_transaction(connection, job)
                    finally:
                        if not lasting:
                            connection.execute("PRAGMA synchronous = FULL")
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)
        if connection is not None:
            connection.close()

    def _open_writer(self) -> sqlite3.Connection:
        connection = connect(self.path, write=True)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        return connection

    @contextmanager
    def sparing_memory(self) -> Iterator[None]:
        """Meanwhile the writer keeps few pages and maps none: a load costs the same memory however large the desk becomes."""
        mapped = self.write(lambda connection: _remember(connection, SPARING_KIB, 0))
        try:
            yield
        finally:
            with suppress(StoreError):  # whatever ended the load is what is to be told
                self.write(lambda connection: _remember(connection, CACHE_KIB, mapped))

    def close(self) -> None:
        """Finishes queued writes and closes every connection."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            writer = self._writer
        if writer is not None:
            self._jobs.put(None)
            writer.join()
        for connection in self._open_readers:
            connection.close()
        self._open_readers.clear()


def _in_transaction(connection: sqlite3.Connection, job: Callable[[sqlite3.Connection], Result]) -> Result:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = job(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def _remember(connection: sqlite3.Connection, cache_kib: int, mapped: int) -> int:
    """Sets how many KiB of pages are cached and how many bytes of the file are mapped; how many were before."""
    before: int = connection.execute("PRAGMA mmap_size").fetchone()[0]
    connection.execute(f"PRAGMA cache_size = -{cache_kib}")
    connection.execute(f"PRAGMA mmap_size = {mapped}")
    return before
