"""What the author of a mail wrote this time, and what is folded around it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.channels.mail.new_text import Fold, folds, new_text

ATTRIBUTIONS = [
    "On Mon, Mar 3, 2025 at 4:05 PM Ada Kaya <ada@example.org> wrote:",
    "On 03/03/2025 16:05, Ada Kaya wrote:",
    "Am 03.03.2025 um 16:05 schrieb Ada Kaya <ada@example.org>:",
    "Ada Kaya <ada@example.org> schrieb am Mo., 3. März 2025, 16:05:",
    "Le lun. 3 mars 2025 à 16:05, Ada Kaya <ada@example.org> a écrit :",
    "El lun, 3 mar 2025 a las 16:05, Ada Kaya (<ada@example.org>) escribió:",
    "El 3 de marzo de 2025 16:05, Ada Kaya <ada@example.org> escribió:",
    "Ada Kaya <ada@example.org>, 3 Mar 2025 Pzt, 16:05 tarihinde şunu yazdı:",
    "3 Mart 2025 Pazartesi 16:05:12 UTC+3 tarihinde Ada Kaya şunları yazdı:",
    "3 Mart 2025 16:05 tarihinde Ada Kaya <ada@example.org> yazdı:",
    "03.03.2025 16:05 tarihinde Ada Kaya yazdı:",
    "Il giorno lun 3 mar 2025 alle ore 16:05 Ada Kaya <ada@example.org> ha scritto:",
    "пн, 3 мар. 2025 г. в 16:05, Ada Kaya <ada@example.org>:",
    "2025年3月3日(月) 16:05 Ada Kaya <ada@example.org>:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("quote", ["> Does it print?\n> Yours", "Does it print?\nYours"])
def test_an_answer_above_the_quoted_mail_is_all_that_is_read(attribution: str, quote: str) -> None:
    assert new_text(f"Yes, it does.\n\nAda\n\n{attribution}\n{quote}\n") == "Yes, it does.\n\nAda"


def test_a_fold_says_what_it_hides_and_where() -> None:
    body = "Yes.\n\nOn 03/03/2025 16:05, Ada wrote:\n> Does it?\n\n-- \nBob\n"
    assert [(body[f.start : f.end], f.kind) for f in folds(body)] == [
        ("On 03/03/2025 16:05, Ada wrote:\n", "attribution"),
        ("> Does it?\n\n", "quote"),
        ("-- \nBob\n", "signature"),
    ]


def test_answers_between_quotes_keep_the_quotes_they_answer() -> None:
    body = "On 03/03/2025 16:05, Ada wrote:\n> Does it print?\n\nYes.\n\n> And scan?\n\nNo.\n"
    assert new_text(body) == "> Does it print?\n\nYes.\n\n> And scan?\n\nNo."


def test_a_mail_that_is_all_quote_is_shown() -> None:
    assert new_text("> Answered within, in red.") == "> Answered within, in red."


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*ATTRIBUTIONS, "> quoted", "own words", "", "-- ", "From: a@b.org", "To: c@d.org"])
    )
)
def test_folds_are_sorted_apart_and_within_the_mail(parts: list[str]) -> None:
    body = "\n".join(parts)
    at = 0
    for fold in folds(body):
        assert isinstance(fold, Fold)
        assert at <= fold.start < fold.end <= len(body)
        at = fold.end
