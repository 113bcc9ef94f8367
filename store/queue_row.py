"""A line of the queue, all that the console's list is made of. `store.model` has it too; see `store.kinds` for why."""

from __future__ import annotations

from dataclasses import dataclass

from store.kinds import Priority, Status


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue: what the list draws, and `cursor` to read on from it."""

    number: int
    id: str
    short: str
    subject: str
    customer: str
    status: Status
    priority: Priority
    assignee: str
    product: str
    language: str
    tags: tuple[str, ...]
    waiting_since: int | None
    due_at: int | None
    snoozed_until: int | None
    updated_at: int
    cursor: tuple[int, int]
