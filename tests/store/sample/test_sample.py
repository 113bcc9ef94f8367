"""The sample desk: rich enough to learn the daily loop on, the same each time, and true to the desk's own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.channels.attachments import bytes_of
from store.desk import Desk, derive, queue, tickets
from store.desk.conversation import messages, raw_mail
from store.desk.documents import documents
from store.errors import Refused
from store.model import Agent, Channel, Kind, Message, Priority, Product, ScopeRule, Status, Takeaway, Ticket
from store.policy.gate import Reply, review
from store.policy.links import find_links, normal_form
from store.sample import load
from store.text.inert import inert
from tests.conftest import DAY, NOW, StoppedClock

LANGUAGES = {"en", "de", "fr", "es", "tr"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sample as Sam sees it; no test changes it."""
    with Desk(tmp_path_factory.mktemp("sample") / "desk.db", "sam", clock=StoppedClock()) as opened:
        load(opened)
        yield opened


def all_tickets(desk: Desk) -> list[Ticket]:
    return [tickets.ticket(desk, n) for (n,) in desk.read().execute("SELECT number FROM tickets").fetchall()]


def ticket_about(desk: Desk, words: str) -> Ticket:
    (found,) = (each for each in all_tickets(desk) if words in each.subject)
    return found


def replies(desk: Desk) -> list[tuple[Ticket, Message]]:
    return [(t, m) for t in all_tickets(desk) for m in messages(desk, t) if m.kind is Kind.REPLY]


def seen(desk: Desk, text: str) -> int:
    return queue.count(desk, queue.understand(desk, text))


def test_sixty_tickets_in_five_languages_on_every_road(desk: Desk) -> None:
    found = all_tickets(desk)
    assert len(found) == 60
    assert {each.language for each in found} == LANGUAGES
    assert min(Counter(each.language for each in found).values()) >= 7
    assert {each.channel for each in found} == set(Channel)
    assert {each.status for each in found} == set(Status)
    assert {each.priority for each in found} == set(Priority)
    assert {each.product for each in found} == {each.name for each in documents(desk.read(), Product)}


@pytest.mark.parametrize(
    "view",
    ["is:mine", "is:unassigned", "is:overdue", "is:snoozed", "status:solved", "status:closed", "tier:2"],
)
def test_no_view_of_the_queue_is_empty(desk: Desk, view: str) -> None:
    page = queue.page(desk, queue.understand(desk, view))
    assert page.rows, view


def test_the_same_moment_gives_the_same_desk_and_another_the_same_one_later(tmp_path: Path) -> None:
    def made(name: str, now: int) -> list[tuple[object, ...]]:
        with Desk(tmp_path / name, "sam", clock=StoppedClock(now)) as desk:
            load(desk)
            tables = (
                "tickets",
                "messages",
                "ticket_tags",
                "customers",
                "rules",
                "takeaways",
                "attachments",
                "raw_mails",
            )
            rows = [row for each in tables for row in desk.read().execute(f"SELECT * FROM {each}")]
            log = "SELECT at, agent, kind, entity_id, field, value, previous FROM changes ORDER BY number"
            return rows + desk.read().execute(log).fetchall()

    assert made("one", NOW) == made("two", NOW)
    later = [each for each in made("later", NOW + DAY) if NOW + DAY in each]
    assert not [each for each in later if NOW in each]


def test_what_is_derived_is_what_the_desk_itself_derives(desk: Desk, tmp_path: Path) -> None:
    derived = (
        "SELECT number, first_reply_at, waiting_since, due_at, bucket, rank FROM tickets ORDER BY number"
    )
    before = desk.read().execute(derived).fetchall()

    def again(tx):  # type: ignore[no-untyped-def]
        for number, *_ in before:
            derive.refresh(tx.connection, number, NOW, tx.targets)

    desk.change(again)
    assert desk.read().execute(derived).fetchall() == before


def test_every_change_is_in_the_log_in_the_order_of_time(desk: Desk) -> None:
    at = [row[0] for row in desk.read().execute("SELECT at FROM changes ORDER BY number")]
    assert at == sorted(at)
    assert at[-1] <= NOW
    for each in all_tickets(desk):
        changes = desk.read().execute(
            "SELECT value FROM changes WHERE entity_id = ? AND field = 'status' ORDER BY number DESC",
            (each.id,),
        )
        assert (changes.fetchone() or ['"new"'])[0] == f'"{each.status}"'


def test_a_customer_is_answered_in_their_language_with_a_link_we_know(desk: Desk) -> None:
    known = {normal_form(each.url) for each in documents(desk.read(), Takeaway)}
    answered = replies(desk)
    assert len(answered) >= 35
    for ticket, reply in answered:
        links = [link.normal.partition("#")[0] for link in find_links(reply.body)]
        assert any(link in known and "faq" not in link for link in links), ticket.subject


def test_one_team_has_a_pasted_answer_in_its_past_and_pasting_it_again_is_noticed(desk: Desk) -> None:
    unhappy = ticket_about(desk, "White page after update")
    pasted = next(each.body for each in messages(desk, unhappy) if each.kind is Kind.REPLY)
    assert sum(each.body[12:] in pasted for _, each in replies(desk)) == 3
    judged = review(desk, unhappy, Reply(pasted))
    assert judged.canned.flagged
    assert not judged.may_send
    assert {each.rule for each in judged.findings} >= {"takeaway.already_given"}


