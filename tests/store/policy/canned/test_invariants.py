"""What holds for any text: spans within it, a score within bounds, no gain from disguises, bounded work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.policy.canned import Canned, Index, judge
from store.policy.canned.reading import LONGEST_READ
from tests.store.policy.canned.conftest import ANSWERS, OTHER, TEMPLATE

MODEST = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

PIECES = st.sampled_from(
    [
        *ANSWERS,
        OTHER,
        TEMPLATE.format(name="Tom", order="A-1"),
        "Thank you for your patience.",
        "We will get back to you as soon as possible.",
        "Leider können wir Ihrer Bitte nicht entsprechen.",
        "İyi günler, talebiniz ilgili birime iletilmiştir.",
        "> My pump drips since Tuesday",
        "```\nx = read(1); y += x * 2;\n```",
        "https://help.example/pump",
        "Kind regards,\nAnna",
        "--",
        "The green one fits 12 mm.",
    ]
)
REPLY = st.lists(PIECES, max_size=6).flatmap(
    lambda parts: st.lists(
        st.sampled_from(["\n\n", "\n", " "]), min_size=len(parts), max_size=len(parts)
    ).map(lambda gaps: "".join(part + gap for part, gap in zip(parts, gaps, strict=True)))
)
ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=200)
OWN_WORDS = st.lists(st.text(alphabet="bcdfgjkqvwxz", min_size=4, max_size=9), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def known() -> Iterator[Index]:
    connection = sqlite3.connect(":memory:")
    Index.create(connection)
    index = Index(connection)
    index.add_many(
        (n, n, text) for n, text in enumerate([*ANSWERS, OTHER, TEMPLATE.format(name="Io", order="9")], 1)
    )
    yield index
    connection.close()


def judged(text: str, index: Index) -> Canned:
    return judge(text, ticket=None, ticket_text="My pump drips since Tuesday.", index=index)


@given(text=st.one_of(REPLY, ANY_TEXT))
@MODEST
def test_scores_are_shares_and_spans_point_into_the_text(known: Index, text: str) -> None:
    result = judged(text, known)
    assert 0 <= result.score <= 1
    assert 0 <= result.contained <= 1
    assert result.amber or not result.flagged
    assert all(0 <= near.similarity <= 1 for near in result.nearest)
    last = 0
    for sentence in result.sentences:
        assert last <= sentence.start < sentence.end <= len(text)
        assert all(sentence.start <= start < end <= sentence.end for start, end in sentence.phrases)
        assert 0 <= sentence.old <= 1
        assert 0 <= sentence.stock <= 1
        last = sentence.start


@given(text=REPLY, own=OWN_WORDS, gap=st.sampled_from(["\n\n", " ", "\n"]))
@MODEST
def test_adding_own_words_never_raises_the_score(known: Index, text: str, own: list[str], gap: str) -> None:
    before, after = judged(text, known), judged(f"{text}{gap}{' '.join(own)}.", known)
    assert after.score <= before.score + 1e-9


@given(text=REPLY, invisible=st.sampled_from("\u200b\u200c\u2060\u00ad\u034f"), step=st.integers(1, 7))
@MODEST
def test_what_cannot_be_seen_changes_nothing(known: Index, text: str, invisible: str, step: int) -> None:
    hidden = "".join(c + invisible if n % step == 0 and c.isalnum() else c for n, c in enumerate(text))
    assert judged(hidden, known).score == judged(text, known).score


@given(
    text=REPLY, letters=st.sampled_from([("aeopcxy", "аеорсху"), ("ovk", "ονκ"), ("abcdef", "ａｂｃｄｅｆ")])
)
@MODEST
def test_look_alikes_and_capitals_change_nothing(known: Index, text: str, letters: tuple[str, str]) -> None:
    assert judged(text.translate(str.maketrans(*letters)), known).score == judged(text, known).score
    assert judged(text.upper(), known).score == judged(text, known).score


@given(
    parts=st.lists(
        st.sampled_from([OTHER, TEMPLATE.split("\n\n")[1].format(order="A-1")]), min_size=1, max_size=3
    )
)
@MODEST
def test_a_false_quote_or_fence_hides_nothing(known: Index, parts: list[str]) -> None:
    text = "\n".join(parts)
    plain = judged(text, known).score
    assert judged("\n".join("> " + line for line in text.split("\n")), known).score >= plain - 0.01
    assert judged(f"```\n{text}\n```", known).score >= plain - 0.01


@pytest.mark.parametrize(
    "text",
    [
        "We will get back to you. " * 50_000,
        "https://a.example/b " * 10_000,
        ">" * 200_000,
        "\n".join(">" * n + " deep" for n in range(1, 2000)),
        "\ud800" * 100_000,
        "\u202eשלום עולם " * 50_000,
        "a" * 1_000_000,
        "`" * 100_000,
        "```\n" * 50_000,
        "-- \n" * 50_000,
        "a@" * 100_000,
        "\ufdfa" * 50_000,
        " \n" * 100_000,
    ],
    ids=["stock", "links", "quote signs", "deep quotes", "surrogates", "rtl", "one word", "ticks", "fences",
         "dashes", "at signs", "long folds", "blanks"],
)  # fmt: skip
def test_hostile_text_is_judged_by_its_beginning(known: Index, text: str) -> None:
    result = judge(text, ticket=None, ticket_text=text, index=known)
    assert 0 <= result.score <= 1
    assert all(sentence.end <= LONGEST_READ for sentence in result.sentences)
    known.add(999, 999, text, text)
    known._connection.rollback()
