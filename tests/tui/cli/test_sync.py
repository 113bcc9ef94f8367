"""`helpterm sync` as an administrator's and an agent's scripts use it, with a real server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.sync.errors import VERSION
from store.sync.link import Link
from tests.store.sync.conftest import Server, Team, hub_template, postgres, team
from tui.cli import main

__all__ = ["hub_template", "postgres", "team"]


class Scripts:
    """Runs subcommands for one person on one store."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder, self._capsys, self._monkeypatch = folder, capsys, monkeypatch
        self.error = ""

    def run(self, *arguments: str, code: int = 0, stdin: str = "", json_out: bool = True) -> Any:
        if stdin:
            import io

            self._monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        found = main([*arguments, *(["--json"] if json_out else [])])
        said = self._capsys.readouterr()
        self.error = said.err
        assert found == code, said.err
        return json.loads(said.out) if json_out and said.out else said.out


@pytest.fixture
def scripts(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Scripts:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return Scripts(tmp_path, capsys, monkeypatch)


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    """A connection string of an empty database, for its owner."""
    name = postgres.database()
    yield postgres.dsn(name)
    link = Link(postgres.dsn())
    link.rows(f"DROP DATABASE {name} WITH (FORCE)".encode())
    link.close()


def test_from_an_empty_database_to_two_agents_who_agree(
    scripts: Scripts, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = scripts.run("sync", "init", empty)
    assert made["schema"] == VERSION
    assert scripts.run("sync", "init", empty) == made
    invitations = {
        name: scripts.run("sync", "invite", name, "--role", role, "--hub", empty)
        for name, role in (("una", "manager"), ("vic", "agent"))
    }
    assert set(invitations["una"]) == {"agent", "login", "dsn"}
    stores = {name: str(scripts.folder / f"{name}.db") for name in invitations}
    for name, invitation in invitations.items():
        joined = scripts.run(
            "sync", "join", "-", "--db", stores[name], "--agent", name, stdin=invitation["dsn"] + "\n"
        )
        assert set(joined) == {"tickets", "messages", "cursor"}
        assert "HELPTERM_SECRET_SYNC" in scripts.error or scripts.error == ""
    mail = scripts.folder / "one.eml"
    mail.write_text(
        "From: c@d.example\nMessage-ID: <1@d>\nSubject: Hello\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nHello?\n"
    )
    una = ("--db", stores["una"], "--agent", "una")
    vic = ("--db", stores["vic"], "--agent", "vic")
    scripts.run("import", str(mail), *una)
    password = {
        name: invitation["dsn"].rpartition("password=")[2] for name, invitation in invitations.items()
    }

    def as_(name: str) -> None:
        monkeypatch.setenv("HELPTERM_SECRET_SYNC", password[name])

    as_("una")
    exchanged = scripts.run("sync", *una)
    assert set(exchanged) == {"pushed", "pulled", "conflicts", "pending", "lag_seconds"}
    assert (exchanged["pushed"], exchanged["pending"]) == (exchanged["pulled"], 0)
    as_("vic")
    scripts.run("sync", *vic)
    ticket = scripts.run("queue", *vic)["tickets"][0]["id"]
    for who in (una, vic):
        scripts.run("claim", ticket, *who)
    file = scripts.folder / "team.toml"
    file.write_text("[targets]\nnormal = 2\n")
    as_("una")
    wanted = {"settings": [{"section": "targets", "toml": "targets = { normal = 2 }"}]}
    assert scripts.run("sync", "settings", "--share", "--config", str(file), *una) == wanted
    scripts.run("sync", *una)
    as_("vic")
    assert scripts.run("sync", *vic)["conflicts"] == 1
    assert scripts.run("sync", "settings", *vic) == wanted
    scripts.run("sync", "settings", "--unshare", "policy", *vic, code=1)
    assert "is not shared" in scripts.error
    (conflict,) = scripts.run("sync", "conflicts", *vic)["conflicts"]
    assert (conflict["mine"], conflict["theirs"], conflict["agent"]) == ("vic", "una", "una")
    assert scripts.run("sync", "conflicts", "--let-go", conflict["change"], *vic) == {"conflicts": []}
    assert scripts.run("sync", "verify", *vic)["differences"] == []
    status = scripts.run("sync", "status", *vic)
    assert (status["joined"], status["online"], status["pending"], status["behind"]) == (True, True, 0, 0)
    for secret in password.values():
        for path in scripts.folder.rglob("*"):
            assert path.is_dir() or secret.encode() not in path.read_bytes(), "no password lies in a file"
    assert scripts.run("sync", "revoke", "vic", "--hub", empty)["open_tickets"] == 0
    ended = scripts.run("sync", "revoke", "una", "--hub", empty, json_out=False)
    assert ended == ""
    assert "1 open ticket is still theirs" in scripts.error
    scripts.run("sync", *vic, code=3)
    assert "does not accept" in scripts.error
    assert password["vic"] not in scripts.error
    assert scripts.run("sync", "leave", *vic)["left"] is True
    assert scripts.run("sync", "status", *vic, code=1) == {"joined": False}
    assert scripts.run("queue", *vic)["total"] == 1
    with_owner = Link(empty)
    for invitation in invitations.values():
        with_owner.rows(f'DROP OWNED BY "{invitation["login"]}"'.encode())
        with_owner.rows(f'DROP ROLE "{invitation["login"]}"'.encode())
    with_owner.rows(f'DROP OWNED BY "helpterm_{with_owner.connection.info.dbname}"'.encode())
    with_owner.close()


@pytest.mark.parametrize(
    ("dsn", "code", "said"),
    [
        ("host=/nowhere user=x dbname=y", 3, "no such socket"),
        ("postgresql://u:hunter2@127.0.0.1:1/desk", 3, "connection refused"),
        ("this is nonsense", 2, "no connection string"),
        ("postgresql://[::1", 2, "no connection string"),
        ("", 2, "no connection string"),
    ],
)
def test_a_wrong_connection_string_is_one_clear_line(
    scripts: Scripts, dsn: str, code: int, said: str
) -> None:
    scripts.run("sync", "join", "-", "--db", str(scripts.folder / "d.db"), code=code, stdin=dsn + "\n")
    assert said in scripts.error
    assert len(scripts.error.strip().splitlines()) == 1
    assert "hunter2" not in scripts.error


def test_whoever_is_invited_is_who_works_here(scripts: Scripts, team: Team) -> None:
    config = scripts.folder / "config.toml"
    config.write_text("[desk]\nundo_send_seconds = 3\n")
    arguments = ("--db", str(scripts.folder / "d.db"), "--config", str(config))
    scripts.run("sync", "join", "-", *arguments, stdin=team.invitation("bob") + "\n")
    assert config.read_text().startswith('agent = "bob"\n')


def test_a_watch_ends_in_order_when_it_is_asked_to(scripts: Scripts, team: Team) -> None:
    store, dsn = str(scripts.folder / "w.db"), team.invitation("cem")
    scripts.run("sync", "join", "-", "--db", store, "--agent", "cem", stdin=dsn + "\n")
    scripts.run("department", "add", "Returns", "--db", store, "--agent", "cem")
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "sync", "--watch", "--json", "--db", store, "--agent", "cem"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"HELPTERM_SECRET_SYNC": dsn.rpartition("password=")[2]},
    ) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        event = json.loads(watching.stdout.readline())
        assert (event["event"], event["pushed"]) == ("exchanged", 1)
        watching.send_signal(signal.SIGTERM)
        assert watching.wait(20) == 0
        assert watching.stderr.read() == ""
    assert team.rows("SELECT name FROM helpterm.departments") == [("Returns",)]
