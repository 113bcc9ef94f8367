"""Whatever happens, in whatever order, whoever dies where: the invariants of the shared desk hold.

Few tickets and few fields for each example, so that changes collide all the time.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from store.database.file import backup
from store.desk import Desk
from store.sync import local
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


def test_pending_changes_survive_a_crash_at_any_point(team: Team, nursery: Path) -> None:
    world = World(team, nursery / "template.db", nursery, 1)
    machine = world.machines[1]
    for commit in ("before commit", "after commit"):
        for fault in ("", "after push", "after pull"):
            machine.desk.change(
                lambda tx: tx.set(row_of(tx, world.tickets[0]), "tier", 5 - tx.value(1, "tier"))
            )
            world.act(1, _bound(_exchange("sync", fault, commit, 1), world))
            assert local.membership(machine.desk.read()).cursor >= 0
            world.check_local(1)
    world.close()


def _bound(action: Action, world: World) -> Callable[[Machine], None]:
    return lambda machine: action(world, machine)
