"""A mailbox is connected in a pseudo-terminal: the installed `helpterm`, real servers behind real TLS, the keyboard alone."""

from __future__ import annotations

import asyncio
import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.installed import HELPTERM
from tests.store.channels.mail.servers import ImapServer, letter
from tests.terminal import Terminal
from tests.tui.test_connecting import GuardedSmtp

trustme = pytest.importorskip("trustme")


class TlsFront:
    """Speaks TLS as localhost and hands on what it hears to a server that does not."""

    def __init__(self, authority: Any, behind: int) -> None:
        import ssl

        self._behind = behind
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self._context)
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._take, "localhost", 0, ssl=self._context)
        )
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._behind)

        async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            with suppress(OSError):
                while data := await source.read(65_536):
                    target.write(data)
                    await target.drain()
            target.close()

        await asyncio.gather(carry(reader, inner_writer), carry(inner_reader, writer))

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Ports of an IMAP server with a customer's mail in it and of an SMTP server, both with TLS by an authority in `ca.pem`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    imap, smtp = ImapServer(), GuardedSmtp()
    smtp.start()
    with imap.client() as client:
        client.append("INBOX", letter("Where is my invoice?"))
    fronts = [TlsFront(authority, imap.port), TlsFront(authority, smtp.port)]
    yield fronts[0].port, fronts[1].port
    for front in fronts:
        front.stop()
    smtp.stop()
    imap.stop()


def enter(terminal: Terminal, label: str, text: str, *, before: str = "{tab}") -> None:
    """Goes to a field by a key, waits until the cursor is in it, and types over what is selected there."""
    terminal.wait(re.escape(label))
    terminal.type(before)
    lines = terminal.text.splitlines()
    row = next(at for at, line in enumerate(lines) if label in line)
    while terminal.cursor[1] != row or terminal.cursor[0] <= lines[row].index(label) + len(label):
        terminal.next_piece()
    terminal.type(text)
    shown = "•" * len(text) if label == "Password" else re.escape(text)
    terminal.wait(rf"{re.escape(label)} +{shown} ")


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_mailbox_is_connected_tried_and_read_by_the_keyboard_alone(
    tmp_path: Path, ports: tuple[int, int]
) -> None:
    config = tmp_path / "config" / "helpterm" / "config.toml"
    surroundings = {
        "HELPTERM_DB": str(tmp_path / "desk.db"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "HELPTERM_AGENT": "sam",
        "HOME": str(tmp_path),
        "SSL_CERT_FILE": str(tmp_path / "ca.pem"),
    }
    with Terminal([HELPTERM], columns=80, lines=24, env=surroundings) as terminal:
        terminal.wait("Welcome to helpterm")
        terminal.type("m")
        terminal.wait("The address that customers write to")
        terminal.type("help@lumen.example")
        terminal.wait(r"imap.lumen.example \(a guess\)")
        terminal.type("{enter}")
        terminal.wait("The account behind help@lumen.example")
        enter(terminal, "User name", ImapServer.user, before="{shift-tab}")
        enter(terminal, "Server to send (SMTP)", f"localhost:{ports[1]}", before="{shift-tab}")
        enter(terminal, "Server to read (IMAP)", f"localhost:{ports[0]}", before="{shift-tab}")
        enter(terminal, "… or a command that prints it", "echo wrong", before="{shift-tab}")
        terminal.type("{enter}")
        terminal.wait("imap: help@lumen.example: the log-in was refused")
        terminal.wait("smtp: ")
        assert not config.exists()
        enter(terminal, "User name", ImapServer.user, before="{shift-tab}{shift-tab}")
        enter(terminal, "… or a command that prints it", f"echo {ImapServer.password}", before="{tab}{tab}")
        terminal.type("{enter}")
        terminal.wait("Where is my invoice")
        terminal.type("{ctrl-q}")
        assert terminal.exit_code() == 0
    (mailbox,) = tomllib.loads(config.read_text())["mailbox"]
    assert mailbox["address"] == "help@lumen.example"
    assert (mailbox["imap"]["host"], mailbox["imap"]["port"]) == ("localhost", ports[0])
    assert "tls" not in mailbox["imap"] or mailbox["imap"]["tls"] == "implicit"
