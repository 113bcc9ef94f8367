"""The team at a glance: how far this desk is in step with the shared database, and who else is at a ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tui.formatting.cells import Piece, cut, total
from tui.formatting.times import moment

if TYPE_CHECKING:
    from store.sync.engine import SyncState
    from store.sync.presence import Presence

SILENT_MS = 20_000
"""After so long without an exchange (several rounds) the line says that an answer is missing; not yet that one is offline."""

WRITES, READS = "✎", "◉"
LONGEST_NAME = 12
_DOES = {"replying": "is replying", "noting": "is writing a note", "reading": "is reading"}

Wordings = list[list[Piece]]
"""The same thing said ever more briefly; what fits best is shown."""


def standing(
    state: SyncState, pending: int, overruled: int, age: int, now: int, keys: Mapping[str, str]
) -> Wordings:
    """What the status line says; `age` (ms) is since the last exchange, or since one is waited for.

    `keys` names those of `conflicts` and `sync`.
    """
    first: list[Piece] = []
    if overruled:
        key = f" ({keys['conflicts']})" if keys["conflicts"] else ""
        first = [(f"{overruled} of yours overruled{key}", "late"), (" · ", "muted")]
    wordings = _exchange(state, pending, age, now, keys["sync"])
    return [[*first, *wording, (" ", "muted")] for wording in wordings]


def _exchange(state: SyncState, pending: int, age: int, now: int, key: str) -> Wordings:
    if state.trouble is not None:
        return _trouble(state, pending, now, key)
    if state.copying is not None:
        return [[(copied(state.copying), "accent")], [(f"copying: {state.copying[1]:,}", "accent")]]
    waits: list[Piece] = [(_waiting(pending), "text")] if pending else []
    if state.unindexed and not waits:
        waits = [(f"search is being prepared: {state.unindexed:,} messages to go", "accent")]
    if age > SILENT_MS:
        silent: Piece = (f"no answer from the shared database for {_length(age)}", "late")
        brief: Piece = (f"no answer for {_length(age)}", "late")
        return [[*waits, (" · ", "muted"), silent] if waits else [silent], [brief]]
    if state.synced_at is None:
        return [[("not synced yet …", "muted")]]
    return [waits or [(f"synced {_ago(age)}", "muted")]]


def _trouble(state: SyncState, pending: int, now: int, key: str) -> Wordings:
    from store.sync.errors import Unreachable

    trouble = state.trouble
    assert trouble is not None
    since = moment(state.offline_since or now, now)
    waits: list[Piece] = [(f" · {_waiting(pending)}", "text")] if pending else []
    why = f" · {key} says why" if key else ""
    if isinstance(trouble, Unreachable):
        off: Piece = (f"offline since {since}", "late")
        return [
            [off, *waits, (f" · {trouble}", "muted")],
            [off, *waits, (why, "muted")],
            [off, *waits],
            [off],
        ]
    bad: Piece = (f"✗ not synced since {since}", "urgent")
    return [
        [bad, *waits, (f" · {trouble}", "text")],
        [bad, *waits, (why, "text")],
        [bad, (why, "text")],
        [bad],
    ]


def _sentence(said: str) -> str:
    """What an error says, as a sentence; a host keeps the name it has."""
    begins_with_host = "." in said.partition(" ")[0]
    return f"{said if begins_with_host else said[:1].upper() + said[1:]}."


def trouble(state: SyncState, pending: int, now: int) -> list[str]:
    """All that is to be said while the shared database cannot be used."""
    assert state.trouble is not None
    waits = f"{_waiting(pending)} here: nothing is lost." if pending else "Nothing waits here to be sent."
    return [
        *(_sentence(said) for said in (state.trouble.message, state.trouble.remedy) if said),
        f"Since {moment(state.offline_since or now, now)}. {waits}",
    ]


def _waiting(pending: int) -> str:
    return f"{pending:,} change{'s' * (pending != 1)} waiting"


def _length(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"


def _ago(milliseconds: int) -> str:
    return "just now" if milliseconds < 1000 else f"{_length(milliseconds)} ago"


def copied(copying: tuple[str, int, int]) -> str:
    """How far a first copy has come."""
    table, done, total = copying
    return f"copying the team's desk: {done:,} of about {total:,} {table}"


def mark(others: Sequence[Presence], names: Mapping[str, str]) -> str:
    """Who else is at a ticket, in a few cells: a sign for writing or reading, the first name, and how many more."""
    if not others:
        return ""
    first = _by_weight(others)[0]
    more = f" +{len(others) - 1}" if len(others) > 1 else ""
    name = cut(names.get(first.agent, first.agent).split(" ")[0], LONGEST_NAME)
    return f"{READS if first.what == 'reading' else WRITES} {name}{more}"


def doing(others: Sequence[Presence], names: Mapping[str, str]) -> str:
    """Who else is at a ticket, in a sentence: `Mira is replying`."""
    said = [
        f"{cut(names.get(each.agent, each.agent), 24)} {_DOES[each.what]}" for each in _by_weight(others)[:2]
    ]
    more = f", {len(others) - 2} more" if len(others) > 2 else ""
    return ", ".join(said) + more


def at_ticket(
    others: Sequence[Presence], names: Mapping[str, str], beside: Sequence[Piece], cells: int
) -> list[Piece]:
    """The same as the end of a heading of `cells` cells, with what else stands there as long as half of it is enough."""
    first = _by_weight(others)[0]
    role = "accent" if first.what == "reading" else "late"
    sign = READS if first.what == "reading" else WRITES
    more = f" +{len(others) - 1}" if len(others) > 1 else ""
    sentences = (f"{sign} {doing(others, names)}", f"{sign} {doing([first], names)}{more}")
    wordings: Wordings = [
        [(f" {text} ", role), *rest]
        for text, rest in (
            *((each, [("·", "muted"), *beside]) for each in sentences),
            *((each, []) for each in sentences),
            (mark(others, names), []),
        )
    ]
    return next((each for each in wordings if total(each) <= cells // 2), wordings[-1])


def _by_weight(others: Sequence[Presence]) -> list[Presence]:
    """Those who write before those who read."""
    return sorted(others, key=lambda each: (each.what == "reading", each.agent))
