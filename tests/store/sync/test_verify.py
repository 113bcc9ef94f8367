"""`sync verify` names what is not the same: which thing, which part of it, and what each side has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.desk import tickets
from store.desk.ids import new_id
from store.model import Attachment, Kind, ScopeRule, Status
from store.sync import local
from store.sync.engine import Engine
from store.sync.errors import SyncError
from store.sync.verify import Difference, verify
from tests.conftest import _inbound, ask
from tests.store.sync.conftest import Team

MEDDLING = {
    "a field of a ticket": (
        "UPDATE helpterm.tickets SET tier = 3",
        [("tickets", "tier: 1", "tier: 3")],
    ),
    "two fields": (
        "UPDATE helpterm.tickets SET subject = 'meddled with', snoozed_until = to_timestamp(1800000000)",
        [
            (
                "tickets",
                "snoozed_until: –, subject: Where is my invoice?",
                "snoozed_until: 1800000000000, subject: meddled with",
            )
        ],
    ),
    "a tag too many": (
        "INSERT INTO helpterm.ticket_tags SELECT id, 'vip' FROM helpterm.tickets",
        [("tickets", "tags: refund", "tags: refund vip")],
    ),
    "a missing attachment": (
        "DELETE FROM helpterm.attachments WHERE name = 'b.pdf'",
        [
            (
                "messages",
                "attachments: a.pdf aaaaaaaaaaaa, b.pdf bbbbbbbbbbbb",
                "attachments: a.pdf aaaaaaaaaaaa",
            )
        ],
    ),
    "another content under the same name": (
        "UPDATE helpterm.attachments SET sha256 = repeat('c', 64) WHERE name = 'b.pdf'",
        [
            (
                "messages",
                "attachments: a.pdf aaaaaaaaaaaa, b.pdf bbbbbbbbbbbb",
                "attachments: a.pdf aaaaaaaaaaaa, b.pdf cccccccccccc",
            )
        ],
    ),
    "a customer's name": (
        "UPDATE helpterm.customers SET name = 'Karla'",
        [("customers", "name: Carla", "name: Karla")],
    ),
}


@pytest.fixture
def engine(team: Team) -> Engine:
    """A desk in step: one ticket with a tag and two attachments, and a rule."""
    ada = team.join("ada")
    ticket = ask(ada.desk)
    files = (
        Attachment("a.pdf", "application/pdf", 3, "a" * 64, 0),
        Attachment("b.pdf", "application/pdf", 4, "b" * 64, 1),
    )
    mail = replace(
        _inbound("carla@customer.example", "Carla", ada.desk.now(), "see there"), attachments=files
    )
    ada.desk.change(lambda tx: tx.add_message(ticket.number, mail))
    ada.desk.change(lambda tx: tx.put(ScopeRule(new_id(), "No custom development", False)))
    tickets.tag(ada.desk, [ticket.number], ["refund"])
    ada.step()
    return ada


def differences(engine: Engine) -> list[Difference]:
    return list(verify(engine.desk, engine.link()).differences)


def test_a_desk_in_step_differs_in_nothing(engine: Engine) -> None:
    assert differences(engine) == []


@pytest.mark.parametrize("name", MEDDLING)
def test_what_differs_is_named_and_nothing_else(team: Team, engine: Engine, name: str) -> None:
    meddling, wanted = MEDDLING[name]
    team.rows(f"BEGIN; SET LOCAL session_replication_role = replica; {meddling}; COMMIT")
    found = [each for each in differences(engine) if not each.table.startswith("hub ")]
    assert [(each.table, each.here, each.hub) for each in found] == wanted
    assert all(len(each.identity) == 32 for each in found)


def test_a_message_that_is_missing_on_either_side_is_named(team: Team, engine: Engine) -> None:
    (identity,) = engine.desk.read().execute("SELECT id FROM messages ORDER BY number DESC").fetchone()
    team.rows(
        f"BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM helpterm.attachments;"
        f" DELETE FROM helpterm.messages WHERE id = '{identity}'; COMMIT"
    )
    found = differences(engine)
    (ours,) = [each for each in found if each.table == "messages"]
    assert (ours.identity, ours.hub) == (identity, None)
    assert f"kind: {Kind.INBOUND}" in (ours.here or "")
    assert [each.identity for each in found if each.table.startswith("hub message")] == [identity]


def test_a_message_that_is_not_here_is_named(engine: Engine) -> None:
    def job(connection):  # type: ignore[no-untyped-def]
        connection.execute("PRAGMA defer_foreign_keys = ON")
        number, identity = connection.execute(
            "SELECT number, id FROM messages ORDER BY number DESC"
        ).fetchone()
        connection.execute("DELETE FROM attachments WHERE message = ?", (number,))
        connection.execute("DELETE FROM messages WHERE number = ?", (number,))
        return identity

    identity = engine.desk.database.write(job)
    (found,) = differences(engine)
    assert (found.table, found.identity, found.here) == ("messages", identity, None)
    assert "attachments: a.pdf" in (found.hub or "")


def test_a_document_that_differs_is_named_with_both_texts(team: Team, engine: Engine) -> None:
    team.rows(
        "UPDATE helpterm.documents SET value = jsonb_set(value, '{title}', '\"Anything goes\"') WHERE entity = 'rule'"
    )
    ours, log = differences(engine)
    assert ours.table == "rule"
    assert "No custom development" in (ours.here or "")
    assert "Anything goes" in (ours.hub or "")
    assert log.table == "hub rule."


def test_a_table_of_the_hub_that_is_not_what_its_log_says_is_named(team: Team, engine: Engine) -> None:
    ticket = engine.desk.read().execute("SELECT number FROM tickets").fetchone()[0]
    tickets.set_status(engine.desk, [ticket], Status.OPEN)
    engine.step()
    team.rows("UPDATE helpterm.tickets SET status = 'closed'")
    assert {each.table for each in differences(engine)} == {"tickets", "hub ticket.status"}


def test_a_desk_with_changes_on_their_way_is_not_compared(engine: Engine) -> None:
    ask(engine.desk, "Not sent yet")
    assert local.pending(engine.desk.read()) > 0
    with pytest.raises(SyncError, match="not in step yet"):
        verify(engine.desk, engine.link())
