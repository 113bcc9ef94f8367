"""Every error of the desk: a title, a message, and what to do next. Worded here for the log, in `tui` for people."""

from __future__ import annotations


class DeskError(Exception):
    """Something the desk cannot do, said so that a person can act on it.

    `message` says what is wrong, `remedy` what to do; neither ends with a full stop.
    `exit_code` is what a subcommand exits with: 1 the answer is no, 2 bad input, 3 the store or a server cannot be used.
    """

    title = "That did not work"
    exit_code = 2

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        """The one line that a terminal shows: `message — remedy`."""
        return f"{self.message} — {self.remedy}" if self.remedy else self.message


class BadInput(DeskError):
    """What was typed or given cannot be understood."""

    title = "That cannot be read"


class NotFound(DeskError):
    """Nothing has that name, number or id."""

    title = "Not found"
    exit_code = 1


class Refused(DeskError):
    """The desk understood and says no (a rule, a right, the state of a ticket)."""

    title = "Not like this"
    exit_code = 1


class StoreError(DeskError):
    """The local store cannot be opened, read or written."""

    title = "The store cannot be used"
    exit_code = 3


class NewerStore(StoreError):
    """The store was written by a newer helpterm; it is left untouched."""

    title = "This desk is from a newer helpterm"


class ForeignStore(StoreError):
    """The file is not a desk of helpterm."""

    title = "This is not a desk"


class DamagedStore(StoreError):
    """The file is a desk, but SQLite finds it broken."""

    title = "The desk is damaged"


class LockedStore(StoreError):
    """Another program holds the store's lock for longer than we wait."""

    title = "The desk is busy"


class ReadOnlyStore(StoreError):
    """The store may be read but not written."""

    title = "The desk is read-only"


class DiskFull(StoreError):
    """There is no room left to write; what was saved before is safe."""

    title = "The disk is full"


class ConfigError(DeskError):
    """A value of the configuration is invalid; the line is named."""

    title = "The configuration is wrong"


class ServerError(DeskError):
    """A mailbox, mail server or shared database refused or could not be reached."""

    title = "The server did not answer as hoped"
    exit_code = 3
