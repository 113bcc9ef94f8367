"""From pressed keys to commands: sequences, the hint after a prefix, and letters that are inert while typing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING

from tui.commands.command import Command, Where
from tui.commands.keys import KeyMap, Sequence_

if TYPE_CHECKING:
    from textual.events import Key
    from textual.widget import Widget


def key_name(event: Key) -> str:
    """A pressed key as commands write it: the character when it is one, else the name."""
    character = event.character
    if character == " ":
        return "space"
    if character == ",":
        return "comma"
    if character is not None and event.is_printable and len(character) == 1:
        return character
    return event.key


def is_typing(focused: Widget | None) -> bool:
    """True when the widget with the focus takes letters as text."""
    return focused is not None and focused.check_consume_key("a", "a")


class Hold:
    """Keeps pressed keys back until a screen that is on its way can take them; released once."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release: Callable[[], None] | None = release

    def release(self) -> None:
        """Lets the keys go; later calls do nothing."""
        release, self._release = self._release, None
        if release is not None:
            release()


holding: ContextVar[Hold | None] = ContextVar("holding", default=None)
"""The hold of the command that runs in this context."""


class KeysAhead:
    """Keys that were pressed before what shall take them is there; `free` is called when they may be taken."""

    def __init__(self, free: Callable[[], object]) -> None:
        self._free = free
        self._holds = 0
        self._keys: deque[Key] = deque()

    @property
    def is_waiting(self) -> bool:
        """Whether a key would have to wait."""
        return bool(self._holds or self._keys)

    def hold(self) -> Hold:
        """From now on keys wait, until the hold is released."""
        self._holds += 1
        return Hold(self._release)

    def _release(self) -> None:
        self._holds -= 1
        if self._keys and not self._holds:
            self._free()

    def keeps(self, key: Key) -> bool:
        """Keeps a key that has to wait; False for one that may be taken now."""
        if self.is_waiting:
            self._keys.append(key)
            return True
        return False

    def next(self) -> Key | None:
        """The key that was pressed first and may be taken now, if there is one."""
        return self._keys.popleft() if self._keys and not self._holds else None


class Keyboard:
    """Remembers the keys of a sequence that has begun, and finds the command that a key completes."""

    def __init__(self, keys: KeyMap) -> None:
        self.keys = keys
        self.pending: Sequence_ = ()
        self.last = ""
        self.taker: Callable[[str], None] | None = None
        """Takes every key before any command does, while labels are shown."""

    def press(self, where: Where, key: str, *, typing: bool) -> Command | bool | None:
        """The command that `key` asks for; True when the key is used up (a prefix, a broken sequence), False when it is free."""
        self.last = key
        if self.taker is not None:
            self.taker(key)
            return True
        if typing:
            self.pending = ()
            command = self.keys.find(where, (key,)) if len(key) > 1 else None
            return command if command is not None and command.while_typing else False
        pressed = (*self.pending, key)
        command = self.keys.find(where, pressed)
        if command is not None:
            self.pending = ()
            return command
        if self.keys.continuations(where, pressed):
            self.pending = pressed
            return True
        was_pending = bool(self.pending)
        self.pending = ()
        return was_pending
