"""The quotes of an HTML mail, found by the marks that mail programs leave and, beyond those, by the rules for text.

The page is read as lines, in which blockquotes and known quote containers get `>` (so answers between them stay apart),
these lines are folded like those of a text mail, and what was folded is taken out of the markup. How to combine it:

    body = to_text(source)                     # all of it, kept
    folds = folds_of_html(source, body)        # offsets into that body
    reading = new_text(body, folds)
    kept, quoted = strip_html_quotes(source)   # only where the markup itself is to be shown
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from store.channels.mail.new_text.folding import Fold, decide, folds, new_text
from store.channels.mail.new_text.html_page import Page, read

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_AHEAD = 60  # words that a converter may leave out, or put in, at one place
_FOUND_AGAIN = 0.7  # share of the words that must be found for a body to belong to a page
_WORDS = re.compile(r"[^\W_]+")


def strip_html_quotes(html: str) -> tuple[str, str]:
    """The markup of what the author wrote this time, and the markup of all else (empty when there is nothing else).

    Nothing is lost: each text and image is in one of the two. A mail that is all quote comes back whole.
    """
    root, page = read(html)
    found = _folds(page)
    other, other_page = read(html) if found else (None, page)
    if root is None or other is None:
        return html, ""
    _remove(root, page, found, folded=True)
    _remove(other, other_page, found, folded=False)
    return root.html or "", other.html or ""


def folds_of_html(html: str, body: str) -> tuple[Fold, ...]:
    """The folds of `body`, the text made from `html` by any converter that keeps words and their order.

    Words of the page are found again in the body in turn; a line is folded from where all its words are folded in the
    page. Where too few are found, or the page is too large to be read, the body is judged as text. A page that is nothing
    but quotes is shown whole.
    """
    root, page = read(html)
    if root is None:
        return folds(body)
    marks = _folds(page)
    made = _Ranges(page.made)
    words = [match for match in _WORDS.finditer(page.text()) if not made.holds(match.start())]
    lines = _aligned(words, body)
    if lines is None:
        return folds(body)
    wanted = _Ranges([(fold.start, fold.end) for fold in marks])
    stretches = [_stretch(line, [wanted.index(at) for _, at in line.words], marks) for line in lines]
    _spread(stretches, lines, body)
    found: list[Fold] = []
    for fold in stretches:
        if fold and found and found[-1].end == fold.start and found[-1].kind == fold.kind:
            found[-1] = Fold(found[-1].start, fold.end, fold.kind)
        elif fold:
            found.append(fold)
    for judged in (tuple(found), folds(body)):
        if new_text(body, judged):
            return judged
    return ()


@dataclass(frozen=True, slots=True)
class _BodyLine:
    """A line of the body, and of each word found again its offset there and in the page."""

    start: int
    end: int
    words: list[tuple[int, int]]


def _aligned(words: Sequence[re.Match[str]], body: str) -> list[_BodyLine] | None:
    """The lines of `body` with their words; None when too few words are found again."""
    lines: list[_BodyLine] = []
    at = matched = seen = start = 0
    while start < len(body):
        end = body.find("\n", start) + 1 or len(body)
        origins = []
        for word in _WORDS.finditer(body, start, end):
            seen += 1
            ahead = next((i for i in range(at, min(at + _AHEAD, len(words))) if words[i][0] == word[0]), -1)
            if ahead >= 0:
                origins.append((word.start(), words[ahead].start()))
                at, matched = ahead + 1, matched + 1
        lines.append(_BodyLine(start, end, origins))
        start = end
    return lines if matched >= _FOUND_AGAIN * min(len(words), seen) else None


def _stretch(line: _BodyLine, inside: Sequence[int], marks: Sequence[Fold]) -> Fold | None:
    """What to fold of a line: all of it, or its end when the author's words come first."""
    kept = len(inside) - next((i for i, fold in enumerate(reversed(inside)) if fold < 0), len(inside))
    if kept == len(inside):
        return None
    start = line.words[kept][0] if kept else line.start
    return Fold(start, line.end, marks[inside[-1]].kind)


