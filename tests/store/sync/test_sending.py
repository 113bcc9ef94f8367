"""MAIL and FENCE: of many machines one at a time may send a reply, and nobody sends it twice."""

from __future__ import annotations

import pytest

from store.desk import outbox, tickets
from store.desk.desk import Desk
from store.desk.lending import OwnStore, lender_of
from store.desk.outbox import Lease
from store.desk.transaction import NewMessage
from store.errors import Refused
from store.model import Author, Delivery, Kind, Status
from store.sync import local, overruled
from store.sync.engine import Engine
from store.sync.sending import HubOutbox
from tests.conftest import ask
from tests.store.sync.conftest import Team


def reply(engine: Engine, body: str = "Here you are: https://help.example/invoices") -> str:
    """A reply in the outbox of one desk; returns its id."""
    ticket = ask(engine.desk)

    def job(tx):  # type: ignore[no-untyped-def]
        author = Author("Ada", "", tx.agent)
        new = NewMessage(
            f"{ticket.number:032x}",
            Kind.REPLY,
            author,
            tx.now,
            body,
            message_id="r@x",
            delivery=Delivery.QUEUED,
        )
        number = tx.add_message(ticket.number, new)
        outbox.queue(tx, number, ["carla@customer.example"], tx.now)
        tx.set(ticket.number, "status", str(Status.PENDING))
        return new.id

    return engine.desk.change(job)


def held(engine: Engine) -> tuple[HubOutbox, Lease]:
    lender = HubOutbox(engine.desk, engine.link())
    lease = lender.lease()
    assert lease is not None
    return lender, lease


def states(team: Team) -> list[str]:
    return [state for (state,) in team.rows("SELECT state FROM helpterm.outbox")]


def expire(team: Team) -> None:
    team.rows(
        "UPDATE helpterm.outbox SET lease_until = clock_timestamp() - interval '1 s' WHERE lease_until > '-infinity'"
    )


def delivery(desk: Desk) -> list[str]:
    return [row[0] for row in desk.read().execute("SELECT delivery FROM messages WHERE kind = 'reply'")]


