"""The green light: a newcomer's reply waits for a mentor, who sends it, returns it with remarks, or edits it and sends it.

The one gate judges it twice: when it is handed in, so that a mentor never sees what the editor would have stopped, and when
it leaves. Two mentors cannot both decide. Both names are kept: who wrote the message, and who let it pass.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace

from store.desk import Desk, conversation, replies, tickets
from store.desk.documents import document, documents_where
from store.desk.ids import new_id
from store.desk.messages import forget_draft
from store.desk.transaction import Transaction
from store.errors import BadInput, NotFound, Refused
from store.model import Kind, Message, Review, Role, Status, Ticket
from store.policy.gate import Reply, review
from store.text.inert import inert
from store.working import GreenLight, Light

MENTORS = frozenset({Role.AGENT, Role.DEVELOPER, Role.MANAGER})
"""Roles that may let a newcomer's reply pass."""


def waiting(desk: Desk) -> list[GreenLight]:
    """The replies that wait for a mentor, the longest first."""
    return documents_where(desk.read(), GreenLight, "light = 'waiting' AND active")


def of_author(desk: Desk, author: str = "") -> list[GreenLight]:
    """Everything that a newcomer (this agent without a name) handed in, the oldest first."""
    name = author or desk.agent
    return documents_where(desk.read(), GreenLight, "author = ? COLLATE NOCASE AND active", (name,))


def find(desk: Desk, name: str) -> GreenLight:
    """One by its id, or the open one of the ticket that is meant. Raises NotFound."""
    try:
        return document(desk.read(), GreenLight, name)
    except NotFound:
        found = on_ticket(desk, tickets.find(desk, name))
        if found is None:
            raise NotFound(
                "no reply to this ticket waits", "`helpterm greenlight list` shows those that do"
            ) from None
        return found


def on_ticket(desk: Desk, ticket: Ticket) -> GreenLight | None:
    """The reply to a ticket that waits or was returned; None when there is none."""
    open_ones = "ticket = ? AND light IN ('waiting', 'returned') AND active"
    found = documents_where(desk.read(), GreenLight, open_ones, (ticket.id,))
    return found[-1] if found else None


def submit(
    desk: Desk,
    ticket: Ticket,
    reply: Reply,
    *,
    status: Status = Status.PENDING,
    cc: Sequence[str] = (),
    seen: int | None = None,
) -> tuple[GreenLight, Review]:
    """Hands a reply in; one that was returned before, or still waits, is replaced by it. The draft is done with.

    `seen` is the row of the newest message its author had before the eyes (by default the newest there is). Raises
    ReplyStopped when the gate says no, Refused for who needs no green light or when a colleague's reply to it waits.
    """
    if not replies.is_newcomer(desk):
        raise Refused("you need no green light", "send the reply yourself")
    judged = review(desk, ticket, reply)
    replies.stop(judged, reply)
    said = conversation.messages(desk, ticket)
    newest = conversation.newest(said) if seen is None else seen
    seen_id = next((each.id for each in said if each.number == newest), "")
    before = on_ticket(desk, ticket)
    if before is not None and before.author.casefold() != desk.agent.casefold():
        raise Refused(f"a reply by {before.author} waits for a mentor", "agree with them on who answers")
    rules = tuple(dict.fromkeys(finding.rule for finding in judged.findings))
    handed_in = GreenLight(
        id=before.id if before else new_id(),
        ticket=ticket.id,
        author=desk.agent,
        text=reply.text.rstrip(),
        status=str(status),
        submitted_at=desk.now(),
        cc=tuple(cc),
        rule=reply.decline_rule,
        reasons=tuple(part for pair in reply.acknowledged.items() for part in pair),
        rounds=before.rounds + (before.light is Light.RETURNED) if before else 1,
        findings=before.findings if before else rules,
        seen=seen_id,
        remarks=before.remarks if before else "",
        mentor=before.mentor if before else "",
        edited=before.edited if before else False,
    )

    def job(tx: Transaction) -> None:
        tx.put(handed_in)
        if not tx.value(ticket.number, "assignee"):
            tx.set(ticket.number, "assignee", tx.agent)
        forget_draft(tx, ticket.number, Kind.REPLY)

    desk.change(job)
    return handed_in, judged


def withdraw(desk: Desk, name: str) -> GreenLight:
    """The author takes a reply back. Raises Refused when it is somebody else's or was decided."""
    light = find(desk, name)
    if light.author.casefold() != desk.agent.casefold():
        raise Refused(f"{light.author} handed this in", "only its author takes it back")
    return _decide(
        desk, light, lambda now: replace(light, light=Light.WITHDRAWN, decided_at=now), Light.RETURNED
    )