def _spread(stretches: list[Fold | None], lines: Sequence[_BodyLine], body: str) -> None:
    """Lines without a word of the page (rules, `>`, blank ones) go with the folded line above or below them."""
    count = len(lines)
    for order, step in ((range(1, count), -1), (range(count - 2, -1, -1), 1)):
        for at in order:
            line, near = lines[at], stretches[at + step]
            drawn = body[line.start : line.end].strip()
            if near and not stretches[at] and not line.words and (drawn or step < 0):
                stretches[at] = Fold(line.start, line.end, near.kind)


class _Ranges:
    """Sorted, disjoint ranges, asked with offsets that only grow."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def index(self, at: int) -> int:
        """Which range holds `at`, or -1."""
        index = bisect_right(self._starts, at) - 1
        return index if index >= 0 and at < self._ends[index] else -1

    def holds(self, at: int) -> bool:
        return self.index(at) >= 0

    def rest(self, start: int, text: str) -> str:
        """`text`, which begins at `start`, without what lies in a range."""
        end = start + len(text)
        kept = []
        at = start
        index = max(bisect_right(self._starts, start) - 1, 0)
        while index < len(self._starts) and self._starts[index] < end:
            kept.append(text[at - start : max(self._starts[index] - start, at - start)])
            at = max(at, min(self._ends[index], end))
            index += 1
        return "".join([*kept, text[at - start :]])


def _folds(page: Page) -> tuple[Fold, ...]:
    """What to fold of the page, signatures judged by their containers where there are words besides."""
    unsigned = page.unsigned()
    found = decide(unsigned, from_markup=True)
    said = (line for line in new_text(unsigned, found).split("\n") if line.strip())
    if page.signed and all(line.startswith(">") for line in said):
        return decide(page.text(), from_markup=True)  # the answer was typed into the signature
    taken = _Ranges([(fold.start, fold.end) for fold in found])
    signed = [
        Fold(start, end, "signature")
        for start, end in page.signed
        if start < end and not any(taken.holds(at) for at in (start, end - 1))
    ]
    return tuple(sorted([*found, *signed], key=lambda fold: fold.start))


def _remove(root: LexborNode, page: Page, found: Sequence[Fold], *, folded: bool) -> None:
    """Take out of the markup what is folded (or all else), and the elements that this leaves empty."""
    ranges = [(fold.start, fold.end) for fold in found]
    if not folded:
        edges = [0, *(edge for pair in ranges for edge in pair), page.size + 1]
        ranges = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
    gone = _Ranges(ranges)
    emptied: dict[int, tuple[int, LexborNode]] = {}
    for _, group in groupby(page.pieces, key=lambda piece: piece.node.mem_id):
        pieces = list(group)
        node, level = pieces[0].node, pieces[0].level
        kept = [gone.rest(piece.start, piece.text) for piece in pieces]
        if not pieces[0].text:
            remove = gone.holds(pieces[0].start)
        elif kept == [piece.text for piece in pieces]:
            continue
        else:
            remove = not any(part.strip() for part in kept)
        if remove:
            if node.parent is not None:
                emptied[node.parent.mem_id] = (level - 1, node.parent)
            node.decompose()
        elif pieces[0].text:
            node.replace_with("\n".join(part for part in kept if part))
    _prune(emptied)


def _prune(emptied: dict[int, tuple[int, LexborNode]]) -> None:
    """Remove elements without text or elements, deepest first, then those that this empties."""
    levels: dict[int, dict[int, LexborNode]] = {}
    for key, (level, element) in emptied.items():
        levels.setdefault(level, {})[key] = element
    for level in range(max(levels, default=0), 0, -1):
        for element in levels.get(level, {}).values():
            filled = any(
                child.tag not in ("-text", "br") or (child.text_content or "").strip()
                for child in element.iter(include_text=True)
            )
            if not filled and element.parent is not None:
                levels.setdefault(level - 1, {})[element.parent.mem_id] = element.parent
                element.decompose()
