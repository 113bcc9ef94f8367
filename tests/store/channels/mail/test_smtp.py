"""The outbox over a real SMTP server that fails at each stage: what is retried, what is not, what is never sent twice."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from store.channels.mail.smtp import CAP, PATIENCE, SendResult, deliver, sending_mailbox
from store.clock import MINUTE
from store.config import Config, Mailbox, Smtp
from store.desk import Desk, outbox
from store.desk.ids import new_id
from store.desk.transaction import NewMessage, Transaction
from store.errors import ServerError
from store.model import Author, Delivery, Kind, Ticket
from tests.conftest import StoppedClock, ask
from tests.store.channels.mail.servers import CUSTOMER, SUPPORT, SmtpServer, config

COLLEAGUE = "boss@customer.example"
DEFERRED = SendResult(deferred=1)


@pytest.fixture
def connected(desk: Desk, server: SmtpServer) -> Desk:
    """A desk whose outbox leaves by the server."""
    desk.config = config(server.mailbox())
    return desk


def queued(
    desk: Desk, *cc: str, ticket: Ticket | None = None, text: str = "See the guide.", email: str = CUSTOMER
) -> int:
    """A reply in the outbox; returns its row."""
    ticket = ticket or ask(desk, email=email)

    def job(tx: Transaction) -> int:
        identity = new_id()
        new = NewMessage(
            identity,
            Kind.REPLY,
            Author("Ada", "", "ada"),
            tx.now,
            text,
            message_id=f"{identity}@lumen.example",
            delivery=Delivery.QUEUED,
        )
        number = tx.add_message(ticket.number, new)
        outbox.queue(tx, number, [ticket.customer.email, *cc], tx.now)
        return number

    return desk.change(job)


def state(desk: Desk, number: int) -> Delivery:
    return outbox.outgoing_of(desk, number).state


def test_a_reply_reaches_the_customer_once(connected: Desk, server: SmtpServer) -> None:
    number = queued(connected)
    assert deliver(connected) == SendResult(sent=1)
    assert deliver(connected) == SendResult()
    assert [mail.recipients for mail in server.received] == [[CUSTOMER]]
    assert state(connected, number) is Delivery.SENT


def test_many_replies_leave_over_one_connection(connected: Desk, server: SmtpServer) -> None:
    for each in range(3):
        queued(connected, email=f"c{each}@customer.example")
    assert deliver(connected) == SendResult(sent=3)
    assert len({mail.recipients[0] for mail in server.received}) == 3


@pytest.mark.parametrize("stage", ["MAIL", CUSTOMER, "DATA", "TEXT"])
def test_a_refusal_for_now_is_tried_again_later(
    connected: Desk, server: SmtpServer, clock: StoppedClock, stage: str
) -> None:
    number = queued(connected)
    server.fail(stage, "451 try again later")
    assert deliver(connected) == DEFERRED
    assert deliver(connected) == SendResult()
    assert "451 try again later" in outbox.outgoing_of(connected, number).error
    server.behave()
    clock.pass_by(MINUTE)
    assert deliver(connected) == SendResult(sent=1)
    assert len(server.received) == 1


@pytest.mark.parametrize("stage", ["MAIL", CUSTOMER, "DATA", "TEXT"])
def test_a_final_refusal_fails_and_is_not_tried_again(
    connected: Desk, server: SmtpServer, clock: StoppedClock, stage: str
) -> None:
    number = queued(connected)
    server.fail(stage, "550 never")
    assert deliver(connected) == SendResult(failed=1)
    server.behave()
    clock.pass_by(1000 * MINUTE)
    assert deliver(connected) == SendResult()
    assert state(connected, number) is Delivery.FAILED
    assert not server.received


@pytest.mark.parametrize("stage", ["MAIL", CUSTOMER, "DATA"])
@pytest.mark.parametrize("fault", ["drop", "hang"])
def test_a_line_that_breaks_before_the_text_is_tried_again(
    connected: Desk, server: SmtpServer, clock: StoppedClock, stage: str, fault: str
) -> None:
    if (stage, fault) == ("DATA", "hang"):
        fault = "421 going down"
    queued(connected)
    server.fail(stage, fault)
    assert deliver(connected, timeout=0.2) == DEFERRED
    server.behave()
    clock.pass_by(MINUTE)
    assert deliver(connected) == SendResult(sent=1)
    assert len(server.received) == 1


@pytest.mark.parametrize("fault", ["drop", "hang"])
def test_a_line_that_breaks_after_the_text_leaves_the_reply_uncertain_and_alone(
    connected: Desk, server: SmtpServer, clock: StoppedClock, fault: str
) -> None:
    number = queued(connected)
    server.fail("TEXT", fault)
    assert deliver(connected, timeout=0.2) == SendResult(uncertain=1)
    server.behave()
    clock.pass_by(1000 * MINUTE)
    assert deliver(connected) == SendResult()
    assert state(connected, number) is Delivery.UNCERTAIN
    assert len(server.received) == (1 if fault == "drop" else 0)


def test_a_server_that_is_not_there_defers_one_and_spares_the_rest(desk: Desk, server: SmtpServer) -> None:
    desk.config = config(Mailbox(SUPPORT, smtp=Smtp("127.0.0.1", 9, tls="none")))
    numbers = [queued(desk), queued(desk)]
    assert deliver(desk) == SendResult(deferred=2)
    assert sorted(outbox.outgoing_of(desk, number).attempts for number in numbers) == [0, 1]
    assert all(outbox.outgoing_of(desk, number).error for number in numbers)


def test_a_colleague_in_copy_who_is_refused_does_not_keep_the_mail_from_the_customer(
    connected: Desk, server: SmtpServer
) -> None:
    number = queued(connected, COLLEAGUE)
    server.fail(COLLEAGUE, "550 no such user")
    assert deliver(connected) == SendResult(sent=1)
    assert server.received[0].recipients == [CUSTOMER]
    assert outbox.outgoing_of(connected, number).error == f"{COLLEAGUE}: 550 no such user"


def test_a_colleague_refused_for_now_is_waited_for_but_not_forever(
    connected: Desk, server: SmtpServer, clock: StoppedClock
) -> None:
    queued(connected, COLLEAGUE)
    server.fail(COLLEAGUE, "450 greylisted")
    for _ in range(PATIENCE):
        assert deliver(connected) == DEFERRED
        clock.pass_by(60 * MINUTE)
    assert deliver(connected) == SendResult(sent=1)
    assert server.received[0].recipients == [CUSTOMER]


def test_a_sender_whose_lease_was_taken_over_lets_nothing_go(
    connected: Desk, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(connected)
    monkeypatch.setattr(outbox, "begin", lambda desk, lease: False)
    deliver(connected)
    assert not server.received


def test_more_than_ten_replies_in_ten_minutes_on_one_ticket_are_held_back(
    connected: Desk, server: SmtpServer, clock: StoppedClock
) -> None:
    ticket = ask(connected)
    for each in range(CAP + 1):
        queued(connected, ticket=ticket, text=f"Answer {each}")
    assert deliver(connected) == SendResult(sent=CAP, deferred=1)
    other = queued(connected, email="other@customer.example")
    assert deliver(connected) == SendResult(sent=1)
    assert state(connected, other) is Delivery.SENT
    clock.pass_by(10 * MINUTE + 1)
    assert deliver(connected) == SendResult(sent=1)


def test_no_more_mails_leave_in_a_minute_than_the_desk_allows(
    connected: Desk, server: SmtpServer, clock: StoppedClock
) -> None:
    from dataclasses import replace

    from store.config.settings import Mail

    connected.config = replace(connected.config, mail=Mail(most_per_minute=2))
    for each in range(3):
        queued(connected, email=f"c{each}@customer.example")
    assert deliver(connected) == SendResult(sent=2, deferred=1)
    clock.pass_by(MINUTE + 1)
    assert deliver(connected) == SendResult(sent=1)


def test_without_a_server_the_replies_stay_where_they_are(desk: Desk) -> None:
    number = queued(desk)
    with pytest.raises(ServerError, match="no server for sending"):
        deliver(desk)
    assert outbox.outgoing_of(desk, number).attempts == 0


def test_a_password_is_never_sent_without_tls(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPTERM_SECRET_SMTP_SUPPORT_LUMEN_EXAMPLE", "secret")
    desk.config = config(Mailbox(SUPPORT, smtp=Smtp("mail.lumen.invalid", 25, tls="none", user="ada")))
    number = queued(desk)
    assert deliver(desk) == DEFERRED
    assert "without TLS" in outbox.outgoing_of(desk, number).error


def test_a_server_without_tls_is_not_used_when_tls_is_asked_for(desk: Desk, server: SmtpServer) -> None:
    desk.config = config(Mailbox(SUPPORT, smtp=Smtp("127.0.0.1", server.port, tls="starttls")))
    queued(desk)
    assert deliver(desk) == DEFERRED
    assert not server.received


def test_an_address_that_is_none_fails_and_breaks_nothing(connected: Desk, server: SmtpServer) -> None:
    queued(connected, email="nobody\r\nBcc: x@y.example")
    queued(connected)
    assert deliver(connected) == SendResult(sent=1, failed=1)
    assert b"Bcc" not in server.received[0].data


def test_letters_beyond_ascii_in_an_address_go_by_smtputf8(connected: Desk, server: SmtpServer) -> None:
    queued(connected, email="jürgen@bücher.example")
    assert deliver(connected) == SendResult(sent=1)
    assert server.received[0].recipients == ["jürgen@xn--bcher-kva.example"]


def test_a_line_of_the_text_that_begins_with_a_dot_arrives_as_it_was(
    connected: Desk, server: SmtpServer
) -> None:
    queued(connected, text="First\n.hidden\n..\n.\nlast")
    deliver(connected)
    mail = message_from_bytes(server.received[0].data, policy=default)
    assert mail.get_content().splitlines() == ["First", ".hidden", "..", ".", "last"]


def test_a_product_sends_over_its_own_mailbox() -> None:
    one = Mailbox("a@lumen.example", smtp=Smtp("a"))
    two = Mailbox("b@lumen.example", product="Orbit", smtp=Smtp("b"))
    assert sending_mailbox(Config(mailboxes=(one, two)), "orbit") is two
    assert sending_mailbox(Config(mailboxes=(one, two)), "Lumen") is one
    assert sending_mailbox(Config(mailboxes=(two,)), "Lumen") is two
