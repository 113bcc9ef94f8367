"""Who is who in a mail: the desk's own people, who wrote, who was written to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.channels.mail.addresses import Address
from store.desk.documents import documents
from store.model import Agent, Kind, Product, Ticket

if TYPE_CHECKING:
    from store.channels.mail.parse import Mail
    from store.desk.desk import Desk

_VIA = re.compile(r"\s+(?:via|über|vía|par)\s+\S.*$", re.IGNORECASE)
_HIDDEN_AT = re.compile(
    r"^\s*([\w.+-]{1,64})\s(?:at|en|à|bei|em|chez)\s((?:[\w-]+\.)+[a-z]{2,24})(?:\s+\((.{0,150})\))?\s*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{5,15}")


@dataclass(frozen=True, slots=True)
class House:
    """The desk's own addresses, in lower case: whole ones, whole domains, and those that stand for an agent or a product."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    agents: Mapping[str, str] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)

    def is_ours(self, email: str) -> bool:
        """Whether an address is one of ours; what follows a `+` in its local part makes no difference."""
        email = email.lower()
        local, _, domain = email.rpartition("@")
        return (
            domain in self.domains
            or email in self.addresses
            or ("+" in local and f"{local.partition('+')[0]}@{domain}" in self.addresses)
        )

    def login(self, email: str) -> str:
        """Whom an address of ours stands for: an agent's login, else its local part."""
        return self.agents.get(email.lower()) or email.partition("@")[0]

    def product(self, emails: Iterable[str]) -> str:
        """The product whose address is among those a mail went to; empty when none is."""
        return next((self.products[email.lower()] for email in emails if email.lower() in self.products), "")

    def ticket_numbers(self, emails: Iterable[str]) -> tuple[str, ...]:
        """The ticket numbers in plus-addresses of ours: `support+12345@…`."""
        extensions = (
            email.rpartition("@")[0].partition("+")[2]
            for email in emails
            if "+" in email and self.is_ours(email)
        )
        return tuple(extension for extension in extensions if _NUMBER.fullmatch(extension))


def house(desk: Desk, more: Iterable[str] = ()) -> House:
    """Who we are: the configuration, the mailboxes, products and agents, and `more` (addresses or `@domain`s)."""
    config = desk.config
    agents = {
        agent.email.lower(): agent.name
        for agent in documents(desk.read(), Agent, retired=True)
        if agent.email
    }
    known = [each for each in documents(desk.read(), Product, retired=True) if each.address]
    products = {each.address.lower(): each.name for each in known if each.active}
    named = [
        *config.desk.our_addresses,
        *(mailbox.address for mailbox in config.mailboxes),
        *(each.address for each in known),
        *agents,
        *more,
    ]
    lowered = [name.strip().lower() for name in named if "@" in name]
    return House(
        frozenset(name for name in lowered if not name.startswith("@")),
        frozenset(name[1:] for name in lowered if name.startswith("@")),
        agents,
        products,
    )


def author_of(mail: Mail, *, reply_to: bool = False) -> Address:
    """Who wrote a mail: its From; with `reply_to` (a setting) who wants the answer.

    A list that put itself in place of the author (`Jane via the-list`, because of DMARC) is looked through: such lists move
    the author to Reply-To (RFC 7960, 4.1.3.1). So is an archive that hides addresses (`jane at example.org`).
    """
    sender = mail.sender
    others = [each for each in mail.reply_to if each.email and each.email.lower() != sender.email.lower()]
    if others and (reply_to or _VIA.search(sender.name)):
        name = _VIA.sub("", sender.name).strip("'\" ")
        return Address(others[0].name or name, others[0].email)
    if hidden := _HIDDEN_AT.match(mail.headers.get("from")):
        return Address(hidden[3] or "", f"{hidden[1]}@{hidden[2].lower()}")
    return sender


def addressed(mail: Mail, house: House) -> tuple[str, ...]:
    """To whom a mail was written, us left out: addresses in lower case."""
    emails = (each.email.lower() for each in (*mail.to, *mail.cc))
    return tuple(dict.fromkeys(email for email in emails if email and not house.is_ours(email)))


def in_copy(desk: Desk, ticket: Ticket) -> tuple[str, ...]:
    """Whom a reply should keep in copy: the others to whom the customer's last mail went, neither us nor the customer.

    To be shown before the reply is sent. Empty when that mail came in on another desk.
    """
    from store.channels.mail.parse import parse
    from store.desk.conversation import messages, raw_mail
    from store.errors import NotFound

    mails = [each for each in messages(desk, ticket) if each.kind is Kind.INBOUND and not each.automatic]
    try:
        mail = parse(raw_mail(desk, mails[-1])) if mails else None
    except NotFound:
        return ()
    if mail is None:
        return ()
    known = {ticket.customer.email.lower(), mails[-1].author.email.lower()}
    return tuple(each for each in addressed(mail, house(desk)) if each not in known)


def first_foreign(addresses: Sequence[Address], house: House) -> Address | None:
    """The first address that is not ours."""
    return next((each for each in addresses if each.email and not house.is_ours(each.email)), None)
