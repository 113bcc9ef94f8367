"""`helpterm queue` and `helpterm show`."""

from __future__ import annotations

import argparse
import sys

from store.clock import to_iso
from store.desk import Desk, conversation, tickets
from store.desk import queue as desk_queue
from store.errors import BadInput, NotFound
from store.model import Message, Ticket
from tui.cli import shapes
from tui.cli.context import open_desk, print_json
from tui.cli.table import print_table
from tui.formatting.times import span


def queue(options: argparse.Namespace) -> int:
    """Prints a page of the queue; exit 0 also when it is empty."""
    with open_desk(options) as desk:
        query = desk_queue.understand(desk, " ".join(options.query))
        after = _cursor(options.after) if options.after else None
        page = desk_queue.page(desk, query, after=after, limit=options.limit)
        rows = [tickets.ticket(desk, row.number) for row in page.rows]
        total = desk_queue.count(desk, query)
        following = "{}:{}".format(*page.next) if page.next else None
        if options.json:
            print_json({"total": total, "next": following, "tickets": [shapes.ticket(each) for each in rows]})
        else:
            _print_queue(desk, rows)
            print(
                f"{len(rows)} of {total}" + (f", more with --after {following}" if following else ""),
                file=sys.stderr,
            )
    return 0


def _cursor(text: str) -> tuple[int, int]:
    rank, _, number = text.partition(":")
    try:
        return int(rank), int(number)
    except ValueError:
        raise BadInput(f"{text!r} is no cursor", "give the `next` of the page before") from None


def _print_queue(desk: Desk, rows: list[Ticket]) -> None:
    now = desk.now()
    print_table(
        ("number", "waits", "priority", "status", "assignee", "customer", "subject"),
        [
            (
                row.short,
                span(now - row.waiting_since) if row.waiting_since is not None else "",
                row.priority,
                row.status,
                row.assignee,
                row.customer.name or row.customer.email,
                row.subject,
            )
            for row in rows
        ],
    )


def show(options: argparse.Namespace) -> int:
    """Prints one ticket with its messages, oldest first; with `--raw` the bytes of a mail."""
    with open_desk(options) as desk:
        ticket = tickets.find(desk, options.ticket)
        messages = conversation.messages(desk, ticket)
        if options.raw is not None:
            sys.stdout.buffer.write(conversation.raw_mail(desk, _mail(messages, options.ticket, options.raw)))
        elif options.json:
            print_json(shapes.ticket(ticket) | {"messages": [shapes.message(each) for each in messages]})
        else:
            _print_ticket(ticket, messages)
    return 0


def _mail(messages: list[Message], ticket: str, wanted: str) -> Message:
    """The message meant by an id or Message-ID; else the one named instead of a ticket; else the first mail."""
    name = (wanted or ticket).removeprefix("<").removesuffix(">")
    named = [each for each in messages if name in (each.id, each.message_id)]
    if wanted and not named:
        raise NotFound(f"there is no message {wanted!r} in this ticket", "give its id or its <Message-ID>")
    mails = named or [each for each in messages if each.message_id]
    if not mails:
        raise NotFound("this ticket did not come by mail", "only mails have a raw source")
    return mails[0]


def _print_ticket(ticket: Ticket, messages: list[Message]) -> None:
    from store.text.inert import inert, inert_line

    print(f"#{ticket.short}  {inert_line(ticket.subject)}")
    print(f"{ticket.status}, {ticket.priority}, {ticket.customer.name} <{ticket.customer.email}>")
    if ticket.tags:
        print(" ".join(f"#{tag}" for tag in ticket.tags))
    changed = conversation.changed_subjects(messages)
    for message in messages:
        state = f" ({message.delivery})" if message.delivery else ""
        sent = to_iso(message.sent_at)
        print(
            f"\n── {message.kind} · {inert_line(message.author.name or message.author.email)} · {sent}{state}"
        )
        if subject := changed.get(message.number):
            print(f"   Subject: {inert_line(subject)}")
        print(inert(message.new_text))
        for file in message.attachments:
            print(f"   [{inert_line(file.name)}, {file.size} bytes]")
