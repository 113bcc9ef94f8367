"""Whatever happens, in whatever order, whoever dies where: the invariants of the shared desk hold.

Few tickets and few fields for each example, so that changes collide all the time.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from store.database.file import backup
from store.desk import Desk
from store.sync import local
from tests.store.sync import oracle
from tests.store.sync.conftest import Team
from tests.store.sync.world import Machine, World, inbound, new_ticket, poison, row_of, takeaway

EXAMPLES = int(os.environ.get("HELPTERM_SYNC_EXAMPLES", "40"))
DAY = 86_400_000
VALUES = {
    "status": ("open", "pending", "solved"),
    "priority": ("low", "urgent"),
    "assignee": ("", "ada", "bob"),
    "tier": (1, 2),
    "snoozed_until": (None, 4_000_000_000_000),
}
FAULTS = ("", "", "", "before push", "after push", "before pull", "after pull")
COMMITS = ("", "", "before commit", "after commit")

Action = Callable[[World, Machine], None]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Path]:
    """A folder in memory, where there is one, with an empty store to copy."""
    where = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        Desk(Path(folder) / "template.db", "ada").close()
        yield Path(folder)


def _change(job: Callable[[Any], Any], fault: str = "") -> Action:
    def act(world: World, machine: Machine) -> None:
        machine.desk.database.fault = fault  # type: ignore[attr-defined]
        if fault:
            machine.desk.database.write(lambda connection: machine.desk._run(connection, job, "b" * 32, None))
        else:
            machine.desk.change(job)

    return act


def _exchange(what: str, fault: str, commit: str, limit: int) -> Action:
    def act(world: World, machine: Machine) -> None:
        machine.line().fault = fault
        machine.desk.database.fault = commit  # type: ignore[attr-defined]
        machine.exchange(what, limit)

    return act


def _clone(world: World, machine: Machine) -> None:
    """The machine goes on with a copy of its file, and so does another one of the same agent's."""
    path = world.folder / f"{len(world.machines)}-{machine.path.name}"
    if len(world.machines) < 5:
        backup(machine.path, path)
        world.machines.append(Machine(world.team, machine.agent, path))


def actions(tickets: int, fields: int) -> dict[str, st.SearchStrategy[Action]]:
    """What may happen, by name."""
    names = sorted(VALUES)[:fields]
    ticket = st.integers(0, tickets - 1)
    some = st.sampled_from(names).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))
    )

    def on(number: int, job: Callable[[Any, int, str], Any], fault: str = "") -> Action:
        def act(world: World, machine: Machine) -> None:
            identity = world.tickets[number]
            _change(lambda tx: job(tx, row_of(tx, identity), identity), fault)(world, machine)

        return act

    return {
        "set": st.builds(lambda t, s: on(t, lambda tx, row, _: tx.set(row, *s)), ticket, some),
        "claim": st.builds(
            lambda t: on(t, lambda tx, row, _: tx.set(row, "assignee", tx.agent, "claim")), ticket
        ),
        "tag": st.builds(
            lambda t, tag, there: on(t, lambda tx, row, _: tx.set(row, f"tag:{tag}", there)),
            ticket,
            st.sampled_from("xy"),
            st.booleans(),
        ),
        "mail": st.builds(
            lambda t, name: on(t, lambda tx, row, _: inbound(tx, row, name)),
            ticket,
            st.sampled_from(("m1", "m2")),
        ),
        "new": st.just(_change(new_ticket)),
        "put": st.builds(lambda title: _change(lambda tx: takeaway(tx, title)), st.sampled_from("AB")),
        "poison": st.builds(lambda t: on(t, lambda tx, _, identity: poison(tx, identity)), ticket),
        "crash": st.builds(
            lambda t, s, fault: on(t, lambda tx, row, _: tx.set(row, *s), fault),
            ticket,
            some,
            st.sampled_from(COMMITS[2:]),
        ),
        "exchange": st.builds(
            _exchange,
            st.sampled_from(("push", "pull", "sync")),
            st.sampled_from(FAULTS),
            st.sampled_from(COMMITS),
            st.sampled_from((1, 3, 1000)),
        ),
        "reopen": st.just(lambda world, machine: machine.crash()),
        "clock": st.builds(
            lambda skew: lambda world, machine: setattr(machine, "skew", skew),
            st.sampled_from((-365 * DAY, -60_000, 0, 60_000, 365 * DAY)),
        ),
        "clone": st.just(_clone),
        "backup": st.just(lambda world, machine: world.backup()),
        "restore": st.just(lambda world, machine: world.restore()),
    }


