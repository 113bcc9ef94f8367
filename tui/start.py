"""Opening the console: the first picture, the store, Textual. Everything heavy is imported here, in this order."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tui.first_paint import FirstPaint

if TYPE_CHECKING:
    from textual.driver import Driver

    from store.config import Config

FRAMES = "240"
"""Pictures a second at most. Textual's 60 let a changed row wait up to 17 ms; nothing is drawn when nothing changes."""


def open_desk_in_console(
    path: Path,
    agent: str,
    config: Config | None,
    *,
    demo: bool = False,
    tutor: str | None = None,
    remarks: tuple[str, ...] = (),
) -> int:
    """Opens the console on the desk at `path`; returns the exit code. Raises StoreError kinds, and Crash.

    A desk that is not there yet begins with the choice of the first start. `remarks` are shown at the foot of the screen.
    No `config` stands for the defaults; `tutor` is the step at which the tutor begins.
    Where no first picture stands yet, it is drawn now.
    """
    if not path.exists():
        return _first_start(path, agent, config, remarks)
    if FirstPaint.drawn is not None:
        return _open(path, agent, config, demo, tutor, remarks)
    console = config.console if config else None
    theme, plain = (console.theme, console.plain) if console else ("", False)
    with FirstPaint(str(path), agent, theme, plain=plain):
        return _open(path, agent, config, demo, tutor, remarks)


_COLOUR_SYSTEMS = ("auto", "standard", "256", "truecolor", "windows")


def _mend_surroundings() -> None:
    """What Textual reads from the environment: its pictures a second, and colours in words that it would trip over."""
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)
    colours = os.environ.get("TEXTUAL_COLOR_SYSTEM")
    if colours is not None and colours not in _COLOUR_SYSTEMS:
        del os.environ["TEXTUAL_COLOR_SYSTEM"]
        if colours == "none":
            os.environ["NO_COLOR"] = "1"


def _open(
    path: Path, agent: str, config: Config | None, demo: bool, tutor: str | None, remarks: tuple[str, ...]
) -> int:
    _mend_surroundings()
    from store.desk import Desk
    from tui import lean_textual

    lean_textual.load()
    with Desk(path, agent, config=config) as desk:
        from tui.app import HelptermApp

        picture = FirstPaint.drawn
        app = HelptermApp(
            desk,
            demo=demo,
            tutor=tutor,
            remarks=remarks,
            counts=picture.glance.counts if picture and picture.glance else None,
            driver_class=_driver() if picture else None,
        )
        app.run(mouse=config is None or (config.console.mouse and not config.console.plain))
        if app.failure is not None:
            from tui.crash import Crash, what_is_saved

            raise Crash(app.failure, what_is_saved(desk))
        return app.return_code or 0


def _driver() -> type[Driver]:
    from tui.driver import TakeOverDriver

    return TakeOverDriver


def _first_start(path: Path, agent: str, given: Config | None, remarks: tuple[str, ...]) -> int:
    _mend_surroundings()
    from store.config import Config
    from tui.screens.first_start import FirstStartApp

    config = given or Config()
    chosen = FirstStartApp(path, agent, config).run(mouse=config.console.mouse)
    if chosen is None:
        return 0
    remarks = (*chosen.remarks, *remarks)
    return open_desk_in_console(chosen.path, chosen.agent, chosen.config, demo=chosen.demo, remarks=remarks)