def test_mail_only_one_machine_holds_a_reply(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    reply(ada)
    team.sync()
    held(bob)
    assert HubOutbox(ada.desk, ada.link()).lease() is None


def test_mail_what_one_machine_sent_is_sent_for_all(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    reply(ada)
    team.sync()
    lender, lease = held(bob)
    assert lease.outgoing.recipients == ("carla@customer.example",)
    assert lender.begin(lease)
    assert lender.settle(lease, Delivery.SENT)
    ada.step()
    assert delivery(ada.desk) == delivery(bob.desk) == ["sent"]
    assert states(team) == ["sent"]
    assert HubOutbox(ada.desk, ada.link()).lease() is None


def test_fence_a_sender_whose_lease_ran_out_may_not_begin(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    reply(ada)
    late, old = held(ada)
    expire(team)
    quick, new = held(bob)
    assert not late.begin(old)
    assert quick.begin(new)
    assert not late.settle(old, Delivery.SENT)
    assert states(team) == ["sending"]


def test_a_sender_that_died_while_the_text_was_leaving_leaves_it_uncertain(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    reply(ada)
    lender, lease = held(ada)
    assert lender.begin(lease)
    expire(team)
    assert HubOutbox(bob.desk, bob.link()).lease() is None
    ada.step()
    assert delivery(ada.desk) == delivery(bob.desk) == ["uncertain"]
    assert HubOutbox(ada.desk, ada.link()).lease() is None, "an uncertain reply is never sent again by itself"


def test_an_answer_of_the_mail_server_that_could_not_be_reported_is_reported_later(team: Team) -> None:
    ada = team.join("ada")
    identity = reply(ada)
    lender, lease = held(ada)
    assert lender.begin(lease)
    expire(team)
    ada.desk.database.write(
        lambda connection: connection.execute(
            "INSERT INTO settlements VALUES (?, ?, 'sent', '')", (identity, lease.token)
        )
    )
    bob = team.join("bob")
    HubOutbox(bob.desk, bob.link()).lease()
    assert states(team) == ["uncertain"]
    ada.step()
    assert states(team) == ["sent"]


def test_a_person_decides_about_an_uncertain_reply(team: Team) -> None:
    ada = team.join("ada")
    reply(ada)
    lender, lease = held(ada)
    lender.begin(lease)
    lender.settle(lease, Delivery.UNCERTAIN, "no answer")
    (waiting,) = outbox.outgoing(ada.desk)
    assert (waiting.state, waiting.error) == (Delivery.UNCERTAIN, "no answer")
    outbox.decide(ada.desk, waiting.message.number, received=False)
    ada.step()
    assert states(team) == ["queued"]
    assert not lender.settle(lease, Delivery.FAILED, "550 came late")
    assert states(team) == ["queued"]
    again, second = held(ada)
    assert second.token != lease.token
    assert not lender.settle(lease, Delivery.SENT)
    assert again.begin(second)


def test_undo_send_takes_the_reply_out_of_everybodys_hands(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    reply(ada)
    team.sync()
    outbox.call_back(ada.desk, outbox.outgoing(ada.desk)[0].message.number)
    team.sync()
    assert states(team) == ["draft"]
    assert HubOutbox(bob.desk, bob.link()).lease() is None
    assert delivery(bob.desk) == ["draft"]


def test_undo_send_that_comes_too_late_is_told(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    reply(ada)
    team.sync()
    lender, lease = held(bob)
    lender.begin(lease)
    outbox.call_back(ada.desk, outbox.outgoing(ada.desk)[0].message.number)
    ada.step()
    assert delivery(ada.desk) == ["sending"]
    assert [each.field for each in overruled.conflicts(ada.desk)] == ["delivery"]


def test_a_reply_that_can_still_be_taken_back_is_given_to_no_sender(team: Team) -> None:
    ada = team.join("ada")
    reply(ada)
    ada.step()
    for later, is_held in (("1 hour", True), ("-1 hour", False)):
        team.rows(f"UPDATE helpterm.outbox SET hold_until = clock_timestamp() + interval '{later}'")
        assert (HubOutbox(ada.desk, ada.link()).lease() is None) is is_held


def test_a_deferred_reply_waits_at_the_hub(team: Team) -> None:
    ada = team.join("ada")
    reply(ada)
    lender, lease = held(ada)
    assert lender.defer(lease, "450 try later")
    assert lender.lease() is None
    team.rows("UPDATE helpterm.outbox SET next_attempt_at = clock_timestamp()")
    _, second = held(ada)
    assert second.outgoing.attempts == 2


def test_a_lease_given_back_counts_as_no_attempt(team: Team) -> None:
    ada = team.join("ada")
    reply(ada)
    lender, lease = held(ada)
    assert lender.postpone(lease, ada.desk.now() + 60_000, "capped")
    assert team.rows("SELECT attempts, state FROM helpterm.outbox") == [(0, "queued")]


def test_a_shared_desk_sends_nothing_past_the_hub(team: Team) -> None:
    ada = team.join("ada")
    ada.desk.lender = None
    with pytest.raises(Refused, match="under the team's lease"):
        lender_of(ada.desk)


def test_a_hub_that_went_back_in_time_does_not_send_again_what_was_sent(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    reply(ada)
    team.sync()
    team.rows("CREATE TABLE old_outbox AS SELECT * FROM helpterm.outbox")
    (head,) = team.rows("SELECT head, chain FROM helpterm.meta")
    lender, lease = held(bob)
    lender.begin(lease)
    lender.settle(lease, Delivery.SENT)
    team.rows(
        "BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM helpterm.log WHERE seq > {0};"
        " UPDATE helpterm.meta SET head = {0}, chain = '{1}'; UPDATE helpterm.messages SET delivery = 'queued' WHERE kind ="
        " 'reply'; DELETE FROM helpterm.outbox; INSERT INTO helpterm.outbox SELECT * FROM old_outbox; COMMIT".format(
            *head
        )
    )
    team.sync()
    assert states(team) == ["sent"]
    assert (
        tickets.find(ada.desk, bob.desk.read().execute("SELECT id FROM tickets").fetchone()[0]).status
        is Status.PENDING
    )


def test_who_leaves_the_team_leaves_it_the_replies_that_it_has(team: Team) -> None:
    ada = team.join("ada")
    reply(ada)
    ada.step()
    kept = reply(ada)
    ada.desk.database.write(local.forget)
    assert isinstance(lender_of(ada.desk), OwnStore)
    assert [each.message.id for each in outbox.outgoing(ada.desk)] == [kept]


def test_fence_a_lease_that_ran_out_is_over_even_when_nobody_else_took_it(team: Team) -> None:
    ada = team.join("ada")
    reply(ada)
    lender, lease = held(ada)
    expire(team)
    assert not lender.begin(lease)
    assert states(team) == ["queued"]
