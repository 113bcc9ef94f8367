"""Where sentences begin and end in plain text of a reply, in five languages; blind to case, so folded text splits alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

WRAPPED_FROM = 45
"""A line at least this long, without an end mark, goes on in the next one; a shorter one was broken on purpose."""

_ABBREVIATIONS = frozenset(
    """
    e.g i.e eg ie mr mrs ms dr prof sr jr vs approx dept inc ltd corp resp incl excl
    z.b d.h u.a o.a s.o s.u z.t i.d.r bzw ca evtl ggf inkl exkl vgl sog zzgl bspw mio mrd hr ggfs u.u v.a m.e
    p.ex c.a.d m mm mme mlle mgr ste cf env p.s
    sra srta dra ud uds vd vds p.ej ee.uu
    vb orn örn sn doc doç yrd bkz cad sok mah
    """.split()  # noqa: SIM905
)
_BEFORE_NUMBERS = frozenset(
    "no nr n fig abb art abs p pp s vol num núm pag pág tel v ver sec kap bl sf".split()  # noqa: SIM905
)
"""Abbreviations only when a number follows: `no. 5`, `S. 12`."""

_LIST_ITEM = re.compile(r"[ \t]*(?:[-*•‣–+]|\d{1,2}[.)]|[a-z][.)])[ \t]+", re.IGNORECASE)
_FENCE = re.compile(r"[ \t]{0,3}(?:```|~~~)")
_OWN_LINE = re.compile(r"[ \t]*(?:>|#{1,6} |\||-{3,}|={3,}|_{3,})")
_END = re.compile(r"([.!?…。！？]{1,8})[\"'»”’)\]*_]{0,4}(?=\s)")
_LAST_WORD = re.compile(r"[\w.]+\Z")
_ENDED = tuple(".!?…:;。！？")
_LONGEST_WORD = 24


def sentences(text: str) -> list[Span]:
    """The sentences of `text` as spans in code points, in order, without blanks and list marks around them.

    A fenced block of code is one sentence, a list item or a heading starts a new one, a hard-wrapped line does not.
    Every character that is no blank, mark or fence lies in exactly one span. Time grows with the length of the text.
    """
    found: list[Span] = []
    for start, end, prose in _blocks(text):
        parts = _split(text, start, end) if prose else [(start, end)]
        found.extend(span for span in (_trimmed(text, *part) for part in parts) if span[0] < span[1])
    return found


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Pieces that no sentence crosses: paragraphs, list items, headings; and fenced code, with prose False."""
    opened: int | None = None
    in_fence = False
    at = 0
    for line in text.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        if _FENCE.match(line):
            if opened is not None:
                yield opened, start, not in_fence
            opened, in_fence = None, not in_fence
        elif in_fence:
            opened = start if opened is None else opened
        else:
            item = _LIST_ITEM.match(line)
            if opened is not None and (item or not line.strip() or _OWN_LINE.match(line)):
                yield opened, start, True
                opened = None
            if opened is None and line.strip():
                opened = start + (item.end() if item else 0)
            if opened is not None and not _goes_on(line):
                yield opened, end, True
                opened = None
    if opened is not None:
        yield opened, len(text), not in_fence


def _goes_on(line: str) -> bool:
    stripped = line.rstrip()
    return len(stripped) >= WRAPPED_FROM and not stripped.endswith(_ENDED)


def _split(text: str, start: int, end: int) -> Iterator[Span]:
    for mark in _END.finditer(text, start, end):
        if not _inside_a_sentence(text, start, mark, end):
            yield start, mark.end()
            start = mark.end()
    yield start, end


def _inside_a_sentence(text: str, start: int, mark: re.Match[str], end: int) -> bool:
    """True for the dot of an abbreviation, an initial or an ordinal number."""
    if mark[1] != ".":
        return False
    before = _LAST_WORD.search(text, max(start, mark.start() - _LONGEST_WORD), mark.start())
    if before is None:
        return False
    word = before[0].lower()
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return True
    if word in _BEFORE_NUMBERS:
        return text[mark.end() : end].lstrip()[:1].isdigit()
    return word.isdigit() and len(word) <= 2


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
