"""An event loop that says when it has nothing to do, so that stories of the console wait for that instead of for a time.

Textual's own `wait_for_idle` sleeps 20 ms at a time until the process used little processor time: a key costs two such waits,
and on a busy machine a process that got no turn looks idle. Here idle means: nothing is ready, no timer is due soon, and no
thread owes an answer.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from unittest.mock import patch

Result = TypeVar("Result")

SOON = 0.02
"""Seconds: a timer that is due within them is waited for (Textual draws 60 times a second)."""

OWED = 0.1
"""Seconds without any event after which the answer of a thread is not waited for any longer: it may be held up on purpose."""

PATIENCE = 1.0
"""Seconds after which a loop that is never idle, such as while something moves, is taken as it is."""


class _Selector(selectors.DefaultSelector):
    """What the loop asks when nothing is ready: that is the moment at which it has nothing to do."""

    def __init__(self) -> None:
        super().__init__()
        self.is_owed: Callable[[], bool] = lambda: False
        self.tell: Callable[[], None] | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.tell is None or (timeout is not None and timeout <= SOON):
            return super().select(timeout)
        wait = OWED if self.is_owed() else 0.0
        events = super().select(wait if timeout is None else min(wait, timeout))
        if not events:
            self.tell()
        return events


class TellingLoop(asyncio.SelectorEventLoop):
    """The usual event loop; `idle` waits until it has nothing to do."""

    def __init__(self) -> None:
        self._watch = _Selector()
        super().__init__(self._watch)
        self._owed = 0
        self._watch.is_owed = lambda: self._owed > 0

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        """As ever; the answer that a thread owes is counted."""
        answer = super().run_in_executor(executor, func, *args)
        self._owed += 1
        answer.add_done_callback(self._answered)
        return answer

    def _answered(self, _: object) -> None:
        self._owed -= 1

    async def idle(self) -> None:
        """Returns when nothing is left to do, at the latest after `PATIENCE` seconds."""
        told = self.create_future()

        def tell() -> None:
            if not told.done():
                told.set_result(None)

        limit = self.call_later(PATIENCE, tell)
        self._watch.tell = tell
        try:
            await told
        finally:
            limit.cancel()
            self._watch.tell = None


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = PATIENCE) -> None:
    """What a pilot calls, in place of Textual's function of this name."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, TellingLoop)
    await loop.idle()


def run(story: Coroutine[Any, Any, Result]) -> Result:
    """Runs a story in such a loop; its pilots wait as the loop says."""
    with (
        patch("textual.app.wait_for_idle", wait_for_idle),
        patch("textual.pilot.wait_for_idle", wait_for_idle),
        asyncio.Runner(loop_factory=TellingLoop) as runner,
    ):
        return runner.run(story)
