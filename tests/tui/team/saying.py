"""What the exchange and colleagues say, said by a test: the clock can stand still, and no database is needed.

`tests/store/sync/test_console.py` has the real ones.
"""

from __future__ import annotations

import json
from typing import Any

from textual.pilot import Pilot

from store.desk import Desk, tickets
from store.sync.engine import SyncState
from store.sync.presence import Presence
from tests.conftest import MINUTE
from tests.tui.console import console, settled
from tui.widgets.status_line import StatusLine


async def tell(pilot: Pilot[None], **state: Any) -> None:
    """The exchange says how things stand."""
    await console(pilot).team.look()
    console(pilot).team.told(SyncState(**({"synced_at": console(pilot).desk.now() - 4_000} | state)))
    await settled(pilot)


def at_ticket(desk: Desk, number: int, what: str, agent: str = "mira") -> Presence:
    return Presence(agent, tickets.ticket(desk, number).id, what)  # type: ignore[arg-type]


def foot(pilot: Pilot[None]) -> str:
    """The line above the footer."""
    return console(pilot).place.query_one(StatusLine).text


def overrule(desk: Desk, number: int, **fields: Any) -> None:
    """Notes that a change of Ada's did not hold."""
    ticket = tickets.ticket(desk, number)
    usual = {
        "change": f"change-{number}", "seq": number, "at": desk.now() - number * MINUTE, "kind": "claim", "entity": "ticket",
        "entity_id": ticket.id, "field": "assignee", "mine": json.dumps("ada"), "theirs": json.dumps("ben"), "agent": "ben",
        "outcome": "lost", "settled": 0,
    } | fields  # fmt: skip
    names = ", ".join(usual)
    marks = ", ".join(f":{name}" for name in usual)
    desk.database.write(lambda c: c.execute(f"INSERT INTO conflicts ({names}) VALUES ({marks})", usual))
