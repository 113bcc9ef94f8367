"""`helpterm` without a subcommand: the console on the user's desk."""

from __future__ import annotations

import gc
import os
import sys

from store.errors import BadInput
from tui.cli.quick import ConsoleOptions, first_picture

TYPE_CHECKING = False  # `typing` is not worth its import here
if TYPE_CHECKING:
    import argparse

    from store.config import Config


SERVED = "TEXTUAL_DRIVER"
"""Set by who draws in the terminal's stead: `textual-serve` shows the console in a browser."""


def open_console(options: ConsoleOptions) -> int:
    """Opens the console on the store that was asked for, its first picture at once; the first start offers a choice."""
    is_served = SERVED in os.environ
    if not is_served and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("the console needs a terminal", "use a subcommand here: `helpterm --help` lists them")
    if not is_served and os.environ.get("TERM") == "dumb":
        raise BadInput(
            "TERM=dumb is a terminal without a screen", "use a subcommand here, or another terminal"
        )
    gc.disable()  # nothing that starting makes is garbage; the console turns it on again after its first picture
    with first_picture(options):
        from store import paths
        from tui.start import open_desk_in_console

        config, remarks = _settings(options.config)
        if options.plain:
            from tui.cli.context import plainly

            config = plainly(config)
        agent = paths.agent_name(options.agent, config.agent if config else "")
        return open_desk_in_console(paths.store_path(options.db), agent, config, remarks=remarks)


def _settings(given: str | None) -> tuple[Config | None, tuple[str, ...]]:
    """The configuration and what is remarkable about it; None where there is no file, so that nothing is loaded for it."""
    from store import paths

    if paths.given_config_path(given) is None and not paths.config_path().exists():
        return None, ()
    from store.config import load

    return load(paths.given_config_path(given))


def open_with(options: argparse.Namespace) -> int:
    """The same from parsed options."""
    chosen = ConsoleOptions()
    chosen.db, chosen.config, chosen.agent = options.db, options.config, options.agent
    chosen.plain = options.plain
    return open_console(chosen)
