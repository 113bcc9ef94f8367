"""A mail is read as its sender meant it, however damaged it came, and nothing in it can hurt."""

from __future__ import annotations

import base64
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.channels.mail.addresses import Address, addresses_of
from store.channels.mail.charsets import codec_of, decode
from store.channels.mail.parse import Mail, attachment_bytes, parse
from store.errors import BadInput

HEAD = (
    b"From: Jane Doe <jane@example.com>\r\nTo: help@desk.example\r\nSubject: Hello\r\n"
    b"Date: Mon, 01 Jan 2024 08:27:12 +0100\r\nMessage-ID: <1@example.com>\r\n"
)


def mail(*fields: str | bytes, body: bytes = b"Hi\r\n") -> Mail:
    """A mail of these header lines only."""
    lines = [field.encode() if isinstance(field, str) else field for field in fields]
    return parse(b"\r\n".join(lines) + b"\r\n\r\n" + body)


def multipart(*parts: bytes, kind: str = "mixed", head: bytes = HEAD) -> bytes:
    """A mail of these parts, each with its own header."""
    head += f'Content-Type: multipart/{kind}; boundary="b1"\r\n\r\n'.encode()
    return head + b"".join(b"--b1\r\n" + part + b"\r\n" for part in parts) + b"--b1--\r\n"


def part(content_type: str, body: bytes, *fields: str) -> bytes:
    return "\r\n".join([f"Content-Type: {content_type}", *fields]).encode() + b"\r\n\r\n" + body


def test_an_ordinary_mail_is_read_whole() -> None:
    read = parse(
        HEAD
        + b"Cc: a@b.example, =?utf-8?Q?J=C3=BCrgen?= <J@B.Example>\r\nReply-To: <r@example.com>\r\n"
        + b"In-Reply-To: <0@desk.example>\r\nReferences: <x@y>\r\n <0@desk.example>\r\n"
        + b"Received: by mx.example; Mon, 01 Jan 2024 07:30:00 +0000\r\n\r\nHello there\r\n"
    )
    assert read.message_id == "1@example.com"
    assert read.in_reply_to == ("0@desk.example",)
    assert read.references == ("x@y", "0@desk.example")
    assert read.subject == "Hello"
    assert read.sender == Address("Jane Doe", "jane@example.com")
    assert read.to == (Address("", "help@desk.example"),)
    assert read.cc == (Address("", "a@b.example"), Address("Jürgen", "J@b.example"))
    assert read.reply_to == (Address("", "r@example.com"),)
    assert read.sent_at == int(datetime(2024, 1, 1, 7, 27, 12, tzinfo=UTC).timestamp() * 1000)
    assert read.received_at == int(datetime(2024, 1, 1, 7, 30, tzinfo=UTC).timestamp() * 1000)
    assert read.body == "Hello there\n"
    assert (read.html, read.attachments, read.defects, read.auth_failures) == (False, (), (), ())


# Charsets


