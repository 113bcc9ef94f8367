"""How the console of a team looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from store.desk import Desk, tickets
from store.errors import DiskFull
from tests.conftest import HOUR, MINUTE
from tests.tui.console import console, press, said, settled, until
from tests.tui.pictures import EACH_SIZE
from tests.tui.team.saying import at_ticket, overrule, tell
from tests.tui.team.test_words import ENDED, REFUSED
from tui.app import HelptermApp

pytestmark = pytest.mark.usefixtures("utc")


_STATES: dict[str, Callable[[Desk], dict[str, Any]]] = {
    "synced": lambda desk: {"others": (at_ticket(desk, 1, "replying"), at_ticket(desk, 3, "reading", "ben"))},
    "waiting": lambda desk: {"pending": 3},
    "offline": lambda desk: {"trouble": REFUSED, "offline_since": desk.now() - 18 * MINUTE},
    "trouble": lambda desk: {"trouble": ENDED, "offline_since": desk.now() - HOUR},
    "full": lambda desk: {
        "trouble": DiskFull(
            "there is no room left on the disk", "free some room; what was saved before is safe"
        ),
        "offline_since": desk.now(),
    },
    "copying": lambda desk: {"synced_at": None, "copying": ("tickets", 12_000, 1_000_000)},
}


@EACH_SIZE
@pytest.mark.parametrize("state", _STATES)
def test_the_foot(shared: Desk, snap_compare: Any, state: str, size: tuple[int, int]) -> None:
    if state in ("waiting", "offline"):
        tickets.claim(shared, [5, 6, 7])

    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await tell(pilot, **_STATES[state](shared))
        console(pilot).say("")

    assert snap_compare(HelptermApp(shared), terminal_size=size, run_before=story)


@EACH_SIZE
def test_the_overruled(shared: Desk, snap_compare: Any, size: tuple[int, int]) -> None:
    _overruled_of_every_kind(shared)

    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await tell(pilot)
        await press(pilot, "g", "y", "j")
        await settled(pilot)

    assert snap_compare(HelptermApp(shared), terminal_size=size, run_before=story)


@EACH_SIZE
def test_a_ticket_that_somebody_answers(shared: Desk, snap_compare: Any, size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await tell(pilot, others=(at_ticket(shared, 1, "replying"), at_ticket(shared, 1, "reading", "ben")))
        await press(pilot, "enter", "r")
        await settled(pilot)
        await until(pilot, lambda: not said(pilot).startswith("…"))

    assert snap_compare(HelptermApp(shared), terminal_size=size, run_before=story)


def _overruled_of_every_kind(desk: Desk) -> None:
    overrule(desk, 1)
    overrule(
        desk,
        2,
        change="s",
        kind="set",
        field="status",
        mine='"on_hold"',
        theirs='"solved"',
        outcome="overridden",
    )
    overrule(desk, 3, change="t", kind="set", field="tag:refund", mine="true", theirs="false")
    overrule(
        desk, 4, change="p", kind="put", entity="rule", field="", entity_id="r1", agent="mira",
        mine='{"title": "Refunds", "why": "Within 30 days"}', theirs='{"title": "Refunds", "why": "Within 14 days"}',
    )  # fmt: skip
    overrule(
        desk,
        5,
        change="r",
        kind="set",
        field="department",
        mine='"Billing"',
        theirs="null",
        agent="",
        outcome="rejected",
    )
