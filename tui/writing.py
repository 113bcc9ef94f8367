"""A reply that is being written: what editor and review screen share, and what they read and change. No widget is known here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.desk import Desk, conversation, drafts, explanations, replies, rules, tickets
from store.errors import NotFound
from store.model import Draft, Kind, Message, NearestReply, Review, ScopeRule, Status, Ticket

if TYPE_CHECKING:
    from store.policy.gate import TicketContext


@dataclass(slots=True)
class Writing:
    """One reply on its way: `seen` is the row of the newest message that its author has had before the eyes."""

    desk: Desk
    ticket: Ticket
    messages: tuple[Message, ...]
    draft: Draft | None
    rule: ScopeRule | None
    context: TicketContext
    seen: int
    text: str = ""
    review: Review | None = None
    status: Status = Status.PENDING
    cc: tuple[str, ...] = ()
    has_copies: bool = False
    reasons: dict[str, str] = field(default_factory=dict)

    def judge(self, text: str) -> Review:
        """Asks the gate; runs in a thread."""
        from store.policy.gate import Reply, review

        return review(self.desk, self.ticket, Reply(text, decline_rule=self._rule), context=self.context)

    @property
    def _rule(self) -> str:
        return self.rule.id if self.rule is not None else ""

    def said_before(self, text: str) -> str:
        """The explanation in `text` that earlier replies hold already, by the last review; empty while there is none."""
        return explanations.said_before(self.review, text) if self.review else ""

    def missing_reasons(self) -> tuple[str, ...]:
        """The rules of findings that want a written reason and have none yet."""
        from store.policy.gate import needs_reason

        return tuple(each.rule for each in needs_reason(self.review, self.reasons)) if self.review else ()

    def send(self) -> Message:
        """Through the gate into the outbox; runs in a thread. Raises what `store.desk.replies.send` raises."""
        from store.policy.gate import Reply

        reply = Reply(self.text, decline_rule=self._rule, acknowledged=self.reasons)
        message, _ = replies.send(
            self.desk, self.ticket, reply, status=self.status, cc=self.cc, seen=self.seen
        )
        return message

    def keep_in_copy(self) -> None:
        """Proposes for Cc, once, those to whom the customer's last mail went as well. Runs in a thread: it reads that mail."""
        from store.channels.mail.people import in_copy

        if not self.has_copies:
            self.has_copies = True
            self.cc = self.cc or in_copy(self.desk, self.ticket)

    def as_it_leaves(self) -> tuple[str, str]:
        """Subject and text of the mail; runs in a thread, for it imports what makes mails."""
        from store.channels.mail.compose import signed, subject_of

        product = self.context.product
        return subject_of(self.ticket), signed(self.text, product.signature if product else "").rstrip("\n")

    def read_again(self) -> tuple[Message, ...]:
        """The conversation as it is now; returns what others have written since `seen`. Runs in a thread."""
        self.messages = tuple(conversation.messages(self.desk, self.ticket))
        return tuple(conversation.written_since(self.desk.read(), self.ticket, self.seen, self.desk.agent))

    def has_seen_all(self) -> None:
        """The author has been shown everything that is in `messages`."""
        self.seen = max(self.seen, conversation.newest(self.messages))

    def last_of_customer(self) -> str:
        """What the customer wrote last, without what it quotes; empty when the customer wrote nothing."""
        theirs = (
            each.new_text
            for each in reversed(self.messages)
            if each.kind is Kind.INBOUND and not each.automatic
        )
        return next((text for text in theirs if text.strip()), "")


def begin(desk: Desk, ticket: Ticket, rule: str = "") -> Writing:
    """Everything the editor needs, read in a thread; a draft is found again, with the rule it declines by."""
    from store.policy.gate import context

    ticket = tickets.ticket(desk, ticket.number)
    messages = tuple(conversation.messages(desk, ticket))
    draft = drafts.load(desk, ticket)
    return Writing(
        desk=desk,
        ticket=ticket,
        messages=messages,
        draft=draft,
        rule=_rule(desk, rule or (draft.rule if draft else "")),
        context=context(desk, ticket),
        seen=conversation.newest(messages),
        text=draft.text if draft else "",
    )


def _rule(desk: Desk, name: str) -> ScopeRule | None:
    try:
        return rules.rule(desk, name) if name else None
    except NotFound:
        return None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier reply that the text resembles, whole, and how much of the one stands in the other."""

    nearest: NearestReply
    message: Message


def earlier_replies(desk: Desk, review: Review) -> tuple[Earlier, ...]:
    """The earlier replies that a review names, whole; runs in a thread. What is not on this desk is left out."""
    found: list[Earlier] = []
    for nearest in review.canned.nearest:
        try:
            found.append(Earlier(nearest, conversation.message_by_id(desk, nearest.message)))
        except NotFound:
            continue
    return tuple(found)


def quoted(text: str) -> str:
    """`text` as a quote (RFC 3676, 4.5): `> ` before each line, deeper quotes without another blank."""
    lines = text.strip("\n").split("\n")
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)
