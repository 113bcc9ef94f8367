"""Sentences of a reply, with spans that point into it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text.fold import fold
from store.text.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We ship today. It arrives on Monday!", ["We ship today.", "It arrives on Monday!"]),
        ("Ask Dr. Meier, e.g. tomorrow. Thanks.", ["Ask Dr. Meier, e.g. tomorrow.", "Thanks."]),
        ("Am 3. Juni geht z. B. das. Ja.", ["Am 3. Juni geht z. B. das.", "Ja."]),
        ("Siehe Nr. 5 bzw. S. 120. Danke.", ["Siehe Nr. 5 bzw. S. 120.", "Danke."]),
        ("He said no. Then he left.", ["He said no.", "Then he left."]),
        ("Voir M. Durand, p.ex. demain. Merci !", ["Voir M. Durand, p.ex. demain.", "Merci !"]),
        ("¿Funciona? ¡Sí! Hable con la Sra. Peña.", ["¿Funciona?", "¡Sí!", "Hable con la Sra. Peña."]),
        ("Örn. 2. madde vb. konular. Tamam.", ["Örn. 2. madde vb. konular.", "Tamam."]),
        (
            "See https://a.example/b.html now. Or v2.1.5 instead.",
            ["See https://a.example/b.html now.", "Or v2.1.5 instead."],
        ),
        ('He wrote "Stop!" (really.) and left.', ['He wrote "Stop!"', "(really.)", "and left."]),
    ],
)
def test_dots_end_a_sentence_only_where_one_ends(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_a_greeting_and_a_list_item_stand_alone_and_a_wrapped_line_goes_on() -> None:
    text = "Hello Tom,\nthe parcel left our store on Tuesday evening and should\nreach you soon:\n\n- one thing\n2. another"
    assert split(text) == [
        "Hello Tom,",
        "the parcel left our store on Tuesday evening and should\nreach you soon:",
        "one thing",
        "another",
    ]


def test_a_fenced_block_is_one_piece_even_when_nobody_closes_it() -> None:
    assert split("Try this.\n```\na = 1. b\nc\n```\nDone. Ok.") == [
        "Try this.",
        "a = 1. b\nc",
        "Done.",
        "Ok.",
    ]
    assert split("```\nx. y") == ["x. y"]


@given(st.text(alphabet="aB1.!? \n-*>`#…\u200b", max_size=120))
def test_spans_are_in_order_apart_and_never_blank(text: str) -> None:
    spans = sentences(text)
    assert all(0 <= start < end <= len(text) and text[start:end].strip() for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(
    st.lists(
        st.sampled_from(["Danke.", "z.B. so", "Nr. 4", "\n", "- a", "Why? ", "ok! ", "VB. "]), max_size=12
    )
)
def test_case_does_not_move_the_ends(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert sentences(text.upper()) == sentences(text) == sentences(fold(text))


def test_a_long_run_of_marks_is_split_in_linear_time() -> None:
    assert len(sentences("!" * 200_000 + "a")) == 1
