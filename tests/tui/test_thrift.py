"""Fewer bytes, the same picture: what passed through is compared with the original in an emulated terminal."""

from __future__ import annotations

import pyte
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tui.thrift import Thrift

WIDTH, HEIGHT = 24, 6
_LETTERS = st.sampled_from(["a", "b", " ", " ", " ", "é", "山", "👍", "e\u0301"])
_STYLES = st.sampled_from(["\x1b[1m", "\x1b[7m", "\x1b[0m", ""])


@st.composite
def writes(draw: st.DrawFn) -> str:
    """Lines drawn somewhere, each fitting its line; a move of the cursor at the end."""
    out = []
    for _ in range(draw(st.integers(1, 4))):
        out.append(f"\x1b[{draw(st.integers(1, HEIGHT))};1H")
        out.append(draw(_STYLES))
        out.append("".join(draw(st.lists(_LETTERS, max_size=WIDTH // 2))))
        out.append("\x1b[0m")
        if draw(st.booleans()):
            out.append(" " * 4)
    return "".join(out) + f"\x1b[{draw(st.integers(1, HEIGHT))};{draw(st.integers(1, WIDTH))}H"


class Screen:
    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.stream = pyte.Stream(self.screen)

    def look(self) -> tuple[object, ...]:
        cells = [
            [
                (cell.data, cell.bold, cell.reverse)
                for cell in (self.screen.buffer[y][x] for x in range(WIDTH))
            ]
            for y in range(HEIGHT)
        ]
        return cells, (self.screen.cursor.x, self.screen.cursor.y)


def _full(text: str) -> str:
    """The first picture: every line in full, as Textual draws it."""
    return "".join(f"\x1b[{y};1H{text * WIDTH}" for y in range(1, HEIGHT + 1)) + "\x1b[1;1H"


SPLIT = "\x1b[1;1H山aaa\x1b[1;1Ha\x1b[1;1H"
"""Half of a wide letter is written over within one piece."""


@example([SPLIT, "\x1b[1;1H    \x1b[1;1H"])
@settings(max_examples=150, deadline=None)
@given(st.lists(writes(), max_size=6))
def test_the_picture_is_the_same(pieces: list[str]) -> None:
    straight, lean, thrift = Screen(), Screen(), Thrift()
    for piece in [_full("x"), *pieces]:
        straight.stream.feed(piece)
        lean.stream.feed(thrift.lean(piece, WIDTH))
        if not _splits_a_wide_letter(straight):
            assert straight.look() == lean.look()


def _splits_a_wide_letter(screen: Screen) -> bool:
    """Half a wide letter was overwritten, which Textual never does: terminals disagree on what is left."""
    return any(
        wide != bool(screen.screen.buffer[y][x + 1].data == "")
        for y in range(HEIGHT)
        for x in range(WIDTH - 1)
        for wide in [len(screen.screen.buffer[y][x].data) == 1 and screen.screen.buffer[y][x].data in "山👍"]
    )


def test_what_is_there_already_is_not_sent_again() -> None:
    thrift = Thrift()
    line = f"\x1b[1;1H{'hello':<24}\x1b[1;6H"
    assert "hello" in thrift.lean(line, WIDTH)
    assert thrift.lean(line, WIDTH) == "\x1b[1;6H"
    assert thrift.lean(f"\x1b[1;1H{'hallo':<24}\x1b[1;6H", WIDTH) == "\x1b[1;2Ha\x1b[1;6H"


def test_a_line_that_becomes_blank_is_cleared_to_its_end() -> None:
    thrift = Thrift()
    thrift.lean(f"\x1b[2;1H{'a line of words':<24}", WIDTH)
    assert thrift.lean(f"\x1b[2;1H{'a':<24}\x1b[1;1H", WIDTH) == "\x1b[2;2H\x1b[K\x1b[1;1H"


def test_everything_is_sent_again_once_nothing_is_known() -> None:
    thrift = Thrift()
    thrift.lean("\x1b[1;1Hhello", WIDTH)
    thrift.forget()
    assert "hello" in thrift.lean("\x1b[1;1Hhello", WIDTH)


def test_what_it_does_not_know_passes_as_it_is() -> None:
    thrift = Thrift()
    for other in ("\x1b[?2026h", "\x1b]52;c;aGk=\x07", "\x1b[?25h"):
        assert thrift.lean(other, WIDTH) == other
