"""Hands a text to the agent's own editor (`$VISUAL`, `$EDITOR`) and takes it back, whatever that editor does."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from store.errors import DeskError
from store.text.inert import inert

AT_ONCE = 2.0
"""Seconds; an editor that is back sooner with the file untouched may have opened a window of its own."""

LARGEST = 4_000_000
"""Bytes of a file that is taken back."""

_USUAL = ("nano", "vi", "vim", "emacs", "notepad.exe")


class EditorFailed(DeskError):
    """The editor could not be used; the text is as it was."""

    title = "The editor did not work"
    exit_code = 1


@dataclass(frozen=True, slots=True)
class Taken:
    """What came back: the text, whether it differs from what was given, whether the editor was back at once, a remark."""

    text: str
    is_changed: bool
    at_once: bool = False
    remark: str = ""


def editor_command() -> list[str]:
    """The program and its arguments, the path still to be added. Raises EditorFailed."""
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(wanted)
    except ValueError as error:
        raise EditorFailed(f"EDITOR cannot be read ({error})", "correct the quotes in it") from None
    if command:
        return command
    usual = next((each for each in _USUAL if shutil.which(each)), "")
    if not usual:
        raise EditorFailed("no editor is set", "set EDITOR, or go on writing here")
    return [usual]


class Handoff:
    """One text in one private file (mode 0600, in a folder of its own). `name` becomes the file's name."""

    def __init__(self, text: str, name: str) -> None:
        self._given = text
        self._folder = Path(tempfile.mkdtemp(prefix="helpterm-"))
        self.path = self._folder / name
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode("utf-8", "replace"))
        self._written = self.path.read_bytes()

    def run(self) -> Taken:
        """Runs the editor in this terminal and waits for it. Raises EditorFailed; the file stays until `forget`."""
        command = editor_command()
        began = time.monotonic()
        try:
            with _interrupts_are_the_editors():
                ended = subprocess.run([*command, str(self.path)], check=False)
        except OSError as error:
            why = (
                "is not there"
                if isinstance(error, FileNotFoundError)
                else f"cannot be started ({error.strerror})"
            )
            raise EditorFailed(
                f"the editor {command[0]!r} {why}", "your text is as it was; set EDITOR to another"
            ) from None
        if ended.returncode != 0:
            how = (
                f"was ended by signal {-ended.returncode}"
                if ended.returncode < 0
                else f"ended with status {ended.returncode}"
            )
            raise EditorFailed(f"the editor {how}", "your text is as it was")
        taken = self.read()
        at_once = not taken.is_changed and time.monotonic() - began < AT_ONCE
        return Taken(taken.text, taken.is_changed, at_once, taken.remark)

    def read(self) -> Taken:
        """What the file holds now. Raises EditorFailed when it is gone, too large or unreadable."""
        try:
            size = self.path.stat().st_size
            if size > LARGEST:
                raise EditorFailed(f"the file has grown to {size:,} bytes", "your text is as it was")
            data = self.path.read_bytes()
        except FileNotFoundError:
            raise EditorFailed("the editor removed the file", "your text is as it was") from None
        except OSError as error:
            raise EditorFailed(
                f"the file cannot be read ({error.strerror})", "your text is as it was"
            ) from None
        if data == self._written:
            return Taken(self._given, False)
        text, remark = _decoded(data)
        # Editors end the last line; the agent did not type that line end.
        text = inert(text).removesuffix("\n") if not self._given.endswith("\n") else inert(text)
        return Taken(text, text != self._given, remark=remark)

    def forget(self) -> None:
        """Removes the file and its folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "the file was not UTF-8: look at its accents"


@contextmanager
def _interrupts_are_the_editors() -> Iterator[None]:
    """Ctrl+C in the editor also reaches us, for we share its terminal; a handler (unlike SIG_IGN) is not inherited."""

    def leave_it(number: int, frame: FrameType | None) -> None:
        """The editor deals with it."""

    before = signal.signal(signal.SIGINT, leave_it)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
