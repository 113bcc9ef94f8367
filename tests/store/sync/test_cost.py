"""COST: an exchange with nothing to exchange costs the same however much is there."""

from __future__ import annotations

from collections.abc import Callable

from store.desk import tickets
from tests.conftest import ask
from tests.store.sync.conftest import Team


def _work_of_nothing(team: Team, name: str) -> tuple[int, int, int]:
    """Statements sent to the hub, instructions of the local database, and rows that the hub read, for one exchange."""
    engine = team.engines[name]
    engine.step()
    link, sent = engine.link(), 0
    rows = link.rows

    def counted(query, parameters=(), **options):  # type: ignore[no-untyped-def]
        nonlocal sent
        sent += 1
        return rows(query, parameters, **options)

    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    link.rows = counted  # type: ignore[method-assign]
    engine.desk.read().set_progress_handler(count, 10)
    read = _rows_read(team, rows)
    engine.step()
    engine.desk.read().set_progress_handler(None, 0)
    link.rows = rows  # type: ignore[method-assign]
    return sent, steps, _rows_read(team, rows) - read


def _rows_read(team: Team, ask_hub: Callable[[str], object]) -> int:
    """How many rows of its tables the hub has ever read; the agent's session reports at once, not when it likes to."""
    ask_hub("SELECT pg_stat_force_next_flush()")
    query = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables WHERE schemaname = 'helpterm'"
    return int(team.rows(query)[0][0])


def test_cost_of_nothing_does_not_grow_with_the_desk(team: Team) -> None:
    ada = team.join("ada")
    first = ask(ada.desk).number
    few = _work_of_nothing(team, "ada")
    for number in range(150):
        ask(ada.desk, f"ticket {number}")
    for _ in range(3):
        tickets.tag(ada.desk, [first], ["a"])
        tickets.tag(ada.desk, [first], remove=["a"])
    many = _work_of_nothing(team, "ada")
    assert few[0] == many[0] == 1, "one question to the hub"
    assert many[1] <= few[1] + 2
    assert few[2] > 0
    assert many[2] == few[2]
