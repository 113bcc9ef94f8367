"""The first connection: servers proposed from an address, tried, and kept without the password."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from store.channels.mail import connect
from store.channels.mail.connect import check, keep, propose
from store.config import Imap, Mailbox, Smtp, load
from store.errors import BadInput
from tests.store.channels.mail.servers import SUPPORT, ImapServer, SmtpServer


@pytest.mark.parametrize(
    ("address", "imap", "smtp", "known"),
    [
        ("Help@GMX.de", "imap.gmx.net", "mail.gmx.net", True),
        ("team@gmail.com", "imap.gmail.com", "smtp.gmail.com", True),
        ("help@lumen.example", "imap.lumen.example", "smtp.lumen.example", False),
    ],
)
def test_servers_are_proposed_by_the_domain(address: str, imap: str, smtp: str, known: bool) -> None:
    proposal = propose(address)
    assert proposal.mailbox.imap is not None
    assert proposal.mailbox.smtp is not None
    assert (proposal.mailbox.imap.host, proposal.mailbox.smtp.host, proposal.is_known) == (imap, smtp, known)


def test_a_provider_without_passwords_is_known_to_be_one() -> None:
    proposal = propose("team@outlook.com")
    assert proposal.mailbox.imap is not None
    assert proposal.mailbox.imap.auth == "xoauth2"
    assert "token" in proposal.hint


def test_no_proposal_speaks_without_tls() -> None:
    for provider in connect._BY_DOMAIN.values():
        assert provider.smtp_tls in ("implicit", "starttls")


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(BadInput):
        propose("not an address")


def test_both_ways_are_tried(imap_server: ImapServer, server: SmtpServer) -> None:
    mailbox = Mailbox(SUPPORT, imap=imap_server.settings("INBOX"), smtp=server.mailbox().smtp)
    assert [(each.name, each.ok) for each in check(mailbox, imap_server.password)] == [
        ("imap", True),
        ("smtp", True),
    ]


def test_what_does_not_work_is_said_for_each_way(imap_server: ImapServer) -> None:
    mailbox = Mailbox(SUPPORT, imap=imap_server.settings("INBOX"), smtp=Smtp("127.0.0.1", 9, tls="none"))
    results = check(mailbox, "wrong")
    assert [(each.name, each.ok, bool(each.remedy)) for each in results] == [
        ("imap", False, True),
        ("smtp", False, True),
    ]
    assert "log-in was refused" in results[0].detail


def test_what_was_found_is_kept_in_the_configuration_and_the_password_in_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, str] = {}
    monkeypatch.setattr(connect, "keep_secret", lambda name, value: kept.update({name: value}))
    file = tmp_path / "config.toml"
    mailbox = propose("help@gmx.de", product="Orbit").mailbox
    keep(file, mailbox, "s3cret")
    assert kept == {"imap.help@gmx.de": "s3cret", "smtp.help@gmx.de": "s3cret"}
    assert "s3cret" not in file.read_text()
    config, remarks = load(file)
    assert (config.mailboxes, remarks) == ((mailbox,), ())


def test_a_token_is_given_to_the_server_as_xoauth2(monkeypatch: pytest.MonkeyPatch) -> None:
    from store.channels.mail import imap, smtp

    said: list[object] = []
    client = SimpleNamespace(oauth2_login=lambda user, token: said.append((user, token)))
    imap._log_in(client, Imap("localhost", auth="xoauth2"), "ada", "tok")
    server = SimpleNamespace(auth=lambda name, answer: said.append((name, answer())))
    smtp._log_in(server, Smtp("localhost", user="ada", auth="xoauth2"), "tok")  # type: ignore[arg-type]
    assert said == [("ada", "tok"), ("XOAUTH2", "user=ada\x01auth=Bearer tok\x01\x01")]
