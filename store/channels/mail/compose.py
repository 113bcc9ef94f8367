"""A reply as the mail that leaves: a person's letter, with the headers that keep it in its thread (RFC 5322, RFC 3676).

No Auto-Submitted, Precedence or List field, since people wrote it, and no Bcc. What strangers wrote (names, subjects,
ids) enters the header on one line and through checked forms only, so it cannot add a field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from store.channels.attachments import bytes_of
from store.channels.mail.parse import parse
from store.config import Mailbox
from store.desk import Desk
from store.desk.conversation import messages, raw_mail
from store.desk.documents import document
from store.desk.tickets import find
from store.errors import BadInput, NotFound
from store.model import Message, Outgoing, Product, Ticket
from store.text.inert import inert_line

FIRST_REFERENCES = 4
LAST_REFERENCES = 6
"""Of more than ten References so many stay: the thread's root, and what the mail is about."""

FLOWED_WIDTH = 72
_PLAIN_WIDTH = 78

_ID = re.compile(r"[!-;=?-~]{1,900}")
_WORD = re.compile(r"\S*\s+|\S+")
_ANSWERS = re.compile(r"\s*(?:re|aw|antw|sv|ynt|cvp|réf?|rv)\s?(?:\[\d+\])?\s?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail ready to leave: its bytes with CRLF line ends, and the envelope. `needs_utf8`: only by SMTPUTF8 (RFC 6531)."""

    data: bytes
    sender: str
    recipients: tuple[str, ...]
    needs_utf8: bool


def compose(desk: Desk, outgoing: Outgoing, mailbox: Mailbox) -> Composed:
    """The mail of a reply in the outbox, the same bytes at each attempt. Raises BadInput for an address that is none."""
    message = outgoing.message
    ticket = find(desk, outgoing.ticket)
    product = _product(desk, ticket)
    sender = address(product.address or mailbox.address, product.from_name or _name_of(mailbox))
    people = [_recipient(each, ticket) for each in outgoing.recipients]
    if not people:
        raise BadInput("the reply goes to nobody", "write it again with an address")
    needs_utf8 = not all(each.addr_spec.isascii() for each in (sender, *people))
    mail = EmailMessage(policy=SMTPUTF8 if needs_utf8 else SMTP)
    mail["From"] = sender
    mail["To"] = people[0]
    if people[1:]:
        mail["Cc"] = people[1:]
    mail["Subject"] = subject_of(ticket)
    mail["Date"] = format_datetime(datetime.fromtimestamp(message.sent_at // 1000, UTC))
    _fill(desk, mail, message, product)
    ids = _ids_header(message.message_id, message.in_reply_to, _references(desk, ticket, message))
    return Composed(
        ids + mail.as_bytes(), sender.addr_spec, tuple(each.addr_spec for each in people), needs_utf8
    )


def _product(desk: Desk, ticket: Ticket) -> Product:
    try:
        return document(desk.read(), Product, ticket.product) if ticket.product else Product("", "")
    except NotFound:
        return Product("", "")


def _name_of(mailbox: Mailbox) -> str:
    return "" if mailbox.name == mailbox.address else mailbox.name


def address(email: str, name: str = "") -> Address:
    """An address for a header, its domain in ASCII (RFC 5890). Raises BadInput for one that is none."""
    local, _, domain = inert_line(email).rpartition("@")
    try:
        if not local or not domain or re.search(r"[\s<>,;:\"()\[\]\\]", local + domain):
            raise ValueError(email)
        return Address(
            inert_line(name), local, domain if domain.isascii() else domain.encode("idna").decode()
        )
    except (ValueError, IndexError) as error:
        raise BadInput(
            f"{inert_line(email)!r} is no address that mail can go to", "correct the address"
        ) from error


def _recipient(email: str, ticket: Ticket) -> Address:
    is_customer = email.casefold() == ticket.customer.email.casefold()
    return address(email, ticket.customer.name if is_customer else "")


def subject_of(ticket: Ticket) -> str:
    """`Re:` and the ticket's subject, once."""
    subject = inert_line(ticket.subject)
    return subject if _ANSWERS.match(subject) else f"Re: {subject}".rstrip()


def _fill(desk: Desk, mail: EmailMessage, message: Message, product: Product) -> None:
    text = signed(message.body, product.signature)
    is_short = text.isascii() and all(len(line) <= _PLAIN_WIDTH for line in text.splitlines())
    params = {}
    if desk.config.mail.flowed:
        text, params = flowed(text), {"format": "flowed"}
    mail.set_content(text, charset="utf-8", cte="7bit" if is_short else "quoted-printable", params=params)
    for file in message.attachments:
        kind, _, subtype = file.type.partition("/")
        if kind in ("multipart", "message") or not subtype:
            kind, subtype = "application", "octet-stream"
        mail.add_attachment(
            bytes_of(desk, message, file),
            maintype=kind,
            subtype=subtype,
            filename=inert_line(file.name) or "file",
        )


def signed(body: str, signature: str) -> str:
    """A reply with the product's signature below it, as it leaves; one that ends with the signature keeps it once."""
    signature = signature.strip()
    body = body.rstrip()
    if not signature or body.endswith(signature):
        return f"{body}\n"
    return f"{body}\n\n-- \n{signature}\n"


def flowed(text: str) -> str:
    """`text` as format=flowed (RFC 3676, 4.2): long lines end in a blank where they may be joined again."""
    return "".join(f"{line}\n" for each in text.splitlines() for line in _flowed_line(each))


def _flowed_line(line: str) -> list[str]:
    if line.rstrip() == "--" or line.startswith(">"):
        return [line]
    pieces = [""]
    for word in _WORD.findall(line.rstrip()):
        if pieces[-1].endswith(" ") and len(pieces[-1]) + len(word.rstrip()) > FLOWED_WIDTH:
            pieces.append("")
        pieces[-1] += word
    return [f" {piece}" if piece.startswith((" ", ">", "From ")) else piece for piece in pieces]


def _references(desk: Desk, ticket: Ticket, message: Message) -> list[str]:
    """The ids that lead to this mail, oldest first: those of the answered mail and itself (RFC 5322, 3.6.4)."""
    thread = [each for each in messages(desk, ticket) if each.message_id and each.number != message.number]
    answered = next((each for each in thread if each.message_id == message.in_reply_to), None)
    if answered is None:
        return [message.in_reply_to] if message.in_reply_to else []
    try:
        mail = parse(raw_mail(desk, answered))
    except (NotFound, BadInput):
        before = [each.message_id for each in thread if each.sent_at < answered.sent_at]
        return [*before, answered.message_id]
    return [*(mail.references or mail.in_reply_to[:1]), answered.message_id]


def trimmed(references: Sequence[str]) -> list[str]:
    """Ids without doubles; of more than ten, the first four and the last six."""
    ids = [each for each in dict.fromkeys(references) if _ID.fullmatch(each)]
    if len(ids) <= FIRST_REFERENCES + LAST_REFERENCES:
        return ids
    return ids[:FIRST_REFERENCES] + ids[-LAST_REFERENCES:]


def _ids_header(message_id: str, in_reply_to: str, references: Sequence[str]) -> bytes:
    """The three fields of ids. Written by hand: the standard library breaks long ids apart when it folds."""
    lines = [f"Message-ID: <{message_id}>"]
    if _ID.fullmatch(in_reply_to):
        lines.append(f"In-Reply-To: <{in_reply_to}>")
    if ids := trimmed(references):
        lines.append("References: " + "\r\n ".join(f"<{each}>" for each in ids))
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
