"""What the gate says about stretches of a reply, kept in step with the text while it is typed. Pure; draws nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from store.model import Review, Severity

MAX_MARKS = 2_000
"""Marks that are kept for one reply; later ones are left out, so that a key stroke stays cheap."""


class Tone(StrEnum):
    """What a mark says: a finding that stops or warns, or a sentence that was written before."""

    BLOCK = "block"
    WARN = "warn"
    OLD = "old"
    STOCK = "stock"


SIGNS = {Tone.BLOCK: "✗", Tone.WARN: "!", Tone.OLD: "=", Tone.STOCK: "~"}
"""The sign of a tone, beside the line and in the legend; the gravest tone of a line comes first here."""

_GRAVITY = {tone: rank for rank, tone in enumerate(SIGNS)}
_SEVERE = {Severity.BLOCK: Tone.BLOCK, Severity.WARN: Tone.WARN}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text, in code points, and what it is."""

    start: int
    end: int
    tone: Tone


Row = tuple[int, int, Tone]
"""A mark's part in one line: first and last column (exclusive), tone."""


def marks_of(review: Review) -> tuple[Mark, ...]:
    """The marks of a review: its sentences that were written before, and the spans of its findings.

    The finding about canned text points at those very sentences and adds no mark of its own.
    """
    return tuple(sorted(_marks(review), key=lambda mark: (mark.start, mark.end))[:MAX_MARKS])


def _marks(review: Review) -> Iterator[Mark]:
    for start, end, label, _ in review.canned.sentences:
        if label in (Tone.OLD, Tone.STOCK):
            yield Mark(start, end, Tone(label))
    for finding in review.findings:
        if finding.severity in _SEVERE and not finding.rule.startswith("canned."):
            yield from (Mark(start, end, _SEVERE[finding.severity]) for start, end in finding.spans)


def shifted(marks: Iterable[Mark], at: int, removed: int, added: int) -> tuple[Mark, ...]:
    """The marks after `removed` characters at `at` gave way to `added` ones; a mark that loses all its text goes."""
    change = added - removed
    kept: list[Mark] = []
    for mark in marks:
        if mark.end <= at:
            kept.append(mark)
        elif mark.start >= at + removed:
            kept.append(replace(mark, start=mark.start + change, end=mark.end + change))
        else:
            start = min(mark.start, at) if mark.start < at else at + added
            end = mark.end + change if mark.end > at + removed else at
            if end > start:
                kept.append(replace(mark, start=start, end=end))
    return tuple(kept)


def by_row(marks: Iterable[Mark], lines: Sequence[str]) -> dict[int, list[Row]]:
    """The marks cut at line ends: line number → its parts. Lines are those of the text, without their line ends."""
    starts: list[int] = []
    position = 0
    for line in lines:
        starts.append(position)
        position += len(line) + 1
    rows: dict[int, list[Row]] = {}
    for mark in marks:
        row = max(0, bisect_right(starts, mark.start) - 1)
        while row < len(lines) and starts[row] < mark.end:
            first = max(0, mark.start - starts[row])
            last = min(len(lines[row]), mark.end - starts[row])
            if first < last:
                rows.setdefault(row, []).append((first, last, mark.tone))
            row += 1
    return rows


def gravest(parts: Iterable[Row]) -> Tone | None:
    """The tone whose sign stands beside a line."""
    return min((tone for _, _, tone in parts), key=_GRAVITY.__getitem__, default=None)


def offset_of(lines: Sequence[str], location: tuple[int, int]) -> int:
    """The position in the text of a (line, column)."""
    row, column = location
    return sum(len(line) + 1 for line in lines[:row]) + column


def location_of(lines: Sequence[str], offset: int) -> tuple[int, int]:
    """The (line, column) of a position in the text; beyond the end it is the end."""
    left = max(0, offset)
    for row, line in enumerate(lines):
        if left <= len(line):
            return row, left
        left -= len(line) + 1
    return len(lines) - 1, len(lines[-1])
