"""The outbox leaves over SMTP: each mail as nearly once as the protocol allows (DESIGN, section 7; RFC 5321, RFC 8314).

| what happens | what becomes of the mail |
|---|---|
| no connection, no TLS, no log-in, 4xx at any stage | deferred, tried again later |
| 5xx for the sender, the customer or the text | failed |
| 5xx for one of the others | sent to the rest; the outbox says who was refused |
| 4xx for one of the others | deferred; after a few attempts sent to the rest |
| silence or a broken line once the text began to leave | uncertain, never tried again by itself |
| more mail than the caps allow | deferred without counting as an attempt |
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from store.channels.mail.compose import Composed, compose
from store.clock import MINUTE
from store.config import Config, Mailbox, Smtp
from store.desk import Desk, outbox
from store.desk.lending import lender_of
from store.desk.outbox import Lease
from store.errors import BadInput, DeskError, ServerError
from store.model import Delivery
from store.secrets import secret
from store.text.inert import inert_line

TIMEOUT_SECONDS = 60.0
"""How long a server may take to answer; a lease lasts longer than the answers of one mail."""

CAP = 10
CAP_WINDOW = 10 * MINUTE
"""At most so many replies on one ticket to one recipient in so many milliseconds: two machines may be answering each other."""

PATIENCE = 3
"""So many attempts wait for a recipient in copy that is refused for now; the next one goes without."""

_DOT = re.compile(rb"^\.", re.MULTILINE)
_GREETING = "[127.0.0.1]"
"""Said in EHLO (RFC 5321, 4.1.3): an agent's machine has no name in the DNS, and its own one is nobody's business."""

_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class SendResult:
    """How many mails left, wait for another attempt, have an unknown fate, and failed for good."""

    sent: int = 0
    deferred: int = 0
    uncertain: int = 0
    failed: int = 0


class Refusal(Exception):
    """The server said no, or was not to be reached, before any text left. `is_final` for a 5xx answer to this mail."""

    def __init__(self, why: str, *, is_final: bool = False, ends_session: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final
        self.ends_session = ends_session


def deliver(desk: Desk, mailbox: Mailbox | None = None, *, timeout: float = TIMEOUT_SECONDS) -> SendResult:
    """Tries each mail of the outbox that is due, once. `mailbox` sends them all; else the one of the ticket's product does.

    Raises ServerError when no server for sending is configured, SecretError when its password cannot be had.
    """
    sender = _Sender(desk, mailbox, timeout)
    counts = dict.fromkeys((Delivery.SENT, Delivery.QUEUED, Delivery.UNCERTAIN, Delivery.FAILED), 0)
    try:
        while not sender.is_capped and (lease := sender.lender.lease()) is not None:
            counts[sender.send(lease)] += 1
    finally:
        sender.close()
    return SendResult(*counts.values())


def sending_mailbox(config: Config, product: str) -> Mailbox:
    """The mailbox over which a product's replies leave: its own, else one of no product, else any. Raises ServerError."""
    able = [each for each in config.mailboxes if each.smtp is not None]
    for wanted in (product.casefold(), ""):
        for each in able:
            if each.product.casefold() == wanted:
                return each
    if not able:
        raise ServerError(
            "no server for sending is set up",
            "replies wait in the outbox; add [mailbox.smtp] to the configuration",
        )
    return able[0]


