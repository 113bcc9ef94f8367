"""What a setting may hold: each rule turns a TOML value into ours, or says in words what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from store.config.week import Week, parse_week


@dataclass(frozen=True, slots=True)
class Allowed:
    """A rule for values: `words` completes "allowed is …"; `read` raises ValueError or TypeError."""

    words: str
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A TOML table, or an array of them, read as the dataclass `kind`; `key` when the file calls it so."""

    kind: type[Any]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """A TOML table with names of the user's own; each value follows `rule`."""

    rule: Allowed


class Placed(dict[str, Any]):
    """A table with names of the user's own; `places` says of each where it stands: `config.toml, line 7`."""

    places: dict[str, str]

    def __init__(self, values: dict[str, Any], places: dict[str, str]) -> None:
        super().__init__(values)
        self.places = places


def number(low: float, high: float, unit: str = "") -> Allowed:
    """A number between two bounds, both included."""

    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise ValueError(value)
        return float(value)

    return Allowed(f"a number{unit and ' of ' + unit} from {low:g} to {high:g}", read)


def whole(low: int, high: int) -> Allowed:
    """A whole number between two bounds, both included."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(value)
        return value

    return Allowed(f"a whole number from {low} to {high}", read)


def one_of(*choices: str) -> Allowed:
    """One of a few words."""

    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(value)
        return str(value)

    return Allowed("one of " + ", ".join(f'"{choice}"' for choice in choices), read)


def some_of(*choices: str) -> Allowed:
    """A list of some of a few words, or of none."""

    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or any(each not in choices for each in value):
            raise ValueError(value)
        return tuple(dict.fromkeys(value))

    return Allowed("a list of " + ", ".join(f'"{choice}"' for choice in choices), read)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _line(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(value)
    return value.strip()


def _filled_line(value: Any) -> str:
    if not (line := _line(value)):
        raise ValueError(value)
    return line


def _lines(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(_filled_line(each) for each in value)


def _address(value: Any) -> str:
    line = _filled_line(value)
    name, _, domain = line.rpartition("@")
    if not name or not domain or " " in line:
        raise ValueError(value)
    return line


def _our_addresses(value: Any) -> tuple[str, ...]:
    lines = _lines(value)
    if any(not line.rpartition("@")[2] or "@" not in line or " " in line for line in lines):
        raise ValueError(value)
    return lines


def _hours(value: Any) -> Week:
    return parse_week(_line(value))


def _zone(value: Any) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    name = _line(value)
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(value) from error


yes_or_no = Allowed("true or false", _yes_or_no)
line = Allowed("a text on one line", _line)
filled_line = Allowed("a text on one line, not empty", _filled_line)
lines = Allowed("a list of texts", _lines)
address = Allowed("an e-mail address", _address)
our_addresses = Allowed('a list of addresses or "@domain"s', _our_addresses)
hours = Allowed('opening hours such as "mon-fri 09:00-17:30, sat 10:00-14:00"', _hours)
zone = Allowed('a time zone such as "Europe/Berlin"', _zone)
