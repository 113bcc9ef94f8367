"""Textual's driver for a terminal on which the first picture stands already: it is not wiped, and the terminal is put back."""

from __future__ import annotations

from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from tui.first_paint import ALTERNATE_SCREEN, FirstPaint


class TakeOverDriver(LinuxDriver):
    """Leaves out the one sequence that would clear the screen before there is something new to show."""

    _keeps_screen = False
    _before: list[Any] | None = None

    def start_application_mode(self) -> None:
        """Starts as always, on the picture that is there; later starts (after an editor) begin afresh."""
        picture, FirstPaint.drawn = FirstPaint.drawn, None
        self._keeps_screen = picture is not None
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._keeps_screen = False
        if picture is not None:
            self._before = picture.attributes
        if self._before is not None:
            self.attrs_before = self._before

    def write(self, data: str) -> None:
        """Writes to the terminal."""
        if not (self._keeps_screen and data == ALTERNATE_SCREEN):
            super().write(data)
