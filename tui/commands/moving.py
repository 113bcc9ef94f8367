"""Moving: the cursor, the page, in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import SCROLLS, Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console


class Down(Command):
    """Move to the next ticket; scroll the conversation by a line."""

    id, title, keys, where = "move.down", "Down", "j, down", SCROLLS

    def run(self, console: Console) -> Job:
        """Moves at once."""
        console.place.move_lines(1)
        return None


class Up(Command):
    """Move to the ticket above; scroll the conversation back by a line."""

    id, title, keys, where = "move.up", "Up", "k, up", SCROLLS

    def run(self, console: Console) -> Job:
        """Moves at once."""
        console.place.move_lines(-1)
        return None


class PageDown(Command):
    """Move down by a screenful."""

    id, title, keys, where = "move.page-down", "Page down", "space, pagedown, ctrl+f", SCROLLS

    def run(self, console: Console) -> Job:
        """Moves at once."""
        console.place.move_pages(1)
        return None


class PageUp(Command):
    """Move up by a screenful."""

    id, title, keys, where = "move.page-up", "Page up", "pageup, ctrl+b, backspace", SCROLLS

    def run(self, console: Console) -> Job:
        """Moves at once."""
        console.place.move_pages(-1)
        return None


class Top(Command):
    """Go to the very first line."""

    id, title, keys, where = "move.top", "Top", "g g, home", SCROLLS

    def run(self, console: Console) -> Job:
        """Moves at once."""
        console.place.move_to_top()
        return None


class Bottom(Command):
    """Go to the very last line, however long the queue is."""

    id, title, keys, where = "move.bottom", "Bottom", "G, end", SCROLLS

    def run(self, console: Console) -> Job:
        """Moves at once."""
        console.place.move_to_bottom()
        return None


class Open(Command):
    """Open the ticket under the cursor."""

    id, title, keys, where, footer = "ticket.open", "Open", "enter, o, right, l", frozenset({Where.QUEUE}), 1

    def check(self, console: Console) -> str | None:
        """Needs a ticket."""
        return None if console.place.targets() else "There is no ticket to open"

    def run(self, console: Console) -> Job:
        """Shows the conversation."""
        console.queue().open()
        return None


class Labels(Command):
    """Show a letter at each row, which goes there (its capital opens it), or at each link of the conversation, which copies it"""

    id, title, keys, where = "move.labels", "Labels", "f", SCROLLS

    def check(self, console: Console) -> str | None:
        """Needs something to jump to."""
        labelled = console.place.labelled()
        return None if labelled is not None and labelled.spots() else "There is nothing in sight to jump to"

    def run(self, console: Console) -> Job:
        """Shows them; the next key is a label."""
        from tui.labels import Jump

        Jump(console).begin()
        return None


class Next(Command):
    """Open the next ticket of the queue without going back to the list."""

    id, title, keys, where = "ticket.next", "Next ticket", "], J", frozenset({Where.TICKET})

    async def run(self, console: Console) -> None:
        """Moves in the list behind and shows what is there."""
        await console.conversation().step(1)


class Previous(Command):
    """Open the ticket before this one."""

    id, title, keys, where = "ticket.previous", "Previous ticket", "[, K", frozenset({Where.TICKET})

    async def run(self, console: Console) -> None:
        """Moves in the list behind and shows what is there."""
        await console.conversation().step(-1)


class Back(Command):
    """Go back to where you came from; in the queue, leave the search or filter."""

    id, title, keys, where, footer = (
        "go.back",
        "Back",
        "u, escape, left",
        SCROLLS - {Where.REVIEW, Where.MENTOR},
        0,
    )

    def run(self, console: Console) -> Job:
        """One step back."""
        console.place.back()
        return None
