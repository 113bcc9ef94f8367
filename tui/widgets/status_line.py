"""The line above the footer: what was just done, or why not. It covers nothing, so it never hides what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual.notifications import SeverityLevel

from tui.formatting.cells import Piece, total
from tui.widgets.line import Line

if TYPE_CHECKING:
    from tui.app import HelptermApp

_ROLES = {"information": "text", "warning": "late", "error": "urgent"}
_MARKS = {"information": " ", "warning": " ! ", "error": " ✗ "}
_WORDS = {"information": " ", "warning": " Warning: ", "error": " Error: "}
SECONDS = 8.0
"""How long a message stays; an error stays until the next one."""


class StatusLine(Line):
    """Shows one message, and beneath it a standing remark of the screen; at its end what the team's database says."""

    ground = "background"

    def __init__(self) -> None:
        super().__init__(id="status")
        self._standing: tuple[Piece, ...] = ()
        self._message: tuple[Piece, ...] = ()
        self._aside: Sequence[Sequence[Piece]] = ()
        self._told = 0

    def on_mount(self) -> None:
        """A new screen begins with what is known of the team."""
        self.aside(cast("HelptermApp", self.app).team.line())

    def on_resize(self) -> None:
        """Says at the end what fits now."""
        self._draw()

    def aside(self, wordings: Sequence[Sequence[Piece]]) -> None:
        """What stands at the end of the line: the first of these wordings that leaves what is said at the left whole."""
        if wordings != self._aside:
            self._aside = wordings
            self._draw()

    def say(self, text: str, severity: SeverityLevel) -> None:
        """Shows a message for a while."""
        self._told += 1
        told = self._told
        marks = _WORDS if cast("HelptermApp", self.app).plain else _MARKS
        self._message = ((marks[severity] + " ".join(text.split()), _ROLES[severity]),)
        self._draw()
        if severity != "error":
            self.set_timer(SECONDS, lambda: self._forget(told))

    def stand(self, *pieces: Piece) -> None:
        """What the line says when there is no message."""
        self._standing = pieces
        self._draw()

    def hush(self) -> None:
        """The message has been read."""
        self._forget(self._told)

    def _forget(self, told: int) -> None:
        if told == self._told:
            self._message = ()
            self._draw()

    def _draw(self) -> None:
        said = self._message or self._standing
        room = self.size.width - total(said) - 1
        fitting = next((each for each in self._aside if total(each) <= room), ())
        gap = room + 1 - total(fitting)
        self.show((*said, (" " * gap, "text"), *fitting) if fitting else said)
