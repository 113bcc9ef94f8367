"""The first start joins a team: by its invitation, with a real database behind it."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from store.config import Config
from store.desk import Desk
from store.desk import queue as desk_queue
from tests.conftest import ask
from tests.idleness import run
from tests.store.sync.conftest import Team
from tui.screens.first_start import Chosen, FirstStartApp


def test_an_invitation_brings_the_teams_desk_and_says_who_one_is(team: Team, tmp_path: Path) -> None:
    engine = team.join("ada")
    ask(engine.desk, "Everybody sees this")
    team.sync()
    app = FirstStartApp(tmp_path / "mine.db", "login-name", Config())
    run(_join(app, team.invitation("bob")))
    chosen = app.return_value
    assert isinstance(chosen, Chosen)
    assert chosen.agent == "bob"
    assert chosen.remarks[0] == "joined: 1 tickets, 1 messages"
    with Desk(chosen.path, chosen.agent) as desk:
        assert desk.is_shared
        rows = desk_queue.page(desk, desk_queue.understand(desk, "is:open")).rows
        assert [row.subject for row in rows] == ["Everybody sees this"]


async def _join(app: FirstStartApp, invitation: str) -> None:
    async with app.run_test() as pilot:
        await pilot.press("j")
        await pilot.pause()
        app.screen.query_one(Input).value = invitation
        await pilot.pause()
        assert "password" not in str(app.screen.query_one("#understood").render())
        await pilot.press("enter")
        await app.workers.wait_for_complete()
