"""The figures of the desk in lines: the hours of arrivals as a map of shades, and each figure as a table and a sentence."""

from __future__ import annotations

import time
from itertools import groupby

from store.reports.figures import EDGES, Arrivals, Day, Waiting
from store.text.durations import duration
from tui.formatting.cells import Piece, fit
from tui.formatting.times import span_in_words

Lines = list[list[Piece]]

_HOUR = 3_600_000
_DAY = 24 * _HOUR

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SHADES = "·░▒▓█"
"""From none to the most; shades, so that a map without colours says the same."""


def stretches() -> tuple[str, ...]:
    """What the bars of the waiting times are called: `<1h`, `1-4h`, … `>7d`."""
    names, before = [], 0
    for edge in EDGES:
        letter, size = ("h", _HOUR) if edge <= _DAY else ("d", _DAY)
        names.append(f"{before // size}-{edge // size}{letter}" if before else f"<{edge // size}{letter}")
        before = edge
    return (*names, f">{before // _DAY}d")


def weekday(day: Day) -> str:
    """The day's name; the last one of a week is today."""
    return WEEKDAYS[time.localtime(day.start / 1000).tm_wday]


def waiting_in_words(waiting: Waiting) -> str:
    """The waiting times as a sentence."""
    if waiting.median is None or waiting.longest is None:
        return "Nobody waits for an answer."
    late = sum(waiting.late)
    return (
        f"{waiting.total:,} wait, {f'{late:,} of them' if late else 'nobody'} longer than promised."
        f" Half of them longer than {span_in_words(waiting.median)}, one for {span_in_words(waiting.longest)}."
    )


def arrivals_in_words(arrivals: Arrivals) -> str:
    """When most tickets come in, as a sentence."""
    if not arrivals.total:
        return "No ticket came in during these four weeks."
    by_day = [sum(hours) for hours in arrivals.hours]
    by_hour = [sum(day[hour] for day in arrivals.hours) for hour in range(24)]
    hour, day = by_hour.index(max(by_hour)), by_day.index(max(by_day))
    return (
        f"{arrivals.total:,} new tickets in four weeks; most on {WEEKDAYS[day]} ({by_day[day]:,})"
        f" and from {hour:02} to {hour + 1:02} h ({by_hour[hour]:,})."
    )


def week_in_words(days: tuple[Day, ...]) -> str:
    """An agent's week as a sentence."""
    replies, solved, seconds = (
        sum(each) for each in zip(*((d.replies, d.solved, d.seconds) for d in days), strict=True)
    )
    if not (replies or solved or seconds):
        return "No replies in the last seven days."
    worked = f"; {duration(seconds * 1000)} noted on tickets" if seconds else ""
    return (
        f"{replies:,} {'reply' if replies == 1 else 'replies'} and {solved:,} solved in seven days{worked}."
    )


def hour_map(arrivals: Arrivals, cells: int) -> Lines:
    """A line for each weekday, a shade for each hour, and what each day adds up to."""
    size = max(1, min(3, (cells - 12) // 24))
    levels = _levels(max(map(max, arrivals.hours)))
    lines: Lines = [[(fit("", 6), "muted"), (_scale(size), "muted"), (fit("sum", 7, right=True), "muted")]]
    for name, hours in zip(WEEKDAYS, arrivals.hours, strict=True):
        shades = [fit(_shade(count, levels) * max(1, size - (size > 2)), size) for count in hours]
        runs = groupby(shades, key=lambda shade: "muted" if shade.startswith(SHADES[0]) else "accent")
        lines.append([(fit(f" {name}", 6), "text"), *(("".join(run), role) for role, run in runs)])
        lines[-1].append((fit(f"{sum(hours):,}", 7, right=True), "text"))
    legend = "".join(f"   {shade} {f'up to {most:,}' if most else 'none'}" for most, shade in levels)
    return [*lines, [], [(f"      tickets:{legend}", "muted")]]


def _levels(most: int) -> list[tuple[int, str]]:
    """The most that each shade stands for; the darkest for the most there is, no more shades than there are numbers."""
    steps = len(SHADES) - 1
    count = min(steps, most)
    return [(0, SHADES[0])] + [
        (-(-most * place // count), SHADES[steps * place // count]) for place in range(1, count + 1)
    ]


def _scale(size: int) -> str:
    """The hours above their columns: as many as there is room for."""
    every = {1: 6, 2: 3, 3: 2}[size]
    return "".join(
        fit(f"{hour:02}" if hour % every == 0 else "", size * every) for hour in range(0, 24, every)
    )


def _shade(count: int, levels: list[tuple[int, str]]) -> str:
    return next(shade for most, shade in levels if count <= most)


def waiting_table(waiting: Waiting) -> Lines:
    """The waiting times as rows."""
    lines = [_row(("waits", "customers", "late"), "muted")]
    rows = zip(stretches(), waiting.counts, waiting.late, strict=True)
    return lines + [_row((name, f"{count:,}", f"{late:,}")) for name, count, late in rows]


def arrivals_table(arrivals: Arrivals, cells: int) -> Lines:
    """The weekdays as rows with a column for each hour where there is room, else the other way round."""
    size = 1 + len(str(max(map(max, arrivals.hours))))
    if 24 * max(size, 3) + 16 <= cells:
        return _by_day(arrivals, max(size, 3))
    lines = [_row(("from", *WEEKDAYS, "sum"), "muted", 6)]
    for hour in range(24):
        counts = [day[hour] for day in arrivals.hours]
        lines.append(
            _row((f"{hour:02} h", *(f"{count:,}" for count in counts), f"{sum(counts):,}"), "text", 6)
        )
    return lines


def _by_day(arrivals: Arrivals, size: int) -> Lines:
    lines: Lines = [
        [(fit(" hour", 7) + "".join(f"{hour:>{size}}" for hour in range(24)) + f"{'sum':>8}", "muted")]
    ]
    for name, hours in zip(WEEKDAYS, arrivals.hours, strict=True):
        lines.append(
            [
                (
                    fit(f" {name}", 7) + "".join(f"{count:>{size}}" for count in hours) + f"{sum(hours):>8,}",
                    "text",
                )
            ]
        )
    return lines


def week_table(days: tuple[Day, ...]) -> Lines:
    """The days as rows."""
    lines = [_row(("day", "replies", "solved", "time"), "muted")]
    return lines + [
        _row(
            (
                weekday(day),
                f"{day.replies:,}",
                f"{day.solved:,}",
                duration(day.seconds * 1000) if day.seconds else "–",
            )
        )
        for day in days
    ]


def _row(cells: tuple[str, ...], role: str = "text", size: int = 11) -> list[Piece]:
    first, *others = cells
    return [(" " + fit(first, 8), role), *((fit(each, size, right=True), role) for each in others)]
