"""Where support draws the line: which written rules a ticket touches, and what a decline must carry.

Matching explains itself and never decides. Nothing here writes.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from store.model import Finding, LinkVerdict, ScopeMatch, ScopeRule, Severity
from store.policy.letter import Letter
from store.policy.links import normal_form
from store.policy.terms import terms
from store.text.fold import fold

if TYPE_CHECKING:
    from store.policy.context import TicketContext

BEST = 5
"""Rules shown for one ticket."""
THRESHOLD = 0.35
"""The score below which a rule is not shown."""
REASON_WORDS = 8
"""Words of the agent's own that make a reason; fewer are a bare no."""
MAX_EXAMPLES = 10
"""Tickets named as a rule's examples that a ticket is compared with, and as many that it declined, the latest of both."""

_PHRASE, _WORD, _TITLE = 0.6, 0.4, 0.12
_ENOUGH_STEMS = 4
"""Words below which a ticket says too little to be compared with another."""
_EXAMPLES = (
    "SELECT t.short, t.subject,"
    " (SELECT substr(m.body, 1, 4000) FROM messages m WHERE m.ticket = t.number ORDER BY m.sent_at LIMIT 1)"
    f" FROM (SELECT number FROM tickets WHERE id IN ({', '.join('?' * MAX_EXAMPLES)})"
    " UNION SELECT number FROM (SELECT number FROM tickets"
    " WHERE declined_by = ? AND declined_by <> '' ORDER BY number DESC LIMIT ?)) d"
    " CROSS JOIN tickets t ON t.number = d.number WHERE t.id <> ?"
)
"""The tickets that a rule decided, found by indexes alone however many tickets there are."""
_PREFIX_FROM = 5
"""Letters from which a word also meets its longer forms (refund: refunds, refunded; Rechnung: Rechnungskopie)."""
_WORDS = re.compile(r"[^\W_]+")
_SENTENCES = re.compile(r"[.!?…\n]+")


def match_rules(context: TicketContext, connection: sqlite3.Connection) -> tuple[ScopeMatch, ...]:
    """The rules of the ticket's product that its words touch, strongest first, with the words that say so.

    A score is 1 - Π(1 - w) over what was met: 0.6 for a phrase, 0.4 for a word, 0.12 for a word of the title, and the
    likeness (0 to 1) to the nearest ticket that the rule decided before. A decline teaches its rule, and one that is undone
    unteaches it: what was declined by a rule is read, and nothing is written into it.
    """
    said = f" {' '.join(_WORDS.findall(fold(context.said[:20_000])))} "
    stems = context.terms
    found = [
        match
        for rule in context.rules
        if (match := _match(rule, said, stems, context, connection)) is not None and match.score >= THRESHOLD
    ]
    return tuple(sorted(found, key=lambda match: (-match.score, match.rule.title))[:BEST])


def decline_findings(
    rule: ScopeRule | None, named: str, letter: Letter, verdicts: Sequence[LinkVerdict]
) -> Iterator[Finding]:
    """What a decline lacks: the rule that it names, a reason in the agent's own words, a link onward."""
    if rule is None:
        yield Finding(
            "scope.no_rule", Severity.BLOCK, f"There is no rule {named!r} to decline by.",
            "Choose a written rule, or answer the question.",
        )  # fmt: skip
        return
    if not rule.active:
        yield Finding(
            "scope.no_rule", Severity.BLOCK, f"The rule “{rule.title}” was retired; nobody declines by it any more.",
            "Choose another rule, or answer the question.",
        )  # fmt: skip
        return
    if rule.covered:
        yield Finding(
            "scope.covered", Severity.BLOCK, f"By the rule “{rule.title}” support does cover this.",
            "Answer the question, or decline by the rule that draws the line.",
        )  # fmt: skip
    own = own_words(letter, rule)
    if own < REASON_WORDS:
        yield Finding(
            "scope.no_reason",
            Severity.BLOCK,
            "This says no without a reason in your own words.",
            f"Say to this customer why{f' ({rule.why})' if rule.why else ''}; the rule's text alone is a form letter.",
            (),
            ({"own_words": own, "wanted": REASON_WORDS},),
        )
    if not any(verdict.counts for verdict in verdicts):
        onward = (
            f"Where this rule sends people: {', '.join(rule.links)}." if rule.links else "Name who can help."
        )
        yield Finding(
            "scope.no_way_on",
            Severity.BLOCK,
            "This says no and leaves the customer standing: there is no link onward.",
            f"“No, but here is where to go.” {onward}",
            (),
            tuple({"offer": link} for link in rule.links),
        )


