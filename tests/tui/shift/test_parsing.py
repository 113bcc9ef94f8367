"""What people type in a shift: lengths, callers, starts; whatever it is, it is understood or refused with a line."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadInput
from store.shifts import rota
from tui.formatting.cells import width
from tui.formatting.charts import bar, height, spark
from tui.screens.shift_questions import caller, minutes

WORDS = st.text(max_size=40) | st.text("0123456789.,:-+@ hmT<>aZé٣½²", max_size=20)


def refused(read: Callable[[], object]) -> bool:
    """Whether what was typed is refused, which says what to do instead."""
    try:
        read()
    except BadInput as error:
        return bool(error.remedy)
    return False


@given(WORDS, st.booleans())
def test_any_length_is_understood_or_refused(text: str, nothing: bool) -> None:
    if not refused(lambda: minutes(text, nothing=nothing)):
        found = minutes(text, nothing=nothing)
        assert math.isfinite(found)
        assert (0 if nothing else 1e-300) <= found <= 960


@given(st.integers(1, 959))
def test_a_length_is_the_same_however_it_is_written(whole: int) -> None:
    hours, rest = divmod(whole, 60)
    for text in (str(whole), f"{whole} min", f"{whole}m", f"{hours}:{rest:02}", f" {whole} minutes "):
        assert minutes(text) == whole
    assert minutes(f"{whole / 60!r} h") == pytest.approx(whole)
    assert minutes(f"{whole / 60!r}".replace(".", ",") + "h") == pytest.approx(whole)


@given(WORDS)
def test_nothing_a_caller_says_is_lost(text: str) -> None:
    name, email, phone = caller(text)
    said = sorted("".join(text.split()))
    kept = sorted("".join((name + email + phone).split()))
    assert [letter for letter in kept if letter not in "<>,;"] == [
        letter for letter in said if letter not in "<>,;"
    ]


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)), st.sampled_from(["UTC", "Asia/Tokyo", ""]))
def test_a_start_is_read_as_it_is_written(moment: datetime, zone: str) -> None:
    local = moment.replace(second=0, microsecond=0)
    text = f"{local:%Y-%m-%d %H:%M} {zone}".strip()
    assert rota.spoken_start(text, "Europe/Berlin") == (local, zone or "Europe/Berlin")


@given(WORDS)
def test_any_start_is_understood_or_refused(text: str) -> None:
    if not refused(lambda: rota.spoken_start(text, "UTC")):
        local, zone = rota.spoken_start(text, "UTC")
        assert local.tzinfo is None
        assert zone


@given(st.floats(-1, 2), st.integers(1, 80))
def test_a_bar_fits_and_shows_whatever_is_more_than_nothing(share: float, cells: int) -> None:
    shown = bar(share, cells)
    assert width(shown) <= cells
    assert bool(shown) == (share > 0)
    if share >= 1:
        assert shown == "█" * cells


@given(st.lists(st.integers(0, 10_000), max_size=60))
def test_a_spark_line_has_a_cell_for_each_value_in_their_order_of_size(values: list[int]) -> None:
    line = spark(values)
    assert len(line) == len(values)
    steps = [" ▁▂▃▄▅▆▇█".index(cell) for cell in line]
    assert all((step > 0) == (value > 0) for step, value in zip(steps, values, strict=True))
    for step, value in zip(steps, values, strict=True):
        assert all(step >= other for other, smaller in zip(steps, values, strict=True) if smaller < value)
    if any(values):
        assert max(steps) == 8
    assert height(1, 0) == " "
