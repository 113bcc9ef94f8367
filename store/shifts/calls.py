"""Phone calls: logged with one act, as a message of a ticket, new or known, with the time they took."""

from __future__ import annotations

from dataclasses import dataclass

from store.desk import Desk, conversation, tickets
from store.desk.documents import document
from store.desk.ids import derived_id, new_id
from store.desk.messages import author_of
from store.desk.queue import queue_rows
from store.desk.transaction import NewMessage, Transaction, customer_for
from store.errors import BadInput
from store.model import Channel, Customer, Kind, Message, Product, QueueRow, Status, Ticket
from store.shifts import timing
from store.text.inert import inert, inert_line


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it is noted: who rang (name, and an address or a number), about what, how long, and what was agreed.

    `status` is where the ticket stands afterwards.
    """

    what: str
    minutes: float
    next_step: str
    name: str = ""
    email: str = ""
    phone: str = ""
    status: Status = Status.PENDING

    def text(self) -> str:
        """The call as a message."""
        who = " ".join(part for part in (inert_line(self.name), inert_line(self.phone)) if part)
        length = f"{self.minutes:g} min"
        head = f"Call with {who} ({length})" if who else f"Call ({length})"
        return f"{head}\n\n{inert(self.what).strip()}\n\nAgreed: {inert(self.next_step).strip()}"


def log(
    desk: Desk, call: Call, ticket: Ticket | None = None, *, product: str = "", language: str = ""
) -> tuple[Ticket, Message]:
    """Logs a call: it joins `ticket`, or becomes one of its own. Returns the ticket and the message.

    Raises BadInput when it does not say what it was about, how long it took and what was agreed, or whose it was for a new
    ticket; NotFound for an unknown product.
    """
    if not call.what.strip() or not call.next_step.strip():
        raise BadInput("a call says what it was about and what was agreed", "write a sentence for each")
    product_name = document(desk.read(), Product, product).name if product else ""
    caller = _caller(call) if ticket is None else None

    def job(tx: Transaction) -> tuple[int, int]:
        if ticket is not None:
            number = ticket.number
        else:
            assert caller is not None
            number = tx.create_ticket(
                subject=inert_line(call.what.strip().split("\n")[0], 120),
                customer=caller,
                channel=Channel.PHONE,
                product=product_name,
                language=language,
                status=Status.OPEN,
            )
        message = tx.add_message(number, NewMessage(new_id(), Kind.CALL, author_of(tx), tx.now, call.text()))
        timing.enter(tx, number, call.minutes, "call", "call")
        if not tx.value(number, "assignee"):
            tx.set(number, "assignee", tx.agent)
        tx.set(number, "status", str(call.status))
        return number, message

    number, message = desk.change(job)
    return tickets.ticket(desk, number), conversation.message(desk, message)


def tickets_of_caller(desk: Desk, call: Call) -> list[QueueRow]:
    """The tickets that a call may belong to, the open ones first: those of its address or number, else of its name."""
    if call.email.strip() or _digits(call.phone):
        try:
            customer = _caller(call)
        except BadInput:
            return []
        known = "t.customer = (SELECT number FROM customers WHERE id = ?)"
        return queue_rows(desk, f"{known} {_OPEN_FIRST}", (customer.id,))
    name = inert_line(call.name).strip()
    if len(name) < LEAST_LETTERS:
        return []
    known = "t.customer IN (SELECT number FROM customers WHERE name LIKE ? ESCAPE '!' LIMIT 50)"
    escaped = "".join(f"!{letter}" if letter in "!%_" else letter for letter in name)
    return queue_rows(desk, f"{known} {_OPEN_FIRST}", (f"%{escaped}%",))


_OPEN_FIRST = "AND t.merged_into = '' ORDER BY t.rank, t.number LIMIT 12"
LEAST_LETTERS = 3
"""A shorter name says too little to look for."""


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdecimal() or letter == "+")


def _caller(call: Call) -> Customer:
    """Who rang: by address, else by number. Raises BadInput for neither."""
    name = inert_line(call.name).strip()
    if call.email.strip():
        local, at, domain = call.email.strip().rpartition("@")
        if not (local and at and domain) or any(letter.isspace() for letter in call.email.strip()):
            raise BadInput(
                f"{inert_line(call.email)!r} is no e-mail address", "write name@host, or give --phone"
            )
        return customer_for(call.email, name)
    digits = _digits(call.phone)
    if not digits:
        raise BadInput("who rang?", "give an e-mail address or a phone number, or the ticket")
    return Customer(derived_id("customer", "tel", digits), "", name or inert_line(call.phone).strip())
