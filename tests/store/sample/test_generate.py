"""Generated desks: any size, the same from the same seed, and row for row what the one road of changes would leave."""

from __future__ import annotations

import sqlite3
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from store.clock import DAY
from store.desk import Desk, derive, queue, tickets
from store.desk.conversation import messages
from store.desk.derive import DEFAULT_TARGETS
from store.desk.documents import documents
from store.desk.transaction import NewMessage, Transaction, customer_for
from store.errors import BadInput, StoreError
from store.model import Agent, Author, Channel, Delivery, Kind, Priority, Status, Takeaway
from store.policy.canned import Index
from store.policy.links import normal_form
from store.sample import generate as generating
from store.sample.generate import NOW, found_world, generate
from store.sample.life import SORTER, Done, Life, Said
from store.sample.lives import Lives
from tests.conftest import StoppedClock

COUNT = 400
TABLES = (
    "tickets",
    "customers",
    "messages",
    "ticket_tags",
    "links",
    "fingerprint_replies",
    "fingerprints",
    "counts",
)
LOG = "SELECT at, agent, kind, entity, entity_id, field, value, previous, base FROM changes ORDER BY number"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("generated") / "desk.db"
    generate(made, COUNT, seed=8)
    return made


@pytest.fixture(scope="module")
def desk(path: Path) -> Iterator[Desk]:
    with Desk(path, "sam", clock=StoppedClock(NOW), create=False) as opened:
        yield opened


def rows(desk: Desk, table: str) -> list[tuple[Any, ...]]:
    return sorted(desk.read().execute(f"SELECT * FROM {table}").fetchall())


def live(tx: Transaction, life: Life) -> None:
    """Lives a life on the ordinary road, one transaction for all that was done in one breath."""
    number = 0
    for agent, deeds in life.batches():
        step = Transaction(tx.connection, agent, deeds[0].at, tx.targets)
        if not number:
            values = life.values | life.created
            number = step.create_ticket(
                subject=life.subject,
                customer=customer_for(life.person.email, life.person.name),
                channel=Channel(values["channel"]),
                product=values["product"],
                department=values["department"],
                priority=Priority(values["priority"]),
                status=Status(values["status"]),
                language=values["language"],
                assignee=values["assignee"],
                tier=values["tier"],
                created_at=life.created_at,
                ticket_id=life.id,
            )
        for deed in deeds:
            if isinstance(deed, Done):
                assert step.set(number, deed.field, deed.value), deed
            else:
                say(step, number, life, deed)
        step.now = NOW
        step.finish()


def say(step: Transaction, number: int, life: Life, said: Said) -> None:
    agent, person = said.agent, life.person
    step.add_message(
        number,
        NewMessage(
            said.id,
            Kind(said.kind),
            Author(agent.full_name, agent.email, agent.name) if agent else Author(person.name, person.email),
            said.at,
            said.body,
            message_id=said.message_id,
            in_reply_to=said.in_reply_to,
            delivery=Delivery.SENT if said.kind == "reply" else None,
        ),
    )


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk with the same lives, each lived on the ordinary road."""
    path = tmp_path_factory.mktemp("lived") / "desk.db"
    with Desk(path, "sam", clock=StoppedClock(NOW)) as desk:

        def job(tx: Transaction) -> None:
            world = found_world(Transaction(tx.connection, SORTER, NOW - 1500 * DAY, tx.targets))
            for life in Lives(world, COUNT, 8, NOW):
                live(tx, life)

        desk.change(job)
        yield desk


@pytest.mark.parametrize("table", TABLES)
def test_each_table_is_what_the_one_road_of_changes_leaves(desk: Desk, lived: Desk, table: str) -> None:
    written, expected = rows(desk, table), rows(lived, table)
    assert len(written) > 5
    assert written == [row for row in expected if table != "counts" or row[-1]]


def test_the_log_tells_every_step(desk: Desk, lived: Desk) -> None:
    assert desk.read().execute(LOG).fetchall() == lived.read().execute(LOG).fetchall()
    together = "SELECT min(number), max(number), count(*) FROM changes GROUP BY batch ORDER BY 1"
    assert desk.read().execute(together).fetchall() == lived.read().execute(together).fetchall()


def words_of(path: Path) -> list[tuple[Any, ...]]:
    """Every word of the search index: in which message, which part of it, and where."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, instance)")
        return connection.execute(
            'SELECT term, doc, col, "offset" FROM temp.words ORDER BY 1, 2, 3, 4'
        ).fetchall()


def test_everything_is_found_by_its_words(desk: Desk, lived: Desk) -> None:
    found = words_of(desk.path)
    assert {"kontakt", "onbellek", "jonas"} <= {term for term, *_ in found}
    assert found == words_of(lived.path)
    assert desk.read().execute("SELECT count(*) FROM search_docsize").fetchone()[0] == count(desk, "messages")


def count(desk: Desk, table: str) -> int:
    number: int = desk.read().execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return number


def test_places_and_counts_are_what_the_desk_derives_from_its_messages(path: Path, desk: Desk) -> None:
    before, counted = rows(desk, "tickets"), rows(desk, "counts")
    assert sum(row[2] for row in counted) == COUNT

    def again(tx: Transaction) -> None:
        for ticket in before:
            derive.refresh(tx.connection, ticket[0], NOW, DEFAULT_TARGETS)

    desk.change(again)
    assert rows(desk, "tickets") == before
    assert rows(desk, "counts") == counted


def test_the_memory_of_replies_is_what_reading_them_again_gives(desk: Desk, tmp_path: Path) -> None:
    before = rows(desk, "fingerprints"), rows(desk, "fingerprint_replies")
    replies = desk.read().execute(
        "SELECT number, ticket, body FROM messages WHERE kind = 'reply' ORDER BY number"
    )
    known: Sequence[tuple[int, int, str]] = replies.fetchall()
    with Desk(tmp_path / "again.db", "sam") as other:
        other.database.write(lambda connection: Index.rebuild(connection, known))
        assert (rows(other, "fingerprints"), rows(other, "fingerprint_replies")) == before


