"""Where files lie, and who works."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from store import paths
from store.errors import BadInput, StoreError


@pytest.fixture(autouse=True)
def _a_fresh_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("HELPTERM_DB", "HELPTERM_CONFIG", "HELPTERM_AGENT"):
        monkeypatch.delenv(variable, raising=False)
    for kind in ("DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of this platform are named otherwise")
def test_files_lie_in_the_folders_of_the_platform(tmp_path: Path) -> None:
    assert paths.store_path() == tmp_path / "data/helpterm/desk.db"
    assert paths.config_path() == tmp_path / "config/helpterm/config.toml"
    assert paths.log_path() == tmp_path / "state/helpterm/log/helpterm.log"
    assert list(tmp_path.iterdir()) == []


def test_an_option_beats_the_environment_and_the_environment_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HELPTERM_DB", str(tmp_path / "env.db"))
    monkeypatch.setenv("HELPTERM_CONFIG", "~/desk.toml")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.store_path() == tmp_path / "env.db"
    assert paths.store_path(tmp_path / "given.db") == tmp_path / "given.db"
    assert paths.given_config_path() == tmp_path / "desk.toml"
    assert paths.given_config_path("x.toml") == Path("x.toml")


def test_nobody_asked_for_a_configuration() -> None:
    assert paths.given_config_path() is None


def test_a_path_that_no_system_can_hold_is_bad_input() -> None:
    with pytest.raises(BadInput, match="HELPTERM_DB"):
        paths.store_path("a\0b")
    with pytest.raises(BadInput, match="home folder"):
        paths.store_path("~nobody-of-that-name/x.db")


def test_the_agent_is_the_one_named_last_on_the_way_to_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "login")
    assert paths.agent_name() == "login"
    assert paths.agent_name(configured="file") == "file"
    monkeypatch.setenv("HELPTERM_AGENT", "env")
    assert paths.agent_name(configured="file") == "env"
    assert paths.agent_name(" option ", "file") == "option"


def test_a_machine_without_users_still_has_an_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert paths.agent_name() == "agent"


def test_new_folders_are_private_and_old_ones_stay_as_they_are(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folder = paths.private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_folder_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        paths.private_folder(tmp_path / "file" / "folder")


def test_a_written_file_is_private_whole_and_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    paths.write_atomically(file, "one\r\n")
    paths.write_atomically(file, "two ü\n")
    assert file.read_bytes() == "two ü\n".encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["config.toml"]


def test_a_file_that_is_kept_elsewhere_is_written_there(tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    elsewhere.write_text("old")
    link = tmp_path / "config.toml"
    link.symlink_to(elsewhere)
    paths.write_atomically(link, "new")
    assert link.is_symlink()
    assert elsewhere.read_text() == "new"


def test_the_platform_is_asked_only_when_nothing_else_answers() -> None:
    code = "import sys; from store import paths; paths.store_path('x'); print('platformdirs' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
