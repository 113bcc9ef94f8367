"""The console of a team, in step with a real database: by itself, through bad networks, full disks and first copies."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from store.desk import Desk, tickets
from store.sync import adopt, copying, local, overruled
from store.sync.engine import Engine
from store.sync.link import Link
from store.sync.presence import Presence, beat
from tests.conftest import ask
from tests.idleness import run
from tests.store.sync.conftest import Server, Team
from tests.store.sync.proxy import BadLine
from tests.tui.console import console, opened, press, said, shown, until
from tui.app import HelptermApp
from tui.widgets.status_line import StatusLine


@pytest.fixture
def network(postgres: Server) -> Iterator[BadLine]:
    line = BadLine(f"{postgres.host}/.s.PGSQL.5432", 0)
    line.is_calm = True
    yield line
    line.close()


def at(team: Team, agent: str, network: BadLine | None = None) -> Engine:
    """An agent's desk, which finds its way to the database as a console does; its engine rests."""
    engine = team.engines.get(agent) or team.join(agent)
    dsn = team.invitation(agent)
    if network is not None:
        parts = [part for part in dsn.split() if not part.startswith(("host=", "port="))]
        dsn = " ".join((f"host=127.0.0.1 port={network.port} sslmode=disable", *parts))
    engine.desk.database.write(lambda connection: local.remember(connection, dsn=dsn))
    return engine


@asynccontextmanager
async def in_step(desk: Desk) -> AsyncIterator[Pilot[None]]:
    """The console, once it has exchanged for the first time."""
    async with opened(desk, (120, 30)) as pilot:
        await until(pilot, lambda: re.search(r"synced (just|\d)", foot(pilot)))
        yield pilot


def foot(pilot: Pilot[None]) -> str:
    return console(pilot).place.query_one(StatusLine).text


def test_what_a_colleague_does_appears_and_what_one_does_leaves_without_a_key(team: Team) -> None:
    ada, bob = at(team, "ada"), at(team, "bob")

    async def story() -> None:
        async with in_step(ada.desk) as pilot:
            ask(bob.desk, "From Bob's mailbox")
            bob.step()
            await until(pilot, lambda: "From Bob's mailbox" in shown(pilot))
            await press(pilot, "a")
            await until(pilot, lambda: team.rows("SELECT assignee FROM helpterm.tickets") == [("ada",)])
            await until(pilot, lambda: "waiting" not in foot(pilot))

    run(story())


def test_replies_of_this_console_leave_under_the_teams_lease(team: Team) -> None:
    from store.desk.lending import lender_of
    from store.sync.sending import HubOutbox

    ada = at(team, "ada")
    with Desk(ada.desk.path, "ada") as desk:

        async def story() -> None:
            async with in_step(desk):
                lender = lender_of(desk)
                assert isinstance(lender, HubOutbox)
                lender.close()

        run(story())


def test_a_claim_that_a_colleague_was_faster_with_is_told(team: Team) -> None:
    ada, bob = at(team, "ada"), at(team, "bob")
    ticket = ask(ada.desk, "Both want it")
    team.sync()
    tickets.claim(bob.desk, [tickets.find(bob.desk, ticket.id).number])
    tickets.claim(ada.desk, [ticket.number])
    bob.step()

    async def story() -> None:
        async with opened(ada.desk, (120, 30)) as pilot:
            await until(pilot, lambda: "bob was first to take #" in said(pilot))
            assert tickets.ticket(ada.desk, ticket.number).assignee == "bob"
            await press(pilot, "Y")
            await until(pilot, lambda: team.rows("SELECT assignee FROM helpterm.tickets") == [("ada",)])
            assert overruled.conflicts(ada.desk) == []

    run(story())


def test_whoever_leaves_the_console_is_seen_at_no_ticket_any_more(team: Team) -> None:
    ada, bob = at(team, "ada"), at(team, "bob")
    ticket = ask(ada.desk)
    team.sync()

    def seen() -> tuple[Presence, ...]:
        return beat(bob.link(), "", "reading")

    async def story() -> None:
        async with in_step(ada.desk) as pilot:
            await press(pilot, "enter")
            await until(pilot, lambda: seen() == (Presence("ada", ticket.id, "reading"),))

    run(story())
    assert seen() == ()


def test_a_network_that_hangs_holds_up_no_key_and_no_leaving(
    team: Team, monkeypatch: pytest.MonkeyPatch, network: BadLine
) -> None:
    monkeypatch.setattr("tui.formatting.team.SILENT_MS", 1_000)
    ada = at(team, "ada", network)
    for subject in ("One", "Two"):
        ask(ada.desk, subject)

    async def story() -> float:
        async with in_step(ada.desk) as pilot:
            network.hangs = True
            await press(pilot, "f10")
            await until(pilot, lambda: "no answer from the shared database for" in foot(pilot))
            await press(pilot, "j", "a")
            assert len(shown(pilot).split("ada")) > 1
            await console(pilot).team.look()
            assert "waiting · no answer" in foot(pilot)
            begun = time.monotonic()
        return time.monotonic() - begun

    assert run(story()) < 15, "an answer that hangs for a minute is not waited for"


