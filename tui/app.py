"""The console's application: it holds the desk, runs commands and opens screens. What screens show is theirs."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.app import ScreenStackError
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.screen import Screen

from store.desk import Desk
from store.desk.desk import as_seen
from store.errors import DeskError
from tui.alerts import Alerts
from tui.commands.command import Command
from tui.commands.keys import KeyMap, key_map
from tui.key_profiles import profile
from tui.keyboard import Hold, Keyboard, KeysAhead, holding, is_typing, key_name
from tui.look import LOOKS
from tui.lookout import Lookout
from tui.screens.base import DeskScreen
from tui.spares import Spares
from tui.surface import Surface
from tui.team import RESTORED, SyncBrought, SyncTold, Team
from tui.themes import PREFIX
from tui.worker import in_thread, under_way
from tui.working_day import WorkingDay

if TYPE_CHECKING:
    from store.model import Ticket
    from tui.commands.act import Act
    from tui.post import Posted
    from tui.screens.queue import QueueScreen
    from tui.screens.ticket import TicketScreen
    from tui.tutor.tutor import Tutor
    from tui.undo_send import SentReply

Answer = TypeVar("Answer")


class HelptermApp(Surface[None]):
    """The console on an open desk. Screens are imported when they are first opened."""

    class KeysFree(Message):
        """Keys that were held back may be taken now."""

    TITLE = "helpterm"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = []
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self,
        desk: Desk,
        *,
        demo: bool = False,
        remarks: tuple[str, ...] = (),
        tutor: str | None = None,
        counts: Mapping[str, int] | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        look, plain = ("", False)
        if desk.is_configured:
            look, plain = desk.config.console.theme, desk.config.console.plain
        super().__init__(look, plain=plain, driver_class=driver_class)
        self._first_counts = counts
        self.desk = desk
        self.demo = demo
        self.tutor: Tutor | None = None
        self._tutor_begins_at = tutor
        self.keyboard = Keyboard(self._key_map())
        self.remarks = (*remarks, *self.keyboard.keys.remarks)
        self.last_act: Act | None = None
        self.exact_times = False
        self.sent: SentReply | None = None
        self.lookout = Lookout(self)
        self.day = WorkingDay(self)
        self.team = Team(self)
        self.alerts = Alerts(self)
        self.spares = Spares(self)
        self.ahead = KeysAhead(lambda: self.post_message(self.KeysFree()))
        self._starting = self.ahead.hold()

    def _key_map(self) -> KeyMap:
        if not self.desk.is_configured:
            return key_map()
        return key_map(profile(self.desk.config.console.keys), self.desk.config.keys)

    def get_default_screen(self) -> Screen[Any]:
        """The queue: what the console opens with."""
        from tui.screens.queue import QueueScreen

        return QueueScreen(self._first_counts)

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """The screens that shine through. Textual counts the one below an opaque screen too, and repaints for its sake."""
        return super()._background_screens if self.screen.styles.background.a < 1 else []

    @property
    def keys(self) -> KeyMap:
        """The keys in force."""
        return self.keyboard.keys

    @property
    def is_idle(self) -> bool:
        """True when no key waits and no thread has been asked anything: what is shown is what there is to show."""
        return not (self.ahead.is_waiting or under_way())

    @property
    def place(self) -> DeskScreen:
        """The screen of the desk that is shown, beneath any dialog."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, DeskScreen):
                return screen
        raise ScreenStackError("no screen of the desk is open")

    def desk_screens(self) -> list[DeskScreen]:
        """The open screens of the desk, the one in front last; not those that are only just opening, or closing."""
        return [screen for screen in self.screen_stack if isinstance(screen, DeskScreen) and screen.stands]

    @property
    def failure(self) -> BaseException | None:
        """What nobody expected and ended the console."""
        return self._exception

    def _fatal_error(self) -> None:
        """Closes on such a failure. Textual would print its traceback, with the values of variables: words of customers."""
        self._close_messages_no_wait()

    async def on_event(self, event: events.Event) -> None:
        """Offers a key to the commands before the widget with the focus sees it; keys pressed ahead wait their turn."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif not self.ahead.keeps(event):
            await self._press(event)

    async def _press(self, event: events.Key) -> None:
        self.day.touched()
        self.spares.touched()
        if not self._command_key(event):
            await super().on_event(event)
        self._tell_tutor()

    async def on_helpterm_app_keys_free(self) -> None:
        """Takes the keys that were held back, in their order, until one of them starts to wait again."""
        while (event := self.ahead.next()) is not None:
            await self._press(event)

    def _command_key(self, event: events.Key) -> bool:
        screen = self.screen
        if not isinstance(screen, DeskScreen):
            return False
        found = self.keyboard.press(screen.where, key_name(event), typing=is_typing(self.focused))
        screen.show_prefix(self.keyboard.pending)
        if isinstance(found, Command):
            self.run_command(found)
            return True
        return found is True

    def run_command(self, command: Command) -> None:
        """Runs a command, or says why it cannot be run just now."""
        reason = command.check(self)
        if reason is not None:
            self.say(reason, "warning")
            return
        try:
            job = command.run(self)
        except DeskError as error:
            self.notify_error(error)
            return
        if job is not None:
            self.start(job, hold=True)

    def start(self, job: Coroutine[Any, Any, Any], *, hold: bool = False) -> None:
        """Runs a coroutine beside everything else; a DeskError in it becomes one line.

        With `hold`, keys pressed meanwhile wait until it is done or has asked something, so that none goes astray.
        """
        keys = self.ahead.hold() if hold else None
        self.run_worker(self._guarded(job, keys), group="commands")

    async def _guarded(self, job: Coroutine[Any, Any, Any], keys: Hold | None) -> None:
        holding.set(keys)
        try:
            with as_seen(self.lookout.shown):
                await job
        except DeskError as error:
            self.notify_error(error)
        except (NoMatches, ScreenStackError):
            if self.is_running:
                raise  # else the console closes, and what was to be shown has no place any more
        finally:
            if keys is not None:
                keys.release()
            self._tell_tutor()

    def release_keys(self) -> None:
        """Lets the keys go that wait for the command which runs in this context."""
        keys = holding.get()
        if keys is not None:
            keys.release()

    async def ask(self, dialog: Screen[Answer]) -> Answer | None:
        """Shows a dialog and waits for its answer; None when it was left with Esc. Only from an `async` command."""
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        await self.push_screen(dialog, answer.set_result)
        self.release_keys()
        return await answer

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """One line at the foot of the screen: what was done, or why not. It never covers anything."""
        screen = next((each for each in reversed(self.screen_stack) if isinstance(each, DeskScreen)), None)
        if screen is not None:
            screen.say(text, severity)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Textual's own way of saying something, led to the same line."""
        self.say(f"{title}: {message}" if title else message, severity)

    def _refresh_notifications(self) -> None:
        """Nothing: there are none. Textual would lay out each screen that comes to the front again, for their empty place."""

    def notify_error(self, error: DeskError) -> None:
        """What the desk could not do, with what to do about it, on one line."""
        self.say(str(error), "error")

    def show(self, screen: Screen[Any]) -> None:
        """Opens a screen; keys pressed meanwhile wait for it."""

        self.start(self.push(screen), hold=True)

    async def push(self, screen: Screen[Any]) -> None:
        """Opens a screen in one picture: nothing of it is drawn before all of it is there."""
        with self.batch_update():
            await self.push_screen(screen)

    def copy(self, text: str, what: str) -> None:
        """Copies to the clipboard of the terminal (OSC 52) and says so."""
        self.copy_to_clipboard(text)
        self.say(f"Copied {what}: {text}")

    def write_to_terminal(self, sequence: str) -> None:
        """Sends the terminal a sequence that draws nothing, such as a notification."""
        if self._driver is not None:
            self._driver.write(sequence)

    def queue(self) -> QueueScreen:
        """The queue, brought back to the front."""
        from tui.screens.queue import QueueScreen

        while len(self.screen_stack) > 1 and not isinstance(self.screen, QueueScreen):
            self.pop_screen()
        assert isinstance(self.screen, QueueScreen)
        return self.screen

    def queue_behind(self) -> QueueScreen:
        """The queue, wherever it lies in the stack of screens."""
        from tui.screens.queue import QueueScreen

        return next(screen for screen in self.screen_stack if isinstance(screen, QueueScreen))

    def conversation(self) -> TicketScreen:
        """The open ticket."""
        from tui.screens.ticket import TicketScreen

        assert isinstance(self.place, TicketScreen)
        return self.place

    async def ticket_at_hand(self) -> Ticket:
        """The open ticket, or the one under the cursor (the first of a selection)."""
        from store.desk import tickets

        return await in_thread(tickets.ticket, self.desk, self.place.targets()[0])

    async def act(self, act: Act) -> None:
        """Does something to the tickets at hand, says so, and remembers it for `.`."""
        from tui.acting import perform

        await perform(self, act)

    async def refresh_all(self, *, own: bool = False) -> None:
        """Lets every screen show the desk as it is now; `own` says that it was changed here."""
        async with self.lookout.showing():
            for screen in self.desk_screens():
                await screen.refresh_shown(own=own)
        self._tell_tutor()

    def on_ready(self) -> None:
        """The first screen stands: keys typed ahead are taken; everything that can wait follows."""
        if self._tutor_begins_at is not None:
            self.begin_tutor(self._tutor_begins_at)
        self._starting.release()
        gc.enable()
        gc.freeze()
        self.lookout.begin_soon()
        if self.remarks:
            first, *others = self.remarks
            more = f"({len(others)} more: `helpterm keys`) " if others else ""
            self.call_after_refresh(self.say, more + first, "warning")

    async def on_unmount(self) -> None:
        """The console closes."""
        await self.lookout.end()

    def on_sync_told(self, message: SyncTold) -> None:
        """Shows how things stand with the team's database."""
        self.team.told(message.state)

    def on_sync_brought(self, message: SyncBrought) -> None:
        """Shows what came in, without waiting for the next look; says that the team's database had gone back in time."""
        if message.exchange.was_restored:
            self.say(RESTORED, "warning")
        if message.exchange.tickets or message.exchange.conflicts:
            self.start(self.lookout.look())

    def on_posted(self, message: Posted) -> None:
        """Says what the postman did."""
        from tui.post import news

        if message.trip.trouble is not None:
            self.notify_error(message.trip.trouble)
        else:
            trip = message.trip
            self.say(news(trip), "warning" if trip.failed or trip.uncertain else "information")

    def open_view(self, query: str, name: str) -> None:
        """Shows a view of the queue."""
        self.queue().show_view(query, name)

    def next_look(self) -> None:
        """The next theme in turn."""
        names = [PREFIX + name for name in LOOKS]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self.say(f"Look: {self.theme.removeprefix(PREFIX)}")

    @property
    def is_tutored(self) -> bool:
        """True while the tutor speaks."""
        return self.tutor is not None and not self.tutor.was_left

    def begin_tutor(self, step: str = "") -> None:
        """Opens the tutor at a step, or where it was left."""
        if self.tutor is None:
            from tui.tutor.tutor import Tutor

            self.tutor = Tutor(self, step)
        self.tutor.begin()

    def _tell_tutor(self) -> None:
        """Something may have been done: the tutor looks once it is on the screen."""
        if self.tutor is not None:
            self.call_after_refresh(self.run_worker, self.tutor.look, group="tutor", exclusive=True)

    def open_palette(self) -> None:
        """Opens the list of every command."""
        from tui.screens.palette import open_palette

        open_palette(self)

    def open_ticket(self, number: int, said: str = "") -> None:
        """Opens the conversation of a ticket (by its row) over whatever is shown; `said` is the line at its foot."""
        from tui.opening import open_ticket

        self.start(open_ticket(self, number, said), hold=True)

    def open_reply(self, ticket: Ticket, rule: str = "") -> None:
        """Opens the reply editor; with `rule` (an id) the reply declines by that rule."""
        from tui.opening import open_reply

        self.start(open_reply(self, ticket, rule), hold=True)

    def open_scope(self, ticket: Ticket | None = None) -> None:
        """Opens the written rules, of the ticket's product when there is a ticket."""
        from tui.screens.scope import ScopeScreen

        self.show(ScopeScreen(ticket))

    def open_overruled(self) -> None:
        """Opens the changes that colleagues' overruled."""
        from tui.screens.overruled import OverruledScreen

        self.show(OverruledScreen())

    def open_outbox(self) -> None:
        """Opens what is on its way out."""
        from tui.screens.outbox import OutboxScreen

        self.show(OutboxScreen())
