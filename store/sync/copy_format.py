"""Rows from PostgreSQL's COPY in text format, made inert (postgresql.org/docs, COPY, "Text Format").

A first copy reads millions of lines, so each is looked at once, and nearly all are split and nothing else.
"""

from __future__ import annotations

import re

from store.sync.link import garbled
from store.text.inert import inert, suspect_lines

Row = list[str]

_BACKSLASH = "\0"
"""Stands for an escaped backslash while the other escapes are read: no text of PostgreSQL holds it."""

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def rows_of(block: bytes) -> list[Row]:
    """The rows of a block of whole lines. Raises Unreachable when it is no text."""
    if b"\0" in block:
        raise garbled()
    try:
        text = block.replace(b"\\\\", b"\0").decode()
    except UnicodeDecodeError:
        raise garbled() from None
    suspects = suspect_lines(block)
    lines = text.split("\n")
    lines.pop()
    if not suspects:
        return [_fields(line) for line in lines]
    return [_inert(line) if number in suspects else _fields(line) for number, line in enumerate(lines)]


def _fields(line: str) -> Row:
    if "\\" in line:
        line = line.replace("\\n", "\n")
        if "\\" in line:
            return _inert(line)
    if _BACKSLASH in line:
        line = line.replace(_BACKSLASH, "\\")
    return line.split("\t")


def _inert(line: str) -> Row:
    return [inert(_unescaped(field)) for field in line.split("\t")]


def _unescaped(text: str) -> str:
    text = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)
    return text.replace(_BACKSLASH, "\\")
