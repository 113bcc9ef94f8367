"""Chaos: real processes that work on one shared desk and are killed at any moment, over a bad line, on a server that hangs up.

`python -m tests.store.sync.chaos --kills 10000` prints its counts as JSON and exits 1 when anything was lost, doubled or stuck.
It goes in rounds, each on a hub and on stores of its own, so that what went wrong is found near to where it did.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from store.desk import Desk
from store.desk.ids import derived_id
from store.sync import adopt, hub, local
from store.sync.engine import Engine
from store.sync.link import Link
from store.sync.verify import verify
from tests.store.sync import oracle
from tests.store.sync.chaos_machine import LEASE_MS, Marks, Orders, Zygote
from tests.store.sync.conftest import Server, Team, running_server
from tests.store.sync.proxy import BadLine
from tests.store.sync.world import new_ticket

AGENTS = ("ada", "bob", "cem", "dot", "new")
"""Four who work, and one who joins again and again and says nothing."""

LONGEST_LIFE = 24
"""A machine is struck after so many things it has begun at the most: lives are measured in work, however slow the machine is."""

LONGEST_WAIT = 1.0
"""Seconds after which it is struck all the same."""


MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where the stores lie: a process that is killed loses nothing of what the kernel holds, so no disk has to be waited for."""


class Chaos:
    """The team, the line, and the hand that kills."""

    def __init__(self, server: Server, folder: Path, seed: int) -> None:
        self.random = Random(seed)
        self.folder, self.sink = folder, folder / "sink"
        self.sink.touch()
        (folder / "marks").write_bytes(bytes(2 * len(AGENTS)))
        self.marks = Marks(str(folder / "marks"), 0)
        self.zygote = Zygote()
        name = server.database()
        self.team = Team(server, name, folder, Link(server.dsn(name)))
        hub.install(self.team.admin)
        self.line = BadLine(f"{server.host}/.s.PGSQL.5432", seed)
        self.kills = self.terminated = self.stops = self.ended = self.joins = 0
        self.moments: Counter[str] = Counter()
        self.dsns = {agent: self._invited(agent) for agent in AGENTS}
        for agent in AGENTS[:-1]:
            self._join(agent)
        self._first_ticket()
        self.stopped: dict[int, float] = {}
        self.running = {agent: self._start(agent) for agent in AGENTS}

    def _invited(self, agent: str) -> str:
        invitation = hub.invite(self.team.admin, agent)
        password = invitation.dsn.rpartition("password=")[2]
        line = f"host=127.0.0.1 port={self.line.port} dbname={self.team.name} sslmode=disable"
        return f"{line} user={invitation.login} password={password}"

    def _join(self, agent: str) -> None:
        link = Link(
            self.dsns[agent]
            .replace("127.0.0.1", self.team.server.host)
            .replace(f"port={self.line.port} ", "")
        )
        with Desk(self.folder / f"{agent}.db", agent) as desk:
            adopt.join(desk, link, "host=x")
        link.close()

    def _first_ticket(self) -> None:
        with Desk(self.folder / "ada.db", "ada") as desk:
            desk.change(lambda tx: new_ticket(tx, derived_id("chaos")))

    def _start(self, agent: str) -> int:
        if agent == "new" and self.random.random() < 0.3:
            self.joins += 1
            for path in self.folder.glob("new.db*"):
                path.unlink()
        slot = AGENTS.index(agent)
        self.marks.reset(slot)
        files = (str(self.folder / f"{agent}.db"), agent, self.dsns[agent], str(self.sink))
        orders = Orders(*files, str(self.folder / "marks"), slot)
        return self.zygote.start(orders, self.folder / f"{agent}.err")

    def run(self, *, kills: int = 1_000_000, seconds: float = 1e9) -> None:
        """Kills, hangs up and stops at random: so often, or for so long."""
        until = time.monotonic() + seconds
        while self.kills < kills and time.monotonic() < until:
            agent, chance = self.random.choice(AGENTS), self.random.random()
            self._let_live(agent, self.random.randrange(LONGEST_LIFE))
            if chance < 0.9:
                self._kill(agent)
            elif chance < 0.95:
                self._terminate()
            elif self.running[agent] not in self.stopped:
                os.kill(self.running[agent], signal.SIGSTOP)
                self.stopped[self.running[agent]] = time.monotonic() + self.random.uniform(0.1, 2.0)
                self.stops += 1
        for pid in self.running.values():
            self.zygote.kill(pid)

    def _let_live(self, agent: str, work: int) -> None:
        """Waits until a machine has begun so many things, and then a little, so that it is in the middle of one."""
        until = time.monotonic() + LONGEST_WAIT
        while self.marks.begun(AGENTS.index(agent)) < work and time.monotonic() < until:
            time.sleep(0.002)
            self._wake()
        time.sleep(self.random.expovariate(500))

    def _kill(self, agent: str) -> None:
        pid = self.running[agent]
        self.stopped.pop(pid, None)
        moment = self.marks.read(AGENTS.index(agent))
        if self.zygote.kill(pid):
            self.kills += 1
            self.moments[moment] += 1
        else:
            self.ended += 1
        self.running[agent] = self._start(agent)

    def _terminate(self) -> None:
        """Hangs up on half of the team from the server's side."""
        self.terminated += self.team.rows(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND random() < 0.5"
        )[0][0]

    def _wake(self) -> None:
        for pid, until in list(self.stopped.items()):
            if until < time.monotonic():
                os.kill(pid, signal.SIGCONT)
                del self.stopped[pid]

    def settle(self) -> dict[str, Any]:
        """Everybody comes back on a good line; returns the counts, and what is wrong under `broken`."""
        self.line.is_calm = True
        time.sleep(LEASE_MS / 1000 + 0.2)
        if not (self.folder / "new.db").exists():
            self._join("new")
        engines = [Engine(self._opened(agent), self.dsns[agent]) for agent in AGENTS]
        for _ in range(4):
            for engine in engines:
                engine.step()
                engine.link().value("SELECT helpterm.park_mail()")
        entries = oracle.log(self.team)
        found = self._check(entries, engines)
        for engine in engines:
            engine.close()
            engine.desk.close()
        return {
            "kills": self.kills,
            "moments": dict(self.moments.most_common()),
            "ended by themselves": self.ended,
            "terminated": self.terminated,
            "stops": self.stops,
            "joins": self.joins,
            "cuts": self.line.cuts,
            "delays": self.line.delays,
            "stutters": self.line.stutters,
            "entries": len(entries),
            "outcomes": dict(Counter(each["outcome"] for each in entries)),
            "mails": len(self.sink.read_text().split()),
            "outbox": dict(self.team.rows("SELECT state, count(*) FROM helpterm.outbox GROUP BY 1")),
            **found,
        }

    def _opened(self, agent: str) -> Desk:
        desk = Desk(self.folder / f"{agent}.db", agent)
        if not desk.is_shared:  # it was killed before it was a member
            desk.close()
            self._join(agent)
            desk = Desk(self.folder / f"{agent}.db", agent)
        return desk

    def _check(self, entries: list[dict[str, Any]], engines: list[Engine]) -> dict[str, Any]:
        """What is lost, doubled, stuck, and otherwise broken."""
        broken = []
        try:
            oracle.check_log(entries)
        except AssertionError as error:
            broken.append(str(error))
        logged = Counter(each["op"] for each in entries)
        changes = lost = stuck = 0
        for engine in engines:
            own = {op for (op,) in engine.desk.read().execute("SELECT id FROM changes WHERE device = ''")}
            changes += len(own)
            lost += len(own - set(logged))
            stuck += local.pending(engine.desk.read())
            if differences := verify(engine.desk, engine.link()).differences:
                broken.append(f"CONVERGE: {differences[:3]}")
        if different := self.team.rows("SELECT * FROM helpterm.fold_differences()"):
            broken.append(f"FOLD: {different[:3]}")
        delivered = Counter(self.sink.read_text().split())
        states = dict(self.team.rows("SELECT message, state FROM helpterm.outbox"))
        doubled = sum(times > 1 for times in (*logged.values(), *delivered.values()))
        lost += sum(state == "sent" and message not in delivered for message, state in states.items())
        silent = [message for message in delivered if states.get(message) not in ("sent", "uncertain")]
        if silent:
            broken.append(f"MAIL: {len(silent)} sent and not marked")
        return {"changes": changes, "lost": lost, "doubled": doubled, "stuck": stuck, "broken": broken}

    def close(self) -> None:
        self.zygote.close()
        self.line.close()
        self.team.admin.close()

    def crashed(self) -> str:
        """What the processes said on their way out, other than by being killed."""
        said = "".join(path.read_text() for path in self.folder.glob("*.err"))
        return said if "Traceback" in said else ""


