"""Where the desk keeps its files, and who sits at it: what the platform and the environment say.

Looking up a path creates nothing; `private_folder` and `write_atomically` do, for the user's eyes only.
"""

from __future__ import annotations

import os
from pathlib import Path

from store.errors import BadInput, DiskFull, StoreError

_APP = "helpterm"


def store_path(given: str | Path | None = None) -> Path:
    """The desk's SQLite file: `given` (`--db`), else HELPTERM_DB, else the one in the data folder."""
    return _from_person(given, "HELPTERM_DB") or _platform("data") / "desk.db"


def config_path() -> Path:
    """The user's own configuration, read when nobody asks for another."""
    return _platform("config") / "config.toml"


def given_config_path(given: str | Path | None = None) -> Path | None:
    """The configuration somebody asked for: `given` (`--config`), else HELPTERM_CONFIG, else none."""
    return _from_person(given, "HELPTERM_CONFIG")


def log_path() -> Path:
    """The file that unexpected errors are written to."""
    return _platform("log") / "helpterm.log"


def tutor_path() -> Path:
    """The file that keeps the lesson of the tutor."""
    return _platform("log").parent / "tutor"


def agent_name(given: str | None = None, configured: str = "") -> str:
    """Who works: `given` (`--agent`), else HELPTERM_AGENT, else the configuration, else this login."""
    name = (given or os.environ.get("HELPTERM_AGENT") or configured).strip()
    return name or _login()


def private_folder(folder: Path) -> Path:
    """Make `folder` and what is missing above it, open to the user alone (0700); what exists stays as it is.

    Raises StoreError where the system refuses.
    """
    missing, above = [], folder
    try:
        while not above.exists():
            missing.append(above)
            above = above.parent
        for each in reversed(missing):
            each.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the folder {folder} cannot be made ({error.strerror})", "choose another place"
        ) from error
    return folder


def write_atomically(path: Path, text: str) -> None:
    """Write `text` (UTF-8, mode 0600) so that a reader finds the old file or the new one, never half.

    A symbolic link is followed, so a file kept elsewhere stays there. Raises DiskFull or StoreError.
    """
    import tempfile

    path = Path(os.path.realpath(path))
    private_folder(path.parent)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        _forget(temporary)
        raise _not_written(path, error) from error
    _sync_folder(path.parent)


def _not_written(path: Path, error: OSError) -> StoreError:
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"{path} cannot be written: there is no room left", "make room; the old one is intact"
        )
    return StoreError(f"{path} cannot be written ({error.strerror})", "check who may write there")


def _forget(temporary: str) -> None:
    if temporary and os.path.exists(temporary):
        os.unlink(temporary)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the platform lets a folder be opened (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _from_person(given: str | Path | None, variable: str) -> Path | None:
    text = str(given or os.environ.get(variable) or "")
    if not text:
        return None
    if "\0" in text:
        raise BadInput("a path cannot hold a NUL character", f"check --{variable[9:].lower()} and {variable}")
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise BadInput(f"{text} names a home folder that does not exist", "write the path out") from error


def _platform(kind: str) -> Path:
    import platformdirs  # 17 ms: only when no variable answered

    folders = platformdirs.PlatformDirs(_APP, appauthor=False)
    path: Path = getattr(folders, f"user_{kind}_path")
    return path


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no such user in this container
        return "agent"
