"""Stretches of the queue as the list wants them. Runs in threads: knows the store and no widget."""

from __future__ import annotations

from dataclasses import dataclass

from store.desk import Desk
from store.desk import queue as desk_queue
from store.desk.query import Query
from store.desk.queue import Cursor
from store.errors import NotFound
from store.queue_row import QueueRow

STRETCH = 150
"""Rows read at a time: several screens, and still read in a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring rows of a view, and whether others stand above and below them."""

    rows: tuple[QueueRow, ...]
    above: bool
    below: bool


def first(desk: Desk, query: Query, *, typing: bool = False, quick: bool = False, limit: int = 0) -> Stretch:
    """The head of a view; `typing` and `quick` as in `store.desk.queue.page`."""
    page = desk_queue.page(desk, query, limit=limit or STRETCH, quick=quick)
    return Stretch(page.rows, False, page.more)


def last(desk: Desk, query: Query) -> Stretch:
    """The tail of a view, read backward from its end."""
    page = desk_queue.page(desk, query, before=(1 << 62, 0), limit=STRETCH)
    return Stretch(page.rows, page.more, False)


def after(desk: Desk, query: Query, cursor: Cursor) -> Stretch:
    """What follows a row."""
    page = desk_queue.page(desk, query, after=cursor, limit=STRETCH)
    return Stretch(page.rows, True, page.more)


def before(desk: Desk, query: Query, cursor: Cursor) -> Stretch:
    """What stands above a row."""
    page = desk_queue.page(desk, query, before=cursor, limit=STRETCH)
    return Stretch(page.rows, page.more, True)


def around(desk: Desk, query: Query, place: Cursor, *, follow: int = 0) -> Stretch:
    """The view as it is now around a place; with `follow`, around where that ticket stands now if it is in the view."""
    if follow:
        try:
            moved = desk_queue.row(desk, follow).cursor
        except (NotFound, IndexError):
            moved = place
        found = desk_queue.page(desk, query, after=(moved[0], moved[1] - 1), limit=1).rows
        if found and found[0].number == follow:
            place = moved
    above = desk_queue.page(desk, query, before=place, limit=STRETCH // 2)
    below = desk_queue.page(desk, query, after=(place[0], place[1] - 1), limit=STRETCH)
    return Stretch(above.rows + below.rows, above.more, below.more)


def all_numbers(desk: Desk, query: Query, *, most: int) -> list[int]:
    """The rows of every ticket in a view, in its order, up to `most`; read in pages, so that no read lasts long."""
    found: list[int] = []
    cursor: Cursor | None = None
    while len(found) < most:
        page = desk_queue.page(desk, query, after=cursor, limit=1000)
        found += [row.number for row in page.rows]
        if page.next is None:
            break
        cursor = page.next
    return found[:most]
