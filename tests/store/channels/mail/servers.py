"""Real servers on loopback for the tests of mail: an SMTP server that fails on demand, and mails to feed to the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from store.config import Config, Imap, Mailbox, Smtp

SUPPORT = "support@lumen.example"
CUSTOMER = "carla@customer.example"


@dataclass
class Received:
    """A mail that the server has taken."""

    sender: str
    recipients: list[str]
    data: bytes


@dataclass
class Faults:
    """What the server does wrong: answers by stage (`MAIL`, an address, `DATA`, `TEXT`), else `drop` or `hang`."""

    answers: dict[str, str] = field(default_factory=dict)

    def at(self, stage: str) -> str | None:
        return self.answers.get(stage)


class Handler:
    """Keeps what it receives; each stage may fail."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.received: list[Received] = []
        self.released = asyncio.Event()

    async def _act(self, server: SMTP, stage: str) -> str | None:
        fault = self.faults.at(stage)
        if fault == "drop":
            server.transport.abort()
            return "421 gone"
        if fault == "hang":
            await self.released.wait()
        return fault

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self._act(server, "MAIL"):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self._act(server, address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        taken = Received(
            str(envelope.mail_from), list(envelope.rcpt_tos), bytes(envelope.original_content or b"")
        )
        if self.faults.at("TEXT") in (None, "drop"):
            self.received.append(
                taken
            )  # a server that drops the line after DATA may well have taken the mail
        return await self._act(server, "TEXT") or "250 OK"


class FaultySMTP(SMTP):
    """Also fails at the DATA command itself, before any text."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        fault = self.event_handler.faults.at("DATA")
        if fault == "drop":
            self.transport.abort()
        elif fault:
            await self.push(fault)
        else:
            await super().smtp_DATA(arg)


class SmtpServer(Controller):
    """`faults` may be changed while it runs; `received` is what it has taken."""

    def __init__(self) -> None:
        self.faults = Faults()
        super().__init__(Handler(self.faults), hostname="127.0.0.1", port=0)

    def factory(self) -> SMTP:
        return FaultySMTP(self.handler, enable_SMTPUTF8=True)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    @property
    def received(self) -> list[Received]:
        return self.handler.received

    def fail(self, stage: str, answer: str) -> None:
        self.faults.answers = {stage: answer}

    def behave(self) -> None:
        self.faults.answers = {}

    def mailbox(self, **fields: Any) -> Mailbox:
        return Mailbox(SUPPORT, **fields, smtp=Smtp("127.0.0.1", self.port, tls="none"))


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    server = SmtpServer()
    server.start()
    try:
        yield server
    finally:
        server.loop.call_soon_threadsafe(server.handler.released.set)
        server.stop()


def config(*mailboxes: Mailbox, **fields: Any) -> Config:
    return Config(mailboxes=mailboxes, **fields)


def letter(
    subject: str = "Where is my invoice?",
    body: str = "Good morning, I cannot find the invoice of the order that I placed with you last week.",
    *,
    sender: str = f"Carla <{CUSTOMER}>",
    to: str = SUPPORT,
    message_id: str | None = "",
    answers: str = "",
    references: str = "",
    at: int | None = None,
    change: Callable[[EmailMessage], None] | None = None,
    **headers: str,
) -> bytes:
    """A mail as a customer's program would send it; `message_id` is made from the subject and body when not given."""
    from datetime import UTC, datetime
    from hashlib import sha256

    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    if at is not None:
        mail["Date"] = format_datetime(datetime.fromtimestamp(at // 1000, UTC))
    if message_id is not None:
        mail["Message-ID"] = (
            f"<{message_id or sha256(f'{subject}{body}{sender}'.encode()).hexdigest()[:20] + '@customer.example'}>"
        )
    if answers:
        mail["In-Reply-To"] = f"<{answers}>"
    if references or answers:
        mail["References"] = references or f"<{answers}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    if change is not None:
        change(mail)
    return mail.as_bytes()


class ImapServer:
    """A pymap server in a process of its own. Each test reads a folder of its own."""

    user, password = "ada", "secret"

    def __init__(self) -> None:
        import shutil
        import subprocess
        import sys
        from pathlib import Path

        self.port = _free_port()
        beside = Path(sys.executable).with_name("pymap")
        program = str(beside) if beside.exists() else shutil.which("pymap")
        assert program is not None, "pymap is not installed; it belongs to the dev extra"
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        who = ["dict", "--demo-user", self.user, "--demo-password", self.password]
        self._process = subprocess.Popen([program, *where, *who], stderr=subprocess.DEVNULL)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        import socket
        import time

        until = time.monotonic() + 20
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)  # a process that starts gives no other sign
        raise AssertionError("pymap did not start")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def client(self):  # type: ignore[no-untyped-def]
        from imapclient import IMAPClient

        client = IMAPClient("127.0.0.1", self.port, ssl=False)
        client.login(self.user, self.password)
        return client

    def settings(self, folder: str, **fields: Any) -> Imap:
        return Imap("127.0.0.1", self.port, tls="none", user=self.user, folder=folder, **fields)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
