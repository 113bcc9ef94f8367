"""A short chaos; `make chaos` runs it for longer and prints its counts."""

from __future__ import annotations

from pathlib import Path

from tests.store.sync.chaos import Chaos
from tests.store.sync.conftest import Server


def test_nothing_is_lost_doubled_or_stuck_when_processes_are_killed(postgres: Server, tmp_path: Path) -> None:
    chaos = Chaos(postgres, tmp_path, seed=7)
    chaos.run(8)
    counts = chaos.settle()
    chaos.close()
    assert counts["broken"] == []
    assert chaos.crashed() == ""
    assert counts["kills"] > 3
    assert counts["changes"] > 20
