"""Marks of the gate stay on their words while the text is edited around them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from store.model import CannedView, Finding, Review, Severity
from tui.widgets.reply_marks import Mark, Tone, by_row, gravest, location_of, marks_of, offset_of, shifted


def test_old_and_stock_sentences_and_findings_become_marks() -> None:
    view = CannedView(
        0.6, True, False, sentences=((0, 5, "old", "…"), (6, 9, "own", ""), (10, 14, "stock", "…"))
    )
    findings = (
        Finding("placeholder.left", Severity.BLOCK, "A slot", spans=((6, 9),)),
        Finding("canned.flagged", Severity.WARN, "Said before", spans=((0, 5), (10, 14))),
        Finding("language.other", Severity.HINT, "A hint", spans=((0, 14),)),
    )
    review = Review(False, findings, view, (), ())
    assert marks_of(review) == (Mark(0, 5, Tone.OLD), Mark(6, 9, Tone.BLOCK), Mark(10, 14, Tone.STOCK))


def test_a_mark_over_several_lines_is_cut_at_their_ends() -> None:
    rows = by_row([Mark(3, 12, Tone.OLD)], ["Hello", "", "World", "end"])
    assert rows == {0: [(3, 5, Tone.OLD)], 2: [(0, 5, Tone.OLD)]}


def test_the_gravest_sign_stands_beside_the_line() -> None:
    assert gravest([(0, 3, Tone.STOCK), (5, 9, Tone.BLOCK), (2, 4, Tone.WARN)]) is Tone.BLOCK
    assert gravest([]) is None


WORDS = st.text("ab \nİé😀", max_size=60)


@settings(max_examples=150, deadline=None)
@given(WORDS, st.data())
def test_marks_outside_an_edit_keep_their_words(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    removed = data.draw(st.integers(0, len(text) - at))
    new = data.draw(WORDS)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    after = text[:at] + new + text[at + removed :]
    moved = shifted([Mark(start, end, Tone.WARN)], at, removed, len(new))
    if end <= at or start >= at + removed:
        assert [after[m.start : m.end] for m in moved] == [text[start:end]]
    for mark in moved:
        assert 0 <= mark.start <= mark.end <= len(after)


@settings(max_examples=100, deadline=None)
@given(WORDS, st.integers(0, 80))
def test_a_place_in_the_text_and_a_place_on_the_screen_are_the_same_place(text: str, offset: int) -> None:
    lines = text.split("\n")
    offset = min(offset, len(text))
    assert offset_of(lines, location_of(lines, offset)) == offset
