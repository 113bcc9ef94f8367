"""Running `helpterm` as a script does: arguments and standard input in, exit code, stdout and stderr out."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from store.desk import Desk
from store.sample import load
from tui.cli import main

WHEN = "2026-03-04T10:00:00Z"


@dataclass(frozen=True)
class Run:
    """What one run answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Helpterm = Callable[..., Run]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample desk as Sam sees it; copied for each test that uses it."""
    from store.clock import from_iso

    path = tmp_path_factory.mktemp("sample") / "desk.db"
    now = from_iso(WHEN)
    with Desk(path, "sam", clock=lambda: now) as desk:
        load(desk)
    return path


@pytest.fixture
def helpterm(
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Helpterm:
    """`helpterm` on a copy of the sample desk, with the clock stopped and Sam at work."""
    path = tmp_path / "desk.db"
    shutil.copy(sample, path)
    monkeypatch.setenv("HELPTERM_DB", str(path))
    monkeypatch.setenv("HELPTERM_AGENT", "sam")
    monkeypatch.setenv("HELPTERM_NOW", WHEN)

    def run(*arguments: str, stdin: str | bytes = "") -> Run:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        capsys.readouterr()
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Run(code, captured.out, captured.err)

    return run
