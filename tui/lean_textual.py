"""Loads Textual without two things that it imports and this console never uses: a sixth of what Textual takes to load.

Its application imports its own command palette, and with it an input line, a select box, lists and trees; the console has
a palette of its own (`tui.screens.palette`). And asyncio imports TLS, which mail and PostgreSQL here bring along
themselves, outside of asyncio. Figures: docs/performance.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

PALETTE = "textual.command"
_NOT_THERE = None
"""In place of a module, ImportError for whoever imports it (docs.python.org/3/reference/import); asyncio goes on without TLS."""


class _Unused(ModuleType):
    """Stands in for a module while others are loaded: has whatever class they import, and none that does anything."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def load() -> None:
    """Imports `textual.app`. Afterwards the real modules can be imported by whoever wants them.

    Does nothing special where one of them is loaded already.
    """
    with _instead_of(PALETTE, _Unused(PALETTE)), _instead_of("ssl", _NOT_THERE):
        import textual.app  # noqa: F401


@contextmanager
def _instead_of(name: str, stand_in: ModuleType | None) -> Iterator[None]:
    if name in sys.modules:
        yield
        return
    sys.modules[name] = stand_in  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
