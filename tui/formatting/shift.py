"""The brief and the report of a shift in lines, with small bars for what was much and what was little."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from store.clock import MINUTE
from store.desk import Desk
from store.model import Kind as MessageKind
from store.model import Message, QueueRow, Ticket
from store.reports.report import Report, most_time
from store.shifts import timing
from store.shifts.brief import Brief, Tickets
from store.shifts.effort import Effort
from store.shifts.shift import Standing
from store.text.durations import duration
from store.text.inert import inert_line
from store.working import Handover, Shift, WorkEntry
from tui.formatting.cells import Piece, cut
from tui.formatting.charts import bar, spark
from tui.formatting.row import waits
from tui.formatting.times import moment
from tui.formatting.wrapping import wrapped

BAR = 20
"""Cells of the longest bar."""
FEW = 12
"""Tickets of each kind that the brief names."""
LABEL = 18
LAST_WORDS = 8
"""Lines of one message that are shown beside a decision."""

Lines = list[list[Piece]]


def standing(standing: Standing) -> str:
    """`2 h 10 min left`, or how far the plan is passed; a break says so."""
    if standing.shift.is_paused:
        return f"in a break, {duration(standing.left)} left"
    return f"{duration(abs(standing.left))} {'left' if standing.left >= 0 else 'over the plan'}"


def forgotten(shift: Shift) -> str:
    """Says that a shift was ended where its work ended, because nobody had ended it."""
    return (
        f"Your last shift was never ended: {duration(shift.trimmed_seconds * 1000)} without work were cut off"
    )


def idle(entry: WorkEntry, key: str) -> str:
    """Says that idle time was not counted, and how it is added all the same."""
    spent = f"{duration(entry.seconds * 1000)} noted"
    return (
        f"{spent}; {duration(entry.idle_seconds * 1000)} without a touch are not counted ({key} corrects it)"
    )


def effort(effort: Effort) -> list[Piece]:
    """What a ticket has taken: time, the others that it displaced, its cost. Nothing for a ticket without work."""
    meter, cost = effort.meter, effort.cost
    if not meter.seconds:
        return []
    sign, role = {"green": ("", "text"), "amber": (" ▲", "late"), "red": (" ▲▲", "urgent")}[meter.level]
    pieces: list[Piece] = [(f"{meter}{sign}", role)]
    if cost.total:
        pieces.append((f" · {cost.total:.2f} {cost.currency}", "text"))
    return pieces


def work_log(desk: Desk, ticket: Ticket) -> list[tuple[WorkEntry, str, str]]:
    """The entries of a ticket with what each says and what it said before; reads them, so it runs in a thread."""
    found = []
    for entry in timing.entries(desk, ticket):
        said = f"{moment(entry.started_at, desk.now())}  {duration(entry.seconds * 1000):>11}  {entry.agent or 'before'}"
        remark: str = entry.kind
        if entry.idle_seconds:
            remark += f", {duration(entry.idle_seconds * 1000)} idle not counted"
        for each in timing.corrections(desk, entry)[-1:]:
            remark = f"was {duration(each.before * 1000)}: {inert_line(each.why, 60)} ({each.agent})"
        found.append((entry, said, remark))
    return found


def decide(effort: Effort, key: str) -> str:
    """Asks for a decision on a ticket that displaces others."""
    said = str(effort.meter).replace(": ", ", ")
    return f"{said}: {key} decides (go on until…, escalate, draw the line)"


def plan(standing: Standing, now: int) -> str:
    """The plan of a running shift: `5 h 30 min, 2 h 10 min worked; breaks 12 of 30 min; ends about 15:10`."""
    shift = standing.shift
    rest = max(0, shift.break_minutes * MINUTE - standing.rested)
    ends = moment(now + max(0, standing.left) + rest, now)
    return (
        f"{duration(shift.planned_minutes * MINUTE)} planned, {duration(standing.worked)} worked;"
        f" breaks {duration(standing.rested)} of {shift.break_minutes} min; ends about {ends}"
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the brief: what about it, and what it leads to (a ticket's row, a screen, or nothing more)."""

    section: str
    text: str
    remark: str = ""
    ticket: int | None = None
    leads: Literal["", "ticket", "outbox", "lights", "rules"] = ""
    more: str = ""
    """What is to be read about it, whole."""


