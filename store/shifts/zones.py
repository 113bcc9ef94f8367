"""Time zones by their IANA names: which one is meant here, and what a local time in one is in UTC."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store.errors import BadInput
from store.text.inert import inert_line


def zone(name: str) -> ZoneInfo:
    """The zone with this name. Raises BadInput for one that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            f"{inert_line(name, 60)!r} is no time zone", "write one such as Europe/Berlin"
        ) from None


def zone_name(given: str = "") -> str:
    """The name of the zone that is meant: `given`, else TZ, else the machine's, else UTC. Raises BadInput for a bad `given`."""
    if given:
        return zone(given).key
    for name in (os.environ.get("TZ", "").lstrip(":"), _machine()):
        try:
            if name:
                return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return "UTC"


def _machine() -> str:
    """The zone that /etc/localtime points to, where a system has that."""
    place = Path("/etc/localtime")
    target = str(place.resolve()) if place.exists() else ""
    return target.partition("/zoneinfo/")[2]


def to_utc(local: datetime, where: ZoneInfo) -> int:
    """A local time as milliseconds. One that daylight saving skips is as far after the gap as it was inside it (PEP 495)."""
    return round(local.replace(tzinfo=where).timestamp() * 1000)


def to_local(at: int, where: ZoneInfo) -> datetime:
    """Milliseconds as a local time, without its zone."""
    return datetime.fromtimestamp(at / 1000, where).replace(tzinfo=None)