@pytest.mark.parametrize(
    ("label", "data", "text"),
    [
        ("", "Grüße, señor".encode(), "Grüße, señor"),
        ("iso-8859-1", "Grüße aus Köln".encode(), "Grüße aus Köln"),
        ("iso-8859-1", "“Smart” – 10 €".encode("cp1252"), "“Smart” – 10 €"),
        (
            "us-ascii",
            "Möchte wissen, warum das Gerät nicht geht".encode("latin-1"),
            "Möchte wissen, warum das Gerät nicht geht",
        ),
        ("iso-8859-9", "İyi günler, şikâyetim var".encode("cp1254"), "İyi günler, şikâyetim var"),
        ("gb2312", "發票與镕".encode("gb18030"), "發票與镕"),
        ("x-no-such-charset", "¿Cómo está usted, señor?".encode("latin-1"), "¿Cómo está usted, señor?"),
        (
            "",
            "İyi günler, şikayetim var, ürün çalışmıyor".encode("cp1254"),
            "İyi günler, şikayetim var, ürün çalışmıyor",
        ),
        (
            "",
            "Hola, ¿qué tal? El señor Muíños está aquí".encode("cp1252"),
            "Hola, ¿qué tal? El señor Muíños está aquí",
        ),
        ("", "Wie schön die Straße ist".encode("cp1252"), "Wie schön die Straße ist"),
        ("", "Powiedział, że koń jest duży".encode("cp1250"), "Powiedział, że koń jest duży"),
        ("", "Příliš žluťoučký kůň úpěl".encode("cp1250"), "Příliš žluťoučký kůň úpěl"),
        ("", "Здравствуйте, как дела?".encode("koi8-r"), "Здравствуйте, как дела?"),
        ("koi8-r", "Здравствуйте".encode("koi8-r"), "Здравствуйте"),
        ("euc-kr", "안녕하세요, 똠방각하".encode("cp949"), "안녕하세요, 똠방각하"),
        ("windows-1254", "Çağrı merkezi ışığı".encode("cp1254"), "Çağrı merkezi ışığı"),
        ("iso-2022-jp", "日本語のメール".encode("iso-2022-jp"), "日本語のメール"),
        ("utf-7", "Frösche".encode("utf-7"), "Frösche"),
        ("utf-8", "déjà".encode() + b"\xe9 vu, \xc3\xa7a va", "déjà\ufffd vu, ça va"),
        ("utf-16", "Grüße".encode("utf-16"), "Grüße"),
        ("rot13", b"uryyb", "uryyb"),
    ],
)
def test_bytes_are_read_as_what_they_are_not_as_a_wrong_label_says(
    label: str, data: bytes, text: str
) -> None:
    assert decode(data, label) == text


@pytest.mark.parametrize(
    "label", ["base64", "zlib", "rot13", "idna", "unknown-8bit", "x" * 10_000, "\0", "undefined"]
)
def test_a_label_that_is_no_charset_is_none(label: str) -> None:
    assert codec_of(label) is None


def test_raw_bytes_in_a_header_are_read_as_the_text_is_labelled() -> None:
    read = mail(
        b"Subject: \xfdzin talebi", 'Content-Type: text/plain; charset="iso-8859-9"', body=b"\xfe\r\n"
    )
    assert read.subject == "ızin talebi"


# Header fields


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("=?iso-8859-1?Q?Gr=FC=DFe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvA==?=\r\n =?UTF-8?B?w58=?= an alle", "Grüß an alle"),
        ("=?utf-8?B?w?=\r\n\t=?utf-8?B?7w=?=", "�"),
        ("=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=", "café"),
        ("Re: =?utf-8?q?a_b?=: c", "Re: a b: c"),
        ("=?utf-8?Q?mit Leerzeichen?=", "mit Leerzeichen"),
        ("=?no-such?Q?plain?=", "plain"),
        ("not =?encoded", "not =?encoded"),
        ("folded\r\n   wide\r\n\tand deep", "folded wide and deep"),
        ("=?utf-8?Q?=1B[31mred=07?=", "red"),
    ],
)
def test_a_subject_is_decoded_as_its_sender_wrote_it(value: str, subject: str) -> None:
    found = mail(f"Subject: {value}").subject
    assert found == subject or (subject == "�" and "=" not in found)


def test_raw_bytes_within_an_encoded_word_are_read() -> None:
    assert mail(b"Subject: =?iso-8859-1?Q?Die_Fr\xf6sche?=").subject == "Die Frösche"


def test_a_junk_line_within_the_header_does_not_end_it() -> None:
    read = parse(b"From: a@b.example\r\nthis is no field\r\nSubject: still here\r\n\r\nText\r\n")
    assert read.subject == "still here"
    assert read.body == "Text\n"
    assert any("no field" in defect for defect in read.defects)


def test_a_missing_blank_line_loses_no_text() -> None:
    read = parse(b"From: a@b.example\r\nSubject: s\r\nHello there!\r\n\r\nNote: this is text\r\n")
    assert read.body.splitlines() == ["Hello there!", "", "Note: this is text"]


