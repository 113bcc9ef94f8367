"""Pull: the shared log after the cursor, replayed a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import replace

from store.desk.desk import Desk
from store.sync import local
from store.sync.entries import COLUMNS_OF_ENTRY, WIDTH, Entry, entries_of
from store.sync.errors import VERSION
from store.sync.haste import hurried
from store.sync.link import Link
from store.sync.local import Membership
from store.sync.replay import MANY, News, apply

MOST, FEW = 10_000, MANY
"""Entries replayed in one transaction: the writer is free again for what is typed in well under a second."""

HEAVY = 1_000
"""Where entries have more characters than that, as mails do, fewer are asked for at once: they are all in memory."""

_PULL = f"SELECT {COLUMNS_OF_ENTRY} FROM helpterm.pull(%s, %s, %s, %s, %s)".encode()


def pull(desk: Desk, link: Link, most: int = MOST) -> News:
    """Replays all that is new; one call to the hub when nothing is. Raises SyncError and StoreError kinds.

    While one batch is written the next one is on its way.
    """
    news = News()
    writing: Future[News] | None = None
    place = local.membership(desk.read())
    size = min(FEW, most)
    with hurried():
        try:
            while True:
                entries = _after(link, place, size)
                if writing is not None:
                    news.add(writing.result())
                    writing, here = None, local.membership(desk.read())
                    if here.cursor != place.cursor:  # another console was faster
                        place = here
                        continue
                if entries:
                    writing = apply(desk, entries)
                    place = replace(place, cursor=entries[-1].seq, chain=entries[-1].chain)
                if len(entries) < size:
                    break
                size = min(_next_size(entries), most)
        finally:  # what was on its way when the line broke is here
            if writing is not None:
                wait([writing])
    if writing is not None:
        news.add(writing.result())
    return news


def _next_size(entries: Sequence[Entry]) -> int:
    return FEW if sum(len(entry.result_text) for entry in entries) > HEAVY * len(entries) else MOST


def _after(link: Link, place: Membership, most: int) -> Sequence[Entry]:
    """The next entries of the log. Raises SyncError kinds."""
    asked = (VERSION, place.epoch, place.cursor, place.chain, most)
    return entries_of(link.rows(_PULL, asked, width=WIDTH))
