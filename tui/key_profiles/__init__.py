"""Sets of keys for hands that learned elsewhere; each names only what differs from the commands' own defaults."""

from __future__ import annotations

from collections.abc import Mapping

GMAIL: Mapping[str, str] = {}
AERC: Mapping[str, str] = {}

PROFILES: Mapping[str, Mapping[str, str]] = {"agent": {}, "gmail": GMAIL, "aerc": AERC}


def profile(name: str) -> Mapping[str, str]:
    """The keys of a profile, by command; the default one for a name that is unknown or empty."""
    return PROFILES.get(name, {})
