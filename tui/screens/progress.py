"""Long work with an end in sight: how far it has come, and a way to stop it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import ProgressBar, Static

from tui.screens.dialogs import Dialog


class ProgressDialog(Dialog[None]):
    """Shows how much is done; Esc asks the work to stop after the present step."""

    def __init__(
        self, title: str, total: int, hint: str = "Esc stops here; what is done stays done and can be undone"
    ) -> None:
        super().__init__()
        self.question = title
        self.hint = hint
        self.is_cancelled = False
        self._total = total

    def answers(self) -> ComposeResult:
        """A bar and a count."""
        yield ProgressBar(self._total, show_eta=False)
        yield Static("", id="count", markup=False)

    def reached(self, done: int, total: int | None = None) -> None:
        """Shows that so many are done; `total` when it is known only now."""
        self._total = self._total if total is None else total
        self.query_one(ProgressBar).update(progress=done, total=self._total)
        if not self.is_cancelled:
            self.query_one("#count", Static).update(f"{done:,} of {self._total:,}")

    def action_leave(self) -> None:
        """Stops after the present step."""
        self.is_cancelled = True
        self.query_one("#count", Static).update("Stopping …")
