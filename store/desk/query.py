"""The query language of the queue, read as people type it (CLI.md): operators, words and phrases; never an error.

`parse` gives a `Query`; `Query.where` turns its operators into SQL over `tickets t`. The free words are searched for by
`store.desk.search`. A word that is no operator, or an operator with a value that means nothing, is a word to search for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from store.desk.derive import Bucket
from store.kinds import Channel, Priority, Status

_TOKEN = re.compile(r'(?P<not>-)?(?:(?P<key>[a-z_]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))', re.IGNORECASE)

VIEWS = ("open", "any", "mine", "unassigned", "overdue", "snoozed", "solved", "closed")
OPERATORS = (
    "is",
    "status",
    "priority",
    "tag",
    "product",
    "department",
    "channel",
    "tier",
    "assignee",
    "from",
    "lang",
    "before",
    "after",
)
"""Every operator of the language, in the order in which completion offers them."""

BEGINS = "*"
"""Behind a word: words that begin like it count as well."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase to search for; `is_beginning` when other words that begin like it count too."""

    text: str
    phrase: bool = False
    negated: bool = False
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Members:
    """A condition that names its tickets: those whose `column` is among the rows of `rows`, or is not, when `negated`.

    `holds` says the same of one ticket `t`, for sets too large to be written down. Both take `values`.
    """

    column: str
    rows: str
    holds: str
    values: tuple[Any, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for: conditions over tickets, and words to search for. `number` is a bare ticket number, if that is all.

    While it is being typed, the last word is the beginning of one (`is_unfinished`).
    """

    conditions: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    terms: tuple[Term, ...] = ()
    buckets: tuple[Bucket, ...] = (Bucket.OPEN,)
    assignee: str | None = None
    number: str = ""
    members: tuple[Members, ...] = ()
    is_unfinished: bool = False

    @property
    def is_plain(self) -> bool:
        """True for a view that the counters know: nothing but buckets and, perhaps, one assignee."""
        return not (self.conditions or self.terms or self.members)

    @property
    def is_words(self) -> bool:
        """True when nothing but words narrows the part of the desk that is meant."""
        return bool(self.terms) and not (self.conditions or self.members or self.assignee is not None)


@dataclass(slots=True)
class _Reading:
    agent: str
    now: int
    conditions: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    members: list[Members] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    buckets: tuple[Bucket, ...] | None = None
    status_buckets: tuple[Bucket, ...] | None = None
    assignee: str | None = None


def parse(text: str, *, agent: str, now: int, typing: bool = False) -> Query:
    """Reads a query. `agent` is who `is:mine` means; `now` (ms) is what `is:overdue` and relative dates count from.

    With `typing` it goes on: a value at its end is the beginning of one, and an operator without a value asks for nothing yet.
    """
    reading = _Reading(agent, now)
    for match in _TOKEN.finditer(text):
        negated = match["not"] is not None
        value = match["phrase"] if match["phrase"] is not None else match["word"]
        key = (match["key"] or "").lower()
        is_last = typing and match.end() == len(text)
        if is_last and _goes_on(reading, key, value or "", negated):
            continue
        if key and value and _operator(reading, key, value, negated):
            continue
        word = match[0].removeprefix("-") if key else value
        if word:
            is_phrase = match["phrase"] is not None and not key
            begun = "" if is_phrase else word.rstrip(BEGINS)
            is_beginning = bool(begun) and begun != word
            reading.terms.append(Term(begun or word, is_phrase, negated, is_beginning))
    buckets = reading.buckets or reading.status_buckets or (Bucket.OPEN,)
    number = text.strip().lstrip("#")
    return Query(
        tuple(reading.conditions),
        tuple(reading.terms),
        buckets,
        reading.assignee,
        number if number.isascii() and number.isdigit() else "",
        tuple(reading.members),
        typing,
    )


def with_beginning(text: str) -> str:
    """`text` with its last word marked as the beginning of one; empty when it does not end with a word of its own."""
    match = next(reversed([*_TOKEN.finditer(text)]), None)
    is_word = match is not None and match["word"] is not None and not (match["key"] or match["not"])
    return text.rstrip() + BEGINS if is_word and not text.rstrip().endswith(BEGINS) else ""


def _operator(reading: _Reading, key: str, value: str, negated: bool) -> bool:
    """Adds what `key:value` asks for; False when it means nothing."""
    if key == "is":
        return _view(reading, value.lower(), negated)
    members = _MEMBERS.get(key)
    if members is not None:
        return _among(reading, members(value), negated)
    condition = _CONDITIONS.get(key)
    found = condition(reading, value) if condition else None
    if found is None:
        return False
    if key == "assignee" and not negated and reading.assignee is None:
        reading.assignee = found[1][0]
        return True
    if key == "status" and not negated:
        done = {Status.SOLVED: (Bucket.SOLVED,), Status.CLOSED: (Bucket.CLOSED,)}
        reading.status_buckets = done.get(found[1][0], (Bucket.OPEN, Bucket.SNOOZED))
    sql, values = found
    reading.conditions.append((f"NOT ({sql})" if negated else sql, values))
    return True


def _goes_on(reading: _Reading, key: str, value: str, negated: bool) -> bool:
    """Adds what an operator asks for whose value is being typed; False for a word."""
    if not key:
        return value.endswith(":") and value[:-1].lower() in OPERATORS
    if key not in OPERATORS:
        return False
    if key == "tag" and value:
        return _among(reading, _tag_beginning(value), negated)
    if key in _FREE and not (key == "assignee" and value.lower() in _NAMELESS):
        sql = f"t.{_FREE[key]} LIKE ? ESCAPE '\\'"
        pattern = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        reading.conditions.append((f"NOT ({sql})" if negated else sql, (pattern,)))
        return True
    _operator(reading, key, value, negated)
    return True


def _among(reading: _Reading, members: Members | None, negated: bool) -> bool:
    if members is None:
        return False
    reading.members.append(replace(members, negated=negated))
    return True


def _view(reading: _Reading, name: str, negated: bool) -> bool:
    if name in ("mine", "unassigned"):
        wanted = reading.agent if name == "mine" else ""
        if negated or reading.assignee is not None:
            reading.conditions.append((f"t.assignee {'<>' if negated else '='} ?", (wanted,)))
        else:
            reading.assignee = wanted
        return True
    if name == "overdue":
        sql = "t.rank <= ?"
        reading.conditions.append((f"NOT ({sql})" if negated else sql, (reading.now,)))
        return True
    buckets = {
        "open": (Bucket.OPEN,),
        "any": tuple(Bucket),
        "snoozed": (Bucket.SNOOZED,),
        "solved": (Bucket.SOLVED,),
        "closed": (Bucket.CLOSED,),
    }.get(name)
    if buckets is None:
        return False
    reading.buckets = tuple(b for b in Bucket if b not in buckets) if negated else buckets
    return True


def _equal(column: str, allowed: Sequence[str] | None = None) -> Callable[[_Reading, str], Any]:
    def condition(reading: _Reading, value: str) -> tuple[str, tuple[Any, ...]] | None:
        lowered = value.lower()
        if allowed is None:
            return f"t.{column} = ? COLLATE NOCASE", (value,)
        return (f"t.{column} = ?", (lowered,)) if lowered in allowed else None

    return condition


def _status(reading: _Reading, value: str) -> tuple[str, tuple[Any, ...]] | None:
    lowered = value.lower().replace("-", "_")
    return ("t.status = ?", (lowered,)) if lowered in list(Status) else None


def _tier(reading: _Reading, value: str) -> tuple[str, tuple[Any, ...]] | None:
    return ("t.tier = ?", (int(value),)) if value in ("1", "2", "3") else None


def _tag(value: str) -> Members:
    rows = "SELECT ticket FROM ticket_tags WHERE tag = ?"
    return Members("number", rows, f"EXISTS ({rows} AND ticket = t.number)", (value.lower().lstrip("#"),))


def _tag_beginning(value: str) -> Members:
    low = value.lower().lstrip("#")
    rows = "SELECT DISTINCT ticket FROM ticket_tags WHERE tag >= ? AND tag < ?"
    return Members("number", rows, f"EXISTS ({rows} AND ticket = t.number)", (low, low + "\U0010ffff"))


_NAMELESS = ("me", "none", "nobody")
_FREE = {"product": "product", "department": "department", "lang": "language", "assignee": "assignee"}
"""The operators whose values are names, and their columns."""


def _assignee(reading: _Reading, value: str) -> tuple[str, tuple[Any, ...]]:
    wanted = reading.agent if value.lower() == "me" else "" if value.lower() in _NAMELESS else value
    return "t.assignee = ?", (wanted,)


def _from(value: str) -> Members | None:
    """Customers by the words of name and address, the last one a beginning; folded as the search is."""
    words = " ".join(words_of(value))
    rows = "SELECT rowid FROM customer_search WHERE customer_search MATCH '\"' || ? || '\" *'"
    holds = "(SELECT has_words(?, name, email) FROM customers WHERE number = t.customer)"
    return Members("customer", rows, holds, (words,)) if words else None


def words_of(text: str) -> list[str]:
    """The words of a text as the search indexes hold them."""
    from store.text.fold import folded_words  # only whoever searches needs it

    return folded_words(text)


_DATES: dict[str, timedelta] = {"today": timedelta(0), "yesterday": timedelta(days=1)}
_AGO = re.compile(r"(\d{1,4})([hdw])")


def _moment(reading: _Reading, value: str) -> int | None:
    """A day (2026-11-22), month, year, `today`, `yesterday` or an age (12h, 3d, 2w) as ms; None for anything else."""
    today = datetime.fromtimestamp(reading.now / 1000, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if value.lower() in _DATES:
        return round((today - _DATES[value.lower()]).timestamp() * 1000)
    ago = _AGO.fullmatch(value.lower())
    if ago:
        return reading.now - int(ago[1]) * {"h": 3_600_000, "d": 86_400_000, "w": 604_800_000}[ago[2]]
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        try:
            return round(datetime.strptime(value, form).replace(tzinfo=UTC).timestamp() * 1000)
        except ValueError:
            continue
    return None


def _before(reading: _Reading, value: str) -> tuple[str, tuple[Any, ...]] | None:
    moment = _moment(reading, value)
    return None if moment is None else ("t.created_at < ?", (moment,))


def _after(reading: _Reading, value: str) -> tuple[str, tuple[Any, ...]] | None:
    moment = _moment(reading, value)
    return None if moment is None else ("t.created_at >= ?", (moment,))


_CONDITIONS: dict[str, Callable[[_Reading, str], Any]] = {
    "status": _status,
    "priority": _equal("priority", list(Priority)),
    "channel": _equal("channel", list(Channel)),
    "product": _equal("product"),
    "department": _equal("department"),
    "lang": _equal("language"),
    "tier": _tier,
    "assignee": _assignee,
    "before": _before,
    "after": _after,
}
_MEMBERS: dict[str, Callable[[str], Members | None]] = {"tag": _tag, "from": _from}