def give_back(desk: Desk, name: str, remarks: str, *, text: str | None = None) -> GreenLight:
    """Returns a reply to its author with remarks, and with `text` when the mentor has edited it.

    Raises BadInput without remarks, Refused for who is no mentor or too late.
    """
    if not remarks.strip():
        raise BadInput("a reply is returned with remarks", "say what would make it better")
    light = find(desk, name)
    _may_mentor(desk, light)
    words = inert(remarks).strip()
    agreed = light.text if text is None else text.rstrip()

    def returned(now: int) -> GreenLight:
        return replace(
            light,
            light=Light.RETURNED,
            mentor=desk.agent,
            remarks=words,
            text=agreed,
            edited=light.edited or agreed != light.text,
            decided_at=now,
        )

    return _decide(desk, light, returned, done_editing=True)


def send(
    desk: Desk,
    name: str,
    *,
    text: str | None = None,
    acknowledged: Sequence[tuple[str, str]] = (),
    status: Status | None = None,
    cc: Sequence[str] | None = None,
    seen: int | None = None,
) -> tuple[GreenLight, Message, Review]:
    """Gives the green light: the reply leaves under its author's name, with `text` when the two have edited it.

    `status` and `cc` take the place of what the author had chosen. `seen` is the row of the newest message that the mentor
    had before the eyes (by default what the author had). Raises Refused for who is no mentor or when somebody was faster,
    and whatever `store.desk.replies.send` raises.
    """
    light = find(desk, name)
    _may_mentor(desk, light)
    _still(desk.read(), light)
    ticket = tickets.find(desk, light.ticket)
    words = light.text if text is None else text.rstrip()
    reasons = dict(zip(light.reasons[::2], light.reasons[1::2], strict=True)) | dict(acknowledged)
    reply = Reply(words, decline_rule=light.rule, acknowledged=reasons)

    def passed(tx: Transaction, message: int) -> None:
        _still(tx.connection, light)
        (message_id,) = tx.connection.execute(
            "SELECT id FROM messages WHERE number = ?", (message,)
        ).fetchone()
        edited = light.edited or words != light.text
        _forget_editing(tx, ticket.number, light)
        tx.put(
            replace(
                light,
                light=Light.SENT,
                mentor=tx.agent,
                text=words,
                edited=edited,
                decided_at=tx.now,
                message=message_id,
            )
        )

    message, judged = replies.send(
        desk,
        ticket,
        reply,
        status=status or Status(light.status),
        cc=light.cc if cc is None else cc,
        hold=False,
        seen=seen_by_author(desk, light) if seen is None else seen,
        author=light.author,
        also=passed,
    )
    return document(desk.read(), GreenLight, light.id), message, judged


def review_of(desk: Desk, light: GreenLight) -> Review:
    """The gate's judgement of a reply that waits, as it stands now."""
    reasons = dict(zip(light.reasons[::2], light.reasons[1::2], strict=True))
    reply = Reply(light.text, decline_rule=light.rule, acknowledged=reasons)
    return review(desk, tickets.find(desk, light.ticket), reply)


def draft_mark(light: GreenLight) -> str:
    """What stands in the place of a draft's rule while a mentor edits this reply, which is no reply of the mentor's own."""
    return f"light {light.id}"


def _forget_editing(tx: Transaction, ticket: int, light: GreenLight) -> None:
    tx.connection.execute(
        "DELETE FROM drafts WHERE ticket = ? AND agent = ? AND kind = ? AND rule = ?",
        (ticket, tx.agent, str(Kind.REPLY), draft_mark(light)),
    )


def seen_by_author(desk: Desk, light: GreenLight) -> int | None:
    """The row of the newest message that the author of a reply had before the eyes; None when this desk has it not."""
    row = desk.read().execute("SELECT number FROM messages WHERE id = ?", (light.seen,)).fetchone()
    return None if row is None else row[0]


def _may_mentor(desk: Desk, light: GreenLight) -> None:
    person = tickets.known_agent(desk, desk.agent)
    if person.role not in MENTORS or person.name.casefold() == light.author.casefold():
        raise Refused("you cannot give this green light", "an agent, developer or manager of the team can")


def _still(connection: sqlite3.Connection, light: GreenLight, *also: Light) -> None:
    """Raises Refused when somebody has decided, or the author has handed in another text, since `light` was read."""
    row = connection.execute("SELECT light, rounds FROM greenlights WHERE id = ?", (light.id,)).fetchone()
    if row is None or row[0] not in (Light.WAITING, *also) or row[1] != light.rounds:
        raise Refused(f"this reply was {row[0] if row else 'removed'} meanwhile", "look at the ticket again")


def _decide(
    desk: Desk,
    light: GreenLight,
    decided: Callable[[int], GreenLight],
    *also: Light,
    done_editing: bool = False,
) -> GreenLight:
    ticket = tickets.find(desk, light.ticket)

    def job(tx: Transaction) -> GreenLight:
        _still(tx.connection, light, *also)
        if done_editing:
            _forget_editing(tx, ticket.number, light)
        new = decided(tx.now)
        tx.put(new)
        return new

    return desk.change(job)
