"""Two people, one queue: what each sees of what the other does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.desk import Desk, drafts, messages, tickets
from store.desk.conversation import messages as conversation
from store.desk.desk import as_seen
from store.desk.documents import documents
from store.desk.ids import derived_id, new_id
from store.desk.queue import page, understand
from store.errors import Refused
from store.model import Priority, Product, ScopeRule, Status
from store.sync import local, overruled
from store.sync.errors import NoRight, SyncError
from store.sync.link import Link
from store.sync.pull import pull
from store.sync.verify import verify
from tests.conftest import ask, write_again
from tests.store.sync.conftest import Team


def test_a_ticket_of_one_desk_is_on_the_other(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk, "Invoice of March", "Where is it?", language="en")
    tickets.tag(ada.desk, [ticket.number], ["refund"])
    messages.note(ada.desk, ticket, "She asked twice.")
    team.sync()
    theirs = tickets.find(bob.desk, ticket.id)
    assert (theirs.subject, theirs.tags, theirs.short) == ("Invoice of March", ("refund",), ticket.short)
    assert [each.body for each in conversation(bob.desk, theirs)] == ["Where is it?", "She asked twice."]
    assert theirs.due_at == tickets.ticket(ada.desk, ticket.number).due_at


def test_work_done_before_joining_comes_along(team: Team) -> None:
    desk = team.desk("ada")
    ask(desk, "Before there was a team")
    desk.close()
    team.join("ada")
    bob = team.join("bob")
    team.sync()
    assert [row[0] for row in bob.desk.read().execute("SELECT subject FROM tickets")] == [
        "Before there was a team"
    ]


def test_the_first_to_claim_has_it_and_the_other_is_told(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    tickets.claim(ada.desk, [ticket.number])
    tickets.claim(bob.desk, [tickets.find(bob.desk, ticket.id).number])
    ada.step()
    bob.step()
    assert tickets.find(bob.desk, ticket.id).assignee == "ada"
    (conflict,) = overruled.conflicts(bob.desk)
    assert (conflict.mine, conflict.theirs, conflict.agent, conflict.outcome) == ("bob", "ada", "ada", "lost")
    assert overruled.conflicts(ada.desk) == []


def earlier(desk: Desk, change: Callable[[], object], milliseconds: int = 60_000) -> None:
    """Makes a change as it would have been made some time ago."""
    clock, now = desk.clock, desk.now()
    desk.clock = lambda: now - milliseconds
    change()
    desk.clock = clock


def test_a_change_set_again_holds(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    theirs = tickets.find(bob.desk, ticket.id).number
    earlier(bob.desk, lambda: tickets.set_priority(bob.desk, [theirs], Priority.LOW))
    tickets.set_priority(ada.desk, [ticket.number], Priority.URGENT)
    team.sync()
    (conflict,) = overruled.conflicts(bob.desk)
    assert (conflict.mine, conflict.theirs, conflict.outcome) == ("low", "urgent", "lost")
    overruled.set_again(bob.desk, conflict.change)
    team.sync()
    assert tickets.ticket(ada.desk, ticket.number).priority is Priority.LOW
    assert overruled.conflicts(bob.desk) == []


def test_a_change_that_others_override_unseen_is_shown_to_its_author(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    earlier(ada.desk, lambda: tickets.set_status(ada.desk, [ticket.number], Status.SOLVED))
    ada.step()
    tickets.set_status(bob.desk, [tickets.find(bob.desk, ticket.id).number], Status.ON_HOLD)
    bob.step()
    ada.step()
    (conflict,) = overruled.conflicts(ada.desk)
    assert (conflict.mine, conflict.theirs, conflict.outcome) == ("solved", "on_hold", "overridden")


def test_what_counts_is_what_the_author_had_seen_not_when_it_was_typed(team: Team) -> None:
    """CAUSAL for a decision that took long: the change of somebody who looked before is concurrent with what came since."""
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    shown = local.membership(bob.desk.read()).cursor
    tickets.claim(ada.desk, [ticket.number])
    team.sync()
    with as_seen(shown):
        bob.desk.change(
            lambda tx: tx.set(tickets.find(bob.desk, ticket.id).number, "assignee", "bob", "claim")
        )
    team.sync()
    assert tickets.find(bob.desk, ticket.id).assignee == "ada"


def test_drafts_stay_at_home(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    drafts.save(ada.desk, ticket, "not yet").result()
    team.sync()
    assert bob.desk.read().execute("SELECT count(*) FROM drafts").fetchone() == (0,)
    assert "not yet" not in str(team.rows("SELECT value, result FROM helpterm.log"))


def test_rules_products_and_people_travel_whole(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    rule = ScopeRule(new_id(), "No custom development", False, "eight hours", words={"de": ("Sonderwunsch",)})
    product = Product(derived_id("product", "harbour"), "Harbour", signature="Yours\nHarbour")
    ada.desk.change(lambda tx: (tx.put(rule), tx.put(product)))
    team.sync()
    assert documents(bob.desk.read(), ScopeRule) == [rule]
    assert documents(bob.desk.read(), Product) == [product]


def test_outside_staff_does_not_write_the_rules(team: Team) -> None:
    zoe, ada = team.join("zoe"), team.join("ada")
    zoe.desk.change(lambda tx: tx.put(ScopeRule(new_id(), "Everything is covered", True)))
    team.sync()
    assert documents(ada.desk.read(), ScopeRule) == documents(zoe.desk.read(), ScopeRule) == []
    assert [each.outcome for each in overruled.conflicts(zoe.desk)] == ["rejected"]


def test_the_same_mail_fetched_by_two_machines_is_one_message(team: Team) -> None:
    from store.desk.transaction import customer_for
    from tests.conftest import _inbound

    ada, bob = team.join("ada"), team.join("bob")
    at = ada.desk.now() - 1000
    mail = replace(_inbound("carla@customer.example", "Carla", at, "Hello?"), subject="Re: Hello")
    zoe = team.join("zoe")
    for engine in (ada, bob):

        def file(tx):  # type: ignore[no-untyped-def]
            number = tx.create_ticket(
                subject="Hello",
                customer=customer_for("carla@customer.example", "Carla"),
                ticket_id="a" * 32,
                created_at=at,
            )
            tx.add_message(number, mail)

        engine.desk.change(file)
    team.sync()
    assert team.rows("SELECT count(*), max(subject) FROM helpterm.messages") == [(1, "Re: Hello")]
    (copied,) = conversation(zoe.desk, tickets.find(zoe.desk, "a" * 32))
    assert copied.subject == "Re: Hello"
    for engine in (ada, bob):
        assert verify(engine.desk, engine.link()).differences == ()
        assert overruled.conflicts(engine.desk) == []


def test_what_came_from_others_is_found_and_stands_in_the_queue(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ask(ada.desk, "Rechnung", "Die Rechnung fehlt mir.")
    team.sync()
    assert [row.subject for row in page(bob.desk, understand(bob.desk, "rechnung")).rows] == ["Rechnung"]


def test_a_reply_that_came_in_meanwhile_is_new_to_the_one_who_types(team: Team) -> None:
    from store.desk.conversation import newest, written_since

    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    theirs = tickets.find(bob.desk, ticket.id)
    seen = newest(conversation(bob.desk, theirs))
    write_again(ada.desk, ticket, "One more thing")
    team.sync()
    assert [each.body for each in written_since(bob.desk.read(), theirs, seen, "bob")] == ["One more thing"]


def test_a_merge_moves_who_waits_on_every_desk(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    first, second = ask(ada.desk, ago=7_200_000), ask(ada.desk, ago=3_600_000)
    team.sync()
    tickets.merge(ada.desk, [first.number], second.number)
    team.sync()
    assert (
        tickets.find(bob.desk, second.id).waiting_since
        == tickets.ticket(ada.desk, second.number).waiting_since
    )
    assert verify(bob.desk, bob.link()).differences == ()


def test_undo_on_one_desk_is_undone_on_all(team: Team) -> None:
    from store.desk.undo import undo

    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    tickets.set_status(ada.desk, [ticket.number], Status.SOLVED)
    team.sync()
    undo(ada.desk)
    team.sync()
    assert tickets.find(bob.desk, ticket.id).status is Status.NEW


def test_a_raw_mail_travels_once_and_whole(team: Team) -> None:
    from store.desk.conversation import raw_mail
    from tests.conftest import _inbound

    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    raw = b"Subject: x\r\n\r\n" + bytes(range(256)) * 40
    ada.desk.change(
        lambda tx: tx.add_message(
            ticket.number, _inbound("c@d.example", "C", ada.desk.now(), "see file"), raw
        )
    )
    team.sync()
    theirs = conversation(bob.desk, tickets.find(bob.desk, ticket.id))[-1]
    assert raw_mail(bob.desk, theirs) == raw
    assert team.rows("SELECT count(*) FROM helpterm.files") == [(1,)]


def test_an_invitation_for_another_person_is_refused(team: Team) -> None:
    from store.sync import adopt
    from store.sync.link import Link

    desk = team.desk("bob")
    with pytest.raises(Refused, match="this invitation is for ada"):
        adopt.join(desk, Link(team.invitation("ada")), team.invitation("ada"))
    desk.close()


def test_whoever_is_sent_away_keeps_the_desk_and_is_told(team: Team) -> None:
    bob = team.join("bob")
    ticket = ask(bob.desk)
    team.rows("UPDATE helpterm.agents SET active = false WHERE agent = 'bob'")
    with pytest.raises(NoRight, match="no agent of the desk"):
        bob.step()
    assert tickets.ticket(bob.desk, ticket.number).subject == ticket.subject


def test_a_store_that_was_copied_gets_a_name_of_its_own(team: Team, tmp_path: Path) -> None:
    from store.database.file import backup
    from store.sync.engine import Engine

    ada = team.join("ada")
    ticket = ask(ada.desk)
    team.sync()
    tickets.tag(ada.desk, [ticket.number], ["pending-in-both"])
    backup(ada.desk.path, tmp_path / "copy.db")
    twin = Engine(Desk(tmp_path / "copy.db", "ada"), team.invitation("ada"))
    team.engines["twin"] = twin
    tickets.tag(ada.desk, [ticket.number], ["one"])
    tickets.tag(twin.desk, [ticket.number], ["two"])
    team.sync()
    names = {local.membership(each.desk.read()).device for each in (ada, twin)}
    assert len(names) == 2
    for each in (ada, twin):
        assert set(tickets.ticket(each.desk, ticket.number).tags) == {"pending-in-both", "one", "two"}
        assert verify(each.desk, each.link()).differences == ()


def test_an_answer_finds_its_ticket_on_whichever_machine_it_is_fetched(team: Team, tmp_path: Path) -> None:
    from store.channels.mail.importing import import_paths

    ada, bob = team.join("ada"), team.join("bob")
    first, second = tmp_path / "1.eml", tmp_path / "2.eml"
    head = (
        "From: Carla <carla@customer.example>\nTo: help@desk.example\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n"
    )
    first.write_text(f"{head}Subject: Printer\nMessage-ID: <1@customer.example>\n\nIt is broken.\n")
    second.write_text(
        f"{head}Subject: Re: Printer\nMessage-ID: <2@customer.example>\nIn-Reply-To: <1@customer.example>\n\nStill.\n"
    )
    import_paths(ada.desk, [first])
    team.sync()
    import_paths(bob.desk, [second])
    team.sync()
    assert team.rows("SELECT count(*), (SELECT count(*) FROM helpterm.messages) FROM helpterm.tickets") == [
        (1, 2)
    ]
    key = "SELECT value FROM meta WHERE key = 'message_id_key'"
    assert ada.desk.read().execute(key).fetchone() == bob.desk.read().execute(key).fetchone()


def test_causal_a_change_made_on_the_current_value_wins_whatever_its_clock_said(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    tickets.set_status(ada.desk, [ticket.number], Status.SOLVED)
    team.sync()
    theirs = tickets.find(bob.desk, ticket.id).number
    earlier(bob.desk, lambda: tickets.set_status(bob.desk, [theirs], Status.OPEN), 365 * 86_400_000)
    team.sync()
    assert tickets.ticket(ada.desk, ticket.number).status is Status.OPEN
    assert overruled.conflicts(bob.desk) == overruled.conflicts(ada.desk) == []


def test_of_two_unseen_changes_the_later_one_stands_whoever_comes_first(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    theirs = tickets.find(bob.desk, ticket.id).number
    tickets.set_status(ada.desk, [ticket.number], Status.SOLVED)
    ada.step()
    earlier(bob.desk, lambda: tickets.set_status(bob.desk, [theirs], Status.PENDING))
    team.sync()
    assert tickets.find(bob.desk, ticket.id).status is Status.SOLVED


def test_a_ticket_that_is_opened_again_waits_again_on_every_desk(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk, ago=3_600_000)
    waiting = tickets.ticket(ada.desk, ticket.number).waiting_since
    assert waiting is not None
    for status, since in ((Status.SOLVED, None), (Status.OPEN, waiting)):
        tickets.set_status(ada.desk, [ticket.number], status)
        team.sync()
        theirs = tickets.find(bob.desk, ticket.id)
        assert (theirs.waiting_since, theirs.due_at) == (
            since,
            tickets.ticket(ada.desk, ticket.number).due_at,
        )


def test_of_several_changes_in_one_push_each_stands_or_falls_by_itself(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    theirs = tickets.find(bob.desk, ticket.id).number
    tickets.set_status(ada.desk, [ticket.number], Status.SOLVED)
    ada.step()
    earlier(bob.desk, lambda: tickets.set_priority(bob.desk, [theirs], Priority.HIGH))
    earlier(bob.desk, lambda: tickets.set_status(bob.desk, [theirs], Status.PENDING))
    earlier(bob.desk, lambda: tickets.set_priority(bob.desk, [theirs], Priority.LOW))
    team.sync()
    assert team.rows("SELECT status, priority FROM helpterm.tickets") == [("solved", "low")]
    assert team.rows("SELECT field, outcome, result FROM helpterm.log WHERE agent = 'bob' ORDER BY seq") == [
        ("priority", "applied", "high"),
        ("status", "lost", "solved"),
        ("priority", "applied", "low"),
    ]


def test_ones_own_change_that_is_not_pulled_yet_does_not_stand_in_the_way_of_the_next(team: Team) -> None:
    """Not even when this machine's clock was set back between the two."""
    from store.sync.push import push

    ada = team.join("ada")
    ticket = ask(ada.desk)
    ada.step()
    tickets.set_status(ada.desk, [ticket.number], Status.SOLVED)
    push(ada.desk, ada.link())
    earlier(ada.desk, lambda: tickets.set_status(ada.desk, [ticket.number], Status.OPEN))
    push(ada.desk, ada.link())
    assert team.rows("SELECT status FROM helpterm.tickets") == [("open",)]


