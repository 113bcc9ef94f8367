"""What of a reply was sent to other tickets before, by the index: per sentence, and the earlier replies nearest to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

from store.policy.canned.fingerprints import Alignment, Row, grams, packed, weight, winnowed
from store.policy.canned.index import Earlier, Index
from store.policy.canned.verdict import Nearest
from store.policy.canned.words import MASKS, Word

ENOUGH = 10
"""Weighty words (see `fingerprints.weight`) that a reply must share with an earlier one to be made from it."""

LARGE = 0.3
"""Share of a reply's words that an earlier one must cover to be its source ..."""

LONG = 10
"""... or the words of one sentence that it has nearly whole."""

NEARLY_ALL = 0.8
"""Share of a sentence, or of a short reply, that is the same."""

ALIKE, LEAST_ALIKE = 0.65, 6
"""Share of its words that a sentence of at least so many has in the order of an earlier one to be that one with slips."""

ALIKE_IN_SOURCE = 0.5
"""The same where other sentences have shown already that the earlier reply is a source; and for a first look."""

_MOST_COMPARED = 40_000
"""Words of two replies, multiplied, up to which they are looked through for such sentences; bounds the time."""

LEAST_SHARED = 4
"""Words of a short reply that is the same as an earlier one; one with a link or number of its own never is."""

COMMON = 15
"""Earlier replies from which on a short sentence is one that everyone writes."""

SHORT = 8
"""Words of a sentence that can be a frame."""

_POOL, _CANDIDATES = 48, 16
"""Earlier replies that are fetched, and of those the ones that are compared word by word."""

_ENOUGH_IDLE = 3
"""Sources in a row that bring nothing new, behind which no further ones are looked for."""

_SHOWN = 5
"""Sources that are named as nearest."""

LEAST_CONTAINED = 10
"""Weighty words of an earlier reply from which on it matters that it stands in this one."""


@dataclass(frozen=True, slots=True)
class Past:
    """For each sentence: which words are old (a mark each), the reply they are from, and whether everyone sends it."""

    marks: tuple[bytearray, ...]
    sources: tuple[int | None, ...]
    common: tuple[bool, ...]
    nearest: tuple[Nearest, ...]
    contained: float


@dataclass(frozen=True, slots=True)
class _Source:
    """An earlier reply that this one was made from: the words that it covers, and its share that stands here."""

    earlier: Earlier
    old: list[bytearray]
    contained: float

    @property
    def similarity(self) -> float:
        """The share of this reply's words that it covers."""
        return sum(map(sum, self.old)) / sum(map(len, self.old))


def past_of(
    sentences: Sequence[Sequence[Word]], telling: Sequence[bool], index: Index | None, ticket: int | None
) -> Past:
    """Compares a reply's `telling` sentences with earlier replies to other tickets than `ticket`. Raises CorruptIndex."""
    if index is None or not sentences:
        nothing = tuple(bytearray(len(words)) for words in sentences)
        return Past(nothing, (None,) * len(nothing), (False,) * len(nothing), (), 0.0)
    hashes = [grams(words) for words in sentences]
    known = index.found([gram for row in hashes for gram in row])
    sources = _sources(sentences, telling, _candidates(known, index, ticket)) if any(telling) else []
    by_sentence = [[(sum(source.old[i]), source) for source in sources] for i in range(len(sentences))]
    nearest = sorted(sources, key=lambda source: -source.similarity)
    return Past(
        marks=tuple(
            _together(len(words), [one.old[i] for one in sources]) for i, words in enumerate(sentences)
        ),
        sources=tuple(_most(shares) for shares in by_sentence),
        common=tuple(_common(words, row, known) for words, row in zip(sentences, hashes, strict=True)),
        nearest=tuple(
            Nearest(one.earlier.reply, one.earlier.ticket, one.similarity) for one in nearest[:_SHOWN]
        ),
        contained=max((source.contained for source in sources), default=0.0),
    )


