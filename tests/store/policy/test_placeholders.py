"""Slots that nobody filled in are seen, and the braces, brackets and percent signs of genuine replies are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.policy.letter import letter_of
from store.policy.placeholders import MAX_FOUND, find_placeholders


def slots(text: str, ticket: str = "") -> list[str]:
    letter = letter_of(text)
    return [text[a:b] for a, b in find_placeholders(text, letter.parts, letter.link_spans, ticket)]


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("Hello {name},", "{name}"),
        ("Hi {{ticket.requester.first_name}},", "{{ticket.requester.first_name}}"),
        ("Dear [NAME],", "[NAME]"),
        ("Dear [Name],\n\nIt is on its way.", "[Name]"),
        ("Hello %NAME%,", "%NAME%"),
        ("Hi *|FNAME|*,", "*|FNAME|*"),
        ("Hi <<FirstName>>,", "<<FirstName>>"),
        ("Hello <name>,", "<name>"),
        ("Dear ____,", "____"),
        ("Hello null,", "null"),
        ("Hello {0},", "{0}"),
        ("Hello %s,", "%s"),
        ("Hi {firstName}, here it is.", "{firstName}"),
        ("Sehr geehrter Herr XXX,", "XXX"),
        ("Guten Tag {Vorname} {Nachname},", "{Vorname}"),
        ("Bonjour {prénom},", "{prénom}"),
        ("Merhaba {isim},", "{isim}"),
        ("Sayın [AD SOYAD],", "[AD SOYAD]"),
        ("Your order XXX is on its way.", "XXX"),
        ("Your order xxx is on its way.", "xxx"),
        ("Please see [[link]] for it.", "[[link]]"),
        ("We will refund [REFUND AMOUNT IN EUR] soon.", "[REFUND AMOUNT IN EUR]"),
        ("The case [case number] was closed.", "[case number]"),
        ("Ihre Bestellung {{order.number}} ist da.", "{{order.number}}"),
        ("Sehen Sie hier: [LINK EINFÜGEN]", "[LINK EINFÜGEN]"),
        ("Le [numéro de commande] suffit.", "[numéro de commande]"),
        ("Su pedido [[número de pedido]] salió ayer.", "[[número de pedido]]"),
        ("Sipariş numaranız {siparis_no} ile bakabilirsiniz.", "{siparis_no}"),
        ("It says so: INSERT LINK HERE.", "INSERT LINK HERE"),
        ("INSERT HERE", "INSERT HERE"),
        ("HIER NAME EINFÜGEN", "HIER NAME EINFÜGEN"),
        ("INSÉRER LE LIEN ICI", "INSÉRER LE LIEN ICI"),
        ("INSERTAR ENLACE AQUÍ", "INSERTAR ENLACE AQUÍ"),
        ("BURAYA LİNK EKLEYİN", "BURAYA LİNK EKLEYİN"),
        ("It is done.\n\nKind regards,\n{agent_name}", "{agent_name}"),
        ("It is done.\n\nKind regards,\n[Your name]", "[Your name]"),
        ("Hello {%customer.firstName,fallback=there%}", "{%customer.firstName,fallback=there%}"),
    ],
)
def test_a_slot_that_nobody_filled_in_is_seen(text: str, slot: str) -> None:
    assert slots(text)[:1] == [slot]


@pytest.mark.parametrize(
    "text",
    [
        'The JSON should be {"name": "x", "id": 3}.',
        "Set {name: 'x', date: 3} in the options.",
        "body { color: red }",
        "Use printf(\"%s\", name) with %d and %1$s.",
        "In Twig, write {{ product.title }} into the template.",
        "Handlebars fills in {{customer.name}} by itself.",
        "Write `{name}` there.",
        "```\nHello {name}, your order {{order.id}} XXX\n```",
        "Do this:\n\n    echo Hello [NAME]\n",
        "See [[Help:Editing]] in the wiki, and [[Main Page]].",
        "https://acme.example/%NAME%/{id}/[name]",
        "Open %APPDATA%\\Acme, not %USERPROFILE% or %USERNAME%.",
        "50% of name and 20% of date",
        "Read array[name] and $_POST['name'] and row[date].",
        "[ERROR] cannot open [INFO] [DEBUG]",
        "[general]\nname = x\n\n[user]\nmail = y",
        "[Date]\n; defines the time zone",
        "press [Ctrl+X], then [Enter]",
        "Use the shortcode [order_tracking] or [contact-form-7 id=\"3\"].",
        "Replace {name} with your own name.",
        "Ersetzen Sie [NAME] durch Ihren Namen.",
        "http://192.168.xx.yy/json?x=130",
        "the card ending XXXX-1234, account DE12 XXXX XXXX 12",
        "apikey = XXXX",
        "xxx, the usual suspect",
        "Version 2.xxx in size XXXL",
        "run `ssh <user>@<host>` or git clone <url>",
        "call /users/{id}/orders and ${NAME}",
        "{% if user.name %}hi{% endif %}",
        "{} and [] and [...] and [sic] and {0}",
        "[quote=\"tom\"]hi[/quote] and [link](https://acme.example/x) and [link]: https://acme.example/x",
        "[Sat Feb 28 19:22:16] [error] [client 192.168.2.8] File does not exist",
        "> Hello {name},\nThis is what you sent, is it not?",
        "Hi Tom, use %d and {name} in the template.",
        "Hello @john_doe, hi!",
        "Dear John <john@acme.example>,",
    ],
)  # fmt: skip
def test_what_genuine_replies_are_full_of_is_no_slot(text: str) -> None:
    assert slots(text) == []


def test_a_slot_that_the_customer_wrote_first_is_the_customer_s() -> None:
    assert slots("{first_name} stays empty because of the import.", "my mail says Hello {first_name}!") == []
    assert slots("{first_name} stays empty because of the import.", "my mail is wrong") == ["{first_name}"]


def test_a_slot_explained_once_is_explained_everywhere() -> None:
    assert slots("Replace [YOUR NAME] with your name.\n\nThen send [YOUR NAME] to us.") == []


def test_a_thousand_slots_are_reported_in_part() -> None:
    assert len(slots("{order_number} " * 1_000)) == MAX_FOUND


@given(
    st.lists(
        st.sampled_from(
            [
                "Hi ",
                "{",
                "}",
                "name",
                "[",
                "]",
                "%",
                "XXX",
                " ",
                "\n",
                "NAME",
                "<",
                ">",
                "`",
                "İ",
                "ß",
                ",",
                "{{x}}",
            ]
        )
    )
)
@settings(max_examples=200, deadline=None)
def test_slots_lie_in_the_text_and_apart(pieces: list[str]) -> None:
    text = "".join(pieces)
    letter = letter_of(text)
    at = 0
    for start, end in find_placeholders(text, letter.parts, letter.link_spans):
        assert at <= start < end <= len(text)
        at = end
