"""In the reply editor: letters are text here, so commands have Ctrl, Alt and F keys; Ctrl+K lists them all by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console
    from tui.screens.reply import ReplyScreen


class InEditor(Command):
    """Something done in the reply editor."""

    where = frozenset({Where.REPLY, Where.MENTOR})
    while_typing = True

    def editor(self, console: Console) -> ReplyScreen:
        """The screen of the reply that is written."""
        from tui.screens.reply import ReplyScreen

        assert isinstance(console.place, ReplyScreen)
        return console.place


class ReviewReply(InEditor):
    """Look at the reply as it will leave, and send it there with Enter"""

    id, title, keys, footer = "reply.review", "Send…", "ctrl+r, f9", 11

    async def run(self, console: Console) -> None:
        """Opens the review screen."""
        await self.editor(console).review_before_sending()


class InsertTakeaway(InEditor):
    """Put in a link that the customer can go on with; ?? typed in the text does the same"""

    id, title, keys, footer = "reply.takeaway", "Link", "f3, ctrl+t", 12

    async def run(self, console: Console) -> None:
        """Opens the picker."""
        await self.editor(console).insert_takeaway()


class Quote(InEditor):
    """Quote what is selected in the conversation, else what the customer wrote last"""

    id, title, keys, footer = "reply.quote", "Quote", "f4, alt+q", 13

    def run(self, console: Console) -> Job:
        """Inserts at the cursor."""
        self.editor(console).quote()
        return None


class NearestReply(InEditor):
    """The earlier reply that this one resembles most, side by side"""

    id, title, keys, footer = "reply.nearest", "Compare", "f5, alt+c", 16

    def check(self, console: Console) -> str | None:
        """Needs one that is near."""
        review = self.editor(console).writing.review
        return None if review is not None and review.canned.nearest else "No earlier reply resembles this one"

    async def run(self, console: Console) -> None:
        """Opens the comparison."""
        await self.editor(console).show_nearest()


class SayOnce(InEditor):
    """Say it once, link it: the selected explanation, or what was sent before, begins a page of the knowledge base"""

    id, title, keys = "reply.once", "Say once", "alt+o"

    def check(self, console: Console) -> str | None:
        """Needs an explanation."""
        return (
            None if self.editor(console).explanation else "Select the explanation that should become a page"
        )

    async def run(self, console: Console) -> None:
        """Asks what the page is called."""
        await self.editor(console).say_once()


class ShowConversation(InEditor):
    """To the conversation and back to the text"""

    id, title, keys, footer = "reply.conversation", "Conversation", "f6, alt+v", 14

    def run(self, console: Console) -> Job:
        """Moves the focus."""
        self.editor(console).show_conversation()
        return None


class NextFinding(InEditor):
    """Go to the next finding, and to the words it is about"""

    id, title, keys, footer = "reply.finding", "Finding", "f8, alt+n", 15

    def run(self, console: Console) -> Job:
        """Moves the cursor."""
        self.editor(console).next_finding()
        return None


class EditorRules(InEditor):
    """The written rules of this product, and which of them the ticket touches"""

    id, title, keys = "reply.rules", "Rules", "alt+s, ctrl+p"
    where = frozenset({Where.REPLY})

    def run(self, console: Console) -> Job:
        """Opens the scope panel; Esc comes back."""
        console.open_scope(self.editor(console).writing.ticket)
        return None


class OwnEditor(InEditor):
    """Hand the text to your own editor ($EDITOR) and take it back"""

    id, title, keys, footer = "reply.editor", "$EDITOR", "ctrl+o, alt+e", 17

    async def run(self, console: Console) -> None:
        """Lends the terminal to it."""
        await self.editor(console).own_editor.open()


class TakeOver(InEditor):
    """Take over the text that an editor in its own window has saved"""

    id, title, keys = "reply.take-over", "Take over", "f12, alt+r"

    def run(self, console: Console) -> Job:
        """Reads the file again."""
        self.editor(console).own_editor.take_over()
        return None


class SaveDraft(InEditor):
    """Save the draft at once; it is saved as you type anyway"""

    id, title, keys = "reply.save", "Save draft", "ctrl+s"

    async def run(self, console: Console) -> None:
        """Waits for the disk."""
        await self.editor(console).save()


class SelectAll(InEditor):
    """Select the whole text"""

    id, title, keys = "reply.select-all", "Select all text", "f7, alt+a"

    def run(self, console: Console) -> Job:
        """Selects it."""
        self.editor(console).editor.select_all()
        return None


class LeaveEditor(InEditor):
    """Leave; what you typed stays as a draft"""

    id, title, keys, footer = "reply.leave", "Leave", "escape", 18
    where = frozenset({Where.REPLY})

    def run(self, console: Console) -> Job:
        """Goes back."""
        self.editor(console).back()
        return None
