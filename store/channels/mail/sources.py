"""Where stored mail lies: mbox files, Maildirs, single mails, folders of these, each also gzipped; known by content.

A mailbox is read in blocks and its mails one by one, so memory holds one mail, however many there are. Of the mbox
dialects (RFC 4155; qmail's mbox(5)) `mboxrd` is assumed: `>From ` at the start of a line loses one `>`.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from store.errors import BadInput

LARGEST_MAIL = 200 * 1024 * 1024
"""Bytes of one mail; a longer one is reported as failed, not read."""

HEAD = 32 * 1024
"""Bytes by which a file is recognised and a mail put in order."""

_BLOCK = 1024 * 1024
_LONGEST_POSTMARK = 1024
_DATED = re.compile(rb"From [^\n]*\d:\d\d[^\n]*\d{4}")
_FIELD = re.compile(rb">?[!-9;-~]+[ \t]*:")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_KNOWN_FIELD = re.compile(
    rb"^(?:from|to|cc|subject|date|received|return-path|message-id|delivered-to|mime-version|content-type|reply-to"
    rb"|sender|x-[\w-]+|dkim-signature|list-id|references|in-reply-to|envelope-to|arc-seal)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_END_OF_HEADER = re.compile(rb"\r?\n[ \t]*\r?\n")
_MAILDIR_PARTS = ("cur", "new")
_NOT_MAIL = re.compile(
    r"dovecot|courier|maildirfolder|subscriptions|\.uidvalidity|\.mshistory|\.msf$", re.IGNORECASE
)

Form = Literal["mbox", "mail", "json", "csv"]


@dataclass(frozen=True, slots=True)
class Place:
    """One mail in its file: `raw` bytes `start` to `end`. `source` is how reports call it: `path`, or `path:7` among several."""

    source: str
    file: Path
    start: int
    end: int
    in_mbox: bool


@dataclass(frozen=True, slots=True)
class Export:
    """A file that another desk has written, for `store.channels.helpdesk`."""

    source: str
    file: Path
    form: Literal["json", "csv"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that was to be read and is no mail, and why."""

    source: str
    reason: str


Found = Place | Export | Unreadable


class Sources:
    """The mail below some paths. A context manager: unpacked copies of gzipped files go when it ends.

    Raises BadInput at once when one of the paths does not exist, so that nothing is half done for a typing mistake.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        for path in paths:
            if not path.exists():
                raise BadInput(f"there is no {path}", "check the path; nothing was imported")
        self._paths = paths
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._open: tuple[Path, BinaryIO] | None = None

    def __enter__(self) -> Sources:
        return self

    def __exit__(self, *_: object) -> None:
        if self._open is not None:
            self._open[1].close()
        if self._scratch is not None:
            self._scratch.cleanup()

    def find(self) -> Iterator[Found]:
        """Every mail, in the order of the files; what cannot be read is among them with its reason."""
        for path in self._paths:
            for file, is_mail in _files(path):
                try:
                    yield from self._in_file(file, is_mail)
                except OSError as error:
                    yield Unreadable(str(file), f"it cannot be read ({error.strerror or error})")
                except EOFError:
                    yield Unreadable(str(file), "the gzip file ends too early")

    def _in_file(self, file: Path, is_mail: bool) -> Iterator[Found]:
        plain = self._unpacked(file)
        with plain.open("rb") as handle:
            head = handle.read(HEAD)
        form = recognise(head) or ("mail" if is_mail and head.strip() else None)
        if form is None:
            yield Unreadable(str(file), "it is empty" if not head.strip() else "it is no mail")
        elif form == "mbox":
            yield from _mails_of(plain, str(file))
        elif form == "mail":
            yield _checked(Place(str(file), plain, 0, plain.stat().st_size, False))
        else:
            yield Export(str(file), plain, form)

    def _unpacked(self, file: Path) -> Path:
        """The file itself, or an unpacked copy of a gzipped one."""
        with file.open("rb") as handle:
            if handle.read(2) != b"\x1f\x8b":
                return file
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="helpterm-")
        number, name = tempfile.mkstemp(dir=self._scratch.name)
        with gzip.open(file) as packed, os.fdopen(number, "wb") as copy:
            shutil.copyfileobj(packed, copy, _BLOCK)
        return Path(name)

    def read(self, place: Place, limit: int | None = None) -> bytes:
        """The mail at a place as it was sent, or its first `limit` bytes. Raises OSError."""
        if self._open is None or self._open[0] != place.file:
            if self._open is not None:
                self._open[1].close()
            self._open = (place.file, place.file.open("rb"))
        handle = self._open[1]
        handle.seek(place.start)
        size = place.end - place.start
        raw = handle.read(size if limit is None else min(size, limit))
        return _ESCAPED.sub(rb"\1", raw) if place.in_mbox and b">From " in raw else raw


def recognise(head: bytes) -> Form | None:
    """What a file holds, by its first bytes; None when it is nothing that can be imported."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t ")
    if head.startswith(b"From "):
        return "mbox" if _begins_mail(head, head.find(b"\n") + 1) or _DATED.match(head) else None
    if _begins_mail(head, 0):
        return "mail"
    from store.channels.helpdesk import is_csv, is_json

    return "json" if is_json(head) else "csv" if is_csv(head) else None


