"""The rota: who is on when. A turn is meant in local hours of a zone and repeats by a rule of RFC 5545.

Rules are bounded before they are used, because a calendar comes from anywhere: a turn repeats by days or longer, and its
start must fit its own rule (what follows when it does not is undefined, RFC 5545, 3.8.5.3). So expansion always ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from store.clock import HOUR, MINUTE
from store.desk import Desk, tickets
from store.desk.documents import document, documents
from store.desk.ids import new_id
from store.desk.transaction import Transaction
from store.errors import BadInput
from store.shifts.zones import to_utc, zone, zone_name
from store.text.inert import inert_line
from store.working import Holiday, Turn

MOST_STRETCHES = 20_000
"""Stretches that one look at the rota gives at most."""
LONGEST_TURN = 16 * 60
"""Minutes of one turn."""
MOST_COUNTED = 1_000
"""How often a rule may repeat by COUNT; one without an end repeats for ever."""
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "WKST"})
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


@dataclass(frozen=True, slots=True)
class Stretch:
    """One occurrence of a turn, in ms."""

    start: int
    end: int
    turn: Turn


def add(
    desk: Desk, agent: str, starts: str, hours: float, *, zone: str = "", rule: str = "", title: str = ""
) -> Turn:
    """Puts a turn on the rota: `starts` is local (`2026-03-02T09:00`), `rule` an RRULE or empty.

    Raises BadInput for what makes no sense, NotFound for an unknown person.
    """
    if not 0 < hours * 60 <= LONGEST_TURN:
        raise BadInput("a turn lasts up to 16 hours", "give hours such as 5.5")
    new = checked(
        Turn(
            new_id(),
            tickets.known_agent(desk, agent).name,
            zone_name(zone or desk.config.shift.zone),
            starts,
            max(1, round(hours * 60)),
            rule.strip().upper().removeprefix("RRULE:"),
            title=inert_line(title),
        )
    )
    desk.change(lambda tx: tx.put(new))
    return new


def spoken_start(text: str, usual_zone: str) -> tuple[datetime, str]:
    """`2026-03-02 09:00`, with a zone behind it where it is not the usual one: the local start and its zone. Raises BadInput."""
    words = text.split()
    try:
        local = datetime.fromisoformat("T".join(words[:2]))
    except ValueError:
        raise BadInput("that is no day and time", "write 2026-03-02 09:00") from None
    if local.tzinfo is not None or len(words) > 3:
        raise BadInput("a turn begins at a local time", "write 2026-03-02 09:00 and perhaps Asia/Tokyo")
    return local, zone(words[2]).key if len(words) == 3 else usual_zone


def checked(turn: Turn) -> Turn:
    """A turn that is safe to repeat, its start in its plain form. Raises BadInput with what is wrong."""
    zone(turn.zone)
    try:
        starts = datetime.fromisoformat(turn.starts)
    except ValueError:
        raise BadInput(
            f"{inert_line(turn.starts, 60)!r} is no local time", "write 2026-03-02T09:00"
        ) from None
    if starts.tzinfo is not None:
        raise BadInput("a turn begins at a local time", "write it without an offset, and give the zone")
    if not _FIRST_YEAR <= starts.year <= _LAST_YEAR:
        raise BadInput(f"a turn begins between {_FIRST_YEAR} and {_LAST_YEAR}", "check its year")
    if turn.rule:
        check_rule(turn.rule, starts)
    return replace(turn, starts=starts.isoformat(timespec="minutes"))


def check_rule(rule: str, starts: datetime) -> None:
    """Raises BadInput for a rule that is broken, repeats within a day, or does not fit its start."""
    parts = _parts(rule)
    if parts.get("FREQ") not in _FREQUENCIES:
        raise BadInput(
            f"{inert_line(rule, 60)!r} repeats too often or not at all", "by days, weeks, months or years"
        )
    unknown = parts.keys() - _PARTS
    if unknown:
        raise BadInput(
            f"a turn cannot repeat by {', '.join(sorted(unknown))}", "use BYDAY, BYMONTH and BYMONTHDAY"
        )
    if (
        not 1 <= _number(parts.get("INTERVAL", "1")) <= 1_000
        or not 1 <= _number(parts.get("COUNT", "1")) <= MOST_COUNTED
    ):
        raise BadInput(
            f"{inert_line(rule, 60)!r} is a broken rule", f"count up to {MOST_COUNTED:,} from 1 on"
        )
    try:
        _rrule(rule, starts)
        fits = _fits(parts, starts.date())
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise BadInput(
            f"{inert_line(rule, 60)!r} is a broken rule ({error})", "check it against RFC 5545"
        ) from None
    if not fits:
        raise BadInput(
            f"the first day does not fit {inert_line(rule, 60)!r}", "begin on a day that the rule names"
        )


def _parts(rule: str) -> dict[str, str]:
    if len(rule) > 500:
        raise BadInput("a rule of more than 500 characters is no rule", "write a plain one")
    pairs = [part.partition("=") for part in rule.split(";") if part]
    return {name.strip(): value.strip() for name, _, value in pairs}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0


def _fits(parts: dict[str, str], day: date) -> bool:
    if parts.get("BYMONTH") and day.month not in map(int, parts["BYMONTH"].split(",")):
        return False
    if parts.get("BYMONTHDAY"):
        length = ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
        if not {day.day, day.day - length - 1} & set(map(int, parts["BYMONTHDAY"].split(","))):
            return False
    names = parts["BYDAY"].split(",") if parts.get("BYDAY") else []
    return not names or any(_is_day(name, day, parts) for name in names)


def _is_day(name: str, day: date, parts: dict[str, str]) -> bool:
    """Whether `2MO`, `-1FR` or `WE` names this day; positions count in the month, in a yearly rule without one in the year."""
    position, weekday = name[:-2], name[-2:]
    if _DAYS.index(weekday) != day.weekday():
        return False
    if not position:
        return True
    if parts["FREQ"] not in ("MONTHLY", "YEARLY"):
        raise ValueError(name)
    in_year = parts["FREQ"] == "YEARLY" and not parts.get("BYMONTH")
    first = day.replace(month=1, day=1) if in_year else day.replace(day=1)
    following = first.replace(year=first.year + 1) if in_year else (first + timedelta(days=32)).replace(day=1)
    before, after = (day - first).days // 7, ((following - day).days - 1) // 7
    return int(position) in (before + 1, -after - 1)


def _rrule(rule: str, starts: datetime):  # type: ignore[no-untyped-def]  # dateutil has no types
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

    # UNTIL may be in UTC (RFC 5545 asks for it where the start has a zone); to the minute of a rota it is read as local
    return rrulestr(_local_until(rule), dtstart=starts)


def _local_until(rule: str) -> str:
    return ";".join(part.rstrip("Z") if part.startswith("UNTIL=") else part for part in rule.split(";"))


def stretches(turns: Iterable[Turn], start: int, end: int) -> list[Stretch]:
    """Every occurrence that overlaps [start, end) in ms, in order; at most MOST_STRETCHES.

    Local hours hold on both sides of a change of the clocks; a start that daylight saving skips comes after the gap.
    """
    found: list[Stretch] = []
    for turn in turns:
        for each in _occurrences(turn, start, end):
            found.append(each)
            if len(found) > MOST_STRETCHES:
                raise BadInput("that is more of the rota than can be shown", "look at fewer days")
    return sorted(found, key=lambda each: (each.start, each.turn.agent))


def _occurrences(turn: Turn, start: int, end: int) -> Iterator[Stretch]:
    where = zone(turn.zone)
    first = datetime.fromisoformat(turn.starts)
    left_out = {datetime.fromisoformat(each) for each in turn.without}
    days = timedelta(days=2 + turn.minutes // 1440)
    early = datetime.fromtimestamp(start / 1000, where).replace(tzinfo=None) - days
    late = datetime.fromtimestamp(end / 1000, where).replace(tzinfo=None) + timedelta(days=1)
    locals_ = [first] if not turn.rule else repeated(turn.rule, first, early, late)
    for local in locals_:
        begins = to_utc(local, where)
        ends = begins + turn.minutes * MINUTE
        if local not in left_out and begins < end and ends > start:
            yield Stretch(begins, ends, turn)


def repeated(rule: str, first: datetime, early: datetime, late: datetime) -> Sequence[datetime]:
    """The local starts between two moments. A long-running rule is moved up by whole periods, so old ones cost no more."""
    parts = _parts(rule)
    if "COUNT" not in parts and early > first:
        first = _moved_up(parts["FREQ"], int(parts.get("INTERVAL") or 1), first, early)
    found: Sequence[datetime] = _rrule(rule, first).between(early, late, inc=True)
    return found


def _moved_up(frequency: str, interval: int, first: datetime, early: datetime) -> datetime:
    """A later start of the same rule, by whole periods, not after `early`; a leap day stays where it is."""
    if frequency in ("DAILY", "WEEKLY"):
        step = timedelta(days=interval * (7 if frequency == "WEEKLY" else 1))
        return first + (early - first) // step * step
    years = (early.year - first.year) // interval * interval
    while years > 0 and (first.month, first.day) != (2, 29):
        moved = first.replace(year=first.year + years)
        if moved <= early:
            return moved
        years -= interval
    return first


def turns(desk: Desk, agent: str = "") -> list[Turn]:
    """The turns on the rota, everybody's or one person's."""
    found = documents(desk.read(), Turn)
    return [each for each in found if not agent or each.agent.casefold() == agent.casefold()]


def turn(desk: Desk, name: str) -> Turn:
    """A turn by its id (or its unambiguous beginning). Raises NotFound."""
    return document(desk.read(), Turn, name)


def remove(desk: Desk, name: str) -> Turn:
    """Takes a turn off the rota; it stays in the log."""
    gone = replace(turn(desk, name), active=False)
    desk.change(lambda tx: tx.put(gone))
    return gone


def holidays(desk: Desk) -> list[Holiday]:
    """The holidays of all calendars, in order."""
    return documents(desk.read(), Holiday)


def put_all(desk: Desk, found: Sequence[Turn | Holiday]) -> int:
    """Saves many at once; returns how many were new or changed. Due times follow new holidays."""

    def job(tx: Transaction) -> int:
        before = tx.connection.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0]
        for each in found:
            tx.put(each)
        after = tx.connection.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0]
        return int(after - before)

    changed = desk.change(job)
    if changed and any(isinstance(each, Holiday) for each in found):
        desk.keep_due_times()
    return changed


def on_at(desk: Desk, at: int) -> list[Stretch]:
    """Who is on the rota at a moment."""
    return stretches(turns(desk), at, at + 1)


def hours_of(found: Iterable[Stretch], start: int, end: int) -> dict[str, float]:
    """Hours on the rota by person within [start, end); hours that two turns of one person share count once."""
    by_agent: dict[str, list[tuple[int, int]]] = {}
    for each in found:
        by_agent.setdefault(each.turn.agent, []).append((max(each.start, start), min(each.end, end)))
    totals = {}
    for agent, pairs in by_agent.items():
        reached = total = 0
        for begins, ends in sorted(pairs):
            total += max(0, ends - max(begins, reached))
            reached = max(reached, ends)
        totals[agent] = total / HOUR
    return totals


def overlaps(found: Sequence[Stretch]) -> list[tuple[Stretch, Stretch]]:
    """Pairs of turns of one person that overlap."""
    last: dict[str, Stretch] = {}
    pairs = []
    for each in sorted(found, key=lambda one: one.start):
        before = last.get(each.turn.agent)
        if before is not None and each.start < before.end:
            pairs.append((before, each))
        if before is None or each.end > before.end:
            last[each.turn.agent] = each
    return pairs
