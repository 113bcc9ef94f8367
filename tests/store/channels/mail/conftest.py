"""The servers that the tests of mail talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.store.channels.mail.dovecot import PROGRAM, Dovecot
from tests.store.channels.mail.servers import ImapServer, SmtpServer, smtp_server


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


@pytest.fixture(scope="session", params=["pymap", pytest.param("dovecot", marks=pytest.mark.dovecot)])
def imap_server(request: pytest.FixtureRequest) -> Iterator[ImapServer]:
    if request.param == "dovecot" and PROGRAM is None:
        pytest.skip("Dovecot is not installed")
    running = Dovecot() if request.param == "dovecot" else ImapServer()
    try:
        yield running
    finally:
        running.stop()
