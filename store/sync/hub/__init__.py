"""The shared database from its owner's side: made, upgraded, agents invited and sent away. SQL lies beside, one file a step."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from store.errors import BadInput, NotFound
from store.model import Role
from store.sync.errors import VERSION, SyncError, WrongHub
from store.sync.link import Link, parse
from store.text.fold import fold
from store.text.inert import inert_line

OLDEST_SERVER = 150000


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an agent needs to join. `dsn` holds the password; it is shown once and kept nowhere."""

    agent: str
    login: str
    dsn: str


def steps() -> list[tuple[int, str]]:
    """The numbered SQL files, in order."""
    found = [
        (int(each.name[:4]), each.read_text("utf-8"))
        for each in files(__name__).iterdir()
        if each.name.endswith(".sql")
    ]
    return sorted(found)


def install(link: Link) -> tuple[int, str]:
    """Makes or upgrades the hub; running it twice changes nothing. Returns its format and its epoch.

    All in one transaction. Raises WrongHub for a newer hub, a foreign schema or an old server, NoRight without CREATE rights.
    """
    version = link.connection.info.server_version
    if version < OLDEST_SERVER:
        raise WrongHub(
            f"PostgreSQL {version // 10000} is too old to be shared", "version 15 or later is needed"
        )
    with link.talking() as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('helpterm'))")
        done = _version(connection)
        if done > VERSION:
            raise WrongHub(
                f"the shared database was made by a newer helpterm (format {done}, this one knows {VERSION})",
                "update helpterm; the database was left untouched",
            )
        for number, sql in steps():
            if number > done:
                connection.execute(sql.encode())
                connection.execute("UPDATE helpterm.meta SET version = %s", (number,))
        connection.execute("SELECT helpterm.grant_rights()")
        epoch = connection.execute("SELECT epoch FROM helpterm.meta").fetchone()
    assert epoch is not None
    return VERSION, epoch[0]


def _version(connection: Any) -> int:
    """How many steps the database has seen; 0 when there is no desk in it. Raises WrongHub for a schema that is not ours."""
    row = connection.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'helpterm'"
    ).fetchone()
    if row is None:
        return 0
    if not (row[0] or "").startswith("helpterm:"):
        raise WrongHub(
            "the schema helpterm of this database belongs to something else", "choose another database"
        )
    version: int = connection.execute("SELECT version FROM helpterm.meta").fetchone()[0]
    return version


def invite(link: Link, agent: str, role: Role = Role.AGENT) -> Invitation:
    """Makes a login for an agent, or a new password for one who is known. Raises BadInput, NoRight, NotYetAHub."""
    from psycopg import sql
    from psycopg.conninfo import make_conninfo

    name = inert_line(agent).strip()
    if not name or len(name) > 60:
        raise BadInput("an agent needs a name", "one that the team knows, such as mira")
    password = secrets.token_urlsafe(18)
    with link.talking() as connection, connection.transaction():
        known = connection.execute(
            "SELECT login, agent FROM helpterm.agents WHERE lower(agent) = lower(%s)", (name,)
        ).fetchone()
        login = known[0] if known else _free_login(connection, name)
        hashed = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256")
        group = connection.execute("SELECT agents_role FROM helpterm.meta").fetchone()
        assert group is not None
        make = "ALTER ROLE {} LOGIN PASSWORD {}" if known else "CREATE ROLE {} LOGIN PASSWORD {}"
        connection.execute(sql.SQL(make).format(sql.Identifier(login), sql.Literal(hashed.decode())))
        for setting in ("statement_timeout = '5min'", "idle_in_transaction_session_timeout = '1min'"):
            connection.execute(sql.SQL("ALTER ROLE {} SET " + setting).format(sql.Identifier(login)))
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group[0]), sql.Identifier(login)))
        connection.execute(
            "INSERT INTO helpterm.agents (login, agent, role) VALUES (%s, %s, %s)"
            " ON CONFLICT (login) DO UPDATE SET role = excluded.role, active = true",
            (login, name, str(role)),
        )
    info = link.connection.info
    parts = {key: value for key, value in parse(info.dsn).items() if key not in ("user", "application_name")}
    kept = {
        key: value for key, value in parts.items() if not key.startswith(("keepalives", "tcp_", "connect_"))
    }
    kept.pop("client_encoding", None)
    if kept.get("sslcertmode") == "allow":  # what libpq would do anyway, and an older one does not know
        del kept["sslcertmode"]
    dsn = make_conninfo("", **(kept | {"dbname": info.dbname, "user": login, "password": password}))
    return Invitation(known[1] if known else name, login, dsn)


def _free_login(connection: Any, agent: str) -> str:
    """A login's name for an agent that no role of the server has."""
    plain = "".join(letter for letter in fold(agent) if letter.isascii() and letter.isalnum())[:40]
    for number in range(1, 1000):
        login = f"helpterm_{plain or 'agent'}{'' if number == 1 else number}"
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login,)).fetchone() is None:
            return login
    raise SyncError("no name is left for this login", "choose another name")


def revoke(link: Link, agent: str) -> str:
    """Ends an agent's login, at once; what they did stays. Returns the login. Raises NotFound."""
    from psycopg import sql

    with link.talking() as connection, connection.transaction():
        row = connection.execute(
            "UPDATE helpterm.agents SET active = false WHERE lower(agent) = lower(%s) RETURNING login",
            (agent,),
        ).fetchone()
        if row is None:
            raise NotFound(
                f"nobody called {inert_line(agent)!r} was invited",
                "the table helpterm.agents lists everybody",
            )
        connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN PASSWORD NULL").format(sql.Identifier(row[0])))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s AND pid <> pg_backend_pid()",
            (row[0],),
        )
    login: str = row[0]
    return login


def open_tickets(link: Link, agent: str) -> int:
    """How many tickets that are not done are an agent's."""
    query = "SELECT count(*) FROM helpterm.tickets WHERE lower(assignee) = lower(%s) AND status NOT IN ('solved', 'closed')"
    return int(link.value(query, (agent,)))
