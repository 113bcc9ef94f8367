"""People's mail is told from machines', and a bounce is read for what did not arrive."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.channels.mail.kind import Kind, Verdict, kind_of
from store.channels.mail.parse import parse

ANSWER = "In-Reply-To: <our-1@desk.example>"


def judged(
    *fields: str, body: str = "Hello, my printer does not print.", ours: tuple[str, ...] = ()
) -> Verdict:
    """The verdict on a mail with these fields; From and Subject are a person's unless given."""
    names = {field.partition(":")[0].lower() for field in fields}
    usual = [
        field
        for name, field in (("from", "From: Jane <jane@example.com>"), ("subject", "Subject: Printer"))
        if name not in names
    ]
    return kind_of(parse("\r\n".join([*usual, *fields, "", body]).encode()), ours)


def report(*parts: str, kind: str = "delivery-status", fields: tuple[str, ...] = ()) -> Verdict:
    """The verdict on a multipart/report of these parts."""
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    return judged(
        "From: MAILER-DAEMON@mx.example",
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"',
        *fields,
        body=body,
    )


STATUS = (
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
    "Final-Recipient: rfc822; bob@x.example\r\n"
)
RETURNED = "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <our-7@desk.example>\r\nSubject: Re: Printer"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (["Auto-Submitted: auto-replied"], Kind.AUTO_REPLY),
        (["Auto-Submitted: auto-replied (vacation)"], Kind.AUTO_REPLY),
        (['Auto-Submitted: Auto-Replied; owner-email="x@y"'], Kind.AUTO_REPLY),
        (["Auto-Submitted: auto-generated"], Kind.NOTICE),
        (["Auto-Submitted: auto-generated; type=x", ANSWER], Kind.AUTO_REPLY),
        (["Auto-Submitted: auto-notified"], Kind.NOTICE),
        (["Auto-Submitted: no"], Kind.PERSON),
        (["Auto-Submitted: No (by hand)"], Kind.PERSON),
        (["X-Autoreply: yes"], Kind.AUTO_REPLY),
        (["X-Autoreply: no"], Kind.PERSON),
        (["X-Autorespond: Out"], Kind.AUTO_REPLY),
        (["X-Mail-Autoreply: 1"], Kind.AUTO_REPLY),
        (["Precedence: auto_reply"], Kind.AUTO_REPLY),
        (["Precedence: bulk"], Kind.NOTICE),
        (["Precedence: junk"], Kind.NOTICE),
        (["X-Auto-Response-Suppress: All"], Kind.NOTICE),
        (["X-Auto-Response-Suppress: DR, OOF, AutoReply", ANSWER], Kind.AUTO_REPLY),
        (["X-Auto-Response-Suppress: DR, RN, NRN"], Kind.PERSON),
        (["X-Cron-Env: <SHELL=/bin/sh>"], Kind.NOTICE),
        (["Return-Path: <>"], Kind.NOTICE),
        (["Return-Path: <>", ANSWER], Kind.AUTO_REPLY),
        (["Return-Path: <jane@example.com>"], Kind.PERSON),
        (["From: mailer-daemon@example.com"], Kind.NOTICE),
        (["From: no-reply@shop.example", "Reply-To: jane@example.com"], Kind.PERSON),
        (["Subject: Automatic reply: Printer"], Kind.AUTO_REPLY),
        (["Subject: Abwesenheitsnotiz: Drucker"], Kind.AUTO_REPLY),
        (["Subject: Réponse automatique : imprimante"], Kind.AUTO_REPLY),
        (["Subject: =?utf-8?Q?Respuesta_autom=C3=A1tica:?= impresora"], Kind.AUTO_REPLY),
        (["Subject: Otomatik yanıt: Yazıcı"], Kind.AUTO_REPLY),
        (["Subject: Out of office", ANSWER], Kind.AUTO_REPLY),
        (["Subject: Out of office replies do not work"], Kind.PERSON),
        (["Subject: Re: Automatic reply: Printer", ANSWER], Kind.PERSON),
        (["Subject: Auto: Frage zur Versicherung"], Kind.PERSON),
        (["X-Spam-Flag: YES"], Kind.SPAM),
        (["X-Spam-Status: Yes, score=12"], Kind.SPAM),
        (["X-Spam-Status: No, score=-1"], Kind.PERSON),
        (["X-MS-Exchange-Organization-SCL: 6"], Kind.SPAM),
        (["X-MS-Exchange-Organization-SCL: 1"], Kind.PERSON),
        (["List-Unsubscribe: <https://x.example>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"], Kind.LIST),
        (["List-Unsubscribe: <https://x.example>", "Precedence: bulk"], Kind.LIST),
        (["List-Unsubscribe: <https://x.example>"], Kind.PERSON),
        (["List-Unsubscribe: <https://x.example>", "X-Campaign: 1", ANSWER], Kind.PERSON),
    ],
)  # fmt: skip
def test_header_fields_tell_machines_from_people(fields: list[str], kind: Kind) -> None:
    verdict = judged(*fields)
    assert verdict.kind is kind
    assert bool(verdict.reasons) == (kind is not Kind.PERSON)
    assert verdict.automatic == ("" if kind is Kind.PERSON else kind.value)


