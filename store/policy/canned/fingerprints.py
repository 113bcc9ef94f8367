"""Fingerprints of sentences: winnowed hashes of three words in a row, and a byte for each word to compare replies by.

Winnowing as in Schleimer, Wilkerson, Aiken, "Winnowing: local algorithms for document fingerprinting" (2003): of each
`WINDOW` grams in a row the one with the smallest hash is kept. Done sentence by sentence, so that order does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

from store.policy.canned.words import Word

GRAM = 3
WINDOW = 6
RUN = 4
"""Words in a row that must be the same in two replies to count as taken over."""

GAP = 4
"""Most words between two such runs that count as a changed slot or a slip of the pen."""

OPENING = 4

BREAK = 0
"""The byte between two sentences."""


def grams(words: Sequence[Word]) -> list[int]:
    """The hash of each `GRAM` words in a row, 32 bits with sign; one hash for a shorter sentence."""
    texts = [word.text for word in words]
    if len(texts) < GRAM:
        texts.append("")
        return [crc32(" ".join(texts).encode()) - 2**31]
    return [crc32(" ".join(texts[i : i + GRAM]).encode()) - 2**31 for i in range(len(texts) - GRAM + 1)]


def winnowed(hashes: Sequence[int]) -> set[int]:
    """The hashes that stand for a sentence in the index: about one in three, at least one."""
    if len(hashes) <= WINDOW:
        return {min(hashes)} if hashes else set()
    return {min(hashes[i : i + WINDOW]) for i in range(len(hashes) - WINDOW + 1)}


def packed(sentences: Iterable[Sequence[Word]]) -> bytes:
    """One byte a word, `BREAK` before, between and behind sentences."""
    row = bytearray((BREAK,))
    for words in sentences:
        row.extend(crc32(word.text.encode()) % 255 + 1 for word in words)
        row.append(BREAK)
    return bytes(row)


def covered(row: bytes, other: bytes) -> bytearray:
    """Marks each word of one packed sentence (without breaks) that `other`, a packed reply, has in the same order."""
    marks = bytearray(len(row))
    if len(row) < RUN:
        if bytes((BREAK,)) + row + bytes((BREAK,)) in other:
            marks[:] = b"\1" * len(row)
        return marks
    last = -1
    for i in range(len(row) - RUN + 1):
        if row[i : i + RUN] in other:
            start = i if last < 0 or i - last > GAP else last
            marks[start : i + RUN] = b"\1" * (i + RUN - start)
            last = i + RUN
    return marks


def contained(other: bytes, row: bytes) -> tuple[int, int]:
    """How many words of the packed reply `other` stand in the packed reply `row`, and how many it has.

    The first `OPENING` words of each sentence come free: short sentences and openings are everybody's.
    """
    found = total = 0
    for sentence in other.split(bytes((BREAK,))):
        found += max(0, sum(covered(sentence, row)) - OPENING)
        total += max(0, len(sentence) - OPENING)
    return found, total
