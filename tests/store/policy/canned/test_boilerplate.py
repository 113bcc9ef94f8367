"""The lexicon: boilerplate of five languages is known to a team without any history, answers are left alone."""

from __future__ import annotations

import random

import pytest

from store.policy.canned.lexicon import LANGUAGES, PHRASE_LISTS, _lines, lexicons
from tests.benchmarks.unseen import flagged
from tests.store.policy.canned.conftest import alone

STOCK = {
    "en": [
        "Thank you for contacting us. One of our agents will get back to you as soon as possible.",
        "We're sorry to hear this! Please send us a DM with your account details so we can look into it for you.",
        "Unfortunately we are unable to assist with this request at this time. Thank you for your understanding.",
    ],
    "de": [
        "Vielen Dank für Ihre Nachricht. Wir haben Ihr Anliegen an die zuständige Fachabteilung weitergeleitet.",
        "Das tut uns leid! Schick uns bitte deine Kundennummer per DM, dann schauen wir uns das gerne an.",
        "Unsere Techniker arbeiten mit Hochdruck an der Behebung der Störung. Wir bitten um etwas Geduld.",
    ],
    "fr": [
        "Nous avons bien reçu votre demande et reviendrons vers vous dans les plus brefs délais.",
        "Nous sommes navrés pour la gêne occasionnée. Nos équipes mettent tout en œuvre pour rétablir le service.",
        "Pourriez-vous nous communiquer votre numéro de commande en MP afin que nous puissions vous aider ?",
    ],
    "es": [
        "Hemos trasladado su consulta al departamento correspondiente y le responderemos a la mayor brevedad.",
        "Lamentamos las molestias ocasionadas. Nuestro equipo ya está trabajando para solucionarlo.",
        "¡Hola! Escríbenos por mensaje directo con tus datos para poder ayudarte.",
    ],
    "tr": [
        "Talebiniz ilgili birime iletilmiştir. En kısa sürede tarafınıza dönüş yapılacaktır.",
        "Yaşadığınız olumsuzluk için özür dileriz. Ekibimiz sorunun çözümü için çalışmaktadır.",
        "DEĞERLİ MÜŞTERİMİZ, GÖRÜŞLERİNİZ BİZİM İÇİN ÇOK ÖNEMLİ.",
    ],
}
OWN = {
    "en": "The blue jacket runs small, take the L; I put one aside in the Leeds shop until Saturday.",
    "de": "Der Kurs am Dienstag ist voll, ich habe Sie für Donnerstag 18 Uhr bei Frau Peters eingetragen.",
    "fr": "La facture compte deux places depuis que Marc a été ajouté le 3. Retirez-le dans Membres.",
    "es": "La clase del martes se cae porque Luis está enfermo; te he puesto el jueves a las 18 con Inés.",
    "tr": "Conta eski cezveye uymaz, 62 mm olanı lazım, yarın dükkâna geliyor.",
}
FRAMES = {
    "en": ("Thanks for your message.", "Let me know if you have any questions."),
    "de": ("Danke für Ihre Nachricht.", "Melden Sie sich gern, wenn etwas unklar ist."),
    "fr": ("Merci pour votre message.", "N'hésitez pas à revenir vers nous."),
    "es": ("Gracias por tu mensaje.", "Quedamos a tu disposición para cualquier duda."),
    "tr": ("Mesajınız için teşekkürler.", "Başka bir sorunuz olursa bize yazabilirsiniz."),
}


@pytest.mark.parametrize(
    ("language", "text"), [(lang, text) for lang, texts in STOCK.items() for text in texts]
)
def test_boilerplate_is_flagged_without_any_history(language: str, text: str) -> None:
    result = alone(text)
    assert result.flagged, language
    assert any(s.phrases for s in result.sentences)


@pytest.mark.parametrize("language", STOCK)
def test_slips_of_the_pen_hide_no_boilerplate(language: str) -> None:
    chance = random.Random(11)
    misspelt = " ".join(
        word[:i] + word[i + 1] + word[i] + word[i + 2 :] if n % 5 == 0 and (i := chance.randrange(len(word) - 1)) >= 0
        else word
        for n, word in enumerate(" ".join(STOCK[language]).split())
        if len(word) > 1
    )  # fmt: skip
    assert alone(misspelt).flagged, misspelt