@pytest.mark.parametrize(
    "start", [b"", b"\r\n\r\n", b"From jane Mon Jan  1 2024\n", b">From jane Mon Jan  1 2024\n"]
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_line_ends_and_mbox_lines_do_not_matter(start: bytes, end: bytes) -> None:
    raw = (start + HEAD + b"\r\nText").replace(b"\r\n", b"\n").replace(b"\n", end)
    assert (parse(raw).subject, parse(raw).body) == ("Hello", "Text")


def test_of_several_from_fields_the_first_usable_one_is_the_sender() -> None:
    read = mail("From: broken", "From: b@c.example", "Subject: s")
    assert read.sender.email == "b@c.example"
    assert "it names several senders" in read.defects


@pytest.mark.parametrize(
    "fields", [["Sender: a@b.example"], ["From: <>", "Reply-To: a@b.example"], ["Return-Path: <a@b.example>"]]
)
def test_without_a_usable_from_the_sender_is_guessed_and_said_so(fields: list[str]) -> None:
    read = mail(*fields, "Subject: s")
    assert read.sender.email == "a@b.example"
    assert any("no usable From" in defect for defect in read.defects)


def test_a_mail_without_any_sender_has_nobody() -> None:
    assert mail("Subject: s").sender == Address("", "")


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 01 Jan 1900 00:00:00 +0000",
        "Fri, 31 Dec 9999 23:59:59 +0000",
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "yesterday",
        "99999999999999999999",
        "(",
    ],
)
def test_an_absurd_date_is_no_date(date: str) -> None:
    read = mail("From: a@b.example", f"Date: {date}")
    assert read.sent_at is None
    assert "its date is not credible" in read.defects


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 1 Jan 2024 08:00:00 +0000",
        "1 Jan 24 08:00 GMT",
        "2024-01-01T09:00:00+01:00",
        "Mon, 1 Jan 2024 03:00:00 EST (the east)",
    ],
)
def test_a_date_is_read_in_the_forms_that_mails_use(date: str) -> None:
    assert mail(f"Date: {date}").sent_at == int(datetime(2024, 1, 1, 8, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("Your message of Monday <a@b>", ("a@b",)),
        ("<a@b><c@d> <a@b>", ("a@b", "c@d")),
        ("a@b", ("a@b",)),
        ("< a@b >", ("a@b",)),
        ("nothing", ()),
        ("", ()),
    ],
)
def test_ids_are_found_in_whatever_form(value: str, ids: tuple[str, ...]) -> None:
    assert mail(f"In-Reply-To: {value}").in_reply_to == ids


def test_a_mail_without_message_id_is_known_by_its_content() -> None:
    lines = ["From: a@b.example", "Date: Mon, 01 Jan 2024 08:00:00 +0000", "Subject: s"]
    first = mail("Received: by one.example; x", *lines, body=b"Text\r\n")
    again = mail("Received: by two.example; y", "Delivered-To: c@d.example", *lines, body=b"Text\n\n")
    other = mail(*lines, body=b"Other text\r\n")
    assert first.message_id is None
    assert first.content_id == again.content_id
    assert first.content_id != other.content_id


def test_failed_checks_of_the_sending_domain_are_shown() -> None:
    read = mail(
        "Authentication-Results: mx.example; spf=pass; dkim=fail (bad) header.d=x; dmarc=fail", "Subject: s"
    )
    assert read.auth_failures == ("dkim=fail", "dmarc=fail")


def test_header_fields_can_be_asked_for_in_any_case() -> None:
    headers = mail("X-Loop: =?utf-8?Q?=C3=A4?=", "x-loop: two").headers
    assert headers.get("x-LOOP") == "ä"
    assert headers.all("X-Loop") == ["ä", "two"]
    assert "X-LOOP" in headers
    assert headers.get("missing", "none") == "none"


