"""Ids: the same thing has the same id on every machine."""

from __future__ import annotations

import uuid
from collections.abc import Callable

NAMESPACE = uuid.UUID("5f0c7a52-8d0f-5c0e-9a55-2b1d5f6e7a11")
"""The UUID namespace of helpterm's derived ids (RFC 9562, version 5)."""

SHORTEST = 5
LONGEST = 15


def new_id() -> str:
    """A fresh random id."""
    return uuid.uuid4().hex


def derived_id(*parts: str) -> str:
    """The id of a thing that is known by its content, such as a mail by its Message-ID."""
    return uuid.uuid5(NAMESPACE, "\x1f".join(parts)).hex


def short_number(ticket_id: str, taken: Callable[[str], bool]) -> str:
    """The number people say on the phone: the fewest decimal digits of the id, from five up, that are not taken.

    It comes from the id, so two machines that learn of the same ticket mostly give it the same number.
    """
    digits = str(int(ticket_id, 16) % 10**LONGEST + 10**LONGEST)[1:]
    digits = digits.lstrip("0").ljust(LONGEST, "7")
    for length in range(SHORTEST, LONGEST + 1):
        if not taken(digits[:length]):
            return digits[:length]
    return str(int(ticket_id, 16))
