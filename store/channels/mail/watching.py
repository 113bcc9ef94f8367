"""Mailboxes are watched: the server says when something comes (IDLE, RFC 2177), or is asked once a minute.

One thread for each mailbox. A connection that breaks is made again, later each time it fails.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from store.channels.mail.imap import FetchResult, connection, fetch_from, next_uid, readable, settle_uncertain
from store.config import Mailbox
from store.desk import Desk
from store.errors import DeskError, ServerError
from store.secrets import SecretError

if TYPE_CHECKING:
    from imapclient import IMAPClient  # type: ignore[import-untyped]

POLL_SECONDS = 60.0
RENEW_SECONDS = 540.0
"""IDLE is begun anew before routers forget the connection and servers end it (29 minutes at most, RFC 2177)."""
BACK_OFF_SECONDS = (5.0, 15.0, 60.0, 180.0, 300.0)
"""Waiting times before a broken connection is made again; the last one is repeated."""

_SLICE_SECONDS = 1.0

Report = Callable[[FetchResult], None]


def watch(desk: Desk, stop: threading.Event, report: Report, *, poll_seconds: float = POLL_SECONDS) -> None:
    """Keeps every mailbox read until `stop` is set. `report` is called from the watching threads, for each thing that happens.

    Raises ServerError when no mailbox is set up, and StoreError when the store can no longer be written; then all watching ends.
    """
    fatal: list[DeskError] = []

    def run(mailbox: Mailbox) -> None:
        try:
            _keep_reading(desk, mailbox, stop, report, poll_seconds)
        except DeskError as error:
            fatal.append(error)
            stop.set()

    threads = [
        threading.Thread(target=run, args=(mailbox,), name=f"watch-{mailbox.name}", daemon=True)
        for mailbox in readable(desk)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if fatal:
        raise fatal[0]


def _keep_reading(
    desk: Desk, mailbox: Mailbox, stop: threading.Event, report: Report, poll_seconds: float
) -> None:
    failures = 0
    looked_for: int | None = None
    while not stop.is_set():
        try:
            with connection(mailbox) as client:
                while not stop.is_set():
                    result = FetchResult(settled=settle_uncertain(desk, mailbox, client))
                    expected = fetch_from(desk, mailbox, client, result)
                    failures = 0
                    if result.fetched or result.settled:
                        report(result)
                    # What came while mails were read was told in the answers to that, which nobody listens to.
                    told = next_uid(mailbox, client)
                    if told in (None, expected, looked_for):
                        _wait(client, stop, poll_seconds)
                    looked_for = told
        except (ServerError, SecretError) as error:
            report(FetchResult(troubles=[(mailbox.name, error)]))
            stop.wait(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])
            failures += 1


def _wait(client: IMAPClient, stop: threading.Event, poll_seconds: float) -> None:
    """Returns when something may have come, or it is time to look."""
    if not client.has_capability("IDLE"):
        stop.wait(poll_seconds)
        return
    if _tells_of_mail(client.noop()[1]):
        return
    until = time.monotonic() + RENEW_SECONDS
    client.idle()
    try:
        while not stop.is_set() and time.monotonic() < until:
            if _tells_of_mail(client.idle_check(_SLICE_SECONDS)):
                return
    finally:
        client.idle_done()


def _tells_of_mail(said: Sequence[Any]) -> bool:
    return any(
        isinstance(each, tuple) and len(each) > 1 and each[1] in (b"EXISTS", b"RECENT") for each in said
    )
