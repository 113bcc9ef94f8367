"""A reply that is being written: what editor and review screen share, and what they read and change. No widget is known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.desk import Desk, conversation, drafts, explanations, replies, rules, tickets
from store.errors import NotFound
from store.model import Draft, Kind, Message, NearestReply, Review, ScopeRule, Status, Ticket

if TYPE_CHECKING:
    from store.policy.gate import TicketContext
    from store.working import GreenLight, Problem


@dataclass(slots=True)
class Writing:
    """One reply on its way: `seen` is the row of the newest message that its author has had before the eyes.

    With `hands_in` the author is a newcomer, whose reply goes to a mentor first; `light` is where that one stands. With
    `mentors` the text is somebody else's, `light`, which the agent at this desk reads and perhaps edits. `problem` is the
    patched cause that the customer is to be told of.
    """

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
    problem: Problem | None = None
    light: GreenLight | None = None
    hands_in: bool = False
    mentors: bool = False

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

    @property
    def draft_rule(self) -> str:
        """What a draft of this text says about itself: the rule it declines by, or the reply that it edits."""
        if self.mentors and self.light is not None:
            from store.shifts.greenlight import draft_mark

            return draft_mark(self.light)
        return self._rule

    def send(self) -> Message | None:
        """Through the gate into the outbox; runs in a thread. None when it was handed to a mentor instead.

        Raises what `store.desk.replies.send` and the functions of `store.shifts.greenlight` raise.
        """
        from store.policy.gate import Reply

        reply = Reply(self.text, decline_rule=self._rule, acknowledged=self.reasons)
        if self.hands_in:
            from store.shifts import greenlight

            self.light, _ = greenlight.submit(
                self.desk, self.ticket, reply, status=self.status, cc=self.cc, seen=self.seen
            )
            return None
        if self.mentors and self.light is not None:
            return self._let_pass(self.light)
        message, _ = replies.send(
            self.desk, self.ticket, reply, status=self.status, cc=self.cc, seen=self.seen
        )
        return message

    def _let_pass(self, light: GreenLight) -> Message:
        from store.shifts import greenlight

        self.light, message, _ = greenlight.send(
            self.desk,
            light.id,
            text=self.text,
            acknowledged=tuple(self.reasons.items()),
            status=self.status,
            cc=self.cc,
            seen=self.seen,
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
        """Ticket and conversation as they are now; returns what others have written since `seen`. Runs in a thread."""
        self.ticket = tickets.ticket(self.desk, self.ticket.number)
        self.messages = tuple(conversation.messages(self.desk, self.ticket))
        return tuple(conversation.written_since(self.desk.read(), self.ticket, self.seen, self.desk.agent))

    def news(self) -> tuple[Message, ...]:
        """Of `messages`, those that others have written since `seen`; mail of machines does not count."""
        return tuple(
            each
            for each in self.messages
            if each.number > self.seen and each.author.agent != self.desk.agent and not each.automatic
        )

    def changed_since(self, before: Ticket) -> str:
        """What somebody else has made of the ticket meanwhile, as a sentence; empty when nothing that matters here."""
        now = self.ticket
        if now.assignee not in (before.assignee, self.desk.agent):
            return (
                f"{now.assignee} has taken this ticket" if now.assignee else "Nobody has this ticket any more"
            )
        if now.status.is_done and not before.status.is_done:
            return f"This ticket is {now.status} now: somebody else has finished it"
        return ""

    def has_seen(self, messages: Sequence[Message]) -> None:
        """The author has been shown these."""
        self.seen = max(self.seen, conversation.newest(messages))

    def last_of_customer(self) -> str:
        """What the customer wrote last, without what it quotes; empty when the customer wrote nothing."""
        theirs = (
            each.new_text
            for each in reversed(self.messages)
            if each.kind is Kind.INBOUND and not each.automatic
        )
        return next((text for text in theirs if text.strip()), "")


def begin(desk: Desk, ticket: Ticket, rule: str = "") -> Writing:
    """Everything the editor needs, read in a thread; a draft is found again, with the rule it declines by.

    A newcomer finds a reply again that waits for a mentor or was returned.
    """
    draft = drafts.load(desk, ticket)
    writing = _begin(desk, ticket, draft, _rule(desk, rule or (draft.rule if draft else "")))
    if replies.TELL_THEM in writing.ticket.tags:
        from store.shifts.problems import facts_for

        writing.problem = facts_for(desk, writing.ticket)
    if replies.is_newcomer(desk):
        from store.shifts import greenlight

        writing.hands_in = True
        light = greenlight.on_ticket(desk, writing.ticket)
        if light is not None and light.author.casefold() == desk.agent.casefold():
            _go_on_with(writing, light, draft)
    return writing


def begin_mentoring(desk: Desk, light: GreenLight) -> Writing:
    """A newcomer's reply as its mentor reads and edits it, read in a thread; what the mentor has edited is found again."""
    from store.shifts import greenlight

    ticket = tickets.find(desk, light.ticket)
    draft = drafts.load(desk, ticket)
    if draft is not None and draft.rule != greenlight.draft_mark(light):
        draft = None
    writing = _begin(desk, ticket, draft, _rule(desk, light.rule))
    writing.mentors = True
    seen = greenlight.seen_by_author(desk, light)
    writing.seen = writing.seen if seen is None else seen
    _go_on_with(writing, light, draft)
    return writing


def _go_on_with(writing: Writing, light: GreenLight, draft: Draft | None) -> None:
    """Takes up a reply that was handed in: its text, unless a draft goes on with it, its copies, its reasons, its status."""
    writing.light = light
    writing.text = draft.text if draft is not None else light.text
    writing.status, writing.cc, writing.has_copies = Status(light.status), light.cc, True
    writing.reasons = dict(zip(light.reasons[::2], light.reasons[1::2], strict=True))


def _begin(desk: Desk, ticket: Ticket, draft: Draft | None, rule: ScopeRule | None) -> Writing:
    from store.policy.gate import context

    ticket = tickets.ticket(desk, ticket.number)
    messages = tuple(conversation.messages(desk, ticket))
    return Writing(
        desk=desk,
        ticket=ticket,
        messages=messages,
        draft=draft,
        rule=rule,
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
