"""How well canned replies are told from individual ones: `python -m tests.benchmarks.canned --shared ../shared`.

Reads `data/canned` of the shared folder. Nothing is trained on the rows. The threshold, which could be fitted to them,
is chosen on all sources but one and tried on that one. The lexicons and the other constants were set by hand with rows of
this set in view, so kinds d, e and n flatter: `tests/benchmarks/unseen.py` says what to expect of other material.
`--replies N` sets the size of a made-up index on which time and size are measured.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from store.policy.canned import Canned, Index, judge
from store.text.sentences import sentences
from tests.benchmarks.canned_disguises import DISGUISES
from tests.benchmarks.unseen import KINDS as UNSEEN
from tests.benchmarks.unseen import flagged

KINDS = {
    "a": "verbatim re-use",
    "b": "slots swapped",
    "c": "own sentences added",
    "d": "paraphrase",
    "e": "unseen boilerplate",
    "n": "stock tweet",
    "f": "genuine",
    "g": "genuine, shared frame",
    "h": "genuine, short",
}
LANGUAGES = ("en", "de", "fr", "es", "tr")
RED = 0.40
SEED = 7


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the set with the score it got."""

    row: Mapping[str, Any]
    canned: Canned

    @property
    def is_canned(self) -> bool:
        return bool(self.row["label"] == "canned")


class Desk:
    """The history of the set in an index of its own, and the numbers of its tickets."""

    def __init__(self, shared: Path, database: Path) -> None:
        self.folder = shared / "data" / "canned"
        self.connection = sqlite3.connect(database)
        self.index = Index(self.connection)
        self.index.create(self.connection)
        self._tickets: dict[str, int] = {}
        with gzip.open(self.folder / "dev_history.jsonl.gz", "rt", encoding="utf-8") as lines:
            history = [json.loads(line) for line in lines]
        self.index.add_many(
            (i, self.ticket(one["ticket_id"]), one["reply"]) for i, one in enumerate(history, 1)
        )
        self.connection.commit()
        self.history = [one["reply"] for one in history]

    def ticket(self, name: str) -> int:
        """The row number of a ticket."""
        return self._tickets.setdefault(name, len(self._tickets) + 1)

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the set."""
        return [json.loads(line) for line in (self.folder / "dev.jsonl").open(encoding="utf-8")]

    def judge(self, row: Mapping[str, Any], text: str | None = None, *, alone: bool = False) -> Canned:
        """The judgement of a row, perhaps with another text; `alone` without any history."""
        return judge(
            row["reply"] if text is None else text,
            ticket=self.ticket(row["ticket_id"]),
            ticket_text=row["ticket"] or "",
            index=None if alone else self.index,
        )


def run(shared: Path, replies: int = 100_000) -> dict[str, Any]:
    """All measurements as one document; `replies` is the size of a made-up index, 0 for none."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(shared, Path(folder) / "dev.db")
        rows = desk.rows()
        cases = [Case(row, desk.judge(row)) for row in rows]
        alone = [Case(row, desk.judge(row, alone=True)) for row in rows]
        result = {
            "rows": len(rows),
            "kinds": _by_kind(cases),
            "without_history": _by_kind(alone),
            "unseen": flagged(),
            "unseen_misspelt": flagged(misspelt=True),
            **_overall(cases, RED),
            "cross_validated": _cross_validated(cases),
            "false_alarms": [_excerpt(case) for case in cases if case.canned.flagged and not case.is_canned],
            "missed": [_excerpt(case) for case in cases if not case.canned.flagged and case.is_canned],
            "disguises": _disguises(desk, [case for case in cases if case.row["kind"] in "ab"], rows),
            "time_ms": _times(desk.judge, rows),
            "hostile_ms": _hostile(desk.index),
        }
        desk.connection.close()
        if replies:
            result["scale"] = _scale(desk.history, rows, replies, Path(folder) / "scale.db")
    return result


def _by_kind(cases: Sequence[Case]) -> dict[str, dict[str, list[int]]]:
    """kind -> language (and `all`) -> [flagged, rows]."""
    table: dict[str, dict[str, list[int]]] = {kind: defaultdict(lambda: [0, 0]) for kind in KINDS}
    for case in cases:
        for language in (case.row["lang"], "all"):
            cell = table[case.row["kind"]][language]
            cell[0] += case.canned.flagged
            cell[1] += 1
    return {kind: dict(cells) for kind, cells in table.items()}


def _overall(cases: Sequence[Case], red: float) -> dict[str, float]:
    flagged = [case for case in cases if case.canned.score >= red]
    right = sum(case.is_canned for case in flagged)
    total = sum(case.is_canned for case in cases)
    precision, recall = right / max(1, len(flagged)), right / max(1, total)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "false_alarm_rate": (len(flagged) - right) / max(1, len(cases) - total),
    }


