"""What every subcommand begins with: which store, which configuration, who works; and how it answers."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from store import paths
from store.config import Config, load
from store.desk import Desk
from store.errors import BadInput


def config_of(options: argparse.Namespace) -> Config:
    """The configuration that was asked for; its warnings are told on stderr."""
    config, warnings = load(paths.given_config_path(options.config))
    for warning in warnings:
        print(f"helpterm: {warning}", file=sys.stderr)
    return config


def plainly(config: Config | None) -> Config:
    """The same configuration with the plain look."""
    config = config or Config()
    return replace(config, console=replace(config.console, plain=True))


def open_desk(options: argparse.Namespace, *, create: bool = False) -> Desk:
    """Opens the desk for a subcommand; snoozed tickets whose time has come are awake.

    Raises StoreError kinds, and NotFound when there is no store and it shall not be made.
    """
    config = config_of(options)
    agent = paths.agent_name(options.agent, config.agent)
    desk = Desk(paths.store_path(options.db), agent, config=config, create=create)
    desk.wake()
    return desk


def print_json(document: Any) -> None:
    """Prints one JSON document, UTF-8, with a newline."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def narrate(text: str) -> None:
    """Tells a person what happened, on stderr."""
    print(text, file=sys.stderr)


def read_text(name: str | None) -> str:
    """The text of a file, or of standard input for `-` or nothing. Raises BadInput."""
    if name is None or name == "-":
        data = sys.stdin.buffer.read()
    else:
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            raise BadInput(
                f"{name} cannot be read ({error.strerror})", "check the path, or give - for stdin"
            ) from error
    return data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
