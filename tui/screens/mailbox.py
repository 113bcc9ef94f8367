"""Connecting a mailbox: the servers are proposed from the address, tried, corrected by the agent, and only then kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.content import Content
from textual.widgets import Input, Label, Static

from store import paths
from store.channels.mail import connect
from store.channels.mail.connect import Proposal
from store.config import Mailbox
from store.errors import BadInput, DeskError
from store.secrets import secret
from tui.screens.dialogs import Dialog, Say
from tui.worker import in_thread

if TYPE_CHECKING:
    from tui.screens.first_start import FirstStartApp

_FIELDS = (
    ("imap", "Server to read (IMAP)"),
    ("smtp", "Server to send (SMTP)"),
    ("user", "User name"),
    ("password", "Password"),
    ("command", "… or a command that prints it"),
)


async def connect_mailbox(app: FirstStartApp) -> Mailbox | None:
    """Asks for the address, then for the account; returns the mailbox that was tried and kept."""
    proposal = await app.ask(
        Say(
            "The address that customers write to",
            connect.propose,
            shown=lambda found: (
                f"{found.mailbox.imap.host if found.mailbox.imap else ''}"
                + ("" if found.is_known else " (a guess)")
            ),
            example="help@example.org",
        )
    )
    return None if proposal is None else await app.ask(AccountDialog(proposal))


class AccountDialog(Dialog[Mailbox]):
    """Servers, user and password; Ctrl+S tries them and keeps what works."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "try", "Try", show=False, priority=True)]

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self._mailbox = proposal.mailbox
        self.question = f"The account behind {proposal.mailbox.address}"
        self.hint = (f"It {proposal.hint}. " if proposal.hint else "") + (
            "Tab moves · Ctrl+S or Enter tries it and keeps it · Esc leaves. The password goes into the keyring."
        )

    def answers(self) -> ComposeResult:
        """One field for each fact, and what the servers said."""
        imap, smtp = self._mailbox.imap, self._mailbox.smtp
        values = {
            "imap": f"{imap.host}:{imap.usual_port}" if imap else "",
            "smtp": f"{smtp.host}:{smtp.usual_port}" if smtp else "",
            "user": imap.user if imap else "",
        }
        with Grid(id="account"):
            for name, label in _FIELDS:
                yield Label(label, markup=False)
                yield Input(values.get(name, ""), id=name, password=name == "password", compact=True)
        yield Static("", id="understood", markup=False)

    def on_mount(self) -> None:
        """The password is what is missing; no cursor blinks, which sends nothing while nobody types."""
        for field in self.query(Input):
            field.cursor_blink = False
        self.set_focus(self.query_one("#password", Input))

    def on_input_submitted(self) -> None:
        """Enter tries."""
        self.action_try()

    def action_try(self) -> None:
        """Tries the servers beside the screen."""
        self.run_worker(self._try(), exclusive=True)

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _filled(self) -> Mailbox:
        imap, smtp = self._mailbox.imap, self._mailbox.smtp
        assert imap is not None
        assert smtp is not None
        user, command = self._text("user"), self._text("command")
        imap_host, imap_port = _server(self._text("imap"), imap.usual_port)
        smtp_host, smtp_port = _server(self._text("smtp"), smtp.usual_port)
        return replace(
            self._mailbox,
            imap=replace(imap, host=imap_host, port=imap_port, user=user, password_command=command),
            smtp=replace(smtp, host=smtp_host, port=smtp_port, user=user, password_command=command),
        )

    async def _try(self) -> None:
        said = self.query_one("#understood", Static)
        said.update("Trying …")
        try:
            mailbox = self._filled()
            password = await in_thread(_password, mailbox, self.query_one("#password", Input).value)
            checks = await in_thread(connect.check, mailbox, password)
            failed = [each for each in checks if not each.ok]
            if failed:
                said.update(
                    Content("\n".join(f"{each.name}: {each.detail} — {each.remedy}" for each in failed))
                )
                return
            await in_thread(connect.keep, paths.given_config_path() or paths.config_path(), mailbox, password)
        except DeskError as error:
            said.update(Content(str(error)))
            return
        self.dismiss(mailbox)


def _server(text: str, usual: int) -> tuple[str, int]:
    """Host and port of `host:port`. Raises BadInput."""
    host, colon, port = text.partition(":")
    if not host or (colon and not (port.isdecimal() and 0 < int(port) < 65536)):
        raise BadInput(f"{text!r} is no server", "write host or host:port")
    return host, int(port) if colon else usual


def _password(mailbox: Mailbox, typed: str) -> str:
    """What was typed, or what the command prints. Raises SecretError and BadInput."""
    if mailbox.imap is not None and mailbox.imap.password_command:
        return secret(f"imap.{mailbox.name}", command=mailbox.imap.password_command)
    if not typed:
        raise BadInput("the password is missing", "type it, or give a command that prints it")
    return typed
