"""The team behind the console: the exchange with the shared database runs by itself, and what it says is shown.

Nothing of `store.sync` is imported before the first picture stands, nor at all for a desk that is shared with nobody. No key
waits for the exchange: it has a thread of its own, whose messages the app hands on to here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.message import Message

from tui.formatting.times import moment
from tui.screens.base import DeskScreen
from tui.widgets.status_line import StatusLine
from tui.worker import change, in_thread

if TYPE_CHECKING:
    from store.desk import Desk
    from store.model import Ticket
    from store.sync.companion import Companion
    from store.sync.engine import Exchange, SyncState
    from store.sync.overruled import Conflict
    from store.sync.presence import Presence
    from tui.app import HelptermApp
    from tui.formatting.cells import Piece
    from tui.formatting.team import Wordings

ALONE = "This desk is shared with nobody; `helpterm sync join -` takes the invitation to a team's"


class SyncTold(Message):
    """How things stand with the shared database."""

    def __init__(self, state: SyncState) -> None:
        super().__init__()
        self.state = state

    def can_replace(self, message: Message) -> bool:
        """Only the newest counts."""
        return isinstance(message, SyncTold)


RESTORED = (
    "The team’s database was restored from a backup: it was told again what it had lost, and your desk is in line with it."
    " How your desk was before is kept beside it."
)
"""Said once, when it is over."""


class SyncBrought(Message):
    """An exchange moved something."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.exchange = exchange


