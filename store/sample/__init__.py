"""The sample desk: a small vendor with two products, rules, links and sixty tickets in five languages, always fresh.

Every time in it counts back from now, so the same `now` gives the same desk.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from store.errors import Refused

if TYPE_CHECKING:
    from store.desk import Desk
    from store.desk.transaction import Transaction


def load(desk: Desk, now: int | None = None) -> None:
    """Fills an empty desk with the sample, as seen by the agent at this desk at `now` (ms; the desk's clock).

    Everything goes the one road of changes, in one transaction. Raises Refused when the desk has tickets already.
    """
    moment = desk.now() if now is None else now
    desk.change(lambda tx: _fill(tx, desk.agent, moment))


def _fill(tx: Transaction, me: str, now: int) -> None:
    from store.clock import DAY
    from store.desk.transaction import Transaction
    from store.model import Agent, Product
    from store.sample import content
    from store.sample.story import SORTER, Story

    if tx.connection.execute("SELECT 1 FROM tickets LIMIT 1").fetchone():
        raise Refused("this desk has tickets already", "the sample goes into a desk of its own")
    documents = content.documents()
    opening = Transaction(tx.connection, SORTER, now - 60 * DAY, tx.targets)
    for document in documents:
        opening.put(document)
    if me.casefold() not in {each.name for each in documents if isinstance(each, Agent)}:
        opening.put(content.agent_called(me))
    products = {each.name: each for each in documents if isinstance(each, Product)}
    rows: dict[str, int] = {}
    stories = [Story(each, now, me, products[each.product], rows) for each in content.tickets()]
    for event in sorted((each for story in stories for each in story.events()), key=attrgetter("at")):
        step = Transaction(tx.connection, event.agent, event.at, tx.targets)
        event.act(step)
        step.finish()