SEARCH = (Phase.explicit, Phase.reuse, Phase.generate)
"""Failures are shown as they were found: making them smaller takes minutes, and the examples are small already."""


@settings(max_examples=EXAMPLES, deadline=None, phases=SEARCH, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_noloss_once_gapless_converge_fold_local_rule_causal_nofuture_drain_boot_restore(
    team: Team, nursery: Path, data: st.DataObject
) -> None:
    """Each example gets a few kinds of events, tickets and fields of its own, so that the rare ones meet."""
    tickets, fields = data.draw(st.integers(1, 2)), data.draw(st.integers(1, len(VALUES)))
    possible = actions(tickets, fields)
    kinds = data.draw(st.sets(st.sampled_from(sorted(possible)), min_size=1)) | {"set", "exchange"}
    world = World(team, nursery / "template.db", nursery, tickets)
    try:
        for _ in range(data.draw(st.integers(4, 30))):
            kind = data.draw(st.sampled_from(sorted(kinds)))
            event(kind)
            who = data.draw(st.integers(0, len(world.machines) - 1))
            action = data.draw(possible[kind])
            world.act(who, lambda machine, action=action: action(world, machine))  # type: ignore[misc]
            world.check_local(who)
        world.check(restored="restore" in kinds)
    finally:
        world.close()


@pytest.fixture
def worlds(team: Team, nursery: Path) -> Iterator[Callable[[], World]]:
    """Makes worlds with one ticket, each on an empty hub; the one before it is over then."""
    made: list[World] = []

    def make() -> World:
        for world in made:
            world.close()
        made[:] = [World(team, nursery / "template.db", nursery, 1)]
        return made[0]

    yield make
    for world in made:
        world.close()


def _does(world: World, who: int, action: Action) -> None:
    world.act(who, lambda machine: action(world, machine))


def _sets(name: str, value: Any, *, ago: int = 0) -> Action:
    """A machine sets a field of the one ticket, so many milliseconds before now."""

    def act(world: World, machine: Machine) -> None:
        before, machine.skew = machine.skew, machine.skew - ago
        machine.desk.change(lambda tx: tx.set(row_of(tx, world.tickets[0]), name, value))
        machine.skew = before

    return act


SYNC, PUSH, PULL = (_exchange(what, "", "", 1000) for what in ("sync", "push", "pull"))


def test_noloss_drain_what_is_pending_survives_a_crash_at_any_point_and_arrives(
    worlds: Callable[[], World],
) -> None:
    world = worlds()
    for commit in ("before commit", "after commit"):
        for fault in ("", "after push", "after pull"):
            world.machines[1].desk.change(
                lambda tx: tx.set(row_of(tx, world.tickets[0]), "tier", 5 - tx.value(1, "tier"))
            )
            _does(world, 1, _exchange("sync", fault, commit, 1))
            world.check_local(1)
    assert len(world.authored) >= 6
    world.check(restored=False)


def test_once_a_push_whose_answer_was_lost_is_said_again_and_counts_once(worlds: Callable[[], World]) -> None:
    world = worlds()
    _does(world, 1, _sets("status", "open"))
    for _ in range(3):
        _does(world, 1, _exchange("push", "after push", "", 1000))
    assert local.pending(world.machines[1].desk.read()) == 1, "nobody has told it that the change arrived"
    entries = world.settle()
    assert [each["value"] for each in entries if each["field"] == "status"] == ["open"]
    assert len({each["op"] for each in entries}) == len(entries)


@pytest.mark.parametrize("order", permutations(range(3)))
def test_converge_whoever_speaks_first_all_see_the_same_in_the_end(
    worlds: Callable[[], World], order: tuple[int, ...]
) -> None:
    world = worlds()
    for who, (status, ago) in enumerate((("solved", 300), ("pending", 100), ("on_hold", 200))):
        _does(world, who, _sets("status", status, ago=ago))
        _does(world, who, _sets(f"tag:{status}", True))
    for who in order:
        _does(world, who, SYNC)
    world.settle()
    views = [oracle.seen_view(machine.desk) for machine in world.machines]
    assert views[0] == views[1] == views[2]
    assert views[0][world.tickets[0], "status"] == "pending", "nobody had seen another's: the latest stands"
    assert {name for _, name in views[0] if name.startswith("tag:")} == {
        "tag:solved",
        "tag:pending",
        "tag:on_hold",
    }


def test_fold_the_tables_are_what_the_log_says_and_a_table_that_was_meddled_with_is_found(
    worlds: Callable[[], World],
) -> None:
    world = worlds()
    for who, (name, value) in enumerate((("status", "solved"), ("priority", "low"), ("tag:x", True))):
        _does(world, who, _sets(name, value))
        _does(world, who, SYNC)
    _does(world, 2, _sets("tag:x", False))
    entries = world.settle()
    folded = oracle.expected_view(entries, len(entries), world.machines[0].desk)
    assert folded == oracle.hub_view(world.team)
    assert world.team.rows("SELECT * FROM helpterm.fold_differences()") == []
    for meddling in (
        "UPDATE helpterm.tickets SET status = 'closed'",
        "INSERT INTO helpterm.ticket_tags SELECT id, 'x' FROM helpterm.tickets",
    ):
        world.team.rows(meddling)
        assert folded != oracle.hub_view(world.team)
        assert world.team.rows("SELECT * FROM helpterm.fold_differences()") != []
        world.team.rows("UPDATE helpterm.tickets SET status = 'solved'; DELETE FROM helpterm.ticket_tags")


@pytest.mark.parametrize("has_seen", [True, False])
@pytest.mark.parametrize("is_later", [True, False])
@pytest.mark.parametrize("kind", ["set", "claim"])
def test_rule_causal_of_two_changes_the_one_stands_that_was_made_on_the_other_else_the_later_else_the_first_claim(
    worlds: Callable[[], World], has_seen: bool, is_later: bool, kind: str
) -> None:
    world = worlds()
    first, second = world.machines[:2]

    def takes(machine: Machine, ago: int) -> None:
        machine.skew = -ago
        machine.desk.change(lambda tx: tx.set(row_of(tx, world.tickets[0]), "assignee", machine.agent, kind))
        machine.skew = 0

    takes(first, 60_000)
    first.exchange("push")
    if has_seen:
        second.exchange("pull")
    takes(second, 30_000 if is_later else 90_000)
    second.exchange("push")
    entries = world.settle()
    oracle.check_log(entries)
    wins = has_seen or (kind == "set" and is_later)
    assert [each["outcome"] for each in entries if each["field"] == "assignee"] == [
        "applied",
        "applied" if wins else "lost",
    ]
    for machine in world.machines:
        held = oracle.seen_view(machine.desk)[world.tickets[0], "assignee"]
        assert held == (second.agent if wins else first.agent)


@pytest.mark.parametrize("skew", [-365 * DAY, 365 * DAY])
def test_nofuture_a_clock_a_year_off_writes_nothing_that_has_not_happened_yet(
    worlds: Callable[[], World], skew: int
) -> None:
    world = worlds()
    world.machines[1].skew = skew
    _does(world, 1, _sets("status", "solved"))
    _does(world, 1, _change(new_ticket))
    _does(world, 1, _change(lambda tx: inbound(tx, row_of(tx, world.tickets[0]), "m1")))
    entries = world.settle()
    assert all(each["effective"] <= each["written_at"].timestamp() * 1000 + 1 for each in entries)
    now = world.machines[0].desk.now()
    times = "SELECT max(updated_at), min(updated_at) FROM tickets"
    newest, oldest = world.machines[0].desk.read().execute(times).fetchone()
    assert now - DAY < oldest <= newest <= now + 1000


INVARIANTS = (
    "NOLOSS", "ONCE", "GAPLESS", "CONVERGE", "FOLD", "LOCAL", "RULE", "CAUSAL",
    "NOFUTURE", "DRAIN", "BOOT", "RESTORE", "MAIL", "FENCE", "PRIV", "COST",
)  # fmt: skip
"""What holds for a shared desk, whatever happens (`store.sync`)."""


@pytest.mark.parametrize("invariant", INVARIANTS)
def test_there_is_a_test_of_the_name_of_each_invariant_alone(invariant: str) -> None:
    """Beside the one in which all are tried at once."""
    names = re.findall(
        r"^def test_(\w+)",
        "\n".join(each.read_text("utf-8") for each in Path(__file__).parent.glob("test_*.py")),
        re.MULTILINE,
    )
    wanted = invariant.lower()
    assert [name for name in names if wanted in name.split("_")[:2]], f"no test of {invariant}"
