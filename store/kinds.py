"""The enumerations of the desk: how a ticket stands, what a message is, what a person may do. `store.model` has them too.

Apart from the dataclasses because the queue needs these few at its start, and making all of the others takes 15 ms.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands. `PENDING` waits for the customer, `ON_HOLD` for somebody else."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"

    @property
    def is_done(self) -> bool:
        """True when nobody expects another reply."""
        return self in (Status.SOLVED, Status.CLOSED)


class Priority(StrEnum):
    """How soon a ticket should be answered, most pressing first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Channel(StrEnum):
    """The road on which a ticket came in."""

    EMAIL = "email"
    PHONE = "phone"
    CHAT = "chat"
    FORUM = "forum"
    HELPDESK = "helpdesk"


class Kind(StrEnum):
    """What a message is."""

    INBOUND = "inbound"
    REPLY = "reply"
    NOTE = "note"
    CALL = "call"
    CHAT = "chat"


class Delivery(StrEnum):
    """How far a reply has come on its way out (DESIGN, section 7)."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class Severity(StrEnum):
    """What a finding of the gate asks for: stop, a second look, or nothing but notice."""

    BLOCK = "block"
    WARN = "warn"
    HINT = "hint"


class Role(StrEnum):
    """What a person may do at the desk."""

    AGENT = "agent"
    NEWCOMER = "newcomer"
    DEVELOPER = "developer"
    MANAGER = "manager"
    OUTSIDE = "outside"
