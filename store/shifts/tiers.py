"""Tiers: what each is called and costs, which hops a ticket made, how long each took, and what the ticket cost so far."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from store.config import Config, Tier
from store.desk import Desk, tickets
from store.errors import BadInput
from store.model import Ticket
from store.shifts import timing

USUAL_NAMES = {1: "tier 1", 2: "tier 2", 3: "tier 3"}


@dataclass(frozen=True, slots=True)
class Hop:
    """A stay at one tier: since when and until when (ms; None while it lasts), seconds of work in it, and what they cost."""

    tier: int
    name: str
    since: int
    until: int | None
    worked_seconds: int
    cost: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What a ticket has cost so far, hop by hop, in `currency`. Work outside a hop's stay counts to its tier all the same."""

    hops: tuple[Hop, ...]
    total: float
    currency: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried before a ticket is handed on, so that nobody asks the customer twice."""

    tested: str
    found: str
    links: Sequence[str] = ()

    def text(self) -> str:
        """The attempt as the note of an escalation. Raises BadInput when it does not say what was tested and found."""
        if not self.tested.strip() or not self.found.strip():
            raise BadInput(
                "an escalation says what was tested and what was found", "write a sentence for each"
            )
        lines = [f"Tested: {self.tested.strip()}", f"Found: {self.found.strip()}"]
        return "\n".join([*lines, *(f"Link: {link.strip()}" for link in self.links if link.strip())])


def tier(config: Config, level: int, product: str = "") -> Tier:
    """The settings of a tier; those of the product go before those of all products."""
    found = [each for each in config.tiers if each.level == level and each.product in ("", product)]
    best = max(found, key=lambda each: bool(each.product), default=Tier(level))
    return best if best.name else Tier(level, USUAL_NAMES[level], best.product, best.cost_per_hour)


def escalate(desk: Desk, ticket: Ticket, attempt: Attempt, level: int | None = None) -> Ticket:
    """Hands a ticket to the next tier with what was tried. Raises as `store.desk.tickets.escalate`."""
    return tickets.escalate(desk, [ticket.number], attempt.text(), level)[0]


def cost(desk: Desk, ticket: Ticket) -> Cost:
    """What a ticket has cost so far."""
    entries = timing.entries(desk, ticket)
    stays = _stays(desk, ticket)
    hops = []
    for position, (level, since, until) in enumerate(stays):
        last_here = all(later != level for later, *_ in stays[position + 1 :])
        seconds = sum(
            entry.seconds
            for entry in entries
            if entry.tier == level and (since <= entry.started_at < (until or 1 << 62))
        )
        if last_here:
            seconds += sum(
                entry.seconds
                for entry in entries
                if entry.tier == level
                and not any(
                    start <= entry.started_at < (end or 1 << 62) for at, start, end in stays if at == level
                )
            )
        named = tier(desk.config, level, ticket.product)
        hops.append(Hop(level, named.name, since, until, seconds, seconds / 3600 * named.cost_per_hour))
    total = sum(
        entry.seconds / 3600 * tier(desk.config, entry.tier, ticket.product).cost_per_hour
        for entry in entries
    )
    return Cost(tuple(hops), total, desk.config.shift.currency)


def _stays(desk: Desk, ticket: Ticket) -> list[tuple[int, int, int | None]]:
    """The tiers that a ticket was at, in order: (tier, since, until)."""
    rows = (
        desk.read()
        .execute(
            "SELECT at, value, previous FROM changes WHERE entity_id = ? AND field = 'tier' ORDER BY number",
            (ticket.id,),
        )
        .fetchall()
    )
    level = json.loads(rows[0][2]) if rows else ticket.tier
    since = ticket.created_at
    stays: list[tuple[int, int, int | None]] = []
    for at, value, _ in rows:
        stays.append((level, since, max(at, since)))
        level, since = json.loads(value), max(at, since)
    return [*stays, (level, since, None)]
