"""What tests of the shift share: reading what is on the screen, and a reply of which nobody knows."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import OptionList

from store.desk import Desk, outbox
from store.desk.ids import new_id
from store.desk.transaction import NewMessage, Transaction
from store.model import Author, Delivery, Kind, Ticket
from tests.tui.console import console
from tui.screens.paper import PaperScreen
from tui.widgets.line_box import LineBox


def paper(pilot: Pilot[None]) -> str:
    """What the paper on the screen says."""
    assert isinstance(pilot.app.screen, PaperScreen)
    return pilot.app.screen.paper.text


def listed(pilot: Pilot[None]) -> str:
    """What the list and the detail of the screen say."""
    place = console(pilot).place
    options = place.query_one(OptionList)
    rows = [str(options.get_option_at_index(each).prompt) for each in range(options.option_count)]
    return "\n".join([*rows, *(each.text for each in place.query(LineBox))])


def doubtful(desk: Desk, ticket: Ticket) -> None:
    """A reply of ours of which nobody knows whether it arrived."""

    def job(tx: Transaction) -> None:
        new = NewMessage(
            new_id(), Kind.REPLY, Author("Ada", "", "ada"), tx.now, "x", delivery=Delivery.QUEUED
        )
        number = tx.add_message(ticket.number, new)
        outbox.queue(tx, number, [ticket.customer.email], tx.now)
        tx.connection.execute("UPDATE outbox SET state = 'uncertain' WHERE message = ?", (number,))

    desk.change(job)
