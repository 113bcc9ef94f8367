"""The README says what is so."""

from __future__ import annotations

import re

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


def test_every_finding_of_the_gate_is_explained() -> None:
    from store.policy.takeaway import _WHY

    policy = README.parent / "store" / "policy"
    rules = {
        name
        for path in policy.glob("*.py")
        for name in re.findall(
            r'"((?:takeaway|canned|scope|reply|leftover|language|greeting|attachment|link|secret|voice)\.[a-z_]+)"',
            path.read_text(encoding="utf-8"),
        )
    } | {f"takeaway.{reason}" for reason in _WHY}
    assert len(rules) > 20
    assert sorted(rule for rule in rules if f"`{rule}`" not in TEXT) == []
