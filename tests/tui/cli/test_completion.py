"""Completion in each shell that is installed here: what the shell itself would offer."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tui.cli.conftest import Helpterm
from tui.cli.completion import script
from tui.cli.manual import manual
from tui.cli.outline import outline
from tui.cli.parser import build

ASK = {
    "bash": (
        'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _helpterm; printf "%s\\n" "${{COMPREPLY[@]}}"'
    ),
    "zsh": (
        "compdef() {{ }}; _files() {{ print -rl -- *(N) }}; _describe() {{ print -rl -- ${{(P)2%%:*}} ${{${{(P)2}}%%:*}} }};"
        ' script=$1; shift; words=("$@"); CURRENT=$#; source $script; _helpterm'
    ),
    "fish": "source $argv[1]; complete -C (string join ' ' -- $argv[2..-1])",
}


def _offered(shell: str, folder: Path, *words: str) -> set[str]:
    """What `shell` offers behind these words, the last of which has begun."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (folder / "script").write_text(script(shell, outline(build())))
    flag = {"bash": ["--norc", "-c"], "zsh": ["-f", "-c"], "fish": ["--no-config", "-c"]}[shell]
    ask = ASK[shell].format()
    first = [ask, str(folder / "script")] if shell != "zsh" else [ask, "zsh", str(folder / "script")]
    command = [program, *flag, *first, "helpterm", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return {line.partition("\t")[0].strip() for line in done.stdout.split("\n") if line}


shells = pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])


@shells
def test_subcommands_and_their_actions_are_offered(shell: str, tmp_path: Path) -> None:
    assert {"queue", "scope", "takeaway", "doctor"} <= _offered(shell, tmp_path, "")
    assert {"list", "show", "add", "retire"} <= _offered(shell, tmp_path, "scope", "")
    assert "queue" not in _offered(shell, tmp_path, "scope", "")


@shells
def test_values_of_options_are_offered(shell: str, tmp_path: Path) -> None:
    assert _offered(shell, tmp_path, "reply", "--status", "so") >= {"solved"}
    assert {"bash", "zsh", "fish"} <= _offered(shell, tmp_path, "completion", "")


@shells
def test_the_value_of_an_option_is_not_taken_for_a_subcommand(shell: str, tmp_path: Path) -> None:
    assert {"list", "match"} <= _offered(shell, tmp_path, "--agent", "queue", "scope", "")


@shells
def test_files_are_offered_where_a_file_is_meant(shell: str, tmp_path: Path) -> None:
    (tmp_path / "support.mbox").write_text("")
    assert "support.mbox" in _offered(shell, tmp_path, "import", "sup")
    assert "support.mbox" in _offered(shell, tmp_path, "--db", "sup")
    assert "support.mbox" not in _offered(shell, tmp_path, "claim", "sup")


def test_the_command_prints_the_script(helpterm: Helpterm) -> None:
    answer = helpterm("completion", "bash")
    assert answer.code == 0
    assert "complete -o filenames -F _helpterm helpterm" in answer.out
    assert helpterm("completion", "tcsh").code == 2


def test_the_manual_page_tells_of_every_command() -> None:
    page = (Path(__file__).parents[3] / "docs" / "helpterm.1").read_text("utf-8")
    assert page == manual(), "run `make man`"
    for place in outline(build()).places:
        assert f'.SS "{place.words[0]}' in page


def test_the_manual_page_has_no_mistake_that_groff_would_tell_of() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    done = subprocess.run(
        [groff, "-k", "-man", "-Tutf8", "-ww", "-z"],
        input=manual(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
