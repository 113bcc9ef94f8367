"""`helpterm check`, `reply` and `decline`: the one gate, from a script."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from store.desk import Desk, messages, replies, tickets
from store.desk.documents import document
from store.errors import BadInput, DeskError
from store.model import Finding, Review, ScopeRule, Severity, Status, Ticket
from store.policy.gate import Reply, TicketContext, context, review
from tui.cli import shapes
from tui.cli.context import narrate, open_desk, print_json, read_text

_WORDS = {Severity.BLOCK: "stops", Severity.WARN: "warns", Severity.HINT: "hint"}


def check(options: argparse.Namespace) -> int:
    """Judges one reply (exit 1 when something blocks it) or many, a Review a line."""
    with open_desk(options) as desk:
        if options.batch:
            return _batch(desk, options.batch)
        if not options.ticket:
            raise BadInput("check needs a ticket", "give --ticket, or --batch with a file")
        ticket = tickets.find(desk, options.ticket)
        judged = review(desk, ticket, Reply(read_text(options.file), decline_rule=_rule(desk, options.rule)))
        _tell(judged, as_json=options.json)
        return 0 if judged.may_send else 1


def _rule(desk: Desk, name: str) -> str:
    return document(desk.read(), ScopeRule, name).id if name else ""


def _batch(desk: Desk, file: str) -> int:
    """Judges JSON lines in order. A line that cannot be judged gives `{"error": …}` in its place, and exit 2 at the end."""
    contexts: dict[str, tuple[Ticket, TicketContext]] = {}
    failed = False
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            name, text = _batch_line(line, number)
            if name not in contexts:
                ticket = tickets.find(desk, name)
                contexts[name] = (ticket, context(desk, ticket))
            ticket, known = contexts[name]
            print_json(shapes.review(review(desk, ticket, Reply(text), context=known)))
        except DeskError as error:
            failed = True
            print_json({"error": f"line {number}: {error}"})
            narrate(f"helpterm: line {number}: {error}")
    return 2 if failed else 0


def _batch_line(line: str, number: int) -> tuple[str, str]:
    try:
        entry = json.loads(line)
        return str(entry["ticket"]), str(entry["reply"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput(f"not a check ({error})", 'each line is {"ticket": …, "reply": …}') from None


def reply(options: argparse.Namespace) -> int:
    """Sends a reply, or writes a note."""
    with open_desk(options) as desk:
        ticket = tickets.find(desk, options.ticket)
        text = read_text(options.file)
        if not options.note:
            return _send(desk, ticket, options, Reply(text, acknowledged=acknowledged(options)))
        note = messages.note(desk, ticket, text)
        if options.json:
            print_json({"message": shapes.message(note), "review": None})
        else:
            narrate(f"noted on #{ticket.short}")
    return 0


def decline(options: argparse.Namespace) -> int:
    """Sends a reply that draws the line by a rule."""
    with open_desk(options) as desk:
        ticket = tickets.find(desk, options.ticket)
        declined = Reply(
            read_text(options.file),
            decline_rule=_rule(desk, options.rule),
            acknowledged=acknowledged(options),
        )
        return _send(desk, ticket, options, declined)


def acknowledged(options: argparse.Namespace) -> dict[str, str]:
    """The findings that stand all the same, each with its reason. Raises BadInput when one has none."""
    if len(options.acknowledge) != len(options.because):
        raise BadInput("each --acknowledge needs its --because", "write why the reply is right all the same")
    return dict(zip(options.acknowledge, options.because, strict=True))


def _send(desk: Desk, ticket: Ticket, options: argparse.Namespace, text: Reply) -> int:
    status = options.status or Status.PENDING
    try:
        message, judged = replies.send(desk, ticket, text, status=status, cc=options.cc, hold=False)
    except replies.ReplyStopped as stopped:
        if options.json:
            print_json({"message": None, "review": shapes.review(stopped.review)})
        narrate(f"helpterm: {stopped}")
        return stopped.exit_code
    if options.json:
        print_json({"message": shapes.message(message), "review": shapes.review(judged)})
    else:
        narrate(f"queued for {ticket.customer.email}; `helpterm send` delivers it")
    return 0


def _tell(judged: Review, *, as_json: bool) -> None:
    if as_json:
        print_json(shapes.review(judged))
        return
    for line in _lines(judged):
        sys.stdout.write(line + "\n")


def _lines(judged: Review) -> Iterator[str]:
    for finding in judged.findings:
        yield f"{_WORDS[finding.severity]:6}{finding.rule}: {_sentence(finding)}"
    yield f"{'may be sent' if judged.may_send else 'may not be sent'}; {1 - judged.canned.score:.0%} own words"


def _sentence(finding: Finding) -> str:
    return f"{finding.message} — {finding.advice}" if finding.advice else finding.message
