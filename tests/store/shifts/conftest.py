"""A small team around the empty desk: Ada answers, Nia is new, Mo manages, Dev develops, Ola is from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from store.desk import Desk
from store.desk.ids import derived_id
from store.model import Agent, Role, Takeaway
from tests.conftest import StoppedClock

Colleague = Callable[[str], Desk]

GENUINE = """Hello Carla,

the invoice of March was made twice because the card was charged again at 09:12; I took the second one back this morning.
What you will see on the statement until then is written here:
https://docs.example/billing/reversed-charges

Best regards
"""


@pytest.fixture
def team(desk: Desk) -> Desk:
    """The desk with its team and one page that replies may hand over."""
    people = [
        ("ada", Role.AGENT, 1),
        ("nia", Role.NEWCOMER, 1),
        ("mo", Role.MANAGER, 1),
        ("dev", Role.DEVELOPER, 3),
    ]

    def job(tx):  # type: ignore[no-untyped-def]
        for name, role, tier in [*people, ("ola", Role.OUTSIDE, 1)]:
            full = f"{name.title()} Example"
            tx.put(Agent(derived_id("agent", name), name, f"{name}@desk.example", full, role, tier=tier))
        url = "https://docs.example/billing/reversed-charges"
        tx.put(Takeaway(derived_id("takeaway", url), url, "Reversed charges on your invoice"))

    desk.change(job)
    return desk


@pytest.fixture
def colleague(team: Desk, tmp_path: Path, clock: StoppedClock) -> Iterator[Colleague]:
    """The same desk as a colleague has it open."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(Desk(tmp_path / "desk.db", name, clock=clock))
