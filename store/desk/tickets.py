"""What can be done to tickets: one function for each change, on one ticket or on many."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from store.desk.desk import Desk
from store.desk.documents import document
from store.desk.transaction import Transaction
from store.errors import BadInput, NotFound, Refused
from store.model import Agent, Department, Priority, Product, Status, Ticket
from store.text.inert import inert_line

Numbers = Sequence[int]

COLUMNS = (
    "t.number, t.id, t.short, t.subject, t.status, t.priority, t.channel, t.product, t.department, t.tier, t.assignee,"
    " t.language, t.created_at, t.updated_at, t.first_reply_at, t.waiting_since, t.due_at, t.snoozed_until, t.problem,"
    " t.declined_by, t.merged_into, t.handle_seconds, c.id, c.email, c.name"
)


def ticket(desk: Desk, number: int) -> Ticket:
    """One ticket by its row. Raises NotFound."""
    return by_number(desk.read(), number)


def by_number(connection: sqlite3.Connection, number: int) -> Ticket:
    """One ticket by its row, on a connection at hand. Raises NotFound."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM tickets t JOIN customers c ON c.number = t.customer WHERE t.number = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise NotFound("there is no such ticket", "look at the queue for its number")
    tags = connection.execute("SELECT tag FROM ticket_tags WHERE ticket = ? ORDER BY tag", (number,))
    return _ticket(row, tuple(tag for (tag,) in tags))


def _ticket(row: Sequence[Any], tags: tuple[str, ...]) -> Ticket:
    from store.model import Channel, Customer

    return Ticket(
        number=row[0],
        id=row[1],
        short=row[2],
        subject=row[3],
        status=Status(row[4]),
        priority=Priority(row[5]),
        channel=Channel(row[6]),
        product=row[7],
        department=row[8],
        tier=row[9],
        assignee=row[10],
        language=row[11],
        created_at=row[12],
        updated_at=row[13],
        first_reply_at=row[14],
        waiting_since=row[15],
        due_at=row[16],
        snoozed_until=row[17],
        problem=row[18],
        declined_by=row[19],
        merged_into=row[20],
        handle_seconds=row[21],
        customer=Customer(row[22], row[23], row[24]),
        tags=tags,
    )


def find(desk: Desk, name: str) -> Ticket:
    """The ticket that somebody means by its number (`#` allowed), its id, or the Message-ID of one of its mails.

    Raises NotFound for none, and Refused when two tickets have that number.
    """
    name = name.strip()
    bare = name.lstrip("#")
    connection = desk.read()
    rows = connection.execute(
        "SELECT number FROM tickets WHERE short = ? ORDER BY number LIMIT 3", (bare,)
    ).fetchall()
    if not rows:
        rows = connection.execute(
            "SELECT number FROM tickets WHERE id = ?", (bare.replace("-", ""),)
        ).fetchall()
    if not rows and ("@" in name or name.startswith("<")):
        message_id = name.removeprefix("<").removesuffix(">")
        rows = connection.execute(
            "SELECT DISTINCT ticket FROM messages WHERE message_id = ? AND message_id <> ''", (message_id,)
        ).fetchall()[:1]
    if not rows:
        raise NotFound(f"there is no ticket {inert_line(name)!r}", "`helpterm queue` lists them")
    if len(rows) > 1:
        ids = ", ".join(by_number(connection, number).id for (number,) in rows)
        raise Refused(f"more than one ticket has the number {bare}", f"give the id: {ids}")
    return by_number(connection, rows[0][0])


def _each(desk: Desk, numbers: Numbers, act: Callable[[Transaction, int], Any]) -> list[Ticket]:
    """One transaction for all; returns the tickets as they are now."""

    def job(tx: Transaction) -> None:
        for number in numbers:
            act(tx, number)

    desk.change(job)
    return [ticket(desk, number) for number in numbers]


def claim(desk: Desk, numbers: Numbers) -> list[Ticket]:
    """Takes tickets for the agent at this desk. Raises Refused when somebody else has one; then none is taken."""

    def act(tx: Transaction, number: int) -> None:
        holder = tx.value(number, "assignee")
        if holder and holder != desk.agent:
            raise Refused(f"{holder} has this ticket", "assign it to yourself to take it over")
        tx.set(number, "assignee", desk.agent, "claim")

    return _each(desk, numbers, act)


def assign(desk: Desk, numbers: Numbers, agent: str) -> list[Ticket]:
    """Gives tickets to a person of the desk (empty: to nobody). Raises NotFound for an unknown name."""
    name = known_agent(desk, agent).name if agent else ""
    return _each(desk, numbers, lambda tx, number: tx.set(number, "assignee", name))


def known_agent(desk: Desk, name: str) -> Agent:
    """The person with this name; the agent at this desk is always known. Raises NotFound."""
    try:
        return document(desk.read(), Agent, name)
    except NotFound:
        if name.casefold() == desk.agent.casefold():
            return Agent(id="", name=desk.agent)
        raise NotFound(
            f"nobody here is called {inert_line(name)!r}", "`helpterm agent list` shows the team"
        ) from None


