"""The loop that stories of the console run in says truly when it has nothing to do."""

from __future__ import annotations

import asyncio
import threading

from tests.idleness import SOON, TellingLoop, run


def _loop() -> TellingLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, TellingLoop)
    return loop


def test_what_is_ready_and_what_is_due_soon_is_done_before_the_loop_is_idle() -> None:
    async def story() -> list[str]:
        done: list[str] = []
        _loop().call_later(SOON / 2, lambda: _loop().call_soon(done.append, "soon"))
        _loop().call_soon(done.append, "at once")
        _loop().call_later(60, done.append, "in a minute")
        await _loop().idle()
        return done

    assert run(story()) == ["at once", "soon"]


def test_what_a_thread_answers_comes_before_the_loop_is_idle() -> None:
    async def story() -> bool:
        may_answer = threading.Event()
        answer = _loop().run_in_executor(None, may_answer.wait, 30)
        _loop().call_later(SOON, may_answer.set)
        await _loop().idle()
        return answer.done()

    assert run(story())


def test_a_thread_that_is_held_up_and_a_timer_that_never_rests_are_not_waited_for_for_ever() -> None:
    async def story() -> bool:
        may_answer = threading.Event()
        answer = _loop().run_in_executor(None, may_answer.wait, 30)
        await _loop().idle()
        is_answered = answer.done()
        may_answer.set()
        await answer

        def again() -> None:
            nonlocal timer
            timer = _loop().call_later(SOON / 4, again)

        timer = _loop().call_later(SOON / 4, again)
        await _loop().idle()
        timer.cancel()
        return is_answered

    assert not run(story())
