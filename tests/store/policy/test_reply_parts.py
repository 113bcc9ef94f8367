"""The parts of a reply: what is quote, code, greeting and signature, and what is the agent's own prose."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.policy.reply_parts import Parts, Span, blanked, merged, parts_of


def cut(text: str, spans: tuple[Span, ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


REPLY = """Hello Carla,

On Monday Carla wrote:
> It does not open.
>> Did you restart?

Run `make reset` and then

    make start

```sh
make look
```
and look here: https://help.acme.example/start

Kind regards,
Ada
Acme · https://acme.example/contact
"""


def test_a_reply_is_taken_apart() -> None:
    parts = parts_of(REPLY)
    assert (
        "\n".join(cut(REPLY, parts.quotes))
        == "On Monday Carla wrote:\n> It does not open.\n>> Did you restart?"
    )
    assert cut(REPLY, parts.code) == ["`make reset`", "    make start", "```sh\nmake look\n```"]
    assert "\n".join(cut(REPLY, parts.sign_off)) == "Kind regards,\nAda\nAcme · https://acme.example/contact"
    assert parts.greeting is not None
    assert cut(REPLY, (parts.greeting,)) == ["Hello Carla,"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Hi Tom, thanks for the log.", " Tom"),
        ("Sehr geehrte Frau Dr. Müller,", " Frau Dr. Müller"),
        ("Bonjour Zoé !", " Zoé "),
        ("Estimado Sr. Pérez:", " Sr. Pérez"),
        ("Sayın Gülşen Hanım,", " Gülşen Hanım"),
        ("İYİ GÜNLER,", ""),
        ("Grüß Gott Herr Huber", " Herr Huber"),
    ],
)
def test_a_greeting_is_known_in_five_languages(line: str, names: str) -> None:
    parts = parts_of(f"{line}\n\nDoes it work now?")
    assert parts.names is not None
    assert cut(line, (parts.names,)) == [names]


@pytest.mark.parametrize(
    "line", ["High voltage is dangerous.", "Thanks for the log.", "Hierbei fällt auf, dass nichts lief."]
)
def test_a_first_sentence_is_no_greeting(line: str) -> None:
    assert parts_of(line).greeting is None


@pytest.mark.parametrize(
    "line",
    [
        "Hola la factura de mayo está lista.",
        "Hi-res images are supported now.",
        "Hello the parcel was found at the door",
    ],
)
def test_a_sentence_that_begins_with_a_greeting_is_still_a_sentence(line: str) -> None:
    parts = parts_of(line)
    assert parts.names is None
    assert parts.greeting is not None
    assert parts.greeting[1] <= len("Hello")


@pytest.mark.parametrize(
    "closing",
    [
        "Kind regards,",
        "Mit freundlichen Grüßen",
        "Cordialement,",
        "Un saludo,",
        "Saygılarımla,",
        "Viele Grüße",
        "Cheers!",
    ],
)
def test_a_sign_off_and_what_follows_is_the_signature(closing: str) -> None:
    text = f"It is fixed.\n\n{closing}\nAda\nwww.acme.example/team"
    parts = parts_of(text)
    assert parts.in_signature(text.index("www."))
    assert not parts.in_signature(text.index("fixed"))


def test_everything_below_the_delimiter_is_the_signature() -> None:
    text = "It is fixed.\n-- \nAda, who writes long sentences in signatures and links https://acme.example/x everywhere.\n"
    assert parts_of(text).in_signature(text.index("https"))


def test_the_product_s_own_signature_is_known_wherever_it_stands() -> None:
    text = "It is fixed.\n\nYour friends at Acme\nhttps://acme.example/x\n\nPS: call me."
    assert parts_of(text, "Your friends at Acme\nhttps://acme.example/x").in_signature(text.index("https"))


@pytest.mark.parametrize(
    "text",
    [
        "Done.\n\nKind regards,\nAda\n\nPS: the way back is here: https://acme.example/back",
        "See [1].\n\nCheers,\nAda\n\n[1] https://acme.example/back",
        "It is gone.\n\nGruß\n\nMehr dazu: https://acme.example/back\n\nMelden Sie sich, wenn etwas unklar ist.\n\nLG\nAda",
        "I had a look.\n\nThanks!\nYou can read all about the way back here: https://acme.example/back",
    ],
)
def test_a_link_behind_a_first_farewell_still_belongs_to_the_answer(text: str) -> None:
    assert not parts_of(text).in_signature(text.index("https"))


def test_history_without_marks_is_a_quote_to_the_end() -> None:
    text = "It is fixed.\n\n----- Original Message -----\nIt does not open.\nhttps://shop.example/x"
    assert parts_of(text).in_quote(text.index("https"))
    text = "Es geht.\n\nVon: Carla\nGesendet: Montag\nAn: Hilfe\nBetreff: Tür\n\nSie klemmt. https://shop.example/x"
    assert parts_of(text).in_quote(text.index("https"))


def test_mail_settings_that_an_agent_lists_are_no_history() -> None:
    text = "Enter these:\n\nTo: help@acme.example\nSubject: anything\nDate: today\n\nThen send it."
    assert parts_of(text).quotes == ()


def test_marks_inside_code_are_no_quote() -> None:
    text = "Try:\n```\n> print(1)\n```"
    assert parts_of(text).quotes == ()


def test_a_fence_that_nobody_closed_reaches_to_the_end() -> None:
    text = "Try:\n```\nmake\n\nmake clean"
    assert cut(text, parts_of(text).code) == ["```\nmake\n\nmake clean"]


def test_blanking_keeps_every_position() -> None:
    text = "ab\ncd ef"
    assert blanked(text, [(1, 4), (3, 5)]) == "a \n   ef"


def test_spans_that_touch_become_one() -> None:
    assert merged([(5, 7), (1, 3), (3, 4), (9, 9), (6, 8)]) == ((1, 4), (5, 8))


@pytest.mark.parametrize(
    "unit", [">", "> ", "\n", "```\n", "`", "<pre>", "[code]", "From: x\n", "-- \n", "Hi\n", "    x\n"]
)
def test_no_text_makes_the_parts_slow_to_find(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    parts = parts_of(text)
    assert all(0 <= start < end <= len(text) for start, end in (*parts.quotes, *parts.code, *parts.sign_off))


@given(
    st.lists(
        st.sampled_from(
            [
                "Hi Tom,",
                "\n",
                "> x",
                "-- ",
                "```",
                "`a`",
                "Regards,",
                "    y",
                "From: a",
                "ß",
                "\r",
                "😀",
                " ",
            ]
        )
    )
)
@settings(max_examples=150, deadline=None)
def test_parts_lie_in_the_text_and_in_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    parts = parts_of(text)
    assert isinstance(parts, Parts)
    for spans in (parts.quotes, parts.code, parts.sign_off):
        assert list(spans) == sorted(spans)
        assert all(0 <= start < end <= len(text) for start, end in spans)
    assert len(blanked(text, [*parts.quotes, *parts.code])) == len(text)
