"""`helpterm claim`, `assign`, `status`, … : one change on one or more tickets."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from store.desk import Desk, tickets
from store.desk.undo import undo
from store.errors import BadInput
from store.model import Priority, Status, Ticket
from tui.cli import shapes
from tui.cli.context import narrate, open_desk, print_json

Change = Callable[[Desk, list[int]], list[Ticket]]


def _change(options: argparse.Namespace, act: Change) -> int:
    with open_desk(options) as desk:
        numbers = [tickets.find(desk, name).number for name in options.tickets]
        changed = act(desk, list(dict.fromkeys(numbers)))
        _tell(changed, as_json=options.json)
    return 0


def _tell(changed: list[Ticket], *, as_json: bool) -> None:
    if as_json:
        print_json({"changed": [shapes.ticket(each) for each in changed]})
        return
    for each in changed:
        narrate(f"#{each.short}: {each.status}, {each.priority}, {each.assignee or 'nobody'}")


def _value(options: argparse.Namespace, name: str, noun: str) -> str:
    """The option `name`, or the last word behind the tickets."""
    given = getattr(options, name)
    if given is not None:
        return str(given)
    if len(options.tickets) < 2:
        raise BadInput(f"which {noun}?", f"give it behind the tickets, or with --{name}")
    return str(options.tickets.pop())


def claim(options: argparse.Namespace) -> int:
    """Takes tickets for the agent who works."""
    return _change(options, tickets.claim)


def assign(options: argparse.Namespace) -> int:
    """Gives tickets to a person; `nobody` puts them back."""
    name = _value(options, "to", "person")
    return _change(
        options, lambda desk, numbers: tickets.assign(desk, numbers, "" if name == "nobody" else name)
    )


def status(options: argparse.Namespace) -> int:
    """Sets the status."""
    word = _value(options, "to", "status").lower().replace("-", "_")
    if word not in list(Status):
        raise BadInput(f"{word!r} is no status", f"there are {', '.join(Status)}")
    return _change(options, lambda desk, numbers: tickets.set_status(desk, numbers, Status(word)))


def priority(options: argparse.Namespace) -> int:
    """Sets the priority."""
    word = _value(options, "to", "priority").lower()
    if word not in list(Priority):
        raise BadInput(f"{word!r} is no priority", f"there are {', '.join(Priority)}")
    return _change(options, lambda desk, numbers: tickets.set_priority(desk, numbers, Priority(word)))


def tag(options: argparse.Namespace) -> int:
    """Adds and removes tags."""
    if not options.add and not options.remove:
        options.add = [_value(argparse.Namespace(tickets=options.tickets, add=None), "add", "tag")]
    return _change(options, lambda desk, numbers: tickets.tag(desk, numbers, options.add, options.remove))


def snooze(options: argparse.Namespace) -> int:
    """Hides tickets until a time, said as people say it; `now` brings them back."""
    from store.text.moments import moment

    words = _value(options, "until", "time")

    def act(desk: Desk, numbers: list[int]) -> list[Ticket]:
        until = None if words == "now" else moment(words, desk.now())
        return tickets.snooze(desk, numbers, until)

    return _change(options, act)


def move(options: argparse.Namespace) -> int:
    """Moves tickets to another product or department."""
    if options.product is None and options.department is None:
        raise BadInput("move where?", "give --product or --department")
    return _change(
        options,
        lambda desk, numbers: tickets.move(
            desk, numbers, product=options.product, department=options.department
        ),
    )


def escalate(options: argparse.Namespace) -> int:
    """Hands tickets to the next tier, with what was tried."""
    from store.shifts.tiers import Attempt

    text = options.tried or Attempt(options.tested, options.found, options.link).text()
    return _change(options, lambda desk, numbers: tickets.escalate(desk, numbers, text, options.tier))


def merge(options: argparse.Namespace) -> int:
    """Merges tickets into another one."""
    into = _value(options, "into", "ticket to merge into")

    def act(desk: Desk, numbers: list[int]) -> list[Ticket]:
        return [tickets.merge(desk, numbers, tickets.find(desk, into).number)]

    return _change(options, act)


def undo_last(options: argparse.Namespace) -> int:
    """Takes back the agent's last change."""
    with open_desk(options) as desk:
        what, changed = undo(desk)
        narrate(f"taken back: {what}")
        _tell(changed, as_json=options.json)
    return 0
