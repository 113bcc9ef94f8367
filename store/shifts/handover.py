"""The end of a shift: tickets passed on with a sentence each, and everything that must be decided before one goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from store.desk import Desk, drafts, outbox, takeaways, tickets
from store.desk.documents import document, documents_where
from store.desk.ids import derived_id, new_id
from store.desk.messages import note_on
from store.desk.queue import queue_rows
from store.desk.transaction import Transaction
from store.errors import BadInput, NotFound, Refused
from store.model import Delivery, Department, Draft, Outgoing, QueueRow, Ticket
from store.shifts import shift as shifts
from store.text.inert import inert, inert_line
from store.working import Article, GreenLight, Handover, Light, Shift

QUEUE = "queue"
"""To whom a ticket is passed that goes back to the queue."""


@dataclass(frozen=True, slots=True)
class OpenEnds:
    """What an agent would leave behind: tickets that wait for them and are not passed on, replies whose sending is
    undecided, texts begun and not sent, and replies that a mentor returned."""

    tickets: tuple[QueueRow, ...]
    undecided: tuple[Outgoing, ...]
    drafts: tuple[Draft, ...]
    returned: tuple[GreenLight, ...]


def open_ends(desk: Desk) -> OpenEnds:
    """What the agent at this desk would leave behind if the shift ended now."""
    running = shifts.current(desk)
    passed = "" if running is None else running.id
    mine = queue_rows(
        desk,
        "t.assignee = ? AND t.status IN ('new', 'open') AND t.merged_into = '' AND t.snoozed_until IS NULL AND t.id NOT IN"
        " (SELECT ticket FROM handovers WHERE shift = ? AND active) ORDER BY t.rank, t.number",
        (desk.agent, passed),
    )
    undecided = [
        each
        for each in outbox.outgoing(desk)
        if each.state in (Delivery.UNCERTAIN, Delivery.FAILED) and each.message.author.agent == desk.agent
    ]
    kept = {
        each.ticket
        for each in documents_where(desk.read(), Handover, "shift = ? AND active", (passed,))
        if each.receiver == desk.agent
    }
    begun = [each for each in drafts.all_drafts(desk) if each.ticket not in kept]
    returned = documents_where(
        desk.read(),
        GreenLight,
        "author = ? COLLATE NOCASE AND light = ? AND active",
        (desk.agent, Light.RETURNED),
    )
    return OpenEnds(tuple(mine), tuple(undecided), tuple(begun), tuple(returned))


def pass_on(desk: Desk, numbers: Sequence[int], to: str, sentence: str) -> list[Handover]:
    """Passes tickets on to a person, a department or the `queue`, with a sentence that becomes a note.

    To oneself is a decision too: the ticket waits for the next shift. Raises BadInput without a sentence, Refused without a
    running shift, NotFound for an unknown receiver.
    """
    words = inert(sentence).strip()
    if not words:
        raise BadInput("a handover says a sentence", "write what comes next in this ticket")
    running = shifts.current(desk)
    if running is None:
        raise Refused("you are not on shift", "`helpterm shift start` begins one; or assign the tickets")
    person, department = _receiver(desk, to)

    def job(tx: Transaction) -> list[Handover]:
        return [_pass_on(tx, running, number, person, department, words) for number in dict.fromkeys(numbers)]

    return desk.change(job)


def _pass_on(
    tx: Transaction, running: Shift, number: int, person: str, department: str, words: str
) -> Handover:
    ticket = tx.value(number, "id")
    to = person or department or "the queue"
    note_on(tx, number, f"Handed over to {to}. {words}")
    tx.set(number, "assignee", person)
    if department:
        tx.set(number, "department", department)
    # one for each ticket and shift, so that a change of mind replaces the first decision
    given = Handover(
        derived_id("handover", running.id, ticket),
        running.id,
        ticket,
        tx.agent,
        person,
        department,
        words,
        tx.now,
    )
    tx.put(given)
    return given


def _receiver(desk: Desk, to: str) -> tuple[str, str]:
    name = inert_line(to).strip()
    if not name or name.casefold() == QUEUE:
        return "", ""
    try:
        return tickets.known_agent(desk, name).name, ""
    except NotFound:
        try:
            return "", document(desk.read(), Department, name).name
        except NotFound:
            raise NotFound(
                f"no person and no department is called {name!r}", "`queue` hands it to nobody in particular"
            ) from None


def received(desk: Desk, since: int, agent: str = "") -> list[Handover]:
    """What colleagues handed over to an agent (this one without a name) since a moment (ms), oldest first."""
    name = agent or desk.agent
    return documents_where(
        desk.read(),
        Handover,
        "receiver = ? COLLATE NOCASE AND giver <> ? COLLATE NOCASE AND at >= ? AND active",
        (name, name, since),
    )


def given(desk: Desk, shift: Shift) -> list[Handover]:
    """What was handed over in a shift."""
    return documents_where(desk.read(), Handover, "shift = ? AND active", (shift.id,))


def stop(desk: Desk, *, learnt: str = "", keep_drafts: bool = False) -> Shift:
    """Ends the shift once nothing is left undecided. With `keep_drafts` texts begun wait for the next shift.

    Raises Refused naming what is still to be decided.
    """
    left = open_ends(desk)
    parts = [
        (len(left.tickets), "ticket", "pass on with a sentence"),
        (len(left.undecided), "reply", "say whether it was received"),
        (0 if keep_drafts else len(left.drafts), "draft", "send, drop or keep"),
        (len(left.returned), "returned reply", "hand in again or withdraw"),
    ]
    waiting = [f"{count} {_plural(noun, count)} to {what}" for count, noun, what in parts if count]
    if waiting and shifts.current(desk) is not None:
        raise Refused(
            f"not everything is decided: {'; '.join(waiting)}", "`helpterm shift status` names each"
        )
    return shifts.stop(desk, learnt=learnt)


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def begin_article(desk: Desk, ticket: Ticket, title: str = "", text: str = "") -> Article:
    """Opens a stub in the knowledge base for the document that a ticket deserves; a second time it returns the first."""
    known = documents_where(desk.read(), Article, "ticket = ? AND active", (ticket.id,))
    if known:
        return known[0]
    new = Article(
        new_id(),
        inert_line(title).strip() or ticket.subject,
        ticket.id,
        ticket.product,
        ticket.language,
        inert(text).strip(),
        desk.agent,
        desk.now(),
    )
    desk.change(lambda tx: tx.put(new))
    return new


def articles(desk: Desk) -> list[Article]:
    """The documents that were begun and have no page yet."""
    return documents_where(desk.read(), Article, "url = '' AND active")


def finish_article(desk: Desk, name: str, url: str) -> Article:
    """The document is published: it becomes a takeaway. Raises NotFound, and BadInput for a bad link."""
    article = document(desk.read(), Article, name)
    page = takeaways.add(
        desk, url, title=article.title, product=article.product, language=article.language, text=article.text
    )
    done = replace(article, url=page.url)
    desk.change(lambda tx: tx.put(done))
    return done
