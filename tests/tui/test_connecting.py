"""The first start connects a mailbox: the form proposes servers, tries both ways for real, and keeps what works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from textual.widgets import Input

from store import paths
from store.channels.mail import connect
from store.channels.mail.connect import Proposal
from store.config import Config, Mailbox, load
from tests.store.channels.mail.conftest import imap_server  # noqa: F401
from tests.store.channels.mail.servers import SUPPORT, FaultySMTP, ImapServer, SmtpServer
from tui.screens.first_start import Chosen, FirstStartApp


class GuardedSmtp(SmtpServer):
    """Wants the password that the IMAP server wants."""

    def factory(self) -> FaultySMTP:
        return FaultySMTP(
            self.handler,
            enable_SMTPUTF8=True,
            authenticator=_knows,
            auth_require_tls=False,
            auth_required=True,
        )


def _knows(
    server: object, session: object, envelope: object, mechanism: str, given: LoginPassword
) -> AuthResult:
    is_right = given.password == ImapServer.password.encode()
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    running = GuardedSmtp()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The keyring."""
    secrets: dict[str, str] = {}
    monkeypatch.setattr(connect, "keep_secret", lambda name, value: secrets.update({name: value}))
    return secrets


@pytest.fixture
def proposed(
    imap_server: ImapServer,  # noqa: F811
    server: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Mailbox:
    """The account behind the desk's address, on servers of this machine, which speak without TLS."""
    account = Mailbox(SUPPORT, imap=imap_server.settings("INBOX"), smtp=server.mailbox().smtp)
    monkeypatch.setattr(connect, "propose", lambda _: Proposal(account, is_known=True))
    return account


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_mailbox_is_tried_both_ways_and_kept_only_when_both_work(
    tmp_path: Path, proposed: Mailbox, kept: dict[str, str]
) -> None:
    app = FirstStartApp(tmp_path / "desk.db", "ada", Config())
    async with app.run_test(size=(100, 30)) as pilot:

        async def fill(name: str, text: str) -> None:
            app.screen.query_one(name, Input).value = text
            await pilot.pause()
            await pilot.press("enter")
            while "Trying" in str(app.screen.query("#understood").first().render()):
                await pilot.pause()

        await pilot.press("m")
        await pilot.pause()
        await fill("Input", SUPPORT)
        await pilot.pause()
        await fill("#password", "wrong")
        said = str(app.screen.query_one("#understood").render())
        assert f"imap: {SUPPORT}: the log-in was refused" in said
        assert "smtp: " in said
        assert kept == {}
        assert not paths.config_path().exists()
        app.screen.query_one("#password", Input).value = ImapServer.password
        await pilot.press("enter")
        await app.workers.wait_for_complete()
    chosen = app.return_value
    assert isinstance(chosen, Chosen)
    (mailbox,) = chosen.config.mailboxes
    assert mailbox == replace(proposed, imap=mailbox.imap, smtp=mailbox.smtp)
    assert kept == dict.fromkeys((f"imap.{SUPPORT}", f"smtp.{SUPPORT}"), ImapServer.password)
    config, _ = load(paths.config_path())
    assert config.mailboxes == (mailbox,)
    assert ImapServer.password not in paths.config_path().read_text()
    assert chosen.path.exists()