def test_the_other_replies_were_written_for_their_tickets(desk: Desk) -> None:
    for ticket, reply in replies(desk):
        if reply.author.agent != "lena":
            elsewhere = ticket_about(desk, "Need the form to look exactly")
            judged = review(desk, elsewhere, Reply(reply.body)).canned
            assert [n for n in judged.nearest if n.ticket not in (ticket.short, ticket.id)] == [], reply.body


def test_a_link_that_every_second_reply_carries_says_nothing(desk: Desk) -> None:
    ticket = ticket_about(desk, "Webhook to our CRM")
    judged = review(
        desk, ticket, Reply("All is said here: https://docs.formwright.example/faq/all-questions")
    )
    assert [each.counts for each in judged.takeaways] == [False]


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("look exactly like our Figma", "Custom code and CSS"),
        ("create info@ for my new domain", "Mailboxes for your domain"),
        ("Absenden-Knopf reagiert nicht", "Conflicts with other plugins and themes"),
        ("hacer vosotros", "Building the form for you"),
        ("redirects to a casino", "Cleaning a hacked site by hand"),
    ],
)
def test_a_ticket_out_of_scope_waits_for_the_lesson_of_saying_no(
    desk: Desk, subject: str, title: str
) -> None:
    ticket = ticket_about(desk, subject)
    assert ticket.status in (Status.NEW, Status.OPEN)
    best = review(desk, ticket, Reply("")).scope[0].rule
    assert (best.title, best.covered) == (title, False)
    assert best.links


def test_each_product_has_rules_for_yes_and_no_in_every_language(desk: Desk) -> None:
    for product in documents(desk.read(), Product):
        rules = [each for each in documents(desk.read(), ScopeRule) if each.product == product.name]
        assert len(rules) == 8
        assert {each.covered for each in rules} == {True, False}
        for rule in rules:
            assert set(rule.words) == LANGUAGES, rule.title
            assert rule.why
            assert rule.links


def test_a_decline_names_its_rule_and_is_its_example(desk: Desk) -> None:
    rules = {each.id: each for each in documents(desk.read(), ScopeRule)}
    declined = [each for each in all_tickets(desk) if each.declined_by]
    assert len(declined) == 3
    for ticket in declined:
        rule = rules[ticket.declined_by]
        assert not rule.covered
        assert ticket.id in rule.examples


def test_hostile_text_is_harmless_on_arrival_and_kept_as_it_came(desk: Desk) -> None:
    for ticket in all_tickets(desk):
        for message in messages(desk, ticket):
            names = [each.name for each in message.attachments]
            for text in (ticket.subject, message.author.name, message.body, *names):
                assert text == inert(text), ticket.subject
    hostile = ticket_about(desk, "URGENT")
    (message,) = messages(desk, hostile)
    assert "[/bold]" in message.body
    assert message.attachments[0].name.endswith(".exe")
    assert b"\x1b" in raw_mail(desk, message)


def test_every_attachment_can_be_opened(desk: Desk) -> None:
    files = [(m, each) for t in all_tickets(desk) for m in messages(desk, t) for each in m.attachments]
    assert len(files) >= 12
    for message, file in files:
        assert len(bytes_of(desk, message, file)) == file.size > 0


def test_quotes_and_signatures_are_folded(desk: Desk) -> None:
    folded = [m for t in all_tickets(desk) for m in messages(desk, t) if m.folds]
    assert {kind for m in folded for _, _, kind in m.folds} >= {"quote", "attribution", "signature"}
    assert all("\n>" not in m.new_text for m in folded)


def test_duplicates_are_merged_and_hard_cases_handed_up(desk: Desk) -> None:
    duplicate = ticket_about(desk, "Payments STILL pending")
    original = ticket_about(desk, "Payments stuck on pending")
    assert duplicate.merged_into == original.id
    assert len(messages(desk, original)) == 3
    escalated = ticket_about(desk, "ignores the discount field")
    assert escalated.tier == 3
    assert any(m.kind is Kind.NOTE and "What was tried" in m.body for m in messages(desk, escalated))


def test_wide_letters_emoji_and_right_to_left_names_are_there_to_be_drawn(desk: Desk) -> None:
    people = {each.customer.name for each in all_tickets(desk)}
    assert {"田中 美咲", "ليلى حداد", "Işıl Yıldız"} <= people
    assert "🥐" in ticket_about(desk, "Date picker").subject


def test_whoever_opens_the_desk_belongs_to_the_team(desk: Desk) -> None:
    team = {each.name for each in documents(desk.read(), Agent)}
    assert "sam" in team
    assert len(team) == 7
    assert seen(desk, "is:mine") >= 4


def test_a_person_of_the_sample_may_open_it_too(tmp_path: Path) -> None:
    with Desk(tmp_path / "desk.db", "mira", clock=StoppedClock()) as desk:
        load(desk)
        assert len(documents(desk.read(), Agent)) == 6


def test_a_desk_with_tickets_is_left_alone(desk: Desk) -> None:
    with pytest.raises(Refused, match="has tickets already"):
        load(desk)
    assert len(all_tickets(desk)) == 60
