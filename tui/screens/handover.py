"""The end of a shift: everything that is still open, each with a decision; then what was learnt, the one question, the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textual.content import Content

from store.desk import Desk, conversation, drafts, queue, tickets
from store.model import Message, QueueRow, Ticket
from store.shifts import handover, shift
from store.text.inert import inert_line
from store.working import Shift
from tui.commands.command import Where
from tui.formatting import shift as shift_lines
from tui.formatting.cells import Piece, fit
from tui.formatting.shift import Lines
from tui.screens.dialogs import Confirm
from tui.screens.paper import PaperScreen
from tui.screens.shift_questions import one_of, optional, receiver, say
from tui.screens.two_panes import TwoPanes
from tui.worker import change, in_thread

if TYPE_CHECKING:
    from tui.app import HelptermApp

Kind = Literal["ticket", "reply", "draft", "returned"]

_WANTS: dict[Kind, str] = {
    "ticket": "to pass on",
    "reply": "was it received?",
    "draft": "a text begun",
    "returned": "from a mentor",
}
STATE = 16
"""Cells of what is to be decided, or was."""


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """One thing to decide: what it is, its ticket, and what was decided (empty while nothing is), with the sentence given."""

    kind: Kind
    ticket: Ticket
    decided: str = ""
    sentence: str = ""

    @property
    def key(self) -> tuple[Kind, int]:
        """What it is known by."""
        return self.kind, self.ticket.number


class HandoverScreen(TwoPanes):
    """Lists the open ends, the undecided first; the last words of each ticket stand beside."""

    where = Where.HANDOVER
    CSS_PATH = "handover.tcss"
    pane, detail = "ends", "words"

    def __init__(self, running: Shift, ends: tuple[OpenEnd, ...]) -> None:
        super().__init__()
        self._shift = running
        self._ends = ends
        self._kept: set[int] = set()
        self._words: dict[int, tuple[Message, ...]] = {}

    @property
    def entry(self) -> OpenEnd | None:
        """What is under the cursor."""
        return self._ends[self.at] if 0 <= self.at < len(self._ends) else None

    @property
    def undecided(self) -> int:
        """How many things still ask for a decision."""
        return sum(not each.decided for each in self._ends)

    async def on_mount(self) -> None:
        """Shows what is there."""
        await self._read_words()
        self._draw()

    async def _read_words(self) -> None:
        self._words = await in_thread(_last_words, self.console.desk, [each.ticket for each in self._ends])

    async def _read(self) -> None:
        before = self.entry
        self._ends = await in_thread(open_ends, self.console.desk, self._shift, frozenset(self._kept))
        await self._read_words()
        self._draw(before)

    def _draw(self, before: OpenEnd | None = None) -> None:
        """Shows everything, the cursor where it was, or on the first undecided when what was under it is decided now."""
        said: Piece = (f"{self.undecided} to decide", "late") if self.undecided else ("all decided", "good")
        self.head(
            [(" Handover ", "title"), said],
            [*self.console.day.heading, (f" {self.console.desk.agent} ", "text")],
        )
        first = next((place for place, each in enumerate(self._ends) if not each.decided), 0)
        where = {each.key: place for place, each in enumerate(self._ends)}
        if (
            before is not None
            and before.key in where
            and self._ends[where[before.key]].decided == before.decided
        ):
            first = where[before.key]
        self.fill(
            [self._row(each) for each in self._ends], "Nothing is left open: e ends the shift", on=first
        )
        if not self.undecided:
            self.say("Everything is decided: e ends the shift")

    def _row(self, end: OpenEnd) -> Content:
        ticket = end.ticket
        sign = ("✓", "$success") if end.decided else ("·", "$warning")
        who = inert_line(ticket.customer.name or ticket.customer.email, 24)
        said = f"  {inert_line(end.sentence, 60)}" if end.sentence else ""
        return Content.assemble(
            (f" {sign[0]} ", sign[1]),
            (fit(end.decided or _WANTS[end.kind], STATE), "$muted" if end.decided else sign[1]),
            (f" #{ticket.short} ", "$muted"),
            f"{who}: {inert_line(ticket.subject, 48)}",
            (said, "$muted"),
        )

    def lines(self, cells: int) -> Lines:
        """The last words of the ticket under the cursor."""
        entry = self.entry
        if entry is None:
            return []
        return shift_lines.last_words(entry.ticket, self._words.get(entry.ticket.number, ()), cells)

    async def refresh_shown(self, *, own: bool = False) -> None:
        """Shows what has been decided meanwhile, here or on another screen."""
        await self._read()

    async def hand_over(self, to: str | None = None) -> None:
        """Passes the ticket on with a sentence; asks to whom without `to`. Other things are decided where they lie."""
        entry = self.entry
        if entry is None:
            self.say("Nothing is left open: e ends the shift")
        elif entry.kind != "ticket":
            await self.open()
        else:
            ticket = entry.ticket
            to = to or await receiver(self.console, f"#{ticket.short}: to whom?")
            who = "the queue" if to == handover.QUEUE else to
            words = await say(self.console, f"#{ticket.short} to {who}: what comes next?") if to else None
            if to and words is not None:
                await change(handover.pass_on, self.console.desk, [ticket.number], to, words)
                await self.console.refresh_all(own=True)

    async def open(self) -> None:
        """To where it lies: the ticket, the outbox, the editor."""
        entry = self.entry
        if entry is None:
            return
        if entry.kind == "reply":
            self.console.open_outbox()
        elif entry.kind == "ticket":
            self.console.open_ticket(entry.ticket.number)
        else:
            self.console.open_reply(entry.ticket)

    async def keep(self) -> None:
        """Keeps a text that was begun for the next shift, or a ticket for oneself, with a sentence."""
        entry = self.entry
        if entry is None:
            return
        if entry.kind == "draft":
            self._kept.add(entry.ticket.number)
            await self._read()
        elif entry.kind == "ticket":
            await self.hand_over(self.console.desk.agent)
        else:
            self.say("This cannot wait: decide it first (Enter)", "warning")

    async def drop(self) -> None:
        """Throws a text away that was begun."""
        entry = self.entry
        if entry is None or entry.kind != "draft":
            self.say("Only a text that was begun can be dropped", "warning")
            return
        sure = await self.console.ask(Confirm(f"Drop the text begun on #{entry.ticket.short}?", "Drop it"))
        if sure:
            await in_thread(_drop_draft, self.console.desk, entry.ticket)
            await self._read()

    async def end(self) -> None:
        """Ends the shift when everything is decided."""
        if self.undecided:
            self._draw()
            self.say(f"{self.undecided} still to decide: Enter decides the one under the cursor", "warning")
        elif await end_shift(self.console, self._shift):
            self.dismiss(None)

    def back(self) -> None:
        """The shift goes on; what was decided stays."""
        self.dismiss(None)


def open_ends(desk: Desk, running: Shift, kept: frozenset[int] = frozenset()) -> tuple[OpenEnd, ...]:
    """Everything the agent would leave behind, and what was passed on in this shift already; runs in a thread."""
    left = handover.open_ends(desk)
    found: list[OpenEnd] = []
    found += [OpenEnd("reply", tickets.find(desk, each.ticket)) for each in left.undecided]
    found += [OpenEnd("returned", tickets.find(desk, each.ticket)) for each in left.returned]
    for draft in left.drafts:
        ticket = tickets.find(desk, draft.ticket)
        found.append(OpenEnd("draft", ticket, "kept" if ticket.number in kept else ""))
    found += [OpenEnd("ticket", tickets.ticket(desk, row.number)) for row in left.tickets]
    found += [
        OpenEnd(
            "ticket",
            tickets.find(desk, each.ticket),
            f"→ {each.receiver or each.department or 'the queue'}",
            each.sentence,
        )
        for each in handover.given(desk, running)
    ]
    return tuple(found)


def _last_words(desk: Desk, wanted: list[Ticket]) -> dict[int, tuple[Message, ...]]:
    return {each.number: tuple(conversation.messages(desk, each)[-3:]) for each in wanted}


def _drop_draft(desk: Desk, ticket: Ticket) -> None:
    drafts.save(desk, ticket, "").result()


async def begin_handover(console: HelptermApp, running: Shift) -> None:
    """The handover: a screen of what is open, or at once the last questions when nothing is."""
    ends = await in_thread(open_ends, console.desk, running)
    if any(not each.decided for each in ends):
        console.show(HandoverScreen(running, ends))
    else:
        await end_shift(console, running)


async def end_shift(console: HelptermApp, running: Shift) -> bool:
    """Asks what was learnt and which ticket deserves a document, ends the shift and shows its report; False when left."""
    from store.reports.report import shift_report

    desk = console.desk
    learnt = await optional(console, "What did this shift teach? (Enter for nothing)")
    if learnt is None:
        return False
    so_far = await in_thread(shift_report, desk, running)
    worked = await in_thread(_rows, desk, [*so_far.total.ticket_seconds, *so_far.total.solved])
    number = await one_of(console, "Which ticket deserves a document?", worked, "none of them")
    if number is None:
        return False
    if number:
        await change(handover.begin_article, desk, await in_thread(tickets.ticket, desk, number))
    ended = await change(handover.stop, desk, learnt=learnt, keep_drafts=True)
    report = await in_thread(shift_report, desk, await in_thread(shift.find, desk, ended.id))
    await console.day.look(at_once=True)
    await console.refresh_all(own=True)
    console.show(PaperScreen("Your shift", lambda cells: shift_lines.report(report, cells)))
    if number:
        console.say("A stub is begun in the knowledge base: `helpterm shift articles` lists it")
    return True


def _rows(desk: Desk, ids: list[str]) -> tuple[QueueRow, ...]:
    wanted = list(dict.fromkeys(ids))[:50]
    return tuple(queue.row(desk, tickets.find(desk, each).number) for each in wanted)
