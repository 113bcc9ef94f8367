"""The fuzzer's target runs, so that it is there when it is needed."""

from __future__ import annotations

import pytest

from tests.fuzz.mail import read
from tests.store.channels.mail.servers import letter


def test_the_target_takes_mail_and_what_is_none() -> None:
    for data in (
        b"",
        b"\x00\x01",
        b"no header",
        letter(),
        letter(body="On Monday, Jane wrote:\n> \x1b[2J\n\nYes"),
    ):
        read(data)


def test_a_short_run_of_the_fuzzer_finds_nothing() -> None:
    import subprocess
    import sys

    pytest.importorskip("atheris")
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.mail", "-runs=2000", "-seed=1"], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr[-2000:]
