"""What is pressed in each program that the console is compared with, and in the console itself; every press is one figure."""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from store.desk import Desk, queue
from tests.terminal import Terminal

SIZE = {"columns": 140, "lines": 40}
STARTS = 4
"""Starts of a program in a round, by turns with the others, so that a busy moment is everybody's."""

MOVES, TURNS = 60, 8
"""Presses of a key that moves by a row, and of every other key, in a round."""

ROW = r"#\d{3,}\s*$"
"""A row of the queue ends with the ticket's number."""

IN_SIGHT = 35
"""Rows of the list that a terminal of `SIZE` shows while one searches."""

SOUGHT = ("payment", "gutschein")
"""Words that are typed letter by letter."""

RESTED = 0.4
"""Seconds without output after which a search is at its end, the longer one too that a pause begins."""

HITS = 3
"""The first line of the list while one searches: below the heading, what is typed, and the names of the columns."""

WORDS = "the second charge is a retry of the first"

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


class Figures(defaultdict[str, list[float]]):
    """Label -> every value measured under it: milliseconds, bytes or MiB, as the label says."""

    def __init__(self) -> None:
        super().__init__(list)

    def press(self, terminal: Terminal, label: str, *keys: str, times: int = TURNS, below: int = 0) -> None:
        """Presses each of `keys` in turn, `times` all in all, each on a settled screen; `below` as in `Terminal.press`."""
        for time in range(times):
            pressed = terminal.press(keys[time % len(keys)], below=below)
            if pressed is None:
                self[f"{label}, no change"].append(1)
                continue
            first, last, size = pressed
            self[f"{label}, first ms"].append(1000 * first)
            self[f"{label}, settled ms"].append(1000 * last)
            self[f"{label}, bytes"].append(size)


def starts(figures: Mapping[str, Figures], folder: Path, desks: Mapping[str, Path]) -> None:
    """Starts of hello-world and of the console on each desk, by turns."""
    for _ in range(STARTS):
        hello(figures["hello"], folder)
        for name, desk in desks.items():
            with _console(folder, desk) as terminal:
                _start(figures[name], terminal)


def hello(figures: Figures, folder: Path) -> None:
    """The least that Textual can do: start and show a line."""
    program = folder / "hello.py"
    program.write_text(HELLO)
    with Terminal([sys.executable, str(program)], **SIZE) as terminal:
        figures["start ms"].append(1000 * (terminal.wait("hello, ready") - terminal.started))
        terminal.settle(0.3)
        figures["memory MiB"].append(terminal.memory())


def curses(figures: Figures, folder: Path, desk: Path) -> None:
    """The least that Python can do: the same rows in a list of the standard library."""
    program = folder / "curses_list.py"
    program.write_text(CURSES)
    with Terminal([sys.executable, str(program), str(desk)], **SIZE) as terminal:
        figures["first queue ms"].append(1000 * (terminal.wait(r"^\d{3,} ") - terminal.started))
        figures.press(terminal, "row down", "j", times=MOVES)


def helpterm(figures: Figures, folder: Path, desk: Path) -> None:
    """A walk through the console, as an agent's day goes: queue, ticket, editor, search."""
    with _console(folder, desk) as terminal:
        _start(figures, terminal)
        terminal.settle(0.5)
        figures["memory after the first queue MiB"].append(terminal.memory())
        _queue(figures, terminal)
        _ticket_and_editor(figures, terminal)
        _search(figures, terminal, desk)
        figures["memory at the end MiB"].append(terminal.memory())


def _console(folder: Path, desk: Path) -> Terminal:
    command = shutil.which("helpterm", path=str(Path(sys.executable).parent)) or "helpterm"
    env = {"HELPTERM_DB": str(desk), "HELPTERM_AGENT": "mira", "HOME": str(folder)}
    return Terminal([command], env=env, **SIZE)


def _start(figures: Figures, terminal: Terminal) -> None:
    figures["first queue ms"].append(1000 * (terminal.wait(ROW) - terminal.started))
    before = _marked(terminal)
    terminal.type("j")
    while _marked(terminal) == before:
        piece = terminal.next_piece()
    figures["answers keys ms"].append(1000 * (piece.at - terminal.started))


def _queue(figures: Figures, terminal: Terminal) -> None:
    figures.press(terminal, "row down", "j", times=MOVES)
    figures.press(terminal, "page down", "{pgdn}")
    figures.press(terminal, "jump to an end", "G", "gg")
    figures.press(terminal, "change view", "gm", "go")


def _ticket_and_editor(figures: Figures, terminal: Terminal) -> None:
    figures.press(terminal, "open a ticket, the first time", "{enter}", times=1)
    terminal.settle(1.0)
    figures.press(terminal, "open the editor, the first time", "r", times=1)
    terminal.settle(0.5)
    for letter in WORDS:
        figures.press(terminal, "type a letter", letter, times=1)
    terminal.settle(0.5)
    terminal.type("{f7}{backspace}")
    terminal.settle(0.5)
    terminal.press("{esc}", quiet=0.2)
    for _ in range(TURNS):
        figures.press(terminal, "open the editor", "r", times=1)
        terminal.press("{esc}", quiet=0.2)
        terminal.press("{esc}", quiet=0.2)
        terminal.press("j")
        figures.press(terminal, "open a ticket", "{enter}", times=1)
    terminal.press("{esc}", quiet=0.2)
    terminal.wait(ROW)


def _search(figures: Figures, terminal: Terminal, path: Path) -> None:
    """Letters that bring other first hits, apart from those that leave them: there the list changes after a pause, if at all."""
    new = beginnings(path)
    for word in SOUGHT:
        terminal.press("/")
        for count, letter in enumerate(word, 1):
            brings = word[:count] in new
            label = "search, a letter" if brings else "search, a letter that leaves the first hits"
            terminal.settle(RESTED)
            figures.press(terminal, label, letter, times=1, below=HITS)
        terminal.type("{esc}")
        terminal.settle(0.3)


def beginnings(path: Path) -> list[str]:
    """The beginnings of the words that are sought whose last letter brings other first hits, on the desk at `path`."""
    found = []
    with Desk(path, "mira") as desk:
        for word in SOUGHT:
            before = _first_hits(desk, "is:open")
            for count in range(1, len(word) + 1):
                hits = _first_hits(desk, f"is:any {word[:count]}")
                if hits != before:
                    found.append(word[:count])
                before = hits
    return found


def _first_hits(desk: Desk, text: str) -> list[int]:
    """The tickets that stand in sight first."""
    page = queue.page(desk, queue.understand(desk, text, typing=True), limit=IN_SIGHT, quick=True)
    return [row.number for row in page.rows]


def _marked(terminal: Terminal) -> str:
    """The lines that carry the cursor's mark."""
    return "\n".join(line for line in terminal.text.splitlines() if line.startswith("▌"))