# Addresses


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Sony <S@CHATWOOT.COM>", [("Sony", "S@chatwoot.com")]),
        ('"Doe, Jane" <j@x.de>, Doe, Jane <j@x.de>', [("Doe, Jane", "j@x.de")] * 2),
        ("=?utf-8?Q?M=C3=BCller,_J?= <a@b.c>", [("Müller, J", "a@b.c")]),
        ("=?utf-8?Q?M=C3=BCller, J?= <a@b.c>", [("Müller, J", "a@b.c")]),
        ("=?UTF-8?B?TXlTdXJ2ZXk=?= =?UTF-8?B?LmNvbQ==?= <a@b.c>", [("MySurvey.com", "a@b.c")]),
        ("undisclosed-recipients:;", []),
        (
            "Team: Ann <ann@x.de>, bob@x.de; carl@x.de",
            [("Ann", "ann@x.de"), ("", "bob@x.de"), ("", "carl@x.de")],
        ),
        ("ann@x.de; bob@x.de", [("", "ann@x.de"), ("", "bob@x.de")]),
        ("jane@x.de (Jane)", [("Jane", "jane@x.de")]),
        ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", [("Pete", "pete@silly.test")]),
        ("<@relay.example:mary@x.de>", [("", "mary@x.de")]),
        ("'jane@x.de' <jane@x.de>", [("jane@x.de", "jane@x.de")]),
        ('"jane@x.de" <evil@y.de>', [("jane@x.de", "evil@y.de")]),
        ('"Big \\"Box\\"" <b@x.de>', [('Big "Box"', "b@x.de")]),
        ('"never closed <b@x.de>', [("never closed", "b@x.de")]),
        ("Foo <a@b.de", [("Foo", "a@b.de")]),
        (", , a@b.de,", [("", "a@b.de")]),
        ("mailto:a@b.de", [("", "a@b.de")]),
        ("a@b@c", [("a@b@c", "")]),
        ("MAILER-DAEMON", [("MAILER-DAEMON", "")]),
        ("Evil\x1b[2J <a@b.de>", [("Evil", "a@b.de")]),
        ("", []),
    ],
)
def test_addresses_are_split_before_they_are_decoded(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.name, found.email) for found in addresses_of(value.encode())] == expected


# Parts


def test_of_alternatives_the_plain_text_is_read() -> None:
    read = parse(
        multipart(part("text/plain", b"plain"), part("text/html", b"<p>page</p>"), kind="alternative")
    )
    assert (read.body, read.html, read.attachments) == ("plain", False, ())


@pytest.mark.parametrize("plain", [b"", b" \r\n\r\n", b"Your e-mail client does not support HTML."])
def test_an_empty_or_placeholder_text_gives_way_to_the_page(plain: bytes) -> None:
    page = (
        b"<p>A long page that says <b>what matters</b>, and then goes on about it for a while, politely.</p>"
        * 2
    )
    read = parse(multipart(part("text/plain", plain), part("text/html", page), kind="alternative"))
    assert read.html
    assert "what matters" in read.body


def test_text_between_attachments_is_all_read() -> None:
    read = parse(
        multipart(
            part("text/plain", b"before"),
            part('image/png; name="x.png"', b"PNG"),
            part("text/plain", b"after"),
        )
    )
    assert read.body == "before\n\nafter"
    assert [found.name for found in read.attachments] == ["x.png"]


def test_a_page_that_repeats_the_text_before_it_is_read_once() -> None:
    read = parse(
        multipart(
            part("text/plain", b"The same words here"), part("text/html", b"<p>The same words here</p>")
        )
    )
    assert read.body == "The same words here"


def test_pictures_of_a_page_are_inline_attachments() -> None:
    picture = part(
        "image/png", b"PNG", "Content-ID: <pic@x>", 'Content-Disposition: inline; filename="p.png"'
    )
    inner = multipart(part("text/html", b"<p>Look</p>"), picture, kind="related", head=b"").replace(
        b"b1", b"b2"
    )
    read = parse(multipart(part("text/plain", b"Look"), inner, kind="alternative"))
    (found,) = read.attachments
    assert (found.name, found.content_id, found.inline, found.size) == ("p.png", "pic@x", True, 3)