def set_status(desk: Desk, numbers: Numbers, status: Status) -> list[Ticket]:
    """Sets the status; a solved or closed ticket is no longer snoozed."""

    def act(tx: Transaction, number: int) -> None:
        tx.set(number, "status", str(status))
        if status.is_done:
            tx.set(number, "snoozed_until", None)

    return _each(desk, numbers, act)


def set_priority(desk: Desk, numbers: Numbers, priority: Priority) -> list[Ticket]:
    """Sets the priority, and with it the due time."""
    return _each(desk, numbers, lambda tx, number: tx.set(number, "priority", str(priority)))


def tag(desk: Desk, numbers: Numbers, add: Sequence[str] = (), remove: Sequence[str] = ()) -> list[Ticket]:
    """Adds and removes tags. Raises BadInput for one that is empty or holds blanks."""
    names = dict.fromkeys(map(tag_name, add), True) | dict.fromkeys(map(tag_name, remove), False)

    def act(tx: Transaction, number: int) -> None:
        tx.value(number, "id")
        for name, present in names.items():
            tx.set(number, f"tag:{name}", present)

    return _each(desk, numbers, act)


def tag_name(text: str) -> str:
    """A tag as it is kept: lower case, no `#`. Raises BadInput."""
    name = inert_line(text).strip().lstrip("#").lower()
    if not name or any(character.isspace() or character in ",;:" for character in name):
        raise BadInput(f"{inert_line(text)!r} is no tag", "a tag is one word, such as refund or needs-log")
    return name


def snooze(desk: Desk, numbers: Numbers, until: int | None) -> list[Ticket]:
    """Hides tickets until a time (ms since the epoch; None brings them back).

    Raises BadInput for a time that is over, Refused for a solved or closed ticket.
    """
    if until is not None and until <= desk.now():
        raise BadInput("that time is over", "snooze until a moment that is still to come")

    def act(tx: Transaction, number: int) -> None:
        if until is not None and Status(tx.value(number, "status")).is_done:
            raise Refused("a solved ticket does not wait", "open it again before you snooze it")
        tx.set(number, "snoozed_until", until)

    return _each(desk, numbers, act)


def move(
    desk: Desk, numbers: Numbers, *, product: str | None = None, department: str | None = None
) -> list[Ticket]:
    """Moves tickets to another product or department. Raises NotFound for an unknown one."""
    values: dict[str, str] = {}
    if product is not None:
        values["product"] = document(desk.read(), Product, product).name if product else ""
    if department is not None:
        values["department"] = document(desk.read(), Department, department).name if department else ""

    def act(tx: Transaction, number: int) -> None:
        for name, value in values.items():
            tx.set(number, name, value)

    return _each(desk, numbers, act)


def escalate(desk: Desk, numbers: Numbers, tried: str, tier: int | None = None) -> list[Ticket]:
    """Hands tickets to the next tier (1 to 3) with a note of what was tried, so that nobody asks the customer twice.

    The ticket goes back to the queue unassigned. Raises BadInput without `tried`, Refused at the highest tier.
    """
    from store.desk.messages import note_on

    if not tried.strip():
        raise BadInput("an escalation says what was tried", "write what was tested and what was found")

    def act(tx: Transaction, number: int) -> None:
        before = tx.value(number, "tier")
        target = before + 1 if tier is None else tier
        if not before < target <= 3:
            raise Refused(f"the ticket is at tier {before} already", "tiers run from 1 to 3")
        note_on(tx, number, f"Escalated to tier {target}. What was tried:\n\n{tried.strip()}")
        tx.set(number, "tier", target)
        tx.set(number, "assignee", "")
        tx.set(number, "status", str(Status.OPEN))

    return _each(desk, numbers, act)


def merge(desk: Desk, numbers: Numbers, into: int) -> Ticket:
    """Closes tickets into another one, which then shows their messages too. Returns the survivor.

    Raises Refused for merging a ticket into itself or into one that is itself merged away.
    """

    def job(tx: Transaction) -> None:
        survivor_id, survivor_merged = tx.connection.execute(
            "SELECT id, merged_into FROM tickets WHERE number = ?", (into,)
        ).fetchone() or (None, None)
        if survivor_id is None:
            raise NotFound("there is no such ticket to merge into", "look at the queue for its number")
        if survivor_merged:
            raise Refused("that ticket was merged into another one", "merge into the one it went to")
        for number in numbers:
            if number == into:
                raise Refused("a ticket cannot be merged into itself", "choose another one")
            merge_one(tx, number, survivor_id)

    desk.change(job)
    return ticket(desk, into)


def merge_one(tx: Transaction, number: int, survivor_id: str) -> None:
    """Closes one ticket, and those merged into it before, into the ticket with this id."""
    followers = tx.connection.execute(
        "SELECT number FROM tickets WHERE merged_into <> '' AND merged_into = ?", (tx.id_of(number),)
    ).fetchall()
    for (follower,) in followers:
        tx.set(follower, "merged_into", survivor_id)
    tx.set(number, "merged_into", survivor_id)
    tx.set(number, "status", str(Status.CLOSED))
    tx.set(number, "snoozed_until", None)