def is_well(counts: dict[str, Any]) -> bool:
    """True when nothing was lost, doubled or stuck, and nothing ended but by being killed."""
    wrong = ("lost", "doubled", "stuck", "broken", "crashed", "ended by themselves")
    return not any(counts.get(each) for each in wrong)


def _added(total: dict[str, Any], counts: dict[str, Any]) -> dict[str, Any]:
    """Two rounds' counts as one."""
    for name, value in counts.items():
        total[name] = (
            _added(total.get(name, {}), value)
            if isinstance(value, dict)
            else total.get(name, type(value)()) + value
        )
    return total


def main() -> int:
    """Runs chaos on a server of its own, a thousand kills a round."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--round", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    options = parser.parse_args()
    began = time.monotonic()
    total: dict[str, Any] = {}
    with running_server() as host:  # the server is not what is killed
        server = Server(host)
        while total.get("kills", 0) < options.kills and time.monotonic() - began < options.seconds:
            left = options.seconds - (time.monotonic() - began)
            with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
                chaos = Chaos(server, Path(folder), options.seed + total.get("rounds", 0))
                chaos.run(kills=min(options.round, options.kills - total.get("kills", 0)), seconds=left)
                counts = chaos.settle() | {"crashed": chaos.crashed()[-2000:], "rounds": 1}
                chaos.close()
            _added(total, counts)
            said = {name: total[name] for name in ("kills", "lost", "doubled", "stuck", "changes", "mails")}
            print(f"{time.monotonic() - began:7.0f} s  {said}", file=sys.stderr, flush=True)
    print(json.dumps(total | {"seconds": round(time.monotonic() - began), "seed": options.seed}, indent=2))
    return 0 if is_well(total) else 1


if __name__ == "__main__":
    sys.exit(main())
