"""An agent's searches: those kept under a name (shared with the agent's other desks), and those made of late (kept here)."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future
from dataclasses import replace

from store.desk.desk import Desk
from store.desk.documents import documents_where
from store.desk.ids import derived_id
from store.errors import BadInput, NotFound
from store.model import SavedSearch
from store.text.inert import inert_line

MOST_SAVED = 200
"""Searches that one agent may keep."""

MOST_REMEMBERED = 200
"""Searches of late that are kept."""

LONGEST_NAME = 40
DIGITS = range(1, 10)


def saved(desk: Desk) -> list[SavedSearch]:
    """This agent's saved searches, those with a digit first."""
    return documents_where(desk.read(), SavedSearch, "active AND agent = ?", (desk.agent,))


def save(desk: Desk, name: str, query: str) -> SavedSearch:
    """Keeps a query under a name, in place of the one that had it; the first free digit recalls it.

    Raises BadInput for an empty name or query, and when there are `MOST_SAVED`.
    """
    name, query = " ".join(inert_line(name).split())[:LONGEST_NAME].strip(), " ".join(query.split())
    if not name or not query:
        raise BadInput(
            "a saved search needs a name and something to search for", "search first, then save it"
        )
    kept = saved(desk)
    new = SavedSearch(derived_id("search", desk.agent, name.casefold()), desk.agent, name, query)
    before = next((each for each in kept if each.id == new.id), None)
    if before is None and len(kept) >= MOST_SAVED:
        raise BadInput(f"{MOST_SAVED} searches are saved", "forget one of them first")
    taken = {each.digit for each in kept}
    digit = before.digit if before else next((each for each in DIGITS if each not in taken), 0)
    found = replace(new, digit=digit)
    desk.change(lambda tx: tx.put(found))
    return found


def forget(desk: Desk, search: SavedSearch) -> None:
    """Takes a saved search away; its digit is free again."""
    desk.change(lambda tx: tx.put(replace(search, active=False, digit=0)))


def under(desk: Desk, digit: int) -> SavedSearch:
    """The search that a digit recalls. Raises NotFound."""
    found = next((each for each in saved(desk) if each.digit == digit), None)
    if found is None:
        raise NotFound(f"no search is saved under {digit}", "search, then save it")
    return found


def named(desk: Desk, name: str) -> SavedSearch:
    """The search of that name, capitals or not, or the one that the digit recalls. Raises NotFound."""
    wanted = " ".join(name.split()).casefold()
    found = next((each for each in saved(desk) if each.name.casefold() == wanted), None)
    if found is not None:
        return found
    if wanted.isdecimal() and int(wanted) in DIGITS:
        return under(desk, int(wanted))
    raise NotFound(f"no search is saved as {name!r}", "`helpterm search` lists them")


def remember(desk: Desk, query: str) -> Future[None]:
    """Queues a query as the latest of this agent's; the future ends when it is written. No change: it stays on this machine."""
    row = (desk.agent, " ".join(query.split()), desk.now())

    def job(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT OR REPLACE INTO search_history VALUES (?, ?, ?)", row)
        connection.execute(
            "DELETE FROM search_history WHERE agent = ? AND query NOT IN"
            " (SELECT query FROM search_history WHERE agent = ? ORDER BY at DESC LIMIT ?)",
            (desk.agent, desk.agent, MOST_REMEMBERED),
        )

    return desk.database.submit(job)


def recent(desk: Desk) -> list[str]:
    """What this agent searched for of late, the latest first."""
    rows = desk.read().execute(
        "SELECT query FROM search_history WHERE agent = ? ORDER BY at DESC, query", (desk.agent,)
    )
    return [query for (query,) in rows]
