"""The parts of a mail: where each begins and ends in the raw bytes, and what it holds once decoded.

One pass over the lines that begin with `--`, with a table of the boundaries that are open, so that 3,000 levels of
nesting cost what 3,000 lines cost (the standard library's parser recurses, and stops reading). RFC 2045, RFC 2046 §5.1.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field

from store.channels.mail.headers import Field, Params, base64_bytes, params_of, read_block

PART_LIMIT = 20_000
_BOUNDARY_LIMIT = 300
_GUESS_LIMIT = 200_000
_BAD_LINES_LIMIT = 1_000
_GUESSED_BOUNDARY = re.compile(
    rb"(?:^|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?:[ \t]*\r?\n)?content-", re.IGNORECASE
)
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_BASE64_TEXT = re.compile(rb"[A-Za-z0-9+/=\s]*")


@dataclass(slots=True)
class Part:
    """One part of a mail; `raw[start:end]` is its body as sent. `parent` is its index in the list of parts, root -1."""

    fields: list[Field]
    start: int
    end: int
    parent: int
    content: Params
    default: str = "text/plain"
    children: list[int] = field(default_factory=list)

    @property
    def type(self) -> str:
        """The media type: RFC 2045's default where none is given, octet-stream where it is nonsense."""
        value = self.content.value
        if not value or value == "text":
            return self.default
        if _TYPE.fullmatch(value):
            return value
        return "text/plain" if value.startswith("text/") else "application/octet-stream"

    def first(self, name: str) -> bytes:
        """The first field of that name (in lower case), empty where there is none."""
        return next((value for field_name, value in self.fields if field_name == name), b"")


@dataclass(frozen=True, slots=True)
class Structure:
    """The parts of a mail in the order in which they stand (the first is the whole), and what was wrong."""

    parts: list[Part]
    defects: tuple[str, ...]


def structure_of(raw: bytes) -> Structure:
    """Take `raw` apart. Never raises; at most 20,000 parts."""
    head = read_block(raw)
    root = _part(head.fields, head.body, len(raw), -1, "text/plain")
    defects = [f"{head.junk} lines in the header are no fields"] if head.junk else []
    if not root.content.value.startswith("multipart/"):
        return Structure([root], tuple(defects))
    boundary = root.content.raw.get("boundary", b"").strip()
    parts = _split(raw, root, boundary) if boundary else [root]
    if len(parts) == 1:
        defects.append("the parts are not marked as announced")
        if guessed := _GUESSED_BOUNDARY.search(raw, max(0, root.start - 1), root.start + _GUESS_LIMIT):
            parts = _split(raw, root, guessed[1])
    if len(parts) >= PART_LIMIT:
        defects.append(f"only the first {PART_LIMIT:,} parts were read")
    return Structure(parts, tuple(defects))


def _part(fields: list[Field], start: int, end: int, parent: int, default: str) -> Part:
    kinds = [value for name, value in fields if name == "content-type"]
    kind = next((value for value in kinds if b"/" in value), kinds[0] if kinds else b"")
    return Part(fields, start, end, parent, params_of(kind), default)


def _split(raw: bytes, root: Part, boundary: bytes) -> list[Part]:
    """All parts under `root`, found in one pass over the lines that begin with `--`."""
    parts = [root]
    opened: list[tuple[bytes, int, int | None]] = [
        (boundary, 0, None)
    ]  # boundary, its part, the level it hides
    levels = {boundary: 0}
    leaf: int | None = None
    at = raw.find(b"\n--", max(0, root.start - 1))
    while at >= 0 and len(parts) < PART_LIMIT:
        line_end = raw.find(b"\n", at + 1)
        line_end = len(raw) if line_end < 0 else line_end
        level, closing = _level(raw[at + 3 : min(line_end, at + _BOUNDARY_LIMIT)].rstrip(b" \t\r"), levels)
        if level is None:
            at = raw.find(b"\n--", at + 1)
            continue
        if leaf is not None:
            _end(parts, leaf, at - (raw[at - 1 : at] == b"\r"))
            leaf = None
        while len(opened) > level + 1:
            _close(opened, levels)
        if not closing:
            leaf = _open(raw, parts, opened[level][1], min(line_end + 1, len(raw)))
            inner = parts[leaf].content.raw.get("boundary", b"").strip()
            if inner and parts[leaf].content.value.startswith("multipart/"):
                opened.append((inner, leaf, levels.get(inner)))
                levels[inner] = len(opened) - 1
        at = raw.find(b"\n--", max(at + 1, (parts[leaf].start if leaf is not None else line_end) - 1))
    return parts


def _level(line: bytes, levels: dict[bytes, int]) -> tuple[int | None, bool]:
    """Which open multipart the text after `--` belongs to, and whether it ends it."""
    if line in levels:
        return levels[line], False
    if line.endswith(b"--"):
        return levels.get(line[:-2]), True
    return None, False


def _open(raw: bytes, parts: list[Part], parent: int, start: int) -> int:
    limit = raw.find(b"\n--", max(0, start - 1))
    block = read_block(raw, start, len(raw) if limit < 0 else max(start, limit + 1), part=True)
    default = "message/rfc822" if parts[parent].content.value == "multipart/digest" else "text/plain"
    parts.append(_part(block.fields, block.body, len(raw), parent, default))
    parts[parent].children.append(len(parts) - 1)
    return len(parts) - 1


def _end(parts: list[Part], leaf: int, at: int) -> None:
    """The part `leaf`, and those around it that began with it, end at `at` at the latest."""
    parts[leaf].end = max(parts[leaf].start, at)


def _close(opened: list[tuple[bytes, int, int | None]], levels: dict[bytes, int]) -> None:
    boundary, _, hidden = opened.pop()
    if hidden is None:
        levels.pop(boundary, None)
    else:
        levels[boundary] = hidden


def content_of(raw: bytes, part: Part, limit: int | None = None) -> bytes:
    """The decoded body of a leaf; with `limit`, of no more than so many encoded bytes."""
    end = part.end if limit is None else min(part.end, part.start + limit)
    data = raw[part.start : end]
    how = part.first("content-transfer-encoding").lower()
    if b"base64" in how:
        first_line = data[:200].strip().partition(b"\n")[0]
        is_plain = part.type.startswith("text/") and not _BASE64_TEXT.fullmatch(first_line)
        return data if is_plain else base64_bytes(data)
    if b"quoted" in how:
        return binascii.a2b_qp(data)
    if b"uue" in how:
        return _uudecoded(data)
    return data


def _uudecoded(data: bytes) -> bytes:
    """What uuencoded lines hold; those that cannot be read are left out, and too many of them end the reading."""
    lines = [line for line in data.splitlines() if line]
    first = next((index + 1 for index, line in enumerate(lines) if line.startswith(b"begin ")), 0)
    decoded: list[bytes] = []
    bad = 0
    for line in lines[first:]:
        if line == b"end" or bad > _BAD_LINES_LIMIT:
            break
        try:
            decoded.append(binascii.a2b_uu(line[: _uu_length(line)]))
        except binascii.Error:
            bad += 1
    return b"".join(decoded)


def _uu_length(line: bytes) -> int:
    """How long a uuencoded line should be by its first character; some encoders put more behind it."""
    return 1 + -(-((line[0] - 32) & 63) // 3) * 4
