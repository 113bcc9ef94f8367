"""Documents of the desk: products, people, rules, links, and what working time leaves; saved whole and read whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias, TypeVar, cast

from store.errors import NotFound
from store.model import Agent, Department, Product, Role, SavedSearch, ScopeRule, Takeaway, Voice
from store.working import (
    Article,
    Extension,
    GreenLight,
    Handover,
    Holiday,
    Light,
    Problem,
    Shift,
    SignOff,
    Turn,
    WorkEntry,
)

Document: TypeAlias = (
    Agent
    | Product
    | Department
    | ScopeRule
    | Takeaway
    | Voice
    | SavedSearch
    | Shift
    | WorkEntry
    | Extension
    | Handover
    | Article
    | Problem
    | GreenLight
    | SignOff
    | Turn
    | Holiday
)
AnyDocument = TypeVar("AnyDocument", bound=Document)


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """How a class of documents lies in its table. `columns` begin with `id`; `packed` ones are JSON.

    `name` is the column by which people call one (`id` when they have no other), `order` how a list of them runs.
    """

    entity: str
    table: str
    columns: tuple[str, ...]
    packed: frozenset[str]
    name: str
    order: str


def _kind(
    entity: str, table: str, cls: type, packed: Sequence[str] = (), *, name: str = "name", order: str = ""
) -> DocumentKind:
    columns = tuple(field.name for field in fields(cls))
    return DocumentKind(entity, table, columns, frozenset(packed), name, order or name)


KINDS: Mapping[type, DocumentKind] = {
    Agent: _kind("agent", "agents", Agent, ("products", "languages")),
    Product: _kind("product", "products", Product),
    Department: _kind("department", "departments", Department),
    ScopeRule: _kind(
        "rule",
        "rules",
        ScopeRule,
        ("links", "words", "examples"),
        name="title",
        order="product, covered, title",
    ),
    Voice: _kind("voice", "voices", Voice, ("avoid",), name="product"),
    SavedSearch: _kind("search", "searches", SavedSearch, order="digit = 0, digit, name"),
    Takeaway: _kind("takeaway", "takeaways", Takeaway, name="url", order="title, url"),
    Shift: _kind("shift", "shifts", Shift, ("edges",), name="id", order="started_at"),
    WorkEntry: _kind("worklog", "worklog", WorkEntry, name="id", order="started_at"),
    Extension: _kind("extension", "extensions", Extension, name="id", order="at"),
    Handover: _kind("handover", "handovers", Handover, name="id", order="at"),
    Article: _kind("article", "articles", Article, name="title", order="created_at"),
    Problem: _kind("problem", "problems", Problem, ("evidence",), name="title", order="opened_at"),
    GreenLight: _kind(
        "greenlight",
        "greenlights",
        GreenLight,
        ("cc", "reasons", "findings"),
        name="id",
        order="submitted_at",
    ),
    SignOff: _kind("sign_off", "sign_offs", SignOff, name="id", order="at"),
    Turn: _kind("turn", "turns", Turn, ("without",), name="id", order="starts, agent"),
    Holiday: _kind("holiday", "holidays", Holiday, name="day", order="day, calendar"),
}
CLASSES: Mapping[str, type] = {kind.entity: cls for cls, kind in KINDS.items()}

_LISTED_BY = {
    "rule": "scope list",
    "shift": "shift report",
    "turn": "rota list",
    "holiday": "rota holidays",
    "article": "shift articles",
}
LISTS = {kind.entity: _LISTED_BY.get(kind.entity, f"{kind.entity} list") for kind in KINDS.values()}
"""The subcommand that lists each kind, for remedies."""

_MARKS = frozenset({"active", "covered", "edited"})
_WORDS: Mapping[str, type] = {"role": Role, "light": Light}


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
        elif column in _MARKS:
            value = bool(value)
        elif column in _WORDS:
            value = _WORDS[column](value)
        values[column] = value
    return cast(Document, cls(**values))


def documents(
    connection: sqlite3.Connection, cls: type[AnyDocument], *, retired: bool = False
) -> list[AnyDocument]:
    """All documents of a class, in the order of their kind (mostly by name); retired ones only when asked for."""
    return documents_where(connection, cls, "1" if retired else "active")


def documents_where(
    connection: sqlite3.Connection,
    cls: type[AnyDocument],
    where: str,
    values: Sequence[Any] | Mapping[str, Any] = (),
) -> list[AnyDocument]:
    """The documents of a class under a condition of the store's own, in the order of their kind."""
    kind = KINDS[cls]
    rows = connection.execute(
        f"SELECT {', '.join(kind.columns)} FROM {kind.table} WHERE {where} ORDER BY {kind.order}, id", values
    )
    return [cast(AnyDocument, document_from_row(kind, row)) for row in rows]


def document(connection: sqlite3.Connection, cls: type[AnyDocument], key: str) -> AnyDocument:
    """The document with this id, name or title (or an unambiguous beginning of its id). Raises NotFound."""
    kind = KINDS[cls]
    rows = connection.execute(
        f"SELECT {', '.join(kind.columns)} FROM {kind.table}"
        f" WHERE id = :key OR {kind.name} = :key COLLATE NOCASE OR (length(:key) >= 6 AND substr(id, 1, length(:key)) = :key)"
        " ORDER BY id <> :key LIMIT 2",
        {"key": key},
    ).fetchall()
    if not rows or (len(rows) > 1 and rows[0][0] != key):
        trouble = (
            f"more than one {kind.entity} is called {key!r}" if rows else f"there is no {kind.entity} {key!r}"
        )
        raise NotFound(trouble, f"`helpterm {LISTS[kind.entity]}` lists them; an id works too")
    return cast(AnyDocument, document_from_row(kind, rows[0]))
