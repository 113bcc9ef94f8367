"""Whom the desk believes: servers that prove who they are, tokens fresh from a command, Message-IDs that it has signed itself."""

from __future__ import annotations

import base64
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from store.channels.mail import imap, smtp
from store.config import Imap, Mailbox, Smtp
from store.desk import Desk, message_ids
from store.errors import ServerError
from tests.conftest import ask
from tests.store.channels.mail.servers import SUPPORT


def read_mail(port: int) -> None:
    mailbox = Mailbox(SUPPORT, imap=Imap("localhost", port, tls="implicit", user="ada"))
    with imap.connection(mailbox, password="secret"):
        pass


def send_mail(port: int) -> None:
    smtp.Session(Smtp("localhost", port, tls="implicit", user="ada"), "secret", timeout=5.0)


@pytest.mark.parametrize("connect", [read_mail, send_mail])
def test_a_server_must_prove_its_name_before_it_is_told_anything(
    connect: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[ssl.VerifyMode, bool, str]] = []

    def wrap(
        self: ssl.SSLContext, sock: socket.socket, *_: object, server_hostname: str, **__: object
    ) -> None:
        asked.append((self.verify_mode, self.check_hostname, server_hostname))
        raise ssl.SSLCertVerificationError("certificate verify failed")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    with socket.create_server(("localhost", 0)) as server, pytest.raises(Exception, match="certificate"):
        connect(server.getsockname()[1])
    assert asked == [(ssl.CERT_REQUIRED, True, "localhost")]


def test_each_log_in_takes_a_fresh_token_from_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    given: list[tuple[str, str]] = []
    client = SimpleNamespace(
        oauth2_login=lambda user, token: given.append((user, token)), logout=lambda: None
    )
    monkeypatch.setattr(imap, "_connected", lambda _: client)
    count = f"{tmp_path}/count"
    program = (
        f"import pathlib; p = pathlib.Path({count!r}); p.touch();"
        " n = len(p.read_text()); p.write_text('x' * (n + 1)); print('token', n, sep='')"
    )
    command = f'{sys.executable} -c "{program}"'
    settings = Imap("imap.example.org", user="ada", auth="xoauth2", password_command=command)
    for _ in range(2):
        with imap.connection(Mailbox(SUPPORT, imap=settings)):
            pass
    assert given == [("ada", "token0"), ("ada", "token1")]


@pytest.mark.parametrize("token", ["fresh", "stale"])
def test_a_token_is_given_in_a_real_exchange_and_a_stale_one_is_said_to_be_refused(token: str) -> None:
    """RFC 4959 and the providers' XOAUTH2: a challenge, the token, for a stale one a reason, and then the refusal."""
    given: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rwb", buffering=0) as line:
            line.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready\r\n")
            while said := line.readline():
                tag, command, *_ = said.split()
                if command.upper() == b"AUTHENTICATE":
                    line.write(b"+ \r\n")
                    given.append(base64.b64decode(line.readline()))
                    if b"fresh" not in given[-1]:
                        line.write(b"+ " + base64.b64encode(b'{"status":"401"}') + b"\r\n")
                        line.readline()
                        line.write(tag + b" NO [AUTHENTICATIONFAILED] the token is stale\r\n")
                        continue
                line.write(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        settings = Imap("127.0.0.1", port, tls="none", user="ada", auth="xoauth2")
        expected = (
            nullcontext() if token == "fresh" else pytest.raises(ServerError, match="the token is stale")
        )
        with expected, imap.connection(Mailbox(SUPPORT, imap=settings), password=token):
            pass
        thread.join(10)
    assert given == [b"user=ada\x01auth=Bearer " + token.encode() + b"\x01\x01"]


def test_an_own_message_id_leads_to_its_ticket_and_a_changed_one_to_none(desk: Desk) -> None:
    ticket = ask(desk)
    made = desk.change(lambda tx: message_ids.make(tx.connection, "c" * 32, ticket.id, "lumen.example"))
    known = message_ids.read(desk.read(), made)
    assert known is not None
    assert known.ticket == ticket.id
    for place in range(made.index("@")):
        other = "a" if made[place] != "a" else "b"
        forged = made[:place] + other + made[place + 1 :]
        assert message_ids.read(desk.read(), forged) is None, place
