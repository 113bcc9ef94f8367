"""The mail that leaves: a person's letter, in its thread, with nothing in its header that a stranger put there."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.channels.mail.compose import Composed, address, compose, flowed, trimmed
from store.channels.mail.importing import import_paths
from store.config import Mailbox
from store.config.settings import Mail
from store.desk import Desk, outbox
from store.desk.transaction import NewMessage, Transaction
from store.errors import BadInput
from store.model import Attachment, Author, Delivery, Kind, Product, Ticket
from tests.conftest import ask
from tests.store.channels.mail.servers import CUSTOMER, SUPPORT, letter

MAILBOX = Mailbox(SUPPORT, name="Lumen Support")
FORBIDDEN = ("auto-submitted", "precedence", "bcc", "list-id", "list-unsubscribe", "x-loop")


def written(
    desk: Desk,
    ticket: Ticket,
    text: str = "See the guide.",
    *,
    cc: tuple[str, ...] = (),
    answers: str = "",
    **fields: object,
) -> Composed:
    """The mail of a reply with this text."""

    def job(tx: Transaction) -> int:
        new = NewMessage(
            "f" * 32,
            Kind.REPLY,
            Author("Ada", "", "ada"),
            tx.now,
            text,
            message_id="reply@lumen.example",
            in_reply_to=answers,
            delivery=Delivery.QUEUED,
            **fields,  # type: ignore[arg-type]
        )
        number = tx.add_message(ticket.number, new)
        outbox.queue(tx, number, [ticket.customer.email, *cc], tx.now)
        return number

    return compose(desk, outbox.outgoing_of(desk, desk.change(job)), MAILBOX)


def read(composed: Composed) -> EmailMessage:
    mail = message_from_bytes(composed.data.replace(b"\r\n", b"\n"), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_a_reply_is_a_plain_letter_from_the_desk(desk: Desk) -> None:
    mail = read(written(desk, ask(desk), "Grüße,\nviel Erfolg! İyi günler 🌻"))
    assert str(mail["From"]) == f"Lumen Support <{SUPPORT}>"
    assert str(mail["To"]) == f"Carla <{CUSTOMER}>"
    assert mail["Subject"] == "Re: Where is my invoice?"
    assert mail["Message-ID"] == "<reply@lumen.example>"
    assert mail["Date"].datetime.timestamp() * 1000 == desk.now()
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content() == "Grüße,\nviel Erfolg! İyi günler 🌻\n"
    assert not [name for name in mail if name.lower() in FORBIDDEN]


def test_a_product_writes_under_its_own_name_address_and_signature(desk: Desk) -> None:
    product = Product("p", "Orbit", "orbit@lumen.example", "Orbit Help", "Orbit · https://orbit.example")
    desk.change(lambda tx: tx.put(product))
    composed = written(desk, ask(desk, product="Orbit"))
    mail = read(composed)
    assert str(mail["From"]) == "Orbit Help <orbit@lumen.example>"
    assert composed.sender == "orbit@lumen.example"
    assert mail.get_content() == "See the guide.\n\n-- \nOrbit · https://orbit.example\n"


def test_copies_are_named_and_everybody_is_in_the_envelope(desk: Desk) -> None:
    composed = written(desk, ask(desk), cc=("boss@customer.example", "b@x.example"))
    assert str(read(composed)["Cc"]) == "boss@customer.example, b@x.example"
    assert composed.recipients == (CUSTOMER, "boss@customer.example", "b@x.example")


def test_a_reply_names_the_mail_it_answers_and_those_before_it(desk: Desk, tmp_path: Path) -> None:
    earlier = " ".join(f"<r{each}@x.example>" for each in range(12))
    (tmp_path / "a.eml").write_bytes(letter(message_id="last@x.example", references=earlier))
    import_paths(desk, [tmp_path / "a.eml"])
    from store.desk import tickets

    mail = read(written(desk, tickets.find(desk, "<last@x.example>"), answers="last@x.example"))
    assert mail["In-Reply-To"] == "<last@x.example>"
    kept = [*range(4), *range(7, 12)]
    assert mail["References"].split() == [*(f"<r{each}@x.example>" for each in kept), "<last@x.example>"]


@given(st.lists(st.integers(0, 30).map(str)))
def test_references_keep_their_ends_and_never_exceed_ten(ids: list[str]) -> None:
    kept = trimmed(ids)
    unique = list(dict.fromkeys(ids))
    assert len(kept) == min(10, len(unique))
    assert kept[:4] == unique[:4]
    assert kept[-6:] == unique[-6:]


HOSTILE = "Hi\r\nBcc: victim@x.example\r\n\r\nbody\x00\x1b[2J\u202e"


def test_nothing_that_strangers_wrote_adds_a_field(desk: Desk) -> None:
    ticket = ask(desk, HOSTILE, name=HOSTILE)
    composed = written(desk, ticket, answers="x>\r\nBcc: victim@x.example")
    mail = read(composed)
    assert sorted(name.lower() for name in mail) == sorted(
        [
            "message-id",
            "from",
            "to",
            "subject",
            "date",
            "content-type",
            "content-transfer-encoding",
            "mime-version",
        ]
    )
    assert composed.recipients == (CUSTOMER,)


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_text_in_a_subject_or_name_breaks_the_header(subject: str, name: str) -> None:
    mail = EmailMessage(policy=default)
    from store.text.inert import inert_line

    mail["To"] = address(CUSTOMER, name)
    mail["Subject"] = inert_line(subject)
    again = message_from_bytes(mail.as_bytes(), policy=default)
    assert sorted(again.keys()) == ["Subject", "To"]
    assert [each.addr_spec for each in again["To"].addresses] == [CUSTOMER]


@pytest.mark.parametrize(
    "email", ["", "carla", "a b@x.example", "a@b@", "<a@x.example>", "a@x.example\nBcc: b@x.example"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(BadInput):
        address(email)


def test_a_domain_beyond_ascii_is_written_in_ascii() -> None:
    assert address("carla@bücher.example").addr_spec == "carla@xn--bcher-kva.example"


def test_a_subject_that_is_an_answer_already_is_not_doubled(desk: Desk) -> None:
    assert read(written(desk, ask(desk, "AW: Rechnung")))["Subject"] == "AW: Rechnung"


def test_an_attachment_of_ours_goes_along(desk: Desk) -> None:
    import hashlib
    import zlib

    data = b"\x89PNG"
    digest = hashlib.sha256(data).hexdigest()
    desk.change(
        lambda tx: tx.connection.execute("INSERT INTO blobs VALUES (?, ?)", (digest, zlib.compress(data)))
    )
    file = Attachment("Bild ä.png", "image/png", len(data), digest, 0)
    (part,) = read(written(desk, ask(desk), attachments=(file,))).iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("Bild ä.png", data)


def test_a_very_long_line_survives_the_way(desk: Desk) -> None:
    text = "https://lumen.example/" + "x" * 3000
    composed = written(desk, ask(desk), text)
    assert max(map(len, composed.data.split(b"\r\n"))) <= 998
    assert read(composed).get_content().strip() == text


def test_the_bytes_are_the_same_at_each_attempt(desk: Desk) -> None:
    written(desk, ask(desk))
    (outgoing,) = outbox.outgoing(desk)
    assert compose(desk, outgoing, MAILBOX) == compose(desk, outgoing, MAILBOX)


def test_flowed_text_is_said_to_be_flowed(desk: Desk) -> None:
    desk.config = replace(desk.config, mail=Mail(flowed=True))
    mail = read(written(desk, ask(desk), "word " * 40))
    assert mail["Content-Type"].params["format"] == "flowed"
    assert max(map(len, mail.get_content().splitlines())) <= 78


@given(st.text(alphabet="ab ->\n", max_size=400))
def test_flowed_lines_join_to_what_was_written(text: str) -> None:
    """Read back by the rules of RFC 3676, 4.1: unstuff, join lines that end in a blank."""
    text = "\n".join(line.rstrip() for line in text.splitlines())
    joined, open_line = [], False
    for line in flowed(text).splitlines():
        is_quote = line.startswith(">")
        plain = line.removeprefix(" ") if not is_quote else line
        if open_line:
            joined[-1] += plain
        else:
            joined.append(plain)
        open_line = line.endswith(" ") and line != "-- " and not is_quote
    assert joined == text.splitlines()
