"""What real terminals get to see: sixteen colours, none, a VT100, the plain look; by the bytes in a pseudo-terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.desk import Desk
from tests.conftest import ask
from tests.installed import HELPTERM
from tests.terminal import Terminal

SIXTEEN = {"TERM": "xterm-16color", "COLORTERM": ""}
NAMES = (
    "Zoë Müller",
    "山田 太郎",
    "مريم حداد",
    "שרה לוי",
    "Bob 👍🏽",
    "👩‍👩‍👧 Family",
    "e\u0301tienne",
    "Ünal ❤️",
)

_COLOUR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;)[0-9;]*m")
_BOXES = re.compile("[\u2500-\u259f]")


class Recorded(Terminal):
    """A terminal that keeps the bytes it got."""

    raw = b""

    def _replay(self, data: bytes) -> None:
        self.raw += data
        super()._replay(data)

    @property
    def cells(self) -> Iterator[tuple[str, str, str, bool]]:
        """Letter, colour, ground, reversed; of every cell with a letter."""
        for line in range(self._screen.lines):
            for cell in self._screen.buffer[line].values():
                if cell.data.strip():
                    yield cell.data, cell.fg, cell.bg, cell.reverse

    @property
    def shows_cursor(self) -> bool:
        return not self._screen.cursor.hidden

    def bytes_of(self, keys: str) -> int:
        """Bytes that some keys cost."""
        self.settle(0.2)
        before = self.bytes_seen
        self.type(keys)
        self.settle(0.2)
        return self.bytes_seen - before


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A desk whose customers have every kind of name."""
    with Desk(tmp_path / "desk.db", "ada") as desk:
        for at, name in enumerate(NAMES):
            subject = f"{name} cannot log in since yesterday, and the page of the plan is blank, too"
            ask(desk, subject, name=name, email=f"c{at}@customer.example", ago=(at + 1) * 3_600_000)
    return tmp_path / "desk.db"


def opened(db: Path, *arguments: str, look: str = "dark", **env: str) -> Recorded:
    config = db.parent / "config.toml"
    config.write_text(f'[console]\ntheme = "{look}"\n')
    command = [HELPTERM, "--db", str(db), "--agent", "ada", *arguments]
    return Recorded(command, columns=100, lines=24, env={"HELPTERM_CONFIG": str(config)} | env)


@pytest.mark.parametrize(
    ("look", "env"),
    [
        ("dark", SIXTEEN),
        ("light", SIXTEEN),
        ("high-contrast", SIXTEEN),
        ("dark", {"TERM": "vt100", "COLORTERM": ""}),
        ("light", {"TERM": "xterm-256color", "COLORTERM": ""}),
    ],
    ids=["16-dark", "16-light", "16-contrast", "vt100", "256-light"],
)
def test_with_few_colours_every_letter_stands_out_and_marks_say_what_colours_say(
    db: Path, look: str, env: dict[str, str]
) -> None:
    with opened(db, look=look, **env) as terminal:
        terminal.wait("Help")
        terminal.wait("cannot log in")
        terminal.wait("▸Open 8")
        assert b"8;2;" not in terminal.raw
        assert [cell for cell in terminal.cells if cell[1] == cell[2] != "default"] == []
        assert re.search(r"^▌ .*new", terminal.text, re.MULTILINE)


def test_rows_of_every_script_keep_their_columns(db: Path) -> None:
    """Cells are counted as the terminal does: the column of agents begins at one place in every row."""
    with opened(db) as terminal:
        terminal.wait("Help")
        terminal.wait("cannot log in")
        terminal.settle(0.2)
        rows = [line for line in range(24) if "new" in "".join(_line(terminal, line))[:20]]
        assert len(rows) == len(NAMES)
        ends = {max(x for x in range(100) if _line(terminal, y)[x] == "#") for y in rows}
        agents = {next(x for x in range(70, 100) if _line(terminal, y)[x] == "–") for y in rows}
        assert len(ends) == len(agents) == 1


def _line(terminal: Recorded, y: int) -> list[str]:
    return [terminal._screen.buffer[y][x].data for x in range(100)]


@pytest.mark.parametrize(
    "env", [{"NO_COLOR": "1"}, {"TEXTUAL_COLOR_SYSTEM": "none"}], ids=["NO_COLOR", "none"]
)
def test_without_colours_none_is_sent_and_the_cursor_is_still_seen(db: Path, env: dict[str, str]) -> None:
    with opened(db, COLORTERM="", **env) as terminal:
        terminal.wait("Help")
        terminal.wait("cannot log in")
        terminal.type("s")
        terminal.wait("the customer is to answer")
        terminal.settle(0.2)
        assert not _COLOUR.search(terminal.raw)
        reversed_ = "".join(letter for letter, _, _, is_reversed in terminal.cells if is_reversed)
        assert "new" in reversed_


def test_the_plain_look_puts_the_cursor_on_what_has_the_focus(db: Path) -> None:
    with opened(db, "--plain") as terminal:
        terminal.wait("Help")
        terminal.wait("cannot log in")
        terminal.settle(0.2)
        assert terminal.shows_cursor
        assert terminal.cursor == (0, 1)
        terminal.type("jj")
        terminal.settle(0.2)
        assert terminal.cursor == (0, 3)
        assert terminal.text.split("\n")[3].startswith("> new")
        terminal.type("s")
        terminal.wait("the customer is to answer")
        terminal.settle(0.2)
        assert "nobody has looked at it" in terminal.text.split("\n")[terminal.cursor[1]]
        terminal.type("k")
        terminal.settle(0.2)
        assert "nobody expects another word" in terminal.text.split("\n")[terminal.cursor[1]]
        terminal.type("{esc}")
        terminal.wait("nobody expects", gone=True)
        terminal.type("r")
        terminal.wait("Write to the customer")
        terminal.type("Hello")
        terminal.settle(0.3)
        assert terminal.text.split("\n")[terminal.cursor[1]][: terminal.cursor[0]].strip() == "Hello"
        assert terminal.shows_cursor


def test_the_plain_look_sends_no_colours_no_boxes_and_few_bytes(db: Path) -> None:
    with opened(db, "--plain") as terminal:
        terminal.wait("Help")
        terminal.wait("cannot log in")
        terminal.settle(0.3)
        costs = {key: terminal.bytes_of(key) for key in ("j", "k", "s", "{esc}", "/", "z", "{esc}")}
        assert costs["j"] <= 40
        assert costs["k"] <= 40
        assert costs["s"] <= 700
        assert costs["z"] <= 120
        terminal.type("{enter}")
        terminal.wait("customer - ")
        terminal.settle(0.2)
        assert not _COLOUR.search(terminal.raw)
        assert not _BOXES.search(terminal.raw.decode())


def test_a_dumb_terminal_is_told_so_in_a_line(db: Path) -> None:
    with opened(db, TERM="dumb") as terminal:
        assert terminal.exit_code() == 2
        assert "TERM=dumb is a terminal without a screen" in terminal.text
