"""A pseudo-terminal with a person's eyes: runs a program, types, and looks at the screen it draws (by pyte).

Output is stamped by a thread of its own the moment it arrives and replayed afterwards, so that the cost of the emulation is in
no figure. Waiting is always for something on the screen, never for a time.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

import pyte

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "shift-tab": "\x1b[Z",
    "backspace": "\x7f",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pgup": "\x1b[5~",
    "pgdn": "\x1b[6~",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "f7": "\x1b[18~",
    "f10": "\x1b[21~",
}
_NAMED = re.compile(r"\{([a-z0-9-]+)\}")
_UNKNOWN_TO_PYTE = re.compile(
    rb"\x1b\[[<>=?][0-9;]*[a-zA-Z$]|\x1b\[[0-9;:]*[ $][a-z]|\x1b[P_^X].*?\x1b\\", re.DOTALL
)
_PARTIAL = re.compile(rb"\x1b(?:\[[0-9;:<>=?$ ]*|[P_^X\]][^\x07\x1b]*)?\Z")
_PRIVATE = re.compile(rb"\x1b\[\?(?:25|1049|7)[hl]")


class Piece(NamedTuple):
    """Output as it arrived: when (`time.perf_counter` seconds) and what."""

    at: float
    data: bytes


class Gone(AssertionError):
    """The screen never showed what was waited for, or the program ended."""


def keys(text: str) -> bytes:
    """`text` as a keyboard sends it; `{enter}`, `{ctrl-s}`, … are keys."""

    def one(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("ctrl-"):
            return chr(ord(name[5:]) & 0x1F)
        return KEYS[name]

    return _NAMED.sub(one, text).encode()


class Terminal:
    """One program in a pseudo-terminal of `columns` × `lines`. Use as a context; leaving it ends the program."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 100,
        lines: int = 30,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        patience: float = 30.0,
    ) -> None:
        self.patience = patience
        sys.setswitchinterval(
            0.0002
        )  # or the recorder waits 5 ms for its turn while the emulation runs, and the program for it
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""
        self._pieces: SimpleQueue[Piece] = SimpleQueue()
        self._ended = threading.Event()
        self.bytes_seen = 0
        self._master, slave = pty.openpty()
        self.resize(columns, lines)
        surroundings = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        for name in ("NO_COLOR", "COLUMNS", "LINES"):
            surroundings.pop(name, None)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=surroundings | dict(env or {}),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self._recorder = threading.Thread(target=self._record, daemon=True)
        self._recorder.start()

    def _record(self) -> None:
        while True:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                data = b""
            self._pieces.put(Piece(time.perf_counter(), data))
            if not data:
                self._ended.set()
                return

    def resize(self, columns: int, lines: int) -> None:
        """Makes the window another size; the program is told."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._screen.resize(lines, columns)

    def type(self, text: str) -> float:
        """Sends keys; returns when."""
        at = time.perf_counter()
        data = keys(text)
        while data:
            select.select([], [self._master], [])
            data = data[os.write(self._master, data) :]
        return at

    def _next(self, seconds: float) -> Piece | None:
        try:
            piece = self._pieces.get(timeout=max(0.0, seconds)) if seconds > 0 else self._pieces.get_nowait()
        except Empty:
            return None
        self._replay(piece.data)
        return piece

    def next_piece(self) -> Piece:
        """The next output of the program. Raises Gone when none comes."""
        piece = self._next(self.patience)
        if piece is None or not piece.data:
            raise Gone(f"the program says nothing more:\n{self.text}")
        return piece

    def _replay(self, data: bytes) -> None:
        self.bytes_seen += len(data)
        data = self._held + data
        partial = _PARTIAL.search(data)
        self._held = partial[0] if partial and len(partial[0]) < 1 << 16 else b""
        data = data[: len(data) - len(self._held)]
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(lambda m: m[0] if _PRIVATE.fullmatch(m[0]) else b"", data))

    @property
    def text(self) -> str:
        """What the screen shows now, a line each."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def cursor(self) -> tuple[int, int]:
        """The cursor's column and line."""
        return self._screen.cursor.x, self._screen.cursor.y

    def wait(self, pattern: str, *, gone: bool = False) -> float:
        """Waits until the screen matches `pattern` (or, with `gone`, no longer does); returns when the output for it arrived.

        Raises Gone with the screen when it does not come to that.
        """
        wanted = re.compile(pattern, re.MULTILINE)
        limit = time.monotonic() + self.patience
        at = time.perf_counter()
        while bool(wanted.search(self.text)) is gone:
            piece = self._next(limit - time.monotonic())
            if piece is None or (not piece.data and bool(wanted.search(self.text)) is gone):
                state = f"ended ({self.process.poll()})" if self._ended.is_set() else "runs"
                raise Gone(
                    f"{pattern!r} {'still' if gone else 'not'} on the screen; the program {state}:\n{self.text}"
                )
            at = piece.at
        return at

    def settle(self, quiet: float = 0.05) -> list[Piece]:
        """Takes in output until it pauses for `quiet` seconds; returns the pieces."""
        pieces = []
        while (piece := self._next(quiet)) is not None and piece.data:
            pieces.append(piece)
        return pieces

    def _looks(self) -> list[dict[int, Any]]:
        """Every cell as it is seen: letters, colours, reversed or not, and the cursor's place."""
        return [{-1: self.cursor}, *(dict(self._screen.buffer[line]) for line in range(self._screen.lines))]

    def press(self, text: str, quiet: float = 0.05, *, below: int = 0) -> tuple[float, float, int] | None:
        """Presses keys on a settled screen; None when nothing changes.

        Returns the seconds to the first and to the last piece of output that changed it, and the bytes of all; with `below`
        the first counts that changed a line from that one on. All of it is gathered before any of it is replayed, for the
        emulation would keep the recorder from stamping what comes next.
        """
        self.settle(quiet)
        before = self._looks()
        begun = self.type(text)
        first = last = None
        size, most = 0, 1.0 if below else 2.0
        patience = most
        while (first is None if below else last is None) and (pieces := self._gather(patience, quiet)):
            for piece in pieces:
                size += len(piece.data)
                self._replay(piece.data)
                now = self._looks()
                if now != before:
                    first = first or (piece.at if now[below + 1 :] != before[below + 1 :] else None)
                    last, before = piece.at, now
            patience = most - (time.perf_counter() - begun)
        return None if first is None or last is None else (first - begun, last - begun, size)

    def _gather(self, patience: float, quiet: float) -> list[Piece]:
        """The output that begins within `patience` seconds, up to a pause of `quiet` seconds; not replayed."""
        pieces: list[Piece] = []
        wait = patience
        while wait > 0:
            try:
                piece = self._pieces.get(timeout=wait)
            except Empty:
                break
            if not piece.data:
                break
            pieces.append(piece)
            wait = quiet
        return pieces

    def memory(self) -> float:
        """Resident memory of the program and its children, in MiB (Linux)."""
        total = 0
        for process in self._family():
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Rss:"):
                    total += int(line.split()[1])
        return total / 1024

    def _family(self) -> list[int]:
        family = [self.process.pid]
        for process in family:
            for task in Path(f"/proc/{process}/task").glob("*/children"):
                family += [int(child) for child in task.read_text().split()]
        return family

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def exit_code(self) -> int:
        """Waits for the program to end by itself; returns its exit code."""
        code = self.process.wait(self.patience)
        self._ended.wait(self.patience)
        self.settle(0.01)
        return code

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        self._recorder.join(self.patience)
        os.close(self._master)