def _sources(
    sentences: Sequence[Sequence[Word]], telling: Sequence[bool], candidates: Iterable[Earlier]
) -> list[_Source]:
    this = Row(packed(sentences))
    core = Row(packed(compress(sentences, telling)))
    alignments = [Alignment(sentence) for sentence in this.sentences()]
    masked = any(word.text in MASKS for words in sentences for word in words)
    sources: list[_Source] = []
    covered, idle = [bytearray(len(words)) for words in sentences], 0
    for earlier in candidates:
        other = Row(earlier.words)
        shared = this.runs.keys() & other.runs.keys()
        old = this.cut(this.marked(shared))
        alike = _may_resemble(this, other)
        if alike:
            _mark_alike(old, alignments, other, ALIKE)
        if _credible(list(compress(old, telling)), masked):
            if alike:
                _mark_alike(old, alignments, other, ALIKE_IN_SOURCE)
            sources.append(_Source(earlier, old, _contained(other, core.runs.keys() & other.runs.keys())))
            both = [_together(len(row), [row, more]) for row, more in zip(covered, old, strict=True)]
            idle = idle + 1 if both == covered else 0
            covered = both
        if idle == _ENOUGH_IDLE:
            break
    return sources


def _may_resemble(this: Row, other: Row) -> bool:
    """A cheap look: whether enough words occur in the other reply at all, and neither is too long to look closely."""
    if len(this.words) * len(other.words) > _MOST_COMPARED:
        return False
    words = set(other.words)
    return sum(word in words for word in this.words) >= ALIKE_IN_SOURCE * len(this.words)


def _mark_alike(old: Sequence[bytearray], alignments: Sequence[Alignment], other: Row, least: float) -> None:
    """Marks all words of a sentence that differs from one of the other reply by slips and slots only."""
    for marks, alignment in zip(old, alignments, strict=True):
        if len(marks) >= LEAST_ALIKE and sum(marks) < len(marks):
            longest = len(marks) / least
            near = (
                alignment.share(one) for one in other.sentences() if least * len(marks) <= len(one) <= longest
            )
            if max(near, default=0.0) >= least:
                marks[:] = b"\1" * len(marks)


def _together(length: int, marks: Sequence[bytearray]) -> bytearray:
    """What is marked in any of `marks`."""
    return bytearray(map(any, zip(*marks, strict=True))) if marks else bytearray(length)


def _most(shares: Sequence[tuple[int, _Source]]) -> int | None:
    count, source = max(shares, key=lambda share: share[0], default=(0, None))
    return source.earlier.reply if count and source else None


def _contained(other: Row, shared: Iterable[bytes]) -> float:
    """The share of an earlier reply that stands in this one; 0 when it is too short to matter."""
    size = weight(other.cut(bytearray(b"\1" * len(other.words))))
    return weight(other.cut(other.marked(shared))) / size if size >= LEAST_CONTAINED else 0.0


def _candidates(known: dict[int, list[int]], index: Index, ticket: int | None) -> Iterator[Earlier]:
    """Earlier replies by what they share, a rare gram counting more than a common one.

    What an earlier one shares counts half for those behind it, so that a second template is found behind many
    replies made from the first.
    """
    worth = {gram: 1 / len(replies) for gram, replies in known.items()}
    shares: dict[int, list[int]] = defaultdict(list)
    for gram, replies in known.items():
        for reply in replies:
            shares[reply].append(gram)
    best = sorted(shares, key=lambda reply: -sum(map(worth.__getitem__, shares[reply])))[:_POOL]
    pool = {earlier.reply: earlier for earlier in index.earlier(best) if earlier.ticket != ticket}
    for _ in range(min(_CANDIDATES, len(pool))):
        reply = max(pool, key=lambda reply: sum(map(worth.__getitem__, shares[reply])))
        for gram in shares[reply]:
            worth[gram] /= 2
        yield pool.pop(reply)


def _credible(old: Sequence[bytearray], masked: bool) -> bool:
    """Whether what an earlier reply shares with this one was taken over, and is not just how people talk."""
    shared, total = sum(map(sum, old)), sum(map(len, old))
    if weight(old) < ENOUGH:
        return shared >= NEARLY_ALL * total and shared >= LEAST_SHARED and not masked
    return shared >= LARGE * total or any(sum(row) >= max(LONG, NEARLY_ALL * len(row)) for row in old)


def _common(words: Sequence[Word], hashes: Sequence[int], known: dict[int, list[int]]) -> bool:
    if len(words) > SHORT:
        return False
    return all(len(known.get(gram, ())) >= COMMON for gram in winnowed(hashes))
