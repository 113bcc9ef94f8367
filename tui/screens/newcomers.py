"""What concerns newcomers: their record and the sign-off that ends it, and for themselves the replies that came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.desk import tickets
from store.desk.documents import documents
from store.model import Agent, Role
from store.shifts import greenlight, newcomers
from store.text.inert import inert_line
from store.working import GreenLight, Light
from tui.commands.command import Where
from tui.formatting import advice
from tui.screens.dialogs import Choice, Pick
from tui.screens.paper import PaperScreen
from tui.worker import change, in_thread

if TYPE_CHECKING:
    from store.desk import Desk
    from tui.app import HelptermApp


class RecordScreen(PaperScreen):
    """The record of one newcomer, to be signed."""

    where = Where.RECORD

    def __init__(self, record: newcomers.Record, now: int) -> None:
        super().__init__(f"The record of {record.newcomer}", lambda cells: advice.record(record, now, cells))
        self.record = record

    async def sign_off(self) -> None:
        """Asks for the mentor's word."""
        from tui.screens.shift_questions import say

        console, name = self.console, self.record.newcomer
        words = await say(console, f"{name} may answer alone from now on. Why?", example="what they do well")
        if words is not None:
            await change(newcomers.sign_off, console.desk, name, words)
            self.back()
            await console.refresh_all(own=True)
            console.say(f"Signed off: {name} answers alone")


async def show_record(console: HelptermApp) -> None:
    """The record of a newcomer, chosen where there are several; a newcomer sees their own."""
    people = await in_thread(_people, console.desk)
    if not people:
        console.say("Nobody in the team is a newcomer")
        return
    name: str | None = people[0].name
    if len(people) > 1:
        choices = [Choice(each.name, each.name, remark=each.full_name) for each in people]
        name = await console.ask(Pick("Whose record?", choices))
    if name is not None:
        record = await in_thread(newcomers.record, console.desk, name)
        console.show(RecordScreen(record, console.desk.now()))


def _people(desk: Desk) -> list[Agent]:
    found = [each for each in documents(desk.read(), Agent) if each.role is Role.NEWCOMER]
    own = [each for each in found if each.name.casefold() == desk.agent.casefold()]
    return own or found


async def open_returned(console: HelptermApp) -> None:
    """A newcomer's own replies that came back or still wait; the editor opens on the one that is chosen."""
    found = await in_thread(_mine, console.desk)
    if not found:
        console.say("No reply of yours waits for a mentor or came back")
        return
    chosen: GreenLight | None = found[0]
    if len(found) > 1:
        choices = [
            Choice(inert_line(each.text, 50), each, remark=f"{each.light} {inert_line(each.remarks, 60)}")
            for each in found
        ]
        chosen = await console.ask(Pick("Your replies with a mentor", choices))
    if chosen is not None:
        console.open_reply(await in_thread(tickets.find, console.desk, chosen.ticket))


def _mine(desk: Desk) -> list[GreenLight]:
    found = [each for each in greenlight.of_author(desk) if each.light in (Light.RETURNED, Light.WAITING)]
    return sorted(found, key=lambda each: each.light is not Light.RETURNED)
