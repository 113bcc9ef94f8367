"""`helpterm doctor --report`: what to paste into a bug report. Whoever reads it learns of versions and faults, not of people."""

from __future__ import annotations

import getpass
import os
import platform
import re
import socket
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from store import paths
from store.checks import Check
from store.config import Config
from store.database.file import SQLITE_VERSION
from tui.cli.terminal_checks import name_of_terminal

LAST_LINES = 60
"""Lines of the log that the report ends with."""

_LIBRARIES = ("helpterm", "textual", "rich", "sqlite-utils", "psycopg", "IMAPClient", "keyring")
_SECRET_SHAPES = (
    (re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE), "<address of a server>"),
    (re.compile(r"[^\s<>@:,;\"'()]+@[^\s<>@,;\"'()]+"), "<mail address>"),
)

_SERVER = re.compile(r'"[^"]*"|[\w-]+(?:[.:][\w-]+)+|/\S+')
"""What servers answer quotes names, and tells addresses, ports and sockets."""


def report(checks: Iterable[Check], config: Config, agent: str) -> str:
    """The whole report; names, addresses, servers and folders of this machine are replaced."""
    return without_secrets("\n".join(_lines(checks)), _private_words(config, agent))


def without_secrets(text: str, private: Iterable[tuple[str, str]]) -> str:
    """`text` with everything of the shape of an address, and every private word, replaced by what it is."""
    for word, what in sorted(private, key=lambda each: -len(each[0])):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", what, text)
    for shape, what in _SECRET_SHAPES:
        text = shape.sub(what, text)
    return text


def _lines(checks: Iterable[Check]) -> Iterator[str]:
    yield "```"
    yield ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    yield f"Python {platform.python_version()}, SQLite {SQLITE_VERSION}, {platform.system()} {platform.machine()}"
    yield f"terminal {name_of_terminal(os.environ)}, TERM={os.environ.get('TERM', '')}"
    for check in checks:
        is_remote = check.name == "shared" or " " in check.name
        detail = _SERVER.sub("<server>", check.detail) if is_remote else check.detail
        yield f"{'ok ' if check.ok else 'NO '} {check.name}: {detail}"
    yield from _end_of_log(paths.log_path())
    yield "```"


def _end_of_log(path: Path) -> Iterator[str]:
    if not path.is_file():
        yield "log: empty"
        return
    yield "log:"
    yield from path.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]


def _private_words(config: Config, agent: str) -> Iterator[tuple[str, str]]:
    home = str(Path.home())
    yield home, "~"
    for word, what in (
        (agent, "<agent>"),
        (_login(), "<login>"),
        (socket.gethostname(), "<host>"),
        *((word, "<mailbox>") for mailbox in config.mailboxes for word in _words(mailbox)),
    ):
        if len(word) > 2:
            yield word, what


def _words(settings: object) -> Iterator[str]:
    """The free text in a table of the configuration, nested tables included."""
    if is_dataclass(settings):
        for field in fields(settings):
            if field.name not in ("tls", "auth"):
                yield from _words(getattr(settings, field.name))
    elif isinstance(settings, str):
        yield settings


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not here"
