"""Documents from the hub: customers, people, products, departments, rules, takeaways, whatever is saved whole."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Any

from store.desk import team_settings
from store.desk.documents import CLASSES, KINDS, DocumentKind, document_from_row
from store.sync.road import Replay

_UNIQUE = {"agent": "name", "product": "name", "department": "name", "takeaway": "url"}


def replay(tx: Replay, entity: str, identity: str, value: dict[str, Any] | None) -> None:
    """Makes a document what the hub says; None removes one that the hub refused. What cannot be read is left out."""
    if entity == "customer":
        if value is not None:
            _customer(tx.connection, identity, value)
    elif entity == team_settings.ENTITY:
        text = None if value is None else value.get("text")
        if text is None or isinstance(text, str):
            team_settings.keep(tx.connection, identity, text)
    elif entity in CLASSES:
        _document(tx.connection, KINDS[CLASSES[entity]], identity, value)
        if entity == "worklog" and value is not None:
            tx.mark_worked(str(value.get("ticket", "")))


def _customer(connection: sqlite3.Connection, identity: str, value: dict[str, Any]) -> None:
    connection.execute(
        "INSERT INTO customers (id, email, name) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name",
        (identity, value["email"], value["name"]),
    )


def _document(
    connection: sqlite3.Connection, kind: DocumentKind, identity: str, value: dict[str, Any] | None
) -> None:
    if value is None:
        connection.execute(f"DELETE FROM {kind.table} WHERE id = ?", (identity,))
        return
    row = (identity, *(value.get(column) for column in kind.columns[1:]))
    if not _is_readable(kind, row):
        return
    if name := _UNIQUE.get(kind.entity):  # a namesake that is only here was or will be refused by the hub
        connection.execute(f"DELETE FROM {kind.table} WHERE {name} = ? AND id <> ?", (value[name], identity))
    with suppress(
        sqlite3.IntegrityError
    ):  # a value is missing: written by another helpterm, to be read by it
        connection.execute(
            f"INSERT INTO {kind.table} ({', '.join(kind.columns)}) VALUES ({', '.join('?' * len(kind.columns))})"
            f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{each} = excluded.{each}' for each in kind.columns[1:])}",
            row,
        )


def _is_readable(kind: DocumentKind, row: tuple[Any, ...]) -> bool:
    """Whether a row can be read back as a document; one from a newer helpterm may not."""
    try:
        document_from_row(kind, row)
    except (ValueError, TypeError, AttributeError):
        return False
    return True
