"""The pictures of the README are what the console shows, as a terminal draws it, and are compared with what was accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.desk import Desk
from store.sample import load
from tests.screenshots import AGENT, CLOCK, NOW, SIZE, STORIES, Story
from tests.tui.console import settled
from tests.tui.pictures import Snap
from tui.app import HelptermApp


@pytest.mark.usefixtures("utc")
@pytest.mark.parametrize("name", STORIES)
def test_a_picture_of_the_readme(
    name: str, snap_compare: Snap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CLOCK, "now", NOW)
    with Desk(tmp_path / "desk.db", AGENT, clock=CLOCK) as desk:
        load(desk)
        app = HelptermApp(desk)
        assert snap_compare(app, terminal_size=SIZE, run_before=_after_it_settled(STORIES[name]))


def _after_it_settled(story: Story) -> Story:
    async def whole(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await story(pilot)

    return whole
