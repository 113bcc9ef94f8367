"""Settings that a team has in common: promises, strictness, plans. They lie in the store, travel, and go before the file's.

What belongs to one machine or one person stays in the file: mailboxes, keys, looks, who works here, where the database is.
"""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store.config import Config
from store.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from store.desk.desk import Desk
    from store.desk.transaction import Transaction

ENTITY = "setting"
SECTIONS = ("desk", "mail", "policy", "targets", "service", "shift", "tier")
"""The tables of the configuration that can be shared."""

_FIELDS = {"tier": "tiers"}
_OWN = {"desk": ("undo_send_seconds",), "shift": ("zone", "departments")}
"""Keys that stay everybody's own."""

_PREFIX = "setting."


def shared(connection: sqlite3.Connection) -> dict[str, str]:
    """What the team has in common: sections and their text, as TOML."""
    rows = connection.execute(
        "SELECT key, value FROM meta WHERE key > 'setting.' AND key < 'setting/' ORDER BY key"
    )
    return {key.removeprefix(_PREFIX): value for key, value in rows}


def share(desk: Desk, text: str, source: str) -> list[str]:
    """Shares the sections that the configuration `text` has, in place of those shared before; returns which have changed.

    Raises ConfigError.
    """
    from store.config.reading import parse
    from store.config.writing import toml, toml_key

    parse(text, source)
    said: Mapping[str, Any] = tomllib.loads(text)
    new = {}
    for section in SECTIONS:
        value = said.get(section)
        if isinstance(value, dict):
            value = {key: each for key, each in value.items() if key not in _OWN.get(section, ())}
        if value:
            new[section] = f"{toml_key(section)} = {toml(value)}"

    def job(tx: Transaction) -> list[str]:
        before = shared(tx.connection)
        changed = [section for section in new if new[section] != before.get(section)]
        for section in changed:
            _put(tx, section, new[section], before.get(section))
        return changed

    found = desk.change(job)
    desk.keep_due_times()
    return found


def unshare(desk: Desk, section: str) -> None:
    """Lets every machine's own file speak again about a section. Raises NotFound."""

    def job(tx: Transaction) -> None:
        before = shared(tx.connection)
        if not before.get(section):
            raise NotFound(f"{section!r} is not shared", "`helpterm sync settings` lists what is")
        _put(tx, section, "", before[section])

    desk.change(job)
    desk.keep_due_times()


def _put(tx: Transaction, section: str, text: str, before: str | None) -> None:
    keep(tx.connection, section, text)
    tx.record(
        "put", ENTITY, section, value={"text": text}, previous=None if before is None else {"text": before}
    )


def keep(connection: sqlite3.Connection, section: str, text: str | None) -> None:
    """Writes what is shared about a section; empty: nothing any more, None: it never was."""
    if text is None:
        connection.execute("DELETE FROM meta WHERE key = ?", (_PREFIX + section,))
    else:
        connection.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_PREFIX + section, text)
        )


def laid_over(own: Config, sections: Mapping[str, str]) -> Config:
    """A machine's configuration with what the team has in common. What cannot be read (a newer helpterm's) is left out."""
    from store.config.reading import parse

    for section, text in sections.items():
        if section not in SECTIONS or not text:
            continue
        try:
            said, _ = parse(text, "the team's settings")
        except ConfigError:
            continue
        name = _FIELDS.get(section, section)
        kept = {key: getattr(getattr(own, name), key) for key in _OWN.get(section, ())}
        value = getattr(said, name)
        own = replace(own, **{name: replace(value, **kept) if kept else value})
    return own
