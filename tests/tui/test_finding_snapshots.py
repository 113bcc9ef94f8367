"""How the editor shows each group of findings that the guide explains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from store.desk import Desk, rules, takeaways, tickets, voices
from store.desk.transaction import Transaction
from store.model import ScopeRule, Ticket
from store.policy.gate import Reply, review
from store.policy.letter import MAX_READ
from tests.conftest import answer, write_again
from tests.gate_rules import gate_rules
from tests.tui.console import GUIDE, LARGE
from tests.tui.pictures import Snap
from tests.tui.test_writing_snapshots import _fill, in_editor
from tui.app import HelptermApp

pytestmark = pytest.mark.usefixtures("utc")


PICTURES = Path(__file__).parent / "__snapshots__" / "test_finding_snapshots"
BEGINNING = 40
"""Characters of a message by which it is known in a picture, which may cut the rest."""

MORE = "It shows the smaller plan on top, and the year beside it in grey. I marked it for you."
OWN = "I looked at your account: March is on the second page of the list, because it was paid late."
EARLIER = (
    "Turn the handle of the pump until the float touches the upper mark.",
    "Then close the valve behind the boiler, wait for the hissing to end, and drain what is left into the tray.",
    "The gauge should read two bars in the morning; call the plumber when it does not rise within the hour.",
)
"""A reply to somebody else."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture: the reply in the editor, the findings that it is of, and what happened on the desk before.

    In the text `own` is written for this ticket, `old` was sent before, `link` counts.
    """

    text: str
    of: frozenset[str]
    rule: str = ""
    before: Callable[[Desk, Ticket], None] = lambda desk, ticket: None

    @property
    def reply(self) -> Reply:
        """What is judged."""
        text = self.text
        for name, words in (("own", OWN), ("more", MORE), ("old", EARLIER[1]), ("link", GUIDE)):
            text = text.replace(f"{{{name}}}", words)
        return Reply(text, decline_rule=self.rule)


COMMON, DEAD, GIVEN, OWN_LINK = (
    f"https://docs.harbour.example/{page}" for page in ("all/x", "old/x", "given/x", "asked/x")
)


def wear_out(desk: Desk, ticket: Ticket) -> None:
    """Makes links common, dead, given and the customer's own."""
    other = tickets.find(desk, "b" * 32)
    for _ in range(20):
        answer(desk, other, f"See {COMMON}")
    takeaways.edit(desk, replace(takeaways.add(desk, DEAD, title="The old page"), status="dead"))
    answer(desk, ticket, f"See {GIVEN}")
    write_again(desk, ticket, f"I have read {OWN_LINK}.")


def accept_tips(desk: Desk, _: Ticket) -> None:
    """A desk that takes a tip for a link, and has lost its index of earlier replies."""
    desk.config = replace(desk.config, policy=replace(desk.config.policy, accept_tip=True))
    desk.database.write(lambda connection: connection.execute("DROP TABLE fingerprints"))


def draw_lines(desk: Desk, _: Ticket) -> None:
    """A rule against, one that says that support covers it, and one that was retired while the reply was written."""

    def job(tx: Transaction) -> None:
        for name, covered in (("refunds", False), ("outages", True), ("themes", False)):
            tx.put(ScopeRule(name, name.title(), covered, "The trial is there.", "Harbour"))

    desk.change(job)
    rules.retire(desk, "themes")


