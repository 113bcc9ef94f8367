"""Business hours: the clock that stands still at night, on holidays and while somebody else has the ball.

Local hours are turned into UTC day by day, so a day of 23 or 25 hours counts as what it is. All times are milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.config.week import Week

Stretch = tuple[int, int]
_MOST_DAYS = 40_000
"""Days looked through before a target is given up as never reached: longer than any target that may be set."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When the clock runs. An empty `week` runs around the clock."""

    week: Week
    zone: str
    holidays: frozenset[str] = frozenset()

    def after(self, start: int, amount: int, pauses: Sequence[Stretch] = ()) -> int:
        """The moment at which `amount` of running time has passed since `start`, not counting `pauses`."""
        left = amount
        reached = start
        for opens, closes in self._running(start, pauses):
            if opens + left <= closes:
                return opens + left
            left -= closes - opens
            reached = closes
        return reached + left

    def between(self, start: int, end: int) -> int:
        """How much running time lies between two moments."""
        total = 0
        for opens, closes in self._running(start, ()):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def is_open(self, at: int) -> bool:
        """True when the clock runs at this moment."""
        opens, _ = next(self._running(at, ()), (at + 1, at + 1))
        return opens <= at

    def _running(self, start: int, pauses: Sequence[Stretch]) -> Iterator[Stretch]:
        """The stretches in which the clock runs from `start` on, in order, without the pauses."""
        for opens, closes in self._open(start):
            at = max(opens, start)
            for begins, ends in pauses:
                if ends <= at or begins >= closes:
                    continue
                if begins > at:
                    yield at, begins
                at = max(at, ends)
            if at < closes:
                yield at, closes

    def _open(self, start: int) -> Iterator[Stretch]:
        if not self.week:
            yield start, start + _MOST_DAYS * 86_400_000
            return
        zone = ZoneInfo(self.zone)
        day = datetime.fromtimestamp(start / 1000, zone).date()
        for _ in range(_MOST_DAYS):
            if day.isoformat() not in self.holidays:
                for first, last in self.week[day.weekday()]:
                    opens, closes = _moment(day, first, zone), _moment(day, last, zone)
                    if closes > max(start, opens):
                        yield opens, closes
            if day >= date.max - timedelta(days=1):
                return
            day += timedelta(days=1)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> int:
    """A local time of day as milliseconds; one that daylight saving skips is the moment after the gap (PEP 495, fold 0)."""
    days, rest = divmod(minutes, 24 * 60)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), zone)
    return round(local.timestamp() * 1000)