def _begins_mail(data: bytes, at: int) -> bool:
    """Whether a header with fields of a mail stands at `at`."""
    end = _END_OF_HEADER.search(data, at)
    header = data[at : end.start() if end else len(data)]
    return b"\x00" not in header and _KNOWN_FIELD.search(header) is not None


def _files(path: Path) -> Iterator[tuple[Path, bool]]:
    """The files at or below a path in a fixed order, and whether their place says that each is a mail."""
    if not path.is_dir():
        yield path, path.suffix.lower() == ".eml"
        return
    for folder, folders, names in os.walk(path):
        here = Path(folder)
        in_maildir = here.name in _MAILDIR_PARTS and _is_maildir(here.parent)
        if _is_maildir(here):
            folders[:] = [name for name in folders if name != "tmp"]
        folders.sort()
        for name in sorted(names):
            if in_maildir or not (name.startswith(".") or _NOT_MAIL.search(name)):
                yield here / name, in_maildir or name.lower().endswith(".eml")


def _is_maildir(folder: Path) -> bool:
    return all((folder / part).is_dir() for part in _MAILDIR_PARTS)


def _checked(place: Place) -> Found:
    if place.end - place.start > LARGEST_MAIL:
        return Unreadable(place.source, f"the mail is larger than {LARGEST_MAIL // 1024 // 1024} MiB")
    return place


def _mails_of(file: Path, name: str) -> Iterator[Found]:
    """The mails of an mbox, each from behind its postmark to before the next one."""
    with file.open("rb") as handle:
        size = os.fstat(handle.fileno()).st_size
        marks = _postmarks(handle)
        mark = next(marks, None)
        count = 0
        while mark is not None:
            following = next(marks, None)
            end = size if following is None else following[0]
            count += 1
            handle.seek(max(mark[1], end - 4))
            end -= _blank_line(handle.read(max(0, end - max(mark[1], end - 4))))
            source = name if count == 1 and following is None else f"{name}:{count}"
            yield _checked(Place(source, file, mark[1], max(mark[1], end), True))
            mark = following


def _blank_line(tail: bytes) -> int:
    """How many bytes of the end are the empty line that parts two mails of an mbox."""
    if tail.endswith(b"\r\n\r\n"):
        return 2
    return 1 if tail.endswith(b"\n\n") else 0


def _postmarks(handle: BinaryIO) -> Iterator[tuple[int, int]]:
    """Where each `From ` line that parts two mails begins and ends; `handle` may be moved in between."""
    base, buffer, is_dated = 0, b"\n", None
    offset, searched = (
        -1,
        0,
    )  # of buffer[0] in the file (the newline in front is ours); how much of it is done with
    while True:
        handle.seek(base)
        block = handle.read(_BLOCK)
        base += len(block)
        buffer += block
        limit = len(buffer) - (_LONGEST_POSTMARK if block else 0)
        at = buffer.find(b"\nFrom ", searched)
        while 0 <= at < limit:
            end = buffer.find(b"\n", at + 1, at + _LONGEST_POSTMARK) + 1
            dated = _DATED.match(buffer, at + 1, end or at + 1) is not None
            if end and (dated or not is_dated) and _parts_mails(buffer, at, end, dated):
                is_dated = dated if is_dated is None else is_dated
                yield offset + at + 1, offset + end
            at = buffer.find(b"\nFrom ", at + 5)
        if not block:
            return
        kept = max(0, limit - 2)
        buffer, offset, searched = buffer[kept:], offset + kept, max(0, limit) - kept


def _parts_mails(buffer: bytes, at: int, end: int, dated: bool) -> bool:
    """Whether a `From ` line is a postmark: an empty line before it, or a header field behind it; undated ones need both."""
    after_blank = (
        buffer[max(0, at - 1) : at + 1] in (b"\n\n", b"\n") or buffer[max(0, at - 2) : at + 1] == b"\n\r\n"
    )
    before_field = _FIELD.match(buffer, end) is not None
    return after_blank or before_field if dated else after_blank and before_field
