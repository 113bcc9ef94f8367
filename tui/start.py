"""Opening the console: the store first, then Textual. Everything heavy is imported here, and only when it is needed."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from store.config import Config

FRAMES = "240"
"""Pictures a second at most. Textual's 60 let a changed row wait up to 17 ms; nothing is drawn when nothing changes."""


def open_desk_in_console(path: Path, agent: str, config: Config, *, demo: bool = False) -> int:
    """Opens the console on the desk at `path`; returns the exit code. Raises StoreError kinds.

    A desk that is not there yet begins with the choice of the first start.
    """
    if not path.exists():
        return _first_start(path, agent, config)
    gc.disable()  # nothing of what starting makes is garbage; the queue's first picture turns it on again
    from store.desk import Desk

    with Desk(path, agent, config=config) as desk:
        os.environ.setdefault("TEXTUAL_FPS", FRAMES)
        from tui.app import HelptermApp

        app = HelptermApp(desk, demo=demo)
        app.run(mouse=config.console.mouse)
        return app.return_code or 0


def _first_start(path: Path, agent: str, config: Config) -> int:
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)
    from tui.screens.first_start import FirstStartApp

    chosen = FirstStartApp(path, agent, config).run()
    if chosen is None:
        return 0
    return open_desk_in_console(chosen.path, chosen.agent, chosen.config)
