"""The takeaway: whether a reply hands over a link that lets the customer go on alone, and if not, why not.

A link is weighed by how rare it is among the team's latest replies and by what its page shares with the ticket.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.config.settings import Policy
from store.model import Finding, LinkVerdict, Severity, Suggestion
from store.policy.knowledge import page_words
from store.policy.letter import Letter
from store.policy.links import Link

if TYPE_CHECKING:
    from store.policy.context import TicketContext

WINDOW = 5_000
"""The latest messages of the desk in which links are counted."""
ENOUGH_REPLIES = 20
ENOUGH_USES = 5
"""Below so many replies in the window, or uses of a link, nothing is called common."""
MAX_COUNTED = 200
"""Different links of one reply whose use is counted; further ones pass as rare."""
TIP_WORDS = 30
"""Words of an agent's own prose from which a desk that accepts tips takes them for one."""

_WHY = {
    "malformed": "it is no complete web address, so it cannot be clicked",
    "not_http": "it does not start with https://, so most customers cannot open it",
    "local": "it works only inside one's own network",
    "in_quote": "it stands in the quote, so the customer has it already",
    "in_signature": "it stands below the signature, where every reply has it",
    "customers_own": "the customer sent this link",
    "already_given": "an earlier reply in this ticket gave it",
    "home_page": "it leads to a front page and not to an answer",
    "dead": "the page did not answer when it was last checked",
    "too_common": "nearly every reply carries it, so it says nothing about this ticket",
}
_ADVICE = {
    "malformed": "Write the whole address, from https:// on.",
    "not_http": "Give a page that opens in a browser.",
    "local": "Keep it as an instruction if you like, and add a page that explains it.",
    "in_quote": "Write a link of your own above or below the quote.",
    "in_signature": "Move the link that helps here up into your answer.",
    "customers_own": "Give a page that the customer does not know yet.",
    "already_given": "It did not settle the matter; give the next page, or the part of that page that answers this (#section).",
    "home_page": "Link the very page that helps.",
    "dead": "Look for where the page went, and correct the link.",
    "too_common": "Give the page that is about this question.",
}


@dataclass(frozen=True, slots=True)
class LinkWindow:
    """The latest part of the desk in which links are counted: messages from `since` on, of which `replies` are ours."""

    since: int
    replies: int

    def share(self, connection: sqlite3.Connection, normal: str) -> tuple[int, float]:
        """How many of these replies carry a link, and their share (0 to 1); (0, 0.0) where there are too few to say."""
        if self.replies < ENOUGH_REPLIES:
            return 0, 0.0
        row = connection.execute(
            "SELECT count(*) FROM links WHERE url = ? AND message >= ?", (normal, self.since)
        )
        uses: int = row.fetchone()[0]
        return uses, (min(1.0, uses / self.replies) if uses >= ENOUGH_USES else 0.0)


_windows: dict[str, tuple[int, LinkWindow]] = {}


