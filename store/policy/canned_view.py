"""The canned detector's verdict as the gate shows it: the flag with its evidence, and the earlier replies in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.config.settings import Policy
from store.desk.explanations import EXPLAINS
from store.model import CannedView, Finding, NearestReply, Severity
from store.policy.letter import Letter

if TYPE_CHECKING:
    from store.policy.canned.verdict import Canned, SentenceVerdict
    from store.policy.context import TicketContext

EXCERPT = 160
"""Characters of an earlier reply that are shown."""

_SAY_ONCE = " If it explains what many ask, say it once: make it a page, and link that."

_DAMAGED = Finding(
    "canned.index_damaged",
    Severity.HINT,
    "This was not compared with earlier replies: their index cannot be read.",
    "Sending goes on as always; `helpterm doctor --repair` makes the index anew.",
)


def canned_view(
    connection: sqlite3.Connection, letter: Letter, context: TicketContext, policy: Policy
) -> tuple[CannedView, tuple[Finding, ...]]:
    """How much of a reply was written before, and what the gate says to that. A broken index only costs the comparison."""
    if not any(char.isalnum() for char in letter.text):
        return CannedView(0.0, False, False), ()
    judged = _judge(connection, letter, context, policy)
    nearest = tuple(filter(None, (_nearest(connection, n.reply, n.similarity) for n in judged.nearest)))
    view = CannedView(
        score=judged.score,
        flagged=judged.flagged,
        amber=judged.amber,
        nearest=nearest,
        sentences=tuple(
            (s.start, s.end, s.label, _why(s.label, s.old, _phrases(letter, s))) for s in judged.sentences
        ),
        unmentioned=tuple(judged.unmentioned),
    )
    return view, _findings(view, judged, letter, policy)


def _judge(connection: sqlite3.Connection, letter: Letter, context: TicketContext, policy: Policy) -> Canned:
    from store.policy.canned import Index, judge

    return judge(
        letter.text,
        ticket=context.ticket.number,
        ticket_text=context.said,
        index=Index(connection),
        red=policy.canned_red,
        amber=policy.canned_amber,
        team=context.product.signature if context.product else "",
    )


def _nearest(connection: sqlite3.Connection, reply: int, similarity: float) -> NearestReply | None:
    row = connection.execute(
        "SELECT m.id, t.short, substr(m.body, 1, ?) FROM messages m JOIN tickets t ON t.number = m.ticket WHERE m.number = ?",
        (EXCERPT, reply),
    ).fetchone()
    if row is None:
        return None
    return NearestReply(row[0], row[1], round(similarity, 3), " ".join(row[2].split()))


def _findings(view: CannedView, judged: Canned, letter: Letter, policy: Policy) -> tuple[Finding, ...]:
    if judged.damaged:
        return (*_flag(view, judged, letter, policy), _DAMAGED)
    return _flag(view, judged, letter, policy)


def _flag(view: CannedView, judged: Canned, letter: Letter, policy: Policy) -> tuple[Finding, ...]:
    if not view.flagged and not view.amber:
        return ()
    written = [s for s in judged.sentences if s.label in ("old", "stock")]
    phrases = list(dict.fromkeys(phrase for s in written for phrase in _phrases(letter, s)))
    old = any(s.label == "old" for s in written)
    share = f"{view.score:.0%} of this " + ("was written before" if old else "could be sent to anybody")
    known = f", most like the reply to #{view.nearest[0].ticket}" if view.nearest else ""
    left_out = f" Your reply says nothing of {_listed(view.unmentioned)}." if view.unmentioned else ""
    explanation = sum(len(letter.text[s.start : s.end].split()) for s in written if s.label == "old")
    evidence = {
        "score": view.score,
        "needs_reason": view.flagged and not policy.canned_blocks,
        "nearest": [
            {"message": n.message, "ticket": n.ticket, "similarity": n.similarity} for n in view.nearest
        ],
        "phrases": phrases[:20],
        "unmentioned": list(view.unmentioned),
    }
    blocks = view.flagged and policy.canned_blocks
    return (
        Finding(
            rule="canned.flagged" if view.flagged else "canned.amber",
            severity=Severity.BLOCK if blocks else Severity.WARN if view.flagged else Severity.HINT,
            message=f"{share}{known}.{left_out}",
            advice="Write it for this customer: say what you saw in this very ticket."
            + (
                " If it is right as it stands, say why when you send it."
                if view.flagged and not blocks
                else ""
            )
            + (_SAY_ONCE if explanation >= EXPLAINS else ""),
            spans=tuple((s.start, s.end) for s in written)[:200],
            evidence=(evidence,),
        ),
    )


def _phrases(letter: Letter, sentence: SentenceVerdict) -> tuple[str, ...]:
    return tuple(letter.text[start:end] for start, end in sentence.phrases)


def _why(label: str, old: float, phrases: Sequence[str]) -> str:
    if label == "old":
        return f"{old:.0%} of it stands in an earlier reply"
    if label == "stock":
        return f"stock: {_listed(phrases)}" if phrases else "fits any ticket: no word of it is about this one"
    return ""


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words[:3])
