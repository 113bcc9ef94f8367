"""The answer of a look at something that may be out of order, for the doctor and the first connection."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One look: what was looked at, whether it is in order, what was seen, and what to do when it is not."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
