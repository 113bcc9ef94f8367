"""`helpterm import`, `fetch`, `send` and `outbox`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.clock import to_iso
from store.desk import Desk
from store.desk import outbox as desk_outbox
from store.errors import BadInput, NotFound
from store.model import Outgoing
from tui.cli import shapes
from tui.cli.context import narrate, open_desk, print_json
from tui.cli.signals import stopped_by_signal
from tui.cli.table import print_table

if TYPE_CHECKING:
    from store.channels.mail.imap import FetchResult
    from store.channels.mail.importing import Progress
    from store.channels.mail.intake import Item
    from store.channels.mail.smtp import SendResult


def import_mail(options: argparse.Namespace) -> int:
    """Imports stored mail; exit 1 when none of it could be read."""
    from store.channels.mail.importing import import_paths

    paths = [Path(each).expanduser() for each in options.paths]
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise BadInput(f"there is no {missing}", "give mbox files, Maildirs, .eml files or folders of them")
    items: list[Item] = []
    with open_desk(options, create=True) as desk, _progress_bar() as progress:
        result = import_paths(
            desk,
            paths,
            product=options.product,
            department=options.department,
            our_addresses=options.our_address,
            progress=progress,
            items=items.append if options.items else None,
        )
    for each in result.failed:
        narrate(f"helpterm: {each.source}: {each.reason}")
    if options.json:
        print_json(
            {
                "read": result.read,
                "tickets": result.tickets,
                "messages": result.messages,
                "duplicates": result.duplicates,
                "automatic": result.automatic,
                "failed": [{"source": each.source, "reason": each.reason} for each in result.failed],
            }
            | ({"items": [_item(each) for each in items]} if options.items else {})
        )
    else:
        narrate(
            f"{result.read} mails read: {result.tickets} tickets, {result.messages} messages,"
            f" {result.duplicates} known already, {result.automatic} automatic, {len(result.failed)} failed"
        )
    return 1 if result.read and len(result.failed) == result.read else 0


def _item(item: Item) -> dict[str, Any]:
    return {
        "source": item.source,
        "outcome": item.outcome,
        "message": item.message or None,
        "ticket": item.ticket or None,
        "message_id": item.message_id or None,
    }


@contextmanager
def _progress_bar() -> Iterator[Progress | None]:
    """A bar on stderr, when that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def send(options: argparse.Namespace) -> int:
    """Delivers what is due; exit 1 when a mail failed or its fate is unknown. `--watch` keeps on until stopped."""
    from store.channels.mail.smtp import deliver
    from store.sync.sending import lend

    with open_desk(options) as desk:
        if desk.is_shared:
            lend(desk)
        if options.watch:
            return _watch_outbox(desk, as_json=options.json)
        result = deliver(desk)
        waiting = len(desk_outbox.outgoing(desk))
    if options.json:
        print_json(asdict(result) | {"waiting": waiting})
    else:
        narrate(_sent(result) + f"; {waiting} in the outbox")
    return 1 if result.failed or result.uncertain else 0


def _sent(result: SendResult) -> str:
    return f"{result.sent} sent, {result.deferred} deferred, {result.uncertain} uncertain, {result.failed} failed"


def _watch_outbox(desk: Desk, *, as_json: bool) -> int:
    """Delivers whenever something is due, one line for each round; ends by a signal."""
    from store.channels.mail.smtp import SendResult, deliver

    with stopped_by_signal() as stop:
        while not stop.is_set():
            result = deliver(desk) if desk_outbox.is_due(desk) else SendResult()
            if result != SendResult():
                if as_json:
                    print_json(asdict(result))
                else:
                    narrate(_sent(result))
            stop.wait(1.0 if result.sent or result == SendResult() else 30.0)
    return 0


def fetch(options: argparse.Namespace) -> int:
    """Collects mail once, or with `--watch` until stopped; exit 3 when no mailbox could be read."""
    from store.channels.mail.imap import fetch as collect
    from store.channels.mail.watching import watch

    with open_desk(options, create=True) as desk:
        if not options.watch:
            result = collect(desk)
            _tell_fetched(result, as_json=options.json)
            return 3 if result.troubles and not result.fetched else 0
        with stopped_by_signal() as stop:
            watch(desk, stop, lambda result: _tell_fetched(result, as_json=options.json))
    return 0


def _tell_fetched(result: FetchResult, *, as_json: bool) -> None:
    for mailbox, trouble in result.troubles:
        narrate(f"helpterm: {mailbox}: {trouble}")
    for each in result.failed:
        narrate(f"helpterm: {each.source}: {each.reason}")
    if as_json:
        print_json(
            {
                "fetched": result.fetched,
                "tickets": result.tickets,
                "messages": result.messages,
                "duplicates": result.duplicates,
                "automatic": result.automatic,
                "settled": result.settled,
                "failed": [{"source": each.source, "reason": each.reason} for each in result.failed],
                "troubles": [{"mailbox": name, "reason": str(error)} for name, error in result.troubles],
            }
        )
    else:
        narrate(f"{result.fetched} fetched: {result.tickets} tickets, {result.messages} messages")


def outbox(options: argparse.Namespace) -> int:
    """Lists what is on its way out; settles what a person decided."""
    with open_desk(options) as desk:
        for name in options.received:
            desk_outbox.decide(desk, _message(desk, name), received=True)
        for name in options.again:
            desk_outbox.decide(desk, _message(desk, name), received=False)
        waiting = desk_outbox.outgoing(desk)
    if options.json:
        print_json({"outbox": [_outgoing(each) for each in waiting]})
        return 0
    print_table(
        ("message", "state", "to", "attempts", "next", "error"),
        [
            (
                each.message.id,
                each.state,
                ", ".join(each.recipients),
                str(each.attempts),
                to_iso(each.next_attempt_at) or "",
                each.error,
            )
            for each in waiting
        ],
    )
    return 0


def _message(desk: Desk, name: str) -> int:
    """The row of a message in the outbox by its id. Raises NotFound."""
    for each in desk_outbox.outgoing(desk):
        if each.message.id == name:
            return each.message.number
    raise NotFound(f"there is no message {name!r} in the outbox", "`helpterm outbox` lists them")


def _outgoing(each: Outgoing) -> dict[str, Any]:
    return {
        "message": shapes.message(each.message),
        "state": each.state,
        "recipients": list(each.recipients),
        "attempts": each.attempts,
        "next_attempt_at": to_iso(each.next_attempt_at),
        "error": each.error or None,
    }
