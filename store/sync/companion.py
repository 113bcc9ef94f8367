"""The engine of an open console, in a thread of its own: begun after the first picture, ended with the console."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from store.desk.desk import Desk
from store.sync.engine import Engine, Exchange, SyncState
from store.sync.errors import SyncError

AFTER_FAULT_SECONDS = 30.0
"""How long it waits after an error of its own making, before it tries again."""


class Fault(SyncError):
    """The engine stopped on an error that nobody expected."""

    title = "The exchange with the shared database stopped"


class Companion:
    """Keeps a desk in step until it is stopped. All functions are called from its thread; none may touch a screen.

    `on_fault` hears of errors that nobody expected, to keep them in a log; the desk goes on, and so does the exchange.
    """

    def __init__(
        self,
        desk: Desk,
        on_state: Callable[[SyncState], None],
        on_news: Callable[[Exchange], None],
        on_fault: Callable[[Exception], None],
    ) -> None:
        self._engine = Engine(desk)
        self._on_state, self._on_news, self._on_fault = on_state, on_news, on_fault
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def poke(self) -> None:
        """Asks for an exchange now."""
        self._engine.poke()

    def watch(self, ticket: str, what: str) -> None:
        """Tells the colleagues what this agent does; see `Engine.watch`."""
        self._engine.watch(ticket, what)

    def stop(self, patience: float = 2.0) -> None:
        """Asks the thread to end and waits for it, at most twice `patience` seconds; an answer that hangs is not waited for."""
        self._stop.set()
        self._engine.poke()
        if self._thread.ident is None:
            return
        self._thread.join(patience)
        if self._thread.is_alive():
            self._engine.interrupt()
            self._thread.join(patience)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._engine.run(self._stop, self._on_state, self._on_news)
            except Exception as error:  # the team's work must not stop unseen for the rest of the day
                if self._stop.is_set():
                    return
                self._on_fault(error)
                self._on_state(self._faulty(error))
                self._stop.wait(AFTER_FAULT_SECONDS)

    def _faulty(self, error: Exception) -> SyncState:
        trouble = Fault(
            f"the exchange stopped on a fault of helpterm's own ({type(error).__name__})",
            "it is tried again by itself; the log says where",
        )
        state = self._engine.state
        since = state.offline_since or self._engine.desk.now()
        return replace(state, trouble=trouble, offline_since=since, others=())
