"""Figures of a whole week agree with each other and with the log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.clock import DAY
from store.desk import tickets
from store.reports import forms
from store.reports.report import Report, shift_report, team_report
from store.reports.tally import added_up
from store.shifts import newcomers, tiers, timing
from tests.store.shifts.simulated_week import MONDAY, PEOPLE, Week, _utc, lived

COUNTED = ("replies", "first_replies", "solved", "calls", "notes", "escalated", "handed_over", "green_lights")
LISTS = (*COUNTED, "takeaways", "silent", "flags")


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    yield from lived(tmp_path_factory.mktemp("week") / "desk.db")


@pytest.fixture(scope="module")
def team(week: Week) -> Report:
    start = _utc(MONDAY, "UTC") - DAY
    return team_report(week.any, start, start + 9 * DAY)


def count(week: Week, sql: str) -> int:
    number: int = week.any.read().execute(sql).fetchone()[0]
    return number


def test_everybody_worked_and_something_of_each_kind_happened(team: Report) -> None:
    assert set(team.agents) == set(PEOPLE)
    assert len(team.shifts) == 34
    for name in LISTS:
        assert getattr(team.total, name), f"nobody did: {name}"
    assert team.total.declines


def test_the_shifts_add_up_to_the_team(week: Week, team: Report) -> None:
    whole = added_up(shift_report(week.any, shift).total for shift in team.shifts)
    for name in LISTS:
        assert Counter(getattr(whole, name)) == Counter(getattr(team.total, name)), name
    assert whole.worked_ms == team.total.worked_ms == sum(each.worked_ms for each in team.agents.values())
    assert whole.ticket_seconds == team.total.ticket_seconds
    assert whole.idle_seconds == team.total.idle_seconds
    assert whole.declines == team.total.declines


def test_the_team_adds_up_to_the_log(week: Week, team: Report) -> None:
    total = team.total
    assert len(total.replies) == count(
        week, "SELECT count(*) FROM changes WHERE kind = 'message' AND field = 'reply'"
    )
    assert len(total.calls) == count(
        week, "SELECT count(*) FROM changes WHERE kind = 'message' AND field = 'call'"
    )
    assert len(total.notes) == count(week, "SELECT count(*) FROM messages WHERE kind = 'note'")
    assert len(total.solved) == count(
        week, "SELECT count(*) FROM changes WHERE kind = 'set' AND field = 'status' AND value = '\"solved\"'"
    )
    assert total.declines.total() == count(week, "SELECT count(*) FROM changes WHERE field = 'declined_by'")
    assert len(total.escalated) == count(week, "SELECT count(*) FROM changes WHERE field = 'tier'")
    assert len(total.first_replies) == count(
        week, "SELECT count(DISTINCT t.id) FROM tickets t JOIN messages m ON m.ticket = t.number WHERE m.kind = 'reply'"
        " AND m.sent_at = t.first_reply_at",
    )  # fmt: skip
    assert len(total.takeaways) == count(week, "SELECT count(*) FROM links")


def test_time_by_ticket_is_what_the_tickets_say(week: Week, team: Report) -> None:
    assert sum(team.total.ticket_seconds.values()) == count(week, "SELECT sum(handle_seconds) FROM tickets")
    for (ticket_id,) in week.any.read().execute("SELECT id FROM tickets").fetchall():
        ticket = tickets.find(week.any, ticket_id)
        assert team.total.ticket_seconds[ticket_id] == ticket.handle_seconds
        assert sum(each.seconds for each in timing.entries(week.any, ticket)) == ticket.handle_seconds


def test_the_tables_of_working_time_are_the_fold_of_the_log(week: Week) -> None:
    folded: dict[tuple[str, str], object] = {}
    for entity, name, value in week.any.read().execute(
        "SELECT entity, entity_id, value FROM changes WHERE kind = 'put' ORDER BY number"
    ):
        folded[entity, name] = json.loads(value)
    for table in ("shifts", "worklog", "handovers", "greenlights", "problems"):
        entity = "worklog" if table == "worklog" else table.removesuffix("s")
        rows = week.any.read().execute(f"SELECT * FROM {table}")
        columns = [each[0] for each in rows.description]
        kept = {row[0]: dict(zip(columns, row, strict=True)) for row in rows}
        assert kept == {name: value for (kind, name), value in folded.items() if kind == entity}, entity
        assert kept


def test_nobody_worked_longer_than_the_shift_and_no_ticket_took_longer_than_the_work(team: Report) -> None:
    for name, each in team.agents.items():
        assert sum(each.ticket_seconds.values()) > 0, name
    for shift in team.shifts:
        assert shift.ended_at is not None
        assert 0 < shift.worked_ms(shift.ended_at) <= shift.ended_at - shift.started_at


def test_shifts_begin_at_nine_where_their_agents_live(team: Report) -> None:
    from store.shifts.zones import to_local, zone

    assert {shift.zone for shift in team.shifts} == {where for where, *_ in PEOPLE.values()}
    assert {to_local(shift.started_at, zone(shift.zone)).strftime("%H") for shift in team.shifts} == {"09"}


def test_green_lit_replies_count_for_their_author(week: Week, team: Report) -> None:
    record = newcomers.record(week.any, "nia")
    assert record.replies == len(team.agents["nia"].replies) == len(team.total.green_lights)
    assert 0 < record.passed_first <= record.replies
    assert record.seconds == team.agents["nia"].worked_ms // 1000


def test_costs_are_the_work_at_the_rates_of_the_tiers(week: Week) -> None:
    ids = week.any.read().execute("SELECT id FROM tickets WHERE tier > 1").fetchall()
    assert ids
    for (ticket_id,) in ids:
        cost = tiers.cost(week.any, tickets.find(week.any, ticket_id))
        assert sum(hop.cost for hop in cost.hops) == pytest.approx(cost.total)


def test_json_and_markdown_say_the_same(team: Report) -> None:
    said = forms.to_json(team)
    json.dumps(said)
    assert said["total"]["replies"] == sum(each["replies"] for each in said["agents"].values())
    assert said["total"]["ticket_seconds"] == sum(each["seconds"] for each in said["total"]["tickets"])
    text = forms.to_markdown(team)
    assert (
        f"| replies | {said['total']['replies']}, {said['total']['first_replies']} of them first replies |"
        in text
    )
    assert all(f"| {name} |" in text for name in PEOPLE)
    sections = {part.partition("\n")[0]: part.count("\n- #") for part in text.split("\n## ")}
    assert len(said["handovers"]) == sections["Handed over"]
    assert len(said["total"]["escalated"]) == sections["Escalated"]
    assert min(len(said["total"]["links"]), forms.LONGEST_TABLE) == sections["Links given"]


def test_the_links_given_and_their_silence_are_listed_one_by_one(team: Report) -> None:
    links = forms.to_json(team)["total"]["links"]
    assert len(links) == len(team.total.takeaways)
    assert sum(each["followed_by_silence"] for each in links) == sum(
        message in team.total.silent for message, _ in team.total.takeaways
    )
    assert all(each["ticket"] and each["url"] for each in links)


def test_the_replies_of_the_hours_add_up_to_all_replies(week: Week, team: Report) -> None:
    assert sum(team.by_hour) == len(team.total.replies)
    whole = [shift_report(week.any, shift) for shift in team.shifts]
    assert sum(sum(each.by_hour) for each in whole) == len(team.total.replies)
    assert all(len(each.by_hour) <= 24 for each in whole)


def test_the_same_seed_is_the_same_week(tmp_path: Path) -> None:
    def figures(name: str) -> object:
        (each,) = [
            forms.to_json(team_report(one.any, 0, _utc(MONDAY, "UTC") + DAY))["total"]
            for one in lived(tmp_path / name, 9, 1)
        ]
        return {key: value for key, value in each.items() if isinstance(value, int)}

    assert figures("one.db") == figures("two.db")
