"""Breaking text into lines of so many cells: at blanks where there are some, inside words where there are none."""

from __future__ import annotations

from collections.abc import Iterator

from tui.formatting.cells import head, width

_DEEPEST = 24
"""Cells of indentation that a continued line keeps at most."""


def wrapped(text: str, cells: int) -> Iterator[str]:
    """The lines of `text`, none wider than `cells`; a line that is broken goes on under its own indentation."""
    for line in text.split("\n"):
        line = line.expandtabs(4).rstrip()
        if width(line) <= cells:
            yield line
        else:
            yield from _broken(line, cells)


def _broken(line: str, cells: int) -> Iterator[str]:
    body = line.lstrip(" ")
    indent = " " * min(len(line) - len(body), _DEEPEST, cells // 2)
    room = cells - len(indent)
    current, used = "", 0
    for word in body.split(" "):
        size = width(word)
        if current and used + 1 + size <= room:
            current, used = f"{current} {word}", used + 1 + size
            continue
        if current:
            yield indent + current
        while size > room:
            part = head(word, room) or word[:1]
            yield indent + part
            word = word[len(part) :]
            size = width(word)
        current, used = word, size
    if current:
        yield indent + current
