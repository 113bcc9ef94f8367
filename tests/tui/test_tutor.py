"""The tutor is played through: each step is done with the keys it names, and nothing else lets it go on."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store import paths
from store.clock import from_iso
from store.config import Config, Console
from store.desk import Desk
from store.sample import load
from tests.tui.console import console, editor, judged, said, settled, shown, until
from tests.tui.queue_desk import hit
from tui.app import HelptermApp
from tui.formatting.cells import width
from tui.key_profiles import PROFILES
from tui.tutor.steps import STEPS
from tui.tutor.strip import TutorStrip
from tui.tutor.tutor import Tutor

FOUND = (
    "Hello Sean, the front page alone is white because the hero block of Pier 3.2 asks for a removed image. "
)
NO = "Hello Brandon, rebuilding a design pixel by pixel is code for one site, which we could not keep working for you. "


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "desk.db"
    with Desk(path, "sam", clock=lambda: from_iso("2026-11-23T09:00:00")) as desk:
        load(desk)
    return path


@pytest.fixture
def sample(untouched: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(untouched, tmp_path / "sample.db"))


@asynccontextmanager
async def tutored(
    sample: Path, *, keys: str = "agent", begin: str = "", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[None]]:
    config = Config(console=Console(keys=keys))
    with Desk(sample, "sam", clock=lambda: from_iso("2026-11-23T09:00:00"), config=config) as desk:
        app = HelptermApp(desk, demo=True, tutor=begin)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            yield pilot


def tutor(pilot: Pilot[None]) -> Tutor:
    found = console(pilot).tutor
    assert found is not None
    return found


def step(pilot: Pilot[None]) -> str:
    now = tutor(pilot).step
    return now.id if now else "end"


def strip(pilot: Pilot[None]) -> str:
    return " ".join(console(pilot).place.query_one(TutorStrip).text.split())


async def do(pilot: Pilot[None], command: str) -> None:
    """Presses the first key of a command, as the tutor names it."""
    typing = command.startswith("reply.") and command != "reply.call-back"
    sequences = console(pilot).keys.sequences[command]
    sequence = next(each for each in sequences if not typing or len(each[0]) > 1)
    await hit(pilot, " ".join(sequence))


async def write(pilot: Pilot[None], text: str) -> None:
    await until(pilot, lambda: editor(pilot).is_loaded)
    editor(pilot).editor.put(text)
    await judged(pilot)
    await hit(pilot, "space")


@pytest.mark.parametrize("keys", PROFILES)
async def test_it_can_be_played_through(sample: Path, keys: str) -> None:
    async with tutored(sample, keys=keys) as pilot:

        async def reached(name: str) -> None:
            await settled(pilot)
            await until(pilot, lambda: step(pilot) == name)
            await settled(pilot)
            assert tutor(pilot).heading() in strip(pilot)

        await reached("move")
        await do(pilot, "move.down")
        await reached("open")
        await do(pilot, "move.top")
        await do(pilot, "ticket.open")
        await reached("take")
        await do(pilot, "ticket.take")
        await reached("reply")
        await do(pilot, "ticket.reply")
        await reached("words")
        await write(pilot, FOUND)
        await reached("link")
        await hit(pilot, "? ?")
        await hit(pilot, "enter")
        await judged(pilot)
        await reached("review")
        await do(pilot, "reply.review")
        await reached("send")
        await do(pilot, "review.send")
        await reached("undo")
        await do(pilot, "reply.call-back")
        await reached("solve")
        await do(pilot, "reply.review")
        await do(pilot, "review.solve")
        await reached("search")
        await do(pilot, "find.search")
        await hit(pilot, "f i g m a")
        assert step(pilot) == "search", "not before Enter"
        await hit(pilot, "enter")
        await reached("rules")
        await do(pilot, "ticket.open")
        await do(pilot, "ticket.scope")
        await reached("decline")
        await do(pilot, "scope.decline")
        await reached("no")
        await write(pilot, NO)
        await hit(pilot, "? ?")
        await hit(pilot, "enter")
        await judged(pilot)
        await do(pilot, "reply.review")
        await do(pilot, "review.send")
        await reached("snooze")
        await do(pilot, "ticket.snooze")
        await hit(pilot, "2 h enter")
        await reached("next")
        await do(pilot, "shift.next")
        await reached("help")
        await do(pilot, "help.keys")
        await reached("end")
        assert "That was a day at the desk" in strip(pilot)
        assert paths.tutor_path().read_text().strip() == ""


async def test_other_keys_do_not_let_it_go_on(sample: Path) -> None:
    async with tutored(sample, begin="reply") as pilot:
        await hit(pilot, "j k x x s escape a")
        assert step(pilot) == "reply"


async def test_what_was_done_before_it_was_asked_for_counts(sample: Path) -> None:
    async with tutored(sample) as pilot:
        await hit(pilot, "enter a escape j")
        await until(pilot, lambda: step(pilot) == "open")
        await hit(pilot, "enter")
        await until(pilot, lambda: step(pilot) == "reply")


async def test_a_step_can_be_skipped_also_while_typing(sample: Path) -> None:
    async with tutored(sample, begin="reply") as pilot:
        assert "Ctrl+G skips" in strip(pilot)
        await hit(pilot, "enter r")
        await until(pilot, lambda: step(pilot) == "words")
        await hit(pilot, "ctrl+g")
        assert step(pilot) == "link"


async def test_it_is_left_and_goes_on_where_it_was(sample: Path) -> None:
    async with tutored(sample) as pilot:
        await hit(pilot, "j")
        await until(pilot, lambda: step(pilot) == "open")
        await hit(pilot, "ctrl+k L e a v e space t h e space t enter")
        assert not console(pilot).place.query(TutorStrip)
        await hit(pilot, "enter escape")
        assert step(pilot) == "open"
        await hit(pilot, "ctrl+k T u t o r enter")
        assert "Tutor 2/" in strip(pilot)


async def test_a_new_session_goes_on_at_the_lesson(sample: Path) -> None:
    async with tutored(sample, begin="decline") as pilot:
        assert paths.tutor_path().read_text().strip() == "search"
        assert step(pilot) == "decline"
    async with tutored(sample, begin=paths.tutor_path().read_text().strip()) as pilot:
        assert step(pilot) == "search"


async def test_the_strip_has_lines_of_its_own_on_every_screen(sample: Path) -> None:
    async with tutored(sample) as pilot:
        for keys in ("", "enter", "r"):
            await hit(pilot, keys)
            screen = console(pilot).place
            regions = {
                widget: widget.region for widget in screen.children if widget.display and widget.region
            }
            mine = screen.query_one(TutorStrip)
            assert mine.region.height == 3
            assert not [
                each for each, region in regions.items() if each is not mine and region.overlaps(mine.region)
            ]
            assert "Tutor" in shown(pilot)


async def test_it_is_offered_on_the_sample_desk_only(desk: Desk) -> None:
    app = HelptermApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await hit(pilot, "ctrl+k T u t o r enter")
        assert said(pilot).endswith("It works on the sample desk: helpterm tutor opens one")
        assert app.tutor is None


@pytest.mark.parametrize("keys", PROFILES)
async def test_each_step_fits_two_lines_in_every_profile(sample: Path, keys: str) -> None:
    from tui.formatting.wrapping import wrapped

    async with tutored(sample, keys=keys) as pilot:
        for each in STEPS:
            text = dataclasses.replace(each).text
            said_ = tutor(pilot)._with_keys(text)
            assert "{" not in said_
            assert len(list(wrapped(said_, 78))) <= 2, each.id
            assert width(each.title) < 40
