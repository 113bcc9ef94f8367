"""What a ticket has taken so far: its displacement meter and its cost, read together."""

from __future__ import annotations

from dataclasses import dataclass

from store.desk import Desk, tickets
from store.shifts import meter as meters
from store.shifts import tiers
from store.shifts.meter import Meter
from store.shifts.tiers import Cost


@dataclass(frozen=True, slots=True)
class Effort:
    """The meter and the cost of a ticket, and what its tier is called."""

    meter: Meter
    cost: Cost
    tier: str

    @property
    def asks(self) -> bool:
        """True when the ticket displaces so many others that somebody has to decide how it goes on."""
        return self.meter.level == "red"


def effort(desk: Desk, number: int) -> Effort:
    """What the ticket in this row has taken so far, with what its running timer has counted. Raises NotFound."""
    ticket = tickets.ticket(desk, number)
    name = tiers.tier(desk.config, ticket.tier, ticket.product).name
    return Effort(meters.meter(desk, ticket), tiers.cost(desk, ticket), name)
