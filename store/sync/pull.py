"""Pull: the shared log after the cursor, replayed a batch at a time."""

from __future__ import annotations

from store.desk.desk import Desk
from store.sync import local
from store.sync.errors import VERSION
from store.sync.link import Link
from store.sync.replay import COLUMNS_OF_ENTRY, WIDTH, News, apply, entries_of

MOST = 2000
"""Entries replayed in one transaction: the writer is free again for what is typed in well under a second."""

_PULL = f"SELECT {COLUMNS_OF_ENTRY} FROM helpterm.pull(%s, %s, %s, %s, %s)".encode()


def pull(desk: Desk, link: Link, most: int = MOST) -> News:
    """Replays all that is new; one call to the hub when nothing is. Raises SyncError and StoreError kinds."""
    news = News()
    while True:
        member = local.membership(desk.read())
        rows = link.rows(_PULL, (VERSION, member.epoch, member.cursor, member.chain, most), width=WIDTH)
        if rows:
            news.add(apply(desk, entries_of(rows)))
        if len(rows) < most:
            return news
