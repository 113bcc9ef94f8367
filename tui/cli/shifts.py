"""`helpterm shift`, `worklog`, `call`, `meter` and `cost`: a working day from a script."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime, timedelta

from store.desk import Desk, tickets
from store.errors import BadInput
from store.model import QueueRow, Status
from store.reports import forms
from store.reports.report import Report, shift_report, team_report
from store.shifts import brief as shift_brief
from store.shifts import calls, following, handover, meter, tiers, timing
from store.shifts import shift as shifts
from store.shifts.zones import to_utc, zone, zone_name
from store.text.durations import duration
from store.text.inert import inert_line
from store.working import Shift, WorkEntry
from tui.cli import shapes, working_shapes
from tui.cli.context import narrate, open_desk, print_json
from tui.cli.table import print_table


def start(options: argparse.Namespace) -> int:
    """Begins a shift and tells its brief."""
    with open_desk(options, create=True) as desk:
        trimmed = shifts.trim_forgotten(desk)
        said = shift_brief.brief(desk)
        begun, _ = shifts.start(desk, hours=options.hours, break_minutes=options.breaks, zone=options.zone)
        if options.json:
            print_json(
                {
                    "shift": working_shapes.standing(shifts.standing(desk, begun)),
                    "trimmed": None if trimmed is None else working_shapes.noun(trimmed),
                    "brief": working_shapes.brief(said),
                }
            )
            return 0
        if trimmed is not None:
            narrate(_trimmed(trimmed))
        _print_brief(said)
    return 0


def _trimmed(shift: Shift) -> str:
    return (
        "your last shift was never ended: it ends where its work ended,"
        f" {duration(shift.trimmed_seconds * 1000)} were cut off"
    )


def brief(options: argparse.Namespace) -> int:
    """What changed since the last shift."""
    with open_desk(options) as desk:
        said = shift_brief.brief(desk)
    if options.json:
        print_json(working_shapes.brief(said))
    else:
        _print_brief(said)
    return 0


def _print_brief(said: shift_brief.Brief) -> None:
    longest = (
        "nobody waits" if said.longest_wait is None else f"the longest for {duration(said.longest_wait)}"
    )
    print_table(
        ("what", "how many", "which"),
        [
            ("open", str(said.waiting), f"{said.overdue} overdue, {longest}"),
            ("new", str(said.new.count), _numbers(said.new.rows)),
            ("waiting on me", str(said.waiting_on_me.count), _numbers(said.waiting_on_me.rows)),
            ("reopened", str(said.reopened.count), _numbers(said.reopened.rows)),
            ("tell them", str(said.to_tell.count), _numbers(said.to_tell.rows)),
            (
                "handed over",
                str(len(said.handed_over)),
                "; ".join(each.sentence for each in said.handed_over),
            ),
            (
                "undecided",
                str(len(said.bounced)),
                "replies that bounced or are uncertain" if said.bounced else "",
            ),
            ("green lights", str(len(said.lights)), ", ".join(each.author for each in said.lights)),
            ("rules", str(len(said.rules)), "; ".join(each.title for each in said.rules)),
            ("takeaways", str(len(said.takeaways)), "; ".join(each.title for each in said.takeaways)),
            ("on with you", str(len(said.colleagues)), ", ".join(each.agent for each in said.colleagues)),
        ],
    )


def _numbers(rows: Sequence[QueueRow]) -> str:
    return " ".join(f"#{row.short}" for row in rows[:10]) + (" …" if len(rows) > 10 else "")


def pause(options: argparse.Namespace) -> int:
    """Begins a break."""
    return _acted(options, "pause")


def resume(options: argparse.Namespace) -> int:
    """Ends a break."""
    return _acted(options, "resume")


def _acted(options: argparse.Namespace, what: str) -> int:
    with open_desk(options) as desk:
        shifts.pause(desk) if what == "pause" else shifts.resume(desk)
        return _tell(desk, options)


def plan(options: argparse.Namespace) -> int:
    """Changes how long the running shift is planned for."""
    with open_desk(options) as desk:
        shifts.plan(desk, options.hours, break_minutes=options.breaks)
        return _tell(desk, options)


def status(options: argparse.Namespace) -> int:
    """Where the shift stands and what is to be decided; exit 1 when there is none."""
    with open_desk(options) as desk:
        trimmed = shifts.trim_forgotten(desk)
        if trimmed is not None:
            narrate(f"helpterm: {_trimmed(trimmed)}")
        return _tell(desk, options)


def _tell(desk: Desk, options: argparse.Namespace) -> int:
    standing = shifts.standing(desk)
    left = handover.open_ends(desk)
    timer = timing.running(desk)
    if options.json:
        print_json(
            {
                "shift": working_shapes.standing(standing),
                "ticket": None if timer is None else timer.ticket,
                "open_ends": working_shapes.open_ends(left),
                "on_shift": [each.agent for each in shifts.on_shift(desk)],
            }
        )
    elif standing is None:
        narrate("you are not on shift; `helpterm shift start` begins one")
    else:
        state = "in a break" if standing.shift.is_paused else "on shift"
        over = "left" if standing.left >= 0 else "over the plan"
        print(f"{state}: {duration(standing.worked)} worked, {duration(abs(standing.left))} {over}")
        for each in left.tickets:
            print(f"to pass on: #{each.short}  {inert_line(each.subject, 80)}")
        for sent in left.undecided:
            print(f"to decide: reply {sent.message.id} is {sent.state}")
    return 1 if standing is None else 0


def stop(options: argparse.Namespace) -> int:
    """Ends the shift with its handover and its report; exit 1 names what is still to be decided."""
    with open_desk(options) as desk:
        if options.rest_to:
            rest = [row.number for row in handover.open_ends(desk).tickets]
            if rest:
                handover.pass_on(desk, rest, options.rest_to, options.because)
        ended = handover.stop(desk, learnt=options.learnt, keep_drafts=options.keep_drafts)
        if options.document:
            handover.begin_article(desk, tickets.find(desk, options.document))
        _print_report(shift_report(desk, ended), options)
    return 0


def report(options: argparse.Namespace) -> int:
    """The report of a shift (`last`, or its id), or of the team over some days."""
    with open_desk(options) as desk:
        if options.team:
            where = zone_name(options.zone or desk.config.shift.zone)
            found = team_report(desk, *_days(options, desk.now(), where), zone=where)
        else:
            found = shift_report(desk, shifts.find(desk, options.shift))
        _print_report(found, options)
    return 0


def _print_report(found: Report, options: argparse.Namespace) -> None:
    if options.json:
        print_json(forms.to_json(found))
    else:
        print(forms.to_markdown(found), end="")


def _days(options: argparse.Namespace, now: int, where: str) -> tuple[int, int]:
    """From the first day on, to the end of the last, in local days; without either the last seven."""
    today = datetime.fromtimestamp(now / 1000, zone(where)).replace(
        tzinfo=None, hour=0, minute=0, second=0, microsecond=0
    )
    last = _day(options.until) if options.until else today
    first = _day(options.since) if options.since else last - timedelta(days=6)
    if first > last:
        raise BadInput("the first day is after the last", "give --since before --until")
    return to_utc(first, zone(where)), to_utc(last + timedelta(days=1), zone(where))


def _day(text: str) -> datetime:
    try:
        day = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        raise BadInput(f"{text!r} is no day", "write 2026-03-02") from None
    if not 1970 <= day.year <= 2200:
        raise BadInput(f"{text!r} is out of reach", "write a day such as 2026-03-02")
    return day


def following_ticket(options: argparse.Namespace) -> int:
    """Takes the ticket that should be answered next; exit 1 when nobody waits for this agent."""
    with open_desk(options) as desk:
        taken = following.take_next(desk, department=options.department)
        if options.json:
            print_json({"ticket": None if taken is None else shapes.ticket(taken)})
        elif taken is None:
            narrate("nobody waits for you")
        else:
            print(taken.short)
    return 1 if taken is None else 0


def leave(options: argparse.Namespace) -> int:
    """Turns away from the ticket at hand; its time is noted."""
    with open_desk(options) as desk:
        entry = timing.leave(desk)
    if options.json:
        print_json({"entry": None if entry is None else working_shapes.noun(entry)})
    else:
        narrate("no time was counted" if entry is None else f"noted: {duration(entry.seconds * 1000)}")
    return 0


def hand(options: argparse.Namespace) -> int:
    """Passes tickets on with a sentence."""
    with open_desk(options) as desk:
        numbers = [tickets.find(desk, name).number for name in options.tickets]
        given = handover.pass_on(desk, numbers, options.to, options.because)
    if options.json:
        print_json({"handovers": [working_shapes.noun(each) for each in given]})
    else:
        narrate(f"passed on: {len(given)}")
    return 0


def document(options: argparse.Namespace) -> int:
    """Begins the document that a ticket deserves, or with --url publishes it as a takeaway."""
    with open_desk(options) as desk:
        article = handover.begin_article(
            desk, tickets.find(desk, options.ticket), options.title, options.text
        )
        if options.url:
            article = handover.finish_article(desk, article.id, options.url)
    if options.json:
        print_json({"article": working_shapes.noun(article)})
    else:
        narrate(f"{'published' if article.url else 'begun'}: {article.title} ({article.id[:8]})")
    return 0


def articles(options: argparse.Namespace) -> int:
    """The documents that were begun and have no page yet."""
    with open_desk(options) as desk:
        found = handover.articles(desk)
    if options.json:
        print_json({"articles": [working_shapes.noun(each) for each in found]})
    else:
        print_table(("id", "by", "title"), [(each.id[:8], each.author, each.title) for each in found])
    return 0


def list_work(options: argparse.Namespace) -> int:
    """The time given to a ticket."""
    with open_desk(options) as desk:
        found = timing.entries(desk, tickets.find(desk, options.ticket))
    if options.json:
        print_json({"entries": [working_shapes.noun(each) for each in found]})
    else:
        print_table(
            ("id", "who", "kind", "time", "idle", "note"),
            [
                (
                    each.id[:8],
                    each.agent,
                    each.kind,
                    duration(each.seconds * 1000),
                    duration(each.idle_seconds * 1000) if each.idle_seconds else "",
                    each.note,
                )
                for each in found
            ],
        )
    return 0


def add_work(options: argparse.Namespace) -> int:
    """Adds time by hand."""
    with open_desk(options) as desk:
        entry = timing.add(desk, tickets.find(desk, options.ticket), options.minutes, note=options.note)
    return _tell_entry(options, entry)


def edit_work(options: argparse.Namespace) -> int:
    """Corrects time; what it was stays in the log."""
    with open_desk(options) as desk:
        entry = timing.edit(desk, options.entry, options.minutes, options.because)
    return _tell_entry(options, entry)


def _tell_entry(options: argparse.Namespace, entry: WorkEntry) -> int:
    if options.json:
        print_json({"entry": working_shapes.noun(entry)})
    else:
        narrate(f"noted: {duration(entry.seconds * 1000)} ({entry.id[:8]})")
    return 0


def log_call(options: argparse.Namespace) -> int:
    """Logs a phone call; answers with its ticket and the links that a mail about it could hand over."""
    from store.policy.gate import context

    with open_desk(options) as desk:
        ticket = tickets.find(desk, options.ticket) if options.ticket else None
        call = calls.Call(
            options.what,
            options.minutes,
            options.agreed,
            options.name,
            options.email,
            options.phone,
            Status(options.status),
        )
        logged, message = calls.log(desk, call, ticket, product=options.product)
        offered = context(desk, logged).suggestions(set())
    if options.json:
        print_json(
            {
                "ticket": shapes.ticket(logged),
                "message": shapes.message(message),
                "suggestions": [shapes.suggestion(each) for each in offered],
            }
        )
    else:
        narrate(f"logged on #{logged.short}")
        for each in offered:
            print(each.takeaway.url)
    return 0


def show_meter(options: argparse.Namespace) -> int:
    """How many of the team's usual tickets one ticket has cost; with --minutes and --because it goes on."""
    with open_desk(options) as desk:
        ticket = tickets.find(desk, options.ticket)
        if options.minutes is not None:
            meter.go_on(desk, ticket, options.minutes, options.because)
        shown = meter.meter(desk, ticket)
    if options.json:
        print_json(working_shapes.meter(shown))
    else:
        print(f"{shown} ({shown.level})")
    return 0


def show_cost(options: argparse.Namespace) -> int:
    """What a ticket has cost so far, tier by tier."""
    with open_desk(options) as desk:
        cost = tiers.cost(desk, tickets.find(desk, options.ticket))
    if options.json:
        print_json(working_shapes.cost(cost))
    else:
        print_table(
            ("tier", "worked", "cost"),
            [(hop.name, duration(hop.worked_seconds * 1000), f"{hop.cost:.2f}") for hop in cost.hops],
        )
        print(f"{cost.total:.2f} {cost.currency}")
    return 0
