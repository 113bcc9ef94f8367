"""The one entrance to the rules: a ticket, a text and the desk go in, a `Review` comes out.

The editor, `helpterm check`, `helpterm reply` and the receiving side of the sync ask the same function. It reads through
`desk.read()`, writes nothing, and never raises for what a reply contains.

Bounds: the first 1,000,000 characters and 10,000 links of a reply are read, the latest 200,000 characters of what the customer
wrote, 20,000 takeaways; every rule's time grows with that and no faster. Any reply, however long or hostile, is judged within
3 seconds of processor time (the gate's benchmark holds texts of 1 MB to it), an ordinary one in a few milliseconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from store.desk.desk import Desk
from store.desk.documents import document
from store.errors import NotFound
from store.model import (
    CannedView,
    Finding,
    LinkVerdict,
    Review,
    ScopeMatch,
    ScopeRule,
    Severity,
    Suggestion,
    Ticket,
)
from store.policy import leftovers
from store.policy.addressing import greeting_findings
from store.policy.canned_view import canned_view
from store.policy.context import TicketContext, context
from store.policy.letter import Letter, letter_of
from store.policy.scope import decline_findings, onward_links
from store.policy.takeaway import judge_links, takeaway_findings
from store.policy.voice import voice_findings

__all__ = ["Reply", "TicketContext", "context", "needs_reason", "review"]

_ORDER = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.HINT: 2}
_read_context = context


@dataclass(frozen=True, slots=True)
class Reply:
    """What an agent wants to send: the text, whether it is a note to colleagues, how many files go with it.

    `decline_rule` is the id or title of the scope rule by which it says no; `acknowledged` maps the rule of a finding to
    the agent's written reason for sending all the same.
    """

    text: str
    note: bool = False
    attachments: int = 0
    decline_rule: str = ""
    acknowledged: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def review(desk: Desk, ticket: Ticket, reply: Reply, context: TicketContext | None = None) -> Review:
    """Judges a reply to a ticket. `context` is what the function of that name read before, for the next key stroke.

    A note is judged only for being empty. Findings come blocking ones first, each group in the order of the text.
    """
    known = context or _read_context(desk, ticket)
    connection = desk.read()
    letter = letter_of(reply.text, known.product.signature if known.product else "")
    if reply.note:
        return _review([*leftovers.substance_findings(letter, known)][:1], CannedView(0.0, False, False))
    policy = desk.config.policy
    rule = _rule(connection, reply.decline_rule)
    judged = judge_links(letter, known, policy, connection, onward_links(rule))
    verdicts = tuple(verdict for verdict, _ in judged)
    suggestions = known.suggestions({link.normal for link in letter.links})
    view, flags = canned_view(connection, letter, known, policy)
    declined = decline_findings(rule, reply.decline_rule, letter, verdicts) if reply.decline_rule else ()
    findings = [
        *_leftovers(letter, known, reply),
        *(
            f
            for f in takeaway_findings(letter, judged, suggestions, policy)
            if not reply.decline_rule or f.spans
        ),
        *declined,
        *flags,
    ]
    return _review(findings, view, verdicts, known.scope, suggestions)


def needs_reason(review: Review, acknowledged: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings that a reply may be sent with, but only for a written reason, and that have none yet."""
    return tuple(
        finding
        for finding in review.findings
        if any(evidence.get("needs_reason") for evidence in finding.evidence)
        and not acknowledged.get(finding.rule, "").strip()
    )


def _leftovers(letter: Letter, known: TicketContext, reply: Reply) -> Iterator[Finding]:
    yield from leftovers.substance_findings(letter, known)
    yield from leftovers.placeholder_findings(letter, known)
    yield from leftovers.language_findings(letter, known)
    yield from leftovers.attachment_findings(letter, reply.attachments)
    yield from greeting_findings(letter, known)
    yield from leftovers.link_text_findings(letter)
    yield from leftovers.secret_findings(letter)
    yield from voice_findings(letter, known.voices)
    yield from leftovers.length_findings(reply.text)


def _rule(connection: sqlite3.Connection, name: str) -> ScopeRule | None:
    """The rule that a decline names, retired or not, or None."""
    if not name:
        return None
    try:
        return document(connection, ScopeRule, name)
    except NotFound:
        return None


def _review(
    findings: Sequence[Finding],
    view: CannedView,
    verdicts: tuple[LinkVerdict, ...] = (),
    scope: tuple[ScopeMatch, ...] = (),
    suggestions: tuple[Suggestion, ...] = (),
) -> Review:
    ordered = sorted(findings, key=lambda finding: (_ORDER[finding.severity], finding.spans[:1] or ((0, 0),)))
    may_send = all(finding.severity is not Severity.BLOCK for finding in ordered)
    return Review(may_send, tuple(ordered), view, verdicts, scope, suggestions)
