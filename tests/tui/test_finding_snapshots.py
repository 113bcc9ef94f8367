"""How the editor shows each group of findings that the guide explains."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.desk import Desk, rules, takeaways, tickets, voices
from store.model import Ticket
from store.policy.gate import Reply, review
from tests.conftest import answer, write_again
from tests.tui.console import GUIDE, LARGE
from tests.tui.test_writing_snapshots import Snap, _fill, in_editor, utc
from tui.app import HelptermApp

__all__ = ["utc"]

MORE = "It shows the smaller plan on top, and the year beside it in grey. I marked it for you."
OWN = "I looked at your account: March is on the second page of the list, because it was paid late."
EARLIER = (
    "Turn the handle of the pump until the float touches the upper mark.",
    "Then close the valve behind the boiler, wait for the hissing to end, and drain what is left into the tray.",
    "The gauge should read two bars in the morning; call the plumber when it does not rise within the hour.",
)
"""A reply to somebody else."""
GROUPS = {
    "takeaway": "Hello Carla,\n\n{own} See https://docs.harbour.example/ and www.intranet or htp://broken.\n\nAda",
    "own-words": "Hello Carla,\n\n{own} {more} {old}\n\n{link}\n\nAda",
    "leftovers": "Hello {name},\n\n{own} Your number is [[NUMBER]] and the file is attached.\n\n{link}\n\nAda",
    "people": "Hello Carlla,\n\n{own}\n\n[https://docs.harbour.example](https://elsewhere.example/x)\n\n{link}\n\nAda",
    "language": "Hallo Carla,\n\nich habe in Ihr Konto gesehen, die Rechnung vom März liegt auf der zweiten Seite.\n\n{link}",
    "secrets": "Hello Carla,\n\n{own} Your password: k7!Tulip-42x, paid by card 4111 1111 1111 1111.\n\n{link}\n\nAda",
    "misplaced": "Hello Carla,\n\n{own}\n\n> See https://docs.harbour.example/a/b\n\nAda\n-- \nhttps://docs.harbour.example/c/d",
    "unreachable": "Hello Carla,\n\n{own} It lies at ftp://files.example/march.pdf and http://localhost:8000/march.\n\nAda",
    "flagged": "Hello Carla,\n\n{old}\n\n{link}\n\nAda",
    "only-quote": "> where do I find the invoice of March? I want my money back if not.",
    "keys": "Hello Carla,\n\n{own} The key is AKIAIOSFODNN7EXAMPLQ, the account GB82 WEST 1234 5698 7654 32.\n\n"
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n\n{link}\n\nAda",
    "voice": "Hello Carla,\n\n{own} Do reach out when you leverage the next page.\n\n{link}\n\nAda",
}
"""A reply for each group; `own` is written for this ticket, `old` was sent before, `link` counts."""


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    number = desk.change(_fill)
    takeaways.add(desk, GUIDE, title="Download an invoice as a PDF", product="Harbour", language="en")
    answer(desk, tickets.find(desk, "b" * 32), " ".join(EARLIER))
    voices.avoid(desk, "reach out", instead="write to us", product="Harbour")
    voices.avoid(desk, "leverage", product="Harbour")
    return tickets.ticket(desk, number)


def written(group: str) -> str:
    text = GROUPS[group]
    for name, words in (("own", OWN), ("more", MORE), ("old", EARLIER[1]), ("link", GUIDE)):
        text = text.replace(f"{{{name}}}", words)
    return text


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_of_findings_in_the_editor(
    snap_compare: Snap, desk: Desk, ticket: Ticket, group: str
) -> None:
    story = in_editor(ticket, written(group), "f8")
    assert snap_compare(HelptermApp(desk), terminal_size=LARGE, run_before=story)


COMMON, DEAD, GIVEN, OWN_LINK = (
    f"https://docs.harbour.example/{page}" for page in ("all/x", "old/x", "given/x", "asked/x")
)
WORN = f"Hello Carla,\n\n{OWN} See {COMMON}, {DEAD}, {GIVEN} or {OWN_LINK}.\n\nAda"


def test_links_that_are_worn_out_in_the_editor(snap_compare: Snap, desk: Desk, ticket: Ticket) -> None:
    other = tickets.find(desk, "b" * 32)
    for _ in range(20):
        answer(desk, other, f"See {COMMON}")
    takeaways.edit(desk, replace(takeaways.add(desk, DEAD, title="The old page"), status="dead"))
    answer(desk, ticket, f"See {GIVEN}")
    write_again(desk, ticket, f"I have read {OWN_LINK} and {GIVEN}.")
    found = {finding.rule for finding in review(desk, ticket, Reply(WORN)).findings}
    assert found >= {"takeaway.too_common", "takeaway.dead", "takeaway.customers_own"}
    assert snap_compare(HelptermApp(desk), terminal_size=LARGE, run_before=in_editor(ticket, WORN))


def test_a_bare_no_in_the_editor(snap_compare: Snap, desk: Desk, ticket: Ticket) -> None:
    rule = rules.add(desk, title="Refunds", covered=False, why="The trial is there.", product="Harbour").id
    story = in_editor(ticket, "No, sorry.", "f8", rule=rule)
    assert snap_compare(HelptermApp(desk), terminal_size=LARGE, run_before=story)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("takeaway", {"takeaway.home_page", "takeaway.malformed"}),
        ("own-words", {"canned.amber"}),
        ("leftovers", {"leftover.placeholder", "attachment.missing"}),
        ("people", {"greeting.misspelt", "link.other_host"}),
        ("language", {"language.other"}),
        ("secrets", {"secret.password", "secret.card"}),
        ("misplaced", {"takeaway.in_quote", "takeaway.in_signature"}),
        ("unreachable", {"takeaway.not_http", "takeaway.local"}),
        ("flagged", {"canned.flagged"}),
        ("only-quote", {"reply.only_quote"}),
        ("keys", {"secret.key", "secret.iban", "secret.private_key"}),
        ("voice", {"voice.avoided"}),
    ],
)
def test_the_pictures_show_what_they_are_called(
    desk: Desk, ticket: Ticket, group: str, expected: set[str]
) -> None:
    found = {finding.rule for finding in review(desk, ticket, Reply(written(group))).findings}
    assert expected <= found
