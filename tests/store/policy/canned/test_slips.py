"""Slips of the pen: a word with one is known, and a word with none is left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.policy.canned.slips import Speller, one_slip

WORDS = ("inconvenience", "support", "reply", "you")
SPELLER = Speller(WORDS, ("apolog",))
LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyz")


@st.composite
def slips(draw: st.DrawFn, word: str) -> str:
    at = draw(st.integers(1, len(word) - 2))
    letter = draw(LETTERS)
    return draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )
    )


@given(word=st.sampled_from(WORDS[:2]).flatmap(lambda word: st.tuples(st.just(word), slips(word))))
def test_a_word_with_one_slip_is_known_as_what_was_meant(word: tuple[str, str]) -> None:
    right, wrong = word
    assert SPELLER.meant(wrong) == (right if wrong != right else None)


@given(one=st.text(alphabet="ab", max_size=6), other=st.text(alphabet="ab", max_size=6))
def test_one_slip_reads_the_same_both_ways(one: str, other: str) -> None:
    assert one_slip(one, other) == one_slip(other, one)
    assert not one_slip(one, one)


def test_the_beginning_of_a_word_may_have_the_slip_and_the_ending_stays() -> None:
    assert SPELLER.meant("apolgoise") == "apologise"
    assert SPELLER.meant("qpologise") is None
    assert SPELLER.meant("qpologise", misspelt=True) == "apologise"


def test_short_words_are_mended_only_in_a_text_known_to_be_misspelt() -> None:
    assert SPELLER.meant("yuo") is None
    assert SPELLER.meant("yuo", misspelt=True) == "you"
    assert SPELLER.meant("uo", misspelt=True) is None


def test_two_slips_are_another_word_and_so_is_one_too_long_to_be_any() -> None:
    assert SPELLER.meant("suprpotr") is None
    assert SPELLER.meant("inconveniense" + "x" * 20) is None
