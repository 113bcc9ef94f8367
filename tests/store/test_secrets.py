"""Passwords come from the environment, a command or the keyring, and show up nowhere else."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from store.errors import DeskError
from store.secrets import environment_name, keep_secret, secret


class Kept(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture(autouse=True)
def _our_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("HELPTERM_SECRET_IMAP_DESK", raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(Kept())
    yield
    keyring.set_keyring(before)


def says(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_what_was_kept_is_had_again() -> None:
    keep_secret("imap desk", "s3cret ü")
    keep_secret("imap desk", "newer")
    assert secret("imap desk") == "newer"


def test_the_environment_answers_first_then_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_secret("imap desk", "kept")
    assert secret("imap desk", command=says("print('told'); print('more')")) == "told"
    monkeypatch.setenv("HELPTERM_SECRET_IMAP_DESK", "env")
    assert secret("imap desk", command=says("print('told')")) == "env"


def test_any_name_has_a_variable() -> None:
    assert environment_name("imap.Support (de)") == "HELPTERM_SECRET_IMAP_SUPPORT_DE"


def test_a_missing_secret_says_how_to_give_it() -> None:
    with pytest.raises(DeskError, match="HELPTERM_SECRET_IMAP_DESK") as caught:
        secret("imap desk")
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (says("import sys; sys.exit('locked \x1b[31m')"), r"ended with 1: locked \[31m"),
        (says("pass"), "printed nothing"),
        ("no-such-program --password=hunter2", "No such file"),
        ("'unfinished", "No closing quotation"),
    ],
)
def test_a_command_that_fails_is_named_without_its_words(command: str, why: str) -> None:
    with pytest.raises(DeskError, match=why) as caught:
        secret("imap desk", command=command)
    assert "hunter2" not in str(caught.value)


def test_a_machine_without_a_keyring_says_what_to_do_instead() -> None:
    keyring.set_keyring(NoKeyring())
    for act in (lambda: secret("imap desk"), lambda: keep_secret("imap desk", "x")):
        with pytest.raises(DeskError, match="no keyring that can be used") as caught:
            act()
        assert "password_command" in caught.value.remedy
