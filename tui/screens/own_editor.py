"""Lending the terminal to the agent's own editor, and taking the text back into the reply editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from store.errors import BadInput, NotFound
from tui.editor_handoff import EditorFailed, Handoff, Taken

if TYPE_CHECKING:
    from tui.screens.reply import ReplyScreen


class OwnEditor:
    """The hand-off of one reply screen; a file that an editor in its own window still has stays until it is taken over."""

    def __init__(self, screen: ReplyScreen) -> None:
        self._screen = screen
        self._handoff: Handoff | None = None

    async def open(self) -> None:
        """Hands the text over, once it is saved, and takes back what the editor makes of it."""
        screen = self._screen
        self.take_what_is_left()
        await screen.make_safe()
        self.forget()
        self._handoff = handoff = Handoff(screen.editor.text, f"reply-{screen.writing.ticket.short}.md")
        try:
            with screen.app.suspend():
                taken = _run(handoff)
        except SuspendNotSupported:
            raise BadInput("this terminal cannot be lent to an editor", "go on writing here") from None
        finally:
            screen.app.refresh(layout=True)
        if isinstance(taken, EditorFailed):
            raise taken
        if taken.at_once:
            screen.say("The editor was back at once. When you have saved there, F12 takes the text over")
            return
        self._take(taken)
        self.forget()

    def take_over(self) -> None:
        """Takes over what an editor in its own window has saved. Raises NotFound, EditorFailed."""
        if self._handoff is None:
            raise NotFound("no editor has the text", "Ctrl+O hands it over")
        self._take(self._handoff.read())

    def take_what_is_left(self) -> None:
        """A file that was saved and never taken over is not lost."""
        if self._handoff is None:
            return
        try:
            taken = self._handoff.read()
        except EditorFailed:
            return
        if taken.is_changed:
            self._screen.editor.rewrite(taken.text)

    def forget(self) -> None:
        """Removes the file."""
        if self._handoff is not None:
            self._handoff.forget()
            self._handoff = None

    def _take(self, taken: Taken) -> None:
        if not taken.is_changed:
            self._screen.say("Nothing was changed there")
            return
        self._screen.editor.rewrite(taken.text)
        if taken.remark:
            self._screen.say(taken.remark, "warning")
        else:
            self._screen.say("Taken over · Ctrl+Z takes it back")


def _run(handoff: Handoff) -> Taken | EditorFailed:
    """What the editor makes of the text; a failure is an answer, for an exception would leave the console suspended."""
    try:
        return handoff.run()
    except EditorFailed as failed:
        return failed
