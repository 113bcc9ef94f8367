"""What can be wrong with a shared database: one clear line, a remedy, and the desk goes on locally."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest

from store.desk import tickets
from store.errors import DeskError, DiskFull
from store.sync import adopt, copying, hub, local
from store.sync.engine import Engine
from store.sync.errors import VERSION, NotYetAHub, Unreachable, WrongHub, translated
from store.sync.link import Link, is_local, parse, without_password
from tests.conftest import ask
from tests.store.sync.conftest import Server, Team


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_server_that_never_answers_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.sync.link.CONNECT_SECONDS", 2)
    with silent_server() as port, pytest.raises(Unreachable, match="no answer in time"):
        Link(f"host=127.0.0.1 port={port} user=x dbname=y")


def test_a_server_that_falls_silent_in_the_middle_is_hung_up_on(team: Team) -> None:
    link = Link(team.invitation("ada"), silence=0.3)
    with pytest.raises(Unreachable):
        link.rows("SELECT pg_sleep(30)")
    assert not link.is_open


def test_a_line_that_broke_is_made_anew(team: Team) -> None:
    ada = team.join("ada")
    ask(ada.desk)
    ada.step()
    team.rows("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename LIKE '%ada'")
    with suppress(Unreachable):  # unless the break was noticed before the line was used
        ada.step()
    assert ada.step().pending == 0
    assert team.rows("SELECT count(*) FROM helpterm.tickets") == [(1,)]


def test_a_database_without_a_desk_says_so(postgres: Server) -> None:
    name = postgres.database()
    link = Link(postgres.dsn(name))
    with pytest.raises(NotYetAHub, match="no desk in this database"):
        adopt.hello(link)
    link.close()


def test_a_schema_that_is_not_ours_is_left_alone(postgres: Server) -> None:
    link = Link(postgres.dsn(postgres.database()))
    link.rows("CREATE SCHEMA helpterm; CREATE TABLE helpterm.meta (version integer)")
    with pytest.raises(WrongHub, match="belongs to something else"):
        hub.install(link)
    link.close()


def test_a_newer_hub_is_not_touched_by_an_older_helpterm(team: Team) -> None:
    team.rows("UPDATE helpterm.meta SET version = version + 1")
    with pytest.raises(WrongHub, match="newer helpterm"):
        hub.install(team.admin)
    ada = team.join("ada")
    assert ada.step().pending == 0, "an agent goes on as long as the hub speaks its language"


def test_a_hub_that_no_longer_speaks_to_this_helpterm_asks_for_an_update(team: Team) -> None:
    ada = team.join("ada")
    ticket = ask(ada.desk)
    team.rows("UPDATE helpterm.meta SET version = version + 1, oldest_client = version + 1")
    with pytest.raises(WrongHub, match="needs a newer helpterm"):
        ada.step()
    assert tickets.ticket(ada.desk, ticket.number).subject == ticket.subject


def test_an_older_hub_is_upgraded_by_its_owner_and_nothing_is_lost(postgres: Server) -> None:
    link = Link(postgres.dsn(postgres.database()))
    with link.connection.transaction():
        for number, sql in hub.steps()[:-1]:
            link.rows(sql.encode())
            link.rows("UPDATE helpterm.meta SET version = %s", (number,))
        link.rows("INSERT INTO helpterm.agents VALUES (session_user, 'boss', 'manager')")
    with pytest.raises(WrongHub, match="older helpterm"):
        adopt.hello(link)
    before = link.rows("SELECT epoch FROM helpterm.meta")
    hub.install(link)
    assert adopt.hello(link).version == VERSION
    assert link.rows("SELECT epoch FROM helpterm.meta") == before
    link.close()


def test_a_hub_that_is_upgraded_under_a_working_desk_keeps_everything_and_goes_on_speaking_to_it(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.sync.verify import verify

    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk, "Before the upgrade")
    team.sync()
    tickets.tag(bob.desk, [tickets.find(bob.desk, ticket.id).number], ["pending-meanwhile"])
    step = "ALTER TABLE helpterm.tickets ADD mood text NOT NULL DEFAULT ''; COMMENT ON COLUMN helpterm.tickets.mood IS 'new'"
    steps = [*hub.steps(), (VERSION + 1, step)]
    with monkeypatch.context() as newer:
        newer.setattr(hub, "steps", lambda: steps)
        newer.setattr(hub, "VERSION", VERSION + 1)
        assert (
            hub.install(team.admin)
            == hub.install(team.admin)
            == (VERSION + 1, team.rows("SELECT epoch FROM helpterm.meta")[0][0])
        )
    team.sync()
    cem = team.join("cem")
    for engine in (ada, bob, cem):
        engine.step()
        assert tickets.find(engine.desk, ticket.id).tags == ("pending-meanwhile",)
        assert verify(engine.desk, engine.link()).differences == ()
    with pytest.raises(WrongHub, match="newer helpterm"):
        hub.install(team.admin)


def test_the_database_of_another_desk_is_not_mixed_in(team: Team) -> None:
    ada = team.join("ada")
    ticket = ask(ada.desk)
    ada.step()
    team.rows("UPDATE helpterm.meta SET epoch = 'another'")
    with pytest.raises(WrongHub, match="another desk"):
        ada.step()
    assert tickets.ticket(ada.desk, ticket.number).subject == ticket.subject


def test_a_full_disk_here_stops_nothing_but_the_exchange(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    for number in range(30):
        ask(ada.desk, body=f"{number} " * 2000)
    ada.step()
    pages = bob.desk.database.write(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    bob.desk.database.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())
    with pytest.raises(DiskFull, match="no room"):
        bob.step()
    assert local.membership(bob.desk.read()).cursor == 0
    bob.desk.database.write(lambda c: c.execute("PRAGMA max_page_count = 1073741823").fetchone())
    assert bob.step().pulled > 0


def test_a_full_disk_there_leaves_the_changes_waiting(team: Team) -> None:
    ada = team.join("ada")
    ask(ada.desk)
    team.rows(
        "CREATE FUNCTION helpterm.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'full' USING ERRCODE = '53100';"
        " END $$; CREATE TRIGGER no_room BEFORE INSERT ON helpterm.log FOR EACH ROW EXECUTE FUNCTION helpterm.no_room()"
    )
    with pytest.raises(DeskError, match="disk of the shared database is full"):
        ada.step()
    team.rows("DROP TRIGGER no_room ON helpterm.log")
    assert local.pending(ada.desk.read()) > 0
    assert ada.step().pending == 0


def test_a_clock_a_year_ahead_decides_nothing_and_spoils_nothing(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    clock = bob.desk.clock
    bob.desk.clock = lambda: clock() + 365 * 86_400_000
    tickets.set_status(bob.desk, [tickets.find(bob.desk, ticket.id).number], tickets.Status.SOLVED)
    bob.step()
    assert tickets.find(bob.desk, ticket.id).updated_at < clock() + 1000
    ada.step()
    tickets.set_status(ada.desk, [ticket.number], tickets.Status.OPEN)
    team.sync()
    assert tickets.find(bob.desk, ticket.id).status is tickets.Status.OPEN


def test_a_pooler_that_gives_every_statement_another_connection_is_no_trouble(team: Team) -> None:
    """What pgbouncer's transaction pooling does: nothing may be left behind in a session."""
    ada = team.join("ada")
    link = ada.link()
    rows = link.rows

    def pooled(query, parameters=(), **options):  # type: ignore[no-untyped-def]
        link.connection.execute("DISCARD ALL")
        return rows(query, parameters, **options)

    link.rows = pooled  # type: ignore[method-assign]
    ask(ada.desk)
    assert ada.step().pending == 0
    assert ada.step().pulled == 0