def test_attachments_are_decoded_and_come_back_by_their_index() -> None:
    data = bytes(range(256))
    raw = multipart(
        part("text/plain", b"see below"),
        part(
            "application/x-one",
            base64.encodebytes(data),
            "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment",
        ),
        part(
            'text/plain; name="=?utf-8?Q?gr=C3=BC=C3=9Fe.txt?="',
            b"=41=42",
            "Content-Transfer-Encoding: quoted-printable",
        ),
    )
    read = parse(raw)
    assert [(found.name, found.type, found.size) for found in read.attachments] == [
        ("", "application/x-one", 256),
        ("grüße.txt", "text/plain", 2),
    ]
    assert [attachment_bytes(raw, found.index) for found in read.attachments] == [data, b"AB"]
    with pytest.raises(IndexError):
        attachment_bytes(raw, 2)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("filename*=utf-8''na%C3%AFve%20file.txt", "naïve file.txt"),
        ("filename*0*=utf-8''na%C3; filename*1*=%AFve; filename*2=.txt", "naïve.txt"),
        ('filename="=?utf-8?B?bmHDr3ZlLnR4dA==?="', "naïve.txt"),
        ("filename=plain name.txt", "plain name.txt"),
        ('filename="a;b.txt"', "a;b.txt"),
        ('filename="../../x"', "x"),
        ('filename="C:\\temp\\x.png"', "x.png"),
        ('filename="x\u202egnp.exe"', "xgnp.exe"),
    ],
)
def test_names_of_attachments_are_read_and_made_harmless(field: str, name: str) -> None:
    read = parse(multipart(part("application/pdf", b"x", f"Content-Disposition: attachment; {field}")))
    assert [found.name for found in read.attachments] == [name]


def test_a_text_that_is_to_be_saved_is_not_read_even_without_a_name() -> None:
    read = parse(
        multipart(
            part("text/plain", b"read me"), part("text/plain", b"log", "Content-Disposition: attachment")
        )
    )
    assert read.body == "read me"
    assert [found.size for found in read.attachments] == [3]


def test_an_attached_mail_is_one_attachment_named_by_its_subject() -> None:
    attached = b"Content-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\nSubject: =?utf-8?Q?=C3=A4lter?=\r\n\r\nold text"
    read = parse(multipart(part("text/plain", b"see attached"), attached))
    assert read.body == "see attached"
    assert [(found.name, found.type) for found in read.attachments] == [("älter.eml", "message/rfc822")]


def test_the_boundary_of_a_part_may_begin_like_another() -> None:
    raw = (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="aa"\r\n\r\n--aa\r\n\r\none\r\n--aab\r\nstill one\r\n'
        + b"--aa\r\n\r\ntwo\r\n--aa--\r\n"
    )
    assert parse(raw).body == "one\r\n--aab\r\nstill one\n\ntwo".replace("\r", "")


def test_parts_that_are_not_marked_as_announced_are_found_or_read_as_text() -> None:
    announced = HEAD + b"Content-Type: multipart/mixed; boundary=other\r\n\r\n"
    found = parse(announced + b"--real\r\nContent-Type: text/html\r\n\r\n<p>page</p>\r\n--real--\r\n")
    assert (found.body, found.html) == ("page", True)
    assert parse(announced + b"just text\r\n").body == "just text\n"


def test_a_mail_cut_off_in_the_middle_keeps_what_came() -> None:
    raw = multipart(part("text/plain", b"the text"), part('image/png; name="x.png"', b"PNGPNGPNG"))
    read = parse(raw[:-20])
    assert read.body == "the text"
    assert len(read.attachments) == 1


@pytest.mark.parametrize("depth", [300, 3_000, 15_000])
@pytest.mark.parametrize("kind", ["mixed", "alternative"])
def test_text_is_found_however_deep_it_is_nested(depth: int, kind: str) -> None:
    shells = (
        f'Content-Type: multipart/{kind}; boundary="b{level}"\r\n\r\n--b{level}\r\n' for level in range(depth)
    )
    assert parse(HEAD + "".join(shells).encode() + part("text/plain", b"deep text")).body == "deep text"


