"""Problems: the cause behind many tickets, the day from cause found to patched, and who is to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from store.clock import DAY
from store.desk import Desk, tickets
from store.desk.documents import document, documents_where
from store.desk.ids import new_id
from store.desk.queue import queue_rows
from store.desk.replies import TELL_THEM
from store.desk.transaction import Transaction
from store.errors import BadInput, Refused
from store.model import Product, QueueRow, Status, Ticket
from store.policy.links import find_links
from store.text.inert import inert, inert_line
from store.working import Problem

PATCHED_WITHIN = 1 * DAY
"""From cause found to patched (ms)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a problem, in ms: it runs from cause found to patched; `left` is negative when the day is over."""

    running: bool
    taken: int
    left: int


def clock(problem: Problem, now: int) -> Clock | None:
    """The clock from cause found to patched; None while no cause is found."""
    if problem.found_at is None:
        return None
    end = now if problem.patched_at is None else problem.patched_at
    taken = max(0, end - problem.found_at)
    return Clock(problem.patched_at is None, taken, PATCHED_WITHIN - taken)


def problems(desk: Desk, *, patched: bool = False) -> list[Problem]:
    """The problems that are open: those whose clock runs before the rest, the oldest first; with `patched` those that are
    over as well, at the end."""
    found = documents_where(desk.read(), Problem, "active" if patched else "active AND patched_at IS NULL")
    return sorted(found, key=_pressing)


def _pressing(problem: Problem) -> tuple[bool, bool, int, str]:
    since = problem.opened_at if problem.found_at is None else problem.found_at
    return problem.patched_at is not None, problem.found_at is None, since, problem.title


def problem(desk: Desk, name: str) -> Problem:
    """The problem with this id or title. Raises NotFound."""
    return document(desk.read(), Problem, name)


def add(
    desk: Desk,
    title: str,
    *,
    product: str = "",
    owner: str = "",
    evidence: Sequence[str] = (),
    tracker: str = "",
    linked: Sequence[Ticket] = (),
) -> Problem:
    """Opens a problem and links tickets to it. Raises BadInput without a title or for a bad link, NotFound for unknown names."""
    line = inert_line(title).strip()
    if not line:
        raise BadInput("a problem needs a title", "say in a line what goes wrong")
    new = Problem(
        new_id(),
        line,
        document(desk.read(), Product, product).name if product else "",
        tickets.known_agent(desk, owner or desk.agent).name,
        desk.now(),
        evidence=tuple(inert_line(each) for each in evidence),
        tracker=_url(tracker),
    )

    def job(tx: Transaction) -> None:
        tx.put(new)
        for each in linked:
            tx.set(each.number, "problem", new.id)

    desk.change(job)
    return new


def link(desk: Desk, name: str, numbers: Sequence[int]) -> list[Ticket]:
    """Links tickets to a problem (an empty name unlinks them). Raises NotFound."""
    found = problem(desk, name).id if name else ""

    def job(tx: Transaction) -> None:
        for number in numbers:
            tx.set(number, "problem", found)

    desk.change(job)
    return [tickets.ticket(desk, number) for number in numbers]


def amend(
    desk: Desk,
    name: str,
    *,
    owner: str | None = None,
    tracker: str | None = None,
    evidence: Sequence[str] = (),
) -> Problem:
    """Gives a problem another owner or link to the tracker, or more evidence. Raises BadInput for a bad link, NotFound."""
    old = problem(desk, name)
    changed = replace(
        old,
        owner=old.owner if owner is None else tickets.known_agent(desk, owner).name,
        tracker=old.tracker if tracker is None else _url(tracker),
        evidence=(*old.evidence, *(inert_line(each) for each in evidence if each.strip())),
    )
    desk.change(lambda tx: tx.put(changed))
    return changed


def found(desk: Desk, name: str, cause: str, evidence: Sequence[str] = ()) -> Problem:
    """The cause is found: the clock starts. A second time corrects the words and leaves the clock.

    Raises BadInput without a cause.
    """
    if not cause.strip():
        raise BadInput("say what the cause is", "a sentence is enough")
    old = problem(desk, name)
    changed = replace(
        old,
        cause=inert(cause).strip(),
        evidence=(*old.evidence, *(inert_line(each) for each in evidence)),
        found_at=old.found_at if old.found_at is not None else desk.now(),
    )
    desk.change(lambda tx: tx.put(changed))
    return changed


def patched(desk: Desk, name: str, fix: str, fix_url: str = "") -> tuple[Problem, list[Ticket]]:
    """The problem is patched: each linked ticket comes back to its agent, open, with the tag `tell-them`.

    Returns the problem and those tickets. `fix` are the facts that the replies will need. Raises BadInput without them,
    Refused when no cause was found or when it was patched before.
    """
    if not fix.strip():
        raise BadInput("say what the patch changed", "whoever tells the customers needs the facts")
    old = problem(desk, name)
    if old.found_at is None:
        raise Refused("nobody has said what the cause was", "`helpterm problem found` comes first")
    if old.patched_at is not None:
        raise Refused("this problem is patched already", "open another one if it came back")
    url = _url(fix_url)

    def job(tx: Transaction) -> tuple[Problem, list[int]]:
        changed = replace(
            old, fix=inert(fix).strip(), fix_url=url, patched_at=max(tx.now, old.found_at or tx.now)
        )
        tx.put(changed)
        rows = tx.connection.execute(
            "SELECT number FROM tickets WHERE problem = ? AND problem <> '' AND merged_into = '' ORDER BY number",
            (old.id,),
        ).fetchall()
        for (number,) in rows:
            tx.set(number, f"tag:{TELL_THEM}", True)
            tx.set(number, "status", str(Status.OPEN))
            tx.set(number, "snoozed_until", None)
        return changed, [number for (number,) in rows]

    changed, numbers = desk.change(job)
    return changed, [tickets.ticket(desk, number) for number in numbers]


def linked(desk: Desk, problem: Problem) -> list[QueueRow]:
    """The tickets of a problem, those that wait longest first."""
    return queue_rows(
        desk,
        "t.problem = ? AND t.problem <> '' AND t.merged_into = '' ORDER BY t.rank, t.number",
        (problem.id,),
    )


def to_tell(desk: Desk, *, agent: str | None = None) -> list[QueueRow]:
    """The tickets whose customers are still to be told of a patch: everybody's, or one agent's and nobody's."""
    mine = "" if agent is None else " AND t.assignee IN (?, '')"
    return queue_rows(
        desk,
        f"t.number IN (SELECT ticket FROM ticket_tags WHERE tag = ?){mine} ORDER BY t.rank, t.number",
        (TELL_THEM,) if agent is None else (TELL_THEM, agent),
    )


def facts_for(desk: Desk, ticket: Ticket) -> Problem | None:
    """The patched problem whose facts belong beside the reply to this ticket; None when there is nothing to tell."""
    if not ticket.problem or TELL_THEM not in ticket.tags:
        return None
    found = documents_where(
        desk.read(), Problem, "id = ? AND active AND patched_at IS NOT NULL", (ticket.problem,)
    )
    return found[0] if found else None


def _url(text: str) -> str:
    url = text.strip()
    if url and ([each.url for each in find_links(url)] != [url] or not urlsplit(url).hostname):
        raise BadInput(f"{inert_line(url, 80)!r} is no link", "give the whole address: https://…")
    return url
