"""Times as people read them: an age in four cells, a moment in words. Milliseconds since the epoch, shown in local time."""

from __future__ import annotations

import time

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_WEEK = 7 * _DAY
_YEAR = 365 * _DAY

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def span(milliseconds: int) -> str:
    """A length of time in at most four characters: `now`, `45m`, `23h`, `9d`, `30w`, `3y`."""
    if milliseconds < _MINUTE:
        return "now"
    for limit, unit, letter in (
        (100 * _MINUTE, _MINUTE, "m"),
        (48 * _HOUR, _HOUR, "h"),
        (30 * _DAY, _DAY, "d"),
        (100 * _WEEK, _WEEK, "w"),
    ):
        if milliseconds < limit:
            return f"{milliseconds // unit}{letter}"
    return f"{min(milliseconds // _YEAR, 999)}y"


def span_in_words(milliseconds: int) -> str:
    """The same, to be read on demand: `3 days 4 hours`."""
    if milliseconds < _MINUTE:
        return "less than a minute"
    parts = []
    for unit, name in ((_YEAR, "year"), (_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        count, milliseconds = divmod(milliseconds, unit)
        if count:
            parts.append(f"{count} {name}{'s' * (count != 1)}")
    return " ".join(parts[:2])


def moment(at: int, now: int) -> str:
    """A moment, as short as it is clear: `14:05` today, `3 Nov 14:05` this year, else `3 Nov 2024`."""
    then, today = time.localtime(at / 1000), time.localtime(now / 1000)
    if then[:3] == today[:3]:
        return f"{then.tm_hour:02}:{then.tm_min:02}"
    day = f"{then.tm_mday} {_MONTHS[then.tm_mon - 1]}"
    if abs(at - now) < _YEAR // 2 or then.tm_year == today.tm_year:
        return f"{day} {then.tm_hour:02}:{then.tm_min:02}"
    return f"{day} {then.tm_year}"


def zone(at: int) -> str:
    """What the local zone is called at a moment: `CET`."""
    return time.localtime(at / 1000).tm_zone


def zone_in_words(at: int) -> str:
    """The local zone with how far it is from UTC: `CET (UTC+01:00)`."""
    offset = time.strftime("%z", time.localtime(at / 1000))
    return f"{zone(at)} (UTC{offset[:3]}:{offset[3:]})"


def full_moment(at: int) -> str:
    """A moment with nothing left out: `Mon 23 Nov 2026 14:05`."""
    then = time.localtime(at / 1000)
    day = f"{_DAYS[then.tm_wday]} {then.tm_mday} {_MONTHS[then.tm_mon - 1]} {then.tm_year}"
    return f"{day} {then.tm_hour:02}:{then.tm_min:02}"
