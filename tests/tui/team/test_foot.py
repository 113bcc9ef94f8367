"""The line at the foot that says how things stand with the team's database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from store.desk import Desk
from store.sync import local
from store.sync.companion import Companion
from store.sync.engine import Exchange
from store.sync.errors import NoRight
from tests.conftest import HOUR, StoppedClock
from tests.tui.console import LARGE, SMALL, console, opened, press, said, settled, shown
from tests.tui.queue_desk import fill_desk, tickets_of
from tests.tui.team.saying import foot, tell
from tests.tui.team.test_words import ENDED, REFUSED
from tui.team import SyncBrought

pytestmark = pytest.mark.usefixtures("utc")


ROOT = Path(__file__).parents[3]


async def test_a_desk_that_is_shared_with_nobody_says_nothing_and_its_keys_say_why(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await console(pilot).team.look()
        assert foot(pilot) == ""
        for key in ("f10", "g y"):
            await press(pilot, *key.split())
            assert "shared with nobody" in said(pilot)
        await press(pilot, "Y")
        assert "Nothing of yours was overruled" in said(pilot)


def _loaded(path: Path, moment: str) -> set[str]:
    """What is imported in a console on the desk at `path`: at its first picture, or once it has settled."""
    code = f"""
import asyncio, sys
from pathlib import Path
from store.desk import Desk
from tui.app import HelptermApp

async def main():
    with Desk(Path({str(path)!r}), "ada") as desk:
        app = HelptermApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            if {moment!r} == "settled":
                await app.team.look()
                while desk.is_shared and not app.team.is_shared:
                    await pilot.pause(0.01)
            print(*sys.modules)

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_nothing_of_the_exchange_is_loaded_before_the_first_picture_or_for_a_desk_on_its_own(
    desk: Desk,
) -> None:
    fill_desk(desk, 2)
    heavy = {"psycopg", "store.sync.engine", "store.sync.companion", "tui.formatting.team", "tui.overruled"}
    assert not _loaded(desk.path, "settled") & heavy
    desk.database.write(lambda connection: local.begin(connection, "e" * 32, "host=/nowhere"))
    assert not _loaded(desk.path, "first") & heavy
    assert "store.sync.engine" in _loaded(desk.path, "settled")


async def test_the_line_follows_the_clock_and_gives_way_to_messages(
    shared: Desk, clock: StoppedClock
) -> None:
    async with opened(shared) as pilot:
        await tell(pilot)
        assert foot(pilot).endswith("synced 4 s ago ")
        clock.pass_by(3_000)
        await console(pilot).team.look()
        assert foot(pilot).endswith("synced 7 s ago ")
        assert len(foot(pilot)) == 80
        console(pilot).say("x" * 60)
        assert "synced" in foot(pilot)
        console(pilot).say("x" * 70)
        assert foot(pilot).strip() == "x" * 70


async def test_changes_that_wait_are_counted_as_they_are_made_offline(shared: Desk) -> None:
    async with opened(shared) as pilot:
        await tell(pilot, trouble=REFUSED, offline_since=shared.now())
        assert "does not answer" in foot(pilot)
        await press(pilot, "a")
        await console(pilot).team.look()
        console(pilot).say("")
        assert "offline since 10:00 · 1 change waiting" in foot(pilot)


async def test_trouble_is_told_once_and_again_when_asked_for(shared: Desk) -> None:
    async with opened(shared, LARGE) as pilot:
        await tell(pilot)
        await tell(pilot, trouble=ENDED, offline_since=shared.now())
        assert said(pilot).startswith(f"! {ENDED}")
        console(pilot).say("something else")
        await tell(pilot, trouble=NoRight(ENDED.message, ENDED.remedy), offline_since=shared.now())
        assert said(pilot).startswith("something else")
        await press(pilot, "f10")
        assert said(pilot).startswith("Syncing …")
        await tell(pilot, trouble=NoRight(ENDED.message, ENDED.remedy), offline_since=shared.now())
        assert said(pilot).startswith(f"! {ENDED}")
        await tell(pilot, synced_at=shared.now())
        assert said(pilot).startswith("In step with the team again, after 10:00")


async def test_trouble_that_one_line_cannot_hold_is_shown_whole_on_the_key(shared: Desk) -> None:
    async with opened(shared, SMALL) as pilot:
        await tell(pilot, trouble=ENDED, offline_since=shared.now())
        await press(pilot, "a")
        await console(pilot).team.look()
        await press(pilot, "f10")
        text = " ".join(shown(pilot).replace("│", " ").split())
        assert (
            f"T{ENDED.message[1:]}. A{ENDED.remedy[1:]}. Since 10:00. 1 change waiting here: nothing is lost."
            in text
        )
        await press(pilot, "escape", "j")
        assert tickets_of(pilot).cursor == 1


async def test_a_new_screen_has_the_line_at_once(shared: Desk) -> None:
    async with opened(shared) as pilot:
        await tell(pilot)
        await press(pilot, "enter")
        assert foot(pilot).endswith("synced 4 s ago ")


async def test_a_desk_that_leaves_its_team_says_nothing_more(shared: Desk) -> None:
    async with opened(shared) as pilot:
        await tell(pilot)
        shared.database.write(local.forget)
        await console(pilot).team.look()
        assert foot(pilot) == ""
        assert not console(pilot).team.is_shared


async def test_an_empty_queue_that_is_not_in_step_is_not_called_empty(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Companion, "start", lambda self: None)
    desk.database.write(lambda connection: local.begin(connection, "e" * 32, "host=/nowhere"))
    async with opened(desk) as pilot:
        assert "nobody waits" not in shown(pilot)
        assert "not synced with the team yet" in shown(pilot)
        await tell(pilot, synced_at=None, copying=("tickets", 12_000, 1_000_000))
        assert "Not everything is here yet" in shown(pilot)
        assert "12,000 of about 1,000,000 tickets" in shown(pilot)
        await tell(pilot, synced_at=None, trouble=REFUSED, offline_since=desk.now() - HOUR)
        assert "not in step with the team since 09:00" in shown(pilot)
        await tell(pilot)
        assert "nobody waits for an answer" in shown(pilot)


async def test_a_database_that_went_back_in_time_is_told_of_once_it_is_in_line_again(shared: Desk) -> None:
    async with opened(shared) as pilot:
        console(pilot).post_message(SyncBrought(Exchange(was_restored=True)))
        await settled(pilot)
        assert "restored from a backup" in said(pilot)
