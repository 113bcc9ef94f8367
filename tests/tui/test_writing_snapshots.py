"""How writing, reviewing, declining and the outbox look, at the smallest and at a comfortable size."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from store.desk import Desk, outbox, rules, takeaways, tickets
from store.desk.ids import new_id
from store.desk.transaction import NewMessage, Transaction, customer_for
from store.model import Author, Delivery, Kind, Product, Ticket
from tests.tui.console import GOOD, GUIDE, console, editor, judged, press, said, settled, until
from tests.tui.pictures import EACH_SIZE, Snap, Story
from tui.app import HelptermApp

pytestmark = pytest.mark.usefixtures("utc")


OLD = "Please open the preferences pane, choose the second tab and switch the blue lever to the left side."


def _message(kind: Kind, name: str, body: str, at: int, **fields: Any) -> NewMessage:
    agent = name.lower() if kind is Kind.REPLY else ""
    return NewMessage(
        new_id(), kind, Author(name, f"{name.lower()}@customer.example", agent), at, body, **fields
    )


def _fill(tx: Transaction) -> int:
    hour = 3_600_000
    tx.put(Product("p1", "Harbour", signature="Harbour, a calm home for your site"))
    bob = tx.create_ticket(
        subject="The lever",
        customer=customer_for("bob@customer.example", "Bob"),
        ticket_id="b" * 32,
        product="Harbour",
    )
    tx.add_message(bob, _message(Kind.REPLY, "Ada", f"Hello Bob,\n\n{OLD}\n\nAda", tx.now - 50 * hour))
    carla = tx.create_ticket(
        subject="Where is my invoice? [b]Ünal & 山田[/b]",
        customer=customer_for("carla@customer.example", "Carla Ünal"),
        ticket_id="c" * 32,
        product="Harbour",
        language="en",
        created_at=tx.now - 3 * hour,
    )
    body = "Hello,\n\nwhere do I find the invoice of March? I want my money back if not.\n\n> old\n> words"
    quote = (body.index("> old"), len(body), "quote")
    tx.add_message(carla, _message(Kind.INBOUND, "Carla", body, tx.now - 3 * hour, folds=(quote,)))
    return carla


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    number = desk.change(_fill)
    takeaways.add(desk, GUIDE, title="Download an invoice as a PDF", product="Harbour", language="en")
    takeaways.add(
        desk, "https://docs.harbour.example/plans/change", title="Change your plan", product="Harbour"
    )
    rules.add(
        desk,
        title="Refunds after thirty days",
        covered=False,
        why="The trial is there to find out.",
        product="Harbour",
        links=["https://docs.harbour.example/billing/refunds"],
        words={"en": ["money back"], "de": ["Geld zurück"]},
    )
    rules.add(desk, title="Outages", covered=True, product="Harbour")
    return tickets.ticket(desk, number)


def in_editor(ticket: Ticket, text: str, *keys: str, rule: str = "") -> Story:
    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        console(pilot).open_reply(ticket, rule)
        await settled(pilot)
        editor(pilot).editor.put(text)
        await judged(pilot)
        await until(pilot, lambda: said(pilot) == "draft saved")
        await press(pilot, *keys)

    return story


@EACH_SIZE
def test_the_editor_with_findings(
    snap_compare: Snap, desk: Desk, ticket: Ticket, size: tuple[int, int]
) -> None:
    text = f"Hello Carla,\n\n{OLD} The invoice [[NUMBER]] of March lies under Billing.\n\nAda"
    assert snap_compare(HelptermApp(desk), terminal_size=size, run_before=in_editor(ticket, text, "f8"))


@EACH_SIZE
def test_the_editor_of_a_decline(
    snap_compare: Snap, desk: Desk, ticket: Ticket, size: tuple[int, int]
) -> None:
    rule = rules.rule(desk, "Refunds after thirty days").id
    story = in_editor(ticket, "Hello Carla, no.", rule=rule)
    assert snap_compare(HelptermApp(desk), terminal_size=size, run_before=story)


@EACH_SIZE
def test_before_sending(snap_compare: Snap, desk: Desk, ticket: Ticket, size: tuple[int, int]) -> None:
    assert snap_compare(HelptermApp(desk), terminal_size=size, run_before=in_editor(ticket, GOOD, "ctrl+r"))


@EACH_SIZE
def test_before_sending_what_was_sent_before(
    snap_compare: Snap, desk: Desk, ticket: Ticket, size: tuple[int, int]
) -> None:
    story = in_editor(ticket, f"Hello Carla,\n\n{OLD} Pictures: {GUIDE}\n\nAda", "ctrl+r", "r")
    assert snap_compare(HelptermApp(desk), terminal_size=size, run_before=story)


@EACH_SIZE
def test_the_links(snap_compare: Snap, desk: Desk, ticket: Ticket, size: tuple[int, int]) -> None:
    assert snap_compare(HelptermApp(desk), terminal_size=size, run_before=in_editor(ticket, "See ", "f3"))


@EACH_SIZE
def test_the_nearest_reply(snap_compare: Snap, desk: Desk, ticket: Ticket, size: tuple[int, int]) -> None:
    story = in_editor(ticket, f"Hello Carla,\n\n{OLD}\n\nAda", "f5")
    assert snap_compare(HelptermApp(desk), terminal_size=size, run_before=story)


@EACH_SIZE
@pytest.mark.parametrize("keys", [(), ("e",)], ids=["panel", "form"])
def test_the_rules(
    snap_compare: Snap, desk: Desk, ticket: Ticket, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        console(pilot).open_scope(ticket)
        await settled(pilot)
        await press(pilot, *keys)

    assert snap_compare(HelptermApp(desk), terminal_size=size, run_before=story)


@EACH_SIZE
def test_the_outbox(snap_compare: Snap, desk: Desk, ticket: Ticket, size: tuple[int, int]) -> None:
    def job(tx: Transaction) -> None:
        for state in (Delivery.QUEUED, Delivery.UNCERTAIN, Delivery.FAILED):
            new = _message(Kind.REPLY, "Ada", f"A reply that is {state}.", tx.now, delivery=state)
            number = tx.add_message(ticket.number, new)
            outbox.queue(tx, number, [ticket.customer.email], tx.now)
            tx.connection.execute(
                "UPDATE outbox SET state = ?, error = ? WHERE message = ?",
                (str(state), "" if state is Delivery.QUEUED else "550 no such user", number),
            )

    desk.change(job)

    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        console(pilot).open_outbox()
        await settled(pilot)

    assert snap_compare(HelptermApp(desk), terminal_size=size, run_before=story)
