"""How each ticket of the sample desk came to stand where it stands: a line of events, each by somebody at some time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from store.channels.mail.new_text import folds
from store.clock import MINUTE
from store.desk.documents import document
from store.desk.ids import derived_id
from store.desk.messages import author_of
from store.desk.transaction import NewMessage, Transaction, customer_for
from store.model import Attachment, Author, Channel, Delivery, Kind, Product, ScopeRule, Status
from store.sample import mails
from store.sample.content import YOU, SampleMessage, SampleTicket, rule_id
from store.text.inert import inert, inert_line

SORTER = "mira"
"""Who looks through what comes in: sets priority and tags, hands tickets to people."""

_MAILED = (Channel.EMAIL, Channel.HELPDESK)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that an agent did, or that came in while `agent` was at the desk."""

    at: int
    agent: str
    act: Callable[[Transaction], object]


@dataclass(slots=True)
class Story:
    """One ticket's events. `rows` is shared by all stories: the row of each ticket by its key."""

    ticket: SampleTicket
    now: int
    me: str
    product: Product
    rows: dict[str, int]
    _said: list[NewMessage] = field(default_factory=list)

    def events(self) -> Iterator[Event]:
        """What happened, in order."""
        ticket = self.ticket
        came = self.now - ticket.messages[0].ago
        yield Event(came, self.me, self._create)
        yield Event(came + 3 * MINUTE, SORTER, self._sort)
        for position, message in enumerate(ticket.messages):
            at = self.now - message.ago
            if message.kind in (Kind.REPLY, Kind.CHAT) and message.by == ticket.assignee != "":
                yield Event(at - 2 * MINUTE, self._who(message.by), self._claim)
            yield Event(at, self._who(message.by) or self.me, self._say(position, message))
        yield Event(at + 8 * MINUTE, self._who(ticket.assignee) or SORTER, self._end)

    def _who(self, name: str) -> str:
        return self.me if name == YOU else name

    @property
    def _row(self) -> int:
        return self.rows[self.ticket.key]

    @property
    def _id(self) -> str:
        return derived_id("sample", "ticket", self.ticket.key)

    def _create(self, tx: Transaction) -> None:
        ticket = self.ticket
        self.rows[ticket.key] = tx.create_ticket(
            subject=inert_line(ticket.subject),
            customer=customer_for(ticket.email, inert_line(ticket.name)),
            channel=ticket.channel,
            product=ticket.product,
            department=ticket.department,
            language=ticket.language,
            ticket_id=self._id,
        )

    def _sort(self, tx: Transaction) -> None:
        ticket = self.ticket
        tx.set(self._row, "priority", str(ticket.priority))
        for tag in ticket.tags:
            tx.set(self._row, f"tag:{tag}", True)
        if ticket.status is Status.OPEN and not any(message.by for message in ticket.messages):
            tx.set(self._row, "assignee", self._who(ticket.assignee))

    def _claim(self, tx: Transaction) -> None:
        tx.set(self._row, "assignee", tx.agent, "claim")

    def _say(self, position: int, message: SampleMessage) -> Callable[[Transaction], None]:
        def act(tx: Transaction) -> None:
            message_id = derived_id("sample", "message", self.ticket.key, str(position))
            raw = None
            if message.by:
                new = self._ours(tx, message, message_id)
            elif self.ticket.channel in _MAILED:
                new, raw = self._mailed(tx, message, message_id)
            else:
                new = self._theirs(tx, message, message_id)
            tx.add_message(self._row, new, raw)
            self._move_on(tx, message)
            self._said.append(new)

        return act

    def _ours(self, tx: Transaction, message: SampleMessage, message_id: str) -> NewMessage:
        mailed = message.kind is Kind.REPLY
        domain = self.product.address.rpartition("@")[2]
        return NewMessage(
            message_id,
            message.kind,
            author_of(tx),
            tx.now,
            message.text,
            message_id=f"{message_id}@{domain}" if mailed else "",
            in_reply_to=self._answered() if mailed else "",
            delivery=Delivery.SENT if mailed else None,
        )

    def _theirs(self, tx: Transaction, message: SampleMessage, message_id: str) -> NewMessage:
        """What came by phone, chat or forum is text already."""
        body = inert(self._with_quote(message.text))
        who = Author(inert_line(self.ticket.name), self.ticket.email)
        return NewMessage(message_id, message.kind, who, tx.now, body)

    def _mailed(self, tx: Transaction, message: SampleMessage, message_id: str) -> tuple[NewMessage, bytes]:
        """What came by mail was a mail, and is read as one."""
        from store.channels.mail.parse import parse

        raw = mails.source(
            sender=(self.ticket.name, self.ticket.email),
            to=self.product.address,
            subject=f"Re: {self.ticket.subject}" if self._said else self.ticket.subject,
            at=tx.now,
            message_id=f"{message_id[:16]}@{self.ticket.email.partition('@')[2]}",
            in_reply_to=self._answered(),
            body=self._with_quote(message.text),
            files=message.files,
        )
        mail = parse(raw)
        new = replace(
            self._theirs(tx, message, message_id),
            body=mail.body,
            folds=tuple((each.start, each.end, str(each.kind)) for each in folds(mail.body)),
            attachments=tuple(
                Attachment(f.name, f.type, f.size, f.sha256, f.index) for f in mail.attachments
            ),
            message_id=mail.message_id or "",
            in_reply_to=self._answered(),
        )
        return new, raw

    def _answered(self) -> str:
        return next((each.message_id for each in reversed(self._said) if each.message_id), "")

    def _with_quote(self, text: str) -> str:
        if "{quote}" not in text:
            return text
        before = self._said[-1]
        quote = mails.quoted(before.body, before.author.name, before.sent_at, self.ticket.language)
        return text.replace("{quote}", quote)

    def _move_on(self, tx: Transaction, message: SampleMessage) -> None:
        """The status that follows from a message, and the tier from an escalation."""
        if message.kind is Kind.REPLY:
            tx.set(self._row, "status", str(Status.PENDING))
        elif not message.by and self._said:
            tx.set(self._row, "status", str(Status.OPEN))
        elif message.kind is Kind.NOTE and message.text.startswith("Escalated"):
            tx.set(self._row, "tier", self.ticket.tier)
            tx.set(self._row, "assignee", "")

    def _end(self, tx: Transaction) -> None:
        """Sets what the ticket is meant to be in the end and is not yet."""
        ticket = self.ticket
        merged_into = derived_id("sample", "ticket", ticket.merged_into) if ticket.merged_into else ""
        values = {
            "assignee": self._who(ticket.assignee),
            "status": str(ticket.status),
            "problem": ticket.problem,
            "declined_by": rule_id(ticket.declined_by),
            "merged_into": merged_into,
            "handle_seconds": ticket.handle_seconds,
            "snoozed_until": self.now + ticket.snoozed_for if ticket.snoozed_for else None,
        }
        for name, value in values.items():
            tx.set(self._row, name, value)
        if ticket.declined_by:
            rule = document(tx.connection, ScopeRule, rule_id(ticket.declined_by))
            tx.put(replace(rule, examples=(*rule.examples, self._id), version=rule.version + 1))
