"""Pull: the shared log after the cursor, replayed a batch at a time."""

from __future__ import annotations

from store.desk.desk import Desk
from store.sync import local
from store.sync.errors import VERSION
from store.sync.link import Link
from store.sync.replay import Entry, News, apply

MOST = 1000
"""Entries replayed in one transaction: the writer is free again for what is typed in well under a second."""

_PULL = "SELECT * FROM helpterm.pull(%s, %s, %s, %s, %s)"


def pull(desk: Desk, link: Link, most: int = MOST) -> News:
    """Replays all that is new; one call to the hub when nothing is. Raises SyncError and StoreError kinds."""
    news = News()
    while True:
        member = local.membership(desk.read())
        rows = link.rows(
            _PULL, (VERSION, member.epoch, member.cursor, member.chain, most), width=len(Entry._fields)
        )
        if rows:
            news.add(apply(desk, [Entry(*row) for row in rows]))
        if len(rows) < most:
            return news
