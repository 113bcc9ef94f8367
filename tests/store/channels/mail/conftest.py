"""The servers that the tests of mail talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.store.channels.mail.servers import ImapServer, SmtpServer, smtp_server


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


@pytest.fixture(scope="session")
def imap_server() -> Iterator[ImapServer]:
    running = ImapServer()
    try:
        yield running
    finally:
        running.stop()
