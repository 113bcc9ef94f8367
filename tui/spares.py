"""Screens that stand ready before they are asked for: composed, styled and laid out while nobody presses a key.

Making a screen takes Textual several times as long as filling it (docs/performance.md), so the two that are opened all day
are made ahead, one of each; whoever opens one fills it and takes it.
"""

from __future__ import annotations

import gc
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from tui.screens.base import DeskScreen
from tui.worker import in_thread

if TYPE_CHECKING:
    from tui.app import HelptermApp

Kind = TypeVar("Kind", bound=DeskScreen)

IDLE_SECONDS = 0.15
"""How long no key was pressed when a screen is made: less than people take to look at what they have opened."""


class Spares:
    """Keeps one screen of each kind that was asked for ready. Everything but imports runs on the event loop."""

    def __init__(self, console: HelptermApp) -> None:
        self._console = console
        self._modules: dict[str, str] = {}
        self._ready: dict[str, DeskScreen] = {}
        self._missing: list[str] = []
        self._touched = 0.0
        self._waits = False

    def keep(self, module: str, name: str) -> None:
        """From now on a screen of class `name` is made whenever there is none; it can be made without arguments."""
        if name not in self._modules:
            self._modules[name] = module
            self._miss(name)

    def touched(self) -> None:
        """A key was pressed: nothing is made for a moment."""
        self._touched = monotonic()

    def has(self, kind: type[DeskScreen]) -> bool:
        """True when a screen of this kind is ready."""
        return kind.__name__ in self._ready

    def take(self, kind: type[Kind]) -> Kind | None:
        """The screen of this kind that is ready, to be filled and shown at once; None when there is none."""
        found = self._ready.pop(kind.__name__, None)
        if found is None:
            return None
        assert isinstance(found, kind)
        if found.size == self._console.size:
            # It is laid out. What widgets asked for while they were mounted would have it drawn a second time.
            found._layout_required = False
        self._miss(kind.__name__)
        return found

    def _miss(self, name: str) -> None:
        self._missing.append(name)
        self._wait()

    def _wait(self) -> None:
        if self._missing and not self._waits:
            self._waits = True
            self._console.set_timer(IDLE_SECONDS, self._make_one)

    async def _make_one(self) -> None:
        if self._console.is_idle and monotonic() - self._touched >= IDLE_SECONDS:
            name = self._missing.pop(0)
            module = await in_thread(import_module, self._modules[name])
            screen: DeskScreen = getattr(module, name)()
            await _mount(self._console, screen)
            self._ready[name] = screen
            gc.freeze()  # it is here to stay, so no collection need look at it
        self._waits = False
        self._wait()


async def _mount(console: HelptermApp, screen: DeskScreen) -> None:
    """Does what showing a screen does, up to the picture: the steps of Textual's `push_screen`, which has no name for them."""
    _, mounted = console._get_screen(screen)
    console._load_screen_css(screen)
    await mounted
    screen._refresh_layout(console.size)
