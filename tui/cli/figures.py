"""`helpterm figures`: what the console shows as charts, as tables or as JSON."""

from __future__ import annotations

import argparse

from store.clock import to_iso
from store.reports.figures import EDGES, Arrivals, Day, Waiting, arrivals, waiting, week
from tui.cli.context import open_desk, print_json
from tui.formatting import figures as lines

_WIDE = 1_000
"""Cells of a table that nobody cuts."""


def figures(options: argparse.Namespace) -> int:
    """Prints all figures; exit 0."""
    with open_desk(options) as desk:
        now, agent = desk.now(), desk.agent
        wait, came, days = waiting(desk), arrivals(desk), week(desk)
    if options.json:
        print_json(
            {
                "at": to_iso(now),
                "waiting": _waiting(wait),
                "arrivals": _arrivals(came),
                "agent": agent,
                "week": _week(days),
            }
        )
        return 0
    for title, table, sentence in (
        ("Waiting now", lines.waiting_table(wait), lines.waiting_in_words(wait)),
        ("New tickets by hour and day", lines.arrivals_table(came, _WIDE), lines.arrivals_in_words(came)),
        (f"The week of {agent}", lines.week_table(days), lines.week_in_words(days)),
    ):
        rows = ["".join(text for text, _ in line).rstrip() for line in table]
        print("\n".join((title, *rows, sentence, "")))
    return 0


def _waiting(figure: Waiting) -> dict[str, object]:
    starts = (0, *EDGES)
    return {
        "median_seconds": None if figure.median is None else figure.median // 1000,
        "longest_seconds": None if figure.longest is None else figure.longest // 1000,
        "stretches": [
            {"from_seconds": start // 1000, "tickets": count, "late": late}
            for start, count, late in zip(starts, figure.counts, figure.late, strict=True)
        ],
    }


def _arrivals(figure: Arrivals) -> dict[str, object]:
    days = {name.lower(): list(hours) for name, hours in zip(lines.WEEKDAYS, figure.hours, strict=True)}
    return {"from": to_iso(figure.start), "to": to_iso(figure.end), "by_weekday_and_hour": days}


def _week(days: tuple[Day, ...]) -> list[dict[str, object]]:
    return [
        {
            "day": to_iso(day.start),
            "replies": day.replies,
            "solved": day.solved,
            "ticket_seconds": day.seconds,
        }
        for day in days
    ]
