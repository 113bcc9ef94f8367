"""What time it is, in milliseconds since the epoch; frozen by `HELPTERM_NOW` for tests and screenshots."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def system_clock() -> Clock:
    """The real clock, or one that stands still at `HELPTERM_NOW` (ISO 8601)."""
    frozen = os.environ.get("HELPTERM_NOW")
    if frozen:
        moment = from_iso(frozen)
        return lambda: moment
    return lambda: time.time_ns() // 1_000_000


def from_iso(text: str) -> int:
    """Milliseconds of an ISO 8601 time; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def to_iso(moment: int | None) -> str | None:
    """The headless form of a time: `2026-11-22T08:30:00Z`, to the second; None stays None."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