def own_words(letter: Letter, rule: ScopeRule) -> int:
    """How many words of a decline are the agent's: sentences copied from the rule do not count."""
    copied = {tuple(_WORDS.findall(fold(part))) for part in _SENTENCES.split(f"{rule.title}\n{rule.why}")}
    sentences = (tuple(_WORDS.findall(fold(part))) for part in _SENTENCES.split(letter.body))
    return sum(len(words) for words in sentences if words not in copied)


def onward_links(rule: ScopeRule | None) -> frozenset[str]:
    """The links that an active rule sends people to, in the form for comparing."""
    if rule is None or not rule.active:
        return frozenset()
    return frozenset(filter(None, map(normal_form, rule.links)))


def _match(
    rule: ScopeRule, said: str, stems: Collection[str], context: TicketContext, connection: sqlite3.Connection
) -> ScopeMatch | None:
    met = list(dict.fromkeys(word for word in _listed(rule, context.language) if _occurs(word, said)))
    titled = [word for stem, word in terms(rule.title).items() if stem in stems]
    alike, example = _nearest_example(rule, context, frozenset(stems), connection)
    rest = 1.0 - alike
    for word in met:
        rest *= 1 - (_PHRASE if len(_WORDS.findall(word)) > 1 else _WORD)
    for _ in titled:
        rest *= 1 - _TITLE
    if not met and not example:
        return None
    said_words = [f"“{word}”" for word in [*met, *titled][:5]]
    reasons = [f"the ticket says {', '.join(said_words)}"] if said_words else []
    if example:
        reasons.append(f"it reads like #{example}, which this rule decided")
    return ScopeMatch(rule, round(1 - rest, 3), "; ".join(reasons), (*met, *titled))


def _listed(rule: ScopeRule, language: str) -> Iterator[str]:
    """The words of a rule for a ticket's language and for any; those of all languages when it is unknown."""
    for key, words in rule.words.items():
        if key in ("*", language) or not language:
            yield from words


def _occurs(phrase: str, said: str) -> bool:
    """True when the words of `phrase` stand in `said`, the last of them perhaps with an ending."""
    words = _WORDS.findall(fold(phrase))
    if not words:
        return False
    joined = " ".join(words)
    return (f" {joined}" if len(words[-1]) >= _PREFIX_FROM or phrase.endswith("*") else f" {joined} ") in said


def _nearest_example(
    rule: ScopeRule, context: TicketContext, stems: frozenset[str], connection: sqlite3.Connection
) -> tuple[float, str]:
    """How alike the ticket is to the nearest one that the rule decided (0 to 1; below 0.3 nothing), and its number."""
    best, short = 0.0, ""
    if len(stems) < _ENOUGH_STEMS:
        return best, short
    for theirs, number in _examples(connection, rule, context.ticket.id):
        alike = len(stems & theirs) / (len(stems) * len(theirs)) ** 0.5
        if alike > best:
            best, short = alike, number
    return (best, short) if best >= 0.3 else (0.0, "")


def _examples(
    connection: sqlite3.Connection, rule: ScopeRule, but: str
) -> Iterator[tuple[frozenset[str], str]]:
    """The stems of the subject and first message of earlier tickets that a rule decided, and their short numbers."""
    named = [*rule.examples[-MAX_EXAMPLES:], *[""] * MAX_EXAMPLES][:MAX_EXAMPLES]
    rows = connection.execute(_EXAMPLES, (*named, rule.id, MAX_EXAMPLES, but))
    for short, subject, body in rows:
        theirs = _stems(f"{subject}\n{body or ''}")
        if len(theirs) >= _ENOUGH_STEMS:
            yield theirs, short


@lru_cache(maxsize=1024)
def _stems(text: str) -> frozenset[str]:
    return frozenset(terms(text))
