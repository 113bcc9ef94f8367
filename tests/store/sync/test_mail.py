"""MAIL: the same inbound mail is the same message on every machine, whoever fetches it, and the team has each mail once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from store.channels.mail.imap import fetch
from store.config import Mailbox
from store.desk import Desk, conversation, tickets
from store.sync import local
from store.sync.verify import verify
from tests.conftest import _inbound, ask
from tests.store.channels.mail.servers import SUPPORT, ImapServer, config, letter
from tests.store.sync.conftest import Team


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    running = ImapServer()
    yield running
    running.stop()


@pytest.fixture
def mailbox(server: ImapServer, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """A mailbox of which every machine has the password."""
    name = f"box{abs(hash(request.node.name)) % 10**8}"
    monkeypatch.setenv(f"HELPTERM_SECRET_IMAP_{name.upper()}", server.password)
    client = server.client()
    client.create_folder(name)
    client.logout()
    return Mailbox(SUPPORT, name=name, imap=server.settings(name))


def put(server: ImapServer, mailbox: Mailbox, *mails: bytes) -> None:
    client = server.client()
    for mail in mails:
        client.append(mailbox.name, mail)
    client.logout()


def everything(desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """What every ticket's conversation is, by the ticket's id."""
    identities = [row[0] for row in desk.read().execute("SELECT id FROM tickets ORDER BY id")]
    return {
        identity: [(each.id, each.body) for each in conversation.messages(desk, tickets.find(desk, identity))]
        for identity in identities
    }


def test_mail_two_machines_that_fetch_one_mailbox_file_each_mail_once_and_alike(
    team: Team, server: ImapServer, mailbox: Mailbox
) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    put(
        server,
        mailbox,
        letter("Invoice", "Where is my invoice?", message_id="1@customer.example"),
        letter("No name", "This mail has no Message-ID at all.", message_id=None),
        letter(
            "Re: Invoice", "Still nothing.", message_id="2@customer.example", answers="1@customer.example"
        ),
    )
    for engine in (ada, bob):
        engine.desk.config = config(mailbox)
        assert fetch(engine.desk).fetched == 3
    assert everything(ada.desk) == everything(bob.desk), "the same ids, before anything was exchanged"
    team.sync()
    assert team.rows("SELECT count(*), count(DISTINCT body) FROM helpterm.messages") == [(3, 3)]
    assert team.rows("SELECT count(*) FROM helpterm.tickets") == [(2,)]
    cem = team.join("cem")
    assert everything(cem.desk) == everything(ada.desk) == everything(bob.desk)
    for engine in (ada, bob):
        assert verify(engine.desk, engine.link()).differences == ()
        assert local.pending(engine.desk.read()) == 0


def test_mail_two_mails_under_one_message_id_that_two_machines_fetched_are_both_kept(
    team: Team, server: ImapServer, mailbox: Mailbox
) -> None:
    """Some programs use a Message-ID again; each machine has seen one of the two when they meet."""
    ada, bob = team.join("ada"), team.join("bob")
    for engine, body in ((ada, "The order of Monday is late."), (bob, "The lamp arrived, but in pieces.")):
        engine.desk.config = config(mailbox)
        put(server, mailbox, letter("Order", body, message_id="form@shop.example"))
        fetch(engine.desk)
        client = server.client()
        client.select_folder(mailbox.name)
        client.delete_messages(client.search())
        client.expunge()
        client.logout()
    team.sync()
    wanted = ["The lamp arrived, but in pieces.", "The order of Monday is late."]
    cem = team.join("cem")
    for engine in (ada, bob, cem):
        assert sorted(body.strip() for talk in everything(engine.desk).values() for _, body in talk) == wanted
        assert verify(engine.desk, engine.link()).differences == ()
        assert len(everything(engine.desk)) == 2, "two conversations"
    assert everything(ada.desk) == everything(bob.desk) == everything(cem.desk)


def test_mail_two_mails_under_one_message_id_in_a_ticket_that_was_there_stay_in_it(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk, body="The first question")
    team.sync()
    for engine, body in ((ada, "From Monday"), (bob, "From Tuesday")):
        mail = replace(
            _inbound("carla@customer.example", "Carla", engine.desk.now(), body),
            id="c" * 32,
            message_id="again@x",
        )
        number = tickets.find(engine.desk, ticket.id).number
        engine.desk.change(lambda tx, number=number, mail=mail: tx.add_message(number, mail))  # type: ignore[misc]
    team.sync()
    for engine in (ada, bob, team.join("cem")):
        (talk,) = everything(engine.desk).values()
        assert sorted(body for _, body in talk) == ["From Monday", "From Tuesday", "The first question"]
        assert verify(engine.desk, engine.link()).differences == ()
