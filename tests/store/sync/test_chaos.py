"""A short chaos; `make chaos` runs it for longer and prints its counts."""

from __future__ import annotations

from pathlib import Path

from tests.store.sync.chaos import Chaos, is_well
from tests.store.sync.conftest import Server


def test_nothing_is_lost_doubled_or_stuck_when_processes_are_killed(postgres: Server, tmp_path: Path) -> None:
    chaos = Chaos(postgres, tmp_path, seed=7)
    chaos.run(kills=40, seconds=20)
    counts = chaos.settle() | {"crashed": chaos.crashed()}
    chaos.close()
    assert is_well(counts), counts
    assert counts["kills"] > 5
    assert counts["changes"] > 20
    assert len(counts["moments"]) > 2, "killed at different moments"
