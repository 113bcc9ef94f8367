"""The brief: what changed since the last shift, each line leading to where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.content import Content
from textual.widget import Widget

from store.desk import Desk, conversation, queue, tickets
from store.errors import NotFound
from store.model import Message, QueueRow, Ticket
from store.shifts import brief as briefs
from store.shifts.brief import Brief
from tui.commands.command import Where
from tui.formatting import shift as shift_lines
from tui.formatting.cells import fit
from tui.formatting.shift import Entry, Lines
from tui.formatting.wrapping import wrapped
from tui.screens.two_panes import TwoPanes
from tui.widgets.line_box import LineBox
from tui.worker import in_thread

LABEL = 15


class BriefScreen(TwoPanes):
    """Two lines of figures, what changed, and what is under the cursor."""

    where = Where.BRIEF
    CSS_PATH = "handover.tcss"
    pane, detail = "entries", "entry"

    def __init__(self, brief: Brief, handed: Mapping[str, QueueRow]) -> None:
        super().__init__()
        self._brief = brief
        self._handed = handed
        self._entries: list[Entry] = []
        self._words: dict[int, tuple[Ticket, tuple[Message, ...]]] = {}

    def body(self) -> Iterable[Widget]:
        """The figures above list and detail."""
        figures = LineBox(id="figures", ground="background")
        figures.styles.height = 2
        yield figures
        yield from super().body()

    @property
    def entry(self) -> Entry | None:
        """What is under the cursor."""
        return self._entries[self.at] if 0 <= self.at < len(self._entries) else None

    async def on_mount(self) -> None:
        """Shows what was read."""
        desk = self.console.desk
        self._entries = shift_lines.entries(self._brief, self._handed, desk.now())
        numbers = [each.ticket for each in self._entries if each.ticket is not None]
        self._words = await in_thread(_words, desk, numbers)
        self.head(
            [(" Since your last shift ", "title")], [*self.console.day.heading, (f" {desk.agent} ", "text")]
        )
        self.query_one("#figures", LineBox).show(lambda cells: shift_lines.summary(self._brief, cells))
        before = ""
        rows = []
        for each in self._entries:
            rows.append(self._row(each, "" if each.section == before else each.section))
            before = each.section
        self.fill(rows, "Nothing has changed since your last shift")

    def _row(self, entry: Entry, label: str) -> Content:
        return Content.assemble(
            (f" {fit(label, LABEL)}", "bold $accent"), entry.text, (f"  {entry.remark}", "$muted")
        )

    def lines(self, cells: int) -> Lines:
        """What is under the cursor: a ticket's last words, a sentence, a text."""
        entry = self.entry
        if entry is None:
            return []
        lines: Lines = [[(f" {part}", "strong")] for part in wrapped(entry.more.strip(), max(1, cells - 2))]
        lines = lines if entry.more else []
        if entry.ticket in self._words:
            lines += shift_lines.last_words(*self._words[entry.ticket], cells)
        return lines

    def open(self) -> None:
        """To where it lies."""
        entry = self.entry
        if entry is None or not entry.leads:
            self.say("There is nothing more behind this line")
        elif entry.leads == "outbox":
            self.console.open_outbox()
        elif entry.leads == "rules":
            self.console.open_scope()
        elif entry.leads == "lights":
            from tui.commands.registry import by_id

            self.console.run_command(by_id()["light.waiting"])
        elif entry.ticket is not None:
            self.console.open_ticket(entry.ticket)


def read(desk: Desk) -> tuple[Brief, Mapping[str, QueueRow]]:
    """The brief as it is now, with the tickets that were handed over, by id; runs in a thread, before the shift begins."""
    said = briefs.brief(desk)
    handed: dict[str, QueueRow] = {}
    for each in said.handed_over:
        try:
            handed[each.ticket] = queue.row(desk, tickets.find(desk, each.ticket).number)
        except NotFound:
            continue
    return said, handed


def _words(desk: Desk, numbers: list[int]) -> dict[int, tuple[Ticket, tuple[Message, ...]]]:
    found = {}
    for number in dict.fromkeys(numbers):
        ticket = tickets.ticket(desk, number)
        found[number] = ticket, tuple(conversation.messages(desk, ticket)[-2:])
    return found
