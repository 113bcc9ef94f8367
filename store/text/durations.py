"""Lengths of work in words: `2 h 10 min`."""

from __future__ import annotations


def duration(milliseconds: int) -> str:
    """A length of work: `2 h 10 min`, `45 min`, `20 s`; what is negative is nothing."""
    seconds = max(0, milliseconds) // 1000
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(part for part in (f"{hours} h" * bool(hours), f"{minutes} min" * bool(minutes)) if part)
