"""Who may send what is in the outbox: on a desk of its own the store says so, on a shared one the team's database."""

from __future__ import annotations

from typing import Protocol

from store.desk import outbox
from store.desk.desk import Desk
from store.desk.outbox import Lease
from store.errors import Refused
from store.model import Delivery


class Lender(Protocol):
    """Gives leases on outgoing replies and takes the reports about them; `store.desk.outbox` says what each means."""

    def lease(self) -> Lease | None:
        """The next reply that may be tried now."""
        ...

    def begin(self, lease: Lease) -> bool:
        """The point of no return."""
        ...

    def settle(self, lease: Lease, state: Delivery, error: str = "") -> bool:
        """How an attempt ended."""
        ...

    def defer(self, lease: Lease, error: str) -> bool:
        """An attempt that certainly sent nothing."""
        ...

    def postpone(self, lease: Lease, until: int, why: str) -> bool:
        """A lease given back unused."""
        ...

    def close(self) -> None:
        """Nothing more is sent for now."""
        ...


class OwnStore:
    """The store of a desk that is shared with nobody."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def lease(self) -> Lease | None:
        """As `outbox.lease`."""
        return outbox.lease(self._desk)

    def begin(self, lease: Lease) -> bool:
        """As `outbox.begin`."""
        return outbox.begin(self._desk, lease)

    def settle(self, lease: Lease, state: Delivery, error: str = "") -> bool:
        """As `outbox.settle`."""
        return outbox.settle(self._desk, lease, state, error)

    def defer(self, lease: Lease, error: str) -> bool:
        """As `outbox.defer`."""
        return outbox.defer(self._desk, lease, error)

    def postpone(self, lease: Lease, until: int, why: str) -> bool:
        """As `outbox.postpone`."""
        return outbox.postpone(self._desk, lease, until, why)

    def close(self) -> None:
        """Nothing to close."""


def lender_of(desk: Desk) -> Lender:
    """Who lends at this desk. Raises Refused on a shared desk for which nobody has opened the line to the team."""
    if not desk.is_shared:
        return OwnStore(desk)
    if desk.lender is None:
        raise Refused(
            "replies of a shared desk leave under the team's lease",
            "send with `helpterm send --watch` beside the console",
        )
    return desk.lender()
