"""Ending in order: what the signals that end a daemon mean to a subcommand that keeps on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The last one comes when the terminal is closed. One that was ignored from the start (`nohup`) stays so."""

PATIENCE = 2.0
"""Seconds that what is under way is given before it is hurried."""


@contextmanager
def stopped_by_signal(hurry: Callable[[], None] = lambda: None) -> Iterator[threading.Event]:
    """An event that is set by the first such signal; the second one ends the process at once, as if nobody listened.

    `hurry` is called from another thread when what is under way takes longer than PATIENCE, to break off a call that hangs.
    """
    stop, over = threading.Event(), threading.Event()

    def end() -> None:
        stop.set()
        if not over.wait(PATIENCE):
            hurry()

    def on_signal(number: int, _: object) -> None:
        for each in before:
            signal.signal(each, signal.SIG_DFL)
        # not set here: the thread that was interrupted may be holding the event's lock
        threading.Thread(target=end, daemon=True).start()

    before = {each: signal.getsignal(each) for each in ENDING if signal.getsignal(each) != signal.SIG_IGN}
    for each in before:
        signal.signal(each, on_signal)
    try:
        yield stop
    finally:
        over.set()
        for each, handler in before.items():
            signal.signal(each, handler)
