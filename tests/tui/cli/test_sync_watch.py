"""`helpterm sync --watch` as whoever runs daemons expects it: signals, exit codes, a line an event, streams that are gone."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from store.desk import Desk
from store.desk.ids import new_id
from store.model import Department
from store.sync import local
from tests.store.sync.conftest import Server, Team, hub_template, postgres, team
from tests.store.sync.proxy import BadLine

__all__ = ["hub_template", "postgres", "team"]

PATIENCE = 30


class Daemon:
    """One agent's joined store behind a network that can be cut, and how a watch on it is started."""

    def __init__(self, team: Team, network: BadLine) -> None:
        self.network = network
        desk, dsn = team.join("cem").desk, team.invitation("cem")
        user = next(part for part in dsn.split() if part.startswith("user="))
        through = f"host=127.0.0.1 port={network.port} sslmode=disable dbname={team.name} {user}"
        desk.database.write(lambda connection: local.remember(connection, dsn=through))
        self.path = desk.path
        self._environment = os.environ | {
            "HELPTERM_SECRET_SYNC": dsn.rpartition("password=")[2],
            "HELPTERM_DB": str(desk.path),
            "HELPTERM_AGENT": "cem",
        }
        self.change("something to say at the start")

    def change(self, name: str) -> None:
        with Desk(self.path, "cem") as desk:
            desk.change(lambda tx: tx.put(Department(new_id(), name)))

    @contextmanager
    def watching(self, *arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
        streams: dict[str, Any] = {
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "preexec_fn": _hears_signals,
        } | options
        command = [sys.executable, "-m", "tui", "sync", "--watch", *arguments]
        with subprocess.Popen(command, env=self._environment, **streams) as process:
            try:
                yield process
            finally:
                process.kill()


def _hears_signals() -> None:
    """Undoes what a test run in the background, or under `nohup`, would hand down: signals that are ignored."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture
def daemon(team: Team, postgres: Server) -> Iterator[Daemon]:
    network = BadLine(f"{postgres.host}/.s.PGSQL.5432", 0)
    network.is_calm = True
    yield Daemon(team, network)
    network.close()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order(daemon: Daemon, number: int) -> None:
    with daemon.watching() as process:
        assert line_of(process) == "1 pushed, 1 pulled, 0 conflicts, 0 waiting\n"
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
        assert said(process) == ""


def test_a_hangup_that_was_ignored_from_the_start_stays_so(daemon: Daemon) -> None:
    """What `nohup` does."""
    with daemon.watching(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as process:
        line_of(process)
        process.send_signal(signal.SIGHUP)
        daemon.change("after the hangup")
        assert line_of(process).startswith("1 pushed")
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_an_answer_that_hangs_is_not_waited_for_when_it_is_to_end(daemon: Daemon) -> None:
    with daemon.watching() as process:
        line_of(process)
        daemon.network.hangs = True
        daemon.change("into the void")
        process.terminate()
        assert process.wait(PATIENCE) == 0, "a minute would be the usual patience with a silent server"
        assert said(process) == ""


def test_the_second_signal_ends_it_at_once(daemon: Daemon) -> None:
    with daemon.watching() as process:
        line_of(process)
        daemon.network.hangs = True
        process.terminate()
        until_default(process.pid, signal.SIGTERM)
        process.terminate()
        assert process.wait(PATIENCE) in (-signal.SIGTERM, 0)


def until_default(pid: int, number: int) -> None:
    """Waits until a process no longer catches a signal, or is over."""
    while True:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return
        caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")), "0")
        if not int(caught, 16) >> (number - 1) & 1:
            return


def test_each_event_is_one_line(daemon: Daemon) -> None:
    with daemon.watching("--json") as process:
        events = [json.loads(line_of(process))]
        daemon.network.cut()
        events.append(json.loads(line_of(process)))
        daemon.network.mend()
        daemon.change("while it was away")
        while events[-1]["event"] != "online":
            events.append(json.loads(line_of(process)))
        assert [each["event"] for each in events if each["event"] != "exchanged"][:1] == ["offline"]
        assert events[0]["pushed"] == 1
        offline = next(each for each in events if each["event"] == "offline")
        assert "\n" not in offline["trouble"]
        assert "it is tried again by itself" in offline["trouble"]
        process.terminate()
        assert process.wait(PATIENCE) == 0


def _closed() -> None:
    os.close(1)


STREAMS: dict[str, tuple[Callable[[], dict[str, Any]], int, str]] = {
    "nobody reads any more": (lambda: {"stdout": _broken_pipe()}, 0, ""),
    "the disk is full": (lambda: {"stdout": os.open("/dev/full", os.O_WRONLY)}, 3, "nothing can be written"),
}


def _broken_pipe() -> int:
    source, target = os.pipe()
    os.close(source)
    return target


@pytest.mark.parametrize("name", STREAMS)
def test_it_ends_when_it_can_tell_nobody(daemon: Daemon, name: str) -> None:
    options, code, words = STREAMS[name]
    with daemon.watching(**options()) as process:
        assert process.wait(PATIENCE) == code
        told = said(process)
        assert words in told
        assert len(told.splitlines()) == bool(words)


def test_it_runs_without_a_standard_output(daemon: Daemon, team: Team) -> None:
    with daemon.watching(stdout=None, preexec_fn=_closed) as process:
        while not team.rows("SELECT name FROM helpterm.departments"):
            assert process.poll() is None, said(process)
        process.terminate()
        assert process.wait(PATIENCE) == 0
        assert said(process) == ""


def test_it_ends_with_its_terminal(daemon: Daemon) -> None:
    master, slave = pty.openpty()

    def leads() -> None:
        os.setsid()
        import fcntl
        import termios

        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    with daemon.watching(stdin=slave, stdout=slave, stderr=slave, preexec_fn=leads) as process:
        os.close(slave)
        assert b"1 pushed" in os.read(master, 1000)
        os.close(master)
        assert process.wait(PATIENCE) == 0
