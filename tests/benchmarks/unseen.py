"""Replies written for this project without a look at the lexicons: boilerplate, social media stock, and genuine answers.

`data/unseen/<language>.txt` holds one reply a line. The first, third, … of each kind were looked at while words of
service were chosen; the second, fourth, … were only ever counted, so their figures are the honest ones.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from store.policy.canned import judge
from tests.benchmarks.canned_disguises import DISGUISES

FOLDER = Path(__file__).parent / "data" / "unseen"
KINDS = {"boilerplate": "boilerplate", "social": "stock of social media", "genuine": "genuine, should pass"}
SEED = 5


@dataclass(frozen=True, slots=True)
class Unseen:
    """One reply; `counted` says that nobody looked at how it was judged."""

    language: str
    kind: str
    text: str
    counted: bool


def unseen() -> Iterator[Unseen]:
    """All of them, language by language."""
    for path in sorted(FOLDER.glob("*.txt")):
        kind, number = "", 0
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("[") and line.endswith("]"):
                kind, number = line[1:-1], 0
            elif line.strip():
                yield Unseen(path.stem, kind, line, counted=number % 2 == 1)
                number += 1


def flagged(*, misspelt: bool = False) -> dict[str, dict[str, list[int]]]:
    """Row -> language, `all` and `counted` -> [flagged, replies], by the lexicon alone; `misspelt` with 20 % typos."""
    table: dict[str, dict[str, list[int]]] = {kind: defaultdict(lambda: [0, 0]) for kind in KINDS}
    chance = random.Random(SEED)
    for one in unseen():
        text = DISGUISES["20 % typos"](one.text, chance) if misspelt else one.text
        hit = judge(text, ticket=None, ticket_text="", index=None).flagged
        for column in (one.language, "all", *(["counted"] if one.counted else [])):
            table[one.kind][column][0] += hit
            table[one.kind][column][1] += 1
    return {kind: dict(cells) for kind, cells in table.items()}
