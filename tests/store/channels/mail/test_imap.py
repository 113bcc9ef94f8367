"""Mailboxes over a real IMAP server: what is fetched, marked, kept aside, and found again after the server forgot its UIDs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from imapclient import IMAPClient

from store.channels.mail import imap, intake, letters
from store.channels.mail.aside import aside, raw_aside
from store.channels.mail.imap import FetchResult, fetch
from store.channels.mail.watching import watch
from store.clock import DAY, HOUR
from store.config import Mailbox
from store.desk import Desk, conversation, outbox, tickets
from store.desk.queue import counts
from store.errors import ServerError
from store.model import Delivery, Kind, Status
from tests.conftest import StoppedClock, answer, ask
from tests.store.channels.mail.servers import CUSTOMER, SUPPORT, ImapServer, config, letter


class Box:
    """A folder of the server, and the desk's view of it."""

    def __init__(self, server: ImapServer, name: str) -> None:
        self.server, self.name = server, name
        self.client: IMAPClient = server.client()
        self.client.create_folder(name)

    def put(self, *mails: bytes, folder: str = "") -> None:
        for mail in mails:
            self.client.append(folder or self.name, mail)

    def flags(self) -> list[bool]:
        """Whether each mail is marked as seen, in order."""
        self.client.select_folder(self.name, readonly=True)
        found = self.client.fetch(self.client.search(), ["FLAGS"])
        return [b"\\Seen" in found[uid][b"FLAGS"] for uid in sorted(found)]

    def mailbox(self, **fields: Any) -> Mailbox:
        return Mailbox(SUPPORT, name=self.name, imap=self.server.settings(self.name), **fields)


@pytest.fixture
def box(
    imap_server: ImapServer, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Box]:
    name = f"box{abs(hash(request.node.name)) % 10**8}"
    monkeypatch.setenv(f"HELPTERM_SECRET_IMAP_{name.upper()}", imap_server.password)
    opened = Box(imap_server, name)
    yield opened
    opened.client.logout()


@pytest.fixture
def connected(desk: Desk, box: Box) -> Desk:
    desk.config = config(box.mailbox())
    return desk


def test_what_is_new_is_fetched_once_and_marked_as_seen(connected: Desk, box: Box) -> None:
    box.put(letter("One"), letter("Two"))
    result = fetch(connected)
    assert (result.fetched, result.tickets, result.messages) == (2, 2, 2)
    assert box.flags() == [True, True]
    assert fetch(connected).fetched == 0
    box.put(letter("Three"))
    assert fetch(connected).fetched == 1


