"""The language detector: five languages told apart, short and foreign texts left alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.text.language import LANGUAGES, MAX_CHARS, detect, function_words, scores

SENTENCES = [
    ("en", "I cannot log in since the update, could you have a look?"),
    ("de", "Seit der Aktualisierung komme ich nicht mehr in mein Konto, können Sie bitte nachsehen?"),
    ("fr", "Depuis la mise à jour je n'arrive plus à me connecter, pouvez-vous regarder ?"),
    ("es", "Desde la actualización no puedo entrar en mi cuenta, ¿podrían mirarlo?"),
    ("tr", "Güncellemeden sonra hesabıma giremiyorum, bakabilir misiniz?"),
]
FOREIGN = [
    "Ik heb gisteren een bestelling geplaatst maar nog geen bevestiging ontvangen, kunt u dat nakijken?",
    "Buongiorno, non riesco ad accedere al mio account, potete aiutarmi?",
    "Olá, não consigo entrar na minha conta, podem ajudar-me?",
    "Hej, jag kan inte logga in på mitt konto, kan ni hjälpa mig?",
    "Dzień dobry, nie mogę zalogować się na swoje konto.",
    "Salam, mən hesabıma daxil ola bilmirəm, kömək edə bilərsiniz?",
    "Здравствуйте, не могу войти в аккаунт уже третий день",
    "こんにちは、ログインできません。助けてください。",
]


@pytest.mark.parametrize(("language", "sentence"), SENTENCES)
def test_one_sentence_is_enough_to_know_the_language(language: str, sentence: str) -> None:
    assert detect(sentence) == language


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Ich moechte meine Bestellung zurueckgeben, koennen Sie mir schreiben wie das geht?"),
        ("fr", "Je n'ai pas recu ma commande et personne ne repond a mes messages"),
        ("es", "Manana vuelvo a intentarlo, pero ayer tampoco funciono"),
        ("tr", "sifremi unuttum ve hesabima giremiyorum lutfen yardim edin"),
        ("tr", "SİPARİŞİM HÂLÂ GELMEDİ, NEREDE OLDUĞUNU BİLEN VAR MI"),
    ],
)
def test_people_who_type_without_accents_or_in_capitals_are_understood(language: str, sentence: str) -> None:
    assert detect(sentence) == language


@pytest.mark.parametrize("sentence", FOREIGN)
def test_a_language_the_desk_does_not_speak_is_not_mistaken_for_one_it_does(sentence: str) -> None:
    assert detect(sentence) is None


@pytest.mark.parametrize("text", ["", "   ", "ok", "Error 500", "v2.4.1", "???", "12345", "\ud800"])
def test_a_text_too_short_to_tell_is_left_open(text: str) -> None:
    assert detect(text) is None


def test_english_code_and_log_lines_do_not_make_a_german_text_english() -> None:
    log = "the file could not be opened because it is in use by another"
    text = f"Leider kommt bei mir nur diese Meldung:\n```\n{log}\n```\nWas nun?"
    assert detect(text) == "de"


def test_the_scores_are_shares_of_the_evidence() -> None:
    found = scores("Könnten Sie bitte nachsehen, ob die Lieferung schon unterwegs ist?")
    assert set(found) == set(LANGUAGES)
    assert max(found, key=found.__getitem__) == "de"
    assert sum(found.values()) <= 1.0001


def test_the_function_words_of_an_unknown_language_are_none() -> None:
    assert "nicht" in function_words("de")
    assert "için" in function_words("tr")
    assert "icin" in function_words("tr")
    assert function_words("xx") == frozenset()


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert detect("the cat is not here and " * (MAX_CHARS // 10) + "ist nicht da und " * 100_000) == "en"


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert detect(text) in {*LANGUAGES, None}
    assert all(0 <= share <= 1.0001 for share in scores(text).values())


@pytest.mark.skipif("HELPTERM_SHARED" not in os.environ, reason="needs the shared data")
def test_no_reply_of_the_measured_set_is_taken_for_another_language() -> None:
    path = Path(os.environ["HELPTERM_SHARED"]) / "data" / "canned" / "dev.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows if detect(row["reply"]) not in (row["lang"], None)] == []
