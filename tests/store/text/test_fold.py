"""Folding: one form for everything that compares text, with positions that lead back to the original."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.text.fold import MOST_REMEMBERED, fold, fold_with_map

ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("IŞIK ışık İstanbul ISTANBUL", "isik isik istanbul istanbul"),
        ("Straße STRASSE", "strasse strasse"),
        ("Œuvre, ŁÓDŹ, Ångström, e\u0301", "oeuvre, lodz, angstrom, e"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("𝓗𝓮𝓵𝓵𝓸 𝐇𝐞𝐥𝐥𝐨 Ⓗⓔⓛⓛⓞ 🅷🅴🅻🅻🅾 ʜᴇʟʟᴏ", "hello hello hello hello hello"),
        ("th\u200ba\u00adn\u2060k\ufeff \u202eyou", "thank you"),
        ("Тhаnк уоu", "thank you"),
        ("ΤΗΑΝk ΥΟu", "thank you"),
        ("“don’t” – «no»", '"don\'t" - "no"'),
        ("one\r\ntwo\u2028three\x00\x1b[0m", "one \ntwo\nthree[0m"),
        ("a\ud800b", "ab"),
    ],
)
def test_what_looks_the_same_folds_to_the_same(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_greek_words_keep_their_case_pairs() -> None:
    assert fold("ΗΛΙΟΣ ΝΥΧΤΑ") == fold("ήλιος νύχτα")


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_and_leaves_nothing_unseen(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert not any(character in folded for character in "\u200b\u202e\u2066\x00\ud800\r\t")


@given(ANY_TEXT)
def test_positions_lead_back_to_the_character_each_letter_came_from(text: str) -> None:
    folded, positions = fold_with_map(text)
    assert folded == fold(text)
    assert len(positions) == len(folded)
    assert all(0 <= at < len(text) for at in positions)
    assert list(positions) == sorted(positions)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüßéèçñğşıİI ,.-'\"", max_size=80))
@settings(max_examples=50)
def test_case_makes_no_difference_in_the_five_languages(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(text.lower())


def test_a_span_in_folded_text_covers_the_right_letters() -> None:
    folded, positions = fold_with_map("Große ﬁsche \u200bim Teich")
    at = folded.index("fische")
    assert "Große ﬁsche \u200bim Teich"[positions[at] : positions[at + 5] + 1] == "ﬁsche"


def test_memory_stays_bounded_whatever_characters_come() -> None:
    from store.text.fold import _TABLE

    fold("".join(map(chr, range(0x3400, 0x3400 + MOST_REMEMBERED // 2))))
    fold("".join(map(chr, range(sys.maxunicode - MOST_REMEMBERED, sys.maxunicode))))
    assert len(_TABLE) <= MOST_REMEMBERED
