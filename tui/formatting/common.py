"""What two texts have in common: runs of words that stand in both, told apart line by line."""

from __future__ import annotations

import re

from store.text.fold import fold
from tui.formatting.cells import Piece, isolated, width
from tui.formatting.wrapping import wrapped

RUN = 4
"""Words in a row that must be the same to count as common."""

MOST_WORDS = 4_000
"""Words of each text that are compared."""

_WORD = re.compile(r"[^\W_]+")


def in_common(text: str, other: str, cells: int) -> list[list[Piece]]:
    """`text` in lines; those of its words that stand in a run also found in `other` are strong, their lines marked `=`."""
    runs = {tuple(run) for run in _runs([fold(word[0]) for word in _words(other)])}
    common = _covered(text, runs)
    lines: list[list[Piece]] = []
    at = 0
    for line in wrapped(text, max(cells - 4, 8)):
        at = _found_at(text, line, at)
        pieces = list(_pieces(line, at, common))
        mark = "= " if any(role == "strong" for _, role in pieces) else "  "
        lines.append([(f" {mark}", "late"), *pieces])
        at += len(line.strip())
    return lines


def _words(text: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if len(found) == MOST_WORDS:
            break
        found.append(match)
    return found


def _runs(words: list[str]) -> list[list[str]]:
    return [words[start : start + RUN] for start in range(len(words) - RUN + 1)]


def _covered(text: str, runs: set[tuple[str, ...]]) -> list[tuple[int, int]]:
    """The stretches of `text` that lie in common runs, in order, those that meet made one."""
    words = _words(text)
    folded = [fold(word[0]) for word in words]
    spans: list[tuple[int, int]] = []
    for start in range(len(words) - RUN + 1):
        if tuple(folded[start : start + RUN]) in runs:
            first, last = words[start].start(), words[start + RUN - 1].end()
            if spans and first <= spans[-1][1]:
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
    return spans


def _found_at(text: str, line: str, at: int) -> int:
    """Where the words of a wrapped line stand in the text; tabs and trailing blanks may have gone."""
    start = text.find(line.strip(), at)
    return start if start >= 0 else at


def _pieces(line: str, at: int, common: list[tuple[int, int]]) -> list[Piece]:
    indent = len(line) - len(line.lstrip())
    pieces: list[Piece] = [(line[:indent], "text")] if indent else []
    body = line.strip()
    here = 0
    for start, end in common:
        first, last = max(start - at, 0), min(end - at, len(body))
        if first < last and first >= here:
            if first > here:
                pieces.append((isolated(body[here:first]), "text"))
            pieces.append((isolated(body[first:last]), "strong"))
            here = last
    if here < len(body):
        pieces.append((isolated(body[here:]), "text"))
    return [piece for piece in pieces if width(piece[0])]
