"""The README says what is so."""

from __future__ import annotations

import re

from tests.gate_rules import gate_rules
from tests.readme import README, derived

TEXT = README.read_text(encoding="utf-8")


def test_the_keys_are_those_of_the_console() -> None:
    assert derived(TEXT) == TEXT, "run `make readme`"


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", TEXT)
    assert len(pictures) >= 3
    assert [picture for picture in pictures if not (README.parent / picture).is_file()] == []


def test_every_command_it_names_is_one() -> None:
    from tui.cli.parser import build

    known = build()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    named = set(re.findall(r"^helpterm ([a-z]+)", "\n".join(blocks), re.MULTILINE))
    assert named
    assert named <= set(known)  # type: ignore[arg-type]


def test_the_guide_explains_every_finding_of_the_gate_and_no_other() -> None:
    guide = TEXT.partition("| finding | means | do |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in guide.splitlines() if line.startswith("| `")]
    explained = {rule for row in rows for rule in re.findall(r"`([a-z_.]+)`", row)}
    assert len(explained) > 20
    assert explained == gate_rules()
