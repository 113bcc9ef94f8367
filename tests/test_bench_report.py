"""`make bench`: one part that fails stops no other, and its figures go into the documentation as they are."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.benchmarks import __main__ as bench
from tests.benchmarks import report


def _part(name: str, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType(name)
    module.run = run  # type: ignore[attr-defined]
    module.table = lambda result: f"{name}: {result['value']}"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, f"tests.benchmarks.{name}", module)


def test_a_part_that_fails_is_told_and_the_others_are_measured_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_: Path) -> Any:
        raise ValueError("no such\nserver")

    _part("broken", fails, monkeypatch)
    _part("sound", lambda _: {"value": 42}, monkeypatch)
    monkeypatch.setattr(sys, "argv", ["bench", "broken", "sound", "nowhere", "--out", str(tmp_path)])
    assert bench.main() == 1
    out = capsys.readouterr().out
    assert "sound: 42" in out
    assert out.endswith(
        "not measured: broken: ValueError: no such server\nnot measured: nowhere: tests.benchmarks.nowhere is not here\n"
    )
    (kept,) = tmp_path.glob("*.json")
    results = json.loads(kept.read_text("utf-8"))
    assert results["sound"] == {"value": 42}
    assert set(results["failed"]) == {"broken", "nowhere"}
    page = report.written("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n", results)
    assert "sound: 42" in page
    assert "broken: ValueError" in page
    assert "old" not in page
    assert page.startswith("before\n")
    assert page.endswith("<!-- /bench -->\nafter\n")


def test_the_consoles_figures_become_tables_with_empty_cells_for_what_was_not_measured() -> None:
    cell = {"median": 2.5, "p99": 7, "most": 9, "n": 3}
    console = {
        "rounds": 1,
        "load": [0.5],
        "figures": {"hello": {"start ms": cell}, "helpterm 1,000": {"row down": cell}},
        "bars": [["key to moved row", 2.5, None, "not compared"], ["search", 60.0, 50, "MISSED"]],
    }
    page = report.written(
        "<!-- bench -->\n<!-- /bench -->", {"at": "2026-03-04T10:00:00", "python": "3", "console": console}
    )
    assert "| search | 60.00 | ≤ 50 | **missed** |" in page
    assert "| key to moved row | 2.50 | – | not compared |" in page
    assert "| row down | 2.5 / 7.0 | – |" in page


def test_the_page_has_the_marks() -> None:
    text = report.DOCS.read_text("utf-8")
    assert report.written(text, {"at": "2026-03-04T10:00:00", "python": "3"}) != text
