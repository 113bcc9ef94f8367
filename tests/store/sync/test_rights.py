"""PRIV: what an ordinary agent's login may not do, tried."""

from __future__ import annotations

import json
import uuid
from typing import Any

import psycopg
import pytest

from store.desk import tickets
from store.sync import hub
from store.sync.errors import VERSION, Poison
from store.sync.link import Link
from tests.conftest import ask
from tests.store.sync.conftest import Team

ATTACKS = (
    "INSERT INTO helpterm.log SELECT * FROM helpterm.log",
    "UPDATE helpterm.log SET agent = 'ada'",
    "DELETE FROM helpterm.log",
    "TRUNCATE helpterm.log",
    "UPDATE helpterm.tickets SET status = 'closed'",
    "DELETE FROM helpterm.messages",
    "UPDATE helpterm.messages SET body = 'x'",
    "UPDATE helpterm.meta SET head = 0",
    "UPDATE helpterm.meta SET oldest_client = 999",
    "UPDATE helpterm.agents SET role = 'manager'",
    "INSERT INTO helpterm.agents (login, agent) VALUES ('helpterm_bob2', 'ada2')",
    "UPDATE helpterm.outbox SET state = 'queued'",
    "UPDATE helpterm.outbox SET token = 1",
    "DELETE FROM helpterm.presence",
    "INSERT INTO helpterm.files VALUES ('00', 'x')",
    "SELECT * FROM helpterm.settings",
    "SELECT * FROM helpterm.devices",
    "SELECT nextval('helpterm.tokens')",
    "SELECT helpterm.say_delivery('a', 'queued', 'sent', '')",
    "SELECT helpterm.set_fields('{}', 'a', 1)",
    "SELECT helpterm.put('rule', 'a', '{}', 1)",
    "SELECT helpterm.add_ticket('a', '{}', 0, 0, 1)",
    "SELECT helpterm.decide_delivery('a', 'sent')",
    "SELECT helpterm.check_device('a', 'b', 'c')",
    "DROP SCHEMA helpterm CASCADE",
    "DROP TABLE helpterm.log",
    "ALTER TABLE helpterm.log DISABLE TRIGGER append_only",
    "CREATE TABLE helpterm.mine (x int)",
    "CREATE OR REPLACE FUNCTION helpterm.actor() RETURNS helpterm.agents LANGUAGE sql AS 'SELECT NULL::helpterm.agents'",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "CREATE ROLE mallory LOGIN",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY helpterm.log TO PROGRAM 'cat'",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_priv_is_refused(team: Team, attack: str) -> None:
    with (
        psycopg.connect(team.invitation("bob"), autocommit=True) as bob,
        pytest.raises(psycopg.Error) as refused,
    ):
        bob.execute(attack.encode())
    assert refused.value.sqlstate == "42501", refused.value


def test_priv_a_search_path_of_ones_own_changes_nothing(team: Team) -> None:
    with psycopg.connect(team.invitation("bob"), autocommit=True) as bob:
        bob.execute(
            "CREATE TEMP TABLE agents AS SELECT session_user AS login, 'ada' AS agent, 'manager' AS role, true AS active"
        )
        bob.execute("SET search_path = pg_temp, helpterm")
        assert bob.execute("SELECT agent, role FROM helpterm.hello(%s)", (VERSION,)).fetchone() == (
            "bob",
            "agent",
        )


def op(**values: Any) -> dict[str, Any]:
    plain = {
        "n": 1,
        "op": uuid.uuid4().hex,
        "batch": "b" * 32,
        "at": 1,
        "field": "",
        "previous": None,
        "base": 0,
    }
    return plain | values


def push(link: Link, *ops: dict[str, Any], base: int | None = None) -> list[str]:
    """Pushes as somebody who writes their own client; returns the outcomes."""
    epoch, head, chain = link.rows("SELECT epoch, head, chain FROM helpterm.hello(%s)", (VERSION,))[0]
    device = uuid.uuid4().hex
    link.rows(
        "SELECT helpterm.push(%s, %s, %s, %s, %s, 's', 't', 1, %s::jsonb)",
        (VERSION, epoch, head, chain, device, json.dumps(ops)),
    )
    found = dict(
        link.rows("SELECT op, outcome FROM helpterm.log WHERE op = ANY (%s)", ([each["op"] for each in ops],))
    )
    return [found[each["op"]] for each in ops]


def said(ticket: str, **values: Any) -> dict[str, Any]:
    plain = {
        "ticket": ticket,
        "kind": "note",
        "author_name": "Ada",
        "author_email": "",
        "agent": "ada",
        "sent_at": 99_999_999_999_999,
        "body": "I said that",
        "folds": [],
        "html": False,
        "message_id": "",
        "in_reply_to": "",
        "automatic": "",
        "delivery": None,
        "notices": [],
        "reasons": [],
        "raw": None,
        "attachments": [],
    }
    return plain | values


def test_priv_a_forged_client_speaks_only_for_itself(team: Team) -> None:
    ada = team.join("ada")
    ticket = ask(ada.desk)
    team.sync()
    bob = Link(team.invitation("bob"))
    queued = {"kind": "reply", "delivery": "queued", "recipients": ["x@y.example"], "hold_until": 1}
    claimed = op(kind="claim", entity="ticket", entity_id=ticket.id, field="assignee", value="cem")
    assert (
        push(
            bob,
            op(kind="message", entity="message", entity_id=uuid.uuid4().hex, value=said(ticket.id)),
            op(kind="message", entity="message", entity_id=uuid.uuid4().hex, value=said(ticket.id, **queued)),
            claimed,
            op(kind="set", entity="ticket", entity_id=ticket.id, field="id", value="x"),
            op(kind="set", entity="ticket", entity_id="f" * 32, field="status", value="open"),
            op(kind="put", entity="agent", entity_id="a1", value={"name": "bob", "role": "manager"}),
            op(kind="put", entity="sign_off", entity_id="s1", value={"newcomer": "nia", "mentor": "ada"}),
            op(kind="whatever", entity="ticket", entity_id=ticket.id, value=1),
        )
        == ["rejected"] * 8
    )
    assert team.rows("SELECT DISTINCT agent FROM helpterm.log WHERE seq > 3") == [("bob",)]
    assert team.rows("SELECT count(*) FROM helpterm.outbox") == [(0,)]
    bob.close()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "whatever"),
        ("priority", None),
        ("channel", "pigeon"),
        ("tier", 4),
        ("tier", "1"),
        ("product", 5),
        ("assignee", {"name": "ada"}),
        ("subject", ["x"]),
        ("handle_seconds", 1.5),
        ("handle_seconds", 1e300),
        ("snoozed_until", "tomorrow"),
        ("tag:x", "yes"),
    ],
)
def test_priv_a_field_takes_only_what_it_can_hold(team: Team, field: str, value: Any) -> None:
    ada = team.join("ada")
    ticket = ask(ada.desk)
    ada.step()
    before = team.rows("SELECT t::text FROM helpterm.tickets t")
    bob = Link(team.invitation("bob"))
    try:
        outcome = push(bob, op(kind="set", entity="ticket", entity_id=ticket.id, field=field, value=value))
    except Poison:
        outcome = ["rejected"]
    assert outcome == ["rejected"]
    assert team.rows("SELECT t::text FROM helpterm.tickets t") == before
    assert team.rows("SELECT * FROM helpterm.ticket_tags") == []
    bob.close()


