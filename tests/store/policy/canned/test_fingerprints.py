"""Fingerprints: packed replies, runs they share, sentences that are the same but for slips."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.policy.canned.fingerprints import GAP, Alignment, Row, grams, packed, weight, winnowed
from store.policy.canned.reading import LONGEST_READ, read
from store.policy.canned.words import words_in

WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "omega", "kappa"]), max_size=30)


def row(*sentences: str) -> Row:
    return Row(packed([words_in(sentence) for sentence in sentences]))


def old(this: Row, other: Row) -> list[str]:
    marks = this.marked(this.runs.keys() & other.runs.keys())
    return ["".join("x" if mark else "." for mark in piece) for piece in this.cut(marks)]


def test_a_slot_between_shared_words_is_covered_and_a_longer_insertion_is_not() -> None:
    other = row("the parcel left our hall on monday and comes home soon")
    slot = "at noon " * (GAP // 2)
    assert old(row(f"the parcel left our {slot}hall on monday and comes home soon"), other) == [
        "x" * (11 + GAP)
    ]
    longer = old(row(f"the parcel left our {slot}noon hall on monday and comes home soon"), other)
    assert longer == ["xxxx" + "." * (GAP + 1) + "x" * 7]


def test_what_is_shared_never_reaches_over_a_sentence_end() -> None:
    other = row("one two three four", "five six seven eight")
    assert old(row("one two three four five six seven eight"), other) == ["xxxxxxxx"]
    assert old(row("three four", "five six"), other) == ["..", ".."]
    assert old(row("one two three four", "yes"), row("yes", "no no no no")) == ["....", "x"]


def test_slips_cost_only_their_own_words() -> None:
    sentence = row("one two three four five six").sentences()[0]
    assert Alignment(sentence).share(row("one two tree four five six").sentences()[0]) == 5 / 6
    assert Alignment(sentence).share(b"") == 0


def test_short_sentences_and_openings_weigh_nothing() -> None:
    assert weight([bytearray(b"\1\1\1\1"), bytearray(b"\1\1\1\1\1\0\1")]) == 2


@given(WORDS)
def test_each_sentence_leaves_a_fingerprint_of_its_own_grams(words: list[str]) -> None:
    hashes = grams(words_in(" ".join(words)))
    assert winnowed(hashes) <= set(hashes)
    assert winnowed(hashes)
    assert all(-(2**31) <= gram < 2**31 for gram in hashes)


@given(WORDS, WORDS, WORDS)
def test_a_long_shared_passage_always_shares_a_fingerprint(
    before: list[str], shared: list[str], after: list[str]
) -> None:
    passage = [
        "unseen",
        *shared,
        *["nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"],
    ]
    one = winnowed(grams(words_in(" ".join(before + passage))))
    other = winnowed(grams(words_in(" ".join(passage + after))))
    assert one & other


def test_letters_that_fold_to_many_are_read_no_further_than_others() -> None:
    assert read("\ufdfa" * LONGEST_READ).sentences[-1].end < LONGEST_READ / 10
