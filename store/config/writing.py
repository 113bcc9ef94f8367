"""Writing into the configuration: one table changes, every other line stays as the user wrote it."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store.config import lines, reading
from store.config.settings import Mailbox
from store.errors import ConfigError
from store.paths import write_atomically


def keep_settings(file: Path, table: str, values: Mapping[str, Any]) -> None:
    """Set `values` in `[table]` of the configuration `file`, which is made when missing.

    Raises ConfigError when the file or a value is not valid, or the layout is beyond this editor.
    """
    before = _text(file)
    text = before
    for key, value in values.items():
        text = _with_setting(text, table, key, toml(value))
    expected = tomllib.loads(before)
    expected.setdefault(table, {}).update({key: _plain(value) for key, value in values.items()})
    _write(file, text, expected)


def keep_agent(file: Path, agent: str) -> None:
    """Say at the top of the configuration `file` who works here; it must not say so yet. Raises as `keep_settings`."""
    before = _text(file)
    _write(file, f"agent = {toml(agent)}\n" + before, tomllib.loads(before) | {"agent": agent})


def keep_mailbox(file: Path, mailbox: Mailbox) -> None:
    """Add `mailbox` to the configuration `file`, or replace its namesake. Raises as `keep_settings`."""
    before = _text(file)
    expected = tomllib.loads(before)
    entries = expected.setdefault("mailbox", [])
    position = next((n for n, each in enumerate(entries) if _name(each) == mailbox.name), len(entries))
    values = _changed(mailbox)
    entries[position : position + 1] = [values]
    block = ["[[mailbox]]", *(f"{toml_key(key)} = {toml(value)}" for key, value in values.items())]
    _write(file, _with_block(before, position, block), expected)


def toml(value: Any) -> str:
    """A text, number, truth value, list or table as TOML on one line."""
    value = _plain(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml_key(key)} = {toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(key: str) -> str:
    """A key, in quotes where it needs them."""
    is_bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if is_bare else toml(key)


def _text(file: Path) -> str:
    """The present text, known to be a valid configuration, so that a broken one is never made worse."""
    if not file.exists():
        return ""
    text = reading.read_text(file).replace("\r\n", "\n")
    reading.parse(text, str(file))
    return text


def _with_setting(text: str, table: str, key: str, value: str) -> str:
    old = text.split("\n")
    last_of_table = None
    for each in lines.statements(old):
        if each.path == (table, key):
            written = old[each.start].partition("=")[0].rstrip()
            return "\n".join([*old[: each.start], f"{written} = {value}", *old[each.end :]])
        if each.path[:1] == (table,) and len(each.path) == (1 if each.is_header else 2):
            last_of_table = each
    line = f"{toml_key(key)} = {value}"
    if last_of_table is None:
        return _appended(text, [f"[{toml_key(table)}]", line])
    return "\n".join([*old[: last_of_table.end], line, *old[last_of_table.end :]])


def _with_block(text: str, position: int, block: list[str]) -> str:
    """`text` with the mailbox at `position` written anew, or one more at its end."""
    old = text.split("\n")
    own = [each for each in lines.statements(old) if each.path[:2] == ("mailbox", position)]
    if not own:
        return _appended(text, block)
    return "\n".join([*old[: own[0].start], *block, *old[own[-1].end :]])


def _appended(text: str, block: list[str]) -> str:
    above = text.rstrip("\n")
    return (above + "\n\n" if above else "") + "\n".join(block) + "\n"


def _write(file: Path, text: str, expected: Mapping[str, Any]) -> None:
    """Write `text` when it says exactly what is `expected` and is a valid configuration."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        written = {}
    if written != expected:
        raise ConfigError(f"{file} is laid out so that it cannot be changed from here", "edit it by hand")
    reading.parse(text, str(file))
    write_atomically(file, text)


def _changed(settings: Any) -> dict[str, Any]:
    """The fields of a dataclass that differ from their defaults, as TOML would read them back."""
    values = {}
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        if value != field.default:
            values[field.name] = _changed(value) if dataclasses.is_dataclass(value) else _plain(value)
    return values


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("name") or entry["address"])


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
