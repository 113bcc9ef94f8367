"""The first picture: the same as the console's own, and harmless where there is nothing to draw."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from store.desk import Desk
from store.desk import queue as desk_queue
from store.glance import glance
from tests.conftest import ask
from tests.tui.console import opened, shown
from tests.tui.queue_desk import fill_desk
from tui import listing
from tui.first_paint import picture
from tui.look import look_named

ROOT = Path(__file__).parents[2]


def _as_text(painted: str) -> list[str]:
    return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", painted).split("\r\n")]


def test_a_glance_sees_the_rows_and_counts_that_the_queue_has(desk: Desk) -> None:
    fill_desk(desk, 30)
    ask(desk, "Yesterday's", email="y@x.example", name="", ago=80_000_000)
    seen = glance(str(desk.path), desk.agent, desk.now(), 20)
    assert seen is not None
    rows = listing.first(desk, desk_queue.understand(desk, "is:open"), limit=20).rows
    for name in (
        "number",
        "short",
        "subject",
        "customer",
        "status",
        "priority",
        "assignee",
        "product",
        "tags",
        "due_at",
    ):
        assert [getattr(row, name) for row in seen.rows] == [getattr(row, name) for row in rows]
    assert seen.counts == desk_queue.counts(desk)
    assert list(seen.counts) == [view.name for view in desk_queue.VIEWS]


async def test_the_picture_is_what_the_console_then_draws(desk: Desk) -> None:
    fill_desk(desk, 50)
    for size in ((80, 24), (140, 45)):
        seen = glance(str(desk.path), desk.agent, desk.now(), size[1] - 4)
        assert seen is not None
        painted = _as_text(picture(seen, *size, desk.now(), desk.agent, look_named("")))
        async with opened(desk, size) as pilot:
            assert shown(pilot).split("\n")[:-2] == painted[:-2]
        assert len(painted) == size[1]


def test_a_file_that_is_no_desk_is_left_to_those_who_say_so(tmp_path: Path) -> None:
    wrong = tmp_path / "notes?#%.txt"
    wrong.write_text("not a database")
    assert glance(str(wrong), "ada", 0, 10) is None
    assert glance(str(tmp_path / "missing"), "ada", 0, 10) is None


def test_the_first_picture_loads_nothing_heavy() -> None:
    code = "import tui.first_paint, tui.cli.quick, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert not loaded & {
        "textual",
        "rich",
        "typing",
        "dataclasses",
        "argparse",
        "asyncio",
        "store.model",
        "store.desk",
        "pathlib",
    }


def test_commands_are_listed_without_the_console() -> None:
    code = "from tui.commands.registry import commands; commands(); import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not {"textual", "rich", "tui.app"} & set(done.stdout.split())
