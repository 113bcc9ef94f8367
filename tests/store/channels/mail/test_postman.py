"""The postman of an open console, against real servers: sends what is due, collects what comes, tells trouble once, and ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import SimpleQueue

import pytest

from store.channels.mail import postman as post
from store.channels.mail import watching
from store.channels.mail.postman import Postman, Trip
from store.config import Imap, Mailbox
from store.config.settings import Desk as DeskSettings
from store.desk import Desk, replies, tickets
from store.desk.ids import new_id
from store.errors import ServerError
from store.model import Status
from store.policy.gate import Reply
from tests.store.channels.mail.servers import CUSTOMER, SUPPORT, ImapServer, SmtpServer, config, letter

Start = Callable[..., "SimpleQueue[Trip]"]
PATIENCE = 20.0


@pytest.fixture
def start(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a postman for mailboxes; answers where its reports come in. It is stopped in the end and leaves no thread."""
    monkeypatch.setattr(post, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(post, "AFTER_TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr(watching, "BACK_OFF_SECONDS", (0.01,))
    monkeypatch.setenv("HELPTERM_SECRET_IMAP_LUMEN", "secret")
    running: list[Postman] = []

    def begin(*mailboxes: Mailbox) -> SimpleQueue[Trip]:
        desk.config = replace(config(*mailboxes), desk=DeskSettings(undo_send_seconds=0))
        trips: SimpleQueue[Trip] = SimpleQueue()
        running.append(Postman(desk, trips.put))
        running[0].start()
        return trips

    yield begin
    for each in running:
        each.stop()
    assert not [each.name for each in threading.enumerate() if each.name.startswith(("postman", "watch-"))]


def a_folder(imap_server: ImapServer) -> str:
    folder = f"postman-{new_id()}"
    client = imap_server.client()
    client.create_folder(folder)
    client.logout()
    return folder


def test_a_mail_is_collected_and_its_answer_sent_while_the_console_is_open(
    desk: Desk, imap_server: ImapServer, server: SmtpServer, start: Start
) -> None:
    folder = a_folder(imap_server)
    trips = start(
        Mailbox(SUPPORT, name="Lumen", imap=imap_server.settings(folder), smtp=server.mailbox().smtp)
    )
    client = imap_server.client()
    client.append(folder, letter())
    assert trips.get(timeout=PATIENCE) == Trip(collected=1)
    client.logout()
    ((number,),) = desk.read().execute("SELECT number FROM tickets").fetchall()
    ticket = tickets.ticket(desk, number)
    replies.send(desk, ticket, Reply("It is on this page: https://lumen.example/docs/invoices/find"))
    assert trips.get(timeout=PATIENCE) == Trip(sent=1)
    assert [each.recipients for each in server.received] == [[CUSTOMER]]
    assert tickets.ticket(desk, number).status == Status.PENDING


def test_the_trouble_of_a_mailbox_is_told_once_however_often_it_is_tried(
    desk: Desk, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: SimpleQueue[None] = SimpleQueue()

    def refused(mailbox: Mailbox) -> None:
        tried.put(None)
        raise ServerError("nobody answers", "try later")

    monkeypatch.setattr(watching, "connection", refused)
    trips = start(Mailbox(SUPPORT, name="Lumen", imap=Imap("127.0.0.1", 1, user="ada")))
    for _ in range(5):
        tried.get(timeout=PATIENCE)
    first = trips.get(timeout=PATIENCE)
    assert first.trouble is not None
    assert "nobody answers" in str(first.trouble)
    assert trips.empty()


def test_without_mailboxes_there_is_no_postman(start: Start) -> None:
    before = threading.active_count()
    start()
    assert threading.active_count() == before
