"""What is left over, missing or misdirected in a reply: blocked where it must not go out, else a warning."""

from __future__ import annotations

import pytest

from store.desk import Desk
from store.model import Severity
from store.policy.addressing import distance, is_misspelt
from store.policy.secrets import is_card_number, is_iban
from tests.conftest import ask, write_again
from tests.store.policy.conftest import PAGE, Judge, finding, marked, rules

GOOD = f"the mail was held back and is free now; {PAGE} shows where to find it."


@pytest.mark.parametrize(
    "text", ["", "  \n\t ", "\u200b\u00a0", "...", "Hello Carla,\n\nKind regards,\nAda", "-- \nAda\nAcme"]
)
def test_a_reply_with_nothing_in_it_is_blocked(judge: Judge, text: str) -> None:
    assert finding(judge(text), "reply.empty").severity is Severity.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "> I cannot log in since the update",
        "Hello Carla,\n\nOn Monday Carla wrote:\n> I cannot log in\n\nKind regards,\nAda",
        "I cannot log in since the update, the password reset mail never comes.",
    ],
)
def test_a_reply_that_only_says_back_what_was_written_is_blocked(judge: Judge, text: str) -> None:
    assert finding(judge(text), "reply.only_quote").severity is Severity.BLOCK


@pytest.mark.parametrize("text", ["Yes.", "> it fails\nSince when?", "```\nmake reset\n```", PAGE, "はい"])
def test_a_short_answer_is_an_answer(judge: Judge, text: str) -> None:
    assert not {"reply.empty", "reply.only_quote"} & set(rules(judge(text)))


def test_an_open_slot_is_blocked_and_shown(judge: Judge) -> None:
    text = f"Hello {{name}},\n\n{GOOD} Your number is [[order number]]."
    review = judge(text)
    assert not review.may_send
    assert marked(text, finding(review, "leftover.placeholder")) == ["{name}", "[[order number]]"]


def test_a_reply_in_another_language_is_a_warning(judge: Judge) -> None:
    review = judge(
        f"Hallo Carla, die Nachricht wurde zurückgehalten und ist jetzt frei, siehe {PAGE} für den Weg dorthin."
    )
    assert finding(review, "language.other").severity is Severity.WARN
    assert finding(review, "language.other").evidence[0] == {"reply": "de", "customer": "en"}


def test_a_customer_who_changed_the_language_may_be_answered_in_it(desk: Desk, judge: Judge) -> None:
    ticket = ask(desk, "Log in", "I cannot log in since the update, could you help me?", language="en")
    write_again(
        desk, ticket, "Entschuldigung, ich schreibe lieber auf Deutsch: ich komme nicht mehr in mein Konto."
    )
    assert "language.other" not in rules(
        judge(f"Kein Problem, das machen wir gern auf Deutsch; sehen Sie hier: {PAGE}", ticket)
    )


def test_a_short_reply_has_no_language(judge: Judge) -> None:
    assert "language.other" not in rules(judge(f"Voilà: {PAGE}"))


@pytest.mark.parametrize(
    "sentence",
    [
        "I have attached the log.",
        "Please find attached the form.",
        "The form is attached.",
        "See the attached screenshot.",
        "Anbei die Rechnung.",
        "Die Rechnung finden Sie im Anhang.",
        "Ich habe Ihnen die Anleitung angehängt.",
        "Vous trouverez la facture ci-jointe.",
        "Le formulaire est en pièce jointe.",
        "Te adjunto la factura.",
        "Adjuntamos el formulario.",
        "Faturanız ektedir, ekte bulabilirsiniz.",
        "Ekteki belgeyi doldurun.",
    ],
)
def test_a_promised_file_that_is_not_there_is_a_warning(judge: Judge, sentence: str) -> None:
    review = judge(f"{sentence} {PAGE}")
    assert finding(review, "attachment.missing").severity is Severity.WARN
    assert "attachment.missing" not in rules(judge(f"{sentence} {PAGE}", attachments=1))


@pytest.mark.parametrize(
    "sentence",
    [
        "Could you attach the log?",
        "The screenshot you attached shows it.",
        "Please attach the invoice to your answer.",
        "The sensor is attached to the rail.",
        "Bitte schicken Sie das Bild als Anhang.",
        "Im Anhang Ihrer Mail fehlt die Seite.",
        "Pourriez-vous joindre la facture en pièce jointe ?",
        "¿Podría enviarlo adjunto?",
        "Gönderdiğiniz ekteki dosya açılmadı.",
    ],
)
def test_a_file_of_the_customer_s_is_no_promise(judge: Judge, sentence: str) -> None:
    assert "attachment.missing" not in rules(judge(f"{sentence} {PAGE}"))


