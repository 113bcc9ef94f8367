"""The reply editor: the conversation beside it, the gate's findings below it, the draft saved as one types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import TextArea

from store.desk.explanations import say_once
from store.errors import DeskError, NotFound
from store.model import Kind, Message, Review, ScopeRule, Ticket
from tui.commands.command import Where
from tui.draft_keeper import DraftKeeper, Kept, Typed
from tui.formatting import advice
from tui.formatting import scope as scope_lines
from tui.formatting.cells import Piece
from tui.judging import Judging
from tui.screens.base import DeskScreen
from tui.screens.own_editor import OwnEditor
from tui.widgets.conversation import Conversation
from tui.widgets.covered import Columns, Rows
from tui.widgets.line_box import LineBox
from tui.widgets.reply_editor import ReplyEditor
from tui.widgets.reply_marks import marks_of
from tui.widgets.review_panel import ReviewPanel
from tui.widgets.status_line import StatusLine
from tui.worker import in_thread
from tui.writing import Writing, begin, earlier_replies, quoted

WIDE = 110
"""Columns from which the conversation stands beside the editor."""

PLACEHOLDER = "Write to the customer. Type ?? for a link to hand over."

if TYPE_CHECKING:
    from tui.app import HelptermApp


class ReplyScreen(DeskScreen):
    """Writes one reply. Whatever happens, the text stays: in the editor, and as a draft in the store."""

    where = Where.REPLY
    CSS_PATH: ClassVar[CSSPathType | None] = "reply.tcss"

    _asked: tuple[Ticket, str]
    """The ticket to answer and the rule to decline by; a screen that is made ahead (`tui.spares`) has none yet."""

    def __init__(self, ticket: Ticket | None = None, rule: str = "") -> None:
        super().__init__()
        if ticket is not None:
            self._asked = ticket, rule
        self._cursor = 0
        self._news: frozenset[int] = frozenset()
        self._writes_here = ""
        self.own_editor = OwnEditor(self)
        self.writing: Writing

    @property
    def at_work(self) -> tuple[str, str]:
        """The ticket that is answered."""
        return self._asked[0].id, "replying"

    def body(self) -> Iterable[Widget]:
        """Conversation, and editor between rule and review."""
        self._fit(self.app.size.width)
        with Columns(id="reply"):
            yield Conversation()
            with Rows(id="writing"):
                yield LineBox(id="beside", ground="surface")
                yield ReplyEditor(placeholder=PLACEHOLDER, id="editor")
                yield ReviewPanel()

    @property
    def is_loaded(self) -> bool:
        """True once the draft has been read."""
        return hasattr(self, "keeper")

    @property
    def editor(self) -> ReplyEditor:
        """Where one types."""
        return self.query_one(ReplyEditor)

    @property
    def conversation(self) -> Conversation:
        """What has been said."""
        return self.query_one(Conversation)

    async def on_mount(self) -> None:
        """Begins, where it is known what is answered."""
        if hasattr(self, "_asked"):
            await self.answer(*self._asked)
        else:
            self.set_focus(self.editor)

    async def answer(self, ticket: Ticket, rule: str = "") -> None:
        """Reads the ticket and its draft, and is ready to be typed into."""
        self._asked = ticket, rule
        self.writing = writing = await in_thread(self._reading())
        self.keeper, self.judging = self._keeper(), self._judging()
        self._begin_with_what_is_written()
        self.app.app_suspend_signal.subscribe(self, lambda _: self.keep())
        self._draw()
        self.console.day.opened(writing.ticket)
        await self._take_up()
        self.show_team()
        self.judging.now()

    def _keeper(self) -> DraftKeeper:
        return DraftKeeper(
            self.writing.desk,
            self.writing.ticket,
            Kind.REPLY,
            rule=self.writing.draft_rule,
            typed=self._typed,
            after=self.set_timer,
            on_loop=partial(_on_loop, self.console),
            tell=self._tell_kept,
        )

    def _judging(self) -> Judging:
        return Judging(
            judge=lambda text: in_thread(self.writing.judge, text),
            text=lambda: self._typed().text,
            show=self._show_review,
            fail=self.console.notify_error,
            after=self.set_timer,
            start=lambda job: self.run_worker(job, group="gate"),
        )

    def _begin_with_what_is_written(self) -> None:
        writing = self.writing
        if writing.draft is not None:
            self.editor.load_text(writing.draft.text)
            self.editor.go_to(writing.draft.cursor)
            if writing.draft.rule == self.keeper.rule:
                self.keeper.begin_with(Typed(writing.draft.text, writing.draft.cursor))
            self.query_one(StatusLine).stand((" draft found again", "muted"))
        elif writing.text:
            self.editor.load_text(writing.text)
            self.keeper.begin_with(self._typed())

    async def _take_up(self) -> None:
        """Everything is shown: one may type."""
        self.set_focus(self.editor)

    def _reading(self) -> Callable[[], Writing]:
        """What reads all that this screen needs, in a thread."""
        return partial(begin, self.console.desk, *self._asked)

    def _typed(self) -> Typed:
        """What the editor holds, or held before it was taken off the screen."""
        for editor in self.query(ReplyEditor):
            self.writing.text, self._cursor = editor.text, editor.cursor_offset_in_text
        return Typed(self.writing.text, self._cursor)

    @property
    def _is_open(self) -> bool:
        """False once the screen is being taken down: what threads answer then is not shown any more."""
        return self.is_attached and self in self.console.screen_stack

    def _draw(self) -> None:
        self._draw_heading()
        self.conversation.show(self.writing.messages, new=self._news)
        self.set_class(bool(self._beside(80)), "-advised")
        self.query_one("#beside", LineBox).show(self._beside)

    def _draw_heading(self) -> None:
        ticket, rule = self.writing.ticket, self.writing.rule
        what = "Decline" if rule is not None else "Reply to"
        person = ticket.customer.name or ticket.customer.email
        self.head(
            [(f" {what} #{ticket.short} ", "muted"), (ticket.subject or "(no subject)", "title")],
            self.console.team.who(ticket.id, *self.console.day.heading, (f" {person} ", "text")),
        )

    def _beside(self, cells: int) -> list[list[Piece]]:
        """What is to be known while this is written: a rule to say no by, a patch to tell of, a mentor's remarks."""
        writing = self.writing
        lines: list[list[Piece]] = []
        if writing.rule is not None:
            lines += scope_lines.at_the_side(writing.rule, cells)
        if writing.problem is not None:
            lines += advice.patch(writing.problem, cells)
        if writing.light is not None:
            lines += advice.light(writing.light, writing.desk.now(), cells, mentors=writing.mentors)
        return lines

    def show_team(self) -> None:
        """Says who else is at this ticket; somebody who begins to write here as well is told at once."""
        if not self.is_loaded:
            return
        self._draw_heading()
        before = self._writes_here
        self._writes_here = self.console.team.doing(self.writing.ticket.id, writing=True)
        if self._writes_here and not before:
            self.say(f"{self._writes_here} in this ticket too", "warning")

    def on_resize(self, event: events.Resize) -> None:
        """Puts the conversation beside the editor where there is room."""
        super().on_resize(event)
        self._fit(event.size.width)

    def _fit(self, columns: int) -> None:
        self.set_class(self.is_wide(columns, WIDE), "-wide")
        self.set_class(not self.is_wide(columns, WIDE), "-narrow")

    # Typing

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keeps and judges what was typed."""
        self._typed()
        self.keeper.changed()
        self.judging.changed()

    def on_reply_editor_takeaway_wanted(self, event: ReplyEditor.TakeawayWanted) -> None:
        """`??` opens the links; the two characters give way to the one that is chosen."""
        self.console.start(self.insert_takeaway(typed=2), hold=True)

    def _tell_kept(self, kept: Kept, error: DeskError | None) -> None:
        if error is not None:
            self.console.notify_error(error)
        if not self._is_open:
            return
        line = self.query_one(StatusLine)
        words = {Kept.SAVING: " …", Kept.SAVED: " draft saved", Kept.FAILED: " ✗ draft not saved"}
        line.stand((words.get(kept, ""), "urgent" if kept is Kept.FAILED else "muted"))

    async def save(self) -> None:
        """Saves now, without waiting for the pause, and says so once it is on the disk."""
        await self.make_safe()
        self.say("The draft is on the disk; it is saved as you type, too")

    def keep(self) -> None:
        """Queues what is not saved yet; called wherever the editor loses sight of the text."""
        if self.is_loaded:
            self.keeper.flush()

    def on_app_blur(self) -> None:
        """The terminal lost the focus."""
        self.keep()

    def on_screen_suspend(self) -> None:
        """Another screen covers this one."""
        self.keep()

    def on_unmount(self) -> None:
        """The console is left from here: the draft is kept."""
        self.keep()
        if hasattr(self, "writing"):
            self.console.day.closed(self.writing.ticket)
        self.own_editor.forget()

    async def make_safe(self) -> None:
        """Returns when everything typed so far is on the disk."""
        saving = self.keeper.flush()
        if saving is not None:
            await in_thread(saving.result)

    # The gate

    def _show_review(self, review: Review) -> None:
        if not self._is_open:
            return
        self.writing.review = review
        self.editor.show_marks(marks_of(review))
        self.query_one(ReviewPanel).show(review)

    def next_finding(self) -> None:
        """Points at the next finding, in the panel and in the text."""
        finding = self.query_one(ReviewPanel).next()
        if finding is None:
            self.say("Nothing stands against this reply")
        elif finding.spans:
            self.editor.select_span(*finding.spans[0])
            self.set_focus(self.editor)

    async def show_nearest(self) -> None:
        """The earlier reply that this one resembles most, side by side."""
        from tui.screens.nearest import NearestScreen

        review = self.writing.review
        found = await in_thread(earlier_replies, self.writing.desk, review) if review is not None else ()
        if not found:
            raise NotFound("no earlier reply resembles this one")
        await self.console.ask(NearestScreen(self.editor.text, found, self.writing.desk.now()))

    @property
    def explanation(self) -> str:
        """What is selected, else what the review says was sent before and explains something."""
        return self.editor.selected_text.strip() or self.writing.said_before(self.editor.text)

    async def say_once(self) -> None:
        """Begins a page of the knowledge base with the explanation; the reply stays as it is until the page is there."""
        from tui.screens.dialogs import Say

        text = self.explanation
        about = self.writing.ticket.subject
        title = await self.console.ask(Say("Say it once: what is the page called?", str.strip, text=about))
        if title is not None:
            page = await in_thread(say_once, self.writing.desk, self.writing.ticket, text, title)
            self.say(f"Begun: {page.title} · once it is published, ?? offers its link")

    async def review_before_sending(self) -> None:
        """Shows the reply as it will leave; back here when it is not sent."""
        from tui.screens.review import ReviewScreen

        self.writing.text = self.editor.text
        self.keep()
        screen = ReviewScreen(self.writing)
        await self.console.ask(screen)
        if screen.sent is not None:
            self.keeper.close()
            self.dismiss(None)
            await self._after_sending(screen.sent)
        elif screen.handed_in:
            self.keeper.close()
            self.dismiss(None)
            await self.console.refresh_all(own=True)
            self.console.say("Handed in: a mentor reads it before it leaves")
        elif screen.has_news:
            self._show_news()

    async def _after_sending(self, sent: Message) -> None:
        from tui.undo_send import announce

        await announce(self.console, self.writing, sent)

    def _show_news(self) -> None:
        self._note_news()
        self._draw()
        self.writing.has_seen(self.conversation.messages)
        if self.has_class("-narrow"):
            self.show_conversation()
        self.say("Something new has come in: read it, your text is kept · then send again", "warning")

    def _note_news(self) -> None:
        """Marks in the conversation what others have written since the author last looked."""
        self._news |= {each.number for each in self.writing.news()}

    def decline_by(self, rule: ScopeRule) -> None:
        """From here on the reply says no by this rule; the text stays as it is."""
        self.writing.rule = rule
        self.keeper.rule = rule.id
        self._draw()
        self.keeper.flush()
        self.judging.now()

    # Inserting

    async def insert_takeaway(self, typed: int = 0) -> None:
        """Lets one choose a link and puts it in, in place of the `typed` characters before the cursor."""
        from tui.screens.takeaways import choose_takeaway

        chosen = await choose_takeaway(self.console, self.writing)
        if chosen is not None:
            self.editor.put_link(chosen.url, instead=typed)
            self.set_focus(self.editor)
            self.say("Say in your own words what the customer finds there; the link stands behind the cursor")

    def quote(self) -> None:
        """Quotes what is selected in the conversation, else what the customer wrote last."""
        text = self.get_selected_text() or self.writing.last_of_customer()
        if not text.strip():
            raise NotFound("the customer has written nothing to quote")
        self.editor.put_block(quoted(text))
        self.clear_selection()
        self.set_focus(self.editor)

    # The conversation

    def show_conversation(self) -> None:
        """To the conversation and back; where there is no room beside, it takes the editor's place."""
        if self.focused is self.conversation:
            self.back_to_text()
            return
        self.add_class("-reading")
        self.set_focus(self.conversation)
        self.writing.has_seen(self.conversation.messages)
        self.say("F6 or Esc goes back to your text")

    def back_to_text(self) -> None:
        """Out of the conversation."""
        self.remove_class("-reading")
        self.set_focus(self.editor)

    def move_lines(self, lines: int) -> None:
        """Scrolls the conversation while it has the focus."""
        self.conversation.scroll_lines(lines)

    def move_pages(self, pages: int) -> None:
        """Scrolls the conversation by screenfuls."""
        self.conversation.scroll_pages(pages)

    def back(self) -> None:
        """From the conversation to the text; from the text back to where one came from, the draft kept."""
        if self.focused is self.conversation:
            self.back_to_text()
            return
        self.own_editor.take_what_is_left()
        self.keep()
        kept = bool(self.editor.text)
        self.dismiss(None)
        if kept:
            self.console.call_later(self.console.say, "The draft is kept; r goes on with it")

    def targets(self) -> Sequence[int]:
        """The ticket that is answered."""
        return (self._asked[0].number,)

    async def refresh_shown(self, *, own: bool = False) -> None:
        """Says when somebody wrote into the ticket meanwhile, took it or finished it."""
        if not self.is_loaded:
            return
        ticket = self.writing.ticket
        new = await in_thread(self.writing.read_again)
        if not self._is_open:
            return
        self._note_news()
        shown = {each.number for each in self.conversation.messages}
        if new and new[-1].number not in shown:
            self.conversation.show(self.writing.messages, new=self._news)
            who = new[-1].author.name or new[-1].author.email
            self.say(f"{who} has just written into this ticket; F6 shows it", "warning")
        elif standing := self.writing.changed_since(ticket):
            self.say(standing, "warning")


def _on_loop(console: HelptermApp, job: Callable[[], None]) -> None:
    """Runs a callback of the writer thread on the event loop, unless the console is closing; no screen is asked for that."""
    if console.is_running:
        console.call_later(job)
