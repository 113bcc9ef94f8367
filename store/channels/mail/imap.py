"""Mailboxes are read over IMAP: what is new is fetched, filed, and only then marked as seen (RFC 9051, RFC 2177, RFC 6851).

How far a folder was read is kept with its UIDVALIDITY, in the same transaction as the mails; a folder whose UIDs have become
void is read anew, and what is here already changes nothing. A size is looked at before the text is asked for. A mail that
cannot be filed is kept aside and never stops the next.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from store.channels.mail import aside, people
from store.channels.mail.filing import file_letters, unexpected
from store.channels.mail.intake import Item, Outcome, Tally
from store.channels.mail.letters import Door, Letter, prepare
from store.config import Imap, Mailbox
from store.desk import Desk, outbox
from store.desk.transaction import Transaction
from store.errors import DeskError, ServerError
from store.model import Delivery
from store.secrets import SecretError, secret
from store.text.inert import inert_line

if TYPE_CHECKING:
    from imapclient import IMAPClient  # type: ignore[import-untyped]

LARGEST_MAIL = 64 * 1024 * 1024
"""Bytes; a larger mail is not fetched but kept aside by name."""

BATCH = 50
BATCH_BYTES = 16 * 1024 * 1024
"""So many mails, and bytes, are asked for at once."""

_BYTES = re.compile(r"""^b(['"])(.*)\1$""", re.DOTALL)

CONNECT_SECONDS = 20.0
ANSWER_SECONDS = 90.0


@dataclass(slots=True)
class FetchResult(Tally):
    """What came in: the tally of the mails; uncertain replies found in a folder of sent mail; and the mailboxes that could
    not be read, with the reason.
    """

    settled: int = 0
    troubles: list[tuple[str, DeskError]] = field(default_factory=list)

    @property
    def fetched(self) -> int:
        """Mails read."""
        return self.read


def fetch(desk: Desk, *, items: Callable[[Item], None] | None = None) -> FetchResult:
    """Reads every mailbox of the configuration once; one that fails does not keep the others from being read.

    Raises ServerError when no mailbox is set up, and StoreError when the store cannot be written.
    """
    result = FetchResult()
    for mailbox in readable(desk):
        try:
            with connection(mailbox) as client:
                result.settled += settle_uncertain(desk, mailbox, client)
                fetch_from(desk, mailbox, client, result, items)
        except (ServerError, SecretError) as error:
            result.troubles.append((mailbox.name, error))
    return result


def readable(desk: Desk) -> list[Mailbox]:
    """The mailboxes that can be read. Raises ServerError when there is none."""
    found = [each for each in desk.config.mailboxes if each.imap is not None]
    if not found:
        raise ServerError(
            "no mailbox is set up", "connect one in the console, or add [[mailbox]] to the configuration"
        )
    return found


@contextmanager
def connection(mailbox: Mailbox, *, password: str | None = None) -> Iterator[IMAPClient]:
    """A connection, logged in and with verified TLS unless the configuration says none. Raises ServerError, SecretError."""
    settings = mailbox.imap
    assert settings is not None
    if password is None:
        password = secret(f"imap.{mailbox.name}", command=settings.password_command or None)
    with said_plainly(mailbox):
        client = _connected(settings)
        try:
            _log_in(client, settings, settings.user or mailbox.address, password)
            yield client
        finally:
            _leave(client)


def _connected(settings: Imap) -> IMAPClient:
    from imapclient import IMAPClient, SocketTimeout

    context = ssl.create_default_context()
    client = IMAPClient(
        settings.host,
        settings.usual_port,
        ssl=settings.tls == "implicit",
        ssl_context=context,
        timeout=SocketTimeout(CONNECT_SECONDS, ANSWER_SECONDS),
    )
    if settings.tls == "starttls":
        client.starttls(context)
    return client


def _log_in(client: IMAPClient, settings: Imap, user: str, password: str) -> None:
    if settings.tls == "none" and settings.host not in ("localhost", "127.0.0.1", "::1"):
        raise ServerError("a password is not sent without TLS", "set tls to implicit or starttls")
    if settings.auth == "xoauth2":
        client.oauth2_login(user, password)
    else:
        client.login(user, password)


def _leave(client: IMAPClient) -> None:
    """Says good-bye as far as the server still listens."""
    from imapclient.exceptions import IMAPClientError  # type: ignore[import-untyped]

    with suppress(IMAPClientError, OSError):
        client.logout()


@contextmanager
def said_plainly(mailbox: Mailbox) -> Iterator[None]:
    """Raises what the network and the server say as ServerError."""
    from imapclient.exceptions import IMAPClientError, LoginError

    try:
        yield
    except LoginError as error:
        raise ServerError(
            f"{mailbox.name}: the log-in was refused ({_said(error)})",
            "check user and password, or connect again",
        ) from error
    except (IMAPClientError, OSError) as error:
        raise ServerError(
            f"{mailbox.name} cannot be read ({_said(error)})", "it is tried again at the next fetch"
        ) from error


def _said(error: Exception) -> str:
    """What a server or the network says, without the quotes of bytes that IMAPClient leaves around it."""
    return inert_line(_BYTES.sub(r"\2", str(error)), 200) or type(error).__name__


def fetch_from(
    desk: Desk,
    mailbox: Mailbox,
    client: IMAPClient,
    result: FetchResult,
    items: Callable[[Item], None] | None = None,
) -> int | None:
    """Files what is new in a mailbox's folder and marks it as seen.

    Returns the UID that the next mail was to have when the folder was opened, None where the server does not tell.
    """
    assert mailbox.imap is not None
    folder = _Folder(desk, mailbox, client, mailbox.imap.folder)
    for uids in folder.new():
        for item in folder.take(uids):
            result.count(item)
            if items is not None:
                items(item)
    return folder.next_uid


def next_uid(mailbox: Mailbox, client: IMAPClient) -> int | None:
    """The UID that the next mail in a mailbox's folder will have; None where the server does not tell."""
    assert mailbox.imap is not None
    told = client.folder_status(mailbox.imap.folder, "UIDNEXT").get(b"UIDNEXT")
    return None if told is None else int(told)


class _Folder:
    """A folder that is open on the server, and how far the desk has read it."""

    def __init__(self, desk: Desk, mailbox: Mailbox, client: IMAPClient, name: str) -> None:
        self.desk = desk
        self.client = client
        self.key = (mailbox.name, name)
        opened = client.select_folder(name)
        self.uidvalidity = int(opened[b"UIDVALIDITY"])
        self.next_uid = int(opened[b"UIDNEXT"]) if b"UIDNEXT" in opened else None
        self.is_writable = b"READ-ONLY" not in opened
        row = (
            desk.read()
            .execute(
                "SELECT uidvalidity, last_uid FROM mailbox_folders WHERE mailbox = ? AND folder = ?", self.key
            )
            .fetchone()
        )
        self.last_uid = row[1] if row is not None and row[0] == self.uidvalidity else 0
        self.door = Door(people.house(desk), desk.config.mail, mailbox.product, mailbox.department)

    def new(self) -> Iterator[dict[int, tuple[int, int | None]]]:
        """What is not read yet, in batches: UID → size in bytes and arrival in ms."""
        found = sorted(
            uid for uid in self.client.search(["UID", f"{self.last_uid + 1}:*"]) if uid > self.last_uid
        )
        for at in range(0, len(found), BATCH):
            batch: dict[int, tuple[int, int | None]] = {}
            total = 0
            for uid, about in sorted(
                self.client.fetch(found[at : at + BATCH], ["RFC822.SIZE", "INTERNALDATE"]).items()
            ):
                size = int(about.get(b"RFC822.SIZE", 0))
                if batch and total + size > BATCH_BYTES:
                    yield batch
                    batch, total = {}, 0
                batch[uid] = (size, _moment(about.get(b"INTERNALDATE")))
                total += size if size <= LARGEST_MAIL else 0
            if batch:
                yield batch

    def take(self, about: dict[int, tuple[int, int | None]]) -> list[Item]:
        """Files one batch, then marks it as seen. The place reached is committed with the mails."""
        texts = self._texts([uid for uid, (size, _) in about.items() if size <= LARGEST_MAIL])
        letters: list[Letter | Item] = []
        uids: dict[str, int] = {}
        for uid, (size, arrived) in about.items():
            source = f"{self.key[0]}/{self.key[1]}:{uid}"
            uids[source] = uid
            if size > LARGEST_MAIL:
                letters.append(
                    Item(source, Outcome.FAILED, reason=f"it is larger than {LARGEST_MAIL >> 20} MiB")
                )
            elif (raw := texts.get(uid)) is not None:
                letters.append(self._letter(source, raw, arrived))

        def note(tx: Transaction, items: Sequence[Item]) -> None:
            for item in items:
                if item.outcome is Outcome.FAILED:
                    aside.keep(tx, item.source, item.reason, texts.get(uids[item.source]))
            self._advance(tx, max((uids[item.source] for item in items), default=max(about)))

        filed = file_letters(self.desk, letters, self.door, note)
        if self.is_writable and texts:
            self.client.add_flags(list(texts), [b"\\Seen"], silent=True)
        return filed

    def _texts(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The raw mails by UID, without marking them; one that has gone meanwhile is missing."""
        if not uids:
            return {}
        found: dict[int, dict[bytes, Any]] = self.client.fetch(uids, ["BODY.PEEK[]"])
        return {uid: parts[b"BODY[]"] for uid, parts in found.items() if parts.get(b"BODY[]") is not None}

    def _letter(self, source: str, raw: bytes, arrived: int | None) -> Letter | Item:
        try:
            now = self.desk.now()
            return prepare(source, raw, self.door, now if arrived is None else min(arrived, now))
        except DeskError as error:
            return Item(source, Outcome.FAILED, reason=error.message)
        except Exception as error:  # a mail that breaks the reader must not stop the mailbox
            return Item(source, Outcome.FAILED, reason=unexpected(error))

    def _advance(self, tx: Transaction, uid: int) -> None:
        tx.connection.execute(
            "INSERT INTO mailbox_folders (mailbox, folder, uidvalidity, last_uid) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid",
            (*self.key, self.uidvalidity, uid),
        )


def _moment(moment: datetime | None) -> int | None:
    """INTERNALDATE in ms; IMAPClient gives it in local time without a zone."""
    return None if moment is None else round(moment.astimezone(UTC).timestamp() * 1000)


def settle_uncertain(desk: Desk, mailbox: Mailbox, client: IMAPClient) -> int:
    """Settles uncertain replies of which a copy lies in the folder of sent mail; returns how many."""
    uncertain = [
        each for each in outbox.outgoing(desk) if each.state is Delivery.UNCERTAIN and each.message.message_id
    ]
    if not uncertain or not (folder := _sent_folder(mailbox, client)):
        return 0
    client.select_folder(folder, readonly=True)
    found = [
        each.message.number
        for each in uncertain
        if client.search(["HEADER", "Message-ID", each.message.message_id])
    ]
    for number in found:
        outbox.decide(desk, number, received=True)
    return len(found)


def _sent_folder(mailbox: Mailbox, client: IMAPClient) -> str:
    """The folder of sent mail: the configured one, else the one that the server or its usual names tell (RFC 6154)."""
    from imapclient.imapclient import SENT  # type: ignore[import-untyped]

    assert mailbox.imap is not None
    return mailbox.imap.sent_folder or client.find_special_folder(SENT) or ""
