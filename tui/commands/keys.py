"""Which keys mean which command: the defaults, a profile over them, the user's own over both; checked, never guessed.

A key is written as people say it: a character (`j`, `?`, `G`), or a name (`enter`, `escape`, `space`, `comma`, `ctrl+k`, `f1`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.commands.command import Command, Where
from tui.commands.registry import by_id, commands

Sequence_ = tuple[str, ...]

_NAMES = {
    "esc": "escape", "return": "enter", "del": "delete", "pgup": "pageup", "pgdn": "pagedown", "pgdown": "pagedown",
    "control": "ctrl", "option": "alt", " ": "space", ",": "comma",
}  # fmt: skip
_KNOWN = frozenset({"enter", "escape", "space", "tab", "backspace", "delete", "insert", "home", "end", "pageup"}) | {
    "pagedown", "up", "down", "left", "right", "comma",
}  # fmt: skip
_SHOWN = {
    "enter": "Enter", "escape": "Esc", "space": "Space", "tab": "Tab", "backspace": "Backspace", "delete": "Del",
    "insert": "Ins", "home": "Home", "end": "End", "pageup": "PgUp", "pagedown": "PgDn", "up": "↑", "down": "↓", "left": "←",
    "right": "→", "comma": ",", "ctrl": "Ctrl", "alt": "Alt", "shift": "Shift",
}  # fmt: skip
_SAME_KEY = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+j": "enter", "ctrl+h": "backspace", "ctrl+[": "escape"}
_NEVER_WITH_CTRL = frozenset({"enter", "tab", "space", "backspace", "escape", "comma"})
_ARROWS = frozenset({"up", "down", "left", "right", "home", "end"})
_WRITTEN_IN = frozenset({Where.REPLY, Where.MENTOR})
"""Screens on which letters are text."""
_FUNCTION = frozenset(f"f{number}" for number in range(1, 25))


class UnknownKey(ValueError):
    """A key that no terminal sends."""


def normal_key(text: str) -> str:
    """One key in the one way it is written here. Raises UnknownKey."""
    if len(text) == 1:
        return _NAMES.get(text, text)
    *modifiers, base = text.lower().split("+") if text != "+" else [text]
    modifiers = [_NAMES.get(each, each) for each in modifiers]
    base = _NAMES.get(base, base)
    is_named = base in _KNOWN or base in _FUNCTION
    if not set(modifiers) <= {"ctrl", "alt", "shift"} or not (is_named or (modifiers and len(base) == 1)):
        raise UnknownKey(text)
    return "+".join([*(each for each in ("ctrl", "alt", "shift") if each in modifiers), base])


def parse_keys(text: str) -> list[Sequence_]:
    """Alternatives (parted by commas) of sequences (parted by blanks). Raises UnknownKey."""
    return [tuple(normal_key(key) for key in part.split()) for part in text.split(",") if part.strip()]


def shown_key(key: str) -> str:
    """A key as people read it: `ctrl+k` is Ctrl+K."""
    if len(key) == 1:
        return key
    return "+".join(
        _SHOWN.get(part) or (part.upper() if len(part) == 1 or part in _FUNCTION else part)
        for part in key.split("+")
    )


def shown(sequence: Iterable[str]) -> str:
    """A sequence as people read it."""
    return " ".join(shown_key(key) for key in sequence)


class KeyMap:
    """The keys in force. `remarks` say, in words, what of the user's own keys was left aside and why."""

    def __init__(self, sequences: Mapping[str, tuple[Sequence_, ...]], remarks: Sequence[str] = ()) -> None:
        self.sequences = sequences
        self.remarks = tuple(remarks)
        self._by_place: dict[Where, dict[Sequence_, Command]] = {}

    def here(self, where: Where) -> dict[Sequence_, Command]:
        """What each sequence does on a screen; a command of the screen comes before one of everywhere."""
        if where not in self._by_place:
            found: dict[Sequence_, Command] = {}
            for place in (Where.EVERYWHERE, where):
                for command in commands():
                    if place in command.where:
                        found |= dict.fromkeys(self.sequences[command.id], command)
            self._by_place[where] = found
        return self._by_place[where]

    def find(self, where: Where, pressed: Sequence_) -> Command | None:
        """The command of a whole sequence."""
        return self.here(where).get(pressed)

    def continuations(self, where: Where, pressed: Sequence_) -> list[tuple[str, Command]]:
        """The next keys after `pressed`, with what they lead to."""
        size = len(pressed)
        return [
            (sequence[size], command)
            for sequence, command in self.here(where).items()
            if len(sequence) > size and sequence[:size] == pressed
        ]

    def shown(self, command: Command, most: int = 3) -> str:
        """The keys of a command as people read them: `j · ↓`."""
        return " · ".join(shown(sequence) for sequence in self.sequences[command.id][:most])

    def first(self, command: Command, *, typing: bool = False) -> str:
        """The command's first key, as people read it; empty when it has none. `typing` leaves out those that would be typed."""
        usable = (each for each in self.sequences[command.id] if not typing or len(each[0]) > 1)
        return shown(next(usable, ()))

    def first_of(self, name: str) -> str:
        """The first key of the command with this id, as people read it; empty when it has none."""
        return shown(self.sequences[name][0]) if self.sequences[name] else ""