def _cross_validated(cases: Sequence[Case]) -> dict[str, Any]:
    """Each source judged with the threshold that is best on all the others (F1, false alarms at most 2 %)."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[_group(case.row["source"])].append(case)
    decided: list[tuple[Case, bool]] = []
    chosen: dict[str, float] = {}
    for name, group in groups.items():
        others = [case for case in cases if _group(case.row["source"]) != name]
        chosen[name] = max((_worth(others, red), -abs(red - RED), red) for red in _GRID)[2]
        decided += [(case, case.canned.score >= chosen[name]) for case in group]
    right = sum(case.is_canned for case, flagged in decided if flagged)
    wrong = sum(not case.is_canned for case, flagged in decided if flagged)
    missed = sum(case.is_canned for case, flagged in decided if not flagged)
    genuine = sum(not case.is_canned for case, _ in decided)
    return {
        "f1": 2 * right / (2 * right + wrong + missed),
        "false_alarm_rate": wrong / genuine,
        "sources": len(groups),
        "thresholds": sorted(set(chosen.values())),
    }


_GRID = [n / 100 for n in range(25, 61, 5)]


def _worth(cases: Sequence[Case], red: float) -> float:
    figures = _overall(cases, red)
    return figures["f1"] - 10 * max(0.0, figures["false_alarm_rate"] - 0.02)


def _group(source: str) -> str:
    """Rows of one repository or archive are one source; issue threads go by their project."""
    return "/".join(source.removeprefix("https://github.com/").split("/")[:2])


def _excerpt(case: Case) -> dict[str, Any]:
    text = " ".join(case.row["reply"].split())
    return {
        "id": case.row["id"],
        "kind": case.row["kind"],
        "lang": case.row["lang"],
        "score": round(case.canned.score, 2),
        "text": text[:120] + ("…" if len(text) > 120 else ""),
    }


def _disguises(desk: Desk, cases: Sequence[Case], rows: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Verbatim and slot-swapped replies in each disguise: [flagged, rows]; and with two sentences of genuine ones."""
    result: dict[str, list[int]] = {}
    for name, disguise in DISGUISES.items():
        chance = random.Random(SEED)
        flagged = [desk.judge(case.row, disguise(case.row["reply"], chance)).flagged for case in cases]
        result[name] = [sum(flagged), len(flagged)]
    genuine = [row["reply"] for row in rows if row["kind"] == "f"]
    pool = [text[a:b] for text in genuine for a, b in sentences(text) if 40 <= b - a <= 200]
    chance = random.Random(SEED)
    judged = [desk.judge(case.row, _with_two(case.row["reply"], pool, chance)) for case in cases]
    result["two sentences added"] = [sum(one.flagged for one in judged), len(judged)]
    result["two sentences added, at least amber"] = [sum(one.amber for one in judged), len(judged)]
    return result


def _with_two(text: str, pool: Sequence[str], chance: random.Random) -> str:
    parts = [text[start:end] for start, end in sentences(text)]
    for _ in range(2):
        parts.insert(chance.randrange(len(parts) + 1), chance.choice(pool))
    return " ".join(parts)


