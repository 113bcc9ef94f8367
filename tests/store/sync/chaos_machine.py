"""The machines of a chaos: what a process does until it is killed, and the parent that makes such processes out of itself.

The parent has imported everything and holds no thread and no connection, so a new machine costs a fork and not a start of Python.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from store.database.database import Database
from store.desk import Desk, outbox
from store.desk.ids import new_id
from store.desk.transaction import NewMessage, Transaction
from store.errors import DeskError
from store.model import Author, Delivery, Kind
from store.sync import adopt, sending
from store.sync.engine import Engine
from store.sync.link import Link
from tests.store.sync.world import inbound, new_ticket, poison, takeaway

LEASE_MS = 1500
MOMENTS = (
    "starting",
    "between",
    "writing the store",
    "asking the hub",
    "pushing",
    "pulling",
    "copying",
    "at the outbox",
    "mail leaving",
    "mail left",
)
"""What a machine may be doing when it dies."""


class Orders(NamedTuple):
    """What a machine is told: its store, its agent, its line, the file that plays the mail server, where it says what it does."""

    path: str
    agent: str
    dsn: str
    sink: str
    marks: str
    slot: int


class Marks:
    """Two bytes of a shared file for each machine: what it is doing right now, and how many things it has begun (up to 255)."""

    def __init__(self, path: str, slot: int) -> None:
        with open(path, "r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 0)
        self._at = 2 * slot

    def read(self, slot: int) -> str:
        return MOMENTS[self._shared[2 * slot]]

    def begun(self, slot: int) -> int:
        return self._shared[2 * slot + 1]

    def reset(self, slot: int) -> None:
        self._shared[2 * slot : 2 * slot + 2] = b"\0\0"

    @contextmanager
    def during(self, moment: str) -> Iterator[None]:
        before, self._shared[self._at] = self._shared[self._at], MOMENTS.index(moment)
        self._shared[self._at + 1] = min(255, self._shared[self._at + 1] + 1)
        try:
            yield
        finally:
            self._shared[self._at] = before


def _marked(marks: Marks) -> None:
    """Has this process say which part of an exchange it is in."""
    write, rows = Database.write, Link.rows

    def marked_write(self: Database, job: Callable[..., Any], **options: Any) -> Any:
        with marks.during("writing the store"):
            return write(self, job, **options)

    def marked_rows(self: Link, query: Any, *parameters: Any, **options: Any) -> Any:
        with marks.during(_moment(query)):
            return rows(self, query, *parameters, **options)

    Database.write = marked_write  # type: ignore[method-assign]
    Link.rows = marked_rows  # type: ignore[method-assign]


def _moment(query: str | bytes) -> str:
    said = query if isinstance(query, str) else query.decode()
    for word, moment in (("push(", "pushing"), ("pull(", "pulling"), ("_mail(", "at the outbox")):
        if word in said:
            return moment
    return "asking the hub"


def work(orders: Orders) -> None:
    """What a machine does until it is killed: changes, exchanges, sends; a newcomer only copies and listens."""
    sending.LEASE = LEASE_MS  # type: ignore[misc]
    marks = Marks(orders.marks, orders.slot)
    with marks.during("starting"):
        _marked(marks)
        random = Random(os.getpid())
        desk = Desk(Path(orders.path), orders.agent)
    marks.during("between").__enter__()
    if not desk.is_shared:
        _join(desk, orders.dsn, marks)
    engine = Engine(desk, orders.dsn, silence=3.0)
    while True:
        if orders.agent != "new":
            desk.change(lambda tx: _something(tx, random))
        try:
            if random.random() < 0.7:
                with marks.during("copying" if adopt.is_copying(desk) else "between"):
                    engine.step()
            if random.random() < 0.3 and orders.agent != "new":
                _send_one(desk, engine, Path(orders.sink), random, marks)
        except DeskError:
            engine.close()


def _join(desk: Desk, dsn: str, marks: Marks) -> None:
    """A machine that comes to the team late, over the bad line."""
    while True:
        try:
            link = Link(dsn, silence=3.0)
            with marks.during("copying"):
                adopt.join(desk, link, "host=x")
            link.close()
            return
        except DeskError:
            time.sleep(0.02)


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


def _send_one(desk: Desk, engine: Engine, sink: Path, random: Random, marks: Marks) -> None:
    """Sends a reply to a mail server that is a file: whoever stands in it twice got the mail twice."""
    lender = sending.HubOutbox(desk, engine.link())
    lease = lender.lease()
    if lease is None or not lender.begin(lease):
        return
    with marks.during("mail leaving"):
        time.sleep(random.uniform(0, 0.02))
        with sink.open("a") as mails:
            mails.write(lease.outgoing.message.id + "\n")
            mails.flush()
            os.fsync(mails.fileno())
    with marks.during("mail left"):
        time.sleep(random.uniform(0, 0.02))
    lender.settle(lease, Delivery.SENT)


class Zygote:
    """The parent of all machines, seen from the hand that kills: it forks one, and tells how one ended."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.sync.chaos_machine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, orders: Orders, errors: Path) -> int:
        """A new machine; returns its process id."""
        return int(self._ask("start", orders, str(errors)))

    def kill(self, pid: int) -> bool:
        """kill -9, and wait until it is over; false when the machine had ended before, which none should."""
        os.kill(pid, signal.SIGKILL)
        return self._ask("reap", pid) == "killed"

    def _ask(self, *said: Any) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """Ends the parent; its machines have been killed before."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(120)


def _serve() -> None:
    """The parent's loop: one order a line, one answer a line."""
    import psycopg  # noqa: F401  # so that no child has to import it

    import store.sync.verify  # noqa: F401

    living: set[int] = set()
    for line in sys.stdin:
        what, *said = json.loads(line)
        if what == "start":
            pid = os.fork()
            if not pid:
                _be(Orders(*said[0]), said[1])
            living.add(pid)
            print(pid, flush=True)
        else:
            living.discard(said[0])
            status = os.waitpid(said[0], 0)[1]
            was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            print("killed" if was_killed else "ended", flush=True)
    for pid in living:  # whoever gave the orders is gone
        os.kill(pid, signal.SIGKILL)


def _be(orders: Orders, errors: str) -> None:
    """Turns this process into a machine; never returns."""
    try:
        handle = os.open(errors, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(handle, 2)
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(2, 1)
        work(orders)
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(1)


if __name__ == "__main__":
    _serve()
