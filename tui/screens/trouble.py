"""Why the shared database cannot be used, whole: what is wrong, what to do, since when, and what waits meanwhile."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from store.sync.engine import SyncState
from tui.formatting.team import trouble
from tui.screens.dialogs import Dialog


class TroubleDialog(Dialog[None]):
    """Something to read; the exchange is tried again meanwhile."""

    hint = "It is being tried again now · Esc leaves"

    def __init__(self, state: SyncState, pending: int, now: int) -> None:
        super().__init__()
        assert state.trouble is not None
        self.question = state.trouble.title
        self._lines = trouble(state, pending, now)

    def answers(self) -> ComposeResult:
        """The lines."""
        yield Static("\n".join(self._lines), id="trouble", markup=False)