def _times(
    judged: Callable[[Mapping[str, Any]], object], rows: Sequence[Mapping[str, Any]]
) -> dict[str, float]:
    taken = []
    for row in rows:
        start = time.perf_counter()
        judged(row)
        taken.append(1000 * (time.perf_counter() - start))
    taken.sort()
    return {"p50": round(taken[len(taken) // 2], 3), "p99": round(taken[int(len(taken) * 0.99)], 3)}


def _hostile(index: Index) -> dict[str, float]:
    """How long a megabyte of each kind takes as reply and ticket; only the beginning is analysed."""
    texts = {
        "boilerplate": "We will get back to you as soon as possible. " * 25_000,
        "links": "https://a.example/b?c=1 " * 10_000,
        "deep quotes": "\n".join(">" * n + " deep" for n in range(1, 2000)),
        "lone surrogates": "\ud800" * 1_000_000,
        "right to left": "\u202eשלום עולם " * 100_000,
        "one word": "a" * 1_000_000,
        "code fences": "```\n" * 250_000,
    }
    taken = {}
    for name, text in texts.items():
        start = time.perf_counter()
        judge(text, ticket=None, ticket_text=text, index=index)
        taken[name] = round(1000 * (time.perf_counter() - start), 1)
    return taken


def _scale(
    history: Sequence[str], rows: Sequence[dict[str, Any]], replies: int, path: Path
) -> dict[str, Any]:
    """An index of made-up replies: half from 300 templates with slots, half new sentences of natural words."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    index = Index(connection)
    index.create(connection)
    start = time.perf_counter()
    made = _made_up(history, replies + 500)
    lengths = []
    for first in range(0, replies, 20_000):
        batch = [(n, n, next(made)) for n in range(first + 1, min(first + 20_000, replies) + 1)]
        lengths += [len(text.split()) for _, _, text in batch]
        index.add_many(batch)
        connection.commit()
    filled = time.perf_counter() - start
    added = _times(lambda row: index.add(row["n"], row["n"], row["text"]),
                   [{"n": n, "text": next(made)} for n in range(replies + 1, replies + 501)])  # fmt: skip
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    asked = [{"reply": row["reply"], "ticket": row["ticket"] or ""} for row in rows]
    asked += [{"reply": text, "ticket": ""} for _, text in zip(range(len(rows)), made, strict=False)]
    random.Random(SEED).shuffle(asked)
    times = _times(lambda row: judge(row["reply"], ticket=0, ticket_text=row["ticket"], index=index), asked)
    connection.close()
    return {
        "replies": replies,
        "mean_words": round(sum(lengths) / max(1, len(lengths)), 1),
        "size_mb": round(path.stat().st_size / 1e6, 1),
        "fill_seconds": round(filled, 1),
        "added_ms": added,
        "judged_ms": times,
    }


def _made_up(history: Sequence[str], count: int) -> Iterator[str]:
    """Replies of sentences that a chain of word pairs from real replies makes up; every second one from a template."""
    chance = random.Random(SEED)
    follows: dict[str, list[str]] = defaultdict(list)
    for text in history[:8000]:
        words = [".", *text.split()]
        for one, other in pairwise(words):
            follows[one].append(other)

    def sentence() -> str:
        words = [chance.choice(follows["."])]
        while len(words) < chance.randint(6, 22) and follows[words[-1]]:
            words.append(chance.choice(follows[words[-1]]))
        return " ".join(words).rstrip(".,!?") + "."

    templates = [[sentence() for _ in range(chance.randint(3, 7))] for _ in range(300)]
    for n in range(count + 10_000):
        if n % 2:
            parts = list(chance.choice(templates))
            parts[chance.randrange(len(parts))] += f" Order {chance.randrange(10**7)}, {sentence()}"
        else:
            parts = [sentence() for _ in range(chance.randint(2, 8))]
        yield " ".join(parts)


def table(result: Mapping[str, Any]) -> str:
    """The result for a person."""
    return "\n".join(_lines(result))


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    for title, key in (("with history", "kinds"), ("without history: the lexicon alone", "without_history")):
        yield f"{title:<38}" + "".join(f"{name:>13}" for name in (*LANGUAGES, "all"))
        for kind, label in KINDS.items():
            cells = result[key][kind]
            shown = [_share(cells[name]) if name in cells else "–" for name in (*LANGUAGES, "all")]
            yield f"  {kind}  {label:<33}" + "".join(f"{one:>13}" for one in shown)
        yield ""
    columns = (*LANGUAGES, "all", "counted")
    for title, key in (
        ("unseen, the lexicon alone", "unseen"),
        ("unseen, with 20 % typos", "unseen_misspelt"),
    ):
        yield f"{title:<38}" + "".join(f"{name:>13}" for name in columns)
        for kind, label in UNSEEN.items():
            cells = result[key][kind]
            yield f"  {label:<36}" + "".join(f"{_share(cells[name]):>13}" for name in columns)
        yield ""
    yield f"F1 {result['f1']:.3f}   recall {result['recall']:.3f}   false alarms {result['false_alarm_rate']:.2%}"
    crossed = result["cross_validated"]
    yield (
        f"threshold cross-validated over {crossed['sources']} sources: F1 {crossed['f1']:.3f}, "
        f"false alarms {crossed['false_alarm_rate']:.2%}, thresholds chosen {crossed['thresholds']}"
    )
    yield ""
    yield "disguises of verbatim and slot-swapped replies"
    for name, cell in result["disguises"].items():
        yield f"  {name:<38}{_share(cell):>14}"
    yield ""
    yield f"judged in {result['time_ms']['p50']} ms (median), {result['time_ms']['p99']} ms (p99)"
    yield "a megabyte of: " + ", ".join(f"{name} {taken} ms" for name, taken in result["hostile_ms"].items())
    if scale := result.get("scale"):
        yield (
            f"at {scale['replies']:,} replies of {scale['mean_words']} words: judged in {scale['judged_ms']['p50']} / "
            f"{scale['judged_ms']['p99']} ms, added in {scale['added_ms']['p50']} / {scale['added_ms']['p99']} ms, "
            f"index {scale['size_mb']} MB"
        )
    for title, key in (("false alarms", "false_alarms"), ("missed", "missed")):
        yield f"\n{title}: {len(result[key])}"
        for one in result[key]:
            yield f"  {one['id']} {one['kind']} {one['lang']} {one['score']:.2f}  {one['text']}"


def _share(cell: Sequence[int]) -> str:
    return f"{cell[0]}/{cell[1]} {cell[0] / max(1, cell[1]):.2f}"


def main() -> int:
    """Prints the table on stderr and the JSON on stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--replies", type=int, default=100_000, help="size of the made-up index, 0 for none")
    options = parser.parse_args()
    result = run(options.shared, options.replies)
    print(table(result), file=sys.stderr)
    print(json.dumps(result, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