SHOWN = {
    "takeaway": Shown(
        "Hello Carla,\n\n{own} See https://docs.harbour.example/ and www.intranet or htp://broken.\n\nAda",
        frozenset({"takeaway.home_page", "takeaway.malformed"}),
    ),
    "own-words": Shown("Hello Carla,\n\n{own} {more} {old}\n\n{link}\n\nAda", frozenset({"canned.amber"})),
    "leftovers": Shown(
        "Hello {name},\n\n{own} Your number is [[NUMBER]] and the file is attached.\n\n{link}\n\nAda",
        frozenset({"leftover.placeholder", "attachment.missing"}),
    ),
    "people": Shown(
        "Hello Carlla,\n\n{own}\n\n[https://docs.harbour.example](https://elsewhere.example/x)\n\n{link}\n\nAda",
        frozenset({"greeting.misspelt", "link.other_host"}),
    ),
    "language": Shown(
        "Hallo Carla,\n\nich habe in Ihr Konto gesehen, die Rechnung vom März liegt auf der zweiten Seite.\n\n{link}",
        frozenset({"language.other"}),
    ),
    "secrets": Shown(
        "Hello Carla,\n\n{own} Your password: k7!Tulip-42x, paid by card 4111 1111 1111 1111.\n\n{link}\n\nAda",
        frozenset({"secret.password", "secret.card"}),
    ),
    "misplaced": Shown(
        "Hello Carla,\n\n{own}\n\n> See https://docs.harbour.example/a/b\n\nAda\n-- \nhttps://docs.harbour.example/c/d",
        frozenset({"takeaway.in_quote", "takeaway.in_signature"}),
    ),
    "unreachable": Shown(
        "Hello Carla,\n\n{own} It lies at ftp://files.example/march.pdf and http://localhost:8000/march.\n\nAda",
        frozenset({"takeaway.not_http", "takeaway.local"}),
    ),
    "flagged": Shown("Hello Carla,\n\n{old}\n\n{link}\n\nAda", frozenset({"canned.flagged"})),
    "only-quote": Shown(
        "> where do I find the invoice of March? I want my money back if not.",
        frozenset({"reply.only_quote"}),
    ),
    "keys": Shown(
        "Hello Carla,\n\n{own} The key is AKIAIOSFODNN7EXAMPLQ, the account GB82 WEST 1234 5698 7654 32.\n\n"
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n\n{link}\n\nAda",
        frozenset({"secret.key", "secret.iban", "secret.private_key"}),
    ),
    "voice": Shown(
        "Hello Carla,\n\n{own} Do reach out when you leverage the next page.\n\n{link}\n\nAda",
        frozenset({"voice.avoided"}),
    ),
    "worn-out": Shown(
        f"Hello Carla,\n\n{OWN} See {COMMON}, {DEAD} or {OWN_LINK}.\n\nAda",
        frozenset({"takeaway.too_common", "takeaway.dead", "takeaway.customers_own"}),
        before=wear_out,
    ),
    "another-ticket": Shown(
        f"Hello Robert,\n\n{OWN} See {GIVEN}.\n\nAda",
        frozenset({"takeaway.already_given", "greeting.somebody_else"}),
        before=wear_out,
    ),
    "empty": Shown("Hello Carla,\n\nBest regards,\nAda", frozenset({"reply.empty", "takeaway.missing"})),
    "tip": Shown(
        "Hello Carla,\n\n{own} {more}\n\nAda",
        frozenset({"takeaway.tip", "canned.index_damaged"}),
        before=accept_tips,
    ),
    "bare-no": Shown("No, sorry.", frozenset({"scope.no_reason", "scope.no_way_on"}), "refunds", draw_lines),
    "covered": Shown(
        "Hello Carla,\n\n{own}\n\n{link}\n\nAda", frozenset({"scope.covered"}), "outages", draw_lines
    ),
    "no-rule": Shown(
        "Hello Carla,\n\n{own}\n\n{link}\n\nAda", frozenset({"scope.no_rule"}), "themes", draw_lines
    ),
    "too-long": Shown(
        "{link}\n"
        + ("The log goes on and on, line after line, and says the same each time.\n" * (MAX_READ // 69)),
        frozenset({"reply.too_long"}),
    ),
}


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    number = desk.change(_fill)
    takeaways.add(desk, GUIDE, title="Download an invoice as a PDF", product="Harbour", language="en")
    answer(desk, tickets.find(desk, "b" * 32), " ".join(EARLIER))
    voices.avoid(desk, "reach out", instead="write to us", product="Harbour")
    voices.avoid(desk, "leverage", product="Harbour")
    return tickets.ticket(desk, number)


@pytest.mark.parametrize("name", SHOWN)
def test_findings_in_the_editor(snap_compare: Snap, desk: Desk, ticket: Ticket, name: str) -> None:
    shown = SHOWN[name]
    shown.before(desk, ticket)
    story = in_editor(ticket, shown.reply.text, "f8", rule=shown.rule)
    assert snap_compare(HelptermApp(desk), terminal_size=LARGE, run_before=story)


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_says_what_the_findings_it_is_of_say(desk: Desk, ticket: Ticket, name: str) -> None:
    shown = SHOWN[name]
    shown.before(desk, ticket)
    said = {finding.rule: finding.message for finding in review(desk, ticket, shown.reply).findings}
    seen = panel(name)
    assert {rule for rule in shown.of if rule in said and said[rule][:BEGINNING] in seen} == shown.of


def test_every_finding_of_the_gate_is_in_a_picture() -> None:
    assert sorted(gate_rules() - {rule for shown in SHOWN.values() for rule in shown.of}) == []


def panel(name: str) -> str:
    """What stands on the editor's side of an accepted picture, its lines joined."""
    path = PICTURES / f"test_findings_in_the_editor[{name}].txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return " ".join(" ".join(line.rpartition("▕")[2] for line in lines if "▕" in line).split())
