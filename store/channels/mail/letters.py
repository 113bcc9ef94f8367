"""A mail as the desk understands it, before it is filed: read, judged, nothing looked up in the store yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.channels.mail import threading
from store.channels.mail.addresses import Address
from store.channels.mail.kind import Kind as MailKind
from store.channels.mail.kind import Verdict, kind_of
from store.channels.mail.people import House, addressed, author_of, first_foreign
from store.channels.mail.threading import Clues
from store.clock import DAY, MINUTE
from store.config.settings import Mail as Settings
from store.model import Attachment, Author, Customer, Delivery, Kind
from store.text.language import detect

if TYPE_CHECKING:
    from store.channels.mail.parse import Mail
    from store.desk.transaction import NewMessage

CREDIBLE_DELAY = 7 * DAY
"""How much older than its arrival a mail's own date may be (ms); after that the arrival counts."""
CREDIBLE_LEAD = 10 * MINUTE
"""How far ahead of ours the sender's clock may be (ms)."""

TELLING = 600
"""Characters of a text by which its language is told; more would only take longer."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where mail comes in, and by which rules; its `product` and `department` are those of new tickets."""

    house: House
    settings: Settings
    product: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it was understood. `others` are those it went to, us left out; `arrived` (ms) is when a mailbox took it in.

    Mail out of an archive has no `arrived`: there the dates of the mails rule.
    """

    source: str
    raw: bytes
    mail: Mail
    clues: Clues
    author: Address
    others: tuple[str, ...]
    is_ours: bool
    is_form: bool
    folds: tuple[tuple[int, int, str], ...]
    verdict: Verdict
    arrived: int | None = None

    @property
    def automatic(self) -> str:
        """Why the mail counts as written by a machine, else empty. A contact form speaks for the person who filled it in."""
        return "" if self.is_form and self.verdict.kind is MailKind.NOTICE else self.verdict.automatic

    @property
    def message_id(self) -> str:
        """The mail's Message-ID without brackets; empty when it has none."""
        return self.clues.message_id

    @property
    def new_text(self) -> str:
        """What the author wrote this time."""
        from store.desk.indexing import own_text

        return own_text(self.mail.body, self.folds)

    @property
    def language(self) -> str:
        """The language of what the author wrote this time; empty when it cannot be told."""
        return detect(self.new_text[:TELLING]) or ""

    def customer(self, house: House) -> Customer:
        """Whose ticket a mail begins: its author's, or of a mail of ours the first person it went to."""
        from store.desk.ids import derived_id
        from store.desk.transaction import customer_for

        whose = self.author
        if self.is_ours:
            whose = first_foreign((*self.mail.to, *self.mail.cc), house) or whose
        if whose.email:
            return customer_for(whose.email, whose.name)
        return Customer(derived_id("customer", f"name:{whose.name.casefold()}"), "", whose.name)

    def is_fresh(self, now: int) -> bool:
        """Whether it came in lately, so that somebody may be waiting, whatever its date says."""
        return self.arrived is not None and self.arrived > now - CREDIBLE_DELAY

    def moment(self, now: int) -> int:
        """When the mail was written, as far as its date can be believed (ms); else when it arrived."""
        written = self.mail.sent_at
        if written is None or written > now + CREDIBLE_LEAD:
            arrived = self.mail.received_at if self.arrived is None else self.arrived
            return now if arrived is None else min(arrived, now)
        if self.arrived is not None and written < self.arrived - CREDIBLE_DELAY:
            return min(self.arrived, now)
        return written

    def message(self, identity: str, at: int, house: House, notices: tuple[str, ...]) -> NewMessage:
        """The mail as a message of the desk."""
        from store.desk.transaction import NewMessage

        mail, writes_as_agent = self.mail, self.is_ours and not self.automatic
        return NewMessage(
            id=identity,
            kind=Kind.REPLY if self.is_ours else Kind.INBOUND,
            author=Author(
                self.author.name, self.author.email, house.login(self.author.email) if writes_as_agent else ""
            ),
            sent_at=at,
            body=mail.body,
            folds=self.folds,
            html=bool(mail.html),
            attachments=tuple(
                Attachment(f.name, f.type, f.size, f.sha256, f.index) for f in mail.attachments
            ),
            message_id=self.message_id,
            in_reply_to=self.clues.nearest[0] if self.clues.nearest else "",
            automatic=self.automatic,
            delivery=Delivery.SENT if self.is_ours else None,
            notices=notices,
            subject=mail.subject,
        )


def prepare(source: str, raw: bytes, door: Door, arrived: int | None = None) -> Letter:
    """Reads a mail and judges it: who wrote it, to whom, by hand or not, what is new in it. Costs most of an import's time."""
    from store.channels.mail.new_text import folds, folds_of_html
    from store.channels.mail.parse import parse

    mail = parse(raw)
    author = author_of(mail, reply_to=door.settings.answer_reply_to)
    others = addressed(mail, door.house)
    is_doubted = bool(mail.auth_failures) and (arrived is not None or "dmarc=fail" in mail.auth_failures)
    is_ours = door.house.is_ours(author.email) and not is_doubted
    asker = None if others else first_foreign(mail.reply_to, door.house)
    is_form = is_ours and asker is not None
    if is_ours and asker is not None:
        author, is_ours = asker, False  # a contact form writes from us to us, for somebody else
    clues = threading.clues(
        mail.message_id or "",
        mail.in_reply_to,
        mail.references,
        mail.subject,
        author.email.lower(),
        others,
        door.house.ticket_numbers(each.email for each in (*mail.to, *mail.cc)),
    )
    found = folds_of_html(mail.markup, mail.body) if mail.markup else folds(mail.body)
    spans = tuple((fold.start, fold.end, str(fold.kind)) for fold in found)
    verdict = kind_of(mail, door.house.addresses)
    return Letter(source, raw, mail, clues, author, others, is_ours, is_form, spans, verdict, arrived)
