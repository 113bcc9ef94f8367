"""What commands ask for: whom to assign, which status, until when. Each reads what it needs and shows one dialog."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from store.desk import queue, searches, tickets
from store.desk.documents import documents
from store.errors import NotFound
from store.model import Agent, Department, Priority, Product, QueueRow, SavedSearch, Status, Ticket
from store.text.moments import moment
from tui.formatting.conversation import links as links_of
from tui.formatting.times import full_moment, span
from tui.screens.dialogs import Choice, Choose, Pick, Say
from tui.worker import in_thread

if TYPE_CHECKING:
    from tui.app import HelptermApp

_STATUS = (
    (Status.OPEN, "o", "we are to answer"),
    (Status.PENDING, "p", "the customer is to answer"),
    (Status.ON_HOLD, "h", "somebody else is to act"),
    (Status.SOLVED, "s", "answered"),
    (Status.CLOSED, "c", "nobody expects another word"),
    (Status.NEW, "n", "nobody has looked at it"),
)
_PRIORITY = ((Priority.URGENT, "u"), (Priority.HIGH, "h"), (Priority.NORMAL, "n"), (Priority.LOW, "l"))


def _many(console: HelptermApp) -> str:
    count = len(console.place.targets())
    return f" of {count:,} tickets" if count > 1 else ""


async def agents(console: HelptermApp) -> str | None:
    """A name of the team; empty for nobody."""
    people = await in_thread(lambda: documents(console.desk.read(), Agent))
    me = console.desk.agent
    names = [Choice(me, me, remark="you")]
    names += [Choice(each.name, each.name, remark=each.full_name) for each in people if each.name != me]
    names.append(Choice("nobody", "", remark="back to the queue"))
    return await console.ask(Pick(f"Who takes it over{_many(console)}?", names))


async def status(console: HelptermApp) -> Status | None:
    """A status; the present one is under the cursor."""
    now = (await console.ticket_at_hand()).status
    choices = [Choice(str(each).replace("_", " "), each, letter, remark) for each, letter, remark in _STATUS]
    at = next(index for index, choice in enumerate(choices) if choice.value is now)
    return await console.ask(Choose(f"Status{_many(console)}", choices, on=at))


async def priority(console: HelptermApp) -> Priority | None:
    """A priority, with the time in which it asks for an answer."""
    now = (await console.ticket_at_hand()).priority
    targets = console.desk.targets
    choices = [
        Choice(str(each), each, letter, f"an answer within {span(targets[each])}")
        for each, letter in _PRIORITY
    ]
    at = next(index for index, choice in enumerate(choices) if choice.value is now)
    return await console.ask(Choose(f"Priority{_many(console)}", choices, on=at))


async def tags(console: HelptermApp) -> tuple[list[str], list[str]] | None:
    """Tags to add, tags to remove."""
    used = await in_thread(queue.tags, console.desk)
    example = " ".join(used[:4]) or "refund login"

    def read(text: str) -> tuple[list[str], list[str]]:
        words = re.split(r"[\s,;]+", text.strip())
        add = [tickets.tag_name(word) for word in words if not word.startswith("-")]
        return add, [tickets.tag_name(word[1:]) for word in words if word.startswith("-")]

    def shown(answer: tuple[list[str], list[str]]) -> str:
        add, remove = answer
        return "  ".join([*(f"add #{name}" for name in add), *(f"remove #{name}" for name in remove)])

    return await console.ask(
        Say(f"Tags{_many(console)}, -tag removes one", read, shown=shown, example=example)
    )


async def place(console: HelptermApp) -> tuple[Literal["product", "department"], str] | None:
    """A product or a department."""

    def read() -> tuple[list[Product], list[Department]]:
        return documents(console.desk.read(), Product), documents(console.desk.read(), Department)

    products, departments = await in_thread(read)
    choices: list[Choice[tuple[Literal["product", "department"], str]]] = [
        *(Choice(each.name, ("product", each.name), remark="product") for each in products),
        *(Choice(each.name, ("department", each.name), remark="department") for each in departments),
    ]
    return await console.ask(Pick(f"Move where{_many(console)}?", choices))


async def until(console: HelptermApp) -> int | None:
    """A moment in natural words, shown as a date while it is typed (ms since the epoch)."""
    now = console.desk.now()
    return await console.ask(
        Say(
            f"Snooze{_many(console)} until",
            lambda text: moment(text, now),
            shown=lambda at: f"{full_moment(at)}, in {span(at - now)}",
            example="tomorrow 9 · 2h · monday · 24.12. · yarın 14:00",
        )
    )


async def survivor(console: HelptermApp) -> Ticket | None:
    """The ticket that others are merged into, by its number; the customer's other tickets are offered."""
    here = await console.ticket_at_hand()
    from store.desk.conversation import other_tickets

    others = await in_thread(other_tickets, console.desk, here)
    choices = [_row_choice(row, console.desk.now()) for row in others]
    choices.append(Choice("another ticket, by its number", 0))
    chosen = await console.ask(Pick(f"Merge{_many(console)} into which of the customer's tickets?", choices))
    if chosen is None:
        return None
    if chosen:
        return await in_thread(tickets.ticket, console.desk, chosen)

    def read(text: str) -> Ticket:
        return tickets.find(console.desk, text)

    return await console.ask(
        Say(
            "Merge into number",
            read,
            shown=lambda ticket: f"#{ticket.short} {ticket.subject} ({ticket.customer.email})",
        )
    )


async def search_name(console: HelptermApp, query: str) -> str | None:
    """The name under which a search is saved; one that is there already is told, and replaced."""
    saved = await in_thread(searches.saved, console.desk)

    def shown(name: str) -> str:
        before = next((each for each in saved if each.name.casefold() == name.casefold()), None)
        return query if before is None else f"{query} (instead of {before.query})"

    def read(text: str) -> str:
        return " ".join(text.split())

    return await console.ask(Say("Save this search as", read, shown=shown, example="a short name"))


async def saved_search(console: HelptermApp, question: str) -> SavedSearch | None:
    """One of the saved searches."""
    saved = await in_thread(searches.saved, console.desk)
    if not saved:
        raise NotFound("no search is saved", "search, then save it")
    choices = [
        Choice(each.name, each, remark=f"{f'g {each.digit}' if each.digit else '':<4} {each.query}")
        for each in saved
    ]
    return await console.ask(Pick(question, choices))


def _row_choice(row: QueueRow, now: int) -> Choice[int]:
    age = span(now - row.updated_at)
    return Choice(
        f"#{row.short}  {row.subject}", row.number, remark=f"{str(row.status).replace('_', ' ')}, {age}"
    )


async def other_ticket(console: HelptermApp) -> int | None:
    """One of the customer's other tickets, by its row."""
    others = console.conversation().opened.others
    if not others:
        raise NotFound("this customer has no other ticket")
    now = console.desk.now()
    return await console.ask(Pick("The customer's other tickets", [_row_choice(row, now) for row in others]))


async def link(console: HelptermApp) -> str | None:
    """A link of the conversation, shown whole."""
    found = links_of(console.conversation().opened.messages)
    if not found:
        raise NotFound("there is no link in this conversation")
    return await console.ask(
        Pick("Links, the newest first; Enter copies", [Choice(url, url) for url in found])
    )