class _Sender:
    """One run over the outbox: keeps a connection for each mailbox, and leaves alone those whose server cannot be used."""

    def __init__(self, desk: Desk, mailbox: Mailbox | None, timeout: float) -> None:
        if mailbox is None:
            sending_mailbox(desk.config, "")
        self.desk = desk
        self.lender = lender_of(desk)
        self.is_capped = False
        self._mailbox = mailbox
        self._timeout = timeout
        self._sessions: dict[str, Session] = {}
        self._unusable: dict[str, str] = {}

    def close(self) -> None:
        self.lender.close()
        for session in self._sessions.values():
            session.close()

    def send(self, lease: Lease) -> Delivery:
        """One attempt; returns what became of the mail, QUEUED when it is tried again later."""
        mailbox = self._mailbox or sending_mailbox(self.desk.config, self._product(lease))
        if (until := self._capped(lease)) is not None:
            return self._later(lease, until, "held back: too many mails in a short time")
        if mailbox.name in self._unusable:
            return self._later(lease, self.desk.now() + MINUTE, self._unusable[mailbox.name])
        try:
            mail = compose(self.desk, lease.outgoing, mailbox)
            session = self._session(mailbox)
            refused = session.announce(mail, patient=lease.outgoing.attempts <= PATIENCE)
        except BadInput as error:
            self.lender.settle(lease, Delivery.FAILED, error.message)
            return Delivery.FAILED
        except Refusal as refusal:
            return self._refused(lease, mailbox, refusal)
        except DeskError as error:
            self._later(lease, self.desk.now() + MINUTE, error.message)
            raise
        return self._let_go(lease, mailbox, mail, refused)

    def _later(self, lease: Lease, until: int, why: str) -> Delivery:
        self.lender.postpone(lease, until, why)
        return Delivery.QUEUED

    def _let_go(self, lease: Lease, mailbox: Mailbox, mail: Composed, refused: dict[str, str]) -> Delivery:
        """The text leaves; from here on only the server's answer tells what became of it."""
        session = self._sessions[mailbox.name]
        if not self.lender.begin(lease):
            session.drop()
            return Delivery.QUEUED
        try:
            code, answer = session.transmit(mail)
        except (OSError, smtplib.SMTPException) as error:
            session.drop()
            why = f"no answer after the text had left ({_said(error)})"
            self.lender.settle(lease, Delivery.UNCERTAIN, why)
            return Delivery.UNCERTAIN
        if code // 100 != 2:
            no = Refusal(f"the text was refused: {code} {answer}", is_final=code // 100 == 5)
            return self._refused(lease, mailbox, no)
        self.lender.settle(lease, Delivery.SENT, "; ".join(f"{who}: {why}" for who, why in refused.items()))
        return Delivery.SENT

    def _refused(self, lease: Lease, mailbox: Mailbox, refusal: Refusal) -> Delivery:
        if refusal.ends_session:
            self._unusable[mailbox.name] = str(refusal)
            if session := self._sessions.pop(mailbox.name, None):
                session.drop()
        if refusal.is_final:
            self.lender.settle(lease, Delivery.FAILED, str(refusal))
            return Delivery.FAILED
        self.lender.defer(lease, str(refusal))
        state = outbox.outgoing_of(self.desk, lease.outgoing.message.number).state
        return Delivery.FAILED if state is Delivery.FAILED else Delivery.QUEUED

    def _product(self, lease: Lease) -> str:
        from store.desk.tickets import find

        return find(self.desk, lease.outgoing.ticket).product

    def _session(self, mailbox: Mailbox) -> Session:
        session = self._sessions.get(mailbox.name)
        if session is None or not session.is_alive():
            assert mailbox.smtp is not None
            command = mailbox.smtp.password_command or None
            password = secret(f"smtp.{mailbox.name}", command=command) if mailbox.smtp.user else ""
            session = Session(mailbox.smtp, password, self._timeout)
            self._sessions[mailbox.name] = session
        return session

    def _capped(self, lease: Lease) -> int | None:
        """Until when (ms) a mail has to wait for the caps; None when it may go."""
        now = self.desk.now()
        _, lately = outbox.sent_lately(self.desk, "", now - MINUTE)
        if lately >= self.desk.config.mail.most_per_minute:
            self.is_capped = True
            return now + MINUTE
        same_ticket, _ = outbox.sent_lately(self.desk, lease.outgoing.ticket, now - CAP_WINDOW)
        if any(sum(who in each for each in same_ticket) >= CAP for who in lease.outgoing.recipients):
            return now + CAP_WINDOW
        return None


class Session:
    """A connection to a server for sending, logged in. Raises Refusal when it cannot be had."""

    def __init__(self, settings: Smtp, password: str, timeout: float) -> None:
        with _before_the_text():
            self._server = _connected(settings, timeout)
            try:
                self._server.ehlo_or_helo_if_needed()
                if settings.tls == "starttls":
                    self._server.starttls(context=ssl.create_default_context())
                    self._server.ehlo()
                if settings.user:
                    _log_in(self._server, settings, password)
            except BaseException:
                self._server.close()
                raise

    def is_alive(self) -> bool:
        """Whether the connection still answers."""
        try:
            return self._server.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def close(self) -> None:
        """Says good-bye as far as the server listens."""
        try:
            self._server.quit()
        except (OSError, smtplib.SMTPException):
            self._server.close()

    def drop(self) -> None:
        """Ends the connection without a word, whatever state it is in."""
        self._server.close()

    def announce(self, mail: Composed, *, patient: bool) -> dict[str, str]:
        """Sender, recipients and DATA, up to where the text may leave. Returns who is refused, other than the first.

        With `patient` a recipient that is refused for now holds the whole mail back. Raises Refusal.
        """
        options = self._options(mail)
        with _before_the_text():
            _expect(self._server.mail(mail.sender, options), "the sender was refused")
            refused = self._recipients(mail, patient)
            _expect(self._server.docmd("DATA"), "the mail was refused", 354)
        return refused

    def _options(self, mail: Composed) -> list[str]:
        if not mail.needs_utf8:
            return []
        if not self._server.has_extn("smtputf8"):
            raise Refusal("the server cannot send to an address with letters beyond ASCII", is_final=True)
        self._server.command_encoding = "utf-8"
        return ["SMTPUTF8", "BODY=8BITMIME"]

    def _recipients(self, mail: Composed, patient: bool) -> dict[str, str]:
        refused: dict[str, str] = {}
        for position, who in enumerate(mail.recipients):
            code, text = self._server.rcpt(who)
            if code // 100 == 2:
                continue
            answer = f"{code} {_line(text)}"
            if position == 0 or (code // 100 == 4 and patient):
                raise Refusal(
                    f"{who} was refused: {answer}", is_final=code // 100 == 5, ends_session=code == 421
                )
            refused[who] = answer
        return refused

    def transmit(self, mail: Composed) -> tuple[int, str]:
        """Sends the text and returns the server's answer. Raises OSError or SMTPException when the line breaks."""
        self._server.send(
            _DOT.sub(b"..", mail.data) + (b"" if mail.data.endswith(b"\r\n") else b"\r\n") + b".\r\n"
        )
        code, text = self._server.getreply()
        return code, _line(text)


def _connected(settings: Smtp, timeout: float) -> smtplib.SMTP:
    if settings.tls == "implicit":
        return smtplib.SMTP_SSL(
            settings.host,
            settings.usual_port,
            local_hostname=_GREETING,
            timeout=timeout,
            context=ssl.create_default_context(),
        )
    if settings.tls == "none" and settings.user and settings.host not in _LOCAL:
        raise Refusal("a password is not sent without TLS", ends_session=True)
    return smtplib.SMTP(settings.host, settings.usual_port, local_hostname=_GREETING, timeout=timeout)


def _log_in(server: smtplib.SMTP, settings: Smtp, password: str) -> None:
    if settings.auth == "xoauth2":
        answer = f"user={settings.user}\x01auth=Bearer {password}\x01\x01"
        server.auth("XOAUTH2", lambda challenge=None: answer if challenge is None else "")
    else:
        server.login(settings.user, password)


def _expect(answer: tuple[int, bytes], trouble: str, wanted: int = 250) -> None:
    code, text = answer
    if code != wanted:
        raise Refusal(f"{trouble}: {code} {_line(text)}", is_final=code // 100 == 5, ends_session=code == 421)


@contextmanager
def _before_the_text() -> Iterator[None]:
    """Whatever breaks in here broke before any text left."""
    try:
        yield
    except smtplib.SMTPServerDisconnected as error:
        raise Refusal(f"the server hung up ({_said(error)})", ends_session=True) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Refusal(f"the server cannot be used ({_said(error)})", ends_session=True) from error


def _said(error: Exception) -> str:
    """What an error says, on one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_line(error.smtp_error)}"
    if isinstance(error, TimeoutError | socket.timeout):
        return "no answer in time"
    return inert_line(str(error), 200) or type(error).__name__


def _line(text: bytes | str) -> str:
    return inert_line(text.decode("utf-8", "replace") if isinstance(text, bytes) else text, 200)