@pytest.mark.parametrize(
    ("encoding", "data", "text"),
    [
        ("base64", b"SGVsbG8", "Hello"),
        ("base64", b"SGVs bG8=\r\n****\r\n", "Hello"),
        ("base64;", b"SGVsbG8=", "Hello"),
        ("base64", b"This is no Base64, is it?", "This is no Base64, is it?"),
        ("QUOTED-PRINTABLE", b"caf=C3=A9 =\r\nau lait =ZZ", "café au lait =ZZ"),
        ("x-uuencode", b"begin 644 x\r\n%2&5L;&\\\r\n`\r\nend\r\n", "Hello"),
        ("8-bit", b"Hello", "Hello"),
        ("", b"Hello", "Hello"),
    ],
)
def test_transfer_encodings_are_undone_as_far_as_they_go(encoding: str, data: bytes, text: str) -> None:
    assert mail("Subject: s", f"Content-Transfer-Encoding: {encoding}", body=data).body == text


def test_flowed_text_is_unwrapped_and_its_quotes_keep_their_marks() -> None:
    body = b"A paragraph \r\nof two lines\r\n> a quote \r\n> goes on\r\n>> deeper\r\n From here\r\n-- \r\nJane\r\n"
    read = mail("Content-Type: text/plain; format=flowed", body=body)
    assert read.body == "A paragraph of two lines\n> a quote goes on\n>> deeper\nFrom here\n-- \nJane\n"
    wrapped = mail("Content-Type: text/plain; format=flowed; delsp=yes", body=b"long \r\nword\r\n")
    assert wrapped.body == "longword\n"


def test_a_report_in_machines_language_only_is_read_all_the_same() -> None:
    status = part("message/delivery-status", b"Final-Recipient: rfc822; x@y.example\r\nAction: failed\r\n")
    read = parse(multipart(status, kind="report"))
    assert "x@y.example" in read.body
    assert read.attachments == ()


def test_the_text_of_a_mail_obeys_no_terminal() -> None:
    read = mail("Subject: s", body=b"\x1b[2J\x1b]0;title\x07Hello\x00\r\n")
    assert read.body == "Hello\n"


# Bounds


def test_a_mail_of_60_megabytes_is_read_with_its_text_and_its_attachment() -> None:
    data = (b"A" * 76 + b"\r\n") * 780_000
    raw = multipart(
        part("text/plain", b"small text"), part("application/zip", data, "Content-Transfer-Encoding: base64")
    )
    read = parse(raw)
    assert read.body == "small text"
    assert read.attachments[0].size == 57 * 780_000


def test_an_endless_text_is_cut_with_a_note() -> None:
    read = mail("Subject: s", body=b"word " * 2_000_000)
    assert 1_000_000 <= len(read.body) < 1_000_100
    assert read.body.endswith("too long to show]")
    assert "the text was cut after a million characters" in read.defects


def test_of_10000_attachments_1000_are_listed() -> None:
    read = parse(multipart(part("text/plain", b"text"), *[part('image/png; name="x.png"', b"x")] * 10_000))
    assert len(read.attachments) == 1_000
    assert "9,000 more attachments are not listed" in read.defects


def test_of_100000_recipients_1000_are_read() -> None:
    read = mail("From: a@b.example", "To: " + ", ".join(f"u{number}@x.example" for number in range(100_000)))
    assert len(read.to) == 1_000
    assert "only the first 1,000 addresses in To were read" in read.defects


@pytest.mark.parametrize(
    "value",
    [
        "x" * 1_000_000,
        "=?utf-8?B?eHh4?= " * 60_000,
        "=?utf-8?Q?" * 100_000,
        "\r\n " * 300_000,
        "<" * 1_000_000,
        '"\\' * 500_000,
        "a@" * 500_000,
        "(" * 1_000_000,
    ],
    ids=["long", "words", "starts", "folds", "angles", "quotes", "ats", "comments"],
)
def test_a_header_field_of_a_megabyte_costs_no_more_than_it_is_worth(value: str) -> None:
    fields = [
        f"{name}: {value}"
        for name in ("Subject", "From", "To", "Date", "Message-ID", "References", "Content-Type")
    ]
    read = mail(*fields, "X-After: yes")
    assert len(read.subject) <= 1_000
    assert len(read.message_id or "") <= 998
    assert read.headers.get("X-After") == "yes"


