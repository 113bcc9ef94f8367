"""Two agents at two consoles on two stores, meeting in one database: what they see of each other, and that they agree in the end.

The installed program in two pseudo-terminals and a real PostgreSQL; the network between them is a proxy that can be cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from store.desk import Desk, conversation, tickets
from store.sync import local
from store.sync.verify import verify
from tests.conftest import MINUTE, ask
from tests.installed import HELPTERM
from tests.store.sync.conftest import Server, Team, hub_template, postgres, team
from tests.store.sync.proxy import BadLine
from tests.terminal import Terminal

__all__ = ["hub_template", "postgres", "team"]


@pytest.fixture
def network(postgres: Server) -> Iterator[BadLine]:
    """What lies between the consoles and the database."""
    line = BadLine(f"{postgres.host}/.s.PGSQL.5432", 0)
    line.is_calm = True
    yield line
    line.close()


def _through(network: BadLine, dsn: str) -> str:
    """An invitation that leads through the network."""
    kept = [part for part in dsn.split() if not part.startswith(("host=", "port=", "sslmode=", "password="))]
    return " ".join((f"host=127.0.0.1 port={network.port} sslmode=disable", *kept))


def _console(team: Team, network: BadLine, agent: str) -> Terminal:
    """An agent's console, on a store that has joined."""
    engine = team.engines[agent]
    dsn = team.invitation(agent)
    engine.desk.database.write(lambda connection: local.remember(connection, dsn=_through(network, dsn)))
    surroundings = {
        "HELPTERM_DB": str(engine.desk.path),
        "HELPTERM_AGENT": agent,
        "HELPTERM_SECRET_SYNC": dsn.rpartition("password=")[2],
    }
    return Terminal([HELPTERM], columns=140, lines=30, env=surroundings)


def _joined(team: Team, *agents: str) -> None:
    """Desks with two tickets on them."""
    first = team.join(agents[0])
    ask(first.desk, "The invoice is wrong", "Which seats did you count?", ago=60 * MINUTE)
    ask(
        first.desk, "Login fails", "It says 500.", ago=30 * MINUTE, name="Bela", email="bela@customer.example"
    )
    first.step()
    for agent in agents[1:]:
        team.join(agent)


def test_two_consoles_claim_a_ticket_see_each_other_lose_the_network_work_on_and_agree(
    team: Team, network: BadLine
) -> None:
    _joined(team, "ada", "bob")
    with ExitStack() as stack:
        ada, bob = (stack.enter_context(_console(team, network, agent)) for agent in ("ada", "bob"))
        for console in (ada, bob):
            console.wait(r"^▌.*The invoice is wrong")
            console.wait("synced")

        ada.type("a")
        bob.wait(r"The invoice is wrong.*ada")

        ada.type("{enter}")
        ada.wait("Which seats did you count")
        bob.wait("The invoice is wrong.*◉ ada")
        bob.type("{enter}")
        bob.wait("◉ ada is reading")
        ada.wait("◉ bob is reading")
        bob.type("r")
        bob.wait("Reply to #")
        ada.wait("✎ bob is replying")
        ada.type("r")
        ada.wait("bob is replying in this ticket too")
        bob.wait("✎ ada is replying")
        bob.type("{esc}{esc}")
        ada.type("{esc}{esc}")
        for console in (ada, bob):
            console.wait(r"^▌.*The invoice is wrong")
            console.wait("[✎◉] (ada|bob)", gone=True)

        network.cut()
        for console in (ada, bob):
            console.wait("it is tried again by itself; your changes wait here")
        ada.type("j")
        ada.wait("^▌.*Login fails")
        ada.type("a")
        bob.type("j")
        bob.wait("^▌.*Login fails")
        bob.type("a")
        ada.wait("Login fails.*ada")
        bob.wait("Login fails.*bob")
        bob.type("nLooked into it while the line was down.{ctrl-s}")
        for console in (ada, bob):
            console.wait(r"offline since \d\d:\d\d · \d changes? waiting")

        network.mend()
        ada.type("{f10}")
        ada.wait("synced|In step")
        bob.type("{f10}")
        bob.wait("Login fails.*ada")
        bob.wait("ada was first to take #")
        bob.type("gy")
        bob.wait("Yours +bob")
        bob.wait("Stands +ada")
        bob.type("s")
        bob.wait("Set again: assignee of #")
        bob.type("{esc}")
        ada.wait("Login fails.*bob")
        for console in (ada, bob):
            console.type("{f10}")
            console.wait("synced (just now|[0-9] s ago)")
            console.type("{ctrl-q}")
            assert console.exit_code() == 0
    _agree(team)


def _agree(team: Team) -> None:
    """Both stores are what the hub is, and so what the other one is."""
    seen = []
    for engine in team.engines.values():
        engine.step()
        assert verify(engine.desk, engine.link()).differences == ()
        seen.append(sorted(_shown(engine.desk, number) for number in (1, 2)))
    assert seen[0] == seen[1]
    assert [each[:2] for each in seen[0]] == [("Login fails", "bob"), ("The invoice is wrong", "ada")]
    assert "Looked into it while the line was down." in seen[0][0][2]


def _shown(desk: Desk, number: int) -> tuple[str, str, list[str]]:
    ticket = tickets.ticket(desk, number)
    return ticket.subject, ticket.assignee, [each.body for each in conversation.messages(desk, ticket)]