class Team:
    """What the console knows of the team. `state` is None while the desk is shared with nobody, or nothing is known yet."""

    def __init__(self, console: HelptermApp) -> None:
        self._console = console
        self._companion: Companion | None = None
        self._names: dict[str, str] = {}
        self._pending = self._begun_at = 0
        self._asked = self._looking = self._copy_is_unfinished = False
        self.state: SyncState | None = None
        self.conflicts: tuple[Conflict, ...] = ()
        self.latest: Conflict | None = None
        self.noting = ""

    @property
    def is_shared(self) -> bool:
        """Whether the exchange runs."""
        return self._companion is not None

    async def look(self) -> None:
        """Begins when the desk has become a team's, ends when it no longer is; keeps the line true meanwhile."""
        if self._looking:
            return
        self._looking = True
        try:
            if await in_thread(_is_shared, self._console.desk) != self.is_shared:
                await (self._end() if self.is_shared else self._begin())
            elif self.is_shared:
                await self.reread()
                if self.state is not None and self.state.copying is not None:
                    await self._console.refresh_all()
        finally:
            self._looking = False

    async def _begin(self) -> None:
        self._copy_is_unfinished = await in_thread(_prepare, self._console.desk)
        self._pending, self.conflicts = await in_thread(_waiting, self._console.desk)
        self._companion = companion = _companion(self._console)
        self._begun_at = self._console.desk.now()
        companion.start()
        self.turned()
        self._show()

    async def _end(self) -> None:
        await self.stop()
        self.state, self.conflicts, self._pending = None, (), 0
        self._show()

    async def stop(self) -> None:
        """Ends the exchange; an answer that hangs is not waited for."""
        companion, self._companion = self._companion, None
        if companion is not None:
            await in_thread(companion.stop)

    # What is said to the team

    def turned(self) -> None:
        """The agent turned to something else: the colleagues see who is at which ticket."""
        if self._companion is not None:
            self._companion.watch(*self._at_work())

    def _at_work(self) -> tuple[str, str]:
        if self.noting:
            return self.noting, "noting"
        for screen in reversed(self._console.screen_stack):
            if isinstance(screen, DeskScreen) and screen.at_work[0]:
                return screen.at_work
        return "", "reading"

    @contextmanager
    def writing_note(self, ticket: Ticket) -> Iterator[None]:
        """Colleagues see a note being written as long as this lasts."""
        self.noting = ticket.id
        self.turned()
        try:
            yield
        finally:
            self.noting = ""
            self.turned()

    async def sync_now(self) -> None:
        """Asks for an exchange at once; what comes of it is told. Trouble that one line cannot hold is shown whole."""
        assert self._companion is not None
        self._asked = True
        self._companion.poke()
        trouble = self.state.trouble if self.state is not None else None
        if trouble is None or len(str(trouble)) + 4 <= self._console.size.width:
            self._console.say("Syncing …")
            return
        from tui.screens.trouble import TroubleDialog

        assert self.state is not None
        await self._console.ask(TroubleDialog(self.state, self._pending, self._console.desk.now()))

    # What the team says

    def told(self, state: SyncState) -> None:
        """Shows how things stand now."""
        before, self.state = self.state, state
        if not self.is_shared:
            return
        if state.synced_at is not None and state.copying is None:
            self._copy_is_unfinished = False
        self._say_what_is_new(before, state)
        is_whole = state.synced_at is not None and state.copying is None
        was_whole = before is not None and before.synced_at is not None and before.copying is None
        self._console.start(self._follow(anew=is_whole and not was_whole))

    async def _follow(self, *, anew: bool) -> None:
        """Shows what the state says; `anew` when all of the desk may have come in by a copy, of which no change tells."""
        others = self.state.others if self.state is not None else ()
        if any(each.agent not in self._names for each in others):
            self._names = await in_thread(_names, self._console.desk)
            self._names |= {each.agent: each.agent for each in others if each.agent not in self._names}
        await self.reread()
        if anew:
            await self._console.refresh_all()
        for screen in self._console.desk_screens():
            screen.show_team()

    def _say_what_is_new(self, before: SyncState | None, state: SyncState) -> None:
        trouble, told = state.trouble, before.trouble if before else None
        console, was_asked = self._console, self._asked
        if trouble is not None:
            self._asked = False
            if was_asked or type(trouble) is not type(told):
                console.say(str(trouble), "warning")
        elif before is not None and told is not None:
            self._asked = False
            since = moment(before.offline_since or console.desk.now(), console.desk.now())
            console.say(f"In step with the team again, after {since}")
        elif was_asked and (before is None or state.synced_at != before.synced_at):
            self._asked = False
            console.say("In step with the team")

    async def reread(self) -> None:
        """Reads what waits and what was overruled, and shows it; what was overruled just now is told."""
        known = {each.change for each in self.conflicts}
        self._pending, self.conflicts = await in_thread(_waiting, self._console.desk)
        self._show()
        if self.latest not in self.conflicts:
            self.latest = None
        new = [each for each in self.conflicts if each.change not in known]
        if new:
            self.latest = new[0]
            await self._tell_overruled(new)

    async def _tell_overruled(self, new: Sequence[Conflict]) -> None:
        from tui.formatting import overruled as words
        from tui.overruled import looked_up

        (first,) = await in_thread(looked_up, self._console.desk, new[:1])
        keys = self._console.keys
        again, all_of_them = keys.first_of("conflict.again-latest"), keys.first_of("view.conflicts")
        more = f", and {len(new) - 1} more" if len(new) > 1 else ""
        self._console.say(
            f"{words.line(first)}{more} · {again} sets yours · {all_of_them} shows it", "warning"
        )

    async def set_latest_again(self) -> None:
        """Makes the change once more that was told last, knowing the other one."""
        from store.sync import overruled

        assert self.latest is not None
        latest, self.latest = self.latest, None
        await change(overruled.set_again, self._console.desk, latest.change)
        await self.reread()
        await self._console.refresh_all(own=True)
        self._console.say("Yours is set again")

    def others_at(self, ticket: str) -> tuple[Presence, ...]:
        """The colleagues who are at a ticket (by its id) right now."""
        return tuple(each for each in self.state.others if each.ticket == ticket) if self.state else ()

    def who(self, ticket: str, *beside: Piece) -> Sequence[Piece]:
        """The end of a ticket's heading: who else is there, and what stands `beside` that."""
        others = self.others_at(ticket)
        if not others:
            return beside
        from tui.formatting.team import at_ticket

        return at_ticket(others, self._names, beside, self._console.size.width)

    def marks(self) -> Mapping[str, str]:
        """By ticket: who else is there, in a few cells."""
        if self.state is None or not self.state.others:
            return {}
        from tui.formatting.team import mark

        tickets = {each.ticket for each in self.state.others}
        return {ticket: mark(self.others_at(ticket), self._names) for ticket in tickets}

    def doing(self, ticket: str, *, writing: bool) -> str:
        """Who else is at a ticket, in a sentence; with `writing` only those who write there."""
        from tui.formatting.team import doing

        others = [each for each in self.others_at(ticket) if not writing or each.what != "reading"]
        return doing(others, self._names) if others else ""

    def line(self) -> Wordings:
        """What the status line says of the shared database; nothing for a desk on its own."""
        if self._companion is None:
            return []
        from store.sync.engine import SyncState
        from tui.formatting.team import standing

        keys = self._console.keys
        names = {"conflicts": keys.first_of("view.conflicts"), "sync": keys.first_of("sync.now")}
        state = self.state or SyncState()
        age = self._console.desk.now() - (state.synced_at or self._begun_at)
        return standing(
            state, self._pending, len(self.conflicts), max(0, age), self._console.desk.now(), names
        )

    def _show(self) -> None:
        line = self.line()
        for screen in self._console.desk_screens():
            screen.query_one(StatusLine).aside(line)

    def nothing_here(self) -> str:
        """What an empty queue says of a desk that is not in step; empty when it is, or on its own."""
        if not self._console.desk.is_shared:
            return ""
        state = self.state
        if state is not None and state.copying is not None:
            from tui.formatting.team import copied

            return f"Not everything is here yet: {copied(state.copying)}."
        if self._copy_is_unfinished:
            return "Not everything is here yet: the team's desk is still to be copied."
        if state is not None and state.trouble is not None:
            since = moment(state.offline_since or 0, self._console.desk.now())
            return f"Nothing waits here as far as is known: not in step with the team since {since}."
        if state is None or state.synced_at is None:
            return "Nothing is here yet that waits: this desk is not synced with the team yet."
        return ""


def _is_shared(desk: Desk) -> bool:
    return desk.is_shared


def _prepare(desk: Desk) -> bool:
    """Imports all that the exchange needs; the answer says whether a first copy was interrupted."""
    from store.sync import companion  # noqa: F401
    from store.sync.adopt import is_copying

    return is_copying(desk)


def _companion(console: HelptermApp) -> Companion:
    from store.sync.companion import Companion
    from tui.crash import write_log

    def on_state(state: SyncState) -> None:
        console.post_message(SyncTold(state))

    def on_news(exchange: Exchange) -> None:
        console.post_message(SyncBrought(exchange))

    def on_fault(error: Exception) -> None:
        write_log(error)

    return Companion(console.desk, on_state, on_news, on_fault)


def _names(desk: Desk) -> dict[str, str]:
    from store.desk.documents import documents
    from store.model import Agent

    return {agent.name: agent.full_name or agent.name for agent in documents(desk.read(), Agent)}


def _waiting(desk: Desk) -> tuple[int, tuple[Conflict, ...]]:
    """How many own changes wait, and what was overruled."""
    from store.sync import local, overruled

    return local.pending(desk.read()), tuple(overruled.conflicts(desk))
