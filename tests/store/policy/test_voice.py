"""A product's voice: words on its card are marked in a reply, and never stop it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.desk import Desk, voices
from store.errors import BadInput, NotFound
from store.model import Product, Severity, Voice
from store.policy.letter import letter_of
from store.policy.voice import voice_findings
from tests.conftest import ask
from tests.store.policy.conftest import PAGE, Judge, finding, marked, put, rules


@pytest.mark.parametrize(
    ("avoided", "text", "met"),
    [
        ("leverage", "You can Leverage the cache here.", ["Leverage"]),
        ("reach out", "Please reach  out to us, and reach the lid.", ["reach  out"]),
        ("Unannehmlichkeiten", "Für die UNANNEHMLICHKEITEN ein Wort.", ["UNANNEHMLICHKEITEN"]),
        ("désolé", "Je suis desole de ce retard.", ["desole"]),
        ("IŞIK", "Cihazın ışık sensörü bozuk.", ["ışık"]),
        ("leverage", "Leveraged tickets and a lever age are other words.", []),
        ("leverage", "> we leverage it\n\nIt is kept in the cache.", []),
        ("leverage", "Run `leverage --all` and see https://a.example/leverage", []),
    ],
)
def test_an_avoided_word_is_marked_in_the_agents_own_prose(
    desk: Desk, judge: Judge, avoided: str, text: str, met: list[str]
) -> None:
    voices.avoid(desk, avoided)
    review = judge(f"{text}\n\n{PAGE}")
    assert ("voice.avoided" in rules(review)) is bool(met)
    if met:
        assert marked(f"{text}\n\n{PAGE}", finding(review, "voice.avoided")) == met


def test_it_warns_names_what_to_say_instead_and_lets_the_reply_go(desk: Desk, judge: Judge) -> None:
    voices.avoid(desk, "reach out", instead="write to us")
    review = judge(f"Hello Carla, reach out when the second step of your shop is empty again: {PAGE}")
    found = finding(review, "voice.avoided")
    assert found.severity is Severity.WARN
    assert "“reach out”" in found.message
    assert "Say “write to us” instead" in found.advice
    assert review.may_send


def test_the_card_of_another_product_is_silent(desk: Desk, judge: Judge) -> None:
    put(desk, Product("p1", "Harbour"), Product("p2", "Orbit"))
    voices.avoid(desk, "leverage", product="orbit")
    text = f"You leverage it. {PAGE}"
    assert "voice.avoided" not in rules(judge(text, ask(desk, "Help", product="Harbour")))
    said = finding(judge(text, ask(desk, "Help", product="Orbit")), "voice.avoided")
    assert said.message.startswith("Orbit does not say")


def test_a_word_is_put_on_the_card_changed_and_taken_off(desk: Desk) -> None:
    voices.avoid(desk, " reach\tout ", instead="write")
    assert voices.avoid(desk, "leverage").avoid == {"reach out": ("write",), "leverage": ()}
    assert voices.allow(desk, "REACH OUT").avoid == {"leverage": ()}
    assert [card.avoid for card in voices.voices(desk)] == [{"leverage": ()}]
    with pytest.raises(NotFound, match="not on the card"):
        voices.allow(desk, "reach out")
    with pytest.raises(BadInput, match="no word"):
        voices.avoid(desk, "…")
    with pytest.raises(NotFound):
        voices.avoid(desk, "leverage", product="Nowhere")


@given(st.text(max_size=400), st.lists(st.text(max_size=12), max_size=4))
@settings(max_examples=100, deadline=None)
def test_spans_point_into_any_text_given(text: str, avoided: list[str]) -> None:
    card = Voice("v", "", dict.fromkeys((*avoided, "the", "a b"), ()))
    for found in voice_findings(letter_of(text), (card,)):
        assert found.spans
        assert all(0 <= start < end <= len(text) for start, end in found.spans)