def test_a_network_that_is_gone_and_comes_back_is_two_lines(team: Team, network: BadLine) -> None:
    ada = at(team, "ada", network)

    async def story() -> None:
        async with in_step(ada.desk) as pilot:
            network.cut()
            await press(pilot, "f10")
            await until(pilot, lambda: "it is tried again by itself" in said(pilot))
            console(pilot).say("")
            assert "offline since" in foot(pilot)
            network.mend()
            await press(pilot, "f10")
            await until(pilot, lambda: "In step with the team again" in said(pilot))
            await until(pilot, lambda: re.search(r"synced (just|\d)", foot(pilot)))

    run(story())


def test_a_full_disk_is_one_line_with_a_remedy_and_the_desk_goes_on(team: Team) -> None:
    ada, bob = at(team, "ada"), at(team, "bob")
    ask(bob.desk, "Known already")
    team.sync()
    for number in range(30):
        ask(ada.desk, body=f"{number} " * 2000)
    ada.step()
    pages = bob.desk.database.write(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    bob.desk.database.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())

    async def story() -> None:
        async with opened(bob.desk, (140, 30)) as pilot:
            await until(pilot, lambda: "no room left on the disk — free some room" in said(pilot))
            console(pilot).say("")
            await until(pilot, lambda: "✗ not synced since" in foot(pilot))
            await press(pilot, "enter")
            assert "Known already" in shown(pilot)
            bob.desk.database.write(lambda c: c.execute("PRAGMA max_page_count = 1073741823").fetchone())
            await press(pilot, "f10")
            await until(pilot, lambda: "In step with the team again" in said(pilot))

    run(story())


def test_a_first_copy_that_was_interrupted_goes_on_in_the_console_and_says_how_far_it_is(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "AT_ONCE", 5)
    ada = at(team, "ada")
    for number in range(40):
        ask(ada.desk, f"Question {number}")
    ada.step()
    desk, dsn = team.desk("bob"), team.invitation("bob")
    link = Link(dsn)

    class Pulled(Exception):
        """The plug."""

    def progress(table: str, done: int, total: int) -> None:
        if table == "customers":
            raise Pulled

    with pytest.raises(Pulled):
        adopt.join(desk, link, dsn, progress)
    link.close()

    async def story() -> None:
        async with HelptermApp(desk).run_test(size=(120, 30)) as pilot:
            assert "Not everything is here yet" in shown(pilot) or "not synced" in shown(pilot)
            await until(pilot, lambda: "Question 0" in shown(pilot))
            await until(pilot, lambda: re.search(r"synced (just|\d)", foot(pilot)))

    with desk:
        run(story())
        assert local.size(desk.read()) == (40, 40)


def test_a_first_copy_is_left_at_once_and_goes_on_the_next_time(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "AT_ONCE", 1)
    ada = at(team, "ada")
    for number in range(60):
        ask(ada.desk, f"Question {number}")
    ada.step()
    dsn = team.invitation("bob")
    desk, link = team.desk("bob"), Link(dsn)
    desk.database.write(lambda connection: adopt._begin(connection, adopt.hello(link), dsn))
    link.close()

    async def story() -> None:
        async with opened(desk, (120, 30)) as pilot:
            await until(pilot, lambda: "copying the team's desk" in foot(pilot))

    with desk:
        run(story())
        assert local.membership(desk.read()).copying
        engine = Engine(desk)
        engine.step()
        engine.close()
        assert local.size(desk.read()) == (60, 60)


def test_a_desk_that_joins_a_team_beside_an_open_console_begins_to_exchange(team: Team) -> None:
    ada = at(team, "ada")
    ask(ada.desk, "Everybody sees this")
    ada.step()
    dsn = team.invitation("bob")
    with team.desk("bob") as desk:

        async def story() -> None:
            async with opened(desk, (120, 30)) as pilot:
                assert foot(pilot) == ""
                link = Link(dsn)
                adopt.join(desk, link, dsn)
                link.close()
                await until(pilot, lambda: re.search(r"synced (just|\d)", foot(pilot)))
                await until(pilot, lambda: "Everybody sees this" in shown(pilot))

        run(story())


def test_an_error_of_our_own_is_told_and_logged_and_the_exchange_is_tried_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.paths import log_path

    monkeypatch.setattr("store.sync.companion.AFTER_FAULT_SECONDS", 0.1)
    ada = at(team, "ada")
    faults = iter([ZeroDivisionError("a customer's words")])
    real = Engine.step

    def step(engine: Engine) -> object:
        for fault in faults:
            raise fault
        return real(engine)

    monkeypatch.setattr(Engine, "step", step)

    async def story() -> None:
        async with opened(ada.desk, (140, 30)) as pilot:
            await until(pilot, lambda: "fault of helpterm's own (ZeroDivisionError)" in said(pilot))
            await until(pilot, lambda: "In step with the team again" in said(pilot))

    run(story())
    assert "ZeroDivisionError" in log_path().read_text()
    assert "customer's words" not in log_path().read_text()


def test_a_host_that_is_not_there_is_offline_with_a_reason(team: Team) -> None:
    ada = at(team, "ada")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    dsn = f"host=127.0.0.1 port={port} dbname=x user=y"
    ada.desk.database.write(lambda connection: local.remember(connection, dsn=dsn))

    async def story() -> None:
        async with opened(ada.desk, (140, 30)) as pilot:
            await until(pilot, lambda: "connection refused" in said(pilot))
            assert "offline since" in foot(pilot) or "connection refused" in foot(pilot)

    run(story())
