"""Documents of the desk: products, departments, agents, rules and takeaways, saved whole and read whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias, TypeVar, cast

from store.errors import NotFound
from store.model import Agent, Department, Product, Role, ScopeRule, Takeaway

Document: TypeAlias = Agent | Product | Department | ScopeRule | Takeaway
AnyDocument = TypeVar("AnyDocument", Agent, Product, Department, ScopeRule, Takeaway)


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """How a class of documents lies in its table. `columns` begin with `id`; `packed` ones are JSON."""

    entity: str
    table: str
    columns: tuple[str, ...]
    packed: frozenset[str]


def _kind(entity: str, table: str, cls: type, packed: Sequence[str] = ()) -> DocumentKind:
    return DocumentKind(entity, table, tuple(field.name for field in fields(cls)), frozenset(packed))


KINDS: Mapping[type, DocumentKind] = {
    Agent: _kind("agent", "agents", Agent, ("products", "languages")),
    Product: _kind("product", "products", Product),
    Department: _kind("department", "departments", Department),
    ScopeRule: _kind("rule", "rules", ScopeRule, ("links", "words", "examples")),
    Takeaway: _kind("takeaway", "takeaways", Takeaway),
}
CLASSES: Mapping[str, type] = {kind.entity: cls for cls, kind in KINDS.items()}

LISTS = {kind.entity: f"{'scope' if kind.entity == 'rule' else kind.entity} list" for kind in KINDS.values()}
"""The subcommand that lists each kind, for remedies."""


def kind_of(document: Document) -> DocumentKind:
    """The kind to which a document belongs."""
    return KINDS[type(document)]


def row_of(kind: DocumentKind, document: Document) -> tuple[Any, ...]:
    """A document as its table's row."""
    return tuple(
        json.dumps(value, ensure_ascii=False, sort_keys=True)
        if column in kind.packed
        else int(value)
        if isinstance(value, bool)
        else value
        for column in kind.columns
        for value in (getattr(document, column),)
    )


def document_from_row(kind: DocumentKind, row: Sequence[Any]) -> Document:
    """A row of the kind's table as its document."""
    cls = CLASSES[kind.entity]
    values: dict[str, Any] = {}
    for column, value in zip(kind.columns, row, strict=True):
        if column in kind.packed:
            packed = json.loads(value)
            value = (
                {key: tuple(words) for key, words in packed.items()}
                if isinstance(packed, dict)
                else tuple(packed)
            )
        elif column in ("active", "covered"):
            value = bool(value)
        elif column == "role":
            value = Role(value)
        values[column] = value
    return cast(Document, cls(**values))


def documents(
    connection: sqlite3.Connection, cls: type[AnyDocument], *, retired: bool = False
) -> list[AnyDocument]:
    """All documents of a class, in the order of their names; retired ones only when asked for."""
    kind = KINDS[cls]
    order = "title, url" if cls is Takeaway else "product, covered, title" if cls is ScopeRule else "name"
    rows = connection.execute(
        f"SELECT {', '.join(kind.columns)} FROM {kind.table} {'' if retired else 'WHERE active'} ORDER BY {order}, id"
    )
    return [cast(AnyDocument, document_from_row(kind, row)) for row in rows]


def document(connection: sqlite3.Connection, cls: type[AnyDocument], key: str) -> AnyDocument:
    """The document with this id, name or title (or an unambiguous beginning of its id). Raises NotFound."""
    kind = KINDS[cls]
    name = {"takeaway": "url", "rule": "title"}.get(kind.entity, "name")
    rows = connection.execute(
        f"SELECT {', '.join(kind.columns)} FROM {kind.table}"
        f" WHERE id = :key OR {name} = :key COLLATE NOCASE OR (length(:key) >= 6 AND substr(id, 1, length(:key)) = :key)"
        " ORDER BY id <> :key LIMIT 2",
        {"key": key},
    ).fetchall()
    if not rows or (len(rows) > 1 and rows[0][0] != key):
        trouble = (
            f"more than one {kind.entity} is called {key!r}" if rows else f"there is no {kind.entity} {key!r}"
        )
        raise NotFound(trouble, f"`helpterm {LISTS[kind.entity]}` lists them; an id works too")
    return cast(AnyDocument, document_from_row(kind, rows[0]))
