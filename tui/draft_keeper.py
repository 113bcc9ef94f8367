"""Keeps what is typed: at most half a second passes between a key and the writer thread having it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from store.desk import drafts
from store.errors import DeskError

if TYPE_CHECKING:
    from store.desk import Desk
    from store.model import Kind, Ticket

PAUSE = 0.4
"""Seconds from the first key that is not saved to saving. Not put off by further keys, so steady typing is saved too."""


class Kept(StrEnum):
    """How far the keeper has come."""

    NOTHING = "nothing"
    SAVING = "saving"
    SAVED = "saved"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Typed:
    """What an editor holds."""

    text: str
    cursor: int


class DraftKeeper:
    """Saves one draft as it is typed. All methods are called on the event loop; none waits for the disk.

    `typed` reads the editor, `after` runs a callback once after so many seconds, `on_loop` runs one on the event loop from
    any thread, `tell` is told about each change of state.
    """

    def __init__(
        self,
        desk: Desk,
        ticket: Ticket,
        kind: Kind,
        *,
        rule: str,
        typed: Callable[[], Typed],
        after: Callable[[float, Callable[[], None]], object],
        on_loop: Callable[[Callable[[], None]], object],
        tell: Callable[[Kept, DeskError | None], None],
    ) -> None:
        self._desk, self._ticket, self._kind, self.rule = desk, ticket, kind, rule
        self._typed, self._after, self._on_loop, self._tell = typed, after, on_loop, tell
        self._saved: tuple[Typed, str] | None = None
        self._timer_runs = False
        self._closed = False

    def begin_with(self, kept: Typed) -> None:
        """What is on the disk already."""
        self._saved = (kept, self.rule)

    def changed(self) -> None:
        """Something was typed."""
        if self._closed or self._timer_runs or (self._typed(), self.rule) == self._saved:
            return
        self._timer_runs = True
        self._tell(Kept.SAVING, None)
        self._after(PAUSE, self._time_is_up)

    def _time_is_up(self) -> None:
        self._timer_runs = False
        self.flush()

    def flush(self) -> Future[None] | None:
        """Queues what is not saved yet; None when there is nothing. An empty text nobody saved is nothing."""
        now = (self._typed(), self.rule)
        nothing_yet = self._saved is None and not now[0].text
        if self._closed or nothing_yet or now == self._saved:
            return None
        self._saved = now
        typed, rule = now
        saving = drafts.save(
            self._desk, self._ticket, typed.text, kind=self._kind, cursor=typed.cursor, rule=rule
        )
        saving.add_done_callback(lambda done: self._on_loop(lambda: self._done(done, now)))
        return saving

    def _done(self, saving: Future[None], what: tuple[Typed, str]) -> None:
        error = saving.exception()
        if error is None:
            if self._saved == what and not self._timer_runs:
                self._tell(Kept.SAVED if what[0].text else Kept.NOTHING, None)
        elif isinstance(error, DeskError):
            self._saved = None
            self._tell(Kept.FAILED, error)
        else:
            raise error

    def close(self) -> None:
        """The draft is done with (it was sent): nothing is saved from here on."""
        self._closed = True
