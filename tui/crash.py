"""An error that nobody expected: logged without a word of any message, and told on one screen once the terminal is back."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from store import paths
from store.errors import DeskError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from logging import Logger

    from store.desk import Desk

EXIT_CODE = 70
"""EX_SOFTWARE of sysexits.h: neither yes nor no, neither bad input nor a store that cannot be used."""

LOG_BYTES, LOG_FILES = 256 * 1024, 3
"""The size at which the log is put aside as helpterm.log.1, and how many such files stay beside it."""

_DRAFTS_TOLD = 3


class Crash(Exception):
    """The console ended on an error that it does not know; `saved` says what is safe."""

    def __init__(self, error: BaseException, saved: tuple[str, ...]) -> None:
        super().__init__()
        self.error = error
        self.saved = saved


def tell(error: Exception) -> int:
    """Logs the error and prints the one screen about it on stderr; returns the exit code."""
    failure, saved = (_unwrapped(error.error), error.saved) if isinstance(error, Crash) else (error, ())
    print(screen(failure, saved, write_log(failure)), file=sys.stderr)
    return EXIT_CODE


def screen(error: BaseException, saved: tuple[str, ...], log: Path | None) -> str:
    """What happened, what was saved, where the log is, how to go on."""
    where = (
        f"The log: {log} (which steps led here; no text of any message)"
        if log
        else "No log could be written."
    )
    lines = [
        "",
        f"helpterm stopped on an error that it does not know ({type(error).__name__}). That is our fault, not yours.",
        "",
        *saved,
        where,
        "",
        "To go on: start `helpterm` again; drafts are where you left them.",
        "If it happens again: `helpterm doctor` looks at the desk, and `helpterm doctor --report` prints what to send us.",
    ]
    return "\n".join(lines)


def what_is_saved(desk: Desk) -> tuple[str, ...]:
    """Lines about this agent's work that is on the disk; what was on its way there is waited for."""
    from datetime import datetime

    from store.desk import drafts
    from store.desk.tickets import find

    try:
        desk.database.write(lambda connection: None)
        kept = drafts.all_drafts(desk)
        lines = ["Saved: every change you made on the desk."]
        for draft in kept[:_DRAFTS_TOLD]:
            at = datetime.fromtimestamp(draft.updated_at / 1000).strftime("%H:%M:%S")
            number = find(desk, draft.ticket).short
            lines.append(f"Saved: your {draft.kind} to #{number}, {len(draft.text):,} characters, at {at}.")
    except Exception as error:  # whatever ended the console may have hit the desk as well; it is told
        why = error if isinstance(error, DeskError) else type(error).__name__
        return (f"The desk cannot be read just now ({why}); what was saved before is in it.",)
    if len(kept) > _DRAFTS_TOLD:
        lines.append(f"Saved: {len(kept) - _DRAFTS_TOLD:,} more drafts.")
    return tuple(lines)


def write_log(error: BaseException) -> Path | None:
    """Adds the error to the log, which only the user may read; None where it cannot be written."""
    path = paths.log_path()
    try:
        paths.private_folder(path.parent)
        _logger(path).error("%s", "\n".join(steps(error)))
    except (OSError, DeskError):
        return None
    return path


def steps(error: BaseException) -> Iterator[str]:
    """The kinds of the error and of its causes with the lines of code that led there, and the versions of everything.

    The words of an error are left out, except those of the system and of SQLite: they may quote what somebody wrote.
    """
    yield f"helpterm {_version()}, Python {platform.python_version()}, {platform.system()} {platform.release()}"
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        words = (
            f": {cause.strerror}"
            if isinstance(cause, OSError)
            else f": {cause}"
            if type(cause).__module__ == "sqlite3"
            else ""
        )
        yield f"{type(cause).__module__}.{type(cause).__qualname__}{words}"
        for frame in traceback.extract_tb(cause.__traceback__):
            yield f"  {_short(frame.filename)}:{frame.lineno} {frame.name}"
        cause = cause.__cause__ or cause.__context__


def _unwrapped(error: BaseException) -> BaseException:
    """What failed in a worker, out of Textual's wrapping."""
    inner = getattr(error, "error", None)
    return inner if isinstance(inner, BaseException) else error


def _logger(path: Path) -> Logger:
    import logging
    from logging.handlers import RotatingFileHandler

    path.touch(mode=0o600)
    handler = RotatingFileHandler(
        path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.Logger("helpterm")
    logger.addHandler(handler)
    return logger


def _short(filename: str) -> str:
    """A file of code without the folders of this machine: from the package on."""
    parts = Path(filename).parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    return "/".join(parts[-3:])


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("helpterm")
    except PackageNotFoundError:
        return "from a checkout"
