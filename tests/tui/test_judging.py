"""The gate is asked in pauses; the newest answer wins and none is asked for twice at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from store.errors import DeskError, LockedStore
from store.model import CannedView, Review
from tui.judging import PAUSE, Judging


class Timer:
    def __init__(self, job: Callable[[], None]) -> None:
        self.job = job
        self.is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True


class Bench:
    """A gate that answers when the test says so; a review's score is the length of the text it judged."""

    def __init__(self) -> None:
        self.text = ""
        self.asked: list[tuple[str, asyncio.Future[Review]]] = []
        self.shown: list[float] = []
        self.failed: list[DeskError] = []
        self.timers: list[Timer] = []
        self.tasks: list[asyncio.Future[None]] = []
        self.judging = Judging(
            judge=self.judge,
            text=lambda: self.text,
            show=lambda review: self.shown.append(review.canned.score),
            fail=self.failed.append,
            after=self.after,
            start=self.start,
        )

    def start(self, job: Awaitable[None]) -> None:
        self.tasks.append(asyncio.ensure_future(job))

    def after(self, seconds: float, job: Callable[[], None]) -> Timer:
        assert seconds == PAUSE
        self.timers.append(Timer(job))
        return self.timers[-1]

    async def judge(self, text: str) -> Review:
        answer: asyncio.Future[Review] = asyncio.get_running_loop().create_future()
        self.asked.append((text, answer))
        return await answer

    async def type(self, text: str, *, pause: bool = True) -> None:
        self.text = text
        self.judging.changed()
        if pause:
            self.timers[-1].job()
            await asyncio.sleep(0)

    async def answer(self, at: int = -1) -> None:
        text, answer = self.asked[at]
        answer.set_result(Review(True, (), CannedView(float(len(text)), False, False), (), ()))
        for _ in range(3):
            await asyncio.sleep(0)


def test_the_gate_is_asked_only_in_a_pause() -> None:
    async def story() -> None:
        bench = Bench()
        for text in ("H", "He", "Hel"):
            await bench.type(text, pause=False)
        assert bench.asked == []
        assert [timer.is_stopped for timer in bench.timers] == [True, True, False]

    asyncio.run(story())


def test_an_answer_to_an_older_text_is_not_shown_and_the_newest_text_is_judged_next() -> None:
    async def story() -> None:
        bench = Bench()
        await bench.type("Hel")
        await bench.type("Hello")
        assert [text for text, _ in bench.asked] == ["Hel"]
        await bench.answer()
        assert bench.shown == []
        assert [text for text, _ in bench.asked] == ["Hel", "Hello"]
        await bench.answer()
        assert bench.shown == [5.0]

    asyncio.run(story())


def test_a_gate_that_cannot_read_the_store_says_so_and_is_asked_again_later() -> None:
    async def story() -> None:
        bench = Bench()
        await bench.type("Hi")
        bench.asked[-1][1].set_exception(LockedStore("the desk is busy", "wait"))
        for _ in range(3):
            await asyncio.sleep(0)
        assert len(bench.failed) == 1
        await bench.type("Hi!")
        await bench.answer()
        assert bench.shown == [3.0]

    asyncio.run(story())