def key_map(profile: Mapping[str, str] | None = None, own: Mapping[str, str] | None = None) -> KeyMap:
    """The keys of a profile with the user's own over it.

    The user's keys win: a default that they cover or begin with is taken away. What cannot be used (an unknown command or
    key, a clash between two of the user's own) is left aside with a remark.
    """
    sequences = {
        command.id: tuple(parse_keys((profile or {}).get(command.id, command.keys))) for command in commands()
    }
    places: Mapping[str, str] = getattr(own, "places", {})
    remarks: list[str] = []
    chosen: dict[str, tuple[Sequence_, ...]] = {}
    for name, text in (own or {}).items():
        problem = _own_keys(name, text, chosen)
        if problem:
            remarks.append(f"{places.get(name, 'keys')}: {problem}")
    for name in chosen:
        _give_way(sequences, name, chosen)
    sequences |= chosen
    for command in commands():
        if command.keys and not sequences[command.id]:
            taker = _taker(command, chosen, profile)
            remarks.append(
                f"{places.get(taker, 'keys')}: {taker} leaves {command.id} without a key; it is in the palette (Ctrl+K)"
            )
    return KeyMap(sequences, remarks)


def _taker(
    command: Command, chosen: Mapping[str, Sequence[Sequence_]], profile: Mapping[str, str] | None
) -> str:
    """Whose keys of the user's own took those that a command had."""
    had = parse_keys((profile or {}).get(command.id, command.keys))
    return next(
        name
        for name, wanted in chosen.items()
        if _meet(by_id()[name], command) and any(_overlap(one, each) for one in wanted for each in had)
    )


def _own_keys(name: str, text: str, chosen: dict[str, tuple[Sequence_, ...]]) -> str:
    """Adds one of the user's settings to `chosen`; the answer says what is wrong with it, if anything."""
    command = by_id().get(name)
    if command is None:
        return f"there is no command {name!r}{_near(name)}"
    try:
        wanted = parse_keys(text)
    except UnknownKey as error:
        return f"{name}: {str(error)!r} is no key"
    for sequence in wanted:
        for other, taken in chosen.items():
            if _meet(command, by_id()[other]) and any(_overlap(sequence, each) for each in taken):
                return f"{name} and {other} both want {shown(sequence)!r}; {other} keeps it"
    problem = _out_of_reach(command, wanted)
    if not problem:
        chosen[name] = tuple(wanted)
    return problem


def _out_of_reach(command: Command, wanted: Sequence[Sequence_]) -> str:
    """Why none of these keys would ever bring a command, or not in every terminal; empty when one does."""
    unsure = next((key for sequence in wanted for key in sequence if is_unsure(key)), "")
    if unsure and not any(is_sure(sequence) for sequence in wanted):
        return f"{command.id}: {_why_unsure(unsure)}; choose another, or add one"
    if command.where <= _WRITTEN_IN and not any(len(each) == 1 and len(each[0]) > 1 for each in wanted):
        return f"{command.id}: {shown(wanted[0])!r} is typed into the reply; choose one with Ctrl, Alt or a function key"
    return ""


def is_unsure(key: str) -> bool:
    """True for a key that many terminals do not send, or send as another one."""
    *modifiers, base = key.split("+") if len(key) > 1 else [key]
    if key in _SAME_KEY or (
        "ctrl" in modifiers and (base in _NEVER_WITH_CTRL or not (base.isalpha() or base in _ARROWS))
    ):
        return True
    return "shift" in modifiers and key != "shift+tab" and base not in _ARROWS


def is_sure(sequence: Sequence_) -> bool:
    """True when every terminal sends these keys, each as itself."""
    return not any(is_unsure(key) for key in sequence)


def _why_unsure(key: str) -> str:
    if key in _SAME_KEY:
        return f"many terminals send {shown_key(_SAME_KEY[key])} for {shown_key(key)}"
    return f"many terminals do not send {shown_key(key)}, or send it as another key"


def _near(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, by_id(), 1)
    return f"; did you mean {near[0]}?" if near else "; `helpterm keys` lists them"


def _give_way(
    sequences: dict[str, tuple[Sequence_, ...]], name: str, chosen: Mapping[str, Sequence[Sequence_]]
) -> None:
    """Takes from the defaults what the user's keys for `name` cover on the same screens."""
    for other in sequences:
        if other != name and other not in chosen and _meet(by_id()[name], by_id()[other]):
            sequences[other] = tuple(
                sequence
                for sequence in sequences[other]
                if not any(_overlap(sequence, wanted) for wanted in chosen[name])
            )


def _meet(one: Command, other: Command) -> bool:
    """True when there is a screen on which both commands mean something."""
    either = one.where | other.where
    return bool(one.where & other.where) or Where.EVERYWHERE in either


def _overlap(one: Sequence_, other: Sequence_) -> bool:
    """True when the sequences are the same or one begins with the other, so that only one can be reached."""
    size = min(len(one), len(other))
    return one[:size] == other[:size]


def clashes(keys: KeyMap) -> list[str]:
    """Pairs of commands whose keys hide each other on some screen: none in a profile that ships."""
    found = []
    for where in Where:
        here: list[tuple[Sequence_, Command]] = [
            (sequence, command)
            for command in commands()
            if command.where & {where, Where.EVERYWHERE}
            for sequence in keys.sequences[command.id]
        ]
        for position, (sequence, command) in enumerate(here):
            for other_sequence, other in here[position + 1 :]:
                if other is not command and _overlap(sequence, other_sequence):
                    found.append(f"{where}: {command.id} and {other.id} on {shown(sequence)}")
    return found
