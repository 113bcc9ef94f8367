"""Mentoring: newcomers' replies on their way past a mentor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console
    from tui.screens.mentor import MentorScreen


class HandIn(Command):
    """Hand your draft for this ticket in: a mentor reads it before it leaves"""

    id, title, keys, where = "light.hand-in", "Hand in", "w i", frozenset({Where.TICKET})

    async def run(self, console: Console) -> None:
        """The gate judges it first."""
        from store.desk import conversation, drafts
        from store.policy.gate import Reply
        from store.shifts import greenlight
        from tui.worker import change, in_thread

        opened = console.conversation().opened
        draft = await in_thread(drafts.load, console.desk, opened.ticket)
        if draft is None:
            console.say("There is no draft here yet: r writes one", "warning")
            return
        reply = Reply(draft.text, decline_rule=draft.rule)
        seen = conversation.newest(opened.messages)
        await change(greenlight.submit, console.desk, opened.ticket, reply, seen=seen)
        console.say("Handed in: a mentor reads it before it leaves")
        await console.refresh_all(own=True)


class GreenLights(Command):
    """The replies that wait for a green light, beside their conversations; a newcomer sees those that came back"""

    id, title, keys, where = "light.waiting", "Green lights", "w g", TICKETS | {Where.SHIFT}

    async def run(self, console: Console) -> None:
        """Opens the one that waits longest."""
        from store.desk.replies import is_newcomer
        from tui.screens.mentor import open_waiting
        from tui.screens.newcomers import open_returned
        from tui.worker import in_thread

        if await in_thread(is_newcomer, console.desk):
            await open_returned(console)
        elif not await open_waiting(console):
            console.say("No reply waits for a green light")


class OnLight(Command):
    """Something done with a newcomer's reply."""

    where = frozenset({Where.MENTOR})

    def screen(self, console: Console) -> MentorScreen:
        """The screen with the reply."""
        from tui.screens.mentor import MentorScreen

        assert isinstance(console.place, MentorScreen)
        return console.place


class LetPass(OnLight):
    """Give the green light: look at the reply as it will leave, and send it there with Enter"""

    id, title, keys, footer = "light.send", "Send…", "s, enter", 1

    async def run(self, console: Console) -> None:
        """Opens the review screen."""
        await self.screen(console).review_before_sending()


class ReturnIt(OnLight):
    """Return the reply to its author with remarks, and with what you edited in it"""

    id, title, keys, footer = "light.return", "Return", "r", 2

    async def run(self, console: Console) -> None:
        """Asks for the remarks."""
        await self.screen(console).return_it()


class EditTogether(OnLight):
    """Edit the reply together: what you type goes out under both names, or back to its author"""

    id, title, keys, footer = "light.edit", "Edit", "e", 3

    def run(self, console: Console) -> Job:
        """Into the text."""
        self.screen(console).edit()
        return None


class NextLight(OnLight):
    """The next reply that waits for a green light"""

    id, title, keys, footer = "light.next", "Next", "], J", 4

    async def run(self, console: Console) -> None:
        """Opens it."""
        from tui.screens.mentor import open_waiting

        await open_waiting(console, 1)


class PreviousLight(OnLight):
    """The reply before this one that waits for a green light"""

    id, title, keys = "light.previous", "Previous", "[, K"

    async def run(self, console: Console) -> None:
        """Opens it."""
        from tui.screens.mentor import open_waiting

        await open_waiting(console, -1)


class LeaveLight(OnLight):
    """Out of the text; from reading back to where you came from, your edits being kept"""

    id, title, keys, footer, while_typing = "light.leave", "Leave", "escape, u", 9, True

    def run(self, console: Console) -> Job:
        """Goes back."""
        self.screen(console).back()
        return None


class Newcomers(Command):
    """The record of a newcomer: hours, tickets, first-pass rate, findings; after two weeks you sign it off"""

    id, title, keys, where = "light.record", "Newcomers", "w G", TICKETS | {Where.SHIFT}

    async def run(self, console: Console) -> None:
        """Shows it."""
        from tui.screens.newcomers import show_record

        await show_record(console)


class SignOff(Command):
    """Sign the newcomer off: they answer alone from now on; your sentence and the record are kept"""

    id, title, keys, where, footer = "light.sign-off", "Sign off", "s", frozenset({Where.RECORD}), 1

    async def run(self, console: Console) -> None:
        """Asks why."""
        from tui.screens.newcomers import RecordScreen

        assert isinstance(console.place, RecordScreen)
        await console.place.sign_off()
