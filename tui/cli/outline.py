"""The command line as data, read from the parser: what completion and the manual page are made of."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

FILES = ("PATH", "FILE")
"""What an option or argument is called whose value is a file."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option with all its names; `value` is what its value is called, "" where it takes none."""

    names: tuple[str, ...]
    help: str
    value: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Argument:
    """What stands without a name; `usage` is how often: `QUERY`, `[FILE]`, `TICKET …`."""

    name: str
    usage: str
    help: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """`helpterm` itself, a subcommand or an action of one, with what may follow its words."""

    words: tuple[str, ...]
    help: str
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]
    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """Its words as one: `scope/add`; "" for `helpterm` itself."""
        return "/".join(self.words)

    @property
    def takes_files(self) -> bool:
        """True when a file may stand here without an option."""
        return any(each.name in FILES for each in self.arguments)

    def all(self) -> Iterator[Place]:
        """This place and every one below it."""
        yield self
        for each in self.places:
            yield from each.all()


def outline(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Place:
    """Reads a parser and all its subparsers."""
    options, arguments, places = [], [], []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            places = [outline(each, (*words, name)) for name, each in action.choices.items()]
        elif action.option_strings:
            options.append(_option(action))
        else:
            arguments.append(_argument(action))
    return Place(words, parser.description or "", tuple(options), tuple(arguments), tuple(places))


def _option(action: argparse.Action) -> Option:
    value = "" if action.nargs == 0 else _called(action)
    return Option(tuple(action.option_strings), _plain(action.help), value, _choices(action))


def _argument(action: argparse.Action) -> Argument:
    name = _called(action)
    usage = {"?": f"[{name}]", "*": f"[{name} …]", "+": f"{name} …"}.get(str(action.nargs), name)
    return Argument(name, usage, _plain(action.help), _choices(action))


def _choices(action: argparse.Action) -> tuple[str, ...]:
    known = action.choices if action.choices is not None else getattr(action.type, "choices", ())
    return tuple(map(str, known))


def _called(action: argparse.Action) -> str:
    return action.metavar if isinstance(action.metavar, str) else action.dest.upper()


def _plain(help: str | None) -> str:
    return (help or "").replace("%%", "%")
