"""Asks the gate while one types: after a pause, off the event loop, one question at a time, and only the newest answer counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from store.errors import DeskError
from store.model import Review

PAUSE = 0.2
"""Seconds without a key after which the text is judged."""


class Timer(Protocol):
    """What a started timer can do."""

    def stop(self) -> None:
        """Ends it before its time."""


class Judging:
    """Keeps the review of a text up to date. Everything but the gate itself runs on the event loop.

    `judge` asks the gate (in a thread), `text` reads the editor, `show` gets each review that still fits the text, `fail`
    gets what kept the gate from answering, `after` and `start` run a callback later and a coroutine beside.
    """

    def __init__(
        self,
        *,
        judge: Callable[[str], Awaitable[Review]],
        text: Callable[[], str],
        show: Callable[[Review], None],
        fail: Callable[[DeskError], None],
        after: Callable[[float, Callable[[], None]], Timer],
        start: Callable[[Awaitable[None]], object],
    ) -> None:
        self._judge, self._text, self._show, self._fail = judge, text, show, fail
        self._after, self._start = after, start
        self._pause: Timer | None = None
        self._running = False
        self._asked_again = False

    def changed(self) -> None:
        """Something was typed: judge after a pause."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self._after(PAUSE, self.now)

    def now(self) -> None:
        """Judge at once; while an answer is awaited, right after it."""
        if self._running:
            self._asked_again = True
            return
        self._running = True
        self._start(self._run())

    async def _run(self) -> None:
        try:
            while True:
                self._asked_again = False
                text = self._text()
                try:
                    review = await self._judge(text)
                except DeskError as error:
                    self._fail(error)
                else:
                    if self._text() == text:
                        self._show(review)
                if not self._asked_again:
                    return
        finally:
            self._running = False
