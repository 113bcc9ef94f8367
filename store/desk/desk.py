"""An open desk: the store, who works at it, its configuration and its clock."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from store.clock import Clock, system_clock
from store.database import Database
from store.desk.derive import Targets, asleep_until, wake

if TYPE_CHECKING:
    from types import TracebackType

    from store.config import Config
    from store.desk.lending import Lender
    from store.desk.transaction import Transaction

Result = TypeVar("Result")

_command: ContextVar[str] = ContextVar("command", default="")
_seen: ContextVar[int | None] = ContextVar("seen", default=None)


def position(connection: sqlite3.Connection) -> int:
    """Up to where in the shared log this store is (0 for a desk on its own)."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'sync.cursor'").fetchone()
    return 0 if row is None else int(row[0])


@contextmanager
def one_command() -> Iterator[None]:
    """Makes all changes inside one command, which undo takes back as one: for work on thousands, done in batches."""
    from store.desk.ids import new_id

    token = _command.set(new_id())
    try:
        yield
    finally:
        _command.reset(token)


@contextmanager
def as_seen(position: int) -> Iterator[None]:
    """Says up to where in the shared log the agent had seen the desk when deciding on the changes made inside."""
    token = _seen.set(position)
    try:
        yield
    finally:
        _seen.reset(token)


class Desk:
    """What every function of `store.desk` works on. Reading and writing are safe from any thread.

    Raises StoreError kinds when the file cannot be used (see `store.database.Database`).
    """

    def __init__(
        self,
        path: Path,
        agent: str,
        *,
        config: Config | None = None,
        clock: Clock | None = None,
        create: bool = True,
    ) -> None:
        self.agent = agent
        self._config = config
        self._own_config: Config | None = None
        self.clock = clock or system_clock()
        self.database = Database(path, create=create)
        self._due_times_kept = False
        self.lender: Callable[[], Lender] | None = None

    @property
    def config(self) -> Config:
        """The settings: those that were given, else the defaults, which are loaded when somebody first asks."""
        if self._config is None:
            from store.config import Config

            self._config = Config()
        return self._config

    @config.setter
    def config(self, config: Config) -> None:
        self._config, self._own_config = config, None

    @property
    def is_configured(self) -> bool:
        """False while nobody has given or asked for any setting."""
        return self._config is not None

    @property
    def path(self) -> Path:
        """Where the store lies."""
        return self.database.path

    @property
    def targets(self) -> Targets:
        """Next reply within so many milliseconds, by priority; with service levels it knows more than that."""
        if not (self.config.service.hours or self.config.service.levels):
            return self.config.targets.milliseconds()
        from store.desk.service import targets_of

        return targets_of(self.config)

    @property
    def is_shared(self) -> bool:
        """Whether this store is one of a team's (`store.sync`)."""
        return self.read().execute("SELECT 1 FROM meta WHERE key = 'sync.epoch'").fetchone() is not None

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return self.clock()

    def read(self) -> sqlite3.Connection:
        """This thread's read-only connection."""
        return self.database.reader()

    def submit(self, job: Callable[[Transaction], Result]) -> Future[Result]:
        """Queues a change; the future ends when it is durable."""
        from store.desk.ids import new_id  # only whoever writes needs it

        batch, seen = _command.get() or new_id(), _seen.get()
        return self.database.submit(lambda connection: self._run(connection, job, batch, seen))

    def change(self, job: Callable[[Transaction], Result]) -> Result:
        """Makes a change and waits until it is durable. Raises what the job raises; then nothing has changed."""
        return self.submit(job).result()

    def _run(
        self,
        connection: sqlite3.Connection,
        job: Callable[[Transaction], Result],
        batch: str,
        seen: int | None,
    ) -> Result:
        from store.desk.transaction import Transaction  # only whoever writes needs it

        base = position(connection) if seen is None else seen
        transaction = Transaction(connection, self.agent, self.now(), self.targets, base, batch)
        result = job(transaction)
        transaction.finish()
        return result

    def wake(self) -> int:
        """Brings back the snoozed tickets whose time has come; writes only when there are any."""
        now = self.now()
        if not self._due_times_kept:
            self.keep_due_times()
        due = self.read().execute(
            "SELECT 1 FROM tickets WHERE rank >= ? AND rank <= ? LIMIT 1", asleep_until(now)
        )
        if due.fetchone() is None:
            return 0
        return self.database.write(lambda connection: wake(connection, now, self.targets))

    def keep_due_times(self) -> None:
        """Takes the team's settings, and derives due times anew that follow from others than those of today, or from other
        holidays; else it costs two reads."""
        self._due_times_kept = True
        self._take_settings()
        usual = not (self.config.service.hours or self.config.service.levels) and (
            self.config.targets == type(self.config)().targets
        )
        if usual and not self.read().execute("SELECT 1 FROM meta WHERE key = 'due_times'").fetchone():
            return
        from store.desk.service import is_stale, rederive

        if is_stale(self.read(), self.config):
            self.database.write(lambda connection: rederive(connection, self.config, self.now()))

    def _take_settings(self) -> None:
        """Lays what the team has in common over the settings of this machine; without a team it costs a read."""
        shared = self.read().execute("SELECT 1 FROM meta WHERE key > 'setting.' AND key < 'setting/' LIMIT 1")
        if self._own_config is None and shared.fetchone() is None:
            return
        from store.desk import team_settings

        self._own_config = self._own_config or self.config
        self._config = team_settings.laid_over(self._own_config, team_settings.shared(self.read()))

    def last_change(self) -> int:
        """The number of the newest change; grows when anybody, in any process, changed this store."""
        number: int = self.read().execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0]
        return number

    def close(self) -> None:
        """Finishes queued changes and closes the store."""
        self.database.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
