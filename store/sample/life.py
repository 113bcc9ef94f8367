"""The life of one generated ticket: how it began, and its messages and changes in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from store.model import Agent
from store.sample.people import Person
from store.sample.vocabulary import Phrase, Topic

SORTER = "mira"
"""Who is at the desk when mail comes in, and sorts it."""


@dataclass(slots=True)
class Said:
    """A message by an agent or, without one, by the customer. `phrases` and `link` are what is remembered of a reply."""

    id: str
    kind: str
    agent: Agent | None
    at: int
    body: str
    folded: str
    message_id: str
    in_reply_to: str
    phrases: tuple[Phrase, ...]
    link: str


@dataclass(slots=True)
class Done:
    """A field that was set; with `joined` in the same breath as the deed before."""

    at: int
    agent: str
    kind: str
    field: str
    value: Any
    previous: Any
    joined: bool


@dataclass(slots=True)
class Life:
    """A ticket: as it was created, what was done to it, and as it stands (`values`)."""

    id: str
    customer: int
    person: Person
    subject: str
    folded_subject: str
    topic: Topic
    created_at: int
    values: dict[str, Any]
    created: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    deeds: list[Said | Done] = field(default_factory=list)

    @property
    def updated_at(self) -> int:
        """When anything was done last."""
        return max(deed.at for deed in self.deeds)

    def batches(self) -> Iterator[tuple[str, list[Said | Done]]]:
        """The deeds as they were done: by whom, and what in one breath. The first comes with the ticket itself."""
        actor, together = SORTER, [self.deeds[0]]
        for deed in self.deeds[1:]:
            by = deed.agent if isinstance(deed, Done) else deed.agent.name if deed.agent else SORTER
            if by != actor or isinstance(deed, Said) or not deed.joined:
                yield actor, together
                actor, together = by, []
            together.append(deed)
        yield actor, together

    def facts(self) -> tuple[int | None, int | None]:
        """When it was first answered, and since when a message is unanswered, as `store.desk.derive` counts."""
        first = unanswered = None
        for deed in self.deeds:
            if isinstance(deed, Said) and deed.kind != "note":
                if deed.agent is None:
                    unanswered = deed.at if unanswered is None else unanswered
                else:
                    first = deed.at if first is None else first
                    unanswered = None
        return first, unanswered
