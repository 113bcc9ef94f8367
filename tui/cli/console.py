"""`helpterm` without a subcommand: the console on the user's desk."""

from __future__ import annotations

import argparse
import sys

from store import paths
from store.errors import BadInput


def open_console() -> int:
    """The quick road: no options to parse."""
    return open_with(argparse.Namespace(db=None, config=None, agent=None))


def open_with(options: argparse.Namespace) -> int:
    """Opens the console on the store that was asked for; the first start offers a choice."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("the console needs a terminal", "use a subcommand here: `helpterm --help` lists them")
    from tui.cli.context import config_of
    from tui.start import open_desk_in_console

    config = config_of(options)
    return open_desk_in_console(
        paths.store_path(options.db), paths.agent_name(options.agent, config.agent), config
    )
