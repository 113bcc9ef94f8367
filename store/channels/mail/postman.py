"""The postman of an open console: sends what is due and collects what comes, in threads of its own, and says how it goes.

Nothing of it is imported or begun before the first mail could move; it never touches a screen, it only reports.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.desk import Desk
from store.desk.outbox import is_due
from store.errors import DeskError

if TYPE_CHECKING:
    from store.channels.mail.imap import FetchResult

LOOK_SECONDS = 1.0
"""How often the outbox is looked at; a look is one read of an index."""

AFTER_TROUBLE_SECONDS = 60.0
"""How long the postman waits after a server could not be used at all."""


REMIND_SECONDS = 3600.0
"""After how long the same trouble is told again."""


@dataclass(frozen=True, slots=True)
class Trip:
    """What happened on one round: how many mails were sent, deferred, uncertain, failed and collected, or the trouble."""

    sent: int = 0
    deferred: int = 0
    uncertain: int = 0
    failed: int = 0
    collected: int = 0
    trouble: DeskError | None = None


class Postman:
    """Sends and collects mail for a desk until it is stopped. `report` is called from its threads."""

    def __init__(self, desk: Desk, report: Callable[[Trip], None]) -> None:
        self._desk = desk
        self._report = report
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._told: dict[str, tuple[str, float]] = {}

    def start(self) -> None:
        """Begins with whatever is configured; without mailboxes there is nothing to do."""
        mailboxes = self._desk.config.mailboxes
        if any(mailbox.smtp is not None for mailbox in mailboxes):
            self._begin(self._send)
        if any(mailbox.imap is not None for mailbox in mailboxes):
            self._begin(self._collect)

    def _begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=f"postman{work.__name__}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """Asks the threads to end and waits for them, at most `patience` seconds each; a mail that is leaving may finish."""
        self._stop.set()
        for thread in self._threads:
            thread.join(patience)

    def _send(self) -> None:
        from store.channels.mail.smtp import deliver

        while not self._stop.wait(LOOK_SECONDS):
            if not is_due(self._desk):
                continue
            try:
                result = deliver(self._desk)
            except DeskError as error:
                self._tell_trouble("", error)
                self._stop.wait(AFTER_TROUBLE_SECONDS)
                continue
            trip = Trip(result.sent, result.deferred, result.uncertain, result.failed)
            if trip == Trip():
                self._stop.wait(AFTER_TROUBLE_SECONDS)
            else:
                self._report(trip)

    def _collect(self) -> None:
        from store.channels.mail.watching import watch

        try:
            watch(self._desk, self._stop, self._tell)
        except DeskError as error:
            self._tell_trouble("", error)

    def _tell_trouble(self, where: str, trouble: DeskError) -> None:
        """Reports a trouble; the same one at the same place not again for an hour, however often it is met."""
        now, said = time.monotonic(), str(trouble)
        before, at = self._told.get(where, ("", now))
        if before != said or now - at > REMIND_SECONDS:
            self._told[where] = (said, now)
            self._report(Trip(trouble=trouble))

    def _tell(self, result: FetchResult) -> None:
        for mailbox, trouble in result.troubles:
            self._tell_trouble(mailbox, trouble)
        if result.messages:
            self._report(Trip(collected=result.messages))
