"""What of a reply was sent to other tickets before, by the index: per sentence, and the earlier replies nearest to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from store.policy.canned.fingerprints import contained, covered, grams, packed, winnowed
from store.policy.canned.index import Earlier, Index
from store.policy.canned.verdict import Nearest
from store.policy.canned.words import MASKS, Word

ENOUGH = 8
OPENING = 4
LARGE = 0.3
RUN_LONG = 10

COMMON = 15
"""Earlier replies from which on a short sentence is one that everyone writes."""

SHORT = 8
"""Words of a sentence that can be a frame."""

_CANDIDATES = 24
"""Earlier replies that are compared word by word."""

_SHOWN = 5
_WORTH_SHOWING = 0.1

LEAST_CONTAINED = 10
"""Words of an earlier reply from which on it matters that it stands in this one."""


@dataclass(frozen=True, slots=True)
class Past:
    """For each sentence: which words are old (a mark each), the reply they are from, and whether everyone sends it."""

    marks: tuple[bytearray, ...]
    sources: tuple[int | None, ...]
    common: tuple[bool, ...]
    nearest: tuple[Nearest, ...]
    contained: float


def past_of(sentences: Sequence[Sequence[Word]], index: Index | None, ticket: int | None) -> Past:
    """Compares the sentences of a reply with earlier replies to other tickets than `ticket`. Raises CorruptIndex."""
    nothing = tuple(bytearray(len(words)) for words in sentences)
    if index is None or not sentences:
        return Past(nothing, (None,) * len(nothing), (False,) * len(nothing), (), 0.0)
    hashes = [grams(words) for words in sentences]
    known = index.found([gram for row in hashes for gram in row])
    earlier = _candidates(known, index, ticket)
    rows = [packed([words])[1:-1] for words in sentences]
    marks = nothing
    sources: list[int | None] = [None] * len(rows)
    most = [0] * len(rows)
    nearest: list[Nearest] = []
    whole = packed(sentences)
    within = 0.0
    total = sum(map(len, rows))
    masks = sum(word.text in MASKS for words in sentences for word in words)
    for reply in earlier:
        olds = [covered(row, reply.words) for row in rows]
        shared = sum(map(sum, olds))
        if not _credible(olds, shared, total, masks):
            continue
        for i, old in enumerate(olds):
            count = sum(old)
            if count > most[i]:
                most[i], sources[i] = count, reply.reply
            if count:
                marks[i][:] = bytes(a | b for a, b in zip(marks[i], old, strict=True))
        nearest.append(Nearest(reply.reply, reply.ticket, shared / total))
        found, size = contained(reply.words, whole)
        if size >= LEAST_CONTAINED:
            within = max(within, found / size)
    nearest = sorted(
        (near for near in nearest if near.similarity >= _WORTH_SHOWING), key=lambda near: -near.similarity
    )
    return Past(
        marks,
        tuple(sources),
        tuple(_common(words, row, known) for words, row in zip(sentences, hashes, strict=True)),
        tuple(nearest[:_SHOWN]),
        within,
    )


def _candidates(known: dict[int, list[int]], index: Index, ticket: int | None) -> list[Earlier]:
    """The earlier replies that share most, a rare gram counting more than a common one."""
    weight: dict[int, float] = defaultdict(float)
    for replies in known.values():
        for reply in replies:
            weight[reply] += 1 / len(replies)
    best = sorted(weight, key=lambda reply: -weight[reply])[: 2 * _CANDIDATES]
    rank = {reply: at for at, reply in enumerate(best)}
    found = sorted(
        (one for one in index.earlier(best) if one.ticket != ticket), key=lambda one: rank[one.reply]
    )
    return found[:_CANDIDATES]


def _credible(olds: Sequence[bytearray], shared: int, total: int, masks: int) -> bool:
    weighty = sum(max(0, sum(old) - OPENING) for old in olds)
    if weighty < ENOUGH:
        return shared >= 0.9 * total and shared >= 4 and not masks
    return shared >= LARGE * total or any(sum(old) >= RUN_LONG and sum(old) >= 0.8 * len(old) for old in olds)


def _common(words: Sequence[Word], hashes: Sequence[int], known: dict[int, list[int]]) -> bool:
    if len(words) > SHORT:
        return False
    return all(len(known.get(gram, ())) >= COMMON for gram in winnowed(hashes))
