"""The user's configuration: a TOML file that is read, checked line by line, and carefully written to."""

from store.config.reading import load
from store.config.settings import (
    Config,
    Console,
    Desk,
    Imap,
    Mailbox,
    Policy,
    Smtp,
    Sync,
    Targets,
)
from store.config.writing import keep_mailbox, keep_settings

__all__ = [
    "Config",
    "Console",
    "Desk",
    "Imap",
    "Mailbox",
    "Policy",
    "Smtp",
    "Sync",
    "Targets",
    "keep_mailbox",
    "keep_settings",
    "load",
]
