"""The road on which decided changes come in: the desk's own transaction, except that it has nothing to add to the log."""

from __future__ import annotations

from typing import Any

from store.desk.transaction import Transaction


class Replay(Transaction):
    """Writes what the hub decided. Foreign entries are appended to the store's log as they are, so nothing is recorded here."""

    __slots__ = ()

    def record(self, *_: Any, **__: Any) -> None:
        """Nothing: what is replayed is in the shared log already."""

    def mark_stale(self, ticket: int) -> None:
        """Has this ticket's place derived anew before the commit."""
        self._stale[ticket] = None

    def is_stale(self, ticket: int) -> bool:
        """Whether this ticket's place will be derived anew."""
        return ticket in self._stale

    def mark_stale_by_id(self, ticket: str) -> None:
        """The same for a ticket known by its id, if it is here."""
        self._stale_by_id(ticket)
