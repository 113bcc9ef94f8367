"""Writing an internal note: a field of several lines whose text is kept as a draft until it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from store.desk import Desk, drafts, messages
from store.model import Draft, Kind, Ticket
from tui.screens.dialogs import Dialog
from tui.worker import change, in_thread

if TYPE_CHECKING:
    from tui.app import HelptermApp


async def write_note(console: HelptermApp, ticket: Ticket) -> None:
    """Asks for a note and saves it. Esc leaves it as a draft, which is there again the next time."""
    draft = await in_thread(drafts.load, console.desk, ticket, Kind.NOTE)
    with console.team.writing_note(ticket):
        text = await console.ask(NoteDialog(console.desk, ticket, draft))
    if text is None:
        return
    await change(messages.note, console.desk, ticket, text)
    console.say(f"Note written on #{ticket.short}")
    await console.refresh_all(own=True)


class NoteDialog(Dialog[str]):
    """The field; each pause in typing saves the draft."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter", "save", "Save", show=False),
    ]

    def __init__(self, desk: Desk, ticket: Ticket, draft: Draft | None) -> None:
        super().__init__()
        self.question = f"Internal note on #{ticket.short}: only the team sees it"
        self.hint = "Ctrl+S saves the note · Esc leaves it as a draft"
        self._desk = desk
        self._ticket = ticket
        self._text = draft.text if draft else ""

    def answers(self) -> ComposeResult:
        """The field."""
        yield TextArea(self._text, id="note", show_line_numbers=False, tab_behavior="focus")

    def on_mount(self) -> None:
        """Ready to be typed into, at its end."""
        field = self.query_one(TextArea)
        field.move_cursor(field.document.end)
        self.set_focus(field)

    def on_text_area_changed(self) -> None:
        """Keeps what is typed."""
        text = self.query_one(TextArea).text
        if text != self._text:
            self._text = text
            drafts.save(self._desk, self._ticket, text, kind=Kind.NOTE)

    def action_save(self) -> None:
        """Answers with the text, if there is any."""
        text = self.query_one(TextArea).text
        if text.strip():
            self.dismiss(text)
