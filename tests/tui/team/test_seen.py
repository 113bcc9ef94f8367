"""What an agent decides is judged by what stood before them, not by what the machine has learnt meanwhile."""

from __future__ import annotations

from store.desk import Desk
from store.sync import local
from tests.tui.console import opened, press


def _base(desk: Desk) -> int:
    return int(desk.read().execute("SELECT base FROM changes ORDER BY number DESC LIMIT 1").fetchone()[0])


def _pulled(desk: Desk, cursor: int) -> None:
    desk.database.write(lambda connection: local.remember(connection, cursor=cursor))


async def test_a_change_is_based_on_what_was_shown(shared: Desk) -> None:
    _pulled(shared, 5)
    async with opened(shared) as pilot:
        _pulled(shared, 9)
        await press(pilot, "a")
        assert _base(shared) == 5, "what came since the list was drawn was not seen"
        await press(pilot, "j", "a")
        assert _base(shared) == 9, "the list was drawn anew"
