"""The nouns of working time: shifts, work on tickets, handovers, problems, green lights, the rota. As in `store.model`,
times are milliseconds since the Unix epoch, UTC, and every noun has an `id` that is the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

EntryKind = Literal["timer", "call", "hand", "before"]
"""Where a time comes from: the desk's own timer, a phone call, an agent's hand, or what was known before any entry."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One working shift of one agent, meant in `zone` (IANA).

    `edges` are the moments at which it was paused and resumed, in turn: an odd number of them is a pause that lasts.
    `trimmed_seconds` is what was cut off a shift that nobody ended.
    """

    id: str
    agent: str
    zone: str
    started_at: int
    planned_minutes: int
    break_minutes: int
    edges: tuple[int, ...] = ()
    ended_at: int | None = None
    trimmed_seconds: int = 0
    learnt: str = ""
    active: bool = True

    @property
    def is_paused(self) -> bool:
        """True in a break."""
        return self.ended_at is None and len(self.edges) % 2 == 1

    def worked(self, until: int) -> tuple[tuple[int, int], ...]:
        """The stretches (start, end) of work up to `until`, without the breaks; never one that ends before it starts."""
        end = until if self.ended_at is None else min(self.ended_at, until)
        marks = [self.started_at, *self.edges]
        pairs = [
            (marks[i], min(end, marks[i + 1] if i + 1 < len(marks) else end)) for i in range(0, len(marks), 2)
        ]
        return tuple((start, stop) for start, stop in pairs if stop > start)

    def worked_ms(self, until: int) -> int:
        """Milliseconds of work up to `until`."""
        return sum(stop - start for start, stop in self.worked(until))


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """Time that an agent gave to one ticket, at the tier it had then. `idle_seconds` were noticed and not counted.

    A ticket's `handle_seconds` are the sum of its entries.
    """

    id: str
    ticket: str
    agent: str
    shift: str
    tier: int
    kind: EntryKind
    started_at: int
    seconds: int
    idle_seconds: int = 0
    note: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Extension:
    """A ticket that costs more than usual goes on all the same: why, and until how many seconds of work."""

    id: str
    ticket: str
    agent: str
    at: int
    until_seconds: int
    why: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Handover:
    """One ticket passed on at the end of a shift: to a person, a department, or (both empty) back to the queue."""

    id: str
    shift: str
    ticket: str
    giver: str
    receiver: str
    department: str
    sentence: str
    at: int
    active: bool = True


@dataclass(frozen=True, slots=True)
class Article:
    """A document that a ticket deserves: begun by who saw the need, finished when it has a `url`."""

    id: str
    title: str
    ticket: str
    product: str
    language: str
    text: str
    author: str
    created_at: int
    url: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """The cause behind tickets: who owns it, what shows it, where it is tracked, and what its patch changed."""

    id: str
    title: str
    product: str
    owner: str
    opened_at: int
    cause: str = ""
    evidence: tuple[str, ...] = ()
    tracker: str = ""
    found_at: int | None = None
    patched_at: int | None = None
    fix: str = ""
    fix_url: str = ""
    active: bool = True


class Light(StrEnum):
    """Where a newcomer's reply stands."""

    WAITING = "waiting"
    RETURNED = "returned"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class GreenLight:
    """A newcomer's reply on its way past a mentor.

    `author` wrote it, `mentor` decided; `reasons` are (rule, reason) pairs, flat; `findings` the rules that the gate named
    when it was handed in first; `rounds` counts how often it was handed in; `edited` says that the mentor changed the text.
    `seen` is the id of the newest message that its author had before the eyes.
    """

    id: str
    ticket: str
    author: str
    text: str
    status: str
    submitted_at: int
    cc: tuple[str, ...] = ()
    rule: str = ""
    reasons: tuple[str, ...] = ()
    light: Light = Light.WAITING
    rounds: int = 1
    findings: tuple[str, ...] = ()
    seen: str = ""
    mentor: str = ""
    remarks: str = ""
    edited: bool = False
    decided_at: int | None = None
    message: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class SignOff:
    """A mentor's word that a newcomer may answer alone, with the record it rests on."""

    id: str
    newcomer: str
    mentor: str
    at: int
    remarks: str
    seconds: int
    tickets: int
    replies: int
    passed_first: int
    active: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """Hours that somebody is on: from `starts` (local, `2026-03-02T09:00`) for `minutes`, in `zone` (IANA).

    `rule` repeats it (RFC 5545, RRULE), `without` are the local starts that are left out. `source` is the calendar it
    came from, empty when it was written here.
    """

    id: str
    agent: str
    zone: str
    starts: str
    minutes: int
    rule: str = ""
    without: tuple[str, ...] = ()
    title: str = ""
    source: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day (`2026-12-25`) on which nobody is expected, of a calendar such as `de-by`."""

    id: str
    day: str
    name: str
    calendar: str
    active: bool = True
