"""What the console does by itself once it stands: looks for changes made elsewhere, exchanges with the team, lets mail go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from store.desk.desk import position
from store.errors import DeskError
from tui.worker import finish, in_thread

if TYPE_CHECKING:
    from store.channels.mail.postman import Postman
    from tui.app import HelptermApp

SETTLING_SECONDS = 0.3
"""After the first picture: what is not needed to answer a key begins then."""

POLL_SECONDS = 1.0
"""How often the console looks for changes made elsewhere: one indexed read of a few microseconds."""


class Lookout:
    """Keeps what the console shows in step with the desk, whoever changes it."""

    def __init__(self, console: HelptermApp) -> None:
        self._console = console
        self._seen = console.desk.last_change()
        self.shown = position(console.desk.read())
        """Up to where in the shared log the agent has seen the desk: what the hub judges a change by that is made on it."""
        self._postman: Postman | None = None
        self.is_looking = False

    def begin_soon(self) -> None:
        """The first picture stands: all this begins a moment later."""
        self._console.set_timer(SETTLING_SECONDS, self._begin)

    def _begin(self) -> None:
        """Begins to watch for what others change; then the exchange with the team, and the mail, which leaves under its lease."""
        console = self._console
        console.set_interval(POLL_SECONDS, self.look)
        console.spares.keep("tui.screens.ticket", "TicketScreen")
        console.start(console.day.begin())
        console.start(self._begin_exchange())

    async def _begin_exchange(self) -> None:
        console = self._console
        await console.team.look()
        console.set_interval(POLL_SECONDS, lambda: console.start(console.team.look()))
        if console.desk.config.mailboxes:
            from tui.post import begin

            self._postman = begin(console)

    async def look(self) -> None:
        """Looks whether the desk was changed, here or elsewhere, and whether a snoozed ticket is due."""
        if self.is_looking:
            return
        self.is_looking = True
        console = self._console
        try:
            await in_thread(console.desk.wake)
            newest = await in_thread(console.desk.last_change)
            if await console.day.look(at_once=newest != self._seen) or newest != self._seen:
                await console.refresh_all()
            await console.alerts.look()
        except DeskError as error:
            console.notify_error(error)
        finally:
            self.is_looking = False

    @asynccontextmanager
    async def showing(self) -> AsyncIterator[None]:
        """What was changed so far is about to be shown; at the end of it all of it is."""
        desk = self._console.desk
        self._seen = await in_thread(desk.last_change)
        shown = await in_thread(lambda: position(desk.read()))
        yield
        self.shown = shown

    async def end(self) -> None:
        """A mail that is leaving and what threads do may finish; the colleagues see that nobody is here."""
        await self._console.team.stop()
        if self._postman is not None:
            await in_thread(self._postman.stop)
        await finish()
