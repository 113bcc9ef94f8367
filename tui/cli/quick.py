"""The quick road into the console: no parser, and the first picture stands before anything heavy is imported."""

from __future__ import annotations

import os
import sys

from tui.first_paint import FirstPaint

TYPE_CHECKING = False  # `typing` is not worth its import here
if TYPE_CHECKING:
    from collections.abc import Sequence


class ConsoleOptions:
    """What stands before a subcommand: which store, which configuration, who works; None where nothing was said."""

    def __init__(self) -> None:
        self.db: str | None = None
        self.config: str | None = None
        self.agent: str | None = None
        self.plain = False


def console_options(arguments: Sequence[str]) -> ConsoleOptions | None:
    """The options of a command line that opens the console, `--db X --agent=Y --plain`; None when it holds anything else."""
    options = ConsoleOptions()
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if name == "--plain" and not equals:
            options.plain = True
            continue
        if name not in ("--db", "--config", "--agent") or not (equals or rest):
            return None
        value = value if equals else rest.pop(0)
        if not value or value.startswith("-"):
            return None
        setattr(options, name[2:], value)
    return options


def first_picture(options: ConsoleOptions) -> FirstPaint:
    """The picture of the desk that these options name, as the configuration asks for it; not yet drawn."""
    agent, theme, plain = _wishes(options.config or os.environ.get("HELPTERM_CONFIG"))
    return FirstPaint(
        _store(options),
        options.agent or os.environ.get("HELPTERM_AGENT") or agent or _login(),
        theme,
        plain=plain or options.plain,
    )


def _store(options: ConsoleOptions) -> str:
    given = options.db or os.environ.get("HELPTERM_DB")
    if given:
        return os.path.expanduser(given)
    return own_file("data", "desk.db")


def own_file(kind: str, name: str) -> str:
    """A file of the user's own as `store.paths` names it (`kind` is `config` or `data`); on Linux without asking the library
    that knows every platform, which takes a fifth of the time to the first picture.

    Source: XDG Base Directory Specification, "Environment variables".
    """
    if sys.platform == "linux":
        home = os.environ.get(f"XDG_{kind.upper()}_HOME", "").strip()
        return os.path.join(home or os.path.expanduser(_HOMES[kind]), "helpterm", name)
    from store import paths

    return str(paths.config_path() if kind == "config" else paths.store_path())


_HOMES = {"config": "~/.config", "data": "~/.local/share"}


def _wishes(given: str | None) -> tuple[str, str, bool]:
    """Agent, theme and plainness of the configuration; what is wrong with it is said later, by those who read it in earnest."""
    if given is None:
        given = own_file("config", "config.toml")
    try:
        with open(os.path.expanduser(given), "rb") as file:
            import tomllib

            read = tomllib.load(file)
    except (OSError, ValueError):
        return "", "", False
    console = read.get("console")
    wanted = console if isinstance(console, dict) else {}
    return str(read.get("agent") or ""), str(wanted.get("theme") or ""), wanted.get("plain") is True


def _login() -> str:
    from store import paths

    return paths.agent_name()