def test_priv_nobody_pretends_to_have_seen_the_future(team: Team) -> None:
    ada = team.join("ada")
    ticket = ask(ada.desk)
    team.sync()
    bob = Link(team.invitation("bob"))
    with pytest.raises(Poison):
        push(
            bob,
            op(kind="set", entity="ticket", entity_id=ticket.id, field="status", value="open", base=10**9),
        )
    late = op(kind="set", entity="ticket", entity_id=ticket.id, field="status", value="open", at=10**15)
    assert push(bob, late) == ["applied"]
    (row,) = team.rows(
        "SELECT effective <= extract(epoch FROM written_at) * 1000 FROM helpterm.log WHERE op = %s",
        late["op"],
    )
    assert row == (True,), "NOFUTURE"
    bob.close()


def test_what_one_store_did_is_decided_in_its_order_whatever_the_ids_are(team: Team) -> None:
    bob = Link(team.invitation("bob"))
    first, second = (
        op(
            kind="put",
            entity="takeaway",
            entity_id="t1",
            n=n,
            op=letter * 32,
            value={"url": "u", "title": title},
        )
        for n, letter, title in ((1, "f", "before"), (2, "0", "after"))
    )
    push(bob, second, first)
    assert team.rows("SELECT n FROM helpterm.log ORDER BY seq") == [(1,), (2,)]
    assert team.rows("SELECT title FROM helpterm.takeaways") == [("after",)]
    bob.close()


def test_priv_a_token_is_not_guessed_to_any_use(team: Team) -> None:
    bob = Link(team.invitation("bob"))
    assert bob.value("SELECT helpterm.begin_mail('nothing', 1)") is None
    assert bob.value("SELECT helpterm.settle_mail('nothing', 1, 'sent', '')") is False
    bob.close()


def test_a_revoked_login_is_out_at_once(team: Team) -> None:
    guest = hub.invite(team.admin, "Gül Öz")
    assert guest.login.startswith("helpterm_guloz")
    link = Link(guest.dsn)
    assert link.value("SELECT agent FROM helpterm.hello(%s)", (VERSION,)) == "Gül Öz"
    hub.revoke(team.admin, "gül öz")
    with pytest.raises(Exception, match="shared database"):
        link.rows("SELECT 1")
    with pytest.raises(Exception, match="does not accept"):
        Link(guest.dsn)
    team.rows(f'DROP OWNED BY "{guest.login}"')
    team.rows(f'DROP ROLE "{guest.login}"')


def test_hostile_text_of_a_forged_client_is_inert_here(team: Team) -> None:
    ada = team.join("ada")
    ticket = ask(ada.desk)
    team.sync()
    bob = Link(team.invitation("bob"))
    push(bob, op(kind="set", entity="ticket", entity_id=ticket.id, field="product", value="\x1b[2Jred\u202e"))
    ada.step()
    assert tickets.ticket(ada.desk, ticket.number).product == "red"
    bob.close()
