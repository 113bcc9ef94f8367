"""The entries of the shared log, as a pull brings them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from store.sync.link import garbled


class Entry(NamedTuple):
    """One row of the shared log, as `helpterm.pull` gives it: `value` and `previous` as JSON text, `result` as what it says."""

    seq: int
    op: str
    device: str
    n: int
    batch: str
    agent: str
    kind: str
    entity: str
    entity_id: str
    field: str
    value: str | None
    previous: str | None
    base: int
    effective: int
    outcome: str
    result: Any
    touched: int | None
    chain: str
    result_text: str

    @property
    def asked(self) -> Any:
        """What the change wanted to be so, as a JSON value."""
        return json.loads(self.value) if self.value else None


_JSON = ("value", "previous", "result")
COLUMNS_OF_ENTRY = ", ".join(f"{name}::text" if name in _JSON else name for name in Entry._fields[:-1])
"""What a pull asks for; JSON comes as text, since most of it is only passed on."""

WIDTH = len(Entry._fields) - 1


def entries_of(rows: Sequence[Sequence[Any]]) -> list[Entry]:
    """Entries from the rows of a pull; what holds after each is read in one go. Raises Unreachable when the line garbled it."""
    texts = [row[15] for row in rows]
    try:
        results = json.loads(f"[{','.join([text or 'null' for text in texts])}]")
    except ValueError:
        raise garbled() from None
    if len(results) != len(rows):
        raise garbled()
    return [
        Entry(*(*row[:15], result, *row[16:], text or ""))
        for row, result, text in zip(rows, results, texts, strict=True)
    ]
