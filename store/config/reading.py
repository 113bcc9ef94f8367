"""Reading the configuration: what is wrong is named with its line; what is unknown is only remarked on."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from store import paths
from store.config import lines
from store.config.allowed import Allowed, Entries, Placed, Table
from store.config.settings import Config
from store.errors import BadInput, ConfigError

_LARGEST = 256 * 1024
_Rule = Allowed | Entries | Table
_QUIET = {"dsn", "password_command"}


def load(path: Path | None = None) -> tuple[Config, tuple[str, ...]]:
    """The configuration and remarks on its unknown keys.

    Without `path` the file is HELPTERM_CONFIG's or the user's own, and only the latter may be missing.
    Raises BadInput for a file that cannot be read, ConfigError for a value that is not allowed.
    """
    asked_for = paths.given_config_path(path)
    file = asked_for or paths.config_path()
    if asked_for is None and not file.exists():
        return Config(), ()
    return parse(read_text(file), str(file))


def read_text(file: Path) -> str:
    """The text of a configuration file. Raises BadInput or, for bytes that are no UTF-8, ConfigError."""
    try:
        with file.open("rb") as handle:
            data = handle.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise BadInput(f"there is no configuration {file}", "check --config and HELPTERM_CONFIG") from error
    except OSError as error:
        raise BadInput(
            f"{file} cannot be read ({error.strerror})", "check --config and who may read it"
        ) from error
    if len(data) > _LARGEST:
        raise BadInput(f"{file} is too large for a configuration", f"the limit is {_LARGEST // 1024} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}, line {line}: this is not UTF-8", "save the file as UTF-8") from error


def parse(text: str, source: str) -> tuple[Config, tuple[str, ...]]:
    """As `load`, from text; `source` is how the file is called in errors and remarks."""
    text = text.replace("\r\n", "\n")
    reader = _Reader(text, source)
    config: Config = reader.table(Config, _parsed(text, source), ())
    reader.check_together(config)
    return config, tuple(reader.remarks)


def _parsed(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said, _, place = str(error).partition(" (at ")
        found = re.search(r"line (\d+)", place)
        line = int(found[1]) if found else text.count("\n") + 1
        raise ConfigError(f"{source}, line {line}: this is not TOML: {said}", "correct that line") from error
    except RecursionError as error:
        raise ConfigError(f"{source}: its tables are nested too deeply", "write it flat") from error


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a dataclass and the rule its annotation carries."""

    name: str
    default: Any
    required: bool
    rule: _Rule


def _fields(kind: type[Any]) -> dict[str, _Field]:
    """The fields of `kind` by the key that sets them."""
    hints = get_type_hints(kind, include_extras=True)
    found = {}
    for each in dataclasses.fields(kind):
        (rule,) = hints[each.name].__metadata__
        key = (isinstance(rule, Table) and rule.key) or each.name
        required = each.default is each.default_factory is dataclasses.MISSING
        found[key] = _Field(each.name, each.default, required, rule)
    return found


class _Reader:
    """Turns tables into dataclasses, field by field, and collects remarks."""

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source
        self.remarks: list[str] = []

    def table(self, kind: type[Any], data: dict[str, Any], at: lines.Path) -> Any:
        """One table as `kind`. Raises ConfigError."""
        fields = _fields(kind)
        for key in data.keys() - fields.keys():
            self.remarks.append(self._unknown(key, at, list(fields)))
        known = {}
        for key, field in fields.items():
            if key in data:
                known[field.name] = self._value(field, data[key], (*at, key))
            elif field.required:
                raise self._error(at, f"{_dotted(at)} needs {key}", field.rule)
        return kind(**known)

    def _value(self, field: _Field, value: Any, at: lines.Path) -> Any:
        if isinstance(field.rule, Table):
            many = isinstance(field.default, tuple)
            return (
                self._tables(field.rule.kind, value, at) if many else self._table(field.rule.kind, value, at)
            )
        if isinstance(field.rule, Entries):
            rule = field.rule.rule
            read = {key: self._checked(rule, each, (*at, key)) for key, each in self._dict(value, at).items()}
            return Placed(read, {key: self._place((*at, key)) for key in read})
        return self._checked(field.rule, value, at)

    def _checked(self, rule: Allowed, value: Any, at: lines.Path) -> Any:
        try:
            return rule.read(value)
        except (ValueError, TypeError) as error:
            is_said = at[-1] not in _QUIET and not isinstance(value, (list, dict))
            wrong = f"{_dotted(at)} is {_said(value) if is_said else 'not right'}"
            raise self._error(at, wrong, rule) from error

    def _table(self, kind: type[Any], value: Any, at: lines.Path) -> Any:
        return self.table(kind, self._dict(value, at), at)

    def _dict(self, value: Any, at: lines.Path) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(at, f"{_dotted(at)} must be a table, [{_dotted(at)}]")
        return value

    def _tables(self, kind: type[Any], value: Any, at: lines.Path) -> tuple[Any, ...]:
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self._error(at, f"{_dotted(at)} must be a list of tables, [[{_dotted(at)}]]")
        return tuple(self.table(kind, each, (*at, position)) for position, each in enumerate(value))

    def check_together(self, config: Config) -> None:
        """What no single value shows. Raises ConfigError."""
        if config.policy.canned_amber > config.policy.canned_red:
            at = ("policy", "canned_amber")
            raise self._error(at, "policy.canned_amber is above policy.canned_red, so it would never be seen")
        names: set[str] = set()
        for position, mailbox in enumerate(config.mailboxes):
            if mailbox.name.casefold() in names:
                raise self._error(("mailbox", position, "name"), f"two mailboxes are called “{mailbox.name}”")
            names.add(mailbox.name.casefold())

    def _error(
        self, at: lines.Path, wrong: str, rule: Allowed | Entries | Table | None = None
    ) -> ConfigError:
        remedy = f"allowed is {rule.words}" if isinstance(rule, Allowed) else "correct that line"
        return ConfigError(f"{self._place(at)}: {wrong}", remedy)

    def _place(self, at: lines.Path) -> str:
        return f"{self.source}, line {lines.line_of(self.text, at)}"

    def _unknown(self, key: str, at: lines.Path, known: list[str]) -> str:
        import difflib

        where = self._place((*at, key))
        if key in ("password", "token", "secret"):
            return f"{where}: a {key} is not read from this file; use password_command or the keyring"
        near = difflib.get_close_matches(key, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"{where}: {_dotted((*at, key))} is not a setting and is left aside{hint}"


def _dotted(at: lines.Path) -> str:
    return ".".join(part for part in at if isinstance(part, str))


def _said(value: Any) -> str:
    """A value as it may stand in an error: short, and on one line."""
    said = repr(value) if isinstance(value, str) else str(value).lower()
    return said if len(said) <= 40 else said[:39] + "…"
