"""Threads that call the store touch no widget: what runs in them is a function of the store or of modules without Textual."""

from __future__ import annotations

import ast
import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.desk import Desk
from tests.tui.console import opened
from tests.tui.queue_desk import fill_desk, hit
from tui.worker import change, finish, in_thread

TUI = Path(__file__).parents[2] / "tui"
WIDGET_WORDS = {"self", "console", "app", "pilot", "screen"}
ALLOWED = {"desk", "_desk", "call_from_thread", "_path", "_agent", "_config"}
"""What a function that runs in a thread may take from a screen: the desk and plain values, and the way back."""


def _calls_in_threads(tree: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    """The functions handed to `in_thread` and `change`, with their lines."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("in_thread", "change")
        ):
            yield node.lineno, node.args[0]


def _touched(function: ast.AST) -> Iterator[str]:
    """Attributes that a function's body takes from a screen or an application."""
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in WIDGET_WORDS
        ):
            yield node.attr


@pytest.mark.parametrize("path", sorted(TUI.rglob("*.py")), ids=lambda path: str(path.relative_to(TUI)))
def test_what_runs_in_a_thread_touches_no_widget(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    local = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for line, given in _calls_in_threads(tree):
        name = (
            given.id
            if isinstance(given, ast.Name)
            else given.attr
            if isinstance(given, ast.Attribute)
            else ""
        )
        function = given if isinstance(given, ast.Lambda) else local.get(name)
        wrong = set(_touched(function)) - ALLOWED if function is not None else set()
        assert not wrong, f"{path.name}:{line} hands a thread something that touches {wrong}"


def test_no_widget_module_starts_threads_of_its_own() -> None:
    for path in TUI.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "thread=True" not in text, f"{path.name} runs a worker in a thread; use tui.worker"
        if path.name != "worker.py":
            assert "ThreadPoolExecutor" not in text, path.name
            assert "to_thread" not in text, path.name


async def test_what_a_thread_does_is_waited_for_and_others_may_follow() -> None:
    asked, may_end = threading.Event(), threading.Event()

    def read() -> str:
        asked.set()
        may_end.wait(30)
        return "read"

    reading, changing = asyncio.create_task(in_thread(read)), asyncio.create_task(change(read))
    assert await asyncio.to_thread(asked.wait, 30)
    ending = asyncio.create_task(finish())
    assert not (await asyncio.wait({ending}, timeout=0.05))[0], "it does not wait"
    may_end.set()
    await ending
    assert (await reading, await changing, await in_thread(str, 1)) == ("read", "read", "1")


async def test_no_thread_is_left_that_may_read_a_desk_when_it_is_closed(desk: Desk) -> None:
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        await hit(pilot, "enter")
        await pilot.press("escape")
    assert not [each.name for each in threading.enumerate() if each.name.startswith("desk-reader")]
