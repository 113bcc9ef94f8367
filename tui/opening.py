"""Opening the two screens that are opened all day: what they show is read first, then one that stands ready is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import DeskError
from tui.worker import in_thread

if TYPE_CHECKING:
    from store.model import Ticket
    from tui.app import HelptermApp


async def open_ticket(console: HelptermApp, number: int, said: str = "") -> None:
    """Opens the conversation of a ticket, by its row; `said` is the line at its foot. Raises NotFound."""
    from tui.opened import read
    from tui.screens.ticket import TicketScreen
    from tui.warming import warm_up

    opened = await in_thread(read, console.desk, number)
    spare = console.spares.take(TicketScreen)
    if spare is not None:
        spare.turn_to(opened)
    await console.push(spare or TicketScreen(opened))
    if said:
        console.say(said)
    console.run_worker(in_thread(warm_up, console.desk, opened.ticket), group="warming", exit_on_error=False)
    console.spares.keep("tui.screens.reply", "ReplyScreen")


async def open_reply(console: HelptermApp, ticket: Ticket, rule: str = "") -> None:
    """Opens the reply editor; with `rule` (an id) the reply declines by that rule. Raises DeskError when it cannot be read."""
    from tui.screens.reply import ReplyScreen

    spare = console.spares.take(ReplyScreen)
    if spare is not None:
        try:
            await spare.answer(ticket, rule)
        except DeskError:
            spare.remove()
            raise
    await console.push(spare or ReplyScreen(ticket, rule))
