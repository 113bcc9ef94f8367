"""Changing: what happens to the ticket, or to all that are selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.kinds import Status
from tui.commands.act import Act
from tui.commands.command import TICKETS, Command, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console


class ChangeTickets(Command):
    """Something done to the tickets at hand."""

    where = TICKETS

    def check(self, console: Console) -> str | None:
        """Needs a ticket."""
        return None if console.place.targets() else "There is no ticket here"


class Take(ChangeTickets):
    """Take the ticket: it is yours to answer"""

    id, title, keys, footer = "ticket.take", "Take", "a", 3

    async def run(self, console: Console) -> None:
        """Claims; refused when somebody else has it."""
        from store.desk import tickets

        await console.act(Act("Taken", tickets.claim))


class Assign(ChangeTickets):
    """Give the ticket to somebody, or to nobody"""

    id, title, keys = "ticket.assign", "Assign", "A"

    async def run(self, console: Console) -> None:
        """Asks for whom."""
        from store.desk import tickets
        from tui.screens.choices import agents

        name = await agents(console)
        if name is not None:
            shown = f"Assigned to {name}" if name else "Assigned to nobody"
            await console.act(Act(shown, lambda desk, numbers: tickets.assign(desk, numbers, name)))


class SetStatus(ChangeTickets):
    """Set the status: open, pending, on hold, solved, closed"""

    id, title, keys, footer = "ticket.status", "Status", "s", 5

    async def run(self, console: Console) -> None:
        """Asks for it."""
        from store.desk import tickets
        from tui.screens.choices import status

        chosen = await status(console)
        if chosen is not None:
            word = str(chosen).replace("_", " ")
            act = Act(
                f"Status: {word}",
                lambda desk, numbers: tickets.set_status(desk, numbers, chosen),
                chosen.is_done,
            )
            await console.act(act)


class SetPriority(ChangeTickets):
    """Set how soon the ticket should be answered"""

    id, title, keys = "ticket.priority", "Priority", "!"

    async def run(self, console: Console) -> None:
        """Asks for it."""
        from store.desk import tickets
        from tui.screens.choices import priority

        chosen = await priority(console)
        if chosen is not None:
            await console.act(
                Act(f"Priority: {chosen}", lambda desk, numbers: tickets.set_priority(desk, numbers, chosen))
            )


class Tag(ChangeTickets):
    """Add tags, and remove those written with a minus: refund -login"""

    id, title, keys = "ticket.tag", "Tag", "t"

    async def run(self, console: Console) -> None:
        """Asks for them."""
        from store.desk import tickets
        from tui.screens.choices import tags

        chosen = await tags(console)
        if chosen is not None:
            add, remove = chosen
            words = " ".join([*(f"#{name}" for name in add), *(f"-{name}" for name in remove)])
            await console.act(
                Act(f"Tagged {words}", lambda desk, numbers: tickets.tag(desk, numbers, add, remove))
            )


class Move(ChangeTickets):
    """Move the ticket to another product or department"""

    id, title, keys = "ticket.move", "Move", "v"

    async def run(self, console: Console) -> None:
        """Asks for the place."""
        from store.desk import tickets
        from tui.screens.choices import place

        chosen = await place(console)
        if chosen is not None:
            kind, name = chosen
            await console.act(
                Act(f"Moved to {name}", lambda desk, numbers: tickets.move(desk, numbers, **{kind: name}))
            )


class Snooze(ChangeTickets):
    """Hide the ticket until a moment in natural words: tomorrow 9, 2h, monday"""

    id, title, keys, footer = "ticket.snooze", "Snooze", "h", 6

    async def run(self, console: Console) -> None:
        """Asks until when."""
        from store.desk import tickets
        from tui.formatting.times import full_moment
        from tui.screens.choices import until

        chosen = await until(console)
        if chosen is not None:
            title = f"Snoozed until {full_moment(chosen)}"
            await console.act(Act(title, lambda desk, numbers: tickets.snooze(desk, numbers, chosen), True))


class WakeUp(ChangeTickets):
    """Bring a snoozed ticket back into the queue"""

    id, title, keys = "ticket.wake", "Wake up", "H"

    async def run(self, console: Console) -> None:
        """Ends the snooze."""
        from store.desk import tickets

        await console.act(Act("Back in the queue", lambda desk, numbers: tickets.snooze(desk, numbers, None)))


class Close(ChangeTickets):
    """Close the ticket: nobody expects another word"""

    id, title, keys, footer = "ticket.close", "Close", "e", 7

    async def run(self, console: Console) -> None:
        """Sets the status."""
        from store.desk import tickets

        await console.act(
            Act("Closed", lambda desk, numbers: tickets.set_status(desk, numbers, Status.CLOSED), True)
        )


class Escalate(ChangeTickets):
    """Hand the ticket to the next tier, with what was tried"""

    id, title, keys = "ticket.escalate", "Escalate", "E"

    async def run(self, console: Console) -> None:
        """Asks what was tested, what was found, and for links."""
        from store.desk import tickets
        from tui.screens.shift_questions import attempt

        tried = await attempt(console)
        if tried is not None:
            text = tried.text()
            await console.act(
                Act("Escalated", lambda desk, numbers: tickets.escalate(desk, numbers, text), True)
            )


class Merge(ChangeTickets):
    """Merge the ticket, or the selected ones, into another: give its number"""

    id, title, keys = "ticket.merge", "Merge", "M"

    async def run(self, console: Console) -> None:
        """Asks into which."""
        from store.desk import tickets
        from tui.screens.choices import survivor

        into = await survivor(console)
        if into is not None:
            await console.act(
                Act(
                    f"Merged into #{into.short}",
                    lambda desk, numbers: tickets.merge(desk, numbers, into.number),
                    True,
                )
            )


class Undo(Command):
    """Take back your last change, whole: all tickets of it"""

    id, title, keys, where, footer = "change.undo", "Undo", "z, ctrl+z", TICKETS, 9

    async def run(self, console: Console) -> None:
        """Gives every field the value it had."""
        from tui.acting import take_back

        names, tickets = await take_back(console)
        count = f"{len(tickets):,} tickets" if len(tickets) != 1 else f"#{tickets[0].short}"
        console.say(f"Undone: {names} of {count}")
        await console.refresh_all(own=True)


class Repeat(Command):
    """Do the last change again, to what is at hand now"""

    id, title, keys, where = "change.repeat", "Repeat", ".", frozenset({Where.QUEUE, Where.TICKET})

    def check(self, console: Console) -> str | None:
        """Needs something to repeat and a ticket."""
        if console.last_act is None:
            return "There is nothing to repeat yet"
        return None if console.place.targets() else "There is no ticket here"

    async def run(self, console: Console) -> None:
        """The same act on other tickets."""
        if console.last_act is not None:
            await console.act(console.last_act)
