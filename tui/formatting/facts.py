"""What is to know about a ticket at a glance: one line for narrow terminals, a panel for wide ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.formatting.cells import Piece, cut, fit
from tui.formatting.row import state, waits
from tui.formatting.times import full_moment, moment, span_in_words, zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Ticket
    from tui.opened import Opened

_ROLES = {"late": "late", "new": "accent"}


def _standing(ticket: Ticket, now: int) -> list[str]:
    """The words that say how a ticket stands."""
    words = [str(ticket.status).replace("_", " ")]
    if ticket.due_at is not None and ticket.due_at <= now:
        words.append("late")
    if ticket.snoozed_until is not None and ticket.snoozed_until > now:
        words.append(f"snoozed until {moment(ticket.snoozed_until, now)}")
    return words


def _since(at: int, now: int, *, exact: bool) -> str:
    """How long ago, or with `exact` since when, with the zone."""
    return f"since {full_moment(at)} {zone(at)}" if exact else span_in_words(now - at)


def line(
    opened: Opened, now: int, agent: str, effort: Sequence[Piece] = (), *, exact: bool = False
) -> list[Piece]:
    """One line: how it stands, who has it, what it has taken, what it is about; `exact` shows moments instead of ages."""
    ticket = opened.ticket
    words = _standing(ticket, now)
    pieces: list[Piece] = [(f" {', '.join(words)}", "late" if "late" in words else "accent")]
    if ticket.priority != "normal":
        pieces.append((f" · {ticket.priority}", "urgent" if ticket.priority == "urgent" else "text"))
    if ticket.waiting_since is not None:
        pieces.append((f" · waits {_since(ticket.waiting_since, now, exact=exact)}", "text"))
    holder = "yours" if ticket.assignee == agent else ticket.assignee or "nobody has it"
    pieces.append((f" · {holder}", "text"))
    if effort:
        pieces += [(" · ", "text"), *effort]
    if ticket.product:
        pieces.append((f" · {ticket.product}", "text"))
    pieces += [(f" #{tag}", "muted") for tag in ticket.tags]
    return pieces + remarks(opened)


def remarks(opened: Opened) -> list[Piece]:
    """What must not be overlooked: a draft, a decline, a merge."""
    pieces: list[Piece] = []
    if opened.has_draft:
        pieces.append((" · you have a draft", "late"))
    if opened.declined_by:
        pieces.append((f" · declined by “{opened.declined_by}”", "text"))
    if opened.merged_into:
        pieces.append((f" · merged into #{opened.merged_into}", "late"))
    return pieces


def customer(opened: Opened) -> list[Piece]:
    """One line: who asks, and what else they asked."""
    who = opened.ticket.customer
    name = who.name or who.email
    address = f" <{who.email}>" if who.name and who.email else ""
    count = len(opened.others)
    others = "no other ticket" if not count else f"{count} other ticket{'s' * (count != 1)} (c)"
    return [(f" {name}", "strong"), (f"{address} · {others}", "muted")]


def panel(
    opened: Opened,
    cells: int,
    now: int,
    agent: str,
    effort: Sequence[Piece] = (),
    tier: str = "",
    *,
    exact: bool = False,
) -> list[list[Piece]]:
    """Lines of `cells` cells: ticket with what it has taken, customer, the customer's other tickets."""
    ticket = opened.ticket
    due_at = ticket.due_at or 0
    due = f"{full_moment(due_at)} {zone(due_at)}" if exact else moment(due_at, now)
    facts = [
        ("Status", ", ".join(_standing(ticket, now))),
        ("Priority", str(ticket.priority)),
        ("Agent", "you" if ticket.assignee == agent else ticket.assignee or "nobody"),
        (
            "Waits",
            "nobody waits"
            if ticket.waiting_since is None
            else _since(ticket.waiting_since, now, exact=exact),
        ),
        ("Due", "" if ticket.due_at is None else due),
        ("Product", ticket.product),
        ("Department", ticket.department),
        ("Tier", (tier or str(ticket.tier)) if ticket.tier > 1 else ""),
        ("Language", ticket.language),
        ("Channel", str(ticket.channel)),
        ("Came", full_moment(ticket.created_at)),
        ("Tags", " ".join(f"#{tag}" for tag in ticket.tags)),
    ]
    out: list[list[Piece]] = [[(fit(" Ticket", cells), "title")]]
    for name, value in facts:
        if value:
            role = "late" if name == "Status" and "late" in value else "text"
            out.append([(f" {name:<12}", "muted"), (fit(value, cells - 13), role)])
    if effort:
        out.append([(f" {'Spent':<12}", "muted"), *effort])
    out += [[(fit(text.removeprefix(" ·"), cells), role)] for text, role in remarks(opened)]
    who = ticket.customer
    out += [
        [],
        [(fit(" Customer", cells), "title")],
        [(" " + fit(who.name or who.email, cells - 1), "strong")],
    ]
    if who.name and who.email:
        out.append([(" " + fit(who.email, cells - 1), "text")])
    count = len(opened.others)
    title = " No other tickets" if not count else f" {count} other ticket{'s' * (count != 1)}  c opens one"
    out += [[], [(fit(title, cells), "title" if count else "muted")]]
    for row in opened.others:
        word = state(row, now)
        out.append(
            [
                (f" {word:<8}", _ROLES.get(word, "muted")),
                (fit(cut(row.subject, cells - 14), cells - 14), "text"),
                (fit(waits(row, now), 5, right=True), "muted"),
            ]
        )
    return out
