"""The one entrance: what may be sent, what needs a reason, and that no text and no damage ever makes it fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.config.settings import Config, Policy
from store.desk import Desk
from store.model import Product, Review, Severity, Ticket
from store.policy.gate import Reply, TicketContext, context, needs_reason, review
from store.policy.letter import MAX_READ
from tests.conftest import StoppedClock, answer, ask, write_again
from tests.store.policy.conftest import PAGE, Judge, finding, put, rules

STOCK = (
    "Hello Carla,\n\nThank you for contacting us. We are sorry for the inconvenience this may have caused. We will look into "
    f"this matter and get back to you as soon as possible. {PAGE}\n\nKind regards,\nAda"
)


def test_the_review_of_a_good_reply_is_quiet(judge: Judge) -> None:
    text = (
        "Hello Carla,\n\nyour reset mail sat in our queue, because shop.example refuses our new server. I let it through; "
        f"{PAGE} shows what to enter in your firewall, so that the next one arrives by itself.\n\nCheers,\nAda"
    )
    judged = judge(text)
    assert (judged.may_send, judged.findings) == (True, ())


def test_blocking_findings_come_first_and_then_those_of_the_text_in_order(judge: Judge) -> None:
    judged = judge("Hello Robert,\n\nI have attached [NAME] and {name}.")
    severities = [each.severity for each in judged.findings]
    assert severities == sorted(severities, key=["block", "warn", "hint"].index)
    assert judged.blocking == tuple(each for each in judged.findings if each.severity is Severity.BLOCK)


def test_a_canned_reply_may_be_sent_only_for_a_written_reason(judge: Judge) -> None:
    judged = judge(STOCK)
    assert judged.may_send
    assert judged.canned.flagged
    (asked,) = needs_reason(judged, {})
    assert asked.rule == "canned.flagged"
    assert needs_reason(judged, {"canned.flagged": "  "}) == (asked,)
    assert needs_reason(judged, {"canned.flagged": "the outage is the same for all"}) == ()


def test_a_desk_may_set_canned_replies_to_block(desk: Desk, judge: Judge) -> None:
    desk.config = Config(policy=Policy(canned_blocks=True))
    judged = judge(STOCK)
    assert not judged.may_send
    assert finding(judged, "canned.flagged").severity is Severity.BLOCK
    assert needs_reason(judged, {}) == ()


def test_the_flag_shows_the_earlier_reply_it_comes_from(desk: Desk, judge: Judge) -> None:
    text = (
        "The valve of your heater sticks after the summer break. Turn it to five, tap on its side twice, and let it run for an "
        f"hour before you turn it back; {PAGE} has the picture of where to tap."
    )
    earlier = ask(desk, "Cold", email="d@customer.example")
    sent = answer(desk, earlier, text)
    judged = judge(text)
    assert judged.canned.flagged
    assert [(near.message, near.ticket) for near in judged.canned.nearest] == [(sent.id, earlier.short)]
    assert judged.canned.nearest[0].excerpt in text
    assert earlier.short in finding(judged, "canned.flagged").message


def test_a_product_s_signature_does_not_count_as_an_answer(desk: Desk) -> None:
    put(desk, Product("p1", "Acme", signature=f"Your friends at Acme\n{PAGE}"))
    ticket = ask(desk, product="Acme")
    judged = review(desk, ticket, Reply(f"It works again.\n\nYour friends at Acme\n{PAGE}"))
    assert "takeaway.in_signature" in rules(judged)


def test_what_was_read_about_a_ticket_serves_the_next_key_stroke(desk: Desk, ticket: Ticket) -> None:
    known = context(desk, ticket)
    assert known.language == "en"
    assert "shop.example/broken" in known.customer_links
    assert review(desk, ticket, Reply(STOCK), known) == review(desk, ticket, Reply(STOCK))


def test_notes_and_our_own_replies_are_not_what_the_customer_said(desk: Desk, ticket: Ticket) -> None:
    from store.desk.messages import note

    note(desk, ticket, "https://intern.example/case")
    answer(desk, ticket, "https://ours.example/page")
    write_again(desk, ticket, "https://theirs.example/page")
    known = context(desk, ticket)
    assert "theirs.example/page" in known.customer_links
    assert set(known.given_links) == {"ours.example/page"}
    assert "intern" not in known.said


def test_a_missing_fingerprint_index_blocks_nothing(desk: Desk, ticket: Ticket) -> None:
    desk.database.write(lambda connection: connection.execute("DROP TABLE fingerprints"))
    judged = review(
        desk, ticket, Reply(f"Your mail sat in the queue, and {PAGE} shows what to enter in the firewall.")
    )
    assert judged.may_send
    assert rules(judged) == ["canned.index_damaged"]


def test_reviewing_writes_nothing(desk: Desk, ticket: Ticket) -> None:
    before = desk.read().execute("PRAGMA data_version").fetchone(), desk.last_change()
    review(desk, ticket, Reply(STOCK))
    assert (desk.read().execute("PRAGMA data_version").fetchone(), desk.last_change()) == before


def test_a_megabyte_is_judged_and_what_lies_beyond_is_named(judge: Judge) -> None:
    judged = judge(f"{PAGE} " + "log line, nothing more to see here. " * (MAX_READ // 30))
    assert finding(judged, "reply.too_long").severity is Severity.HINT
    assert judged.may_send


def test_a_link_at_the_end_of_a_megabyte_counts(judge: Judge) -> None:
    text = "x" * (MAX_READ - 100) + f" {PAGE}"
    assert [link.counts for link in judge(text).takeaways] == [True]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, TicketContext]]:
    """One desk for many examples: judging changes nothing."""
    path: Path = tmp_path_factory.mktemp("gate") / "desk.db"
    with Desk(path, "ada", clock=StoppedClock()) as desk:
        ticket = ask(
            desk, "Sifremi unuttum", "Hesabıma giremiyorum, {ad} https://shop.example/x", name="Işıl Kaya"
        )
        yield desk, context(desk, ticket)


PIECES = st.sampled_from(
    ["Hello ", "Işıl", ",", "\n", "\n\n", "> ", "```", "`", PAGE, "https://", "https://shop.example/x", "[", "](", ")", "{name}",
     "XXX", "attached is ", "-- ", "Kind regards,", "şifre: ", "Xk9-22lm", "4111 1111 1111 1111", "😀", "\ud800",
     "\x00", "\u202e", "ß", "İ",

     "as soon as possible", "We are sorry for the inconvenience.", " ", "%NAME%", "مرحبا", "你好"]
)  # fmt: skip


def _holds(judged: Review, length: int) -> None:
    spans = [span for each in judged.findings for span in each.spans] + [
        link.span for link in judged.takeaways
    ]
    spans += [(start, end) for start, end, *_ in judged.canned.sentences]
    assert all(0 <= start <= end <= length for start, end in spans)
    assert 0 <= judged.canned.score <= 1
    assert judged.may_send == (not judged.blocking)
    assert all(each.message and each.rule.count(".") == 1 for each in judged.findings)


@given(st.lists(PIECES, max_size=40), st.integers(0, 2))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_judged_and_every_span_lies_in_it(
    known: tuple[Desk, TicketContext], pieces: list[str], attachments: int
) -> None:
    desk, ctx = known
    text = "".join(pieces)
    _holds(review(desk, ctx.ticket, Reply(text, attachments=attachments), ctx), len(text))
    _holds(review(desk, ctx.ticket, Reply(text, decline_rule="none"), ctx), len(text))


@given(st.lists(PIECES, max_size=25))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_page_that_helps_added_on_top_is_always_found(
    known: tuple[Desk, TicketContext], pieces: list[str]
) -> None:
    desk, ctx = known
    judged = review(
        desk, ctx.ticket, Reply(f"Bakın: https://help.acme.example/sifre\n\n{''.join(pieces)}"), ctx
    )
    assert judged.takeaways[0].counts
    assert not [each for each in judged.blocking if each.rule.startswith("takeaway")]


def test_the_gate_never_opens_a_connection_that_writes(desk: Desk) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        desk.read().execute("DELETE FROM changes")
