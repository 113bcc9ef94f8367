"""Stories of the console are coroutines: each runs in an event loop of its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.app import App

from tests.idleness import run
from tests.tui.pictures import PictureFile, Story, picture


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs a test that is an `async def`; others are none of our business."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(autouse=True)
def _messages_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine: what the console said is still there when a test looks."""
    monkeypatch.setattr("tui.widgets.status_line.SECONDS", 3600.0)


@pytest.fixture
def snap_compare(snapshot: SnapshotAssertion) -> Callable[..., bool]:
    """Compares what an application shows after a story, in every look, with the picture that was accepted."""

    def compare(
        app: App[Any],
        press: Sequence[str] = (),
        terminal_size: tuple[int, int] = (80, 24),
        run_before: Story | None = None,
    ) -> bool:
        assert picture(app, terminal_size, run_before, press) == snapshot(extension_class=PictureFile)
        return True

    return compare