def summary(brief: Brief, cells: int) -> Lines:
    """Who waits, for how long, and who else is on, in two lines."""
    longest = (
        "nobody waits" if brief.longest_wait is None else f"the longest for {duration(brief.longest_wait)}"
    )
    colleagues = ", ".join(each.agent for each in brief.colleagues) or "nobody else"
    return [
        _fact("Open", f"{brief.waiting}, {brief.overdue} overdue, {longest}", cells),
        _fact("On with you", colleagues, cells),
    ]


def entries(brief: Brief, tickets: Mapping[str, QueueRow], now: int) -> list[Entry]:
    """What an agent should know when a shift begins: what asks for a decision first, what is new last."""
    found = [
        Entry("Undecided", f"{each.recipients[0]}: {each.state}", leads="outbox", more=each.message.body)
        for each in brief.bounced
    ]
    for given in brief.handed_over:
        row = tickets.get(given.ticket)
        found.append(
            Entry(
                "Handed over",
                _said_of(row) if row else given.sentence,
                f"{given.giver}: {inert_line(given.sentence, 60)}",
                row.number if row else None,
                "ticket" if row else "",
                given.sentence,
            )
        )
    found += [
        Entry(
            "Green lights",
            f"{each.author}: {inert_line(each.text, 50)}",
            str(each.light),
            None,
            "lights",
            each.text,
        )
        for each in brief.lights
    ]
    for section, some in (
        ("Tell them", brief.to_tell),
        ("Reopened", brief.reopened),
        ("Waiting on you", brief.waiting_on_me),
    ):
        found += _tickets(section, some, now, FEW)
    found += [
        Entry(
            "Rules changed", each.title, "covered" if each.covered else "not covered", None, "rules", each.why
        )
        for each in brief.rules
    ]
    found += [
        Entry("Links changed", each.title or each.url, each.status, more=each.url) for each in brief.takeaways
    ]
    return found + _tickets("New", brief.new, now, FEW)


def _tickets(section: str, some: Tickets, now: int, most: int) -> list[Entry]:
    found = [Entry(section, _said_of(row), waits(row, now), row.number, "ticket") for row in some.rows[:most]]
    rest = some.count - len(found)
    return found + ([Entry(section, f"and {rest} more")] if rest else [])


def _said_of(row: QueueRow) -> str:
    return f"#{row.short} {inert_line(row.customer, 24)}: {inert_line(row.subject, 48)}"


def _fact(name: str, value: str, cells: int) -> list[Piece]:
    return [(f" {name:<{LABEL}}", "muted"), (cut(value, max(1, cells - LABEL - 1)), "text")]


def last_words(ticket: Ticket, said: Sequence[Message], cells: int) -> Lines:
    """How a ticket stands: its last messages, the newest first, a few lines of each."""
    lines: Lines = [[(cut(f" {inert_line(ticket.subject)}", cells), "title")]]
    for message in reversed(said):
        who = message.author.name or message.author.agent or message.author.email
        kind = "note by " if message.kind is MessageKind.NOTE else ""
        lines += [[], [(cut(f" {kind}{inert_line(who)}", cells), "strong")]]
        parts = wrapped(message.new_text.strip(), max(1, cells - 2))
        lines += [[(f" {part}", "text")] for part in list(parts)[:LAST_WORDS]]
    return lines


