"""The rota in lines: a week by person, the hours of a week that nobody covers, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from store.shifts.coverage import Coverage, CoveredHour, Taken
from store.shifts.rota import Stretch
from store.shifts.zones import to_local, zone
from tui.formatting.cells import Piece, cut, fit
from tui.formatting.charts import bar, height

Lines = list[list[Piece]]

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAME = 11
_DAY = 9
NAMED = 12
"""Stretches of uncovered hours that are named; the grid shows all of them."""


@dataclass(frozen=True, slots=True)
class Week:
    """What the screen shows: a week from `monday`, its turns, its coverage, what everybody has taken on, as of `now` (ms)."""

    monday: date
    stretches: tuple[Stretch, ...]
    coverage: Coverage
    taken: tuple[Taken, ...]
    now: int

    @property
    def days(self) -> tuple[date, ...]:
        """Monday to Sunday."""
        return tuple(self.monday + timedelta(days=each) for each in range(7))


def _day_heads(week: Week, cells: int) -> list[Piece]:
    today = to_local(week.now, zone(week.coverage.zone)).date()
    free = _holidays(week)
    return [
        (
            fit(
                f"{'▸' if day == today else ' '}{_WEEKDAYS[day.weekday()]} {day.day}{'*' * (day in free)}",
                cells,
            ),
            "title" if day == today else "late" if day in free else "muted",
        )
        for day in week.days
    ]


def _holidays(week: Week) -> dict[date, tuple[str, ...]]:
    where = zone(week.coverage.zone)
    return {
        to_local(each.start, where).date(): each.holidays for each in week.coverage.hours if each.holidays
    }


def by_person(week: Week, cells: int, *, own_zones: bool) -> Lines:
    """A line or more for each person: who is on when, in the zone of the screen or each in their own."""
    column = max(_DAY, (cells - _NAME - 7) // 7)
    lines: Lines = [[(" " * _NAME, "muted"), *_day_heads(week, column), (" hours", "muted")], []]
    people = sorted({each.turn.agent for each in week.stretches}, key=str.casefold)
    for name in people:
        lines += _person(week, name, column, own_zones)
    without = [each.agent for each in week.taken if each.agent not in people]
    if not people:
        lines.append([(" Nobody is on the rota this week: a puts a turn on it, i takes a calendar.", "late")])
    elif without:
        lines += [[], [(cut(f" Not on the rota this week: {', '.join(without)}", cells), "muted")]]
    return lines + _holiday_lines(week, cells)


def _person(week: Week, name: str, column: int, own_zones: bool) -> Lines:
    turns = [each for each in week.stretches if each.turn.agent == name]
    zones = sorted({each.turn.zone for each in turns})
    cells: dict[date, list[str]] = {}
    for each in turns:
        where = zone(each.turn.zone if own_zones else week.coverage.zone)
        starts = to_local(each.start, where)
        cells.setdefault(starts.date(), []).append(_span(starts, to_local(each.end, where)))
    rows = max(map(len, cells.values()), default=1)
    remark = zones[0].rpartition("/")[2].replace("_", " ") if len(zones) == 1 else f"{len(zones)} zones"
    lines: Lines = []
    for row in range(max(rows, 2)):
        head = (name, "strong") if row == 0 else (remark if row == 1 else "", "muted")
        line: list[Piece] = [(" " + fit(head[0], _NAME - 1), head[1])]
        for day in week.days:
            said = cells.get(day, [])
            if row < len(said):
                line.append((" " + fit(said[row], column - 1), "text"))
            else:
                line.append((fit(" ·" if row == 0 else "", column), "muted"))
        if row == 0:
            line.append((f"{week.coverage.by_person.get(name, 0.0):>6g}", "text"))
        lines.append(line)
    return lines


def _span(starts: datetime, ends: datetime) -> str:
    """`9–14:30`."""
    return f"{_time(starts)}–{_time(ends)}"


def _time(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02}" if moment.minute else str(moment.hour)


def _holiday_lines(week: Week, cells: int) -> Lines:
    found = [
        f"{_WEEKDAYS[day.weekday()]} {day.day}: {', '.join(dict.fromkeys(names))}"
        for day, names in sorted(_holidays(week).items())
    ]
    return [[], [(cut(f" * {' · '.join(found)}", cells), "late")]] if found else []


def coverage(week: Week, cells: int) -> Lines:
    """A grid of days and hours: when tickets come in against who is on, then the hours nobody covers, the busiest first."""
    grid = _grid(week)
    most = max((hour.arrivals for hour in week.coverage.hours), default=0.0)
    column = max(3, min(5, (cells - 8) // 24))
    lines: Lines = [[(" " * 8, "muted"), *((f"{hour:>{column - 1}} ", "muted") for hour in range(24))]]
    for day, head in zip(week.days, _day_heads(week, 8), strict=True):
        lines.append([head, *(_hour(grid.get((day, hour)), most, column) for hour in range(24))])
    lines += [
        [],
        [
            (" ▁▂▃▄▅▆▇█ ", "title"),
            ("tickets coming in · ", "muted"),
            ("2 ", "text"),
            ("people on · ", "muted"),
            ("! ", "urgent"),
            ("nobody on for them", "muted"),
        ],
        [],
    ]
    return lines + _holes(week, cells)


def _grid(week: Week) -> dict[tuple[date, int], CoveredHour]:
    """The hours by day and hour of day; an hour that the clocks repeat shows its worse half."""
    where = zone(week.coverage.zone)
    found: dict[tuple[date, int], CoveredHour] = {}
    for each in week.coverage.hours:
        local = to_local(each.start, where)
        key = local.date(), local.hour
        if key not in found or each.uncovered > found[key].uncovered:
            found[key] = each
    return found


def _hour(hour: CoveredHour | None, most: float, column: int) -> Piece:
    if hour is None:  # the clocks skip it
        return " " * column, "muted"
    coming = height(hour.arrivals, most)
    if hour.uncovered > 0 and hour.arrivals > 0:
        return fit(f"{coming}!", column - 1, right=True) + " ", "urgent"
    people = str(min(len(hour.people), 9)) if hour.people else "·"
    return fit(coming + people, column - 1, right=True) + " ", "text" if hour.people else "muted"


def _holes(week: Week, cells: int) -> Lines:
    holes = merged_holes(week)
    if not holes:
        return [[(" Somebody is on whenever tickets come in.", "good")]]
    total = sum(each.tickets for each in holes)
    lines: Lines = [
        [
            (" Nobody is on", "title"),
            (
                f"  when {total:.1f} of {_arriving(week):.1f} tickets a week come in, the busiest first",
                "muted",
            ),
        ]
    ]
    most = holes[0].tickets
    for hole in holes[:NAMED]:
        said = f"{_WEEKDAYS[hole.day.weekday()]} {hole.day.day}  {hole.first:02}–{hole.last:02}"
        lines.append(
            [
                (f" {said:<14}", "text"),
                (f"{hole.tickets:>6.1f} ", "text"),
                (bar(hole.tickets / most, max(4, min(40, cells - 24))), "urgent"),
            ]
        )
    if len(holes) > NAMED:
        lines.append([(f" and {len(holes) - NAMED} more", "muted")])
    return lines


def _arriving(week: Week) -> float:
    return sum(hour.arrivals for hour in week.coverage.hours)


@dataclass(frozen=True, slots=True)
class Hole:
    """Hours of a day in a row, from `first` o'clock to `last`, that nobody covers, and the tickets that come in then a week."""

    day: date
    first: int
    last: int
    tickets: float


