"""The rota and its holidays as iCalendar files (RFC 5545), read and written with the library icalendar.

An event that cannot be used is left out and named; the rest is taken. The same file twice adds nothing. A person is found by
the event's attendee, its organizer or a summary that begins with their name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from store.desk import Desk
from store.desk.documents import documents
from store.desk.ids import derived_id
from store.errors import BadInput
from store.model import Agent
from store.shifts import rota
from store.shifts.zones import to_local, zone, zone_name
from store.text.inert import inert_line
from store.working import Holiday, Turn

LARGEST = 32 * 1024 * 1024
"""Bytes of a calendar file that are read at most."""
MOST_EVENTS = 20_000
MOST_HOLIDAY_DAYS = 400
"""Days that one holiday event may cover."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave: events in it, turns or holidays that are new or changed, and what was left out with the reason."""

    events: int
    changed: int
    left_out: tuple[tuple[str, str], ...]


def import_rota(desk: Desk, path: Path, *, agent: str = "") -> Imported:
    """Takes the turns of a calendar; with `agent` all of them are that person's. Raises BadInput for a file that is none."""
    events = _events(path)
    source = inert_line(path.name)
    people = documents(desk.read(), Agent)
    turns: dict[str, Turn] = {}
    left_out: list[tuple[str, str]] = []
    moved: dict[str, list[str]] = {}
    for position, event in enumerate(events, start=1):
        try:
            new = _turn(desk, event, people, agent, source)
        except (BadInput, ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            left_out.append((_label(event, position), _reason(error)))
            continue
        if _value(event, "RECURRENCE-ID") is not None:
            original = _local(_value(event, "RECURRENCE-ID"), zone(new.zone))
            moved.setdefault(_turn_id(source, event), []).append(original.isoformat(timespec="minutes"))
        if str(event.get("STATUS", "")).upper() != "CANCELLED":
            turns[new.id] = new
    for turn_id, starts in moved.items():
        if turn_id in turns:
            without = tuple(sorted({*turns[turn_id].without, *starts}))
            turns[turn_id] = replace(turns[turn_id], without=without)
    return Imported(len(events), rota.put_all(desk, list(turns.values())), tuple(left_out))


def import_holidays(desk: Desk, path: Path, calendar: str = "") -> Imported:
    """Takes the all-day events of a calendar as holidays of `calendar` (by default the file's name), three years of each rule."""
    events = _events(path)
    name = inert_line(calendar).strip() or path.stem
    found: dict[str, Holiday] = {}
    left_out: list[tuple[str, str]] = []
    this_year = datetime.fromtimestamp(desk.now() / 1000, UTC).year
    for position, event in enumerate(events, start=1):
        title = inert_line(str(event.get("SUMMARY", ""))) or name
        try:
            days = list(_holiday_days(event, this_year))
        except (BadInput, ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            left_out.append((_label(event, position), _reason(error)))
            continue
        for day in days:
            key = derived_id("holiday", name, day.isoformat())
            found[key] = Holiday(key, day.isoformat(), title, name)
    return Imported(len(events), rota.put_all(desk, list(found.values())), tuple(left_out))


def export_rota(turns: Sequence[Turn], now: int) -> bytes:
    """The turns as a calendar, each in its own zone."""
    from icalendar import Calendar, Event, vRecur

    calendar = Calendar()
    calendar.add("prodid", "-//helpterm//rota//EN")
    calendar.add("version", "2.0")
    for turn in turns:
        where = zone(turn.zone)
        starts = datetime.fromisoformat(turn.starts).replace(tzinfo=where)
        event = Event()
        event.add("uid", f"{turn.id}@helpterm")
        event.add("dtstamp", datetime.fromtimestamp(now // 1000, UTC))
        event.add("summary", f"{turn.agent}: {turn.title}" if turn.title else turn.agent)
        event.add("dtstart", starts)
        event.add("duration", timedelta(minutes=turn.minutes))
        if turn.rule:
            event.add("rrule", vRecur.from_ical(turn.rule))
        for each in turn.without:
            event.add("exdate", datetime.fromisoformat(each).replace(tzinfo=where))
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def write_rota(desk: Desk, path: Path, agent: str = "") -> None:
    """Writes the rota, everybody's or one person's, to a file. Raises BadInput when it cannot be written."""
    try:
        path.write_bytes(export_rota(rota.turns(desk, agent), desk.now()))
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror})", "choose another place") from error


def _events(path: Path) -> list[Any]:
    """The events of a calendar file. Raises BadInput for one that cannot be read, is no calendar, or is too large."""
    from icalendar import Calendar

    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror})", "check the path") from error
    if len(data) > LARGEST:
        raise BadInput(f"{path.name} is too large for a calendar", f"the limit is {LARGEST >> 20} MiB")
    if data.count(b"BEGIN:VEVENT") > MOST_EVENTS:
        raise BadInput(f"{path.name} holds more than {MOST_EVENTS:,} events", "export a shorter time")
    try:
        calendars = Calendar.from_ical(data.decode("utf-8-sig", "replace"), multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput(
            f"{path.name} is no calendar ({inert_line(str(error), 80)})", "give an .ics file"
        ) from error
    if not calendars:
        raise BadInput(f"{path.name} holds no calendar", "give an .ics file")
    return [event for calendar in calendars for event in calendar.walk("VEVENT")]


def _turn(desk: Desk, event: Any, people: Sequence[Agent], agent: str, source: str) -> Turn:
    begins = _value(event, "DTSTART")
    if begins is None:
        raise BadInput("it has no start", "")
    if not isinstance(begins, datetime):
        raise BadInput("it is a whole day, not a turn", "")
    where = _zone_of(begins, desk)
    length = _length(event, begins)
    if not timedelta(0) < length <= timedelta(minutes=rota.LONGEST_TURN):
        raise BadInput("a turn lasts up to 16 hours", "")
    local = _local(begins, zone(where))
    one_of_many = _value(event, "RECURRENCE-ID")
    identity = _turn_id(source, event, "" if one_of_many is None else str(one_of_many))
    is_ours = str(event["UID"]) == f"{identity}@helpterm"
    summary = inert_line(str(event.get("SUMMARY", "")))
    person = agent or _person(event, people)
    return rota.checked(
        Turn(
            identity,
            person,
            where,
            local.isoformat(timespec="minutes"),
            max(1, round(length.total_seconds() / 60)),
            _rule(event) if one_of_many is None else "",
            tuple(sorted(each.isoformat(timespec="minutes") for each in _exceptions(event, zone(where)))),
            summary.removeprefix(person).removeprefix(": ") if is_ours else summary,
            "" if is_ours else source,
        )
    )


def _value(event: Any, name: str) -> Any:
    """The moment of a property; None when it is missing. A property given twice or broken raises."""
    return event[name].dt if name in event else None


def _zone_of(moment: datetime, desk: Desk) -> str:
    """The zone a moment is meant in: its own, UTC, or for a floating time the desk's."""
    if moment.tzinfo is None:
        return zone_name(desk.config.shift.zone)
    return zone_name(getattr(moment.tzinfo, "key", None) or "UTC")


def _local(moment: datetime | date, where: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day)
    if moment.tzinfo is None:
        return moment
    return to_local(round(moment.timestamp() * 1000), where)


def _length(event: Any, begins: datetime | date) -> timedelta:
    ends = _value(event, "DTEND")
    if ends is not None:
        return timedelta(seconds=(ends - begins).total_seconds())
    length = _value(event, "DURATION")
    if length is None:
        raise BadInput("it has no end", "")
    return timedelta(seconds=length.total_seconds())


def _rule(event: Any) -> str:
    if "RRULE" not in event:
        return ""
    if isinstance(event["RRULE"], list) or "RDATE" in event:
        raise BadInput("it repeats by more than one rule", "")
    from icalendar import vRecur

    if not isinstance(event["RRULE"], vRecur):
        raise BadInput("its rule is broken", "")
    return bytes(event["RRULE"].to_ical()).decode()  # type: ignore[no-untyped-call]  # icalendar leaves it untyped


def _exceptions(event: Any, where: ZoneInfo) -> Iterator[datetime]:
    given = event.get("EXDATE", [])
    for each in given if isinstance(given, list) else [given]:
        for moment in each.dts:
            yield _local(moment.dt, where)


def _person(event: Any, people: Sequence[Agent]) -> str:
    by_mail = {each.email.casefold(): each.name for each in people if each.email}
    attendees = event.get("ATTENDEE", [])
    for address in [*(attendees if isinstance(attendees, list) else [attendees]), event.get("ORGANIZER", "")]:
        name = by_mail.get(str(address).casefold().removeprefix("mailto:"))
        if name:
            return name
    words = str(event.get("SUMMARY", "")).casefold()
    for each in people:
        for called in (each.full_name, each.name):
            if (
                called
                and words.startswith(called.casefold())
                and not words[len(called) : len(called) + 1].isalnum()
            ):
                return each.name
    raise BadInput("nobody of the team is named in it", "")


def _turn_id(source: str, event: Any, occurrence: str = "") -> str:
    uid = str(event.get("UID", ""))
    if not uid:
        raise BadInput("it has no UID", "")
    helpterm, _, host = uid.partition("@")
    if host == "helpterm" and len(helpterm) == 32 and not occurrence:
        return helpterm  # our own export, coming back
    return derived_id("turn", source, uid, occurrence)


def _holiday_days(event: Any, this_year: int) -> Iterator[date]:
    """The days of a holiday: of its own year, or for a rule of this year, the one before and the two after."""
    begins = _value(event, "DTSTART")
    if begins is None:
        raise BadInput("it has no start", "")
    if isinstance(begins, datetime):
        raise BadInput("it is not a whole day", "")
    ends = _value(event, "DTEND")
    length = (ends - begins).days if ends is not None else 1
    if not 1 <= length <= MOST_HOLIDAY_DAYS:
        raise BadInput("it does not last a sensible number of days", "")
    for start in _holiday_starts(event, begins, this_year):
        yield from (start + timedelta(days=each) for each in range(length))


def _holiday_starts(event: Any, begins: date, this_year: int) -> list[date]:
    rule = _rule(event)
    if not rule:
        return [begins]
    starts = datetime(begins.year, begins.month, begins.day)
    if not 1970 <= begins.year <= 2200:
        raise BadInput("its year is out of reach", "")
    rota.check_rule(rule, starts)
    early, late = datetime(this_year - 1, 1, 1), datetime(this_year + 2, 12, 31)
    return [each.date() for each in rota.repeated(rule, starts, early, late)]


def _label(event: Any, position: int) -> str:
    return inert_line(str(event.get("SUMMARY", "")), 60) or f"event {position}"


def _reason(error: Exception) -> str:
    return error.message if isinstance(error, BadInput) else f"it is broken ({inert_line(str(error), 80)})"