@pytest.mark.parametrize(
    ("name", "greeting", "rule"),
    [
        ("Carla Müller", "Hello Carla,", ""),
        ("Carla Müller", "Sehr geehrte Frau Müller,", ""),
        ("Carla Müller", "Sehr geehrte Frau Mueller,", ""),
        ("Carla Müller", "Hi there,", ""),
        ("Carla Müller", "Hallo zusammen,", ""),
        ("CARLA MÜLLER", "Hello Carla,", ""),
        ("müller, carla", "Hello Carla,", ""),
        ("Thomas Weber", "Hi Tom,", ""),
        ("Christine Weber", "Hi Chris,", ""),
        ("IŞIL KAYA", "Merhaba Işıl Hanım,", ""),
        ("Ismail Kaya", "Sayın İsmail Bey,", ""),
        ("", "Hello Tom,", ""),
        ("Carla Müller", "Hello Clara,", "greeting.misspelt"),
        ("Carla Müller", "Sehr geehrte Frau Müler,", "greeting.misspelt"),
        ("José Pérez", "Hola Jose,", "greeting.misspelt"),
        ("Gülşen Kaya", "Merhaba Gulsen Hanım,", "greeting.misspelt"),
        ("Zoë", "Bonjour Zoé,", "greeting.misspelt"),
        ("Carla Müller", "Hello Robert,", "greeting.somebody_else"),
        ("Carla Müller", "Sehr geehrter Herr Schulze,", "greeting.somebody_else"),
    ],
)
def test_the_greeting_is_held_against_the_customer_s_name(
    desk: Desk, judge: Judge, name: str, greeting: str, rule: str
) -> None:
    ticket = ask(desk, "Log in", "The mail never comes.", name=name, email=f"x{len(name)}@customer.example")
    found = [each for each in rules(judge(f"{greeting}\n\n{GOOD}", ticket)) if each.startswith("greeting")]
    assert found == ([rule] if rule else [])


def test_somebody_who_signed_in_the_ticket_may_be_greeted(desk: Desk, judge: Judge) -> None:
    ticket = ask(desk, "Log in", "The mail never comes.\n\nBest, Robert", name="Acme Purchasing")
    assert rules(judge(f"Hello Robert,\n\n{GOOD}", ticket)) == []


def test_a_name_one_slip_away_is_misspelt_and_a_short_form_is_not() -> None:
    assert is_misspelt("Micheal", "Michael")
    assert not is_misspelt("Anna", "Annabel")
    assert not is_misspelt("Ian", "Ivy")
    assert [distance("carla", other) for other in ("carla", "clara", "karla", "")] == [0, 2, 1, 5]


def test_a_link_that_shows_another_host_than_it_leads_to_is_a_warning(judge: Judge) -> None:
    text = "Log in at [https://acme.example/login](https://acme-login.example/x)."
    found = finding(judge(text), "link.other_host")
    assert found.evidence[0] == {"shown": "acme.example", "host": "acme-login.example"}
    assert "link.other_host" in rules(judge("Log in at https://acme.example@evil.example/x now."))
    assert "link.other_host" not in rules(
        judge("Log in at [acme.com](https://help.acme.com/login) or [here](https://x.example/y).")
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Your password: hunter22!", "secret.password"),
        ("Das Passwort lautet Sommer2024", "secret.password"),
        ("Votre mot de passe est Xk9-22lm", "secret.password"),
        ("Contraseña: Xk9.22lm", "secret.password"),
        ("Şifreniz: Xk9222lm", "secret.password"),
        ("Use AKIAABCDEFGHIJKLMNOP for it.", "secret.key"),
        ("api key: 0123456789abcdef0123456789abcdef", "secret.key"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII…", "secret.private_key"),
        ("The card 4111 1111 1111 1111 was charged.", "secret.card"),
        ("Pay to DE89 3704 0044 0532 0130 00 please.", "secret.iban"),
    ],
)
def test_a_secret_about_to_be_mailed_is_a_warning_that_does_not_repeat_it(
    judge: Judge, text: str, rule: str
) -> None:
    review = judge(f"{text} {PAGE}")
    found = finding(review, rule)
    assert found.severity is Severity.WARN
    (secret,) = marked(text, found)
    assert rule == "secret.private_key" or secret not in f"{found.message}{found.evidence}"


@pytest.mark.parametrize(
    "text",
    [
        "Your password: please set it anew.",
        "The password is required.",
        "Passwort: ********",
        "password: {password}",
        "Set password=https://acme.example/x there.",
        "Order 4111111111111112 and parcel 00340434161094042557 are on their way.",
        "The IMEI is 490154203237518.",
        "Call +49 30 1234 5678 9012 or 0000 0000 0000 0000.",
        "DE89 3704 0044 0532 0130 01 is no account.",
        "https://acme.example/4111111111111111",
    ],
)
def test_numbers_and_words_that_are_no_secrets_pass(judge: Judge, text: str) -> None:
    assert [rule for rule in rules(judge(f"{text} {PAGE}")) if rule.startswith("secret")] == []


def test_check_digits_are_reckoned() -> None:
    assert is_card_number("378282246310005")
    assert is_card_number("5555555555554444")
    assert not is_card_number("4111111111111112")
    assert is_iban("TR33 0006 1005 1978 6457 8413 26")
    assert is_iban("FR1420041010050500013M02606")
    assert not is_iban("TR33 0006 1005 1978 6457 8413 27")
