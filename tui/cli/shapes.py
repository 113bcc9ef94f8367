"""The JSON forms of the desk's nouns, as CLI.md promises them: times in UTC with Z, ids as strings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from store.clock import to_iso
from store.model import (
    LinkVerdict,
    Message,
    Review,
    ScopeMatch,
    ScopeRule,
    Suggestion,
    Takeaway,
    Ticket,
)

Json = dict[str, Any]


def ticket(ticket: Ticket) -> Json:
    """A `Ticket`; its JSON leaves out what only this machine knows."""
    return {
        "id": ticket.id,
        "short": ticket.short,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "channel": ticket.channel,
        "product": ticket.product,
        "department": ticket.department,
        "tier": ticket.tier,
        "assignee": ticket.assignee or None,
        "customer": {"name": ticket.customer.name, "email": ticket.customer.email},
        "tags": list(ticket.tags),
        "language": ticket.language,
        "created_at": to_iso(ticket.created_at),
        "updated_at": to_iso(ticket.updated_at),
        "first_reply_at": to_iso(ticket.first_reply_at),
        "waiting_since": to_iso(ticket.waiting_since),
        "due_at": to_iso(ticket.due_at),
        "snoozed_until": to_iso(ticket.snoozed_until),
        "problem": ticket.problem or None,
        "declined_by": ticket.declined_by or None,
        "merged_into": ticket.merged_into or None,
        "handle_seconds": ticket.handle_seconds,
    }


def message(message: Message) -> Json:
    """A `Message`."""
    return {
        "id": message.id,
        "ticket": message.ticket,
        "kind": message.kind,
        "author": {
            "name": message.author.name,
            "email": message.author.email,
            "agent": message.author.agent or None,
        },
        "sent_at": to_iso(message.sent_at),
        "body": message.body,
        "new_text": message.new_text,
        "html": message.html,
        "attachments": [{"name": a.name, "type": a.type, "size": a.size} for a in message.attachments],
        "message_id": message.message_id or None,
        "in_reply_to": message.in_reply_to or None,
        "automatic": message.automatic or None,
        "delivery": message.delivery,
        "notices": list(message.notices),
        "subject": message.subject or None,
    }


def review(review: Review) -> Json:
    """A `Review`; spans count Unicode code points of the text given."""
    return {
        "may_send": review.may_send,
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "message": finding.message,
                "advice": finding.advice,
                "spans": [list(span) for span in finding.spans],
                "evidence": [dict(each) for each in finding.evidence],
            }
            for finding in review.findings
        ],
        "canned": {
            "score": round(review.canned.score, 4),
            "flagged": review.canned.flagged,
            "nearest": [asdict(nearest) for nearest in review.canned.nearest],
        },
        "takeaways": [link(verdict) for verdict in review.takeaways],
        "scope": [match(each) for each in review.scope],
        "suggestions": [suggestion(each) for each in review.suggestions],
    }


def link(verdict: LinkVerdict) -> Json:
    """One link of a reply."""
    return {
        "url": verdict.url,
        "text": verdict.text,
        "known": verdict.known,
        "counts": verdict.counts,
        "why": verdict.why,
    }


def match(match: ScopeMatch) -> Json:
    """A rule that a ticket touches."""
    return {"rule": rule(match.rule), "score": round(match.score, 4), "because": match.because}


def rule(rule: ScopeRule) -> Json:
    """A scope rule."""
    return asdict(rule) | {
        "links": list(rule.links),
        "examples": list(rule.examples),
        "words": _words(rule.words),
    }


def _words(words: Mapping[str, tuple[str, ...]]) -> Json:
    return {language: list(each) for language, each in words.items()}


def takeaway(takeaway: Takeaway) -> Json:
    """A link of the knowledge base."""
    return asdict(takeaway) | {"checked_at": to_iso(takeaway.checked_at)}


def suggestion(suggestion: Suggestion) -> Json:
    """A link that fits a ticket, and why."""
    return {
        "url": suggestion.takeaway.url,
        "title": suggestion.takeaway.title,
        "score": round(suggestion.score, 4),
        "because": suggestion.because,
    }
