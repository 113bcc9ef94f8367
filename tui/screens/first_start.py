"""The first start: what to begin with. It makes a desk and says which one to open; the queue is the console's."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from store.config import Config
from store.desk import Desk
from store.errors import BadInput, DeskError
from tui.screens.dialogs import Choice, Say
from tui.screens.progress import ProgressDialog
from tui.surface import Surface
from tui.worker import in_thread

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The desk to open, by whom, with which configuration; `demo` for the sample; what there is to say about it."""

    path: Path
    agent: str
    config: Config
    demo: bool = False
    remarks: tuple[str, ...] = ()


class FirstStartApp(Surface[Chosen]):
    """Asks what to begin with. Everything offered works; nothing is made before it is chosen."""

    TITLE = "helpterm"
    CSS_PATH: ClassVar[list[str | PurePath]] = ["../app.tcss", "dialogs.tcss", "first_start.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+q,q", "quit", "Leave", show=False)]

    def __init__(self, path: Path, agent: str, config: Config) -> None:
        super().__init__(config.console.theme, plain=config.console.plain)
        self._path = path
        self._agent = agent
        self._config = config
        self._choices: list[Choice[Callable[[], Coroutine[Any, Any, None]]]] = [
            Choice(
                "Look around on a sample desk",
                self._sample,
                "s",
                "60 tickets, 5 languages",
            ),
            Choice("Import mail that you have", self._import, "i", "mbox, Maildir, .eml, folders"),
            Choice("Connect a mailbox", self._mailbox, "m", "IMAP to read, SMTP to answer"),
            Choice("Join a shared database", self._join, "j", "with an invitation to the team's desk"),
        ]

    def compose(self) -> ComposeResult:
        """A welcome and the choices."""
        with Vertical(id="welcome"):
            yield Static("Welcome to helpterm", id="title", markup=False)
            yield Static(
                f"There is no desk at {self._path} yet. What shall it begin with?", id="where", markup=False
            )
            yield OptionList(
                *(Option(choice.content(letters=True)) for choice in self._choices),
                markup=False,
                compact=True,
            )
            yield Static("", id="trouble", markup=False)
            yield Static(
                "A letter or Enter chooses · Esc leaves, and nothing is made", id="hint", markup=False
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        event.stop()
        self._begin(self._choices[event.option_index])

    def on_key(self, event: events.Key) -> None:
        """A letter chooses."""
        for choice in self._choices:
            if event.character == choice.letter and len(self.screen_stack) == 1:
                event.stop()
                self._begin(choice)

    def _begin(self, choice: Choice[Callable[[], Coroutine[Any, Any, None]]]) -> None:
        self._say("")
        self.run_worker(self._guarded(choice.value), exclusive=True)

    async def _guarded(self, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await begin()
        except DeskError as error:
            self._say(str(error))

    def _say(self, text: str) -> None:
        self.query_one("#trouble", Static).update(text)

    async def ask(self, dialog: Screen[Answer]) -> Answer | None:
        """Shows a dialog and waits for its answer."""
        return await self.push_screen_wait(dialog)

    async def _sample(self) -> None:
        """Makes the sample desk beside the place of the real one, which stays free."""
        from store.sample import load

        path = self._path.with_name("sample.db")
        self._say("Making the sample desk …")

        def make() -> None:
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            with Desk(path, self._agent, config=self._config) as desk:
                load(desk)

        await in_thread(make)
        remark = "This is the sample desk: try everything; the next first start makes it anew"
        self.exit(Chosen(path, self._agent, self._config, demo=True, remarks=(remark,)))

    async def _import(self) -> None:
        """Asks for a path, imports, and says what came of it."""
        from store.channels.mail.importing import import_paths
        from store.channels.mail.intake import Tally

        source = await self.ask(
            Say("Import from (a file or folder)", _existing_path, example="~/mail/support.mbox")
        )
        if source is None:
            return
        own = await self.ask(
            Say(
                "Your own addresses: their mail is a reply, not a ticket",
                _addresses,
                example="help@example.org @example.org",
            )
        )
        if own is None:
            return
        progress = ProgressDialog(f"Importing {source}", 1)
        progress.hint = "What is imported stays; the same file again adds nothing"
        await self.push_screen(progress)

        def run() -> Tally:
            with Desk(self._path, self._agent, config=self._config) as desk:
                return import_paths(
                    desk,
                    [source],
                    our_addresses=own,
                    progress=lambda done, total: self.call_from_thread(progress.reached, done, total),
                )

        try:
            result = await in_thread(run)
        finally:
            progress.dismiss()
        failed = f", {len(result.failed)} could not be read" if result.failed else ""
        remark = f"{result.read} mails read, {result.tickets} tickets, {result.messages} messages{failed}"
        self.exit(Chosen(self._path, self._agent, self._config, remarks=(remark,)))

    async def _mailbox(self) -> None:
        """Asks for the account, tries it, keeps it."""
        from tui.screens.mailbox import connect_mailbox

        mailbox = await connect_mailbox(self)
        if mailbox is None:
            return
        with Desk(self._path, self._agent, config=self._config):
            pass
        config = replace(self._config, mailboxes=(*self._config.mailboxes, mailbox))
        remark = f"{mailbox.address} is connected; its mail comes while this console is open"
        self.exit(Chosen(self._path, self._agent, config, remarks=(remark,)))

    async def _join(self) -> None:
        """Asks for the invitation and copies the team's desk."""
        from tui.joining import Joined, join, place_of, read_invitation

        invitation = await self.ask(
            Say(
                "The connection string of your invitation",
                read_invitation,
                shown=place_of,
                example="postgresql://you:…@db.example.org/desk",
            )
        )
        if invitation is None:
            return
        progress = ProgressDialog("Copying the team's desk", 1)
        progress.hint = "An interrupted copy goes on where it stopped"
        await self.push_screen(progress)

        def run() -> Joined:
            return join(
                self._path,
                self._agent,
                self._config,
                invitation,
                lambda table, done, total: self.call_from_thread(progress.reached, done, max(done, total)),
            )

        try:
            joined = await in_thread(run)
        finally:
            progress.dismiss()
        self.exit(Chosen(self._path, joined.agent, self._config, remarks=joined.remarks))


def _existing_path(text: str) -> Path:
    try:
        path = Path(text.strip()).expanduser()
    except RuntimeError as error:
        raise BadInput(f"{text} names a home folder that does not exist", "write the path out") from error
    if "\0" in text or not path.exists():
        raise BadInput(f"there is no {path}", "write the path of a file or folder")
    return path


def _addresses(text: str) -> tuple[str, ...]:
    words = tuple(text.replace(",", " ").split())
    wrong = next((word for word in words if "@" not in word or word.endswith("@")), None)
    if wrong is not None:
        raise BadInput(f"{wrong} is no address", "write help@example.org or @example.org")
    return words
