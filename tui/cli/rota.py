"""`helpterm rota`: who is on when, calendars in and out, holes, and whose turn it is."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from store.clock import DAY, to_iso
from store.desk import Desk
from store.errors import BadInput
from store.shifts import calendars, coverage, rota
from store.shifts.zones import to_utc, zone, zone_name
from tui.cli import working_shapes
from tui.cli.context import narrate, open_desk, print_json
from tui.cli.table import print_table


def list_turns(options: argparse.Namespace) -> int:
    """The turns on the rota."""
    with open_desk(options) as desk:
        found = rota.turns(desk, getattr(options, "person", "") or "")
    if options.json:
        print_json({"turns": [working_shapes.noun(each) for each in found]})
    else:
        print_table(
            ("id", "who", "starts", "minutes", "zone", "rule"),
            [
                (each.id[:8], each.agent, each.starts, str(each.minutes), each.zone, each.rule)
                for each in found
            ],
        )
    return 0


def add(options: argparse.Namespace) -> int:
    """Puts a turn on the rota."""
    with open_desk(options) as desk:
        new = rota.add(
            desk,
            options.person,
            options.starts,
            options.hours,
            zone=options.zone,
            rule=options.rule,
            title=options.title,
        )
        _warn(desk, new.agent)
    if options.json:
        print_json({"turn": working_shapes.noun(new)})
    else:
        narrate(f"on the rota: {new.agent}, {new.starts} {new.zone} ({new.id[:8]})")
    return 0


def _warn(desk: Desk, agent: str) -> None:
    """Says which turns of a person overlap in the next four weeks; their hours count once."""
    now = desk.now()
    for first, second in rota.overlaps(rota.stretches(rota.turns(desk, agent), now, now + 28 * DAY))[:1]:
        narrate(
            f"helpterm: two turns of {agent} overlap: {to_iso(first.start)} and {to_iso(second.start)};"
            " their hours count once"
        )


def remove(options: argparse.Namespace) -> int:
    """Takes a turn off the rota."""
    with open_desk(options) as desk:
        gone = rota.remove(desk, options.turn)
    if options.json:
        print_json({"turn": working_shapes.noun(gone)})
    else:
        narrate(f"off the rota: {gone.agent}, {gone.starts}")
    return 0


def week(options: argparse.Namespace) -> int:
    """The coverage of a week; exit 1 when tickets come in and nobody is on."""
    with open_desk(options) as desk:
        where = zone_name(options.zone or desk.config.shift.zone)
        shown = coverage.coverage(desk, _moment(options.day, desk.now(), where), where)
    if options.json:
        print_json(working_shapes.coverage(shown))
    else:
        print_table(
            ("who", "hours"), [(name, f"{hours:g}") for name, hours in sorted(shown.by_person.items())]
        )
        for each in shown.holes:
            local = datetime.fromtimestamp(each.start / 1000, zone(where))
            note = f" ({', '.join(each.holidays)})" if each.holidays else ""
            print(f"nobody: {local:%a %Y-%m-%d %H:%M}, {each.arrivals:g} tickets a week{note}")
    return 1 if shown.holes else 0


def _moment(day: str, now: int, where: str) -> int:
    if not day:
        return now
    try:
        local = datetime.strptime(day, "%Y-%m-%d")
    except ValueError:
        raise BadInput(f"{day!r} is no day", "write 2026-03-02") from None
    if not 1971 <= local.year <= 2199:
        raise BadInput(f"{day!r} is out of reach", "write a day such as 2026-03-02")
    return to_utc(local, zone(where))


def on_now(options: argparse.Namespace) -> int:
    """Who is on the rota now; exit 1 when nobody is."""
    with open_desk(options) as desk:
        found = rota.on_at(desk, desk.now())
    if options.json:
        print_json({"on": [working_shapes.stretch(each) for each in found]})
    else:
        print_table(("who", "until"), [(each.turn.agent, to_iso(each.end) or "") for each in found])
    return 0 if found else 1


def whose(options: argparse.Namespace) -> int:
    """Everyone takes a turn: who has done the least comes first."""
    with open_desk(options) as desk:
        found = coverage.whose_turn(desk)
    if options.json:
        print_json(
            {
                "people": [
                    {
                        "agent": each.agent,
                        "role": each.role,
                        "hours": round(each.hours, 2),
                        "shifts": each.shifts,
                        "last": to_iso(each.last),
                    }
                    for each in found
                ]
            }
        )
    else:
        print_table(
            ("who", "role", "hours in four weeks", "shifts", "last"),
            [
                (each.agent, each.role, f"{each.hours:.1f}", str(each.shifts), to_iso(each.last) or "never")
                for each in found
            ],
        )
    return 0


def import_turns(options: argparse.Namespace) -> int:
    """Takes the turns of an iCalendar file; exit 1 when events were left out."""
    with open_desk(options) as desk:
        done = calendars.import_rota(desk, Path(options.path), agent=_known(desk, options.person))
        for name in sorted({each.agent for each in rota.turns(desk)}):
            _warn(desk, name)
    return _told(options, done)


def _known(desk: Desk, name: str) -> str:
    from store.desk.tickets import known_agent

    return known_agent(desk, name).name if name else ""


def holidays(options: argparse.Namespace) -> int:
    """The holidays, or with --import those of an iCalendar file."""
    with open_desk(options) as desk:
        if options.path:
            return _told(options, calendars.import_holidays(desk, Path(options.path), options.calendar))
        found = rota.holidays(desk)
    if options.json:
        print_json({"holidays": [working_shapes.noun(each) for each in found]})
    else:
        print_table(("day", "calendar", "name"), [(each.day, each.calendar, each.name) for each in found])
    return 0


def _told(options: argparse.Namespace, done: calendars.Imported) -> int:
    if options.json:
        left_out = [{"event": name, "reason": why} for name, why in done.left_out]
        print_json({"events": done.events, "changed": done.changed, "left_out": left_out})
    else:
        narrate(f"{done.events} events, {done.changed} new or changed, {len(done.left_out)} left out")
    for name, why in done.left_out[:20]:
        narrate(f"helpterm: left out {name!r}: {why}")
    return 1 if done.left_out else 0


def export(options: argparse.Namespace) -> int:
    """Writes the rota as an iCalendar file, to a path or to stdout (with --json inside the document)."""
    to_stdout = options.path in ("", "-")
    with open_desk(options) as desk:
        turns = rota.turns(desk, options.person)
        data = calendars.export_rota(turns, desk.now())
        if not to_stdout:
            calendars.write_rota(desk, Path(options.path), options.person)
    if options.json:
        path = None if to_stdout else options.path
        print_json({"turns": len(turns), "path": path, "calendar": data.decode() if to_stdout else None})
    elif to_stdout:
        sys.stdout.buffer.write(data)
    return 0
