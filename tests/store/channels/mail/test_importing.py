"""Stored mail becomes tickets: threads, outcomes, twice the same, in any order, with a broken mail among them."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest

from store.channels.mail.importing import import_paths
from store.channels.mail.intake import Item, Outcome, Tally
from store.clock import DAY, HOUR, MINUTE, from_iso
from store.database.database import SPARING_KIB
from store.desk import Desk, conversation, tickets
from store.desk.documents import documents
from store.model import Agent, Delivery, Kind, Product, Status
from tests.store.channels.mail.servers import CUSTOMER, SUPPORT, letter
from tests.store.channels.mail.test_sources import mbox
from tui.cli import shapes
from tui.formatting.conversation import lay_out

START = from_iso("2026-03-01T09:00:00")
ADA = "Ada Lovelace <ada@lumen.example>"
BOB = "Bob <bob@elsewhere.example>"


def bring(
    desk: Desk, tmp_path: Path, *mails: bytes, ours: Sequence[str] = (SUPPORT, "@lumen.example")
) -> list[Item]:
    """Imports mails out of an mbox; what came of each, in the order given."""
    items: list[Item] = []
    file = tmp_path / "box.mbox"
    file.write_bytes(mbox(*mails))
    import_paths(desk, [file], our_addresses=ours, items=items.append)
    by_place = {int(item.source.partition(".mbox:")[2] or 1): item for item in items}
    return [by_place[place] for place in sorted(by_place)]


def outcomes(items: Sequence[Item]) -> list[Outcome]:
    return [item.outcome for item in items]


def groups(items: Sequence[Item]) -> set[frozenset[str]]:
    """The Message-IDs that share a ticket."""
    found: dict[str, set[str]] = {}
    for item in items:
        found.setdefault(item.ticket, set()).add(item.message_id)
    return {frozenset(each) for each in found.values()}


def a_thread() -> list[bytes]:
    """A question, our answer, the customer's next mail, a colleague's, and a question of somebody else."""
    return [
        letter(message_id="a1", at=START),
        letter(
            "Re: Where is my invoice?",
            "Here it is.",
            sender=ADA,
            to=CUSTOMER,
            message_id="a2",
            answers="a1",
            at=START + HOUR,
        ),
        letter(
            "Re: Where is my invoice?",
            "Not mine.",
            message_id="a3",
            answers="a2",
            references="<a1> <a2>",
            at=START + 2 * HOUR,
        ),
        letter(
            "AW: Where is my invoice?",
            "Nor mine.",
            sender=BOB,
            message_id="a4",
            answers="a3",
            references="<a1> <a2> <a3>",
            at=START + 3 * HOUR,
        ),
        letter("Something else", sender=BOB, message_id="b1", at=START + HOUR),
    ]


def test_a_thread_becomes_one_ticket_with_our_replies_told_from_the_customer_s(
    desk: Desk, tmp_path: Path
) -> None:
    items = bring(desk, tmp_path, *a_thread())
    assert outcomes(items) == ["ticket", "reply", "follow_up", "follow_up", "ticket"]
    assert groups(items) == {frozenset({"a1", "a2", "a3", "a4"}), frozenset({"b1"})}
    ticket = tickets.find(desk, items[0].ticket)
    assert (ticket.status, ticket.customer.email, ticket.language, ticket.created_at) == (
        Status.OPEN,
        CUSTOMER,
        "en",
        START,
    )
    shown = conversation.messages(desk, ticket)
    assert [(each.kind, each.author.agent, each.delivery) for each in shown[:2]] == [
        (Kind.INBOUND, "", None),
        (Kind.REPLY, "ada", Delivery.SENT),
    ]
    assert ticket.first_reply_at == START + HOUR
    assert ticket.waiting_since == START + 2 * HOUR


def test_the_same_file_twice_adds_nothing(desk: Desk, tmp_path: Path) -> None:
    bring(desk, tmp_path, *a_thread())
    before = desk.last_change()
    again = bring(desk, tmp_path, *a_thread())
    assert outcomes(again) == ["duplicate"] * 5
    assert desk.last_change() == before


def test_while_an_archive_comes_in_the_writer_keeps_few_pages_and_then_as_many_as_before(
    desk: Desk, tmp_path: Path
) -> None:
    def kept() -> tuple[int, int]:
        names = ("cache_size", "mmap_size")
        return desk.database.write(
            lambda connection: tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
        )

    before = kept()
    meanwhile = []
    file = tmp_path / "box.mbox"
    file.write_bytes(mbox(*a_thread()))
    import_paths(desk, [file], items=lambda _: meanwhile.append(kept()))
    assert set(meanwhile) == {(-SPARING_KIB, 0)}
    assert kept() == before != (-SPARING_KIB, 0)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_mails_makes_no_difference(desk: Desk, tmp_path: Path, seed: int) -> None:
    mails = a_thread()
    random.Random(seed).shuffle(mails)
    items = bring(desk, tmp_path, *mails)
    assert groups(items) == {frozenset({"a1", "a2", "a3", "a4"}), frozenset({"b1"})}
    assert sorted(outcomes(items)) == ["follow_up", "follow_up", "reply", "ticket", "ticket"]
    assert tickets.find(desk, "<a1>").customer.email == CUSTOMER


@pytest.mark.parametrize("seed", range(5))
def test_mails_without_dates_are_put_in_order_by_what_they_answer(
    desk: Desk, tmp_path: Path, seed: int
) -> None:
    def undated(mail: bytes) -> bytes:
        return b"\n".join(line for line in mail.split(b"\n") if not line.startswith(b"Date:"))

    mails = [undated(mail) for mail in a_thread()]
    random.Random(seed).shuffle(mails)
    bring(desk, tmp_path, *mails)
    ticket = tickets.find(desk, "<a1>")
    assert ticket.customer.email == CUSTOMER
    assert ticket.subject == "Where is my invoice?"


@pytest.mark.parametrize("seed", range(8))
def test_mails_imported_one_by_one_in_any_order_end_in_one_thread(
    desk: Desk, tmp_path: Path, seed: int
) -> None:
    mails = a_thread()[:4]
    random.Random(seed).shuffle(mails)
    for mail in mails:
        bring(desk, tmp_path, mail)
    threads = {
        tickets.find(desk, f"<a{each}>").merged_into or tickets.find(desk, f"<a{each}>").id
        for each in range(1, 5)
    }
    assert len(threads) == 1


def test_a_broken_mail_is_listed_and_the_rest_comes_in(desk: Desk, tmp_path: Path) -> None:
    items = bring(desk, tmp_path, letter("One"), b"\x00\x00\x00" * 200, letter("Two"))
    assert outcomes(items) == ["ticket", "failed", "ticket"]
    assert items[1].reason


def test_a_mail_that_cannot_be_filed_costs_only_itself(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.channels.mail import filing, intake

    def picky(tx, each, door):  # type: ignore[no-untyped-def]
        if each.mail.subject == "Poison":
            raise RuntimeError("no")
        return intake.take(tx, each, door)

    monkeypatch.setattr(filing, "take", picky)
    items = bring(desk, tmp_path, letter("One"), letter("Poison"), letter("Two"))
    assert outcomes(items) == ["ticket", "failed", "ticket"]
    assert desk.read().execute("SELECT count(*) FROM messages").fetchone() == (2,)


def test_the_figures_add_up(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(
        mbox(*a_thread(), a_thread()[0], letter("Away", "I am away", Auto_Submitted="auto-replied"))
    )
    result = import_paths(desk, [tmp_path / "box"], our_addresses=["@lumen.example"])
    assert result == Tally(read=7, tickets=2, messages=6, duplicates=1, automatic=1)


def test_a_mail_without_a_message_id_is_known_by_its_content(desk: Desk, tmp_path: Path) -> None:
    mails = [letter("One", message_id=None, at=START), letter("Two", message_id=None, at=START)]
    assert outcomes(bring(desk, tmp_path, *mails, mails[0])) == ["ticket", "ticket", "duplicate"]


def test_two_mails_under_one_message_id_are_both_kept(desk: Desk, tmp_path: Path) -> None:
    mails = [
        letter("Order 1", "First order", message_id="same", at=START),
        letter("Order 2", "Second order", message_id="same", at=START + DAY),
    ]
    assert outcomes(bring(desk, tmp_path, *mails)) == ["ticket", "ticket"]
    assert outcomes(bring(desk, tmp_path, *mails)) == ["duplicate", "duplicate"]


def attach_a_page(mail: EmailMessage) -> None:
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="order.pdf")


def test_different_mails_of_one_second_under_one_message_id_are_all_kept_in_one_ticket(
    desk: Desk, tmp_path: Path
) -> None:
    mails = [
        letter("Order", "First order", message_id="same", at=START),
        letter("Re: Order", "Second order", message_id="same", at=START),
        letter("Order", "First order", sender=BOB, message_id="same", at=START),
        letter("Order", "First order", message_id="same", at=START, change=attach_a_page),
    ]
    items = bring(desk, tmp_path, *mails, *mails)
    assert sorted(outcomes(items)) == ["duplicate"] * 4 + ["follow_up"] * 3 + ["ticket"]
    assert len({item.message for item in items}) == 4
    assert len({item.ticket for item in items}) == 1


def test_a_person_s_mail_is_no_copy_of_a_machine_s(desk: Desk, tmp_path: Path) -> None:
    mails = [
        letter("Order", "Got it", message_id="same", at=START, Auto_Submitted="auto-replied"),
        letter("Order", "Got it", message_id="same", at=START),
    ]
    assert "duplicate" not in outcomes(bring(desk, tmp_path, *mails))


def test_a_copy_that_came_through_a_list_is_the_same_mail(desk: Desk, tmp_path: Path) -> None:
    footer = "\n\n_______________________________________________\nhelp mailing list\nhelp@lists.example\n"
    mails = [
        letter("Order", "First order", message_id="same", at=START),
        letter(
            "[help] Order",
            "First order" + footer,
            message_id="same",
            at=START,
            List_Id="<help.lists.example>",
        ),
    ]
    assert sorted(outcomes(bring(desk, tmp_path, *mails))) == ["duplicate", "ticket"]


def test_references_alone_join_only_under_the_same_subject(desk: Desk, tmp_path: Path) -> None:
    items = bring(
        desk,
        tmp_path,
        letter("Printer", message_id="p1", at=START),
        letter("RE: [desk] printer (fwd)", message_id="p2", references="<p1>", at=START + HOUR),
        letter("A new matter", message_id="p3", references="<p1>", at=START + HOUR),
        letter("Renamed", message_id="p4", answers="p1", at=START + HOUR),
        letter("回复: [desk] Printer", message_id="p5", references="<p1>", at=START + 2 * HOUR),
        letter("Re: Renamed", message_id="p6", references="<p1> <p4>", at=START + 2 * HOUR),
        letter("Re: Renamed", message_id="p7", references="<p1>", at=START + 2 * HOUR),
    )
    assert groups(items) == {
        frozenset({"p1", "p2", "p4", "p5", "p6"}), frozenset({"p3"}), frozenset({"p7"}),
    }  # fmt: skip


def test_a_mail_keeps_the_subject_it_was_sent_under_and_a_changed_one_is_shown(
    desk: Desk, tmp_path: Path
) -> None:
    subjects = ("Printer", "Re: Printer", "AW: Scanner (was: Printer)", "Re: AW: Scanner (was: Printer)")
    items = bring(
        desk,
        tmp_path,
        *(
            letter(subject, message_id=f"s{at}", answers=f"s{at - 1}" if at else "", at=START + at * HOUR)
            for at, subject in enumerate(subjects)
        ),
    )
    mails = conversation.messages(desk, tickets.find(desk, items[0].ticket))
    assert tuple(mail.subject for mail in mails) == subjects
    assert conversation.changed_subjects(mails) == {mails[2].number: subjects[2]}
    assert shapes.message(mails[2])["subject"] == subjects[2]
    shown = [
        "".join(text for text, _ in line.pieces) for line in lay_out(mails, 80, START, all_open=True).lines
    ]
    assert [line.strip("\u2068\u2069 ") for line in shown if "Subject:" in line] == [
        f"Subject: {subjects[2]}"
    ]


def test_strangers_who_answer_the_same_unknown_mail_do_not_share_a_ticket(desk: Desk, tmp_path: Path) -> None:
    items = bring(
        desk,
        tmp_path,
        letter("Re: Our newsletter", "Stop this", message_id="n1", answers="newsletter", at=START),
        letter(
            "Re: Our newsletter",
            "Very nice",
            sender=BOB,
            message_id="n2",
            answers="newsletter",
            at=START + HOUR,
        ),
        letter("Re: Our newsletter", "I said stop", message_id="n3", answers="newsletter", at=START + DAY),
    )
    assert groups(items) == {frozenset({"n1", "n3"}), frozenset({"n2"})}


@pytest.mark.parametrize(("sender", "tickets_left"), [(BOB, 1), (SUPPORT, 2)])
def test_a_question_that_comes_after_two_answers_to_it_makes_one_ticket_of_them_but_an_announcement_of_ours_does_not(
    desk: Desk, tmp_path: Path, sender: str, tickets_left: int
) -> None:
    bring(desk, tmp_path, letter("Re: Lamp", "It glows", answers="late@x", message_id="c1", at=START + HOUR))
    bring(
        desk,
        tmp_path,
        letter(
            "Re: Lamp",
            "It hums",
            sender="Eve <eve@x.example>",
            answers="late@x",
            message_id="c2",
            at=START + HOUR,
        ),
    )
    bring(
        desk,
        tmp_path,
        letter("Lamp", "How is it?", sender=sender, to="all@x.example", message_id="late@x", at=START),
    )
    alive = desk.read().execute("SELECT count(*) FROM tickets WHERE merged_into = ''").fetchone()
    assert alive == (tickets_left,)


def test_a_plus_address_and_a_number_in_the_subject_lead_to_the_ticket(desk: Desk, tmp_path: Path) -> None:
    (first,) = bring(desk, tmp_path, letter("Lamp", at=START))
    short = tickets.find(desk, first.ticket).short
    items = bring(
        desk,
        tmp_path,
        letter("By address", to=f"support+{short}@lumen.example", at=START + HOUR),
        letter(f"By number [#{short}]", at=START + HOUR),
        letter(f"A stranger's guess [#{short}]", sender=BOB, at=START + HOUR),
    )
    assert [item.ticket == first.ticket for item in items] == [True, True, False]


def test_a_mail_to_a_merged_ticket_lands_in_the_survivor(desk: Desk, tmp_path: Path) -> None:
    lost, kept = bring(
        desk, tmp_path, letter("Lost", message_id="m1", at=START), letter("Kept", at=START + HOUR)
    )
    survivor = tickets.merge(
        desk, [tickets.find(desk, lost.ticket).number], tickets.find(desk, kept.ticket).number
    )
    (item,) = bring(desk, tmp_path, letter("Re: Lost", answers="m1", at=START + DAY))
    assert item.ticket == survivor.id
    assert tickets.find(desk, lost.ticket).status is Status.CLOSED


def test_a_ticket_closed_long_ago_is_left_in_peace(desk: Desk, tmp_path: Path) -> None:
    (item,) = bring(desk, tmp_path, letter(message_id="o1", at=START - 90 * DAY))
    old = tickets.find(desk, item.ticket)
    tickets.set_status(desk, [old.number], Status.CLOSED)
    desk.clock.pass_by(60 * DAY)  # type: ignore[attr-defined]
    (again,) = bring(
        desk, tmp_path, letter("Re: Where is my invoice?", "Hello again", answers="o1", at=desk.now())
    )
    assert again.outcome is Outcome.TICKET
    (message,) = conversation.messages(desk, tickets.find(desk, again.ticket))
    assert any(old.short in notice for notice in message.notices)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Vielen Dank, hat geklappt!",
        "Merci beaucoup, ça marche.",
        "¡Muchas gracias!",
        "Çok teşekkürler",
    ],
)
def test_mere_thanks_does_not_open_a_solved_ticket(desk: Desk, tmp_path: Path, text: str) -> None:
    assert _status_after(desk, tmp_path, text) is Status.SOLVED


@pytest.mark.parametrize(
    "text", ["Thanks, but it is still broken", "Danke, geht nicht", "Gracias. ¿Y ahora?", "Hm."]
)
def test_anything_more_than_thanks_opens_it(desk: Desk, tmp_path: Path, text: str) -> None:
    assert _status_after(desk, tmp_path, text) is Status.OPEN


def test_thanks_opens_it_where_the_desk_wants_that(desk: Desk, tmp_path: Path) -> None:
    from dataclasses import replace

    from store.config.settings import Mail

    desk.config = replace(desk.config, mail=Mail(thanks_reopens=True))
    assert _status_after(desk, tmp_path, "Thanks!") is Status.OPEN


def _status_after(desk: Desk, tmp_path: Path, text: str) -> Status:
    (item,) = bring(desk, tmp_path, letter(message_id="t1", at=START))
    tickets.set_status(desk, [tickets.find(desk, item.ticket).number], Status.SOLVED)
    bring(desk, tmp_path, letter("Re: Where is my invoice?", text, answers="t1", at=START + HOUR))
    return tickets.find(desk, item.ticket).status


def test_a_stranger_in_a_thread_is_shown_and_a_colleague_in_copy_is_none(desk: Desk, tmp_path: Path) -> None:
    items = bring(
        desk,
        tmp_path,
        letter(message_id="s1", at=START, Cc="Dora <dora@customer.example>"),
        letter("Re: x", "Me too", sender="Dora <dora@customer.example>", answers="s1", at=START + MINUTE),
        letter("Re: x", "Me three", sender=BOB, answers="s1", at=START + HOUR),
    )
    ticket = tickets.find(desk, items[0].ticket)
    notices = [each.notices for each in conversation.messages(desk, ticket)]
    assert notices == [(), (), ("new participant: Bob <bob@elsewhere.example>",)]
    assert ticket.customer.email == CUSTOMER


def test_automatic_mail_starts_no_ticket_that_waits_and_reopens_none(desk: Desk, tmp_path: Path) -> None:
    (question,) = bring(desk, tmp_path, letter(message_id="q1", at=START))
    tickets.set_status(desk, [tickets.find(desk, question.ticket).number], Status.SOLVED)
    away, lone = bring(
        desk,
        tmp_path,
        letter("Away", "I am away", answers="q1", at=START + HOUR, Auto_Submitted="auto-replied"),
        letter(
            "Nobody's",
            "Nightly run",
            sender="cron@box.example",
            at=START + HOUR,
            Auto_Submitted="auto-generated",
        ),
    )
    assert (away.outcome, away.ticket) == (Outcome.AUTOMATIC, question.ticket)
    assert tickets.find(desk, question.ticket).status is Status.SOLVED
    parked = tickets.find(desk, lone.ticket)
    assert (lone.outcome, parked.status, parked.waiting_since) == (Outcome.AUTOMATIC, Status.CLOSED, None)
    assert parked.tags == ("notice",)


def test_a_contact_form_writes_for_the_person_who_filled_it_in(desk: Desk, tmp_path: Path) -> None:
    form = letter(
        "From the website",
        sender=SUPPORT,
        Reply_To="Carla <carla@customer.example>",
        Auto_Submitted="auto-generated",
    )
    (item,) = bring(desk, tmp_path, form)
    ticket = tickets.find(desk, item.ticket)
    assert (item.outcome, ticket.status, ticket.customer.email) == (Outcome.TICKET, Status.NEW, CUSTOMER)


def test_a_mail_from_ourselves_to_ourselves_is_a_reply_on_a_ticket_of_its_own(
    desk: Desk, tmp_path: Path
) -> None:
    (item,) = bring(desk, tmp_path, letter("Remember the milk", sender=ADA))
    ticket = tickets.find(desk, item.ticket)
    assert (item.outcome, ticket.status, ticket.waiting_since) == (Outcome.REPLY, Status.OPEN, None)


def test_a_mail_we_wrote_first_belongs_to_the_customer_it_went_to(desk: Desk, tmp_path: Path) -> None:
    (item,) = bring(desk, tmp_path, letter("Your order", sender=SUPPORT, to=f"Carla <{CUSTOMER}>"))
    ticket = tickets.find(desk, item.ticket)
    assert (item.outcome, ticket.status, ticket.customer.email) == (Outcome.REPLY, Status.PENDING, CUSTOMER)


def test_an_author_hidden_by_a_list_is_found_behind_it(desk: Desk, tmp_path: Path) -> None:
    mail = letter(
        sender="'Carla C.' via the-list <the-list@lists.example>",
        to="the-list@lists.example",
        Reply_To="Carla C. <carla@customer.example>",
        List_Id="<the-list.lists.example>",
    )
    (item,) = bring(desk, tmp_path, mail)
    customer = tickets.find(desk, item.ticket).customer
    assert (customer.name, customer.email) == ("Carla C.", CUSTOMER)


def test_agents_and_products_are_known_by_their_addresses(desk: Desk, tmp_path: Path) -> None:
    desk.change(lambda tx: tx.put(Agent("a1", "lovelace", email="Ada@Lumen.example")))
    desk.change(lambda tx: tx.put(Product("p1", "Orbit", address="orbit@lumen.example")))
    question, reply = bring(
        desk,
        tmp_path,
        letter(to="Orbit <orbit@lumen.example>", message_id="k1", at=START),
        letter("Re: x", sender=ADA, to=CUSTOMER, answers="k1", at=START + HOUR),
        ours=(),
    )
    assert (question.outcome, reply.outcome) == (Outcome.TICKET, Outcome.REPLY)
    ticket = tickets.find(desk, question.ticket)
    assert ticket.product == "Orbit"
    assert conversation.messages(desk, ticket)[1].author.agent == "lovelace"


def test_a_new_product_is_made_once_whatever_its_case(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(mbox(letter()))
    import_paths(desk, [tmp_path / "box"], product="Orbit", department="Billing")
    import_paths(desk, [tmp_path / "box"], product="ORBIT")
    assert [each.name for each in documents(desk.read(), Product)] == ["Orbit"]
    assert desk.read().execute("SELECT product, department FROM tickets").fetchall() == [("Orbit", "Billing")]


def test_a_raw_mail_comes_back_byte_for_byte_and_an_attachment_out_of_it(desk: Desk, tmp_path: Path) -> None:
    from store.channels.attachments import bytes_of

    def attach(mail: EmailMessage) -> None:
        mail.add_attachment(b"\x00\x01rest", maintype="application", subtype="x-thing", filename="thing.bin")

    mail = letter(change=attach)
    (tmp_path / "one.eml").write_bytes(mail)
    import_paths(desk, [tmp_path / "one.eml"])
    message = conversation.message(desk, 1)
    assert conversation.raw_mail(desk, message) == mail
    (file,) = message.attachments
    assert (file.name, bytes_of(desk, message, file)) == ("thing.bin", b"\x00\x01rest")


def test_dates_beyond_belief_do_not_put_a_ticket_out_of_reach(desk: Desk, tmp_path: Path) -> None:
    for year in ("1900", "9999", "2090"):
        bring(desk, tmp_path, letter(year, Date=f"Mon, 01 Jan {year} 00:00:00 +0000"))
    times = [at for (at,) in desk.read().execute("SELECT created_at FROM tickets")]
    assert times == [desk.now()] * 3


def test_an_export_comes_in_and_a_second_time_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(
        "ticket,subject,customer_email,customer_name,agent,sent_at,body,status\n"
        "7,Lamp broken,carla@customer.example,Carla,,2026-01-01T10:00:00,It does not shine,solved\n"
        "7,Lamp broken,carla@customer.example,Carla,ada,2026-01-01T11:00:00,Turn it on,solved\n"
        "8,Late,bob@elsewhere.example,Bob,,not a time,Where is it?,open\n"
        "9,Late,bob@elsewhere.example,Bob,,2026-01-02T10:00:00,Where is it?,open\n"
    )
    items: list[Item] = []
    result = import_paths(desk, [tmp_path / "export.csv"], items=items.append)
    assert outcomes(items) == ["ticket", "reply", "failed", "ticket"]
    ticket = tickets.find(desk, items[0].ticket)
    assert (ticket.status, ticket.customer.name, ticket.first_reply_at) == (
        Status.SOLVED,
        "Carla",
        from_iso("2026-01-01T11:00:00"),
    )
    again = import_paths(desk, [tmp_path / "export.csv"])
    assert (result.tickets, again.tickets, again.duplicates) == (2, 0, 3)


@pytest.mark.parametrize("name", ["usrp-users.mbox", "r-help-es"])
@pytest.mark.skipif("HELPTERM_SHARED" not in os.environ, reason="needs the public mailing lists")
def test_no_mail_of_a_real_list_is_lost(desk: Desk, name: str) -> None:
    import mailbox

    source = Path(os.environ["HELPTERM_SHARED"]) / "data" / "mail" / name
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    expected = sum(len(mailbox.mbox(file)) for file in files)
    result = import_paths(desk, [source])
    assert (result.read, result.failed) == (expected, [])
    assert result.messages + result.duplicates == expected


def test_those_in_copy_of_the_customer_s_last_mail_are_proposed_for_the_reply(
    desk: Desk, tmp_path: Path
) -> None:
    from store.channels.mail.people import in_copy

    (item,) = bring(
        desk, tmp_path, letter(Cc=f"Dora <dora@customer.example>, {SUPPORT}, {CUSTOMER}"), ours=()
    )
    desk.change(lambda tx: tx.put(Product("p1", "Orbit", address=SUPPORT)))
    assert in_copy(desk, tickets.find(desk, item.ticket)) == ("dora@customer.example",)


@pytest.mark.parametrize(
    ("unreached", "state"), [(CUSTOMER, Delivery.FAILED), ("dora@customer.example", Delivery.SENT)]
)
def test_a_bounce_fails_a_reply_unless_only_somebody_in_copy_was_not_reached(
    desk: Desk, tmp_path: Path, unreached: str, state: Delivery
) -> None:
    from store.desk import outbox
    from tests.store.channels.mail.test_conversation import BOUNCE
    from tests.store.channels.mail.test_smtp import queued

    number = queued(desk, "dora@customer.example")
    lease = outbox.lease(desk)
    assert lease is not None
    outbox.settle(desk, lease, Delivery.SENT)
    bounced = conversation.message(desk, number).message_id
    (item,) = bring(desk, tmp_path, BOUNCE.format(to=SUPPORT, customer=unreached, bounced=bounced).encode())
    assert item.outcome is Outcome.BOUNCE
    assert outbox.outgoing_of(desk, number).state is state
