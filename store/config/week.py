"""Opening hours as people write them: `mon-fri 09:00-12:30 13:30-17:00, sat 10:00-14:00`. Knows no dates and no zones."""

from __future__ import annotations

import re

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Week = tuple[tuple[tuple[int, int], ...], ...]
"""Seven days from Monday, each its stretches (start, end) in minutes after midnight; empty means around the clock."""

_STRETCH = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def parse_week(text: str) -> Week:
    """Reads opening hours; an empty text is around the clock. Raises ValueError for what makes no sense.

    A stretch ends on its own day, `24:00` at the latest; stretches that overlap become one.
    """
    days: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    for part in text.lower().split(","):
        if not part.strip():
            continue
        names, *stretches = part.split()
        if not stretches:
            raise ValueError(f"no hours for {names}")
        times = [_stretch(each) for each in stretches]
        for day in _days(names):
            days[day].extend(times)
    if not any(days):
        if text.strip():
            raise ValueError("no hours")
        return ()
    return tuple(_joined(sorted(day)) for day in days)


def _days(names: str) -> range | list[int]:
    first, dash, last = names.partition("-")
    start = DAYS.index(first)
    if not dash:
        return [start]
    end = DAYS.index(last)
    return range(start, end + 1) if start <= end else [*range(start, 7), *range(end + 1)]


def _stretch(text: str) -> tuple[int, int]:
    found = _STRETCH.fullmatch(text)
    if not found:
        raise ValueError(text)
    start, end = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
    if int(found[2]) > 59 or int(found[4]) > 59 or not 0 <= start < end <= 24 * 60:
        raise ValueError(text)
    return start, end


def _joined(stretches: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
