"""`helpterm` without a subcommand: the console on the user's desk."""

from __future__ import annotations

import sys

from store.errors import BadInput
from tui.cli.quick import ConsoleOptions, first_picture

TYPE_CHECKING = False  # `typing` is not worth its import here
if TYPE_CHECKING:
    import argparse


def open_console(options: ConsoleOptions) -> int:
    """Opens the console on the store that was asked for, its first picture at once; the first start offers a choice."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("the console needs a terminal", "use a subcommand here: `helpterm --help` lists them")
    with first_picture(options):
        from store import paths
        from store.config import load
        from tui.start import open_desk_in_console

        config, remarks = load(paths.given_config_path(options.config))
        agent = paths.agent_name(options.agent, config.agent)
        return open_desk_in_console(paths.store_path(options.db), agent, config, remarks=remarks)


def open_with(options: argparse.Namespace) -> int:
    """The same from parsed options."""
    chosen = ConsoleOptions()
    chosen.db, chosen.config, chosen.agent = options.db, options.config, options.agent
    return open_console(chosen)
