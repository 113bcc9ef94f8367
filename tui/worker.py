"""How the console calls the store: in threads, so that keys and drawing never wait. Threads touch no widget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial
from typing import ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

READERS = 3
"""Threads that read: one for what is asked, one for what is fetched ahead, one for what is polled."""


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(READERS, thread_name_prefix="desk-reader")


@cache
def _changers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="desk-changer")


async def in_thread(
    function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """The result of a function that reads the store; raises what it raises."""
    return await begun(function, *args, **kwargs)


def begun(
    function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> asyncio.Future[Result]:
    """The same, asked at once and not only when it is waited for."""
    return _in(_readers(), partial(function, *args, **kwargs))


async def change(
    function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """The result of a function that changes the store, once it is durable; changes are made in the order they are asked for."""
    return await _in(_changers(), partial(function, *args, **kwargs))


async def finish() -> None:
    """Returns when no thread reads or changes the store any more: only then may it be closed."""
    pools = [pool() for pool in (_readers, _changers)]
    _readers.cache_clear()
    _changers.cache_clear()
    for pool in pools:
        await asyncio.to_thread(pool.shutdown)


def under_way() -> int:
    """How many calls have not been answered yet; 0 means that nothing more will change by itself."""
    return len(_calls)


_calls: set[object] = set()


def _in(pool: ThreadPoolExecutor, call: Callable[[], Result]) -> asyncio.Future[Result]:
    token = object()
    _calls.add(token)
    found = asyncio.get_running_loop().run_in_executor(pool, copy_context().run, call)
    found.add_done_callback(lambda _: _calls.discard(token))
    return found
