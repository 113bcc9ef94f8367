"""What the canned-reply detector answers: labels for sentences, nearest earlier replies, and one score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Label = Literal["old", "stock", "frame", "own", "neutral"]
"""Old: sent to other tickets before. Stock: boilerplate of the language. Frame: a courtesy that everyone writes.
Own: written for this ticket. Neutral: greeting, sign-off, signature, code, or a quote that really stands in the ticket."""


@dataclass(frozen=True, slots=True)
class SentenceVerdict:
    """One sentence, `start` to `end` in code points of the reply; `old` and `stock` are shares of its words, 0 to 1.

    `phrases` are the stock phrases in it, as spans of the reply; `source` is the earlier reply that covers most of it.
    """

    start: int
    end: int
    label: Label
    old: float
    stock: float
    phrases: tuple[tuple[int, int], ...]
    source: int | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """An earlier reply to another ticket, and the share (0 to 1) of this reply's words that it covers."""

    reply: int
    ticket: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Canned:
    """The judgement with its evidence.

    `score` is 0 to 1; `flagged` says that it reached red, `amber` that it reached amber (a red reply is amber, too).
    `contained` is the share of one earlier reply that stands in this one; `unmentioned` are words that matter in the
    ticket and never occur in the reply, as written there. `damaged` says that the index could not be read.
    """

    score: float
    flagged: bool
    amber: bool
    sentences: tuple[SentenceVerdict, ...]
    nearest: tuple[Nearest, ...]
    contained: float
    unmentioned: tuple[str, ...]
    damaged: bool = False