def merged_holes(week: Week) -> list[Hole]:
    """The uncovered hours in which tickets come in, those in a row as one, the busiest first."""
    where = zone(week.coverage.zone)
    found: list[Hole] = []
    for hour in sorted(week.coverage.holes, key=lambda each: each.start):
        local = to_local(hour.start, where)
        lost = hour.arrivals * hour.uncovered
        before = found[-1] if found else None
        if before and before.day == local.date() and before.last >= local.hour:
            found[-1] = Hole(before.day, before.first, local.hour + 1, before.tickets + lost)
        else:
            found.append(Hole(local.date(), local.hour, local.hour + 1, lost))
    return sorted(found, key=lambda each: (-each.tickets, each.day, each.first))


def turns(week: Week, cells: int) -> Lines:
    """Everyone takes a turn: who has done the least in four weeks comes first."""
    people = week.taken
    if not people:
        return [[(" Nobody is in the team yet: `helpterm agent add` names people.", "late")]]
    idle = [each for each in people if not each.shifts]
    said = (
        f" {len(idle)} of {len(people)} {'has' if len(idle) == 1 else 'have'} not taken a turn in four weeks"
        if idle
        else " Everyone has taken a turn in the last four weeks"
    )
    lines: Lines = [[(said, "late" if idle else "good")], []]
    lines.append([(f" {'who':<14}{'role':<11}{'hours':>6}{'shifts':>8}  {'last':<12}rota", "muted")])
    most = max(each.hours for each in people) or 1.0
    for each in people:
        lines.append(list(_taken(each, week, most, cells)))
    return lines


def _taken(taken: Taken, week: Week, most: float, cells: int) -> Iterator[Piece]:
    last = "not yet" if taken.last is None else _day(to_local(taken.last, zone(week.coverage.zone)).date())
    yield (" " + fit(taken.agent, 14), "strong")
    yield (fit(str(taken.role), 11), "muted")
    yield (f"{taken.hours:>5.1f} {taken.shifts:>7}  ", "text")
    yield (fit(last, 12), "late" if taken.last is None else "text")
    yield (f"{week.coverage.by_person.get(taken.agent, 0.0):>4g}  ", "text")
    yield (bar(taken.hours / most, max(4, min(40, cells - 62))), "title")


def _day(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day:%-d %b}"


def conflict(pairs: Sequence[tuple[Stretch, Stretch]], zone_name: str) -> str:
    """Says that two turns of one person overlap; empty when none do."""
    if not pairs:
        return ""
    first, second = pairs[0]
    day = _day(to_local(second.start, zone(zone_name)).date())
    return f"Two turns of {first.turn.agent} overlap on {day}: their hours count once"
