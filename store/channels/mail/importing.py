"""Stored mail comes to the desk: found, put in order, filed in batches; what cannot be read is listed, the rest goes on.

All mails are first put in the order of their dates, answers behind what they answer, in a table on the disk. So the
threads do not depend on the order of files, and memory holds one batch, however large the mailbox.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from store.channels.mail import people
from store.channels.mail.dates import moment
from store.channels.mail.filing import file_letters, unexpected
from store.channels.mail.headers import text_of
from store.channels.mail.intake import Item, Outcome, Tally
from store.channels.mail.letters import Door, Letter, prepare
from store.channels.mail.sources import HEAD, Export, Place, Sources, Unreadable
from store.desk import Desk
from store.desk.documents import documents
from store.desk.ids import derived_id
from store.errors import DeskError
from store.model import Department, Product

BATCH = 250
"""Mails in one transaction."""
BATCH_BYTES = 4 * 1024 * 1024
"""Bytes of raw mail held at once, but for one mail that is larger by itself."""

Progress = Callable[[int, int], None]
"""Called with the number of mails done and of all of them."""


def import_paths(
    desk: Desk,
    paths: Sequence[Path],
    *,
    product: str = "",
    department: str = "",
    our_addresses: Sequence[str] = (),
    progress: Progress | None = None,
    items: Callable[[Item], None] | None = None,
) -> Tally:
    """Imports mbox files, Maildirs, single mails, folders of them and exports of other desks; again changes nothing.

    `product` and `department` are made when they do not exist. `items` is told of each mail as it is filed. Raises BadInput
    for a path that does not exist (then nothing is imported) and StoreError when the store cannot be written; what was filed
    before stays.
    """
    door = Door(
        people.house(desk, our_addresses),
        desk.config.mail,
        _kept(desk, Product(derived_id("product", product.lower()), product)),
        _kept(desk, Department(derived_id("department", department.lower()), department)),
    )
    result = Tally()

    def report(item: Item) -> None:
        result.count(item)
        if items is not None:
            items(item)

    with Sources(paths) as sources, _Order() as order, desk.database.sparing_memory():
        for found in sources.find():
            if isinstance(found, Place):
                order.add(found, sources.read(found, HEAD))
            elif isinstance(found, Unreadable):
                report(Item(found.source, Outcome.FAILED, reason=found.reason))
            else:
                _import_export(desk, found, door, report)
        total = len(order)
        for batch in _batches(_letters(order, sources, door)):
            for item in file_letters(desk, batch, door):
                report(item)
            if progress is not None:
                progress(result.read, total)
    return result


def _kept(desk: Desk, wanted: Product | Department) -> str:
    """The name of a product or department as the desk writes it; a new one is kept."""
    if not wanted.name:
        return ""
    read = desk.read()
    is_product = isinstance(wanted, Product)
    known = (
        documents(read, Product, retired=True) if is_product else documents(read, Department, retired=True)
    )
    for each in known:
        if each.name.casefold() == wanted.name.casefold():
            return each.name
    desk.change(lambda tx: tx.put(wanted))
    return wanted.name


def _import_export(desk: Desk, export: Export, door: Door, report: Callable[[Item], None]) -> None:
    from store.channels.helpdesk import import_export

    for item in import_export(desk, export, door):
        report(item)


def _letters(order: _Order, sources: Sources, door: Door) -> Iterator[Letter | Item]:
    for place in order:
        try:
            yield prepare(place.source, sources.read(place), door)
        except DeskError as error:
            yield Item(place.source, Outcome.FAILED, reason=error.message)
        except OSError as error:
            yield Item(place.source, Outcome.FAILED, reason=f"it cannot be read ({error.strerror})")
        except Exception as error:  # one mail must not end the import of all the others
            yield Item(place.source, Outcome.FAILED, reason=unexpected(error))


def _batches(letters: Iterable[Letter | Item]) -> Iterator[list[Letter | Item]]:
    batch: list[Letter | Item] = []
    size = 0
    for letter in letters:
        batch.append(letter)
        size += len(letter.raw) if isinstance(letter, Letter) else 0
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


_FIELD_OF_ORDER = re.compile(
    rb"^(date|message-id|references|in-reply-to|received)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_END_OF_HEADER = re.compile(rb"\n\r?\n")


class _Order:
    """The places of all mails, on the disk, read back in the order in which they were written."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("")  # a temporary file of SQLite's, gone when closed
        self._table.execute("PRAGMA journal_mode = OFF")
        self._table.execute(
            "CREATE TABLE mails (at INTEGER, depth INTEGER, id BLOB, source TEXT, file TEXT, start INTEGER, end INTEGER,"
            " in_mbox INTEGER)"
        )
        self._count = 0

    def __enter__(self) -> _Order:
        return self

    def __exit__(self, *_: object) -> None:
        self._table.close()

    def __len__(self) -> int:
        return self._count

    def add(self, place: Place, head: bytes) -> None:
        """Notes a mail by the beginning of its source. Mails of one moment stand by how much they answer, then by Message-ID."""
        end = _END_OF_HEADER.search(head)
        fields: dict[bytes, bytes] = {}
        for match in _FIELD_OF_ORDER.finditer(head, 0, end.end() if end else len(head)):
            fields.setdefault(match[1].lower(), match[2])
        at = _moment(fields.get(b"date", b"")) or _moment(fields.get(b"received", b"").rpartition(b";")[2])
        depth = fields.get(b"references", b"").count(b"<") + (b"in-reply-to" in fields)
        self._table.execute(
            "INSERT INTO mails VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                at,
                depth,
                fields.get(b"message-id", b"").strip(),
                place.source,
                str(place.file),
                place.start,
                place.end,
                place.in_mbox,
            ),
        )
        self._count += 1

    def __iter__(self) -> Iterator[Place]:
        rows = self._table.execute(
            "SELECT source, file, start, end, in_mbox FROM mails ORDER BY at, depth, id, rowid"
        )
        for source, file, start, end, in_mbox in rows:
            yield Place(source, Path(file), start, end, bool(in_mbox))


def _moment(value: bytes) -> int:
    return (moment(text_of(value[:500]).strip()) if value else None) or 0
