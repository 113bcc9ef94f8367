"""Own changes that were decided otherwise, with the tickets they were about. Runs in threads: knows no widget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from store.desk import Desk, conversation, tickets
from store.errors import NotFound
from store.model import Ticket
from store.sync.overruled import Conflict, conflicts


@dataclass(frozen=True, slots=True)
class Overruled:
    """A change of ours that did not hold, and its ticket, where it has one that is here."""

    conflict: Conflict
    ticket: Ticket | None


def read(desk: Desk) -> tuple[Overruled, ...]:
    """Everything not yet looked at, the latest first."""
    return looked_up(desk, conflicts(desk))


def looked_up(desk: Desk, found: Iterable[Conflict]) -> tuple[Overruled, ...]:
    """Conflicts with their tickets."""
    return tuple(Overruled(each, _ticket(desk, each)) for each in found)


def _ticket(desk: Desk, conflict: Conflict) -> Ticket | None:
    try:
        if conflict.entity == "message":
            return tickets.find(desk, conversation.message_by_id(desk, conflict.entity_id).ticket)
        return tickets.find(desk, conflict.entity_id) if conflict.entity == "ticket" else None
    except NotFound:
        return None
