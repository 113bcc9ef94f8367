"""What stands beside the editor while one writes: the facts of a patch, the remarks of a mentor, a newcomer's own record."""

from __future__ import annotations

from collections.abc import Iterator

from store.clock import DAY
from store.shifts.newcomers import AT_LEAST, Record
from store.text.durations import duration
from store.working import GreenLight, Light, Problem
from tui.formatting.cells import Piece, cut, isolated
from tui.formatting.charts import bar
from tui.formatting.wrapping import wrapped

Lines = list[list[Piece]]


def patch(problem: Problem, cells: int) -> Lines:
    """The facts of a patch, for one reply to one customer: something to know, not to paste."""
    lines: Lines = [
        [(" ✓ Tell them it is patched: ", "muted"), (cut(problem.title, max(cells - 28, 8)), "title")]
    ]
    lines += _block("cause", problem.cause, cells)
    lines += _block("fix", problem.fix, cells)
    lines += _block("→", problem.fix_url or problem.tracker, cells, role="link")
    return lines


def light(light: GreenLight, now: int, cells: int, *, mentors: bool) -> Lines:
    """Where a newcomer's reply stands: for the mentor who wrote it and what was found, for the author what a mentor said."""
    lines: Lines = []
    if mentors:
        since = duration(now - light.submitted_at)
        again = f", round {light.rounds}" if light.rounds > 1 else ""
        lines.append([(f" {light.author} ", "strong"), (f"handed this in {since} ago{again}", "muted")])
        if light.remarks:
            lines += _block("said", f"{light.mentor}: {light.remarks}", cells)
        if light.findings:
            lines += _block("found", ", ".join(light.findings), cells, role="muted")
    elif light.light is Light.RETURNED:
        lines.append(
            [(f" ↩ {light.mentor} ", "strong"), ("returned this; say it better and hand it in again", "late")]
        )
        lines += _block("said", light.remarks, cells)
        if light.edited:
            lines += _block("", "The text has the mentor's words in it.", cells, role="muted")
    else:
        lines.append([(" Waits for a mentor; handing it in again replaces it", "muted")])
    return lines


def _block(label: str, text: str, cells: int, *, role: str = "text") -> Iterator[list[Piece]]:
    """A label and its text, broken under itself; nothing for no text."""
    for number, line in enumerate(wrapped(text, max(cells - 9, 8)) if text.strip() else ()):
        yield [(f" {label if not number else '':<6} ", "muted"), (isolated(line), role)]


def record(record: Record, now: int, cells: int) -> Lines:
    """A newcomer's record: how long, how much, how often the first attempt passed, what the gate found."""
    days = 0 if record.since is None else (now - record.since) // DAY
    share = record.first_pass_rate
    room = max(4, min(40, cells - 36))
    lines: Lines = [
        _figure("Under a mentor", f"{days} of {AT_LEAST // DAY} days", bar(days * DAY / AT_LEAST, room)),
        _figure("On shift", duration(record.seconds * 1000)),
        _figure("Tickets", str(record.tickets)),
        _figure("Replies sent", str(record.replies)),
        _figure("Passed at once", "none yet" if share is None else f"{share:.0%}", bar(share or 0, room)),
    ]
    if record.findings:
        lines += [[], [(" What the gate found before a mentor read it", "title")]]
        most = record.findings[0][1]
        lines += [_figure(rule, str(count), bar(count / most, room)) for rule, count in record.findings]
    lines.append([])
    signed = record.signed_off
    if signed is not None:
        lines += _block("✓", f"{signed.mentor} signed off: {signed.remarks}", cells, role="good")
    elif days * DAY >= AT_LEAST:
        lines.append([(" Two weeks are over: s signs it off", "good")])
    else:
        lines.append([(" s signs it off; before two weeks are over it says why so soon", "muted")])
    return lines


def _figure(name: str, value: str, chart: str = "") -> list[Piece]:
    return [(f" {cut(name, 22):<22}", "muted"), (f"{value:>12} ", "text"), (chart, "title")]