def test_a_mail_is_marked_as_seen_only_once_it_is_filed(
    connected: Desk, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_order(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("store.channels.mail.imap.file_letters", out_of_order)
    box.put(letter("One"))
    with pytest.raises(MemoryError):
        fetch(connected)
    monkeypatch.undo()
    assert box.flags() == [False]


def test_a_folder_whose_uids_became_void_is_read_anew_and_nothing_doubles(connected: Desk, box: Box) -> None:
    mails = [letter("One"), letter("Two")]
    box.put(*mails)
    fetch(connected)
    box.client.delete_folder(box.name)
    box.client.create_folder(box.name)
    box.put(*mails, letter("Three"))
    result = fetch(connected)
    assert (result.fetched, result.duplicates, result.tickets) == (3, 2, 1)


def test_one_poisonous_mail_is_kept_aside_and_the_rest_comes_in(
    connected: Desk, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = intake.take

    def picky(tx: Any, mail: letters.Letter, door: letters.Door) -> intake.Item:
        if mail.mail.subject == "Poison":
            raise RuntimeError("cannot be filed")
        return take(tx, mail, door)

    monkeypatch.setattr("store.channels.mail.filing.take", picky)
    poison = letter("Poison")
    box.put(letter("One"), poison, letter("Two"))
    result = fetch(connected)
    assert (result.tickets, len(result.failed)) == (2, 1)
    (kept,) = aside(connected)
    assert "cannot be filed" in kept.reason
    assert raw_aside(connected, kept.id).replace(b"\r\n", b"\n") == poison
    assert fetch(connected).fetched == 0
    assert len(aside(connected)) == 1


def test_a_mail_that_is_no_mail_is_kept_aside(connected: Desk, box: Box) -> None:
    box.put(b"\x00\x01\x02\x03" * 50, letter("One"))
    result = fetch(connected)
    assert (result.tickets, len(result.failed)) == (1, 1)
    assert len(aside(connected)) == 1


def test_a_size_is_looked_at_before_the_mail_is_asked_for(
    connected: Desk, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LARGEST_MAIL", 2000)
    box.put(letter("Large", "x" * 5000), letter("Small"))
    result = fetch(connected)
    assert (result.tickets, len(result.failed)) == (1, 1)
    (kept,) = aside(connected)
    assert not kept.has_raw
    assert box.flags() == [False, True]


def test_many_mails_are_fetched_in_several_batches(
    connected: Desk, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "BATCH", 3)
    monkeypatch.setattr(imap, "BATCH_BYTES", 1500)
    box.put(*(letter(f"Mail {each}", "y" * 200) for each in range(8)))
    assert fetch(connected).tickets == 8
    assert fetch(connected).fetched == 0


def test_each_mailbox_leads_to_its_product_and_department_and_one_mail_in_two_is_one_message(
    desk: Desk, box: Box, imap_server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Box(imap_server, box.name + "b")
    monkeypatch.setenv(f"HELPTERM_SECRET_IMAP_{other.name.upper()}", imap_server.password)
    desk.config = config(box.mailbox(product="Lumen"), other.mailbox(product="Orbit", department="Billing"))
    both = letter("To both of you")
    box.put(letter("One"), both)
    other.put(both, letter("Two"))
    result = fetch(desk)
    other.client.logout()
    assert (result.fetched, result.tickets, result.duplicates) == (4, 3, 1)
    rows = desk.read().execute("SELECT subject, product, department FROM tickets ORDER BY number").fetchall()
    assert rows == [("One", "Lumen", ""), ("To both of you", "Lumen", ""), ("Two", "Orbit", "Billing")]


def test_a_mailbox_that_cannot_be_reached_is_named_and_the_others_are_read(
    desk: Desk, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELPTERM_SECRET_IMAP_DEAD", "x")
    dead = box.mailbox()
    assert dead.imap is not None
    dead = replace(dead, name="Dead", imap=replace(dead.imap, port=9))
    desk.config = config(dead, box.mailbox())
    box.put(letter("One"))
    result = fetch(desk)
    assert [name for name, _ in result.troubles] == ["Dead"]
    assert result.tickets == 1


def test_a_wrong_password_is_said_to_be_wrong(
    connected: Desk, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"HELPTERM_SECRET_IMAP_{box.name.upper()}", "wrong")
    ((_, error),) = fetch(connected).troubles
    assert "log-in was refused" in error.message
    assert "(b'" not in error.message


def test_without_a_mailbox_the_desk_says_so(desk: Desk) -> None:
    with pytest.raises(ServerError, match="no mailbox"):
        fetch(desk)


def test_a_fresh_mail_with_a_broken_clock_waits_from_its_arrival(
    connected: Desk, box: Box, clock: StoppedClock
) -> None:
    ticket = ask(connected, ago=2 * DAY)
    sent = answer(connected, ticket, "Here it is.", ago=HOUR)
    mail_id = conversation.messages(connected, ticket)[0].message_id
    box.put(
        letter(
            "Re: Where is my invoice?", "It is not there at all.", answers=mail_id, at=clock.now - 3000 * DAY
        )
    )
    fetch(connected)
    latest = conversation.messages(connected, ticket)[-1]
    assert latest.kind is Kind.INBOUND
    assert latest.sent_at >= sent.sent_at
    again = tickets.ticket(connected, ticket.number)
    assert again.waiting_since is not None


def test_a_mail_that_crossed_our_reply_on_its_way_is_not_answered_by_it(
    connected: Desk, box: Box, clock: StoppedClock
) -> None:
    ticket = ask(connected, ago=2 * DAY)
    answer(connected, ticket, "Here it is.", ago=HOUR)
    mail_id = conversation.messages(connected, ticket)[0].message_id
    box.put(
        letter("Re: Where is my invoice?", "I forgot the number.", answers=mail_id, at=clock.now - 2 * HOUR)
    )
    fetch(connected)
    assert tickets.ticket(connected, ticket.number).waiting_since == clock.now


def test_a_mail_that_claims_to_be_ours_and_fails_the_server_s_checks_is_a_customer_s(
    connected: Desk, box: Box
) -> None:
    forged = letter(
        sender=SUPPORT, to=CUSTOMER, Authentication_Results="mx.lumen.example; spf=fail; dmarc=fail"
    )
    box.put(forged)
    fetch(connected)
    (kind, agent, notices) = connected.read().execute("SELECT kind, agent, notices FROM messages").fetchone()
    assert (kind, agent) == ("inbound", "")
    assert "could not be verified" in notices


def test_a_copy_in_the_folder_of_sent_mail_settles_an_uncertain_reply(
    connected: Desk, box: Box, imap_server: ImapServer
) -> None:
    from tests.store.channels.mail.test_smtp import queued

    number, lost = queued(connected), queued(connected)
    for _ in range(2):
        lease = outbox.lease(connected)
        assert lease is not None
        outbox.begin(connected, lease)
        outbox.settle(connected, lease, Delivery.UNCERTAIN, "no answer")
    message_id = conversation.message(connected, number).message_id
    sent = box.name + "-sent"
    box.client.create_folder(sent)
    box.put(letter("Copy", sender=SUPPORT, to=CUSTOMER, message_id=message_id), folder=sent)
    mailbox = connected.config.mailboxes[0]
    assert mailbox.imap is not None
    connected.config = config(replace(mailbox, imap=replace(mailbox.imap, sent_folder=sent)))
    assert fetch(connected).settled == 1
    assert outbox.outgoing_of(connected, number).state is Delivery.SENT
    assert outbox.outgoing_of(connected, lost).state is Delivery.UNCERTAIN


@pytest.mark.parametrize("idles", [True, False], ids=["the server tells", "the server is asked"])
def test_a_watched_mailbox_brings_a_mail_in_as_it_arrives(
    connected: Desk, box: Box, idles: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imapclient import IMAPClient

    if not idles:
        knows = IMAPClient.has_capability
        monkeypatch.setattr(
            IMAPClient, "has_capability", lambda self, name: name != "IDLE" and knows(self, name)
        )
        monkeypatch.setattr(IMAPClient, "idle", lambda self: pytest.fail("this server cannot idle"))
    stop, came = threading.Event(), threading.Event()
    results: list[FetchResult] = []

    def report(result: FetchResult) -> None:
        results.append(result)
        came.set()

    watching = threading.Thread(
        target=watch, args=(connected, stop, report), kwargs={} if idles else {"poll_seconds": 0.05}
    )
    watching.start()
    try:
        box.put(letter("One"))
        assert came.wait(20)
        came.clear()
        box.put(letter("Two"))
        assert came.wait(20)
    finally:
        stop.set()
        watching.join(20)
    assert not [trouble for result in results for trouble in result.troubles]
    assert sum(result.tickets for result in results) == 2
    assert counts(connected)


def test_a_mail_that_comes_while_another_is_read_is_not_waited_for(
    connected: Desk, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.channels.mail import watching as module

    fetch_from, waited = module.fetch_from, []

    def slowly(*args: Any) -> int | None:
        expected = fetch_from(*args)
        if not waited:
            waited.append("not yet")
            box.put(letter("Two"))
            args[2].noop()  # the server tells of it now, and nobody listens
        return expected

    monkeypatch.setattr(module, "fetch_from", slowly)
    stop, came = threading.Event(), threading.Event()
    results: list[FetchResult] = []

    def report(result: FetchResult) -> None:
        results.append(result)
        if sum(each.tickets for each in results) == 2:
            came.set()

    box.put(letter("One"))
    watching = threading.Thread(target=watch, args=(connected, stop, report))
    watching.start()
    try:
        assert came.wait(20)
    finally:
        stop.set()
        watching.join(20)


def test_a_watch_survives_a_broken_line(connected: Desk, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.channels.mail import watching as module

    monkeypatch.setattr(module, "BACK_OFF_SECONDS", (0.01,))
    fetch_from, calls = module.fetch_from, []

    def once_broken(*args: Any) -> int | None:
        calls.append(1)
        if len(calls) == 1:
            raise ConnectionResetError("gone")
        return fetch_from(*args)

    monkeypatch.setattr(module, "fetch_from", once_broken)
    stop, came = threading.Event(), threading.Event()
    results: list[FetchResult] = []

    def report(result: FetchResult) -> None:
        results.append(result)
        if result.fetched:
            came.set()

    box.put(letter("One"))
    watching = threading.Thread(target=watch, args=(connected, stop, report))
    watching.start()
    assert came.wait(20)
    stop.set()
    watching.join(20)
    assert "gone" in results[0].troubles[0][1].message
    assert results[1].tickets == 1
    assert tickets.find(connected, f"<{conversation.message(connected, 1).message_id}>").status is Status.NEW
