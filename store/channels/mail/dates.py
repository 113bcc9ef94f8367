"""Dates as mails write them, in milliseconds since 1970 UTC; absurd ones are no date at all."""

from __future__ import annotations

import re
from datetime import UTC, datetime

EARLIEST = 31_536_000_000
"""1971-01-01: mail is not older, and many broken clocks say 1970."""
LATEST = 4_102_444_800_000
"""2100-01-01."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?")
_COMMENT = re.compile(r"\([^()]*\)")


def moment(text: str) -> int | None:
    """When `text` says (RFC 5322 §3.3 and its obsolete forms, ISO 8601); None when it says nothing credible."""
    from email.utils import mktime_tz, parsedate_tz

    text = _COMMENT.sub(" ", text[:200]).strip()
    try:
        if found := _ISO.search(text):
            parsed = datetime.fromisoformat(found[0])
            seconds = int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp())
        elif fields := parsedate_tz(text):
            seconds = int(mktime_tz(fields))
        else:
            return None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return seconds * 1000 if EARLIEST <= seconds * 1000 < LATEST else None
