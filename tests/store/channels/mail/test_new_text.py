"""What the author of a mail wrote this time, and what is folded around it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.channels.mail.new_text import Fold, folds, new_text

ATTRIBUTIONS = [
    "On Mon, Mar 3, 2025 at 4:05 PM Ada Kaya <ada@example.org> wrote:",
    "On 03/03/2025 16:05, Ada Kaya wrote:",
    "Ada Kaya <ada@example.org> wrote:",
    "Am 03.03.2025 um 16:05 schrieb Ada Kaya <ada@example.org>:",
    "Ada Kaya <ada@example.org> schrieb am Mo., 3. März 2025, 16:05:",
    "Le lun. 3 mars 2025 à 16:05, Ada Kaya <ada@example.org> a écrit :",
    "El lun, 3 mar 2025 a las 16:05, Ada Kaya (<ada@example.org>) escribió:",
    "El 3 de marzo de 2025 16:05, Ada Kaya <ada@example.org> escribió:",
    "--- El lun, 3/3/25, Ada Kaya <ada@example.org> escribió:",
    "El lun, 03-03-2025 a las 16:05 +0100, Ada Kaya escribió:",
    "El 3 de marzo de 2025 16:05, Ada Kaya <ada en example.org> escribió:",
    "Ada Kaya <ada@example.org>, 3 Mar 2025 Pzt, 16:05 tarihinde şunu yazdı:",
    "3 Mart 2025 Pazartesi 16:05:12 UTC+3 tarihinde Ada Kaya şunları yazdı:",
    "3 Mar 2025 tarihinde, saat 16:05’te, Ada Kaya <ada@example.org> şunları yazdı:",
    "Ada Kaya <ada@example.org> şunları yazdı (3 Mar 2025 16:05):",
    "Pzt, 2025-03-03 tarihinde 16:05 +0300 saatinde, Ada Kaya yazdı:",
    "03.03.2025 16:05 tarihinde Ada Kaya yazdı:",
    "Il giorno lun 3 mar 2025 alle ore 16:05 Ada Kaya <ada@example.org> ha scritto:",
    "Op ma 3 mrt 2025 om 16:05 schreef Ada Kaya <ada@example.org>:",
    "пн, 3 мар. 2025 г. в 16:05, Ada Kaya <ada@example.org>:",
    "2025年3月3日(月) 16:05 Ada Kaya <ada@example.org>:",
    "2025/3/3 Ada Kaya <ada@example.org>",
    "---- On Mon, 03 Mar 2025 16:05:00 +0300 Ada Kaya <ada@example.org> wrote ----",
    "En lunes, 3 de marzo de 2025, 16:05:12 CET, Ada Kaya <ada@example.org> escribió:",
    "Am Montag, 3. März 2025 um 16:05:12 MEZ hat Ada Kaya <ada@example.org> Folgendes geschrieben:",
    "3 Mart 2025 Pazartesi günü saat 16:05'te, Ada Kaya <ada@example.org> şunu yazdı:",
    "នៅលើ 03/03/2025 16:05, Ada Kaya <ada@example.org> បានសរសេរ៖",
]
HEADER_BLOCKS = [
    "From: Ada Kaya <ada@example.org>\nSent: Monday, March 3, 2025 4:05 PM\nTo: Help\nSubject: Printer",
    "Von: Ada Kaya <ada@example.org>\nGesendet: Montag, 3. März 2025 16:05\nAn: Hilfe\nBetreff: Drucker",
    "De : Ada Kaya <ada@example.org>\nEnvoyé : lundi 3 mars 2025 16:05\nÀ : Aide\nObjet : Imprimante",
    "De: Ada Kaya <ada@example.org>\nEnviado el: lunes, 3 de marzo de 2025 16:05\nPara: Ayuda\nAsunto: Impresora",
    "Kimden: Ada Kaya <ada@example.org>\nGönderilme: 3 Mart 2025 16:05\nKime: Yardım\nKonu: Yazıcı",
    "*Kimden:* Ada Kaya <ada@example.org>\n*Tarih:* 3 Mart 2025 16:05\n*Kime:* Yardım\n*Konu:* Yazıcı",
    "________________________________\nFrom: Ada <ada@example.org>\nSent: 3 March 2025 16:05\nSubject: Printer\nTo: B",
    "-----Original Message-----\nFrom: Ada\nSent: 3 March 2025 16:05",
    "-----Ursprüngliche Nachricht-----",
    "-----Message d'origine-----\nDe : Ada",
    "-----Mensaje original-----\nDe: Ada",
    "-----Özgün İleti-----\nKimden: Ada",
    "-----Orijinal Mesaj-----",
    "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Monday, March 3rd, 2025 at 16:05, Ada <ada@example.org> wrote:",
    "-------- Words of any language --------\nFrom: Ada <ada@example.org>\nSent: 3 March 2025 16:05\nSubject: Printer",
    'Gesendet: Montag, 03. März 2025 um 16:05 Uhr\nVon: "Ada" <ada@example.org>\nAn: h@x.org\nBetreff: Re: Drucker',
    '----- Mail original -----\nDe: "Ada" <ada@example.org>\nEnvoyé: Lundi 3 Mars 2025 16:05:12\nObjet: Re: Imprimante',
    "______________\nLabel: Ada <ada@example.org>\nΩρα: 3/3/2025 16:05\nΠρος: B\nΑλλο: Printer",
]
OWN = "Yes, it does.\n\nKind regards,\nBob"


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize(
    "quote", ["> Does it print?\n> Yours", "\n> Does it print?\n> Yours", "Does it print?\nYours"]
)
def test_an_answer_above_the_quoted_mail_is_all_that_is_read(attribution: str, quote: str) -> None:
    assert new_text(f"{OWN}\n\n{attribution}\n{quote}\n") == OWN


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_an_attribution_broken_over_lines_is_still_one(attribution: str) -> None:
    words = attribution.replace("ada en ", "ada@").split()
    for count in range(len(words) - 1, 0, -1):
        if len(" ".join(words[:count])) < 34:
            break
        broken = " ".join(words[:count]) + "\n" + " ".join(words[count:])
        assert new_text(f"{OWN}\n\n{broken}\n> Does it print?\n") == OWN, broken


@pytest.mark.parametrize("header", HEADER_BLOCKS)
def test_below_a_header_block_all_is_the_earlier_mail(header: str) -> None:
    assert new_text(f"{OWN}\n\n{header}\n\nDoes it print?\n\nAda\n") == OWN


@pytest.mark.skipif(
    "HELPTERM_SHARED" not in os.environ, reason="needs the attribution lines of a mail client"
)
def test_what_a_client_writes_above_a_quote_in_71_languages_is_known() -> None:
    """Of 71 files those of three languages are allowed to hold a line that is not."""
    file = Path(os.environ["HELPTERM_SHARED"]) / "data" / "mail" / "reply_headers.json"
    unknown = {
        each["source"]
        for each in json.loads(file.read_text(encoding="utf-8"))
        for line in each["strings"].values()
        if "#1" in line
        for written in [
            line.replace("#1", "Ada <ada@example.org>").replace("#2", "03.03.2025").replace("#3", "16:05")
        ]
        if new_text(f"{OWN}\n\n{written}\n> Does it print?\n") != OWN
    }
    assert len(unknown) <= 3, unknown


@pytest.mark.parametrize(
    "name", ["José Núñez escribió:", "Ada Kaya yazdı:", "codinghorror wrote:", "You wrote:"]
)
def test_a_name_and_wrote_is_an_attribution_only_above_a_quote(name: str) -> None:
    assert new_text(f"{OWN}\n\n{name}\n> Does it print?\n") == OWN
    assert new_text(f"{OWN}\n\n{name}\nDoes it print?\n") == f"{OWN}\n\n{name}\nDoes it print?"


def test_a_fold_says_what_it_hides_and_where() -> None:
    body = "Yes.\n\nOn 03/03/2025 16:05, Ada wrote:\n> Does it?\n\n-- \nBob\n"
    assert [(body[f.start : f.end], f.kind) for f in folds(body)] == [
        ("On 03/03/2025 16:05, Ada wrote:\n", "attribution"),
        ("> Does it?\n\n", "quote"),
        ("-- \nBob\n", "signature"),
    ]


def test_a_forward_under_a_comment_is_one_fold_of_its_own_kind() -> None:
    body = "FYI\n\n---------- Forwarded message ---------\nFrom: Ada <ada@example.org>\nSubject: x\n\nHello\n"
    assert [fold.kind for fold in folds(body)] == ["forward"]
    assert new_text(body) == "FYI"


def test_a_forward_without_comment_shows_the_forwarded_mail() -> None:
    body = "-------- İletilen İleti --------\nKimden: Ada <ada@example.org>\nTarih: 3 Mart 2025\nKonu: x\n\nHello\n-- \nAda\n"
    assert new_text(body) == "Hello\n-- \nAda"


def test_an_answer_below_one_quoted_block_stays_and_the_block_goes() -> None:
    assert (
        new_text("On 03/03/2025 16:05, Ada wrote:\n> Does it print?\n> It should.\n\nIt does.\n")
        == "It does."
    )


def test_answers_between_quotes_keep_the_quotes_they_answer() -> None:
    body = (
        "On 03/03/2025 16:05, Ada wrote:\n> Does it print?\n\nYes.\n\n> And scan?\n\nNo.\n\n> Thanks\n> Ada\n"
    )
    assert new_text(body) == "> Does it print?\n\nYes.\n\n> And scan?\n\nNo."


@pytest.mark.parametrize(
    "body",
    [
        "> Answered within, in red.",
        "> Does it print?\n> It does, as I write here.\n> Ada",
        "> Does it print?\n\nYes.",
        "I typed this:\n\n> print(1)\n> print(2)",
        "I ran\n\n> flushall",
        "Prices\n5 - 100: 85\n>100: 75",
        "Visit\n>>> >>>  http://example.org <<<\nbelow",
        "```\n> quoted in code\n-- \nOn 03/03/2025 16:05, Ada wrote:\n```\nWhat is this?",
        "From: Berlin\nTo: Paris\nDate: 3 May at 10:00\nPlease book it.",
        "Please join us.\n\nDate: Wednesday 3, October 2025\nTime: 7:00\nAddress: 1 Fox St\n\nBring your ID.",
        "On this day\n\nI wrote something\n\nwhich was read.",
        "On 3 May my colleague wrote:\n\nthe printer is broken. What now?",
        "Devices\n=======\nabout 555 1234567",
        "Report\n\n------\nTime: 3/9/2025 3:50:52 PM\nReceived: 12\nErrors: 3",
        "Report\n\n**********\nWarning, see http://example.org\n**********\nMore follows.",
        "Please unsubscribe me from the mailing list.",
        "It fails.\n\nMy antivirus says the download is not virus-free.",
        "Hello\n\nSent from my desk, this is easier to type.",
        "Hello\n\nFatura dün postaneden gönderildi.",
        "Hello\n\n--\nThe difficulty with the file is a question of who keeps it up to date.",
    ],
)
def test_what_the_author_says_is_not_folded(body: str) -> None:
    assert new_text(body) == body


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Sent from Yahoo Mail on Android",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Von meinem iPhone gesendet",
        "Gesendet von Mail für Windows",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Envoyé de mon iPhone",
        "Télécharger Outlook pour Android",
        "Enviado desde mi iPhone",
        "Obtener Outlook para iOS",
        "Enviado desde Correo para Windows",
        "iPhone'umdan gönderildi",
        "iPhone’umdan gönderildi",
        "Android için Outlook'u edinin",
        "Windows için Posta ile gönderildi",
        "Samsung cep telefonumdan gönderildi",
        "Inviato da iPhone",
        "Enviado do meu iPhone",
        "從我的 iPhone 傳送",
        "Отправлено с iPhone",
    ],
)
def test_the_line_that_a_phone_adds_is_a_signature(line: str) -> None:
    assert new_text(f"Yes.\n\n{line}\n\nOn 03/03/2025 16:05, Ada wrote:\n> Does it?\n") == "Yes."
    assert [fold.kind for fold in folds(f"Yes.\n\n{line}\n")] == ["signature"]


@pytest.mark.parametrize(
    "tail",
    [
        "_______________________________________________\nHelp mailing list\nhttps://example.org/mailman/listinfo/help",
        "-- \nYou received this message because you are subscribed to the group.\nTo unsubscribe see http://example.org",
        "------------ próxima parte ------------\nSe ha borrado un adjunto en formato HTML...\nURL: <https://example.org/a>",
        "-------------- next part --------------\nA non-text attachment was scrubbed...\nName: a.png\nType: image/png",
        "This message is confidential and intended for the addressee. If you are not the intended recipient, delete it.",
        "Este mensaje es confidencial y va dirigido a su destinatario. Si lo recibe por error, elimínelo.",
        "Bu e-posta gizlidir ve yalnızca alıcısı içindir. Yanlışlıkla size ulaştıysa siliniz; kopyalanması yasaktır.",
        "Antes de imprimir este mensaje, piense en el medio ambiente.",
    ],
)
def test_footers_and_disclaimers_are_folded(tail: str) -> None:
    body = f"It does not print.\n\n{tail}\n"
    assert new_text(body) == "It does not print."
    assert {fold.kind for fold in folds(body)} == {"footer"}


def test_a_closing_and_a_name_belong_to_what_was_said() -> None:
    assert (
        new_text("It works.\n\nSaludos,\nAna\n\n--\nAna Ruiz\nTel. 91 555 55 55\n")
        == "It works.\n\nSaludos,\nAna"
    )


def test_a_drawn_line_over_contact_details_is_a_signature() -> None:
    body = "It works.\n______________________\nDr. Ana Ruiz\nFacultad de Ciencias\nTel. 976 76 10 00\n"
    assert new_text(body) == "It works."


def test_an_attribution_may_be_broken_over_three_lines() -> None:
    body = (
        'C\'est fait !\nLe 3 mars 2025 16:05, "Ada Kaya"\n<ada@example.org>\na écrit :\n\n> Bonjour\n> Ada\n'
    )
    assert new_text(body) == "C'est fait !"


def test_only_a_quote_under_its_attribution_leaves_the_quote_to_read() -> None:
    assert new_text("On 03/03/2025 16:05, Ada wrote:\n> Does it print?\n> Yes, see here.\n") == (
        "> Does it print?\n> Yes, see here."
    )


def test_words_before_an_attribution_on_its_line_stay() -> None:
    assert new_text("Thanks On Wed, Apr 4, 2025 at 3:59 PM, bob@example.org wrote:\n> Hi") == "Thanks"


def test_a_line_above_an_attribution_is_not_taken_for_its_start() -> None:
    body = "I have version 0.5.2 here, if that helps\nAda Kaya wrote:\n> Which version?\n"
    assert new_text(body) == "I have version 0.5.2 here, if that helps"


def test_a_quoted_line_torn_by_a_mail_program_stays_in_its_quote() -> None:
    body = (
        "Yes.\n\nOn 03/03/2025 16:05, Ada wrote:\n"
        "> It is a long line that some program has broken where it should not\nhave been\n> broken.\n"
    )
    assert new_text(body) == "Yes."


def test_windows_line_ends_are_read_as_line_ends() -> None:
    assert (
        new_text("Yes.\r\nIt does.\r\n\r\nOn 03/03/2025 16:05, Ada wrote:\r\n> Does it?\r\n")
        == "Yes.\nIt does."
    )


def test_a_mail_of_nothing_but_attributions_has_nothing_to_read() -> None:
    line = "On Mon, Mar 3, 2025 at 4:05 PM Ada <ada@example.org> wrote:"
    assert new_text(f"> {line}\n>\n>> {line}\n") == ""


PARTS = [
    *ATTRIBUTIONS,
    *HEADER_BLOCKS,
    "> quoted",
    ">> deeper",
    "> On 03/03/2025 16:05, Ada wrote:",
    "own words",
    "",
    "-- ",
    "--",
    "______",
    "Sent from my iPhone",
    "```",
    "> wrote:",
    "mailto:a@b.org",
    "<",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=20)), max_size=14),
    st.sampled_from(["\n", "\r\n"]),
)
def test_folds_are_sorted_apart_and_within_any_mail(parts: list[str], end: str) -> None:
    body = end.join(parts)
    at = 0
    for fold in folds(body):
        assert isinstance(fold, Fold)
        assert at <= fold.start < fold.end <= len(body)
        at = fold.end


def test_what_looks_like_a_signature_is_read_when_there_is_nothing_else_but_attributions() -> None:
    quotes = "> On Mon, 1 Mar 2021 at 10:00, Jane <j@x.org> wrote:\n> On Tue, 2 Mar 2021 at 10:00, Bob <b@x.org> wrote:"
    assert new_text(f"-- \nown words\n{quotes}") == "-- \nown words"
    assert new_text(quotes) == ""


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=20)), max_size=14))
def test_the_reading_invents_nothing_and_never_hides_all_that_was_said(parts: list[str]) -> None:
    body = "\n".join(parts)
    reading = new_text(body)
    rest = iter(body)
    assert all(character in rest for character in reading)
    if any(part == "own words" for part in parts):
        assert reading


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["It works.", "Danke!", "¿Y ahora?", "Teşekkürler", ""]), min_size=1, max_size=5
    ),
    st.sampled_from(["", "\n-- \nBob", "\nSent from my iPhone"]),
    st.sampled_from(ATTRIBUTIONS),
    st.sampled_from(["> one\n> two", "one\ntwo"]),
)
def test_reading_an_ordinary_answer_twice_changes_nothing(
    said: list[str], end: str, line: str, quote: str
) -> None:
    own = "\n".join(said).strip()
    reading = new_text(f"{own}\n{end}\n\n{line}\n{quote}\n")
    if own:
        assert reading == own
    assert new_text(reading) == reading


@pytest.mark.parametrize(
    "piece",
    [
        ">",
        ">\n",
        "> a\n",
        f"{ATTRIBUTIONS[0]}\n",
        "a:\n",
        "1:\n",
        "_" * 900 + "\n",
        "-- a " * 180 + "\n",
        "x\n> y\n",
        "<\n",
    ],
)
def test_a_huge_mail_of_one_thing_is_read_to_its_end(piece: str) -> None:
    body = (piece * 100_000)[:100_000]
    assert all(fold.end <= len(body) for fold in folds(body))