@pytest.mark.parametrize(
    "fields",
    [
        [
            "List-Id: <users.example>",
            "List-Post: <mailto:u@example>",
            "List-Unsubscribe: <mailto:x>",
            "Precedence: list",
        ],
        ["X-BeenThere: users@example", "X-Mailman-Version: 2.0", "Precedence: bulk", "X-Loop: users@example"],
        ["Mailing-List: list users@groups.example"],
    ],
)
def test_what_a_person_posts_on_a_list_is_a_persons_mail(fields: list[str]) -> None:
    verdict = judged(*fields, ours=("help@desk.example",))
    assert verdict.kind is Kind.PERSON
    assert verdict.is_list


def test_a_vacation_notice_sent_through_a_list_is_still_automatic() -> None:
    verdict = judged("List-Id: <users.example>", "Auto-Submitted: auto-replied")
    assert (verdict.kind, verdict.is_list) == (Kind.AUTO_REPLY, True)


def test_a_mail_that_has_been_here_before_is_a_loop() -> None:
    assert judged("X-Loop: Help@Desk.example", ours=("help@desk.example",)).kind is Kind.LOOP
    assert judged("X-Loop: other@x.example", ours=("help@desk.example",)).kind is Kind.PERSON
    assert judged(*["Received: by a.example; x"] * 101).kind is Kind.LOOP


def test_a_bounce_names_recipient_reason_and_the_mail_that_bounced() -> None:
    status = (
        STATUS
        + "Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 5.1.1 <bob@x.example>: unknown\r\n"
    )
    verdict = report("Content-Type: text/plain\r\n\r\nSorry.", status, RETURNED)
    assert verdict.kind is Kind.BOUNCE
    assert verdict.bounce is not None
    assert verdict.bounce.recipients == ("bob@x.example",)
    assert verdict.bounce.status == "5.1.1"
    assert verdict.bounce.is_permanent
    assert verdict.bounce.diagnostic == "550 5.1.1 <bob@x.example>: unknown"
    assert verdict.bounced == ("our-7@desk.example",)


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_the_bounced_mail_is_known_by_the_copy_before_the_one_answered(returned: str) -> None:
    copy = f"Content-Type: {returned}\r\n\r\nFrom: help@desk.example\r\nMessage-ID: <our-7@desk.example>\r\n\r\nold"
    verdict = report(
        STATUS + "Action: failed\r\n", copy, fields=("References: <root@x.example> <near@x.example>",)
    )
    assert verdict.bounced == ("our-7@desk.example", "near@x.example", "root@x.example")


def test_a_delay_is_a_bounce_for_now() -> None:
    verdict = report(STATUS + "Action: delayed\r\nStatus: 4.4.1\r\n")
    assert verdict.kind is Kind.BOUNCE
    assert verdict.bounce is not None
    assert not verdict.bounce.is_permanent


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_of_a_delivery_is_a_report(action: str) -> None:
    verdict = report(STATUS + f"Action: {action}\r\nStatus: 2.0.0\r\n")
    assert (verdict.kind, verdict.bounce) == (Kind.REPORT, None)