TONE = {
    "en": "Our advisers are glad to assist and appreciate your understanding. Kindly await our response.",
    "de": "Unsere Kollegen bemühen sich, Ihrem Wunsch zeitnah zu entsprechen. Wir danken für Ihr Verständnis.",
    "fr": "Notre équipe étudie votre requête avec la plus grande attention et vous prie de patienter encore un peu.",
    "es": "Nuestros agentes estudian su petición con atención y agradecen de antemano su amable paciencia.",
    "tr": "Değerli görüşleriniz için ekibimiz memnuniyetle çalışıyor, lütfen sabırla bekleyiniz.",
}


@pytest.mark.parametrize("language", TONE)
def test_what_says_only_that_help_is_given_is_boilerplate_without_any_known_phrase(language: str) -> None:
    result = alone(TONE[language])
    assert result.flagged, [(s.label, s.stock) for s in result.sentences]


def test_one_short_question_in_the_tone_of_support_is_a_question() -> None:
    assert not alone("Do you appreciate our support?").amber


@pytest.mark.parametrize("kind", ["boilerplate", "social"])
def test_four_of_five_replies_that_say_nothing_are_known_without_having_been_seen(kind: str) -> None:
    hits, replies = flagged()[kind]["counted"]
    assert hits >= 0.8 * replies


def test_genuine_answers_pass_misspelt_or_not() -> None:
    for misspelt in (False, True):
        wrong, replies = flagged(misspelt=misspelt)["genuine"]["all"]
        assert wrong <= 0.02 * replies


@pytest.mark.parametrize("language", OWN)
def test_courtesies_around_an_answer_are_a_frame_and_cost_nothing(language: str) -> None:
    thanks, offer = FRAMES[language]
    result = alone(f"{thanks}\n\n{OWN[language]}\n\n{offer}")
    assert result.score == 0.0
    labels = [s.label for s in result.sentences]
    assert (labels[0], labels[-1]) == ("frame", "frame")
    assert "own" in labels


@pytest.mark.parametrize("language", FRAMES)
def test_courtesies_alone_are_no_answer(language: str) -> None:
    assert alone(" ".join(FRAMES[language])).flagged


def test_each_sentence_is_read_in_its_own_language() -> None:
    result = alone(f"{OWN['en']} {OWN['en']} Talebiniz ilgili birime iletilmiştir.")
    assert [s.label for s in result.sentences][-1] == "stock"


def test_stock_phrases_are_shown_where_they_stand() -> None:
    text = "Hi Tom,\n\nWe wíll get\u200b back to you as soon as possible."
    (verdict,) = [s for s in alone(text).sentences if s.label == "stock"]
    assert [text[start:end] for start, end in verdict.phrases] == [
        "wíll get\u200b back to you as soon as possible"
    ]


def test_the_name_of_the_team_says_nothing() -> None:
    from store.policy.canned import judge

    text = "The Zephyrio Quux team will get back to you as soon as possible."
    with_name = judge(text, ticket=None, ticket_text="", index=None, team="Zephyrio Quux")
    assert with_name.sentences[0].stock > alone(text).sentences[0].stock


def test_words_of_the_ticket_that_the_reply_never_mentions_are_named() -> None:
    result = alone(
        "We will look into this.", "My Grundfos pump drips since Tuesday. The PUMP drips onto the boiler!"
    )
    assert result.unmentioned[:2] == ("pump", "drips")
    assert {"Grundfos", "boiler"} <= set(result.unmentioned)
    assert "since" not in result.unmentioned
    assert "pump" not in alone("The pumps are leaking.", "My pump drips.").unmentioned


@pytest.mark.parametrize("lexicon", lexicons(), ids=LANGUAGES)
def test_every_phrase_of_a_lexicon_can_be_read_and_begins_with_a_key(lexicon) -> None:  # type: ignore[no-untyped-def]
    from importlib import resources

    text = resources.files("store.policy").joinpath("lexicon", f"{lexicon.language}.txt").read_text("utf-8")
    phrases = [line for section, line in _lines(text) if section in PHRASE_LISTS]
    assert len(phrases) > 80
    for line in phrases:
        assert line.count("(") == line.count(")"), line
    assert all(lexicon._patterns(key) for key in lexicon.phrases)


def test_a_stem_too_short_to_be_found_by_is_refused() -> None:
    from store.policy.canned.lexicon import _keys

    with pytest.raises(ValueError, match="short"):
        _keys("(ab*|else) once more")
    assert _keys("(we|) will") == {"we", "wil"}


def test_two_small_words_are_no_stock_phrase() -> None:
    assert [s.label for s in alone("By chat").sentences] == ["own"]
