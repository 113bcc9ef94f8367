"""The user's configuration: a TOML file that is read, checked line by line, and carefully written to.

Settings are here for everyone; the reader and the writer are imported by those who read and write.
"""

from __future__ import annotations

from pathlib import Path

from store.config.settings import (
    Config,
    Console,
    Desk,
    Imap,
    Level,
    Mailbox,
    Policy,
    Service,
    Shifts,
    Smtp,
    Sync,
    Targets,
    Tier,
)

__all__ = [
    "Config",
    "Console",
    "Desk",
    "Imap",
    "Level",
    "Mailbox",
    "Policy",
    "Service",
    "Shifts",
    "Smtp",
    "Sync",
    "Targets",
    "Tier",
    "load",
]


def load(path: Path | None = None) -> tuple[Config, tuple[str, ...]]:
    """The configuration and remarks on its unknown keys, as `store.config.reading.load` finds them."""
    from store.config import reading

    return reading.load(path)
