"""The queries of the README are run, by an agent's own login, on a desk where each of them has something to find."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from store.desk import messages, tickets
from store.desk.ids import new_id
from store.model import ScopeRule
from store.sync.presence import beat
from tests.conftest import DAY, answer, ask
from tests.store.sync.conftest import Team
from tests.store.sync.test_sending import reply

README = Path(__file__).parents[3] / "README.md"
QUERIES = re.findall(
    r"-- (\d+\. .*?)\n(.*?;)\n",
    README.read_text("utf-8").partition("<!-- queries")[2].partition("```\n\n")[0],
    re.DOTALL,
)


def test_there_are_ten() -> None:
    assert len(QUERIES) == 10


@pytest.mark.parametrize("number", range(10))
def test_a_query_of_the_readme_finds_something(team: Team, number: int) -> None:
    ada = team.join("ada")
    rule = ScopeRule(new_id(), "No custom development", False)
    ada.desk.change(lambda tx: tx.put(rule))
    first = ask(ada.desk, ago=DAY, product="")
    answer(ada.desk, first, "Here: https://help.example/a")
    messages.note(ada.desk, first, "looked at it")
    tickets.tag(ada.desk, [first.number], ["refund"])
    ada.desk.change(lambda tx: tx.set(first.number, "declined_by", rule.id))
    tickets.claim(ada.desk, [ask(ada.desk).number])
    reply(ada)
    ada.step()
    beat(ada.link(), first.id, "reading")
    with psycopg.connect(team.invitation("bob"), autocommit=True) as bob:
        assert bob.execute(QUERIES[number][1].encode()).fetchall(), QUERIES[number][0]
