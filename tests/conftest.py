"""What many tests share: a desk in a temporary folder, a clock that stands still, and shorthand for filling both."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from store.clock import from_iso
from store.desk import Desk
from store.desk.ids import new_id
from store.desk.transaction import NewMessage, customer_for
from store.model import Author, Kind, Message, Ticket

hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile(
        "ci"
    )  # the check of a commit says the same each time; at a desk, chance goes on looking


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: tests wait for disks, servers and terminals half of the time, so there are half as many more as cores."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


NOW = from_iso("2026-03-04T10:00:00")
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class StoppedClock:
    """A clock that moves when a test says so."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def pass_by(self, milliseconds: int) -> None:
        self.now += milliseconds


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or touches the desk, the configuration or the keyring of whoever runs it."""
    for name in ("HELPTERM_DB", "HELPTERM_CONFIG", "HELPTERM_AGENT", "HELPTERM_NOW"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home" / name.lower()))


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are shown as they are in UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def desk(tmp_path: Path, clock: StoppedClock) -> Iterator[Desk]:
    """An empty desk at which Ada works."""
    with Desk(tmp_path / "desk.db", "ada", clock=clock) as opened:
        yield opened


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample desk as Sam sees it, made just now; to be copied by whoever changes it."""
    from store.sample import load

    path = tmp_path_factory.mktemp("sample") / "desk.db"
    with Desk(path, "sam") as opened:
        load(opened)
    return path


def ask(
    desk: Desk,
    subject: str = "Where is my invoice?",
    body: str = "I cannot find it.",
    *,
    email: str = "carla@customer.example",
    name: str = "Carla",
    ago: int = HOUR,
    **fields: object,
) -> Ticket:
    """A customer writes: a new ticket with one message, `ago` milliseconds old."""
    from store.desk.tickets import ticket

    at = desk.now() - ago

    def job(tx):  # type: ignore[no-untyped-def]
        number = tx.create_ticket(
            subject=subject, customer=customer_for(email, name), created_at=at, **fields
        )
        tx.add_message(number, _inbound(email, name, at, body))
        return number

    return ticket(desk, desk.change(job))


def write_again(
    desk: Desk, ticket: Ticket, body: str, *, ago: int = 0, email: str = "", name: str = "", **fields: object
) -> Message:
    """The customer (or somebody with another address) writes once more into a ticket."""
    from store.desk.conversation import message

    who = (email or ticket.customer.email, name or ticket.customer.name)
    new = _inbound(*who, desk.now() - ago, body, **fields)
    return message(desk, desk.change(lambda tx: tx.add_message(ticket.number, new)))


def answer(desk: Desk, ticket: Ticket, body: str, *, ago: int = 0, agent: str = "") -> Message:
    """An earlier reply of ours, already sent, put into the conversation without the gate."""
    from store.desk.conversation import message

    agent = agent or desk.agent
    new = NewMessage(new_id(), Kind.REPLY, Author(agent.title(), "", agent), desk.now() - ago, body)
    return message(desk, desk.change(lambda tx: tx.add_message(ticket.number, new)))


def _inbound(email: str, name: str, at: int, body: str, **fields: object) -> NewMessage:
    message_id = new_id()
    return NewMessage(
        message_id,
        Kind.INBOUND,
        Author(name, email),
        at,
        body,
        **{"message_id": f"{message_id}@customer.example"} | fields,  # type: ignore[arg-type]
    )
