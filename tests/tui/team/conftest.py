"""A desk that is shared with a team, for tests of what the console shows of it."""

from __future__ import annotations

import pytest

from store.desk import Desk
from store.desk.ids import derived_id
from store.desk.transaction import NewMessage, Transaction, customer_for
from store.model import Agent, Author, Kind
from store.sync import local
from store.sync.companion import Companion
from tests.conftest import HOUR, MINUTE


@pytest.fixture
def shared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk of a team, whose exchange says nothing by itself."""
    monkeypatch.setattr(Companion, "start", lambda self: None)
    desk.change(_fill)
    desk.database.write(lambda connection: local.begin(connection, "e" * 32, "host=/nowhere"))
    desk.change(lambda tx: tx.put(Agent("agent-mira", "mira", full_name="Mira Kaya")))
    desk.database.write(lambda connection: connection.execute("UPDATE changes SET seq = number"))
    return desk


def _fill(tx: Transaction) -> None:
    """Eight tickets that have the same numbers in every run."""
    for at in range(8):
        email, name, created = f"c{at}@customer.example", f"Customer {at}", tx.now - HOUR - (8 - at) * MINUTE
        number = tx.create_ticket(
            subject=f"Question {at}",
            customer=customer_for(email, name),
            created_at=created,
            ticket_id=derived_id("team", str(at)),
        )
        inbound = NewMessage(
            derived_id("words", str(at)), Kind.INBOUND, Author(name, email), created, f"body {at}"
        )
        tx.add_message(number, inbound)
    tx.put(Agent("agent-ben", "ben"))
