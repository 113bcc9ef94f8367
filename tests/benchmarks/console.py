"""How quick the console is, beside a hello-world Textual app and a curses list, in one run: start, keys, bytes, memory.

Every figure is the time from a key (or from exec) to the arrival of the output after which the screen shows it, measured from
outside through a pseudo-terminal (`tests.terminal`). Ratios compare programs within the run; rounds are interleaved.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from store.sample.generate import generate
from tests.terminal import Terminal

ROUNDS = 5
PRESSES = 60
SIZE = {"columns": 140, "lines": 40}

HELLO = """
from textual.app import App
from textual.widgets import Label
class Hello(App):
    def compose(self):
        yield Label("hello, ready")
Hello().run()
"""

CURSES = """
import curses, sqlite3, sys
def main(screen):
    curses.curs_set(0)
    rows = sqlite3.connect(sys.argv[1]).execute("SELECT short, subject FROM tickets ORDER BY rank LIMIT 1000").fetchall()
    at = 0
    height = screen.getmaxyx()[0] - 1
    while True:
        top = at - at % height
        for line, (short, subject) in enumerate(rows[top:top + height]):
            screen.addnstr(line, 0, f"{short} {subject}".ljust(130), 130, curses.A_REVERSE if top + line == at else 0)
        screen.refresh()
        key = screen.getch()
        if key == ord("j"):
            at = min(at + 1, len(rows) - 1)
        elif key == ord("q"):
            return
curses.wrapper(main)
"""

Figures = dict[str, list[float]]


def run(shared: Path, tickets: int = 0) -> dict[str, Any]:
    """Measures on a generated desk of `tickets` tickets (HELPTERM_BENCH_TICKETS, else 100,000); `shared` is not needed."""
    tickets = tickets or int(os.environ.get("HELPTERM_BENCH_TICKETS", "100000"))
    with tempfile.TemporaryDirectory(prefix="helpterm-bench-") as folder:
        desk = _desk(Path(folder), tickets)
        figures: dict[str, Figures] = {name: defaultdict(list) for name in ("helpterm", "hello", "curses")}
        for _ in range(ROUNDS):
            _hello(figures["hello"], Path(folder))
            _curses(figures["curses"], Path(folder), desk)
            _helpterm(figures["helpterm"], Path(folder), desk)
    hello = statistics.median(figures["hello"]["start ms"])
    memory = statistics.median(figures["hello"]["memory MiB"])
    return {
        "tickets": tickets,
        "rounds": ROUNDS,
        "figures": {name: {label: _summary(values) for label, values in each.items()} for name, each in figures.items()},
        "ratios": {
            "first queue / hello start (bar 0.3)": statistics.median(figures["helpterm"]["first queue ms"]) / hello,
            "answers keys / hello start (bar 1.25)": statistics.median(figures["helpterm"]["answers keys ms"]) / hello,
            "memory / hello (bar 1.5)": statistics.median(figures["helpterm"]["memory MiB"]) / memory,
        },
    }


def _desk(folder: Path, tickets: int) -> Path:
    """The generated desk: kept between runs where HELPTERM_BENCH_DESKS names a folder, because a large one takes minutes."""
    kept = os.environ.get("HELPTERM_BENCH_DESKS")
    path = Path(kept or folder) / f"bench-{tickets}.db"
    if not path.exists():
        generate(path, tickets=tickets, seed=1)
    return path


def _hello(figures: Figures, folder: Path) -> None:
    program = folder / "hello.py"
    program.write_text(HELLO)
    with Terminal([sys.executable, str(program)], **SIZE) as terminal:
        figures["start ms"].append(1000 * (terminal.wait("hello, ready") - terminal.started))
        terminal.settle(0.3)
        figures["memory MiB"].append(terminal.memory())


def _curses(figures: Figures, folder: Path, desk: Path) -> None:
    program = folder / "curses_list.py"
    program.write_text(CURSES)
    with Terminal([sys.executable, str(program), str(desk)], **SIZE) as terminal:
        figures["start ms"].append(1000 * (terminal.wait(r"^\d{5,} ") - terminal.started))
        _press(terminal, figures, "row down", "j", PRESSES)


def _helpterm(figures: Figures, folder: Path, desk: Path) -> None:
    command = shutil.which("helpterm", path=str(Path(sys.executable).parent)) or "helpterm"
    env = {"HELPTERM_DB": str(desk), "HELPTERM_AGENT": "mira", "HOME": str(folder)}
    with Terminal([command], env=env, **SIZE) as terminal:
        figures["first queue ms"].append(1000 * (terminal.wait(r"#\d{5,}\s*$") - terminal.started))
    with Terminal([command], env=env, **SIZE) as terminal:
        before = terminal.wait(r"#\d{5,}\s*$") and _marked(terminal)
        terminal.type("j")
        while _marked(terminal) == before:
            piece = terminal.next_piece()
        figures["answers keys ms"].append(1000 * (piece.at - terminal.started))
        terminal.settle(0.5)
        figures["memory MiB"].append(terminal.memory())
        _press(terminal, figures, "row down", "j", PRESSES)
        _press(terminal, figures, "page down", "{pgdn}", 10)
        _press(terminal, figures, "jump to end", "G", 1)
        _press(terminal, figures, "jump to start", "gg", 1)
        _press(terminal, figures, "open a ticket", "{enter}", 1)
        _press(terminal, figures, "open the editor", "r", 1)
        for letter in "the second charge is a retry of the first":
            _press(terminal, figures, "type a letter", letter, 1)
        terminal.type("{esc}")
        terminal.settle(0.3)
        terminal.type("{esc}")
        terminal.settle(0.3)
        terminal.type("/")
        terminal.settle(0.3)
        for letter in "payment":
            _press(terminal, figures, "search, a letter", letter, 1)
        figures["memory at the end MiB"].append(terminal.memory())


def _marked(terminal: Terminal) -> str:
    """The lines that carry the cursor's mark."""
    return "\n".join(line for line in terminal.text.splitlines() if line.startswith("▌"))


def _press(terminal: Terminal, figures: Figures, label: str, keys: str, times: int) -> None:
    for _ in range(times):
        pressed = terminal.press(keys)
        if pressed is None:
            figures[f"{label}, no change"].append(1)
            continue
        first, last, size = pressed
        figures[f"{label}, first ms"].append(1000 * first)
        figures[f"{label}, settled ms"].append(1000 * last)
        figures[f"{label}, bytes"].append(size)


def _summary(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 2),
        "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 2),
        "n": len(ordered),
    }


def table(result: dict[str, Any]) -> str:
    """The figures as lines for a terminal."""
    lines = [f"{result['tickets']:,} tickets, {result['rounds']} rounds", ""]
    for name, figures in result["figures"].items():
        lines += [
            f"{name:10}{label:28}{each['median']:>10.2f} median{each['p99']:>10.2f} p99{each['n']:>6}"
            for label, each in figures.items()
        ]
    lines += ["", *(f"{label:42}{value:6.2f}" for label, value in result["ratios"].items())]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(run(Path("../shared"))))
