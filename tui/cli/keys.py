"""`helpterm keys`: the keys in force, from the same commands as the console's help."""

from __future__ import annotations

import argparse
from typing import Any

from store.errors import BadInput
from tui.cli.context import config_of, narrate, print_json
from tui.cli.table import print_table
from tui.commands.keys import KeyMap, key_map
from tui.commands.registry import groups
from tui.key_profiles import PROFILES, profile


def keys(options: argparse.Namespace) -> int:
    """Prints the table of a profile with the user's own keys; exit 1 when some of those cannot be used."""
    config = config_of(options)
    name = options.profile or config.console.keys
    if name and name not in PROFILES:
        raise BadInput(f"there is no key profile {name!r}", f"there are {', '.join(PROFILES)}")
    own = key_map(profile(name), config.keys)
    for remark in own.remarks:
        narrate(f"helpterm: {remark}")
    if options.json:
        print_json({"profile": name or next(iter(PROFILES)), "commands": _rows(own)})
    elif options.markdown:
        print(markdown(own))
    else:
        print_table(
            ("keys", "command", "where", "what it does"),
            [(each["keys"], each["id"], " ".join(each["where"]), each["help"]) for each in _rows(own)],
        )
    return 1 if own.remarks else 0


def _rows(own: KeyMap) -> list[dict[str, Any]]:
    return [
        {
            "id": command.id,
            "title": command.title,
            "keys": own.shown(command),
            "where": sorted(command.where),
            "help": command.help,
            "group": heading,
        }
        for heading, commands in groups().items()
        for command in commands
    ]


def markdown(own: KeyMap) -> str:
    """The table of the README."""
    lines = ["| keys | command | what it does |", "|---|---|---|"]
    for heading, commands in groups().items():
        lines.append(f"| **{heading}** | | |")
        lines += [
            f"| {_code(own.shown(command))} | {command.title} | {command.help} |" for command in commands
        ]
    return "\n".join(lines)


def _code(shown: str) -> str:
    return " ".join(f"`{key}`" for key in shown.replace("|", "\\|").split(" · ")) if shown else ""
