"""One whole shift, start to handover, in a pseudo-terminal with the installed `helpterm` and the keyboard alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from store.desk import Desk, drafts
from tests.installed import HELPTERM, at_sample_desk, helpterm
from tests.readme import README
from tests.shift_by_keyboard import AFTER_THE_CUT, BEFORE_THE_CUT, STEPS, Step, markdown
from tests.terminal import Terminal


class Typist:
    """Works steps at a terminal and counts what was pressed."""

    def __init__(self) -> None:
        self.commands = 0
        self.letters = 0

    def work(self, terminal: Terminal, steps: Sequence[Step]) -> None:
        for step in steps:
            for press in step.presses:
                terminal.type(press.keys)
                if press.words:
                    self.letters += len(press.each)
                else:
                    self.commands += len(press.each)
                if press.gone:
                    terminal.wait(press.gone, gone=True)
                if press.shows:
                    terminal.wait(press.shows)


@pytest.fixture
def surroundings(sample: Path, tmp_path: Path) -> dict[str, str]:
    engineering = '[[tier]]\nlevel = 2\nname = "engineering"\ncost_per_hour = 90\n'
    return at_sample_desk(sample, tmp_path, f"[desk]\nundo_send_seconds = 0\n\n{engineering}")


def test_a_whole_shift_is_worked_by_keyboard_alone(surroundings: dict[str, str]) -> None:
    typist = Typist()
    with Terminal([HELPTERM], columns=120, lines=40, env=surroundings) as terminal:
        terminal.wait("White page")
        typist.work(terminal, BEFORE_THE_CUT)
        terminal.kill()
    with Desk(Path(surroundings["HELPTERM_DB"]), "sam") as desk:
        assert [each.text for each in drafts.all_drafts(desk)] == ["Guten Tag Herr Grünwald, "]
    with Terminal([HELPTERM], columns=120, lines=40, env=surroundings) as terminal:
        typist.work(terminal, AFTER_THE_CUT)
        assert terminal.exit_code() == 0

    assert typist.commands == sum(step.commands for step in STEPS)
    assert typist.letters == sum(step.letters for step in STEPS)
    report = helpterm(surroundings, "shift", "report")
    total = report["total"]
    assert {name: total[name] for name in ("replies", "solved", "calls", "escalations", "handed_over")} == {
        "replies": 2,
        "solved": 1,
        "calls": 1,
        "escalations": 1,
        "handed_over": 5,
    }
    assert [each["count"] for each in total["declines"]] == [1]
    assert len(total["links"]) == 2
    assert report["learnt"] == ["White front pages come from the hero block"]
    assert [each["title"] for each in report["articles"]] == [
        "White page after update - your last answer did not help"
    ]
    assert helpterm(surroundings, "shift", "status")["shift"] is None
    (given,) = [each for each in report["handovers"] if each["to"] == "lena"]
    assert given["sentence"] == "Reproduced; the browser drops the cache"


def test_the_readme_lists_the_keys_of_that_very_shift() -> None:
    assert markdown() in README.read_text(encoding="utf-8")
