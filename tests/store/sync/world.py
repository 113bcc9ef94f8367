"""A world in which everything goes wrong: desks that crash at any point, clocks that jump, hubs that are restored, copies."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from store.database.database import Database
from store.desk import Desk
from store.desk.ids import derived_id, new_id
from store.desk.transaction import NewMessage, Transaction, customer_for
from store.errors import Refused
from store.model import Author, Kind, Takeaway
from store.sync import adopt, local
from store.sync.errors import HubRestored, Unreachable
from store.sync.link import Link
from store.sync.pull import pull
from store.sync.push import push
from store.sync.verify import verify
from tests.store.sync import oracle
from tests.store.sync.conftest import Team

TABLES = [
    "meta",
    "agents",
    "devices",
    "log",
    "customers",
    "tickets",
    "ticket_tags",
    "messages",
    "attachments",
    "files",
    "documents",
    "outbox",
    "send_attempts",
]
AGENTS = ("ada", "bob", "cem")
CARLA = customer_for("carla@customer.example", "Carla")


class Crash(Exception):
    """The process dies here."""


class BreakingLink(Link):
    """A line that breaks before or after the hub has heard, when told to."""

    fault = ""

    def rows(self, query: Any, parameters: Any = (), **options: Any) -> list[tuple[Any, ...]]:
        name = (
            "push"
            if b"helpterm.push" in _bytes(query)
            else "pull"
            if b"helpterm.pull" in _bytes(query)
            else ""
        )
        if self.fault == f"before {name}":
            self.fault = ""
            raise Unreachable("cut")
        found = super().rows(query, parameters, **options)
        if self.fault == f"after {name}":
            self.fault = ""
            raise Unreachable("cut")
        return found


def _bytes(query: Any) -> bytes:
    return query if isinstance(query, bytes) else str(query).encode()


class CrashingDatabase(Database):
    """A store whose process dies before or after a commit, when told to."""

    fault = ""

    def submit(self, job: Callable[[sqlite3.Connection], Any], *, lasting: bool = True) -> Future[Any]:
        fault, self.fault = self.fault, ""

        def run(connection: sqlite3.Connection) -> Any:
            result = job(connection)
            if fault == "before commit":
                raise Crash
            return result

        future = super().submit(run, lasting=lasting)
        if fault == "after commit":
            future.result()
            raise Crash
        return future


LINES: dict[tuple[str, str], BreakingLink] = {}


class Machine:
    """One agent's machine: a store that may crash, a clock that may be wrong, a line that may break."""

    def __init__(self, team: Team, agent: str, path: Path) -> None:
        self.team, self.agent, self.path = team, agent, path
        self.skew = 0
        self.desk = self._open()

    def _open(self) -> Desk:
        desk = Desk(self.path, self.agent, clock=lambda: time.time_ns() // 1_000_000 + self.skew)
        desk.database = CrashingDatabase(self.path)
        return desk

    def line(self) -> BreakingLink:
        """A line of this login's, kept open from world to world."""
        link = LINES.get((self.team.name, self.agent))
        if link is None or not link.is_open:
            link = LINES[self.team.name, self.agent] = BreakingLink(self.team.invitation(self.agent))
        return link

    def crash(self) -> None:
        self.desk.close()
        self.desk = self._open()

    def join(self) -> None:
        adopt.join(self.desk, self.line(), "host=x")

    def exchange(self, what: str, limit: int = 1000) -> None:
        try:
            if local.membership(self.desk.read()).copying:
                adopt.copy(self.desk, self.line())
            if what in ("push", "sync"):
                push(self.desk, self.line(), limit)
            if what in ("pull", "sync"):
                pull(self.desk, self.line(), limit)
        except HubRestored:
            adopt.recover(self.desk, self.line())
            self.exchange("sync")

    def close(self) -> None:
        self.desk.close()


class World:
    """Three machines, a hub, a backup of it, and what everybody ever did."""

    def __init__(self, team: Team, template: Path, folder: Path, tickets: int) -> None:
        self.team, self.folder = team, folder
        reset(team)
        self.machines = []
        for agent in AGENTS:
            path = folder / f"{new_id()}.db"
            shutil.copy(template, path)
            self.machines.append(Machine(team, agent, path))
            self.machines[-1].join()
        self.tickets = [derived_id("world", str(number)) for number in range(tickets)]
        for identity in self.tickets:
            self.machines[0].desk.change(lambda tx, identity=identity: new_ticket(tx, identity))  # type: ignore[misc]
        for machine in self.machines:
            machine.exchange("sync")
        self.authored: set[str] = set()
        self.kept = len(oracle.log(team))
        self.backup()

    def backup(self) -> None:
        self.team.rows(
            "; ".join(
                f"DELETE FROM backup.{each}; INSERT INTO backup.{each} SELECT * FROM helpterm.{each}"
                for each in TABLES
            )
        )

    def restore(self) -> None:
        copied = ";".join(
            f"DELETE FROM helpterm.{each}; INSERT INTO helpterm.{each} SELECT * FROM backup.{each}"
            for each in TABLES
        )
        self.team.rows(f"BEGIN; SET LOCAL session_replication_role = replica; {copied}; COMMIT")

    def act(self, who: int, action: Callable[[Machine], None]) -> None:
        """One machine does something; if it dies in it, it starts again."""
        machine = self.machines[who]
        try:
            action(machine)
        except Crash:
            machine.crash()
        except Unreachable:
            pass
        except Refused:
            pass
        machine.desk.database.fault = ""  # type: ignore[attr-defined]
        machine.line().fault = ""
        self.authored |= {
            identity
            for (identity,) in machine.desk.read()
            .execute("SELECT id FROM changes WHERE device = ''")
            .fetchall()
        }

    def check_local(self, who: int) -> None:
        """LOCAL: what an agent sees is the log up to the cursor with the own pending changes over it."""
        machine = self.machines[who]
        member = local.membership(machine.desk.read())
        entries = oracle.log(self.team)
        if member.copying or member.cursor > len(entries):
            return
        if member.cursor and entries[member.cursor - 1]["chain"] != member.chain:
            return
        wanted = oracle.expected_view(entries, member.cursor, machine.desk)
        found = oracle.seen_view(machine.desk)
        assert found == wanted, ("LOCAL", found.items() ^ wanted.items())

    def settle(self) -> list[dict[str, Any]]:
        """Everybody is online again until nothing moves."""
        for _ in range(8):
            before = [local.membership(each.desk.read()).cursor for each in self.machines]
            for machine in self.machines:
                machine.exchange("sync")
            if before == [local.membership(each.desk.read()).cursor for each in self.machines]:
                break
        return oracle.log(self.team)

    def check(self, *, restored: bool) -> None:
        """Every invariant that holds once everybody has been online."""
        entries = self.settle()
        oracle.check_log(entries)
        logged = {each["op"] for each in entries}
        assert self.authored <= logged, "NOLOSS"
        for machine in self.machines:
            assert local.pending(machine.desk.read()) == 0, "DRAIN"
            differences = verify(machine.desk, machine.line()).differences
            assert differences == (), ("CONVERGE", differences)
        assert self.team.rows("SELECT * FROM helpterm.fold_differences()") == [], "FOLD"
        self._check_boot()

    def _check_boot(self) -> None:
        path = self.folder / f"{new_id()}.db"
        shutil.copy(self.machines[0].path.parent / "template.db", path)
        fresh = Machine(self.team, "zoe", path)
        fresh.join()
        fresh.exchange("sync")
        assert verify(fresh.desk, fresh.line()).differences == (), "BOOT"
        fresh.close()

    def close(self) -> None:
        for machine in self.machines:
            machine.close()
        for path in self.folder.glob("*.db*"):
            if path.name != "template.db":
                path.unlink()


def reset(team: Team) -> None:
    """An empty hub, faster than a new one."""
    if team.rows("SELECT to_regnamespace('backup') IS NULL") == [(True,)]:
        team.rows(
            "CREATE SCHEMA backup;"
            + ";".join(f"CREATE TABLE backup.{each} (LIKE helpterm.{each})" for each in TABLES)
        )
    emptied = ";".join(
        f"DELETE FROM helpterm.{each}" for each in reversed(TABLES) if each not in ("meta", "agents")
    )
    team.rows(
        f"BEGIN; SET LOCAL session_replication_role = replica; {emptied}; UPDATE helpterm.meta SET head = 0, chain = ''; COMMIT"
    )


def new_ticket(tx: Transaction, identity: str | None = None) -> int:
    return tx.create_ticket(subject="Where is it?", customer=CARLA, ticket_id=identity)


def row_of(tx: Transaction, identity: str) -> int:
    row = tx.connection.execute("SELECT number FROM tickets WHERE id = ?", (identity,)).fetchone()
    if row is None:
        raise Refused("not here")
    return int(row[0])


def inbound(tx: Transaction, ticket: int, name: str) -> None:
    """The same mail, maybe filed with another ticket on another machine."""
    identity = derived_id("mail", name)
    if tx.connection.execute("SELECT 1 FROM messages WHERE id = ?", (identity,)).fetchone() is None:
        author = Author("Carla", "carla@customer.example")
        tx.add_message(
            ticket,
            NewMessage(identity, Kind.INBOUND, author, 1_700_000_000_000, f"mail {name}", message_id=name),
        )


def takeaway(tx: Transaction, title: str) -> None:
    url = "https://help.example/a"
    tx.put(Takeaway(derived_id("takeaway", url), url, title))


def poison(tx: Transaction, identity: str) -> None:
    """A change that a store takes and no hub can."""
    tx.set(row_of(tx, identity), "tier", 9)
