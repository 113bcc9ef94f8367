"""The seeded faults still fit the code; `make mutants` tries whether each is found."""

from __future__ import annotations

import pytest

from tests.store.sync.faults import FAULTS, Fault
from tests.store.sync.mutants import ROOT


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_seeded_fault_changes_exactly_one_place(fault: Fault) -> None:
    assert (ROOT / fault.file).read_text("utf-8").count(fault.right) == 1
