"""Connection strings as people give them: on the command line, on standard input, at a prompt. No password stays in sight."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.cli.context import narrate

if TYPE_CHECKING:
    from store.sync.link import Link


def given(dsn: str) -> str:
    """A connection string from the command line or, for `-`, from a prompt or standard input. Raises BadInput."""
    from store.sync.link import parse

    if dsn == "-":
        return (
            _asked("connection string (it is not shown)")
            if _is_somebody_there()
            else sys.stdin.readline().strip()
        )
    if "password" in parse(dsn):
        narrate(
            "helpterm: a password on the command line can be seen for a moment, and stays in the shell's history;"
            " give - and paste it next time"
        )
        _hide(dsn)
    return dsn


def opened(dsn: str, *, is_owner: bool = False) -> tuple[Link, str]:
    """The line to a database, and its connection string; a password that is needed and missing is asked for, as `psql` does.

    An owner may be an agent too, whose password is another one: libpq's own places are looked into first then.
    Raises SyncError kinds and BadInput.
    """
    from store.sync.errors import NoPassword, Unreachable
    from store.sync.link import Link, parse

    try:
        return _line_to(dsn, is_owner), dsn
    except Unreachable as error:
        raise type(error)(
            error.message, "look at the connection string and the network, then try again"
        ) from None
    except NoPassword:
        if "password" in parse(dsn) or not _is_somebody_there():
            raise
    from psycopg.conninfo import make_conninfo

    password = _asked(f"password of {parse(dsn).get('user', 'this login')} (it is not shown)")
    return Link(dsn, password), make_conninfo(dsn, password=password)


def of_owner(dsn: str) -> Link:
    """The line of whoever runs the database, from what was given on the command line. Raises SyncError kinds and BadInput."""
    return opened(given(dsn), is_owner=True)[0]


def _line_to(dsn: str, is_owner: bool) -> Link:
    from store.sync.errors import NoPassword
    from store.sync.link import Link, connected

    if is_owner:
        with suppress(NoPassword):
            return Link(dsn)
    return connected(dsn)


def _is_somebody_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _asked(what: str) -> str:
    from getpass import getpass

    try:
        return getpass(f"{what}: ", sys.stderr).strip()
    except EOFError:
        return ""


def _hide(dsn: str) -> None:
    """Begins this program anew with `-` in the place of the connection string, which comes through a pipe: `ps` shows it no more.

    What the kernel keeps of a command line cannot be changed from Python, only replaced.
    """
    arguments = [f"{each.removesuffix(dsn)}-" if each.endswith(dsn) else each for each in sys.orig_argv[1:]]
    if os.name != "posix" or arguments == sys.orig_argv[1:]:
        return
    source, target = os.pipe()
    os.write(target, f"{dsn}\n".encode())
    os.close(target)
    os.dup2(source, 0)
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *arguments])
