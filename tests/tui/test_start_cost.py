"""What starting costs, in modules: what is loaded when the console answers its first key, and what never is until it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from store import paths
from store.desk import Desk
from tests.tui.queue_desk import fill_desk
from tui.cli.quick import own_file

ROOT = Path(__file__).parents[2]

_ANSWERING = """
import os, sys
from pathlib import Path
from tui import start
from tui.app import HelptermApp

def say(app):
    ready(app)
    print(*sys.modules, sep="\\n")
    sys.stdout.flush()
    os._exit(0)

ready, HelptermApp.on_ready = HelptermApp.on_ready, say
run = HelptermApp.run
HelptermApp.run = lambda app, **options: run(app, headless=True)
start.open_desk_in_console(Path(sys.argv[1]), "ada", None)
"""
_LEAN = "from tui import lean_textual; lean_textual.load()\n"


def _output(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


@pytest.fixture
def loaded(desk: Desk) -> set[str]:
    """The modules that are loaded when the console takes its first key."""
    fill_desk(desk, 8)
    return set(_output(_LEAN + _ANSWERING, str(desk.path)).split())


def test_answering_the_first_key_takes_nothing_that_only_later_keys_need(loaded: set[str]) -> None:
    assert "tui.screens.queue" in loaded
    late = loaded & {
        "email", "keyring", "markdown_it", "psycopg", "pygments", "rich.markdown", "sqlite_utils", "ssl", "store.channels",
        "store.config", "store.model", "store.policy", "store.sync", "textual.command",
        "textual.widgets._input", "textual.widgets._option_list", "textual.widgets._select", "textual.widgets._text_area",
        "tui.formatting.conversation", "tui.screens.dialogs", "tui.screens.reply", "tui.screens.ticket",
    }  # fmt: skip
    assert not late


def test_no_more_of_the_desk_is_loaded_than_a_queue_needs(loaded: set[str]) -> None:
    own = {name for name in loaded if name.partition(".")[0] in ("store", "tui")}
    assert len(own) <= 85, f"{len(own)} modules, each some 0.3 ms: {sorted(own)}"


def test_what_is_left_out_at_the_start_can_be_had_later() -> None:
    said = _output(
        _LEAN
        + "import asyncio.base_events as events, ssl, textual.command as palette, textual.app as app\n"
        + "print(events.ssl, ssl.create_default_context().verify_mode.name, palette.CommandPalette.__mro__[1].__name__)"
    )
    assert said.split() == ["None", "CERT_REQUIRED", "SystemModalScreen"]


def test_textual_finds_everything_that_the_console_uses_of_it() -> None:
    """The stand-in gives a class for every name, so a name that Textual really needs would fail only where it is used."""
    source = _output(
        "import inspect, textual.app, textual.theme, textual.screen\n"
        "for each in (textual.app, textual.theme, textual.screen): print(inspect.getsource(each))"
    )
    imported = [line for line in source.splitlines() if line.startswith("from textual.command import")]
    assert imported == [
        "from textual.command import CommandListItem, CommandPalette, Provider, SimpleProvider",
        "from textual.command import DiscoveryHit, Hit, Hits, Provider",
    ]


@pytest.mark.parametrize("home", ["", "  ", "/somewhere/else"])
def test_the_quick_road_finds_the_files_that_the_long_one_finds(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HELPTERM_DB", raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, home)
    assert own_file("config", "config.toml") == str(paths.config_path())
    assert own_file("data", "desk.db") == str(paths.store_path())


def test_the_first_picture_asks_no_library_where_files_lie() -> None:
    drawn = "from tui.cli import quick; quick.first_picture(quick.console_options(['--agent', 'ada']))"
    loaded = set(_output(f"{drawn}; import sys; print(*sys.modules)").split())
    assert "tui.first_paint" in loaded
    if sys.platform == "linux":
        assert not {"platformdirs", "pathlib", "store.paths"} & loaded
