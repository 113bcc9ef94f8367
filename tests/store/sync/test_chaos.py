"""A short chaos; `make chaos` runs it for longer and prints its counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.sync.chaos import Chaos, is_well
from tests.store.sync.conftest import Server


@pytest.mark.parametrize("wrong", ["lost", "doubled", "stuck", "broken", "crashed", "ended by themselves"])
def test_a_run_in_which_anything_went_wrong_is_no_success(wrong: str) -> None:
    well = {
        "kills": 9,
        "lost": 0,
        "doubled": 0,
        "stuck": 0,
        "broken": [],
        "crashed": "",
        "ended by themselves": 0,
    }
    assert is_well(well)
    assert not is_well(well | {wrong: [1] if wrong == "broken" else "Traceback" if wrong == "crashed" else 1})


def test_nothing_is_lost_doubled_or_stuck_when_processes_are_killed(postgres: Server, tmp_path: Path) -> None:
    chaos = Chaos(postgres, tmp_path, seed=7)
    chaos.run(kills=40, seconds=20)
    counts = chaos.settle() | {"crashed": chaos.crashed()}
    chaos.close()
    assert is_well(counts), counts
    assert counts["kills"] > 5
    assert counts["changes"] > 20
    assert len(counts["moments"]) > 2, "killed at different moments"
