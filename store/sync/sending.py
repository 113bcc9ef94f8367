"""The outbox of a shared desk: the hub gives the lease, only the lease's token is listened to, and the hub's log tells everybody.

What a mail server answered is written down here before it is reported, so that an answer is not lost with the line to the hub.
"""

from __future__ import annotations

import sqlite3

from store.desk import outbox
from store.desk.desk import Desk
from store.desk.outbox import BACK_OFF, GIVE_UP_AFTER, LEASE, Lease
from store.model import Delivery
from store.sync import local
from store.sync.link import Link, connected
from store.sync.pull import pull
from store.sync.push import push


class HubOutbox:
    """The queue of outgoing replies as `store.channels.mail.smtp` works on it, held by the hub. Raises SyncError kinds."""

    def __init__(self, desk: Desk, link: Link) -> None:
        self._desk = desk
        self._link = link

    def close(self) -> None:
        """Hangs up."""
        self._link.close()

    def lease(self) -> Lease | None:
        """Leases the next reply that may be tried now; None when there is none. What is pending here is said first."""
        report(self._desk, self._link)
        push(self._desk, self._link)
        self._link.value("SELECT helpterm.park_mail()")
        rows = self._link.rows(
            "SELECT message, token, attempts FROM helpterm.claim_mail(%s)", (LEASE,), width=3
        )
        pull(self._desk, self._link)
        if not rows:
            return None
        identity, token, attempts = rows[0]
        number = self._number(identity)
        self._desk.database.write(
            lambda connection: connection.execute(
                "UPDATE outbox SET attempts = ?, token = ? WHERE message = ?", (attempts, token, number)
            )
        )
        return Lease(outbox.outgoing_of(self._desk, number), token)

    def _number(self, identity: str) -> int:
        row = self._desk.read().execute("SELECT number FROM messages WHERE id = ?", (identity,)).fetchone()
        number: int = row[0]
        return number

    def begin(self, lease: Lease) -> bool:
        """The point of no return, which only the hub can give."""
        parameters = (lease.outgoing.message.id, lease.token)
        return bool(self._link.value("SELECT helpterm.begin_mail(%s, %s)", parameters) == lease.token)

    def settle(self, lease: Lease, state: Delivery, error: str = "") -> bool:
        """Writes down how an attempt ended, then reports it. False when the lease is no longer this sender's."""
        message, token = lease.outgoing.message.id, lease.token
        self._desk.database.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO settlements (message, token, state, error) VALUES (?, ?, ?, ?)",
                (message, token, str(state), error),
            )
        )
        accepted = _report(self._desk, self._link, message, token, str(state), error)
        pull(self._desk, self._link)
        return accepted

    def defer(self, lease: Lease, error: str) -> bool:
        """Reports an attempt that certainly sent nothing: tried again later, or failed after the last one."""
        attempts = lease.outgoing.attempts
        if attempts >= GIVE_UP_AFTER:
            return self.settle(lease, Delivery.FAILED, error)
        pause = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
        parameters = (lease.outgoing.message.id, lease.token, "queued", error, pause)
        accepted = bool(self._link.value("SELECT helpterm.settle_mail(%s, %s, %s, %s, %s)", parameters))
        pull(self._desk, self._link)
        return accepted

    def postpone(self, lease: Lease, until: int, why: str) -> bool:
        """Gives a lease back unused; the next attempt is at `until` (ms)."""
        pause = max(0, until - self._desk.now())
        return bool(
            self._link.value(
                "SELECT helpterm.return_mail(%s, %s, %s, %s)",
                (lease.outgoing.message.id, lease.token, pause, why),
            )
        )


def report(desk: Desk, link: Link) -> int:
    """Reports answers of mail servers that could not be reported when they came; returns how many."""
    rows = desk.read().execute("SELECT message, token, state, error FROM settlements").fetchall()
    for row in rows:
        _report(desk, link, *row)
    return len(rows)


def _report(desk: Desk, link: Link, message: str, token: int, state: str, error: str) -> bool:
    accepted = bool(link.value("SELECT helpterm.settle_mail(%s, %s, %s, %s)", (message, token, state, error)))

    def job(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM settlements WHERE message = ? AND token = ?", (message, token))

    desk.database.write(job)
    return accepted


def lend(desk: Desk, dsn: str = "") -> None:
    """Has replies of this shared desk leave under the hub's lease, over a line of their own."""

    def make() -> HubOutbox:
        kept = local.membership(desk.read()).dsn
        return HubOutbox(desk, connected(dsn or desk.config.sync.dsn or kept))

    desk.lender = make
