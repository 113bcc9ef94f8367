"""The open ticket: its conversation, what is to know about it, its customer's other tickets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.widget import Widget

from tui import opened as opened_ticket
from tui.commands.command import Where
from tui.formatting import facts
from tui.formatting.cells import Piece
from tui.opened import Opened
from tui.screens.base import DeskScreen
from tui.widgets.conversation import Conversation
from tui.widgets.covered import Columns
from tui.widgets.line import Line
from tui.widgets.panel import Panel
from tui.worker import in_thread

if TYPE_CHECKING:
    from tui.commands.act import Act
    from tui.labels import Labelled

WIDE = 110
"""Columns from which the panel stands beside the conversation."""


class TicketScreen(DeskScreen):
    """Shows what was read; reads it again when somebody changed the desk."""

    where = Where.TICKET
    CSS_PATH = "ticket.tcss"

    opened: Opened
    """What is shown; a screen that is made ahead (`tui.spares`) has nothing yet."""

    def __init__(self, opened: Opened | None = None) -> None:
        super().__init__()
        if opened is not None:
            self.opened = opened
        self._effort: Sequence[Piece] = ()
        self._tier = ""
        self._warned = 0

    @property
    def at_work(self) -> tuple[str, str]:
        """The open ticket."""
        return self.opened.ticket.id, "reading"

    def body(self) -> Iterable[Widget]:
        """Two lines of facts, or the panel, and the conversation."""
        self.set_class(self.is_wide(self.app.size.width, WIDE), "-wide")
        yield Line(id="facts")
        yield Line(id="customer")
        with Columns():
            yield Conversation()
            yield Panel()

    @property
    def conversation(self) -> Conversation:
        """The messages."""
        return self.query_one(Conversation)

    def on_mount(self) -> None:
        """Shows the ticket."""
        self.query_one("#facts", Line).ground = "background"
        self.query_one("#customer", Line).ground = "background"
        self.set_focus(self.conversation)
        if self._is_filled:
            self.turn_to(self.opened)

    def turn_to(self, opened: Opened, *, instead: bool = False) -> None:
        """Shows a ticket from its newest message on, perhaps `instead` of the one before; its time begins."""
        self.opened = opened
        self._effort, self._tier = (), ""
        self._draw(keep=False)
        self.console.day.opened(opened.ticket, instead=instead)
        self.console.start(self._read_effort())

    @property
    def _is_filled(self) -> bool:
        return hasattr(self, "opened")

    def on_unmount(self) -> None:
        """The agent turns away: the ticket's time ends."""
        if self._is_filled:
            self.console.day.closed(self.opened.ticket)

    def on_resize(self, event: events.Resize) -> None:
        """Puts the facts where there is room for them."""

        self.set_class(self.is_wide(event.size.width, WIDE), "-wide")
        if self._is_filled:
            self._draw_facts()

    def redraw_times(self) -> None:
        """Facts and headings of the messages."""
        self._draw(keep=True)

    def _draw(self, *, keep: bool) -> None:
        self.conversation.show(self.opened.messages, keep=keep)
        self._draw_facts()

    def _draw_facts(self) -> None:
        desk = self.console.desk
        ticket = self.opened.ticket
        title: list[Piece] = [(f" #{ticket.short} ", "muted"), (ticket.subject or "(no subject)", "title")]
        beside = (*self.console.day.heading, (f" {desk.agent} ", "text"))
        self.head(title, self.console.team.who(ticket.id, *beside))
        now, exact = desk.now(), self.console.exact_times
        self.query_one("#facts", Line).show(
            facts.line(self.opened, now, desk.agent, self._effort, exact=exact)
        )
        self.query_one("#customer", Line).show(facts.customer(self.opened))
        panel = self.query_one(Panel)
        panel.show(facts.panel(self.opened, 42, now, desk.agent, self._effort, self._tier, exact=exact))

    async def _read_effort(self) -> None:
        """What the ticket has taken, after it is shown; asks for a decision, once, when it displaces too many others."""
        ticket = self.opened.ticket
        if not (ticket.handle_seconds or self.console.day.left):
            return
        from store.shifts.effort import effort
        from tui.formatting import shift as words

        found = await in_thread(effort, self.console.desk, ticket.number)
        if not self.is_attached or ticket.number != self.opened.ticket.number:
            return
        self._effort, self._tier = words.effort(found), found.tier
        self._draw_facts()
        if found.asks and self.console.day.left and self._warned != ticket.number:
            self._warned = ticket.number
            self.say(words.decide(found, self.console.keys.first_of("shift.meter")), "warning")

    def targets(self) -> Sequence[int]:
        """The open ticket."""
        return (self.opened.ticket.number,)

    def labelled(self) -> Labelled:
        """Each link in sight."""
        return self.conversation

    def on_conversation_link_chosen(self, event: Conversation.LinkChosen) -> None:
        """A link was chosen by its label."""
        self.console.copy(event.link, "the link")

    def move_lines(self, lines: int) -> None:
        """Scrolls the conversation."""
        self.conversation.scroll_lines(lines)

    def move_pages(self, pages: int) -> None:
        """Scrolls by screenfuls."""
        self.conversation.scroll_pages(pages)

    def move_to_top(self) -> None:
        """The oldest message."""
        self.conversation.scroll_to_edge(end=False)

    def move_to_bottom(self) -> None:
        """The end of the newest message."""
        self.conversation.scroll_to_edge(end=True)

    def toggle_folds(self) -> None:
        """Shows or hides what was quoted and signed."""
        self.say(
            "Quotes and signatures are shown" if self.conversation.toggle_folds() else "Quotes are folded"
        )

    def toggle_older(self) -> None:
        """Shows every message in full, or the older ones as a line each."""
        self.say(
            "Every message is shown in full"
            if self.conversation.toggle_older()
            else "Older messages are folded"
        )

    async def step(self, lines: int) -> None:
        """The next ticket of the queue, in the same screen."""
        number = self.console.queue_behind().step(lines)
        if number is None:
            self.say("The queue ends here", "warning")
            return
        self.turn_to(await in_thread(opened_ticket.read, self.console.desk, number), instead=True)
        self.console.team.turned()

    def show_team(self) -> None:
        """Says who else is at this ticket."""
        self._draw_facts()

    async def acted(self, act: Act, numbers: Sequence[int]) -> None:
        """Goes back to the queue when the ticket is done with."""
        if act.leaves and self.console.screen is self:
            self.back()

    async def refresh_shown(self, *, own: bool = False) -> None:
        """Shows the ticket as it is now, where one has scrolled to."""
        self.opened = await in_thread(opened_ticket.read, self.console.desk, self.opened.ticket.number)
        self._draw(keep=True)
        await self._read_effort()