def test_the_same_seed_gives_the_same_desk_and_another_gives_another(tmp_path: Path) -> None:
    def made(name: str, **options: Any) -> list[Any]:
        generate(tmp_path / name, 40, **options)
        with Desk(tmp_path / name, "sam") as desk:
            return [rows(desk, each) for each in (*TABLES, "changes", "takeaways")]

    one = made("one", seed=1)
    assert one == made("two", seed=1)
    assert one != made("three", seed=2)
    assert one != made("four", seed=1, now=NOW + DAY)


def test_the_spread_is_that_of_a_real_desk(tmp_path: Path) -> None:
    generate(tmp_path / "desk.db", 4_000)
    with Desk(tmp_path / "desk.db", "sam", clock=StoppedClock(NOW)) as desk:
        status = dict(desk.read().execute("SELECT status, count(*) FROM tickets GROUP BY 1"))
        undone = sum(number for name, number in status.items() if not Status(name).is_done)
        assert set(status) == {str(each) for each in Status}
        assert 0.04 < undone / 4_000 < 0.06
        assert 1.9 < count(desk, "messages") / 4_000 < 2.1
        languages = dict(desk.read().execute("SELECT language, count(*) FROM tickets GROUP BY 1"))
        assert {name for name, number in languages.items() if number > 300} == {"en", "de", "fr", "es", "tr"}
        customers = Counter(number for (number,) in desk.read().execute("SELECT customer FROM tickets"))
        assert 0.3 < len(customers) / 4_000 < 0.4
        assert max(customers.values()) > 40
        for column, least in (
            ("priority", 4),
            ("channel", 5),
            ("product", 2),
            ("department", 3),
            ("tier", 3),
        ):
            assert len(desk.read().execute(f"SELECT DISTINCT {column} FROM tickets").fetchall()) >= least
        (words,) = (
            desk.read()
            .execute(
                "SELECT avg(length(body) - length(replace(body, ' ', ''))) FROM messages WHERE kind <> 'note'"
            )
            .fetchone()
        )
        assert 25 < words < 60


@pytest.mark.parametrize(
    "view", ["is:open", "is:unassigned", "is:overdue", "is:snoozed", "status:solved", "assignee:jonas"]
)
def test_no_view_of_a_generated_desk_is_empty(desk: Desk, view: str) -> None:
    assert queue.page(desk, queue.understand(desk, view)).rows


def test_replies_hand_over_links_that_the_desk_knows(desk: Desk) -> None:
    known = {normal_form(each.url) for each in documents(desk.read(), Takeaway)}
    linked = {url for (url,) in desk.read().execute("SELECT url FROM links")}
    assert linked <= known
    assert len(linked) > 30
    assert count(desk, "links") == count(desk, "fingerprint_replies")


def test_conversations_run_in_order_and_mails_answer_mails(desk: Desk) -> None:
    for (number,) in (
        desk.read().execute("SELECT number FROM tickets WHERE channel = 'email' LIMIT 40").fetchall()
    ):
        said = messages(desk, tickets.ticket(desk, number))
        assert [each.sent_at for each in said] == sorted(each.sent_at for each in said)
        assert said[-1].sent_at <= NOW
        mails = [each for each in said if each.message_id]
        assert [each.in_reply_to for each in mails] == ["", *(each.message_id for each in mails[:-1])]


def test_a_generated_desk_is_a_desk_to_work_at(tmp_path: Path) -> None:
    generate(tmp_path / "desk.db", 30)
    with Desk(tmp_path / "desk.db", "sam", clock=StoppedClock(NOW)) as desk:
        assert {each.name for each in documents(desk.read(), Agent)} >= {"sam", "mira", "jonas"}
        first = queue.page(desk, queue.understand(desk, "")).rows[0]
        changed = tickets.set_status(desk, [first.number], Status.SOLVED)[0]
        assert changed.status is Status.SOLVED
        assert changed.short == tickets.find(desk, first.short).short
        assert sum(row[2] for row in rows(desk, "counts")) == 30


def test_progress_is_told_and_ends_with_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generating, "_AT_ONCE", 10)
    told: list[tuple[int, int]] = []
    generate(tmp_path / "desk.db", 35, progress=lambda done, total: told.append((done, total)))
    assert told == [(10, 35), (20, 35), (30, 35), (35, 35)]


def test_an_empty_desk_can_be_generated_too(tmp_path: Path) -> None:
    generate(tmp_path / "desk.db", 0)
    with Desk(tmp_path / "desk.db", "sam") as desk:
        assert queue.page(desk, queue.understand(desk, "")).rows == ()


def test_only_the_user_may_read_it_and_nothing_lies_beside_it(path: Path, tmp_path: Path) -> None:
    generate(tmp_path / "desk.db", 1)
    assert stat.S_IMODE((tmp_path / "desk.db").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir() if each.name != "home"] == ["desk.db"]


def test_what_exists_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_text("precious")
    with pytest.raises(BadInput, match="exists already"):
        generate(tmp_path / "desk.db", 1)
    assert (tmp_path / "desk.db").read_text() == "precious"


def test_a_number_below_nought_is_no_number_of_tickets(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="-1 tickets"):
        generate(tmp_path / "desk.db", -1)


def test_what_is_interrupted_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generating, "_AT_ONCE", 10)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "desk.db", 35, progress=stop)
    assert not list(tmp_path.glob("desk*"))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be"):
        generate(tmp_path / "file" / "desk.db", 1)