def test_a_poisonous_change_is_set_aside_and_the_rest_goes_on(team: Team) -> None:
    from store.sync import overruled

    ada, bob = team.join("ada"), team.join("bob")
    first = [ask(ada.desk).number for _ in range(3)]
    ada.desk.change(lambda tx: tx.set(first[1], "tier", 99))
    tickets.tag(ada.desk, first, ["after"])
    team.sync()
    assert team.rows("SELECT count(*) FROM helpterm.ticket_tags") == [(3,)]
    assert tickets.ticket(ada.desk, first[1]).tier == 1, "the hub's value holds"
    (conflict,) = overruled.conflicts(ada.desk)
    assert (conflict.field, conflict.outcome) == ("tier", "rejected")
    assert len(bob.desk.read().execute("SELECT 1 FROM tickets").fetchall()) == 3


def test_a_first_copy_goes_on_where_it_was_interrupted(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.sync.verify import verify

    monkeypatch.setattr(copying, "AT_ONCE", 3)
    ada = team.join("ada")
    for number in range(10):
        tickets.tag(ada.desk, [ask(ada.desk, f"ticket {number}").number], ["x"])
    ada.step()
    desk, dsn = team.desk("bob"), team.invitation("bob")
    line, told = Link(dsn), 0

    def interrupt(*progress: object) -> None:
        nonlocal told
        told += 1
        if told == 3:
            line.close()

    with pytest.raises(Unreachable):
        adopt.join(desk, line, dsn, interrupt)
    copied = desk.read().execute("SELECT count(*) FROM tickets").fetchone()[0]
    assert 0 < copied < 10
    tickets.tag(ada.desk, [1, 2, 3], ["changed-meanwhile"])
    ask(ada.desk, "new meanwhile")
    ada.step()
    bob = team.engines["bob"] = Engine(desk, dsn)
    begun: list[object] = []
    real = bob.link().copied

    def copied_from(query, parameters, *others):  # type: ignore[no-untyped-def]
        begun.append(parameters)
        return real(query, parameters, *others)

    monkeypatch.setattr(bob.link(), "copied", copied_from)
    bob.step()
    assert begun[0] not in [stage.first for stage in copying.STAGES]
    assert verify(desk, bob.link()).differences == ()
    assert desk.read().execute("SELECT count(*) FROM tickets").fetchone() == (11,)


def test_no_error_holds_a_password(team: Team) -> None:
    for trouble in (
        "password authentication failed",
        "connection refused",
        "something else password=hunter2 host=x",
    ):
        error = translated(psycopg.OperationalError(trouble))
        assert "hunter2" not in str(error)
        assert error.remedy


def test_what_is_kept_of_a_connection_string_has_no_password() -> None:
    kept, password = without_password(
        "postgresql://mira:s%40crt@db.example.org:5433/desk?sslmode=verify-full"
    )
    assert password == "s@crt"
    assert "s@crt" not in kept
    assert parse(kept)["host"] == "db.example.org"


@pytest.mark.parametrize(
    ("dsn", "local_socket"),
    [
        ("host=/run/pg dbname=d", True),
        ("host=127.0.0.1", True),
        ("host=db.example.org", False),
        ("dbname=d", True),
    ],
)
def test_only_a_socket_or_loopback_goes_without_tls(dsn: str, local_socket: bool) -> None:
    assert is_local(parse(dsn)) is local_socket


def test_a_server_that_cannot_prove_who_it_is_gets_nothing() -> None:
    said: list[bytes] = []

    def serve(server: socket.socket) -> None:
        line, _ = server.accept()
        said.append(line.recv(1000))
        line.sendall(b"N")  # no TLS here (PostgreSQL, protocol: SSLRequest)
        said.append(line.recv(1000))
        line.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        dsn = f"host=db.example.org hostaddr=127.0.0.1 port={server.getsockname()[1]} user=mira dbname=d password=hunter2"
        with pytest.raises(DeskError, match="TLS"):
            Link(f"{dsn} sslmode=verify-full sslrootcert=system")
        thread.join(5)
    assert b"hunter2" not in b"".join(said)
    assert b"mira" not in b"".join(said)
