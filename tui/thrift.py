"""Fewer bytes for the same picture: remembers what the terminal shows and sends only cells that become different.

Knows three things of what is written: moves of the cursor, styles and letters. Everything else passes as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

_PART = re.compile(
    r"\x1b\[(\d*);?(\d*)H|\x1b\[([\d;:]*)m|(\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[^A-Za-z]*[A-Za-z]|\x1b.)|([^\x1b]+)"
)
_JOINED = 6
"""Unchanged cells between two changed ones that are sent again, because a move of the cursor is no shorter."""

_Cell = tuple[str, str]
"""A letter with its style; the second cell of a wide letter is empty."""

_BLANK: _Cell = (" ", "")


class Thrift:
    """What one terminal shows, as far as it is known."""

    def __init__(self) -> None:
        self._shown: dict[int, dict[int, _Cell]] = {}
        self._x = self._y = 0
        self._style = ""

    def forget(self) -> None:
        """Nothing is known any more: somebody else drew, or the size changed."""
        self._shown.clear()

    def lean(self, data: str, width: int) -> str:
        """What is to be sent in place of `data` to a terminal `width` cells wide."""
        out: list[str] = []
        changed: dict[int, dict[int, _Cell]] = {}
        moved = False
        for match in _PART.finditer(data):
            line, column, style, other, text = match.groups()
            if text is not None:
                self._put(text, changed)
            elif style is not None:
                self._style = "" if style in ("", "0") else self._style + f"\x1b[{style}m"
            elif other is not None:
                out += self._sent(changed, width)
                out.append(other)
            else:
                self._x, self._y, moved = int(column or 1) - 1, int(line or 1) - 1, True
        drawn = list(self._sent(changed, width))
        if moved and (drawn or not out):
            drawn.append(_move(self._x, self._y))
        end = len(out) - 1 if out and out[-1] == "\x1b[?2026l" else len(out)
        return "".join([*out[:end], *drawn, *out[end:]])

    def _put(self, text: str, changed: dict[int, dict[int, _Cell]]) -> None:
        for letter in text:
            if letter == "\r":
                self._x = 0
            elif letter == "\n":
                self._x, self._y = 0, self._y + 1
            else:
                row = changed.setdefault(self._y, {})
                size = cell_len(letter)
                if not size:
                    before = next((x for x in (self._x - 1, self._x - 2) if row.get(x, ("", ""))[0]), None)
                    if before is not None:
                        row[before] = (row[before][0] + letter, row[before][1])
                    continue
                self._spoil(row, self._x, self._x + size)
                row[self._x] = (letter, self._style)
                if size == 2:
                    row[self._x + 1] = ("", self._style)
                self._x += size

    def _spoil(self, row: dict[int, _Cell], first: int, after: int) -> None:
        """A wide letter of which cells from `first` to before `after` cover one half leaves a blank in the other."""
        shown = self._shown.get(self._y, {})
        for half, blank in ((first, first - 1), (after, after)):
            if row.get(half, shown.get(half, _BLANK))[0] == "":
                row[blank] = _BLANK

    def _sent(self, changed: dict[int, dict[int, _Cell]], width: int) -> Iterator[str]:
        """The changed cells as output; what is known is brought up to date."""
        for y, row in sorted(changed.items()):
            shown = self._shown.setdefault(y, {})
            differ = sorted(x for x, cell in row.items() if shown.get(x) != cell)
            shown |= row
            end = _end(shown, width)
            yield from (
                _drawn(y, first, last, shown) for first, last in _runs([x for x in differ if x < end], shown)
            )
            if any(x >= end for x in differ):
                yield f"{_move(end, y)}\x1b[K"
        changed.clear()


def _end(shown: dict[int, _Cell], width: int) -> int:
    """The column from which on a line is known to be blank."""
    end = width
    while end and shown.get(end - 1) == _BLANK:
        end -= 1
    return end


def _runs(columns: list[int], shown: dict[int, _Cell]) -> Iterator[tuple[int, int]]:
    """Neighbouring columns, first and last, those with little between them as one; none begins within a wide letter."""
    run: list[int] = []
    for column in columns:
        if run and column - run[-1] > _JOINED:
            yield run[0], run[-1]
            run = []
        while not run and column and shown[column][0] == "":
            column -= 1
        run.append(column)
    if run:
        yield run[0], run[-1]


def _drawn(y: int, first: int, last: int, shown: dict[int, _Cell]) -> str:
    out, style = [_move(first, y)], ""
    for x in range(first, last + 1):
        letter, wanted = shown[x]
        if wanted != style:
            out.append(("\x1b[0m" if style else "") + wanted)
            style = wanted
        out.append(letter)
    return "".join(out) + ("\x1b[0m" if style else "")


def _move(x: int, y: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H"
