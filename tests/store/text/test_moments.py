"""Moments in natural words, in five languages."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadInput
from store.text.moments import moment

NOW = datetime(2026, 11, 25, 15, 30)
"""A Wednesday afternoon."""


def ms(when: datetime) -> int:
    return round(when.timestamp() * 1000)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("2h", "2026-11-25 17:30"),
        ("90 min", "2026-11-25 17:00"),
        ("1.5h", "2026-11-25 17:00"),
        ("in einer Stunde", "2026-11-25 16:30"),
        ("dans 2 heures", "2026-11-25 17:30"),
        ("2 saat sonra", "2026-11-25 17:30"),
        ("9", "2026-11-26 09:00"),
        ("16", "2026-11-25 16:00"),
        ("5:30 pm", "2026-11-25 17:30"),
        ("tomorrow 9", "2026-11-26 09:00"),
        ("Tomorrow at 9:15", "2026-11-26 09:15"),
        ("tomorrow afternoon", "2026-11-26 14:00"),
        ("morgen", "2026-11-26 09:00"),
        ("morgen früh", "2026-11-26 09:00"),
        ("übermorgen um 14 Uhr", "2026-11-27 14:00"),
        ("demain 14h", "2026-11-26 14:00"),
        ("après-demain à 9h30", "2026-11-27 09:30"),
        ("mañana por la mañana", "2026-11-26 09:00"),
        ("pasado mañana 10:00", "2026-11-27 10:00"),
        ("yarın saat 9'da", "2026-11-26 09:00"),
        ("YARIN SABAH", "2026-11-26 09:00"),
        ("öbür gün", "2026-11-27 09:00"),
        ("monday", "2026-11-30 09:00"),
        ("wednesday", "2026-12-02 09:00"),
        ("Freitag um 9", "2026-11-27 09:00"),
        ("vendredi matin", "2026-11-27 09:00"),
        ("el viernes a las 11", "2026-11-27 11:00"),
        ("pazartesi 14:00", "2026-11-30 14:00"),
        ("tonight", "2026-11-25 18:00"),
        ("heute Abend", "2026-11-25 18:00"),
        ("bu akşam", "2026-11-25 18:00"),
        ("aujourd’hui 18h", "2026-11-25 18:00"),
        ("next week", "2026-11-30 09:00"),
        ("nächste Woche", "2026-11-30 09:00"),
        ("la semaine prochaine", "2026-11-30 09:00"),
        ("haftaya", "2026-11-30 09:00"),
        ("in 3 Tagen", "2026-11-28 09:00"),
        ("2 semanas", "2026-12-09 09:00"),
        ("2026-12-24", "2026-12-24 09:00"),
        ("24.12.", "2026-12-24 09:00"),
        ("24.12.2027 8:15", "2027-12-24 08:15"),
        ("3. Dezember 10 Uhr", "2026-12-03 10:00"),
        ("1 mars", "2027-03-01 09:00"),
        ("dec 24", "2026-12-24 09:00"),
    ],
)
def test_words_mean_a_moment(words: str, meant: str) -> None:
    assert moment(words, ms(NOW)) == ms(datetime.fromisoformat(meant))


@pytest.mark.parametrize(
    "words", ["", "  ", "soon", "99", "2h tomorrow", "31.2.", "25:00", "0h", "today 9", "1000000d"]
)
def test_what_is_no_moment_to_come_is_refused_with_examples(words: str) -> None:
    with pytest.raises(BadInput) as refused:
        moment(words, ms(NOW))
    assert refused.value.remedy


@given(st.text(max_size=40))
def test_any_words_are_a_moment_to_come_or_bad_input(words: str) -> None:
    with suppress(BadInput):
        assert moment(words, ms(NOW)) > ms(NOW)


_PARTS = [
    "2h",
    "tomorrow",
    "monday",
    "9",
    "9:30",
    "next week",
    "24.12.",
    "3 days",
    "noon",
    "in",
    "à",
    "yarın",
    "sa",
    "99999w",
]


@given(st.lists(st.sampled_from(_PARTS), max_size=5))
def test_any_mixture_of_parts_is_a_moment_to_come_or_bad_input(parts: list[str]) -> None:
    with suppress(BadInput):
        assert moment(" ".join(parts), ms(NOW)) > ms(NOW)
