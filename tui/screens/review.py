"""Before sending: who gets it, the text as it will leave, what the gate says, the status it sets; a plain key sends it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from textual import events
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, Static

from store.desk.replies import ReplyStopped, WrittenSince
from store.model import Message, Status
from tui.commands.command import Where
from tui.formatting import review as review_lines
from tui.formatting.cells import Piece, isolated
from tui.formatting.wrapping import wrapped
from tui.screens.base import DeskScreen
from tui.screens.dialogs import Choice, Choose, Say
from tui.widgets.line import Line
from tui.widgets.line_box import LineBox
from tui.worker import change, in_thread
from tui.writing import Writing

WIDE = 110

_STATUS = (
    (Status.PENDING, "p", "the customer is to answer"),
    (Status.SOLVED, "s", "answered"),
    (Status.OPEN, "o", "we are to go on"),
    (Status.ON_HOLD, "h", "somebody else is to act"),
    (Status.CLOSED, "c", "nobody expects another word"),
)


class ReviewScreen(DeskScreen):
    """Shows one reply and sends it. `sent` is its message once it is in the outbox; `has_news` when something came in.

    A newcomer's is `handed_in` to a mentor instead.
    """

    where = Where.REVIEW
    CSS_PATH = "review.tcss"

    def __init__(self, writing: Writing) -> None:
        super().__init__()
        self.writing = writing
        self.sent: Message | None = None
        self.handed_in = False
        self.has_news = False
        self._is_sending = False
        self._writes_here = ""
        self._subject = self._letter = ""

    def body(self) -> Iterable[Widget]:
        """Address lines, letter, findings, reasons."""
        for name in ("to", "cc", "subject", "then"):
            line = Line(id=name)
            line.ground = "background"
            line.add_class("row")
            yield line
        yield LineBox(id="letter", can_focus=True)
        yield Line(id="meter")
        yield LineBox(id="findings", ground="surface")
        yield Vertical(id="reasons")

    async def on_mount(self) -> None:
        """Judges the text and shows everything."""
        writing = self.writing
        writing.review = await in_thread(writing.judge, writing.text)
        self._subject, self._letter = await in_thread(writing.as_it_leaves)
        await in_thread(writing.keep_in_copy)
        self._draw()
        self._draw_letter()
        await self._ask_reasons()
        self.set_focus(self.query_one("#letter"))

    def on_resize(self, event: events.Resize) -> None:
        """More room for findings on a wide screen."""
        super().on_resize(event)
        self.set_class(self.is_wide(event.size.width, WIDE), "-wide")
        self._size_findings()

    def _draw(self) -> None:
        writing, ticket = self.writing, self.writing.ticket
        end: Piece = (" Enter hands it to a mentor " if writing.hands_in else " Enter sends ", "good")
        if writing.review is not None and not writing.review.may_send:
            end = (" ✗ cannot be sent yet ", "urgent")
        elif writing.missing_reasons():
            end = (" ! r gives a reason, then Enter sends ", "late")
        if self.has_news:
            end = (" ! something new came in: Esc shows it ", "late")
        self.head([(f" Before sending #{ticket.short} ", "muted"), (ticket.subject, "title")], [end])
        name = f"{ticket.customer.name} " if ticket.customer.name else ""
        to = f"{name}<{ticket.customer.email}>" if ticket.customer.email else "✗ this customer has no address"
        self._row("to", "To", to)
        self._row("cc", "Cc", ", ".join(writing.cc) or "nobody")
        self._row("subject", "Subject", self._subject)
        status = str(writing.status).replace("_", " ")
        rule = f" · declined by the rule “{writing.rule.title}”" if writing.rule else ""
        light = writing.light if writing.mentors else None
        names = f" · written by {light.author}, let pass by you" if light is not None else ""
        self._row("then", "Then", f"the ticket is {status}{rule}{names}")
        if writing.review is not None:
            self.query_one("#meter", Line).show(review_lines.head(writing.review))
            self.query_one("#findings", LineBox).show(self._findings)
            self._size_findings()

    def _row(self, name: str, label: str, text: str) -> None:
        self.query_one(f"#{name}", Line).show([(f" {label:<9}", "muted"), (text, "text")])

    def _size_findings(self) -> None:
        if self.writing.review is not None:
            self.query_one("#findings", LineBox).styles.height = len(self._findings(self.size.width))

    def _findings(self, cells: int) -> list[list[Piece]]:
        review = self.writing.review
        if review is None:
            return []
        return review_lines.lines(review, cells, brief=not self.has_class("-wide"), margin=False)

    def _draw_letter(self) -> None:
        text = self._letter

        def lay_out(cells: int) -> list[list[Piece]]:
            rule: list[Piece] = [("─" * cells, "muted")]
            return [rule, *([(f" {isolated(each)}", "text")] for each in wrapped(text, max(cells - 2, 10)))]

        self.query_one("#letter", LineBox).show(lay_out)

    # Reasons

    @property
    def wants_reason(self) -> bool:
        """True when a finding asks for one, given or not."""
        return bool(self.query("#reasons Input"))

    async def _ask_reasons(self) -> None:
        """A field for each finding that may be sent only for a written reason."""
        box = self.query_one("#reasons", Vertical)
        await box.remove_children()
        for rule in dict.fromkeys((*self.writing.reasons, *self.writing.missing_reasons())):
            await box.mount(
                Static(f"Why is it right for this customer all the same? ({rule})", markup=False),
                Input(self.writing.reasons.get(rule, ""), name=rule, compact=True, select_on_focus=False),
            )

    def give_reason(self) -> None:
        """Into the first field that is still empty."""
        fields = list(self.query("#reasons Input").results(Input))
        self.set_focus(next((each for each in fields if not each.value.strip()), fields[0]))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keeps the reason."""
        if event.input.name:
            self.writing.reasons[event.input.name] = event.value
            self._draw()

    def on_input_submitted(self) -> None:
        """On to the next reason that is missing, or back to the letter: Enter sends from there."""
        if self.writing.missing_reasons():
            self.give_reason()
            return
        self.set_focus(self.query_one("#letter"))
        self.say("The reason is kept with the reply · Enter sends it")

    # Sending

    async def send(self, status: Status | None = None) -> None:
        """Sends with this status (else the one that is shown), or says what is in the way."""
        if self._is_sending or self.sent is not None or self.handed_in:
            return
        if self.writing.missing_reasons():
            self.give_reason()
            self.say(
                "This was written before: say in a few words why it is right here, then Enter", "warning"
            )
            return
        before = self.writing.status
        self.writing.status = status or before
        self._is_sending = True
        try:
            self.sent = await change(self.writing.send)
            self.handed_in = self.sent is None
        except ReplyStopped as stopped:
            self.writing.status = before
            self.writing.review = stopped.review
            self._draw()
            await self._ask_reasons()
            raise
        except WrittenSince:
            self.writing.status = before
            self.has_news = True
            await in_thread(self.writing.read_again)
        finally:
            self._is_sending = False
        self.dismiss(None)

    async def choose_status(self) -> None:
        """What the ticket is after sending."""
        choices = [
            Choice(str(each).replace("_", " "), each, letter, remark) for each, letter, remark in _STATUS
        ]
        at = next(index for index, choice in enumerate(choices) if choice.value is self.writing.status)
        chosen = await self.console.ask(Choose("After sending, the ticket is", choices, on=at))
        if chosen is not None:
            self.writing.status = chosen
            self._draw()

    async def choose_cc(self) -> None:
        """Who else gets it."""
        chosen = await self.console.ask(
            Say(
                "A copy to (addresses; - for nobody)",
                _addresses,
                shown=lambda found: ", ".join(found) or "nobody",
                text=", ".join(self.writing.cc),
                example="carla@example.org, accounts@example.org",
            )
        )
        if chosen is not None:
            self.writing.cc = chosen
            self._draw()

    async def refresh_shown(self, *, own: bool = False) -> None:
        """Says when somebody writes into the ticket while one looks at the reply: it is not sent past that."""
        if self._is_sending or self.sent is not None:
            return
        new = await in_thread(self.writing.read_again)
        if new and not self.has_news and self.is_attached:
            self.has_news = True
            self._draw()
            who = new[-1].author.name or new[-1].author.email
            self.say(f"{who} has just written into this ticket; Esc shows it, your text is kept", "warning")

    def show_team(self) -> None:
        """Somebody who writes here as well is told."""
        writes = self.console.team.doing(self.writing.ticket.id, writing=True)
        if writes and not self._writes_here:
            self.say(f"{writes} in this ticket too", "warning")
        self._writes_here = writes

    # Moving

    def move_lines(self, lines: int) -> None:
        """Scrolls the letter."""
        self.query_one("#letter", LineBox).scroll_lines(lines)

    def move_pages(self, pages: int) -> None:
        """Scrolls the letter by screenfuls."""
        self.query_one("#letter", LineBox).scroll_pages(pages)

    def move_to_top(self) -> None:
        """The beginning of the letter."""
        self.move_lines(-1_000_000)

    def move_to_bottom(self) -> None:
        """The end of the letter."""
        self.move_lines(1_000_000)

    def back(self) -> None:
        """Back to the text."""
        self.dismiss(None)

    def targets(self) -> Sequence[int]:
        """The ticket that is answered."""
        return (self.writing.ticket.number,)


def _addresses(text: str) -> tuple[str, ...]:
    """E-mail addresses parted by commas or blanks; `-` is nobody. Raises BadInput."""
    from store.channels.mail.compose import address

    names = [each for each in re.split(r"[\s,;]+", text.strip()) if each != "-" and each]
    return tuple(address(each).addr_spec for each in names)