def link_window(connection: sqlite3.Connection) -> LinkWindow:
    """The present window; read again when a tenth of it is new."""
    path: str = connection.execute("PRAGMA database_list").fetchone()[2]
    newest: int = connection.execute("SELECT coalesce(max(number), 0) FROM messages").fetchone()[0]
    seen, window = _windows.get(path, (-1, LinkWindow(0, 0)))
    step = max(1, min(newest, WINDOW) // 10)
    if seen < 0 or not seen <= newest < seen + step:
        since = max(0, newest - WINDOW)
        row = connection.execute(
            "SELECT count(*) FROM messages WHERE number >= ? AND kind = 'reply' AND agent <> ''", (since,)
        )
        window = LinkWindow(since, row.fetchone()[0])
        if len(_windows) >= 8 and path not in _windows:
            _windows.clear()
        _windows[path] = (newest, window)
    return window


def judge_links(
    letter: Letter,
    context: TicketContext,
    policy: Policy,
    connection: sqlite3.Connection,
    onward: Collection[str] = (),
) -> tuple[tuple[LinkVerdict, str], ...]:
    """Each link of a reply with its verdict and, where it does not count, the name of the reason.

    `onward` are links (form for comparing) that a scope rule sends people to: they count however common they are.
    """
    seen: dict[str, str] = {}
    judged: list[tuple[LinkVerdict, str]] = []
    for link in letter.links:
        reason = _misplaced(link, letter) or _unfit(link, context, policy, onward)
        if not reason and link.normal not in onward and not _is_allowed(link, policy):
            if link.normal not in seen and len(seen) < MAX_COUNTED:
                common = _is_common(link, context, policy, connection)
                seen[link.normal] = "too_common" if common else ""
            reason = seen.get(link.normal, "")
        known = link.normal in context.known
        why = _WHY[reason] if reason else "it leads on from here"
        span = (link.start, link.end)
        judged.append((LinkVerdict(link.url, link.text, known, not reason, why, span), reason))
    return tuple(judged)


def takeaway_findings(
    letter: Letter,
    judged: Sequence[tuple[LinkVerdict, str]],
    suggestions: Sequence[Suggestion],
    policy: Policy,
) -> Iterator[Finding]:
    """What stands against the links of a reply: blocking when none counts, else only about links nobody can open."""
    counts = any(verdict.counts for verdict, _ in judged)
    tip = not counts and policy.accept_tip and len(letter.body.split()) >= TIP_WORDS
    if tip:
        yield Finding(
            "takeaway.tip", Severity.HINT, "There is no link, but a written tip; this desk accepts that.",
            "A page to read on would serve the next customer too.", (), _offers(suggestions),
        )  # fmt: skip
    severity = Severity.WARN if counts or tip else Severity.BLOCK
    by_reason: dict[str, list[LinkVerdict]] = {}
    for verdict, reason in judged:
        if reason:
            by_reason.setdefault(reason, []).append(verdict)
    for place, (reason, verdicts) in enumerate(by_reason.items()):
        if severity is Severity.BLOCK or reason in ("malformed", "dead"):
            yield _refused(reason, verdicts, severity, suggestions, offering=place == 0)
    if not judged and not tip:
        yield Finding(
            "takeaway.missing", Severity.BLOCK, "There is no link in this reply that the customer could go on with.",
            _with_offer("Add the page that helps here.", suggestions), (), _offers(suggestions),
        )  # fmt: skip


def _refused(
    reason: str,
    verdicts: Sequence[LinkVerdict],
    severity: Severity,
    suggestions: Sequence[Suggestion],
    *,
    offering: bool,
) -> Finding:
    """The finding about the links that do not count for one reason; the page to give instead is said once, by the first."""
    first, more = verdicts[0], len(verdicts) - 1
    others = f" The same goes for {more} more." if more else ""
    ending = "." if severity is Severity.BLOCK else "; the other link counts."
    shown = first.url if len(first.url) <= 80 else f"{first.url[:79]}…"
    return Finding(
        rule=f"takeaway.{reason}",
        severity=severity,
        message=f"{shown} does not count: {_WHY[reason]}{ending}{others}",
        advice=_with_offer(_ADVICE[reason], suggestions if offering and severity is Severity.BLOCK else ()),
        spans=tuple(verdict.span for verdict in verdicts[:100]),
        evidence=(
            {"url": first.url, "reason": reason},
            *(_offers(suggestions) if severity is Severity.BLOCK else ()),
        ),
    )


def _with_offer(advice: str, suggestions: Sequence[Suggestion]) -> str:
    if not suggestions:
        return advice
    best = suggestions[0]
    title = f" ({best.takeaway.title})" if best.takeaway.title else ""
    return f"{advice} Perhaps {best.takeaway.url}{title}: {best.because}."


def _offers(suggestions: Sequence[Suggestion]) -> tuple[dict[str, str], ...]:
    return tuple(
        {"offer": each.takeaway.url, "title": each.takeaway.title, "because": each.because}
        for each in suggestions
    )


def _misplaced(link: Link, letter: Letter) -> str:
    if letter.parts.in_quote(link.start):
        return "in_quote"
    if letter.parts.in_signature(link.start):
        return "in_signature"
    return link.trouble


def _unfit(link: Link, context: TicketContext, policy: Policy, onward: Collection[str]) -> str:
    """Why a well-formed link in the right place does not count, or empty."""
    takeaway = context.known.get(link.normal)
    if takeaway is not None and takeaway.status == "dead":
        return "dead"
    if link.normal in context.customer_links:
        return "customers_own"
    if link.normal in context.given_links:
        return "already_given"
    if link.normal in onward or _is_allowed(link, policy):
        return ""
    if link.is_local:
        return "local"
    return "home_page" if link.is_home_page else ""


def _is_allowed(link: Link, policy: Policy) -> bool:
    """True for a host that the desk always accepts, or one below it."""
    host = link.host.removeprefix("www.")
    hosts = (entry.lower().removeprefix("*.").removeprefix("www.") for entry in policy.takeaway_allow_hosts)
    return any(host == allowed or host.endswith(f".{allowed}") for allowed in hosts if allowed)


def _is_common(link: Link, context: TicketContext, policy: Policy, connection: sqlite3.Connection) -> bool:
    """True when a link is in too many of the team's replies for what its page shares with the ticket.

    With r, the share (0 to 1) of the words of its title and address that the ticket uses too, a link is common from
    `limit + (1 - limit) · r` of the replies on: a page that is all about the ticket never is.
    """
    uses, share = context.window.share(connection, link.normal)
    if not uses or share < policy.common_link_share:
        return False
    words = page_words(context.known.get(link.normal), link.url)
    related = sum(stem in context.terms for stem in words) / len(words) if words else 0.0
    return related < 1 and share >= policy.common_link_share + (1 - policy.common_link_share) * related
