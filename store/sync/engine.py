"""The engine: exchanges changes with the hub, once or for as long as the console is open, in a thread of its own.

No key press waits for it: it reads the store, talks to the hub without holding anything, and writes what came in small
transactions. Whatever goes wrong becomes a state that can be shown; the desk goes on locally, and the engine tries again.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from store.desk import backlog
from store.desk.desk import Desk
from store.errors import DeskError
from store.sync import adopt, files, local, overruled, sending
from store.sync.errors import HubRestored, Stopped, SyncError
from store.sync.link import Link, connected
from store.sync.presence import Presence, beat
from store.sync.pull import pull
from store.sync.push import push
from store.sync.replay import News

POLL_SECONDS = 5.0
"""How often the hub is asked when no hint comes: polling alone is the whole feature."""

BEAT_SECONDS = 2.5
LONGEST_PAUSE = 60.0
_SLICE = 0.25
_BREATH = 0.05
"""Seconds between two slices of the search index that is still to be made: the console comes first."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the console says about the shared database. Times are milliseconds since the epoch.

    `trouble` is set while it cannot be used, since `offline_since`; `others` are the colleagues and what they look at.
    `copying` is set during a first copy: what is copied, how much of it is here, and about how much there is.
    `unindexed` is how many messages search does not know yet (`store.desk.backlog`).
    """

    synced_at: int | None = None
    pending: int = 0
    conflicts: int = 0
    offline_since: int | None = None
    trouble: DeskError | None = None
    others: tuple[Presence, ...] = ()
    copying: tuple[str, int, int] | None = None
    unindexed: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one exchange did. `was_restored`: the hub had gone back in time, and has been told again what it lost."""

    pushed: int = 0
    pulled: int = 0
    conflicts: int = 0
    pending: int = 0
    tickets: frozenset[str] = frozenset()
    unindexed: int = 0
    was_restored: bool = False


