"""`helpterm greenlight`: a newcomer's replies, the mentor who reads them, and the sign-off."""

from __future__ import annotations

import argparse
import sys

from store.clock import to_iso
from store.desk import replies, tickets
from store.desk.documents import document
from store.model import ScopeRule, Status
from store.policy.gate import Reply
from store.shifts import greenlight, newcomers
from store.text.inert import inert
from store.working import GreenLight
from tui.cli import shapes, working_shapes
from tui.cli.context import narrate, open_desk, print_json, read_text
from tui.cli.replying import acknowledged
from tui.cli.table import print_table


def list_waiting(options: argparse.Namespace) -> int:
    """The replies that wait for a mentor; with --mine what this agent handed in."""
    with open_desk(options) as desk:
        found = greenlight.of_author(desk) if getattr(options, "mine", False) else greenlight.waiting(desk)
    if options.json:
        print_json({"greenlights": [working_shapes.noun(each) for each in found]})
    else:
        print_table(
            ("id", "author", "since", "state", "mentor", "remarks"),
            [
                (
                    each.id[:8],
                    each.author,
                    to_iso(each.submitted_at) or "",
                    each.light,
                    each.mentor,
                    each.remarks,
                )
                for each in found
            ],
        )
    return 0


def submit(options: argparse.Namespace) -> int:
    """Hands a reply in; exit 1 when the gate says no."""
    with open_desk(options) as desk:
        ticket = tickets.find(desk, options.ticket)
        rule = document(desk.read(), ScopeRule, options.rule).id if options.rule else ""
        reply = Reply(read_text(options.file), decline_rule=rule, acknowledged=acknowledged(options))
        try:
            light, judged = greenlight.submit(
                desk, ticket, reply, status=options.status or Status.PENDING, cc=options.cc
            )
        except replies.ReplyStopped as stopped:
            if options.json:
                print_json({"greenlight": None, "review": shapes.review(stopped.review)})
            narrate(f"helpterm: {stopped}")
            return stopped.exit_code
    if options.json:
        print_json({"greenlight": working_shapes.noun(light), "review": shapes.review(judged)})
    else:
        narrate(f"handed in ({light.id[:8]}); a mentor reads it")
    return 0


def show(options: argparse.Namespace) -> int:
    """One reply that waits, with what the gate says of it now."""
    with open_desk(options) as desk:
        light = greenlight.find(desk, options.light)
        judged = greenlight.review_of(desk, light)
    if options.json:
        print_json(working_shapes.noun(light) | {"review": shapes.review(judged)})
        return 0
    print(inert(light.text))
    sys.stdout.flush()
    for finding in judged.findings:
        narrate(f"{finding.severity}: {finding.message}")
    return 0


def send(options: argparse.Namespace) -> int:
    """Gives the green light: the reply leaves under its author's name; with FILE as it was edited together."""
    with open_desk(options) as desk:
        text = read_text(options.file) if options.file else None
        try:
            light, message, judged = greenlight.send(
                desk, options.light, text=text, acknowledged=tuple(acknowledged(options).items())
            )
        except replies.ReplyStopped as stopped:
            if options.json:
                print_json({"greenlight": None, "message": None, "review": shapes.review(stopped.review)})
            narrate(f"helpterm: {stopped}")
            return stopped.exit_code
    if options.json:
        print_json(
            {
                "greenlight": working_shapes.noun(light),
                "message": shapes.message(message),
                "review": shapes.review(judged),
            }
        )
    else:
        narrate(f"queued: {light.author} wrote it, {light.mentor} let it pass")
    return 0


def give_back(options: argparse.Namespace) -> int:
    """Returns a reply to its author with remarks."""
    with open_desk(options) as desk:
        light = greenlight.give_back(desk, options.light, options.remarks)
    return _tell(options, light, f"returned to {light.author}")


def withdraw(options: argparse.Namespace) -> int:
    """The author takes a reply back."""
    with open_desk(options) as desk:
        light = greenlight.withdraw(desk, options.light)
    return _tell(options, light, "taken back")


def _tell(options: argparse.Namespace, light: GreenLight, what: str) -> int:
    if options.json:
        print_json({"greenlight": working_shapes.noun(light)})
    else:
        narrate(what)
    return 0


def record(options: argparse.Namespace) -> int:
    """What a newcomer has done so far."""
    with open_desk(options) as desk:
        known = newcomers.record(desk, options.newcomer)
    if options.json:
        print_json(working_shapes.record(known))
    else:
        rate = "–" if known.first_pass_rate is None else f"{known.first_pass_rate:.0%}"
        print_table(
            ("hours", "tickets", "replies", "passed at once", "signed off"),
            [
                (
                    f"{known.seconds / 3600:.1f}",
                    str(known.tickets),
                    str(known.replies),
                    rate,
                    known.signed_off.mentor if known.signed_off else "not yet",
                )
            ],
        )
        print_table(("finding", "how often"), [(rule, str(count)) for rule, count in known.findings])
    return 0


def sign_off(options: argparse.Namespace) -> int:
    """The green light for good: the newcomer becomes an agent."""
    with open_desk(options) as desk:
        signed = newcomers.sign_off(desk, options.newcomer, options.because)
    if options.json:
        print_json({"sign_off": working_shapes.noun(signed)})
    else:
        narrate(f"{signed.newcomer} answers alone now; {signed.mentor} signed")
    return 0
