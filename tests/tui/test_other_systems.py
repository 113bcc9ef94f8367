"""A machine without POSIX: what of Windows can be tried here. The modules that it has not are hidden."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from store.desk import Desk
from tests.tui.queue_desk import fill_desk

ROOT = Path(__file__).parents[2]

WITHOUT_POSIX = """
import sys
for name in ("termios", "fcntl", "tty", "pty", "pwd", "grp", "resource", "curses", "readline", "syslog"):
    sys.modules[name] = None
"""
EVERY_MODULE = """
import importlib, pkgutil, store, tui
found = [each.name for package in (store, tui) for each in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in found:
    if name not in {"tui.driver", "tui.__main__"}:  # the driver takes over a picture that only POSIX draws
        importlib.import_module(name)
print(len(found))
"""
CONSOLE = """
import asyncio
from pathlib import Path
from store.desk import Desk
from textual.drivers.headless_driver import HeadlessDriver
from tui.app import HelptermApp

async def take():
    with Desk(Path(sys.argv[1]), "ada") as desk:
        app = HelptermApp(desk, driver_class=HeadlessDriver)
        async with app.run_test() as pilot:
            await pilot.press("a")
            while not app.is_idle:
                await pilot.pause(0.01)
    print("left in order")

asyncio.run(take())
"""


def without_posix(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX + code, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_can_be_imported() -> None:
    assert int(without_posix(EVERY_MODULE)) > 150


def test_the_console_opens_and_takes_a_ticket(desk: Desk) -> None:
    fill_desk(desk, 1)
    assert without_posix(CONSOLE, str(desk.path)) == "left in order\n"
    assert desk.read().execute("SELECT assignee FROM tickets").fetchone() == ("ada",)


def test_subcommands_work(desk: Desk) -> None:
    fill_desk(desk, 1)
    code = "from tui.cli import main\nsys.exit(main(sys.argv[1:]))"
    assert '"total": 1' in without_posix(code, "--db", str(desk.path), "queue", "--json")
    without_posix(code, "--db", str(desk.path), "doctor")
