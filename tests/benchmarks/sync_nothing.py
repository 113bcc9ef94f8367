"""What an exchange costs that has nothing to exchange, on a small shared desk and on a large one, measured in turns.

The stores are generated ones that count as copied, so that a million tickets need no first copy.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from store.desk import Desk
from store.desk.transaction import Transaction
from store.sync import hub, local
from store.sync.engine import Engine
from store.sync.link import Link
from tests.benchmarks.sync import desk_of, server
from tests.benchmarks.sync_hub import fill

SMALL = 1_000
ROUNDS = 200
BAR = 1.3
"""How much more it may cost on the large desk (the bar of every figure that is compared between two sizes)."""


def run(shared: Path) -> dict[str, Any]:
    """Measures at 1,000 and HELPTERM_BENCH_TICKETS tickets (20,000): minima of many rounds, which a busy machine disturbs least.

    A desk `NAME.db` of that size in HELPTERM_BENCH_DESKS is copied instead of made.
    """
    large = int(os.environ.get("HELPTERM_BENCH_TICKETS", "20000"))
    with server() as host, tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        engines = {size: _engine(host, Path(folder), size, opened) for size in (SMALL, large)}
        wall = {size: float("inf") for size in engines}
        own = dict(wall)
        for _ in range(ROUNDS):
            for size, engine in engines.items():
                clock, processor = time.perf_counter(), time.process_time()
                exchange = engine.step()
                own[size] = min(own[size], time.process_time() - processor)
                wall[size] = min(wall[size], time.perf_counter() - clock)
                assert (exchange.pushed, exchange.pulled) == (0, 0)
    return {
        "tickets": [SMALL, large],
        "ms": [seconds * 1000 for seconds in wall.values()],
        "own processor time, ms": [seconds * 1000 for seconds in own.values()],
        "ratio": wall[large] / wall[SMALL],
        "ratio of processor time": own[large] / own[SMALL],
    }


def _engine(host: str, folder: Path, tickets: int, opened: ExitStack) -> Engine:
    """A store with so many tickets that is in step with a hub that has them too."""
    owner = Link(f"host={host} user=postgres dbname=postgres")
    owner.rows(f"CREATE DATABASE nothing_{tickets}".encode())
    owner.close()
    admin = Link(f"host={host} user=postgres dbname=nothing_{tickets}")
    hub.install(admin)
    made = desk_of(folder, tickets)
    fill(admin, made)
    dsn = hub.invite(admin, "ada").dsn
    epoch = admin.value("SELECT epoch FROM helpterm.meta")
    path = folder / f"ada-{tickets}.db"
    shutil.copy(made, path)
    desk = opened.enter_context(Desk(path, "ada"))

    def join(connection: Any) -> None:
        connection.execute("UPDATE changes SET seq = 0 WHERE seq IS NULL")
        local.begin(connection, epoch, dsn)

    desk.database.write(join)
    engine = Engine(desk, dsn)
    opened.callback(engine.close)
    desk.change(_say_something)
    while engine.step().unindexed:
        pass
    admin.close()
    return engine


def _say_something(tx: Transaction) -> None:
    """So that the log is not empty."""
    tx.set(1, "handle_seconds", 1)


def table(result: dict[str, Any]) -> str:
    """The measurements as lines for a terminal."""
    small, large = result["tickets"]
    return "\n".join(
        f"  {what:<45} {result[key][0]:8.3f} ms at {small:,}   {result[key][1]:8.3f} ms at {large:,}   "
        f"{result[ratio]:5.2f}  (bar {BAR})"
        for what, key, ratio in (
            ("nothing to exchange, by the clock", "ms", "ratio"),
            ("of it processor time of helpterm's own", "own processor time, ms", "ratio of processor time"),
        )
    )
