"""Desks and shorthand for tests of the queue and of an open ticket."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot

from store.desk import Desk
from store.desk import queue as desk_queue
from store.desk.transaction import customer_for
from store.model import Agent, Department, Product
from tests.conftest import HOUR, MINUTE
from tests.tui.console import console, settled
from tui.screens.queue import QueueScreen
from tui.screens.ticket import TicketScreen
from tui.widgets.conversation import Conversation
from tui.widgets.ticket_list import TicketList


def fill_desk(desk: Desk, count: int) -> None:
    """So many tickets, each waiting a minute longer than the next; two colleagues, places to move to."""
    from tests.conftest import _inbound

    now = desk.now()

    def job(tx):  # type: ignore[no-untyped-def]
        for at in range(count):
            created = now - HOUR - (count - at) * MINUTE
            number = tx.create_ticket(
                subject=f"Question {at}",
                customer=customer_for(f"c{at}@customer.example", f"Customer {at}"),
                created_at=created,
            )
            tx.add_message(
                number, _inbound(f"c{at}@customer.example", f"Customer {at}", created, f"body {at}")
            )
        for name in ("ada", "ben"):
            tx.put(Agent(f"agent-{name}", name))
        tx.put(Department("d1", "Billing"))
        tx.put(Product("p9", "Notes"))

    desk.change(job)


async def hit(pilot: Pilot[None], keys: str) -> None:
    """Presses keys as one types them, parted by blanks, and waits once at the end."""
    await pilot.press(*keys.split())
    await settled(pilot)


async def rush(pilot: Pilot[None], keys: str) -> None:
    """Sends keys faster than anybody types: all are there before the first one is answered."""
    for key in keys.split():
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await settled(pilot)


def queue_of(pilot: Pilot[None]) -> QueueScreen:
    return console(pilot).queue_behind()


def tickets_of(pilot: Pilot[None]) -> TicketList:
    return queue_of(pilot).query_one(TicketList)


def under_cursor(pilot: Pilot[None]) -> str:
    """The subject under the cursor; empty in an empty list."""
    row = tickets_of(pilot).row
    return row.subject if row is not None else ""


def open_ticket_of(pilot: Pilot[None]) -> TicketScreen:
    screen = console(pilot).place
    assert isinstance(screen, TicketScreen)
    return screen


def conversation_text(pilot: Pilot[None]) -> str:
    """What of the conversation is in sight."""
    widget = open_ticket_of(pilot).query_one(Conversation)
    return "\n".join(widget.render_line(y).text.rstrip() for y in range(widget.size.height))


def in_view(desk: Desk, query: str) -> list[str]:
    """Subjects of a view, in its order."""
    page = desk_queue.page(desk, desk_queue.understand(desk, query), limit=10_000)
    return [row.subject for row in page.rows]
