"""The seeded faults still fit the code; `make mutants` tries whether each is found."""

from __future__ import annotations

import pytest

from tests.store.sync.faults import FAULTS, Fault
from tests.store.sync.mutants import ROOT, path_of


@pytest.mark.parametrize("test", sorted({fault.test for fault in FAULTS} - {""}))
def test_the_test_that_a_fault_names_is_there(test: str) -> None:
    file, name = path_of(test).split("::")
    assert f"\ndef {name}(" in (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_seeded_fault_changes_exactly_one_place(fault: Fault) -> None:
    assert (ROOT / fault.file).read_text("utf-8").count(fault.right) == 1
