"""Who looks at which ticket right now. Nothing here is kept: it fades by itself some seconds after it was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from store.sync.link import Link
from store.text.inert import inert_line

TTL_MS = 15_000

What = Literal["reading", "replying", "noting"]


@dataclass(frozen=True, slots=True)
class Presence:
    """A colleague, the id of the ticket they have open, and what they do with it."""

    agent: str
    ticket: str
    what: What


def beat(link: Link, ticket: str, what: str, ttl_ms: int = TTL_MS) -> tuple[Presence, ...]:
    """Says what this agent does (an empty ticket: nothing) and returns what everybody else does; one round trip."""
    rows = link.rows(
        "SELECT agent, ticket, what FROM helpterm.beat(%s, %s, %s)", (ticket, what, ttl_ms), width=3
    )
    return tuple(Presence(inert_line(agent), there, cast(What, doing)) for agent, there, doing in rows)
