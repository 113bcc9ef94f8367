"""The wheel: everything the program needs is in it, and it runs away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAN_PAGE = "share/man/man1/helpterm.1"

RUN = """
import sys, store, tui
from pathlib import Path
here = Path(sys.argv[1])
assert Path(store.__file__).is_relative_to(here) and Path(tui.__file__).is_relative_to(here), store.__file__
from tui.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built once."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("helpterm-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The wheel unpacked, away from the checkout; what it depends on is taken from this environment."""
    folder = wheel.parent / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_holds_every_file_of_both_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    there = {
        path.relative_to(ROOT).as_posix()
        for package in ("store", "tui")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {name for name in packed if name.startswith(("store/", "tui/"))} == there
    assert {"tui/app.tcss", "tui/py.typed"} <= packed
    assert any(name.endswith(f"data/{MAN_PAGE}") for name in packed)
    assert not any(name.startswith("tests/") for name in packed)


def test_a_desk_can_be_made_and_read_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    desk = tmp_path / "desk.db"
    made = _run(installed, "demo", "--tickets", "5", "--at", str(desk))
    assert made.returncode == 0, made.stderr
    listed = _run(installed, "--db", str(desk), "queue", "is:any", "--json")
    assert listed.returncode == 0, listed.stderr
    assert '"total": 5' in listed.stdout


def _run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", "-c", RUN, str(installed), *arguments]
    return subprocess.run(command, env=env, cwd=installed.parent, capture_output=True, text=True, check=False)