def report(report: Report, cells: int) -> Lines:
    """The report of a shift: its figures, when the replies left, its longest tickets as bars, and what was said in it."""
    total = report.total
    lines = [
        _fact("Worked", duration(total.worked_ms), cells),
        _fact("On tickets", duration(sum(total.ticket_seconds.values()) * 1000), cells),
    ]
    if report.trimmed_seconds:
        lines.append(
            _fact("Cut off", f"{duration(report.trimmed_seconds * 1000)}: nobody ended the shift", cells)
        )
    figures = [
        ("Replies", len(total.replies)),
        ("First replies", len(total.first_replies)),
        ("Solved", len(total.solved)),
        ("Calls", len(total.calls)),
        ("Escalated", len(total.escalated)),
        ("Takeaways", len(total.takeaways)),
        ("Then silence", len(total.silent)),
        ("Declined", total.declines.total()),
        ("Handed over", len(total.handed_over)),
        ("Green lights", len(total.green_lights)),
    ]
    lines += [[], *_bars(figures, cells)]
    if sum(report.by_hour):
        lines += [[], *_by_hour(report, cells)]
    times = [
        (
            f"#{report.tickets.get(ticket, (ticket[:6], ''))[0]}",
            seconds,
            report.tickets.get(ticket, ("", ""))[1],
        )
        for ticket, seconds in most_time(total, 10)
    ]
    if times:
        lines += [[], [(" Time by ticket", "title")], *_times(times, cells)]
    lines += _section("Links given", [_link(report, *each) for each in total.takeaways], cells)
    lines += _section("Escalated", [_named(report, ticket) for ticket in total.escalated], cells)
    lines += _section(
        "Lines drawn", [f"{report.rules.get(rule, '')}: {n}" for rule, n in total.declines.items()], cells
    )
    lines += _section("Flags and their reasons", [f"{rule}: {why}" for _, rule, why in total.flags], cells)
    lines += _section("Handed over", [_handed(report, each) for each in report.handovers], cells)
    lines += _section("Learnt", list(report.learnt), cells)
    lines += _section("Documents begun", [each.title for each in report.articles], cells)
    return lines


def _bars(figures: Sequence[tuple[str, int]], cells: int) -> Iterator[list[Piece]]:
    most = max((count for _, count in figures), default=0) or 1
    for name, count in figures:
        chart = bar(count / most, min(BAR, max(1, cells - LABEL - 14)))
        yield [(f" {name:<{LABEL}}", "muted"), (f"{count:>6} ", "text"), (chart, "title")]


def _by_hour(report: Report, cells: int) -> Lines:
    """When the replies left: a cell for each hour of the shift, or for each day of a longer stretch."""
    hours, each = report.by_hour, "hour"
    if len(hours) > 48:
        hours, each = tuple(sum(hours[start : start + 24]) for start in range(0, len(hours), 24)), "day"
    kept = hours[: max(1, cells - LABEL - 10)]
    most = max(kept)
    return [[(f" {f'Replies by {each}':<{LABEL}}", "muted"), (f"{most:>6} ", "text"), (spark(kept), "title")]]


def _times(times: Sequence[tuple[str, int, str]], cells: int) -> Iterator[list[Piece]]:
    most = max(seconds for _, seconds, _ in times) or 1
    for name, seconds, subject in times:
        room = max(4, min(BAR, cells - LABEL - 30))
        yield [
            (f" {name:<8}", "muted"),
            (f"{duration(seconds * 1000):>11} ", "text"),
            (f"{bar(seconds / most, room):<{room}} ", "title"),
            (cut(inert_line(subject), max(1, cells - room - 23)), "muted"),
        ]


def _named(report: Report, ticket: str) -> str:
    short, subject = report.tickets.get(ticket, (ticket[:6], ""))
    return f"#{short} {inert_line(subject)}"


def _link(report: Report, message: str, url: str) -> str:
    short, _ = report.tickets.get(report.answered.get(message, ""), ("", ""))
    return f"#{short} {inert_line(url)}{' · then silence' * (message in report.total.silent)}"


def _handed(report: Report, given: Handover) -> str:
    short, _ = report.tickets.get(given.ticket, (given.ticket[:6], ""))
    return f"#{short} to {given.receiver or given.department or 'the queue'}: {given.sentence}"


def _section(name: str, what: Sequence[str], cells: int) -> Lines:
    if not what:
        return []
    lines: Lines = [[], [(f" {name}", "title")]]
    for each in what:
        lines += [[(f" {part}", "text")] for part in wrapped(" ".join(each.split()), max(1, cells - 2))]
    return lines