class Engine:
    """One desk's line to its hub. `step` and `run` are for one thread; `watch`, `poke` and `state` for any."""

    def __init__(self, desk: Desk, dsn: str = "", *, silence: float = 60.0) -> None:
        self.desk = desk
        self._dsn = dsn
        self._silence = silence
        self._link: Link | None = None
        self._wake = threading.Event()
        self._watching = self._beaten = ("", "reading")
        self._state = SyncState()
        self._progress: adopt.Progress | None = None
        sending.lend(desk, dsn)

    @property
    def state(self) -> SyncState:
        """How things stand."""
        return self._state

    def poke(self) -> None:
        """Asks for an exchange now: somebody pressed the key, or changed something."""
        self._wake.set()

    def watch(self, ticket: str, what: str = "reading") -> None:
        """Tells the colleagues what this agent does: `reading`, `replying` or `noting` on a ticket's id, or nothing (empty)."""
        self._watching = (ticket, what)

    def link(self) -> Link:
        """The open line, made anew when it broke. Raises SyncError kinds and NotJoined."""
        if self._link is None or not self._link.is_open:
            member = local.membership(self.desk.read())
            self._link = connected(
                self._dsn or self.desk.config.sync.dsn or member.dsn, silence=self._silence
            )
        return self._link

    def step(self) -> Exchange:
        """Says what is pending and replays what is new. Raises SyncError and StoreError kinds; what was done stays done."""
        try:
            return self._exchange()
        except HubRestored:
            adopt.recover(self.desk, self.link(), self._progress)
            return replace(self._exchange(), was_restored=True)
        except SyncError:
            self._hang_up()
            raise

    def _exchange(self) -> Exchange:
        link = self.link()
        if local.membership(self.desk.read()).copying:
            adopt.copy(self.desk, link, self._progress)
        sending.report(self.desk, link)
        pushed = push(self.desk, link)
        news: News = pull(self.desk, link)
        if news.settings:
            self.desk.keep_due_times()
        files.download(self.desk, link)
        unindexed = backlog.work_off(self.desk)
        waiting = local.pending(self.desk.read())
        return Exchange(pushed, news.pulled, news.conflicts, waiting, frozenset(news.tickets), unindexed)

    def run(
        self,
        stop: threading.Event,
        on_state: Callable[[SyncState], None],
        on_news: Callable[[Exchange], None] = lambda exchange: None,
        *,
        poll: float = POLL_SECONDS,
    ) -> None:
        """Keeps the desk in step until `stop` is set: on a change, on a hint, every `poll` seconds; later and later in trouble.

        `on_state` hears of each change of the state, `on_news` of each exchange that moved anything; both in this thread.
        """

        def progress(table: str, done: int, total: int) -> None:
            if stop.is_set():
                raise Stopped("the first copy was interrupted", "it goes on where it stopped")
            self._tell(on_state, replace(self._state, trouble=None, copying=(table, done, max(done, total))))

        self._progress = progress
        pause = 0.0
        while not stop.is_set():
            pause = self._round(on_state, on_news, poll, pause)
            self._wait(stop, on_state, pause)
        self.close()

    def _round(
        self,
        on_state: Callable[[SyncState], None],
        on_news: Callable[[Exchange], None],
        poll: float,
        pause: float,
    ) -> float:
        """One exchange; returns how long to wait for the next (seconds)."""
        try:
            self.link().listen()
            exchange = self.step()
        except DeskError as error:
            since = self._state.offline_since or self.desk.now()
            waiting = local.pending(self.desk.read())
            longer = max(1.0, pause * 2) if self._state.trouble is not None else 1.0
            self._tell(
                on_state, replace(self._state, trouble=error, offline_since=since, pending=waiting, others=())
            )
            return min(LONGEST_PAUSE, longer) * random.uniform(0.7, 1.3)
        if exchange.pushed or exchange.pulled or exchange.was_restored:
            on_news(exchange)
        self._tell(on_state, self._settled(exchange))
        return poll * random.uniform(0.8, 1.2)

    def _settled(self, exchange: Exchange) -> SyncState:
        open_conflicts = len(overruled.conflicts(self.desk))
        return SyncState(
            synced_at=self.desk.now(),
            pending=exchange.pending,
            conflicts=open_conflicts,
            others=self._state.others,
            unindexed=exchange.unindexed,
        )

    def _tell(self, on_state: Callable[[SyncState], None], state: SyncState) -> None:
        if state != self._state:
            self._state = state
            on_state(state)

    def _wait(self, stop: threading.Event, on_state: Callable[[SyncState], None], seconds: float) -> None:
        """Waits for a hint, a change of ours, a poke, or the time; says meanwhile who is where."""
        until = time.monotonic() + seconds
        beat_at = 0.0
        while not stop.is_set() and time.monotonic() < until:
            if self._wake.wait(_BREATH if self._state.unindexed else _SLICE):
                self._wake.clear()
                return
            if self._state.unindexed:
                self._tell(on_state, replace(self._state, unindexed=backlog.work_off(self.desk)))
            if self._state.trouble is None:
                if local.oldest_pending(self.desk.read()) is not None:
                    return
                if time.monotonic() >= beat_at or self._watching != self._beaten:
                    beat_at = time.monotonic() + BEAT_SECONDS
                    self._beat(on_state)
                if self._hinted() or (self._link is not None and not self._link.is_open):
                    return

    def _beat(self, on_state: Callable[[SyncState], None]) -> None:
        self._beaten = self._watching
        try:
            others = beat(self.link(), *self._beaten)
        except DeskError:
            return  # the next exchange finds out what is wrong, and says so
        self._tell(on_state, replace(self._state, others=others))

    def _hinted(self) -> bool:
        """Whether the hub said that there is something new; a hint that never comes costs nothing but time."""
        if self._link is None:
            return False
        return self._link.hints() > local.membership(self.desk.read()).cursor

    def interrupt(self) -> None:
        """Ends a call to the hub that hangs; from any thread."""
        link = self._link
        if link is not None:
            link.interrupt()

    def _hang_up(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def close(self) -> None:
        """Hangs up, and leaves no trace of presence where the line still stands."""
        if self._link is not None and self._link.is_open and self._watching[0]:
            self._watching = ("", "reading")
            self._beat(lambda state: None)
        self._hang_up()
