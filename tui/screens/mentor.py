"""A newcomer's reply before its mentor: the draft beside the conversation; sent, returned with remarks, or edited together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.types import CSSPathType

from store.model import Message
from store.shifts import greenlight
from store.working import GreenLight, Light
from tui.commands.command import Where
from tui.screens.reply import ReplyScreen
from tui.worker import change, in_thread
from tui.writing import Writing, begin_mentoring

if TYPE_CHECKING:
    from store.desk import Desk
    from store.model import Ticket
    from tui.app import HelptermApp


class MentorScreen(ReplyScreen):
    """The reply editor on somebody else's text. One reads first, keys being commands; `e` goes into the text."""

    where = Where.MENTOR
    CSS_PATH: ClassVar[CSSPathType | None] = ["reply.tcss", "mentor.tcss"]

    def __init__(self, light: GreenLight, ticket: Ticket, *, place: int = 1, of: int = 1) -> None:
        super().__init__(ticket)
        self.light = light
        self._place, self._of = place, of

    def _reading(self) -> Callable[[], Writing]:
        return partial(begin_mentoring, self.console.desk, self.light)

    async def _take_up(self) -> None:
        """The conversation has the focus: one reads first."""
        self.editor.read_only = await in_thread(_has_own_draft, self.console.desk, self.writing)
        self.set_focus(self.conversation)

    def _draw(self) -> None:
        super()._draw()
        ticket, light = self.writing.ticket, self.light
        many = f" {self._place} of {self._of}" if self._of > 1 else ""
        person = ticket.customer.name or ticket.customer.email
        self.head(
            [(f" Green light{many} #{ticket.short} ", "muted"), (ticket.subject or "(no subject)", "title")],
            [(f" {light.author} to {person} ", "text")],
        )

    @property
    def is_edited(self) -> bool:
        """True when the text is not what was handed in."""
        return self.editor.text.rstrip() != self.light.text

    def edit(self) -> None:
        """Into the text: what is typed is kept as a draft of this, and goes out or back with it."""
        if self.editor.read_only:
            self.say(
                "You have a draft of your own on this ticket: send or clear it, then edit this one", "warning"
            )
            return
        self.set_focus(self.editor)
        self.say(f"Edited together: it goes out under both names, or back to {self.light.author} · Esc stops")

    def show_conversation(self) -> None:
        """From the text to the conversation and back; both are in sight."""
        if self.focused is self.conversation:
            self.edit()
        else:
            self.set_focus(self.conversation)

    def _show_news(self) -> None:
        super()._show_news()
        self.set_focus(self.conversation)

    async def return_it(self) -> None:
        """Asks for remarks and returns the reply, with what was edited in it."""
        from tui.screens.shift_questions import say

        self.keep()
        remarks = await say(self.console, f"{self.light.author}: what would make it better?")
        if remarks is None:
            return
        text = self.editor.text if self.is_edited else None
        await change(greenlight.give_back, self.console.desk, self.light.id, remarks, text=text)
        self.keeper.close()
        self.dismiss(None)
        await self.console.refresh_all(own=True)
        edits = " with your edits" if text is not None else ""
        self.console.say(f"Returned to {self.light.author}{edits}{await _rest(self.console)}")

    async def _after_sending(self, sent: Message) -> None:
        await self.console.refresh_all(own=True)
        self.console.say(f"Sent: {self.light.author} wrote it, you let it pass{await _rest(self.console)}")

    def back(self) -> None:
        """From the text to reading; from there back, what was edited being kept."""
        if self.focused is self.editor:
            self.keep()
            self.set_focus(self.conversation)
            return
        self.own_editor.take_what_is_left()
        self.keep()
        self.dismiss(None)

    async def refresh_shown(self, *, own: bool = False) -> None:
        """Leaves when somebody else has decided; says when somebody wrote."""
        await super().refresh_shown(own=own)
        if own or not hasattr(self, "keeper"):
            return
        now = await in_thread(greenlight.find, self.console.desk, self.light.id)
        if now.light is not Light.WAITING or now.rounds != self.light.rounds:
            self.say(f"This reply was {now.light} meanwhile: Esc leaves it", "warning")


def _has_own_draft(desk: Desk, writing: Writing) -> bool:
    from store.desk import drafts

    draft = drafts.load(desk, writing.ticket)
    return draft is not None and draft.rule != writing.draft_rule


async def _rest(console: HelptermApp) -> str:
    waiting = await in_thread(greenlight.waiting, console.desk)
    key = console.keys.first_of("light.waiting")
    return f" · {len(waiting)} more wait{'s' * (len(waiting) == 1)}: {key}" if waiting else ""


async def open_waiting(console: HelptermApp, step: int = 0) -> bool:
    """Opens the reply that waits longest for a green light, or from an open one the next; False when none waits."""
    from store.desk import tickets

    waiting = await in_thread(greenlight.waiting, console.desk)
    if not waiting:
        return False
    at = 0
    screen = console.place
    if isinstance(screen, MentorScreen):
        ids = [each.id for each in waiting]
        at = (ids.index(screen.light.id) + step) % len(ids) if screen.light.id in ids else 0
        screen.keep()
        screen.dismiss(None)
    light = waiting[at]
    ticket = await in_thread(tickets.find, console.desk, light.ticket)
    console.show(MentorScreen(light, ticket, place=at + 1, of=len(waiting)))
    return True