def test_a_message_id_beyond_all_bounds_is_not_used() -> None:
    assert mail(f"Message-ID: <{'x' * 5_000}@y>").message_id is None


@pytest.mark.parametrize(
    "raw",
    [b"", b" \r\n\r\n", b"\x00" * 1_000, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", bytes(range(128, 256)) * 20],
)
def test_what_is_no_mail_at_all_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        parse(raw)


def test_words_without_a_header_are_still_read() -> None:
    read = parse(b"Only some words.\r\n")
    assert read.body == "Only some words.\n"
    assert "it has no header" in read.defects


# Fuzz

SEEDS = [
    HEAD + b"\r\nplain text\r\n",
    multipart(
        part("text/plain; charset=utf-8; format=flowed", "grüße \r\nzwei".encode()),
        part("text/html", b"<p>&#27;[1m<b>x"),
    ),
    multipart(
        part("text/plain", b"x"),
        part(
            "image/png",
            b"iVBORw0KGgo=",
            "Content-Transfer-Encoding: base64",
            "Content-Disposition: inline; filename*0*=utf-8''a%C3; filename*1*=%A9",
        ),
        kind="related",
    ),
    multipart(
        part("text/plain", b"not delivered"),
        part("message/delivery-status", b"Action: failed\r\n"),
        kind="report",
    ),
    b"From: =?iso-8859-1?Q?J=FCrgen?= <j@x.de>\nTo: a,b <c@d>;\n e: f@g;\nSubject: =?utf-8?B?w6Q=?=\n\n\xe4\xf6\xfc",
]


def check(raw: bytes) -> None:
    """What holds for every mail, whatever it is."""
    try:
        read = parse(raw)
    except BadInput:
        return
    shown = [
        read.subject,
        read.sender.name,
        read.sender.email,
        *(found.name for found in read.attachments),
        *read.defects,
    ]
    assert not any(char < " " or "\x7f" <= char <= "\x9f" for text in shown for char in text)
    assert not any((char < " " and char not in "\n\t") or "\x7f" <= char <= "\x9f" for char in read.body)
    assert len(read.content_id) == 64
    for found in read.attachments:
        assert len(attachment_bytes(raw, found.index)) == found.size
    assert list(read.headers) is not None
    assert parse(raw) == read


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail_or_refused(raw: bytes) -> None:
    check(raw)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 2**32), st.integers(1, 12))
def test_a_damaged_mail_is_still_read(seed: bytes, chance: int, wounds: int) -> None:
    check(mutated(seed, random.Random(chance), wounds))


def mutated(raw: bytes, dice: random.Random, wounds: int) -> bytes:
    """`raw` with bytes flipped, cut out, doubled or replaced by what parsers trip over."""
    tokens = (
        b"\r\n",
        b"\n",
        b"--b1",
        b"--b1--",
        b"=?",
        b"?=",
        b'"',
        b"<",
        b";",
        b"\0",
        b"\x1b[",
        b"=",
        b"\xff",
        b": ",
        b"\n ",
        b"(",
    )
    for _ in range(wounds):
        at = dice.randrange(len(raw) + 1)
        to = min(len(raw), at + dice.randrange(1, 40))
        raw = dice.choice(
            (
                raw[:at] + raw[to:],
                raw[:to] + raw[at:],
                raw[:at] + dice.choice(tokens) + raw[at:],
                raw[:at] + dice.randbytes(3) + raw[to:],
            )
        )
    return raw


@pytest.mark.skipif(
    "HELPTERM_SHARED" not in os.environ, reason="HELPTERM_SHARED names no folder of real mail"
)
def test_real_mails_are_read_whole_and_damaged() -> None:
    dice = random.Random(7)
    paths = [
        path
        for path in sorted(Path(os.environ["HELPTERM_SHARED"], "data/mail").rglob("*"))
        if path.suffix in (".eml", ".txt")
    ]
    assert paths
    for path in paths:
        raw = path.read_bytes()
        for wounds in (0, 1, 5, 25):
            check(mutated(raw, dice, wounds))
