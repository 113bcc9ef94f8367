"""Taking back the last command: every field it set gets the value it had."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from store.desk.desk import Desk
from store.desk.tickets import ticket
from store.desk.transaction import Transaction
from store.errors import Refused
from store.model import Ticket

UndoableChange = tuple[str, str, str, str, str]
"""Batch, ticket id, field, value, previous value."""


Heard = Callable[[int, int], None]
"""Hears how many of how many changes are taken back, now and then; what it raises ends the work, and nothing is undone."""

TOLD_EVERY = 100


def undo(desk: Desk, heard: Heard = lambda done, total: None) -> tuple[str, list[Ticket]]:
    """Takes back the last command of this agent that changed tickets; returns the fields' names and the tickets.

    What somebody has changed since is left as it is, and Refused says so; then nothing is undone. Messages stay.
    Raises Refused when there is nothing to undo.
    """
    names, numbers = desk.change(lambda tx: _undo_last(tx, heard))
    return ", ".join(names), [ticket(desk, number) for number in numbers]


def _undo_last(tx: Transaction, heard: Heard) -> tuple[list[str], list[int]]:
    names: dict[str, None] = {}
    touched: dict[int, None] = {}
    batch, changes = next(_undoable(tx), ("", ()))
    if not changes:
        raise Refused("there is nothing to undo", "undo takes back your own last change to a ticket")
    for done, (_, ticket_id, name, value, previous) in enumerate(changes):
        if done % TOLD_EVERY == 0:
            heard(done, len(changes))
        number = tx.connection.execute("SELECT number FROM tickets WHERE id = ?", (ticket_id,)).fetchone()[0]
        if tx.value(number, name) != _unpacked(value):
            raise Refused(f"{name.replace('_', ' ')} was changed again since", "change it by hand")
        tx.set(number, name, _unpacked(previous), "undo")
        names[name.removeprefix("tag:").replace("_", " ")] = None
        touched[number] = None
    tx.record("undo", "batch", batch)
    return list(names), list(touched)


def revert(tx: Transaction, batch: str) -> dict[str, Any]:
    """Takes back what a batch set on tickets, as far as nobody has changed it since.

    Returns those fields with the values that went.
    """
    rows = tx.connection.execute(
        "SELECT t.number, c.field, c.value, c.previous FROM changes c JOIN tickets t ON t.id = c.entity_id"
        " WHERE c.batch = ? AND c.kind IN ('set', 'claim') ORDER BY c.number DESC",
        (batch,),
    ).fetchall()
    gone: dict[str, Any] = {}
    for number, name, value, previous in rows:
        if tx.value(number, name) == _unpacked(value):
            tx.set(number, name, _unpacked(previous), "undo")
            gone[name] = _unpacked(value)
    tx.record("undo", "batch", batch)
    return gone


def _undoable(tx: Transaction) -> Iterator[tuple[str, list[UndoableChange]]]:
    """This agent's batches that have not been undone, newest first; the changes of a batch lie side by side."""
    rows = tx.connection.execute(
        "SELECT batch, entity_id, field, value, previous FROM changes INDEXED BY changes_undoable"
        " WHERE agent = ? AND kind IN ('set', 'claim') ORDER BY number DESC",
        (tx.agent,),
    )
    for batch, changes in groupby(rows, key=itemgetter(0)):
        undone = tx.connection.execute(
            "SELECT 1 FROM changes WHERE entity_id = ? AND entity = 'batch' LIMIT 1", (batch,)
        ).fetchone()
        if undone is None:
            yield batch, list(changes)


def _unpacked(packed: str) -> Any:
    return json.loads(packed) if packed else None
