"""A whole conversation over real IMAP and SMTP, with everything that goes wrong: the desk shows what happened, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from store.channels.mail.imap import fetch
from store.channels.mail.smtp import SendResult, deliver
from store.clock import HOUR, MINUTE
from store.config import Mailbox
from store.config.settings import Desk as DeskSettings
from store.desk import Desk, conversation, outbox, replies, tickets
from store.desk.ids import new_id
from store.model import Delivery, Kind, Message, Status, Ticket
from store.policy.gate import Reply
from tests.conftest import StoppedClock
from tests.store.channels.mail.servers import CUSTOMER, SUPPORT, ImapServer, SmtpServer, config, letter

BOUNCE = """From: MAILER-DAEMON@mx.customer.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.customer.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {customer}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--b
Content-Type: text/rfc822-headers

From: {to}
To: {customer}
Message-ID: <{bounced}>
Subject: Re: Where is my invoice?

--b--
"""


class Post:
    """The customer's side of the mailbox, and the desk's fetch and send."""

    def __init__(self, desk: Desk, imap: ImapServer, smtp: SmtpServer, clock: StoppedClock) -> None:
        self.desk, self.smtp, self.clock = desk, smtp, clock
        self.client = imap.client()
        self.folder = f"conversation-{new_id()}"
        self.client.create_folder(self.folder)

    def brings(self, *mails: bytes) -> None:
        """Mails arrive and are fetched, twice, as if nobody had noticed."""
        self.clock.pass_by(10 * MINUTE)
        for mail in mails:
            self.client.append(self.folder, mail)
        assert fetch(self.desk).fetched == len(mails)
        assert fetch(self.desk).fetched == 0

    def answer(self, ticket: Ticket, text: str) -> Message:
        self.clock.pass_by(MINUTE)
        return replies.send(self.desk, ticket, Reply(text))[0]

    def last(self) -> dict[str, str]:
        """The header of the last mail that the SMTP server took."""
        return dict(message_from_bytes(self.smtp.received[-1].data, policy=default).items())


@pytest.fixture
def post(
    desk: Desk,
    imap_server: ImapServer,
    server: SmtpServer,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Post]:
    monkeypatch.setenv("HELPTERM_SECRET_IMAP_LUMEN", imap_server.password)
    opened = Post(desk, imap_server, server, clock)
    imap = imap_server.settings(opened.folder)
    mailbox = Mailbox(SUPPORT, name="Lumen", imap=imap, smtp=server.mailbox().smtp)
    desk.config = replace(config(mailbox), desk=DeskSettings(undo_send_seconds=0))
    yield opened
    opened.client.logout()


def the_ticket(desk: Desk) -> Ticket:
    ((number,),) = desk.read().execute("SELECT number FROM tickets").fetchall()
    return tickets.ticket(desk, number)


def test_a_whole_conversation_is_shown_exactly_as_it_happened(
    post: Post, desk: Desk, server: SmtpServer, clock: StoppedClock
) -> None:
    post.brings(letter(message_id="q1@customer.example", at=clock.now))
    ticket = the_ticket(desk)
    assert (ticket.status, ticket.customer.email, ticket.language) == (Status.NEW, CUSTOMER, "en")

    first = post.answer(
        ticket,
        "Dear Carla,\n\nyour invoice lies at https://lumen.example/help/invoices/42 for you to download.",
    )
    assert deliver(desk) == SendResult(sent=1)
    assert post.last()["In-Reply-To"] == "<q1@customer.example>"
    assert post.last()["Message-ID"] == f"<{first.message_id}>"
    assert the_ticket(desk).status is Status.PENDING

    out_of_office = letter(
        "Automatic reply: Where is my invoice?",
        "I am away until Monday.",
        message_id="away@customer.example",
        answers=first.message_id,
        at=clock.now,
        Auto_Submitted="auto-replied",
    )
    post.brings(out_of_office)
    assert the_ticket(desk).status is Status.PENDING

    quoted = f"It is the wrong one, mine has the number 43.\n\nOn Wed, Ada wrote:\n> {first.body.splitlines()[0]}\n> \n"
    post.brings(
        letter(
            "Re: Where is my invoice?",
            quoted,
            message_id="q2@customer.example",
            answers=first.message_id,
            references=f"<q1@customer.example> <{first.message_id}>",
            at=clock.now,
        )
    )
    ticket = the_ticket(desk)
    assert ticket.status is Status.OPEN
    assert ticket.waiting_since is not None

    second = post.answer(
        ticket, "Number 43 is at https://lumen.example/help/invoices/43 as you asked, Carla."
    )
    server.fail("TEXT", "drop")
    assert deliver(desk) == SendResult(uncertain=1)
    server.behave()
    clock.pass_by(24 * HOUR)
    assert deliver(desk) == SendResult()
    assert post.last()["References"].split() == [
        "<q1@customer.example>",
        f"<{first.message_id}>",
        "<q2@customer.example>",
    ]

    post.brings(BOUNCE.format(to=SUPPORT, customer=CUSTOMER, bounced=second.message_id).encode())

    ticket = the_ticket(desk)
    shown = conversation.messages(desk, ticket)
    assert [(each.kind, each.automatic, each.delivery) for each in shown] == [
        (Kind.INBOUND, "", None),
        (Kind.REPLY, "", Delivery.SENT),
        (Kind.INBOUND, "auto_reply", None),
        (Kind.INBOUND, "", None),
        (Kind.REPLY, "", Delivery.FAILED),
        (Kind.INBOUND, "bounce", None),
    ]
    assert shown[3].new_text == "It is the wrong one, mine has the number 43."
    assert "5.1.1" in outbox.outgoing_of(desk, second.number).error
    assert ticket.status is Status.PENDING
    assert [mail.recipients for mail in server.received] == [[CUSTOMER], [CUSTOMER]]


def test_an_answer_to_an_uncertain_reply_shows_that_it_arrived(
    post: Post, desk: Desk, server: SmtpServer, clock: StoppedClock
) -> None:
    post.brings(letter("One more thing", message_id="u1@customer.example", at=clock.now))
    reply = post.answer(
        the_ticket(desk), "It is explained at https://lumen.example/help/things/1 in full, Carla."
    )
    server.fail("TEXT", "drop")
    assert deliver(desk) == SendResult(uncertain=1)
    post.brings(letter("Re: One more thing", "But where exactly?", answers=reply.message_id, at=clock.now))
    assert outbox.outgoing_of(desk, reply.number).state is Delivery.SENT
