"""The nouns of the desk: frozen dataclasses and enumerations, used as they are by every room.

Times are integers: milliseconds since the Unix epoch, UTC. An `id` is the hexadecimal form of a UUID, the same on
every machine; `number` is the local row (never shown, never sent); `short` is what people say on the phone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from store.kinds import Channel as Channel
from store.kinds import Delivery as Delivery
from store.kinds import Kind as Kind
from store.kinds import Priority as Priority
from store.kinds import Role as Role
from store.kinds import Severity as Severity
from store.kinds import Status as Status
from store.queue_row import QueueRow as QueueRow


@dataclass(frozen=True, slots=True)
class Customer:
    """Who asks. One person for each e-mail address."""

    id: str
    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who answers. `name` is the login and is unique without regard to case."""

    id: str
    name: str
    email: str = ""
    full_name: str = ""
    role: Role = Role.AGENT
    products: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    tier: int = 1
    active: bool = True


@dataclass(frozen=True, slots=True)
class Product:
    """What is supported: its address, the name and signature under its replies, its home page."""

    id: str
    name: str
    address: str = ""
    from_name: str = ""
    signature: str = ""
    site: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Voice:
    """The voice card of a product (of every product without one): words and phrases to avoid, each with what to say instead,
    if anything."""

    id: str
    product: str = ""
    avoid: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    active: bool = True


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query that an agent keeps under a name; `digit` (1 to 9) recalls it after g, 0 has none."""

    id: str
    agent: str
    name: str
    query: str
    digit: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class Department:
    """A part of the team that tickets can be handed to."""

    id: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """A written line: what support for a product covers, or does not, why, and where to go instead.

    `words` maps a language (`en`, …, or `*` for any) to the words and phrases that suggest the rule. `examples` are ids of
    tickets decided by it. An empty `product` means every product. `version` grows by one with each edit.
    """

    id: str
    title: str
    covered: bool
    why: str = ""
    product: str = ""
    links: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    version: int = 1
    active: bool = True


@dataclass(frozen=True, slots=True)
class Takeaway:
    """A link that a reply may hand over, with what its page is about.

    `status` is what `takeaway verify` last saw: `unknown`, `ok`, `moved`, `dead`.
    """

    id: str
    url: str
    title: str = ""
    product: str = ""
    language: str = ""
    text: str = ""
    status: Literal["unknown", "ok", "moved", "dead"] = "unknown"
    checked_at: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request of one customer, with everything the queue needs to know about it."""

    number: int
    id: str
    short: str
    subject: str
    status: Status
    priority: Priority
    channel: Channel
    product: str
    department: str
    tier: int
    assignee: str
    customer: Customer
    language: str
    created_at: int
    updated_at: int
    first_reply_at: int | None
    waiting_since: int | None
    due_at: int | None
    snoozed_until: int | None
    problem: str
    declined_by: str
    merged_into: str
    handle_seconds: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message; `agent` is the login when it was one of us, else empty."""

    name: str
    email: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message. `name` is only a label; the bytes are asked for separately."""

    name: str
    type: str
    size: int
    sha256: str
    position: int


@dataclass(frozen=True, slots=True)
class Message:
    """One contribution to a ticket; once received or sent it never changes.

    `folds` are the parts of `body` written before (quotes, signatures): tuples (start, end, kind) in code points.
    `automatic` names why a mail counts as written by a machine (`auto_reply`, `bounce`, `report`, `spam`, `loop`),
    else empty.
    """

    number: int
    id: str
    ticket: str
    kind: Kind
    author: Author
    sent_at: int
    body: str
    folds: tuple[tuple[int, int, str], ...]
    html: bool
    attachments: tuple[Attachment, ...]
    message_id: str
    in_reply_to: str
    automatic: str
    delivery: Delivery | None
    notices: tuple[str, ...] = ()
    subject: str = ""

    @property
    def new_text(self) -> str:
        """Only what the author wrote this time: `body` without its folds and without white space around it."""
        kept, at = [], 0
        for start, end, _ in self.folds:
            kept.append(self.body[at:start])
            at = end
        kept.append(self.body[at:])
        return "".join(kept).strip()


@dataclass(frozen=True, slots=True)
class Draft:
    """What an agent has typed and not sent. Stays on this machine."""

    ticket: str
    agent: str
    kind: Kind
    text: str
    cursor: int
    updated_at: int
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to the desk: who, when, what, on which entity, and what the author had seen.

    `entity` is `ticket`, `message` or the name of a document table (`customer`, `rule`, …). `previous` is the value before,
    which is what undo needs. `base` is the position in the shared log that the author had seen (0 without a hub).
    `batch` joins the changes of one command; undo takes a batch back as one.
    """

    number: int
    id: str
    batch: str
    at: int
    agent: str
    kind: Literal["create", "set", "claim", "message", "put", "delivery", "undo"]
    entity: str
    entity_id: str
    field: str
    value: Any
    previous: Any
    base: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way out: its state, its next attempt, and the last answer of the server.

    `hold_until` is the end of the seconds in which sending can still be undone.
    """

    message: Message
    ticket: str
    recipients: tuple[str, ...]
    state: Delivery
    attempts: int
    hold_until: int
    next_attempt_at: int
    error: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of the gate about a reply.

    `rule` is a dotted name (`takeaway.missing`), `spans` point into the text given, `evidence` is plain JSON, `advice`
    says what to do about it.
    """

    rule: str
    severity: Severity
    message: str
    advice: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    evidence: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class NearestReply:
    """An earlier reply to somebody else that this text resembles."""

    message: str
    ticket: str
    similarity: float
    excerpt: str


@dataclass(frozen=True, slots=True)
class CannedView:
    """How much of a reply was written before. `sentences` are (start, end, label, why), label as in `store.policy.canned`."""

    score: float
    flagged: bool
    amber: bool
    nearest: tuple[NearestReply, ...] = ()
    sentences: tuple[tuple[int, int, str, str], ...] = ()
    unmentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkVerdict:
    """A link found in a reply: does it count as a takeaway, and why (not)."""

    url: str
    text: str
    known: bool
    counts: bool
    why: str
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A link of the knowledge base that fits a ticket, best first, and the words that say so."""

    takeaway: Takeaway
    score: float
    because: str


@dataclass(frozen=True, slots=True)
class ScopeMatch:
    """A rule that a ticket touches: how strongly (0 to 1) and by which words."""

    rule: ScopeRule
    score: float
    because: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """The judgement of the one gate over one reply."""

    may_send: bool
    findings: tuple[Finding, ...]
    canned: CannedView
    takeaways: tuple[LinkVerdict, ...]
    scope: tuple[ScopeMatch, ...]
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that keep the reply from being sent."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.BLOCK)
