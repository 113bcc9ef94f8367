"""Widths, wraps and times: what a row of a terminal can hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text.inert import inert_line
from tui.formatting import cells
from tui.formatting.cells import cut, fit, line, steady, total, width
from tui.formatting.times import moment, span, span_in_words
from tui.formatting.wrapping import wrapped

_TEXT = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="ab 漢字かなé\u0301İı👍🏽👩\u200d💻❤\ufe0f🇩🇪שלום\u200e", max_size=60),
).map(inert_line)


@given(_TEXT, st.integers(0, 40), st.booleans())
def test_a_fitted_text_has_exactly_its_width(text: str, size: int, right: bool) -> None:
    assert width(fit(text, size, right=right)) == size


@given(_TEXT, st.integers(1, 30))
def test_no_wrapped_line_is_too_wide_and_no_word_is_lost(text: str, size: int) -> None:
    text = steady(text)
    lines = list(wrapped(text, size))
    if size > 1:
        assert all(width(each) <= size for each in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(
    st.lists(st.tuples(_TEXT, st.just("text")), max_size=4),
    st.lists(st.tuples(_TEXT, st.just("text")), max_size=2),
    st.integers(4, 90),
)
def test_a_line_of_pieces_has_exactly_its_width(
    left: list[cells.Piece], right: list[cells.Piece], size: int
) -> None:
    assert total(line(left, [(steady(text), role) for text, role in right], size)) == size


def test_a_wide_character_is_not_cut_in_half() -> None:
    assert cut("日本語", 4) == "日…"
    assert fit("日本語", 4) == "日… "


def test_emoji_take_the_cells_that_every_terminal_gives_them() -> None:
    assert steady("👍🏽 👩‍💻 ❤️") == "👍 👩💻 ❤"
    assert steady("نمی\u200cخواهم") == "نمی\u200cخواهم"


def test_right_to_left_words_are_isolated_where_the_terminal_reorders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert fit("שלום", 6) == "שלום  "
    monkeypatch.setattr(cells, "_REORDERS", True)
    assert fit("שלום", 6) == "\u2068שלום\u2069  "
    assert fit("Carla", 6) == "Carla "


_M, _H, _D = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("length", "short", "words"),
    [
        (0, "now", "less than a minute"),
        (59 * _M, "59m", "59 minutes"),
        (99 * _M, "99m", "1 hour 39 minutes"),
        (47 * _H, "47h", "1 day 23 hours"),
        (3 * _D, "3d", "3 days"),
        (60 * _D, "8w", "60 days"),
        (800 * _D, "2y", "2 years 70 days"),
    ],
)
def test_an_age_is_short_in_the_list_and_explains_itself(length: int, short: str, words: str) -> None:
    assert span(length) == short
    assert span_in_words(length) == words


@given(st.integers(0, 10**15))
def test_an_age_never_takes_more_than_four_cells(length: int) -> None:
    assert len(span(length)) <= 4


def test_a_moment_is_as_short_as_it_is_clear() -> None:
    from datetime import datetime

    def ms(text: str) -> int:
        return round(datetime.fromisoformat(text).timestamp() * 1000)

    now = ms("2026-11-25T15:30")
    assert moment(ms("2026-11-25T09:05"), now) == "09:05"
    assert moment(ms("2026-11-03T09:05"), now) == "3 Nov 09:05"
    assert moment(ms("2024-11-03T09:05"), now) == "3 Nov 2024"
