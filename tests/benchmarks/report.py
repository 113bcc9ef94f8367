"""Writes the newest figures of `make bench` into docs/performance.md, between its marks."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs" / "performance.md"
ABOUT = ("at", "python", "seconds", "failed")
"""What a file of results has besides the benchmarks."""

CASES = re.compile(r"missed|Oracles held to be wrong|false alarms: \d+$|\S+/\S+  ")
"""Where the cases begin that a table ends with, one by one: the page leaves them to whoever runs it."""

PEERS = ("helpterm", "neomutt", "aerc", "notmuch", "curses", "hello")


def write(folder: Path) -> int:
    """Writes the newest results of `folder`; returns 1 when there are none."""
    found = sorted(folder.glob("*.json"))
    if not found:
        print(f"no results in {folder}: run `make bench` first", file=sys.stderr)
        return 1
    results = json.loads(found[-1].read_text(encoding="utf-8"))
    DOCS.write_text(written(DOCS.read_text(encoding="utf-8"), results), encoding="utf-8")
    print(f"{DOCS} has the figures of {found[-1]}")
    return 0


def written(text: str, results: Mapping[str, Any]) -> str:
    """The page with the results between its marks."""
    content = "\n".join(_lines(results))
    return re.sub(
        r"(<!-- bench -->\n).*?(<!-- /bench -->)",
        lambda match: f"{match[1]}{content}\n{match[2]}",
        text,
        flags=re.DOTALL,
    )


def _lines(results: Mapping[str, Any]) -> Iterator[str]:
    seconds = sum(results.get("seconds", {}).values())
    yield f"`make bench`, {results['at'][:16].replace('T', ' ')} UTC, Python {results['python']}, {seconds} s in all."
    for name, reason in results.get("failed", {}).items():
        yield f"Not measured: {name}: {reason}."
    for name, result in results.items():
        if name in ABOUT:
            continue
        yield f"\n### {name}\n"
        if name == "console":
            yield from _console(result)
        else:
            yield "```"
            yield from takewhile(
                _is_figure, import_module(f"tests.benchmarks.{name}").table(result).splitlines()
            )
            yield "```"


def _is_figure(line: str) -> bool:
    return not CASES.match(line)


def _console(result: Mapping[str, Any]) -> Iterator[str]:
    load = ", ".join(map(str, result["load"]))
    yield f"{result['rounds']} rounds; the machine's load afterwards {load}.\n"
    yield "| figure | measured | bar | verdict |\n|---|---|---|---|"
    for figure, value, bar, verdict in result["bars"]:
        said = "–" if bar is None else f"≤ {bar:,.4g}"
        yield f"| {figure.strip()} | {value:,.2f} | {said} | {'**missed**' if verdict == 'MISSED' else verdict} |"
    programs = sorted(result["figures"], key=lambda name: PEERS.index(name.split()[0]))
    labels = dict.fromkeys(label for name in programs for label in result["figures"][name])
    yield f"\n| median / p99 | {' | '.join(programs)} |\n|---|{'---|' * len(programs)}"
    for label in labels:
        cells = [result["figures"][name].get(label) for name in programs]
        shown = [f"{_number(cell['median'])} / {_number(cell['p99'])}" if cell else "–" for cell in cells]
        yield f"| {label} | {' | '.join(shown)} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
