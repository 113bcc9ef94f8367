"""The links offered at the sample desk are those a person would choose, and what says nothing offers nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.desk import Desk
from store.desk.tickets import ticket as ticket_by_number
from store.model import Suggestion, Takeaway
from store.policy.context import TicketContext, context
from store.policy.knowledge import build
from store.policy.terms import is_common, terms
from store.sample import load
from store.text.language import LANGUAGES

CHOICES = {
    "504 on every second page": "errors/502-and-504",
    "502 cada vez que publicamos": "es/errores/502-y-504",
    "Admin area unbearably slow": "speed/slow-admin",
    "Webhook to our CRM: 401": "connect/webhooks",
    "Date picker: block Mondays": "fields/dates",
    "Les dates s'affichent": "fr/champs/dates",
    "Invoice needs our VAT number": "billing/invoices",
    "Chat: smaller plan": "billing/change-plan",
    "How do I create info@": "mail/use-a-mail-provider",
    "Créer mes adresses e-mail": "fr/mail/choisir-un-fournisseur",
    "Browser says Not secure": "tls/certificate-pending",
    "Certificat toujours en attente": "fr/tls/certificat-en-attente",
    'Site "güvenli değil"': "tr/tls/sertifika-bekliyor",
    "Permission denied (publickey)": "access/ssh-keys",
    "Domain zeigt noch": "de/dns/domain-verbinden",
    "Sicherung zurückspielen": "de/sicherungen/wiederherstellen",
    "Traslado de la librería": "es/traslado/gratis",
    "Did my test just mail": "staging/try-it-first",
    "Payments stuck on pending": "payments/paylark",
    "Licence says 'used on another site'": "licence/move",
    "GDPR - how long are entries kept": "privacy/retention",
    "Screen reader does not announce": "accessibility/keyboard",
    "Multi-step form forgets everything": "multi-step/keep-answers",
    "200 spam entries": "spam/without-a-captcha",
    "Rezervasyon formuna her gün spam": "tr/spam/captcha-olmadan",
    "Randevu bildirimleri": "tr/mail/bildirim-gelmiyor",
    "Benachrichtigungen kommen": "de/mail/kommt-nicht-an",
    "No llegan las citas": "es/mail/no-llegan",
    "La mairie ne reçoit plus": "fr/mail/non-recus",
    "Export: é becomes": "export/spreadsheets",
    "CSV-Export: Umlaute": "de/export/tabellen",
    "Los clientes no pueden subir": "es/archivos/limites",
    "Pflichtfeld wird verlangt": "de/bedingungen/felder-ein-und-ausblenden",
    "Absenden-Knopf reagiert nicht": "de/fehlersuche/konflikt-finden",
    "Order total ignores": "conditions/show-and-hide",
}
"""The beginning of a subject → the end of the address that a person would hand over."""

NOTHING_FITS = (
    "Contact form shows old opening hours",
    "Schrift im Formular",
    "Voicemail: site redirects",
    "Zweimal abgebucht",
    "Où sont stockées les réponses",
    "Lisansı yeni siteye",
    "¿Nos lo podéis hacer",
)
"""Tickets of which no page says what they say: nothing is better than anything."""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[TicketContext]]:
    """Every ticket of the sample desk as the gate sees it."""
    with Desk(tmp_path_factory.mktemp("sample") / "desk.db", "sam") as desk:
        load(desk)
        numbers = [number for (number,) in desk.read().execute("SELECT number FROM tickets")]
        yield [context(desk, ticket_by_number(desk, number)) for number in numbers]


def offered(ticket: TicketContext) -> tuple[Suggestion, ...]:
    """What would be offered if no reply had given a link yet."""
    return ticket.library.suggest(
        ticket.said, language=ticket.language, product=ticket.ticket.product, limit=3
    )


def about(known: list[TicketContext], subject: str) -> TicketContext:
    (found,) = (each for each in known if each.ticket.subject.startswith(subject))
    return found


@pytest.mark.parametrize("subject", CHOICES)
def test_the_page_that_a_person_would_choose_comes_first(known: list[TicketContext], subject: str) -> None:
    found = offered(about(known, subject))
    assert found[0].takeaway.url.partition("example/")[2] == CHOICES[subject]


@pytest.mark.parametrize("subject", NOTHING_FITS)
def test_nothing_is_offered_where_no_page_fits(known: list[TicketContext], subject: str) -> None:
    assert offered(about(known, subject)) == ()


def test_no_offer_rests_on_what_everybody_says_or_on_what_the_product_is_called(
    known: list[TicketContext],
) -> None:
    names = set(terms("Formwright Harbour"))
    for ticket in known:
        for each in offered(ticket):
            words = re.findall(r"(?<!\()“(.+?)”", each.because)
            assert words
            assert [word for word in words if is_common(word, ticket.language)] == []
            assert names.isdisjoint(terms(" ".join(words)))


def test_no_page_in_a_foreign_language_is_offered_at_the_sample_desk(known: list[TicketContext]) -> None:
    for ticket in known:
        assert {each.takeaway.language for each in offered(ticket)} <= {ticket.language}


SITE = "https://help.acme.example"


def test_a_page_in_another_language_is_offered_only_where_none_in_the_customer_s_own_fits() -> None:
    english = Takeaway("1", f"{SITE}/captcha", "Captcha and Stashcache", language="en")
    german = Takeaway("2", f"{SITE}/de/captcha", "Captcha mit Stashcache", language="de")
    said = "Captcha geht nicht mit Stashcache"
    assert [each.takeaway for each in build([english]).suggest(said, language="de")] == [english]
    assert [each.takeaway for each in build([english, german]).suggest(said, language="de")] == [german]
    given = {"help.acme.example/de/captcha"}
    assert build([english, german]).suggest(said, language="de", without=given) == ()


def test_one_word_in_common_with_a_foreign_page_is_not_enough() -> None:
    page = Takeaway("1", f"{SITE}/en/mail", "Mail", language="en")
    assert build([page]).suggest("Keine Mail", language="de") == ()


def test_words_in_passing_offer_a_page_only_to_who_reads_its_language() -> None:
    about = "Where the journal of letters lies, and how a Stashcache plugin with an SMTP captcha shows in it."
    page = Takeaway("1", f"{SITE}/journal", "The journal", language="en", text=about)
    said = "Hallo\nCaptcha, SMTP, Stashcache, Plugin"
    assert build([page]).suggest(said, language="de") == ()
    assert len(build([page]).suggest(said, language="en")) == 1


def test_a_word_that_most_pages_have_tells_none_of_them_apart() -> None:
    pages = [Takeaway(str(i), f"{SITE}/form-{name}", f"The {name} of a form", language="en")
             for i, name in enumerate(("colour", "border", "button", "upload", "address", "captcha"))]  # fmt: skip
    assert build(pages).suggest("my form", language="en") == ()
    (found,) = build(pages).suggest("the border of my form", language="en")
    assert found.takeaway.id == "1"
    assert "form" not in found.because


@pytest.mark.parametrize("number", ["1999", "2026", "12", "7788990"])
def test_years_and_numbers_of_orders_name_no_error(number: str) -> None:
    assert terms(f"since {number}") == {}


def test_numbers_of_errors_are_words() -> None:
    assert terms("Error 504, and 10061 before") == {"504": "504", "10061": "10061"} | terms("Error")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("orders", "order"),
        ("email", "mails"),
        ("lisans", "lisansı"),
        ("e-posta", "eposta"),
        ("dates", "date"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert set(terms(one)) == set(terms(other)) != set()


@pytest.mark.parametrize(
    ("word", "language", "common"),
    [
        ("people", "en", True),
        ("Changed", "en", True),
        ("Sicherung", "de", False),
        ("İNSANLAR", "tr", True),
        ("Änderung", "de", True),
        ("Änderung", "en", False),
        ("Änderung", "", True),
        ("webhook", "en", False),
    ],
)
def test_common_words_are_common_in_their_language_and_in_an_unknown_one(
    word: str, language: str, common: bool
) -> None:
    assert is_common(word, language) is common


def test_there_are_common_words_for_every_language_written_as_they_are_compared() -> None:
    from store.policy.words import sections
    from store.text.fold import fold

    assert set(sections("common")) == set(LANGUAGES)
    for words in sections("common").values():
        assert len(words) > 300
        assert [word for word in words if fold(word) != word] == []


def test_the_team_s_names_are_known_when_an_agent_joins(tmp_path: Path) -> None:
    from store.model import Agent
    from store.policy.knowledge import library
    from tests.store.policy.conftest import put

    with Desk(tmp_path / "desk.db", "ada") as desk:
        put(desk, Takeaway("1", f"{SITE}/goodwill", "Goodwill", language="en"))
        assert library(desk.read()).suggest("Goodwill", language="en")
        put(desk, Agent("a1", "gina", full_name="Gina Goodwill"))  # type: ignore[arg-type]
        assert library(desk.read()).suggest("Goodwill", language="en") == ()
