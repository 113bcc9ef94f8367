"""The rooms of the house: who may know whom, and what a start may import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def imported_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(done.stdout.split())


def test_the_store_knows_no_screen() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "store").rglob("*.py"))
    ]
    loaded = imported_by("\n".join(f"import {name}" for name in modules))
    assert not loaded & {"textual", "rich", "tui"}


def test_the_desk_opens_without_anything_slow() -> None:
    loaded = imported_by("import store.desk, store.desk.queue, store.desk.tickets, store.desk.conversation")
    assert not loaded & {
        "textual",
        "rich",
        "sqlite_utils",
        "keyring",
        "psycopg",
        "selectolax",
        "chardet",
        "platformdirs",
    }


@pytest.mark.parametrize("arguments", [["--version"], ["queue", "--help"], ["doctor", "--help"]])
def test_the_command_line_starts_without_the_console(arguments: list[str]) -> None:
    loaded = imported_by(f"from tui.cli import main\nmain({arguments!r})")
    assert "textual" not in loaded


def test_the_console_holds_no_sql() -> None:
    words = ("SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "import sqlite3")
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in sorted((ROOT / "tui").rglob("*.py"))
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []
