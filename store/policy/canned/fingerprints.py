"""Fingerprints of sentences: winnowed hashes of three words in a row, and a byte for each word to compare replies by.

Winnowing as in Schleimer, Wilkerson, Aiken, "Winnowing: local algorithms for document fingerprinting" (2003): of each
`WINDOW` grams in a row the one with the smallest hash is kept. Done sentence by sentence, so that order does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

from store.policy.canned.words import Word

STEM = 4
"""Letters of a word that are compared: endings and slips behind them make no difference."""

GRAM = 3
WINDOW = 6
RUN = 4
"""Words in a row that must be the same in two replies to count as taken over."""

GAP = 4
"""Most words between two such runs that count as a changed slot or a slip of the pen."""

OPENING = 4
"""Words of each sentence that do not count when replies are compared as a whole."""

BREAK = 0
"""The byte between two sentences."""


def grams(words: Sequence[Word]) -> list[int]:
    """The hash of each `GRAM` words in a row, 32 bits with sign; one hash for a shorter sentence."""
    texts = [word.text[:STEM] for word in words]
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
        row.extend(crc32(word.text[:STEM].encode()) % 255 + 1 for word in words)
        row.append(BREAK)
    return bytes(row)


class Row:
    """A packed reply with the place of each run of `RUN` words in it; a shorter sentence is one run."""

    __slots__ = ("runs", "words")

    def __init__(self, words: bytes) -> None:
        self.words = words
        self.runs: dict[bytes, list[int]] = {}
        at = 1
        for sentence in words[1:-1].split(bytes((BREAK,))):
            for i in range(max(1, len(sentence) - RUN + 1)):
                self.runs.setdefault(sentence[i : i + RUN], []).append(at + i)
            at += len(sentence) + 1
        self.runs.pop(b"", None)

    def marked(self, runs: Iterable[bytes]) -> bytearray:
        """A mark for each word (and break) that lies in one of `runs`, or in a gap of up to `GAP` words between two."""
        marks = bytearray(len(self.words))
        last = 0
        for start, length in sorted((at, len(run)) for run in runs for at in self.runs[run]):
            if last < start <= last + GAP and BREAK not in self.words[last:start]:
                marks[last:start] = b"\1" * (start - last)
            last = max(last, start + length)
            marks[start : start + length] = b"\1" * length
        return marks

    def cut(self, marks: bytearray) -> list[bytearray]:
        """`marks` cut at the breaks: one piece for each sentence."""
        pieces, start = [], 1
        for at in range(1, len(self.words)):
            if self.words[at] == BREAK:
                pieces.append(marks[start:at])
                start = at + 1
        return pieces

    def sentences(self) -> list[bytes]:
        """The packed words of each sentence."""
        return self.words[1:-1].split(bytes((BREAK,)))


class Alignment:
    """Finds sentences that are the same but for slips of the pen, by the words they share in the same order.

    The longest common subsequence in bit-parallel form: Hyyrö, "Bit-parallel LCS-length computation revisited" (2004).
    """

    def __init__(self, sentence: bytes) -> None:
        self._length = len(sentence)
        self._places: dict[int, int] = {}
        for at, word in enumerate(sentence):
            self._places[word] = self._places.get(word, 0) | 1 << at

    def share(self, other: bytes) -> float:
        """The share of this sentence's words that `other` has in the same order, 0 to 1."""
        everything = (1 << self._length) - 1
        open_places = everything
        for word in other:
            here = open_places & self._places.get(word, 0)
            open_places = (open_places + here | open_places - here) & everything
        return 1 - open_places.bit_count() / self._length


def weight(marks: Iterable[bytearray]) -> int:
    """How many marked words there are; the first `OPENING` of each sentence come free, they are everybody's."""
    return sum(max(0, sum(row) - OPENING) for row in marks)
