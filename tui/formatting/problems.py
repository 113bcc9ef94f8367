"""Problems in lines: one in a list with its clock, one whole with its tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.model import QueueRow
from store.shifts.problems import Clock, clock
from store.text.durations import duration
from store.text.inert import inert_line
from store.working import Problem
from tui.formatting.cells import Piece, cut, isolated
from tui.formatting.charts import bar
from tui.formatting.wrapping import wrapped

Lines = list[list[Piece]]


def standing(problem: Problem, now: int) -> Piece:
    """How far a problem has come: no cause yet, what is left of the day to patch it, how late it is, or patched."""
    found = clock(problem, now)
    if found is None:
        return "no cause yet", "muted"
    if not found.running:
        return f"patched in {duration(found.taken)}", "good"
    if found.left < 0:
        return f"! {duration(-found.left)} late", "urgent"
    return f"{duration(found.left)} left", "late"


def whole(problem: Problem, tickets: Sequence[QueueRow], now: int, cells: int) -> Lines:
    """Everything about a problem."""
    lines: Lines = [[(isolated(part), "title")] for part in wrapped(f" {problem.title}", cells)]
    lines.append([(f" {standing(problem, now)[0]}", standing(problem, now)[1])])
    found = clock(problem, now)
    if found is not None and found.running:
        lines.append(_clock(found, cells))
    lines.append([])
    for label, text in (
        ("owner", problem.owner),
        ("product", problem.product),
        ("cause", problem.cause or "nobody has said it yet"),
        ("tracker", problem.tracker),
        ("fix", problem.fix),
        ("", problem.fix_url),
    ):
        lines += _block(label, text, cells)
    for position, each in enumerate(problem.evidence):
        lines += _block("" if position else "evidence", each, cells)
    lines += [[], [(f" {len(tickets)} ticket{'s' * (len(tickets) != 1)}", "title")]]
    for row in tickets:
        said = f"   #{row.short} {inert_line(row.customer, 24)}: {inert_line(row.subject)}"
        lines.append([(cut(said, cells), "text"), *_who(row)])
    return lines


def _clock(found: Clock, cells: int) -> list[Piece]:
    """The day from cause found to patched, as far as it has passed."""
    room = max(8, min(48, cells - 14))
    share = min(1.0, found.taken / max(1, found.taken + max(0, found.left)))
    return [
        (" 24 h ", "muted"),
        (f"{bar(share, room):<{room}}", "urgent" if found.left < 0 else "late"),
        ("▏", "muted"),
    ]


def _who(row: QueueRow) -> list[Piece]:
    return [(f"  {row.assignee}", "muted")] if row.assignee else []


def _block(label: str, text: str, cells: int) -> Iterator[list[Piece]]:
    for number, line in enumerate(wrapped(text, max(cells - 12, 8)) if text.strip() else ()):
        yield [(f" {label if not number else '':<9} ", "muted"), (isolated(line), "text")]