def test_a_claim_on_a_ticket_that_was_let_go_meanwhile_holds(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk, assignee="ada")
    team.sync()
    theirs = tickets.find(bob.desk, ticket.id).number
    earlier(ada.desk, lambda: tickets.assign(ada.desk, [ticket.number], ""))
    ada.step()
    bob.desk.change(lambda tx: tx.set(theirs, "assignee", "bob", "claim"))
    team.sync()
    assert tickets.ticket(ada.desk, ticket.number).assignee == "bob"


def test_a_tag_that_is_taken_away_is_gone_everywhere(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    tickets.tag(ada.desk, [ticket.number], ["refund"])
    team.sync()
    tickets.tag(bob.desk, [tickets.find(bob.desk, ticket.id).number], remove=["refund"])
    team.sync()
    assert tickets.ticket(ada.desk, ticket.number).tags == ()
    assert team.rows("SELECT * FROM helpterm.ticket_tags") == []


def test_local_what_an_agent_typed_stays_in_view_until_the_hub_has_decided(team: Team) -> None:

    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    theirs = tickets.find(bob.desk, ticket.id).number
    earlier(bob.desk, lambda: tickets.set_status(bob.desk, [theirs], Status.PENDING))
    tickets.set_status(ada.desk, [ticket.number], Status.SOLVED)
    ada.step()
    pull(bob.desk, bob.link())
    assert tickets.ticket(bob.desk, theirs).status is Status.PENDING
    bob.step()
    assert tickets.ticket(bob.desk, theirs).status is Status.SOLVED


def test_the_time_of_a_ticket_never_goes_back(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    theirs = tickets.find(bob.desk, ticket.id).number
    earlier(bob.desk, lambda: tickets.set_priority(bob.desk, [theirs], Priority.LOW), 600_000)
    tickets.set_status(ada.desk, [ticket.number], Status.OPEN)
    ada.step()
    before = tickets.ticket(ada.desk, ticket.number).updated_at
    team.sync()
    assert tickets.ticket(ada.desk, ticket.number).updated_at == before
    assert team.rows("SELECT helpterm.ms(updated_at) FROM helpterm.tickets") == [(before,)]
    assert tickets.ticket(bob.desk, theirs).updated_at == before


def test_gapless_a_log_with_a_hole_is_refused_and_nothing_of_it_is_kept(team: Team) -> None:
    from store.sync.entries import entries_of
    from store.sync.errors import VERSION
    from store.sync.pull import _PULL
    from store.sync.replay import apply

    ada, bob = team.join("ada"), team.join("bob")
    ask(ada.desk)
    ada.step()
    member = local.membership(bob.desk.read())
    rows = bob.link().rows(_PULL, (VERSION, member.epoch, member.cursor, member.chain, 100))
    with pytest.raises(SyncError, match="entries are missing"):
        apply(bob.desk, entries_of([rows[0], *rows[2:]])).result()
    assert local.membership(bob.desk.read()).cursor == member.cursor


def test_two_consoles_on_one_store_pull_at_once_and_neither_stumbles(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    for subject in ("One", "Two", "Three"):
        ask(ada.desk, subject)
    ada.step()
    line, other = bob.link(), Link(team.invitation("bob"))
    ask_hub = line.rows
    asked: list[int] = []

    def overtaken(query: bytes, parameters: tuple[Any, ...], **rest: Any) -> list[tuple[Any, ...]]:
        rows = ask_hub(query, parameters, **rest)
        asked.append(parameters[2])
        if len(asked) == 2:
            bob.desk.database.write(lambda connection: None)  # what is on its way is here now
            pull(bob.desk, other)
        return rows

    monkeypatch.setattr(line, "rows", overtaken)
    pull(bob.desk, line, 2)
    other.close()
    head = team.rows("SELECT head FROM helpterm.meta")[0][0]
    assert local.membership(bob.desk.read()).cursor == head
    assert asked == [0, 2, head], "what the other console has already is not asked for again"
    assert len(page(bob.desk, understand(bob.desk, "")).rows) == 3


@pytest.mark.parametrize(("heavy", "sizes"), [(1_000_000, {2, 4}), (0, {2})])
def test_many_entries_are_asked_for_at_once_unless_they_are_heavy(
    team: Team, monkeypatch: pytest.MonkeyPatch, heavy: int, sizes: set[int]
) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    for subject in ("One", "Two", "Three", "Four"):
        ask(ada.desk, subject)
    ada.step()
    for name, value in {"MOST": 4, "FEW": 2, "HEAVY": heavy}.items():
        monkeypatch.setattr(f"store.sync.pull.{name}", value)
    line = bob.link()
    ask_hub = line.rows
    asked: list[int] = []

    def noted(query: bytes, parameters: tuple[Any, ...], **rest: Any) -> list[tuple[Any, ...]]:
        asked.append(parameters[4])
        return ask_hub(query, parameters, **rest)

    monkeypatch.setattr(line, "rows", noted)
    pull(bob.desk, line, 4)
    assert asked[0] == 2
    assert {*asked} == sizes
    assert len(page(bob.desk, understand(bob.desk, "")).rows) == 4


def backed_up(team: Team) -> Callable[[], object]:
    """Takes a backup of the hub; what is returned restores it."""
    from tests.store.sync.world import TABLES

    team.rows("CREATE SCHEMA backup")
    for each in TABLES:
        team.rows(f"CREATE TABLE backup.{each} AS SELECT * FROM helpterm.{each}")
    copied = ";".join(
        f"DELETE FROM helpterm.{each}; INSERT INTO helpterm.{each} SELECT * FROM backup.{each}"
        for each in TABLES
    )
    return lambda: team.rows(f"BEGIN; SET LOCAL session_replication_role = replica; {copied}; COMMIT")


def test_restore_what_was_acknowledged_lately_is_said_again(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    restore = backed_up(team)
    messages.note(ada.desk, ticket, "after the backup")
    tickets.set_status(ada.desk, [ticket.number], Status.ON_HOLD)
    tickets.tag(bob.desk, [tickets.find(bob.desk, ticket.id).number], [f"tag{number}" for number in range(9)])
    team.sync()
    tickets.set_priority(ada.desk, [ticket.number], Priority.URGENT)
    team.sync()
    restore()
    assert [ada.step().was_restored, ada.step().was_restored] == [True, False]
    team.sync()
    assert team.rows("SELECT status, priority FROM helpterm.tickets") == [("on_hold", "urgent")]
    assert overruled.conflicts(ada.desk) == []
    assert team.rows("SELECT body FROM helpterm.messages WHERE kind = 'note'") == [("after the backup",)]
    assert verify(bob.desk, bob.link()).differences == ()


def test_drain_who_leaves_and_comes_back_waits_for_nothing_and_says_nothing_twice(team: Team) -> None:
    from store.sync import adopt
    from store.sync.link import Link

    ada = team.join("ada")
    ask(ada.desk)
    ada.step()
    head = team.rows("SELECT head FROM helpterm.meta")
    ada.desk.database.write(local.forget)
    assert local.pending(ada.desk.read()) > 0
    adopt.join(ada.desk, Link(team.invitation("ada")), team.invitation("ada"))
    assert ada.step().pending == 0
    assert team.rows("SELECT head FROM helpterm.meta") == head


def test_a_mail_filed_with_two_tickets_on_two_machines_ends_in_one(team: Team) -> None:
    from tests.store.sync.world import inbound

    ada, bob = team.join("ada"), team.join("bob")
    first, second = ask(ada.desk, "first"), ask(ada.desk, "second")
    team.sync()
    ada.desk.change(lambda tx: inbound(tx, first.number, "m"))
    bob.desk.change(lambda tx: inbound(tx, tickets.find(bob.desk, second.id).number, "m"))
    team.sync()
    assert verify(ada.desk, ada.link()).differences == verify(bob.desk, bob.link()).differences == ()
    assert len(conversation(bob.desk, tickets.find(bob.desk, first.id))) == 2
    assert len(conversation(bob.desk, tickets.find(bob.desk, second.id))) == 1


def test_restore_what_only_others_had_said_is_rescued_by_whoever_has_it(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ask(ada.desk, "Before the backup")
    team.sync()
    restore = backed_up(team)
    lost = ask(ada.desk, "After the backup", "Is anybody there?")
    tickets.tag(ada.desk, [lost.number], ["refund"])
    team.sync()
    restore()
    del team.engines["ada"]  # her machine never comes back
    ada.close()
    ada.desk.close()
    team.sync()
    cem = team.join("cem")
    team.sync()
    found = tickets.find(cem.desk, lost.id)
    assert (found.subject, found.tags) == ("After the backup", ("refund",))
    assert [each.body for each in conversation(cem.desk, found)] == ["Is anybody there?"]
    assert verify(bob.desk, bob.link()).differences == verify(cem.desk, cem.link()).differences == ()
    assert [path.name for path in team.folder.glob("bob.db.before-restore-*")], "a copy lies beside"


def test_restore_the_same_change_decided_anew_is_another_past(team: Team) -> None:
    from store.sync.push import push

    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    team.sync()
    restore = backed_up(team)
    tickets.set_status(ada.desk, [ticket.number], Status.ON_HOLD)
    push(ada.desk, ada.link())
    bob.step()
    restore()
    clock = ada.desk.clock
    ada.desk.clock = lambda: clock() + 5000
    push(ada.desk, ada.link())
    ada.desk.clock = clock
    team.sync()
    assert verify(bob.desk, bob.link()).differences == ()
