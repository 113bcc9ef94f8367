"""The line above the footer: what was just done, or why not. It covers nothing, so it never hides what is typed."""

from __future__ import annotations

from textual.notifications import SeverityLevel

from tui.formatting.cells import Piece
from tui.widgets.line import Line

_ROLES = {"information": "text", "warning": "late", "error": "urgent"}
_MARKS = {"information": " ", "warning": " ! ", "error": " ✗ "}
SECONDS = 8.0
"""How long a message stays; an error stays until the next one."""


class StatusLine(Line):
    """Shows one message, and beneath it a standing remark of the screen."""

    ground = "background"

    def __init__(self) -> None:
        super().__init__(id="status")
        self._standing: tuple[Piece, ...] = ()
        self._message: tuple[Piece, ...] = ()
        self._told = 0

    def say(self, text: str, severity: SeverityLevel) -> None:
        """Shows a message for a while."""
        self._told += 1
        told = self._told
        self._message = ((_MARKS[severity] + " ".join(text.split()), _ROLES[severity]),)
        self._draw()
        if severity != "error":
            self.set_timer(SECONDS, lambda: self._forget(told))

    def stand(self, *pieces: Piece) -> None:
        """What the line says when there is no message."""
        self._standing = pieces
        self._draw()

    def _forget(self, told: int) -> None:
        if told == self._told:
            self._message = ()
            self._draw()

    def _draw(self) -> None:
        self.show(self._message or self._standing)
