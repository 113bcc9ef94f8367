"""An explanation becomes a page from a script, too; and a rule learns a ticket."""

from __future__ import annotations

from tests.tui.cli.conftest import Helpterm
from tests.tui.cli.test_working import waiting


def test_an_explanation_begins_a_page_that_is_listed(helpterm: Helpterm) -> None:
    ticket = waiting(helpterm)
    begun = helpterm(
        "takeaway", "once", "--ticket", ticket, "--title", "The drum", "--json", stdin="Turn the drum once.\n"
    )
    assert begun.code == 0
    assert (begun.json["article"]["title"], begun.json["article"]["text"]) == (
        "The drum",
        "Turn the drum once.",
    )
    assert "The drum" in helpterm("shift", "articles").out


def test_nothing_cannot_be_said_once(helpterm: Helpterm) -> None:
    assert helpterm("takeaway", "once", "--ticket", waiting(helpterm), stdin=" ").code == 2


def test_a_rule_learns_a_ticket_by_name(helpterm: Helpterm) -> None:
    ticket = waiting(helpterm)
    rule = helpterm("scope", "list", "--json").json["rules"][0]["id"]
    learnt = helpterm("scope", "learn", rule, "--ticket", ticket, "--json").json["rules"][0]
    assert helpterm("show", ticket, "--json").json["id"] in learnt["examples"]
