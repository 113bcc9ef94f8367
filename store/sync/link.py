"""A line to the hub: how it is opened, how long it may stay silent, what its troubles become."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, LiteralString

from store.errors import BadInput
from store.secrets import SecretError, forget_secret, keep_secret, secret
from store.sync.errors import Unreachable, translated

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 8
SILENCE_SECONDS = 60.0
"""How long the server may be silent before the line counts as dead; TCP alone would wait for minutes, or for ever."""

SECRET_VARIABLE = "HELPTERM_SECRET_SYNC"
"""The environment variable that may hold the password; else the keyring has it, or libpq's passfile."""

_TCP = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "application_name": "helpterm",
}


def parse(dsn: str) -> dict[str, str]:
    """A connection string (URI or `key=value`) as its parts. Raises BadInput, which does not repeat the string."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return {key: str(value) for key, value in conninfo_to_dict(dsn).items() if value is not None}
    except ProgrammingError:
        raise BadInput(
            "that is no connection string of PostgreSQL", "for example postgresql://mira@db.example.org/desk"
        ) from None


def without_password(dsn: str) -> tuple[str, str]:
    """A connection string that may be kept, and the password that stood in it (or nothing)."""
    from psycopg.conninfo import make_conninfo

    parts = parse(dsn)
    password = parts.pop("password", "")
    return make_conninfo("", **parts), password


def is_local(parts: dict[str, str]) -> bool:
    """True for a Unix socket or a loopback address, where nobody listens in between."""
    hosts = (parts.get("hostaddr") or parts.get("host") or os.environ.get("PGHOST", "")).split(",")
    return all(
        not host or host.startswith(("/", "@")) or host in ("localhost", "127.0.0.1", "::1") for host in hosts
    )


class Link:
    """One connection in autocommit. Every call ends within `silence` seconds, with rows or a SyncError.

    No statement is prepared by name and no session setting is made, so that a pooler may sit in between.
    """

    def __init__(self, dsn: str, password: str = "", *, silence: float = SILENCE_SECONDS) -> None:
        import psycopg

        parts = parse(dsn)
        if password:
            parts["password"] = password
        if not is_local(parts) and "sslmode" not in parts and "service" not in parts:
            parts |= {"sslmode": "verify-full", "sslrootcert": parts.get("sslrootcert", "system")}
        settings: dict[str, Any] = {"connect_timeout": str(CONNECT_SECONDS)} | _TCP | parts
        try:
            self.connection = psycopg.connect(
                "", autocommit=True, prepare_threshold=None, client_encoding="utf8", **settings
            )
        except psycopg.Error as error:
            raise translated(error) from None
        except UnicodeError:
            raise BadInput("that connection string cannot be used", "check the host name") from None
        self._silence = silence
        self._newest = 0
        self._is_listening = False

    def listen(self) -> None:
        """Has the hub tell unasked when there is something new. Raises SyncError kinds."""
        if not self._is_listening:
            self.rows("LISTEN helpterm")
            self._is_listening = True

    def _hear(self, hint: psycopg.Notify) -> None:
        if hint.payload.isascii() and hint.payload.isdigit():
            self._newest = max(self._newest, int(hint.payload[:18]))

    def hints(self) -> int:
        """The newest entry of the log of which the hub has told; 0 when it told of none. Never waits, never raises."""
        import psycopg

        try:
            for hint in self.connection.notifies(timeout=0):
                self._hear(hint)
        except psycopg.Error:
            return 0  # the next exchange finds out what is wrong, and says so
        return self._newest

    def rows(
        self, query: LiteralString | bytes, parameters: Sequence[Any] = (), *, width: int | None = None
    ) -> list[tuple[Any, ...]]:
        """All rows of a statement, `width` columns each when that is given. Raises SyncError kinds."""
        with self.talking() as connection:
            cursor = connection.execute(query, parameters or None)
            columns = len(cursor.description or ())
            found = cursor.fetchall() if columns else []
        if width is not None and columns != width:
            self.close()
            raise garbled()
        return found

    def value(self, query: LiteralString | bytes, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the only row. Raises SyncError kinds."""
        found = self.rows(query, parameters, width=1)
        if len(found) != 1:
            self.close()
            raise garbled()
        return found[0][0]

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside is of one moment, however long it takes. Raises SyncError kinds."""
        import psycopg

        try:
            with self.connection.transaction():
                self.rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                self.rows("SET LOCAL statement_timeout = 0")
                yield
        except psycopg.Error as error:
            raise translated(error) from None

    def copied(self, query: str, parameters: Sequence[Any], at_once: int) -> Iterator[bytes]:
        """The rows of a query in COPY's text format, so many at once; the first may take ten times the usual silence.

        Raises SyncError kinds.
        """
        from psycopg import Error

        copying = self.connection.cursor().copy(f"COPY ({query}) TO STDOUT".encode(), parameters or None)
        try:
            with self.talking(patience=10):
                copy = iter(copying.__enter__())
                block = b"".join(islice(copy, at_once))
            while block:
                yield block
                with self.talking():
                    block = b"".join(islice(copy, at_once))
            with self.talking():
                copying.__exit__(None, None, None)
        except BaseException as error:
            self.close()  # what is still to come would be in the way of every other question
            with suppress(Error):
                copying.__exit__(type(error), error, None)
            raise

    @contextmanager
    def talking(self, patience: int = 1) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """The connection, for a while that is watched: a server that falls silent is hung up on.

        `patience` is by how much longer than usual it may think.
        """
        import psycopg

        watch = threading.Timer(self._silence * patience, self.interrupt)
        watch.daemon = True
        watch.start()
        try:
            yield self.connection
        except psycopg.Error as error:
            raise translated(error) from None
        finally:
            watch.cancel()

    def interrupt(self) -> None:
        """Breaks the line from another thread: whoever waits for an answer stops waiting."""
        from psycopg import Error

        try:
            handle = os.dup(self.connection.fileno())
        except (OSError, Error):
            return  # it is closed already
        with socket.socket(fileno=handle) as line:
            line.shutdown(socket.SHUT_RDWR)

    @property
    def is_open(self) -> bool:
        """False once the line is known to be broken."""
        return not self.connection.closed and not self.connection.broken

    def close(self) -> None:
        """Hangs up."""
        self.connection.close()


def garbled() -> Unreachable:
    """What is said when an answer cannot be what the hub has sent."""
    return Unreachable("the line to the shared database is garbled", "it is tried again by itself")


def connected(dsn: str, *, silence: float = SILENCE_SECONDS) -> Link:
    """A line with the password that is kept for it, if any is needed. Raises SyncError kinds and BadInput."""
    parts = parse(dsn)
    password = os.environ.get(SECRET_VARIABLE, "")
    if "password" not in parts and not password:
        try:
            password = secret(_secret_name(parts))
        except SecretError:
            password = ""  # libpq may still find it in a passfile, or none is needed
    return Link(dsn, "" if "password" in parts else password, silence=silence)


def keep_password(dsn: str, password: str) -> None:
    """Puts the password of a connection string into the keyring. Raises SecretError where there is none."""
    keep_secret(_secret_name(parse(dsn)), password)


def forget_password(dsn: str) -> None:
    """Takes the password of a connection string out of the keyring, if there is one. Never raises."""
    forget_secret(_secret_name(parse(dsn)))


def _secret_name(parts: dict[str, str]) -> str:
    return f"sync.{parts.get('user', '')}@{parts.get('dbname', '')}"
