"""A small team's history: two templates, an agent's way to frame an answer, and answers of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest

from store.policy.canned import Canned, Index, judge

TEMPLATE = (
    "Hello {name},\n\nyour parcel {order} was sorted by hand in our Rotterdam hall and left on the evening truck. "
    "The driver rings twice and leaves it with the neighbour whose door is nearest. "
    "Watch the dot on the map, it moves every quarter of an hour.\n\nKind regards,\nAnna"
)
OTHER = (
    "Der Sattel knarrt, wenn die Klemme trocken ist: Fett dünn auf die Schiene geben, dann mit sechs Newtonmetern "
    "anziehen und eine Runde fahren."
)
ANSWERS = (
    "The pump hums because sand sits on the impeller. Unscrew the front plate and rinse it.",
    "I moved your lesson to Thursday at five with Sofia, the Tuesday slot stays free.",
    "La junta no vale para la cafetera antigua, hace falta la de 62 mm; queda una en Bilbao.",
)

Judge = Callable[..., Canned]


@pytest.fixture
def index() -> Iterator[Index]:
    """Replies 1 to 20 from the first template, 21 to 23 from the second, then three answers; one ticket each."""
    connection = sqlite3.connect(":memory:")
    Index.create(connection)
    history = [TEMPLATE.format(name=name, order=f"A-{n}") for n, name in enumerate(["Tom", "Işıl"] * 10)]
    history += [OTHER] * 3 + list(ANSWERS)
    index = Index(connection)
    index.add_many((n, 100 + n, text) for n, text in enumerate(history, 1))
    yield index
    connection.close()


@pytest.fixture
def judged(index: Index) -> Judge:
    """Judges a text with that history; `ticket_text` and `ticket` may be given."""

    def judging(text: str, ticket_text: str = "", ticket: int | None = None) -> Canned:
        return judge(text, ticket=ticket, ticket_text=ticket_text, index=index)

    return judging


def alone(text: str, ticket_text: str = "") -> Canned:
    """The judgement of a team without any history."""
    return judge(text, ticket=None, ticket_text=ticket_text, index=None)
