"""Own changes that did not hold, in words: what it was, the value meant, the value that stands, who decided, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tui.formatting.cells import Piece, cut, isolated
from tui.formatting.times import full_moment, moment
from tui.formatting.wrapping import wrapped

if TYPE_CHECKING:
    from store.sync.overruled import Conflict
    from tui.overruled import Overruled

SIGNS = {"lost": ("←", "lost"), "overridden": ("↺", "changed after you"), "rejected": ("✗", "refused")}
_TIMES = frozenset({"snoozed_until"})
_NAMED_BY = ("title", "name", "url", "product", "day")


def can_be_set_again(conflict: Conflict) -> bool:
    """False for messages and deliveries, which are no values."""
    return conflict.entity != "message" and (bool(conflict.field) or conflict.kind == "put")


def subject(found: Overruled) -> str:
    """What it was about: a ticket, or a document by its name."""
    conflict, ticket = found.conflict, found.ticket
    if ticket is not None:
        return f"#{ticket.short}"
    for value in (conflict.mine, conflict.theirs):
        if isinstance(value, Mapping):
            name = next((str(value[each]) for each in _NAMED_BY if value.get(each)), "")
            if name:
                return f"the {conflict.entity} “{name}”"
    return f"a {conflict.entity}"


def what(conflict: Conflict) -> str:
    """The field, as people call it."""
    if conflict.entity == "message":
        return "delivery" if conflict.kind == "delivery" else "message"
    if conflict.field.startswith("tag:"):
        return f"tag #{conflict.field.removeprefix('tag:')}"
    if conflict.kind == "put":
        return "text"
    return conflict.field.replace("_", " ") or conflict.kind


def value(conflict: Conflict, side: Any) -> str:
    """One of the two values."""
    if conflict.field.startswith("tag:"):
        return "there" if side else "not there"
    if isinstance(side, Mapping):
        other = conflict.theirs if side is conflict.mine else conflict.mine
        differs = [key for key in side if not isinstance(other, Mapping) or side[key] != other.get(key)]
        return ", ".join(f"{key.replace('_', ' ')}: {side[key]}" for key in differs) or "the same"
    if side in (None, ""):
        return "nobody" if conflict.field == "assignee" else "none"
    if conflict.field in _TIMES and isinstance(side, int):
        return full_moment(side)
    return str(side).replace("_", " ") if conflict.field in ("status", "priority") else str(side)


def _yours(conflict: Conflict) -> str:
    return value(conflict, conflict.mine)


def _stands(conflict: Conflict) -> str:
    return value(conflict, conflict.theirs)


def line(found: Overruled) -> str:
    """One sentence: `ben was first to take #48213 (yours: ada, now: ben)`."""
    conflict = found.conflict
    where, field = subject(found), what(conflict)
    if conflict.outcome == "rejected":
        return f"{where}: the team's database does not take your {field} ({_short(_yours(conflict))})"
    who = conflict.agent or "somebody"
    both = f"(yours: {_short(_yours(conflict))}, now: {_short(_stands(conflict))})"
    if conflict.field == "assignee" and conflict.theirs and conflict.theirs == conflict.agent:
        return f"{who} was first to take {where} {both}"
    verb = "changed" if conflict.outcome == "overridden" else "was later with"
    return f"{who} {verb} the {field} of {where} {both}"


def row(found: Overruled, now: int) -> list[Piece]:
    """One line of the list."""
    conflict = found.conflict
    sign, word = SIGNS[conflict.outcome]
    pieces: list[Piece] = [
        (f" {sign} ", "late"),
        (isolated(cut(subject(found), 30)), "strong"),
        (
            f"  {what(conflict)}: yours {_short(_yours(conflict))}, now {_short(_stands(conflict))}",
            "text",
        ),
        (f"  {word}", "muted"),
    ]
    if conflict.agent:
        pieces.append((f" · {conflict.agent}", "muted"))
    pieces.append((f" · {moment(conflict.at, now)}", "muted"))
    return pieces


def _short(text: str) -> str:
    return isolated(cut(" ".join(text.split()), 24))


def whole(found: Overruled, cells: int) -> list[list[Piece]]:
    """Everything about one of them, and what can be done."""
    conflict, ticket = found.conflict, found.ticket
    sign, word = SIGNS[conflict.outcome]
    title = ticket.subject or "(no subject)" if ticket is not None else ""
    lines: list[list[Piece]] = [[(cut(f" {subject(found)}  {title}", cells), "title")]]
    lines.append([(cut(f" {sign} {what(conflict)}: {word}", cells), "late")])
    lines.append([])
    lines += _block("Yours", _yours(conflict), cells)
    lines += _block("Stands", _stands(conflict), cells)
    lines += _block("By", conflict.agent or "the shared database", cells)
    lines += _block("When", full_moment(conflict.at), cells)
    lines.append([])
    lines += [[(f" {isolated(text)}", "muted")] for text in wrapped(_explained(conflict), max(cells - 2, 8))]
    return lines


def _block(label: str, text: str, cells: int) -> Iterator[list[Piece]]:
    for number, part in enumerate(wrapped(text[:4_000], max(cells - 10, 8))):
        yield [(f" {label if not number else '':<8}", "muted"), (isolated(part), "text")]


def _explained(conflict: Conflict) -> str:
    if conflict.outcome == "rejected":
        why = "The team's database does not take this change: it is not allowed, or what it is about is not there."
    elif conflict.kind == "claim":
        why = "Somebody else took the ticket before yours arrived; whoever is first has it."
    elif conflict.outcome == "lost":
        why = "Somebody else's change was the later one, made without having seen yours."
    else:
        why = "Yours stood for a while; then somebody changed it who had not seen yours."
    return (
        f"{why} Setting yours again is a change of its own, made knowing this one; it holds."
        if (conflict.outcome != "rejected" and can_be_set_again(conflict))
        else why
    )
