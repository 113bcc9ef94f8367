"""`helpterm problem`: the causes behind tickets, their clock, and who is to be told."""

from __future__ import annotations

import argparse

from store.desk import tickets
from store.shifts import problems
from store.text.durations import duration
from store.working import Problem
from tui.cli import shapes, working_shapes
from tui.cli.context import narrate, open_desk, print_json
from tui.cli.table import print_table


def list_problems(options: argparse.Namespace) -> int:
    """The open problems, or with --patched all of them."""
    with open_desk(options) as desk:
        found = problems.problems(desk, patched=getattr(options, "patched", False))
        now = desk.now()
        counts = {each.id: len(problems.linked(desk, each)) for each in found}
    if options.json:
        print_json({"problems": [_shape(each, now) | {"tickets": counts[each.id]} for each in found]})
    else:
        print_table(
            ("id", "owner", "tickets", "clock", "title"),
            [
                (each.id[:8], each.owner, str(counts[each.id]), _clock(each, now), each.title)
                for each in found
            ],
        )
    return 0


def _shape(problem: Problem, now: int) -> working_shapes.Json:
    return working_shapes.noun(problem) | {"clock": working_shapes.clock(problems.clock(problem, now))}


def _clock(problem: Problem, now: int) -> str:
    clock = problems.clock(problem, now)
    if clock is None:
        return "no cause yet"
    if not clock.running:
        return f"patched in {duration(clock.taken)}"
    return f"{duration(clock.left)} left" if clock.left >= 0 else f"{duration(-clock.left)} late"


def add(options: argparse.Namespace) -> int:
    """Opens a problem."""
    with open_desk(options) as desk:
        new = problems.add(
            desk,
            options.title,
            product=options.product,
            owner=options.owner,
            evidence=options.evidence,
            tracker=options.tracker,
            linked=[tickets.find(desk, name) for name in options.ticket],
        )
        return _tell(options, new, desk.now(), "opened")


def show(options: argparse.Namespace) -> int:
    """One problem with its tickets."""
    with open_desk(options) as desk:
        found = problems.problem(desk, options.problem)
        rows = problems.linked(desk, found)
        now = desk.now()
    if options.json:
        print_json(_shape(found, now) | {"tickets": [working_shapes.row(each) for each in rows]})
        return 0
    print(f"{found.title} ({found.owner}; {_clock(found, now)})")
    for line in (found.cause, *found.evidence, found.tracker, found.fix, found.fix_url):
        if line:
            print(line)
    print_table(
        ("number", "status", "assignee", "subject"),
        [(each.short, each.status, each.assignee, each.subject) for each in rows],
    )
    return 0


def link(options: argparse.Namespace) -> int:
    """Links tickets to a problem; `nothing` unlinks them."""
    with open_desk(options) as desk:
        numbers = [tickets.find(desk, name).number for name in options.tickets]
        name = "" if options.problem == "nothing" else options.problem
        changed = problems.link(desk, name, numbers)
    if options.json:
        print_json({"changed": [shapes.ticket(each) for each in changed]})
    else:
        narrate(f"linked: {len(changed)}" if name else f"unlinked: {len(changed)}")
    return 0


def amend(options: argparse.Namespace) -> int:
    """Another owner, another link to the tracker, more evidence."""
    with open_desk(options) as desk:
        changed = problems.amend(
            desk, options.problem, owner=options.owner, tracker=options.tracker, evidence=options.evidence
        )
        return _tell(options, changed, desk.now(), "changed")


def found(options: argparse.Namespace) -> int:
    """The cause is found: the day begins in which it is patched."""
    with open_desk(options) as desk:
        changed = problems.found(desk, options.problem, options.cause, options.evidence)
        return _tell(options, changed, desk.now(), "cause found")


def patched(options: argparse.Namespace) -> int:
    """It is patched: each linked ticket comes back to its agent, whose customer is to be told."""
    with open_desk(options) as desk:
        changed, back = problems.patched(desk, options.problem, options.fix, options.url)
        now = desk.now()
    if options.json:
        print_json({"problem": _shape(changed, now), "changed": [shapes.ticket(each) for each in back]})
    else:
        narrate(f"patched: {changed.title}; {len(back)} customers are to be told, one by one")
    return 0


def tell(options: argparse.Namespace) -> int:
    """The tickets whose customers are still to be told; exit 1 when there is none."""
    with open_desk(options) as desk:
        rows = problems.to_tell(desk, agent=None if options.everybody else desk.agent)
    if options.json:
        print_json({"tickets": [working_shapes.row(each) for each in rows]})
    else:
        print_table(
            ("number", "assignee", "subject"), [(each.short, each.assignee, each.subject) for each in rows]
        )
    return 0 if rows else 1


def _tell(options: argparse.Namespace, problem: Problem, now: int, what: str) -> int:
    if options.json:
        print_json({"problem": _shape(problem, now)})
    else:
        narrate(f"{what}: {problem.title} ({problem.id[:8]})")
    return 0
