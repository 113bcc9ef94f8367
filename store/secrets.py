"""Passwords and tokens: from the environment, a command of the user's, or the keyring; never the store."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from contextlib import suppress
from types import ModuleType

from store.errors import DeskError

_SERVICE = "helpterm"
_COMMAND_SECONDS = 60


class SecretError(DeskError):
    """A password is needed and none can be had."""

    title = "The password cannot be had"
    exit_code = 3


def secret(name: str, *, command: str | None = None) -> str:
    """The secret called `name`: HELPTERM_SECRET_<NAME>, else what `command` prints first, else the keyring's.

    `command` is split like a shell would, and run without one. Raises SecretError when there is no answer.
    """
    variable = environment_name(name)
    if value := os.environ.get(variable):
        return value
    if command:
        return _from_command(name, command)
    if value := _from_keyring(name):
        return value
    raise SecretError(
        f"no password is kept for “{name}”",
        f"connect again to keep it in the keyring, give a password_command, or set {variable}",
    )


def keep_secret(name: str, value: str) -> None:
    """Put `value` into the keyring under `name`, replacing another. Raises SecretError without a keyring."""
    keyring = _keyring()
    try:
        keyring.set_password(_SERVICE, name, value)
    except keyring.errors.KeyringError as error:
        raise _no_keyring(name, error) from error


def forget_secret(name: str) -> None:
    """Take the secret called `name` out of the keyring, if there is a keyring that has it. Never raises."""
    keyring = _keyring()
    with suppress(keyring.errors.KeyringError):
        keyring.delete_password(_SERVICE, name)


def environment_name(name: str) -> str:
    """The environment variable for a secret: `imap.Support` is HELPTERM_SECRET_IMAP_SUPPORT."""
    return "HELPTERM_SECRET_" + re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")


def _from_keyring(name: str) -> str | None:
    keyring = _keyring()
    try:
        value: str | None = keyring.get_password(_SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise _no_keyring(name, error) from error
    return value


def _keyring() -> ModuleType:
    import keyring
    import keyring.errors

    return keyring


def _no_keyring(name: str, error: Exception) -> SecretError:
    said = _first_line(str(error)) or type(error).__name__
    return SecretError(
        f"this machine has no keyring that can be used for “{name}” ({said})",
        f"give a password_command in the configuration, or set {environment_name(name)}",
    )


def _from_command(name: str, command: str) -> str:
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_SECONDS, check=False
        )
    except (OSError, ValueError, IndexError) as error:
        raise _bad_command(name, str(error)) from error
    except subprocess.TimeoutExpired as error:
        raise _bad_command(name, f"no answer in {_COMMAND_SECONDS} seconds") from error
    if done.returncode:
        said = _first_line(done.stderr.decode("utf-8", "replace"))
        raise _bad_command(name, f"it ended with {done.returncode}" + (f": {said}" if said else ""))
    value = done.stdout.decode("utf-8", "replace").partition("\n")[0].rstrip("\r")
    if not value:
        raise _bad_command(name, "it printed nothing")
    return value


def _bad_command(name: str, why: str) -> SecretError:
    """The command itself is not repeated: it may hold what it should hide."""
    return SecretError(f"the password_command for “{name}” did not work ({why})", "try it in a terminal")


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0][:200]
    return "".join(letter for letter in line if letter.isprintable())
