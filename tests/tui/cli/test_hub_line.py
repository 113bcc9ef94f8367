"""Passwords of the shared database stay out of sight: of `ps`, of the screen, of errors."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.store.sync.conftest import Server, Team, hub_template, postgres, team
from tests.terminal import Terminal

__all__ = ["hub_template", "postgres", "team"]

SECRET = "hunter2-of-mine"
HELPTERM = [sys.executable, "-m", "tui"]
pytestmark = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks at processes in /proc")


@contextmanager
def silent_server() -> Iterator[socket.socket]:
    """Takes one connection and never says a word, so that whoever speaks to it can be looked at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        yield server


def command_lines(pid: int) -> list[str]:
    """What `ps` shows of a process, its threads and its children."""
    found = [Path(f"/proc/{pid}/cmdline").read_bytes().decode()]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += command_lines(int(child))
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("sync", "join", "{dsn}"),
        ("sync", "revoke", "mira", "--hub={dsn}"),
    ],
    ids=lambda arguments: arguments[1],
)
def test_a_password_on_the_command_line_is_soon_out_of_sight(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    with silent_server() as server:
        port = server.getsockname()[1]
        dsn = f"postgresql://mira:{SECRET}@127.0.0.1:{port}/desk"
        command = [*HELPTERM, *(each.format(dsn=dsn) for each in arguments), "--db", str(tmp_path / "d.db")]
        with subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
        ) as process:
            line, _ = server.accept()
            shown = command_lines(process.pid)
            line.close()
            server.close()
            assert process.stderr is not None
            told = process.stderr.read()
            process.wait(30)
        assert SECRET not in "".join(shown)
        assert any("sync\0" in each for each in shown), "it is the program that was looked at"
        assert "give - and paste it next time" in told
        assert SECRET not in told
        assert f":{port}" not in told.splitlines()[-1]


@pytest.mark.parametrize("where", ["environment", "passfile"])
def test_a_watch_shows_no_password(team: Team, tmp_path: Path, where: str) -> None:
    team.join("cem").desk.close()
    with silent_server() as server:
        port = server.getsockname()[1]
        environment = os.environ | {"HELPTERM_DB": str(tmp_path / "cem.db"), "HELPTERM_AGENT": "cem"}
        environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        if where == "passfile":
            passfile = tmp_path / "pgpass"
            passfile.write_text(f"*:*:*:*:{SECRET}\n")
            passfile.chmod(0o600)
            environment["PGPASSFILE"] = str(passfile)
        else:
            environment["HELPTERM_SECRET_SYNC"] = SECRET
        config = tmp_path / "config.toml"
        config.write_text(f'[sync]\ndsn = "host=127.0.0.1 port={port} user=cem dbname=desk"\n')
        command = [*HELPTERM, "sync", "--watch", "--config", str(config)]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            line, _ = server.accept()
            shown = command_lines(process.pid)
            line.close()
            assert process.stdout is not None
            told = process.stdout.readline()
            process.terminate()
            assert process.wait(30) == 0
    assert SECRET not in "".join(shown) + told
    assert told.startswith("offline: ")
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or path.name == "pgpass" or SECRET.encode() not in path.read_bytes()


@pytest.fixture
def asking(postgres: Server, team: Team) -> Iterator[str]:
    """The connection string of a login that is asked for its password, as a server outside asks."""
    with psycopg.connect(postgres.dsn(), autocommit=True) as admin:
        file = Path(admin.execute("SHOW hba_file").fetchone()[0])  # type: ignore[index]
        before = file.read_text()
        login = f"asked_{team.name}"
        admin.execute(f"CREATE ROLE {login} SUPERUSER LOGIN PASSWORD '{SECRET}'".encode())
        file.write_text(f"local all {login} scram-sha-256\n{before}")
        admin.execute("SELECT pg_reload_conf()")
        yield f"host={postgres.host} user={login} dbname={team.name}"
        file.write_text(before)
        admin.execute("SELECT pg_reload_conf()")
        admin.execute(f"DROP ROLE {login}".encode())


def test_a_password_that_is_needed_is_asked_for_and_not_shown(asking: str) -> None:
    with Terminal([*HELPTERM, "sync", "init", asking], columns=200) as terminal:
        terminal.wait("password of asked_.*not shown")
        terminal.type(f"{SECRET}{{enter}}")
        terminal.wait("the shared database is ready")
        assert SECRET not in terminal.text
        assert terminal.exit_code() == 0


def test_a_connection_string_that_is_pasted_is_not_shown(asking: str) -> None:
    with Terminal([*HELPTERM, "sync", "init", "-"], columns=200) as terminal:
        terminal.wait("connection string .it is not shown.")
        terminal.type(f"{asking} password={SECRET}{{enter}}")
        terminal.wait("the shared database is ready")
        assert SECRET not in terminal.text
        assert terminal.exit_code() == 0


def test_without_anybody_to_ask_a_missing_password_is_one_line(asking: str) -> None:
    done = subprocess.run(
        [*HELPTERM, "sync", "init", asking],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert re.fullmatch(
        r"helpterm: the shared database asks for a password — set PGPASSWORD .*\n", done.stderr
    )
