"""What the gate leans on is kept from a script, too: pages begun, what rules learn, the voice card."""

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


def test_an_avoided_word_is_told_by_check_until_it_is_allowed_again(helpterm: Helpterm) -> None:
    ticket = waiting(helpterm)
    reply = "We leverage the cache: https://docs.formwright.example/troubleshoot/find-the-conflict"

    def told() -> bool:
        found = helpterm("check", "--ticket", ticket, "--json", stdin=reply).json["findings"]
        return "voice.avoided" in [finding["rule"] for finding in found]

    assert not told()
    assert helpterm("voice", "avoid", "leverage", "--instead", "use").code == 0
    assert told()
    assert "leverage" in helpterm("voice", "list").out
    assert helpterm("voice", "allow", "leverage", "--json").json["voices"][0]["avoid"] == {}
    assert not told()