def test_a_read_receipt_and_an_abuse_report_are_reports() -> None:
    receipt = "Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"
    assert report(receipt, kind="disposition-notification").kind is Kind.REPORT
    abuse = "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
    assert report(abuse, kind="feedback-report", fields=("From: fbl@x.example",)).kind is Kind.REPORT


def test_a_refusal_in_the_form_of_a_receipt_is_a_bounce() -> None:
    text = "Content-Type: text/plain\r\n\r\nYour message to <bob@x.example> was automatically rejected: Quota exceeded"
    refusal = (
        "Content-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; bob@x.example\r\n"
        "Original-Message-ID: <our-9@desk.example>\r\nDisposition: automatic-action/MDN-sent-automatically; deleted\r\n"
    )
    verdict = report(
        text, refusal, kind="disposition-notification", fields=("Auto-Submitted: auto-replied (rejected)",)
    )
    assert verdict.kind is Kind.BOUNCE
    assert verdict.bounced == ("our-9@desk.example",)


QMAIL = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<bob@x.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <help@desk.example>
Message-ID: <our-3@desk.example>
Subject: Re: Printer
"""


def test_a_bounce_in_no_standard_form_is_known_by_its_words() -> None:
    verdict = judged(
        "From: MAILER-DAEMON@mx.example", "Subject: failure notice", "Return-Path: <>", body=QMAIL
    )
    assert verdict.kind is Kind.BOUNCE
    assert verdict.bounce is not None
    assert verdict.bounce.recipients == ("bob@x.example",)
    assert verdict.bounce.status == "5.1.1"
    assert verdict.bounced == ("our-3@desk.example",)


@pytest.mark.parametrize(
    "words",
    [
        "Die Nachricht wurde nicht zugestellt: Empfänger unbekannt",
        "Le message n'a pas pu être remis",
        "El mensaje no se pudo entregar",
        "İleti teslim edilemedi",
        "The recipient's mailbox is full",
    ],
)
def test_a_bounce_is_known_in_every_language_of_the_desk(words: str) -> None:
    assert judged("From: postmaster@x.example", "Subject: ?", body=words).kind is Kind.BOUNCE


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Delivery failed", "My parcel could not be delivered, says the driver: recipient unknown."),
        (
            "Mail delivery failed",
            "When I write to bob@x.example I get\n\n550 5.1.1 <bob@x.example>: User unknown\n\nWhat can I do?",
        ),
        ("Re: Undelivered Mail Returned to Sender", QMAIL),
        ("Fwd: failure notice", QMAIL),
    ],
)
def test_a_customer_who_writes_about_failed_deliveries_is_a_person(subject: str, words: str) -> None:
    assert judged(f"Subject: {subject}", body=words).kind is Kind.PERSON


def test_a_bounce_of_spam_is_a_bounce() -> None:
    verdict = report(STATUS + "Action: failed\r\n", fields=("X-Spam-Flag: YES",))
    assert verdict.kind is Kind.BOUNCE


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from([QMAIL, STATUS + "Action: failed\r\nStatus: 5.1.1\r\n\r\n" + RETURNED]),
)
def test_a_damaged_bounce_never_stops_the_desk(chance: int, body: str) -> None:
    dice = random.Random(chance)
    fields = (
        "From: MAILER-DAEMON@x.example\r\nReturn-Path: <>\r\nContent-Type: multipart/report; boundary=b\r\n"
    )
    raw = bytearray(f"{fields}\r\n--b\r\n{body}\r\n--b--\r\n".encode())
    for _ in range(dice.randrange(1, 20)):
        at = dice.randrange(len(raw))
        raw[at : at + dice.randrange(12)] = dice.randbytes(dice.randrange(6))
    verdict = kind_of(parse(b"To: help@desk.example\r\n" + raw))
    assert verdict.kind in Kind
    for text in (*verdict.reasons, *(verdict.bounce.recipients if verdict.bounce else ())):
        assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in text)
