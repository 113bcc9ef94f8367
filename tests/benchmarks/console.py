"""How quick the console is, on a small and on a large desk, beside a hello-world Textual app, a curses list and, where they
are installed, neomutt, aerc and notmuch: start, keys, bytes, memory, the gate.

Every figure is the time from a key (or from exec) to the arrival of the output after which the screen shows it, measured from
outside through a pseudo-terminal (`tests.terminal`). Ratios compare programs within the run; rounds are interleaved.
"""

from __future__ import annotations

import compileall
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import store
import tui
from store.desk import Desk, queue
from store.desk.tickets import ticket
from store.policy.gate import Reply, context, review
from store.sample.generate import generate
from tests.benchmarks import bars, console_programs, mail_programs
from tests.benchmarks.console_programs import WORDS, Figures

ROUNDS = int(os.environ.get("HELPTERM_BENCH_ROUNDS", "3"))
TICKETS = "10000,1000000"
"""Sizes of the desks, smallest first, where HELPTERM_BENCH_SIZES names no others."""

MAIL_DESK = 100_000
"""Tickets of the desk whose mails the mail programs get, and on which the console's search is set beside notmuch's."""

JUDGED = 200


def run(shared: Path) -> dict[str, Any]:
    """Measures on generated desks, kept in HELPTERM_BENCH_DESKS between runs; `shared` is not needed."""
    _compile()
    sizes = sorted(int(each) for each in os.environ.get("HELPTERM_BENCH_SIZES", TICKETS).split(","))
    others = [] if os.environ.get("HELPTERM_BENCH_PEERS") == "none" else mail_programs.installed()
    desks = {size: _desk(size) for size in (*sizes, *([MAIL_DESK] if others else []))}
    names = ["hello", "curses", *(f"helpterm {size:,}" for size in desks), *others]
    figures = {name: Figures() for name in names}
    for size, path in desks.items():
        _gate(figures[f"helpterm {size:,}"], path)
    with tempfile.TemporaryDirectory(prefix="helpterm-bench-") as temporary:
        folder = Path(temporary)
        box = mail_programs.write_maildir(desks[MAIL_DESK], folder) if others else None
        sought = console_programs.beginnings(desks[MAIL_DESK]) if others else []
        for turn in range(ROUNDS):
            _tell(f"round {turn + 1} of {ROUNDS}: starts")
            named = {f"helpterm {size:,}": path for size, path in desks.items()}
            console_programs.starts(figures, folder, named)
            console_programs.curses(figures["curses"], folder, desks[sizes[-1]])
            for name, path in named.items():
                _tell(f"  {name}")
                console_programs.helpterm(figures[name], folder, path)
            for name in others:
                assert box is not None
                _tell(f"  {name}")
                mail_programs.measure(name, figures[name], folder, box, sought)
    summary = {
        name: {label: _summary(each) for label, each in found.items()} for name, found in figures.items()
    }
    return {
        "sizes": sizes,
        "rounds": ROUNDS,
        "load": [round(each, 2) for each in os.getloadavg()],
        "figures": summary,
        "bars": [(*row, row.verdict) for row in bars.rows(summary, sizes, MAIL_DESK)],
    }


def _compile() -> None:
    """Writes the bytecode that an installation has: without it a start would measure the compiler."""
    for package in (store, tui):
        compileall.compile_dir(Path(package.__path__[0]), quiet=1)


def _desk(tickets: int) -> Path:
    """The generated desk, kept from run to run because a large one takes minutes."""
    folder = Path(os.environ.get("HELPTERM_BENCH_DESKS", "bench-results/desks"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bench-{tickets}.db"
    if not path.exists():
        _tell(f"making a desk of {tickets:,} tickets in {path}")
        generate(path, tickets=tickets, seed=1)
    return path.absolute()


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _gate(figures: Figures, path: Path) -> None:
    """What the editor asks after each pause in typing: a judgement of the text so far, the ticket's context known."""
    with Desk(path, "mira") as desk:
        page = queue.page(desk, queue.understand(desk, "is:open"), limit=JUDGED)
        for row in page.rows:
            at_hand = ticket(desk, row.number)
            known = context(desk, at_hand)
            began = time.perf_counter()
            review(desk, at_hand, Reply(f"Hello,\n\n{WORDS} on {at_hand.subject}.\n\nMira"), known)
            figures["gate after a pause ms"].append(1000 * (time.perf_counter() - began))


def _summary(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 2),
        "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 2),
        "most": round(ordered[-1], 2),
        "n": len(ordered),
    }


def table(result: dict[str, Any]) -> str:
    """The figures as lines for a terminal."""
    lines = [f"{result['rounds']} rounds; load of the machine afterwards {result['load']}"]
    for name, figures in result["figures"].items():
        lines += ["", f"{name:44}{'median':>10}{'p99':>10}{'most':>10}{'n':>6}"]
        lines += [
            f"  {label:42}{each['median']:>10.2f}{each['p99']:>10.2f}{each['most']:>10.2f}{each['n']:>6}"
            for label, each in figures.items()
        ]
    return "\n".join([*lines, "", *bars.table([bars.Row(*row[:3]) for row in result["bars"]])])


if __name__ == "__main__":
    print(table(run(Path("../shared"))))
