"""Which line of a TOML file says what: the standard reader keeps no line numbers, and people need them.

The trick is that each statement of a valid document is a valid document of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
"""Where a value stands: the names of tables and keys, and positions in arrays."""

_CLOSERS = ('"""', "'''", "]", "}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A table header or a `key = value`: its lines (0-based, end excluded), where it stands, what it says."""

    start: int
    end: int
    path: Path
    is_header: bool
    value: Any


def statements(lines: Sequence[str]) -> Iterator[Statement]:
    """The statements of a valid TOML document, in order."""
    table: Path = ()
    counts: dict[Path, int] = {}
    for start, end, parsed in _pieces(lines):
        keys, value = _unfold(parsed)
        if lines[start].lstrip().startswith("["):
            table = _numbered(keys, counts, is_entry=isinstance(value, list))
            yield Statement(start, end, table, True, None)
        else:
            yield Statement(start, end, table + keys, False, value)


def line_of(text: str, path: Path) -> int:
    """The line (from 1) that says `path` in a valid document, or the nearest table around it, else 1."""
    found: dict[Path, int] = {(): 0}
    for statement in statements(text.split("\n")):
        for at in _paths(statement.path, statement.value):
            found.setdefault(at, statement.start)
    while path not in found:
        path = path[:-1]
    return found[path] + 1


def _pieces(lines: Sequence[str]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    start = 0
    while start < len(lines):
        if not (first := lines[start].strip()) or first.startswith("#"):
            start += 1
            continue
        end, parsed = _complete(lines, start)
        yield start, end, parsed
        start = end


def _complete(lines: Sequence[str], start: int) -> tuple[int, dict[str, Any]]:
    """The end of the statement that begins at `start`: a value of many lines ends where something closes."""
    for end in range(start + 1, len(lines) + 1):
        if end == start + 1 or any(closer in lines[end - 1] for closer in _CLOSERS):
            try:
                return end, tomllib.loads("\n".join(lines[start:end]))
            except tomllib.TOMLDecodeError:
                continue
    raise ValueError("not a valid TOML document")


def _unfold(parsed: dict[str, Any]) -> tuple[Path, Any]:
    """The keys on the way to the value of a statement; an inline table of one key unfolds too, harmlessly."""
    keys: list[str] = []
    value: Any = parsed
    while isinstance(value, dict) and len(value) == 1:
        ((key, value),) = value.items()
        keys.append(key)
    return tuple(keys), value


def _numbered(keys: Path, counts: dict[Path, int], *, is_entry: bool) -> Path:
    """The path of a header, each array of tables on its way followed by the position of its present entry."""
    path: Path = ()
    for position, key in enumerate(keys):
        path += (key,)
        if is_entry and position == len(keys) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


def _paths(path: Path, value: Any) -> Iterator[Path]:
    """`path`, all that lies above it, and all that an inline value holds."""
    for length in range(1, len(path) + 1):
        yield path[:length]
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from _paths((*path, key), each)
