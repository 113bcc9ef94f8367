"""Every command, found in the modules that hold them. There is no other list."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from tui.commands.command import Command, Where

MODULES = (
    "moving", "viewing", "finding", "selecting", "changing", "writing", "reply", "review", "scope", "outbox", "team",
    "shift", "handover", "problems", "mentoring", "rota", "figures", "helping",
)  # fmt: skip
"""The modules of this package that hold commands, in the order in which help shows them."""


@cache
def commands() -> tuple[Command, ...]:
    """One of each command, in the order of help."""
    found: list[Command] = []
    for name in MODULES:
        module = import_module(f"tui.commands.{name}")
        found += [
            value()
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Command)
            and value.id
            and value.__module__ == module.__name__
        ]
    return tuple(found)


@cache
def by_id() -> dict[str, Command]:
    """Every command by its id."""
    return {command.id: command for command in commands()}


def groups() -> dict[str, list[Command]]:
    """The commands under the headings of help: the first line of each module's docstring, up to its first stop."""
    found: dict[str, list[Command]] = {}
    for command in commands():
        heading = (import_module(type(command).__module__).__doc__ or "").strip().split("\n")[0]
        found.setdefault(heading.partition(":")[0].rstrip("."), []).append(command)
    return found


def available(where: Where) -> list[Command]:
    """The commands that mean something on a screen."""
    return [command for command in commands() if command.where & {where, Where.EVERYWHERE}]
