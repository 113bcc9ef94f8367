"""Header fields of a mail or a part: finding them in a damaged block, and decoding their values.

Values stay bytes until somebody asks, so that raw 8-bit text and encoded words are decoded once, with all that is
known. Sources: RFC 5322 (fields, folding), RFC 2047 (encoded words), RFC 2231 and RFC 2045 (parameters).
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from store.channels.mail.charsets import decode

VALUE_LIMIT = 2_000_000
FIELD_LIMIT = 10_000
JUNK_LIMIT = 1_000

Field = tuple[str, bytes]
"""A header field: its name in lower case, its unfolded value as it was sent."""

_FIELD = re.compile(rb"([!-9;-~]++)[ \t]*+:([^\n]*(?:\n[ \t][^\n]*)*)\n?")
_BLANK = re.compile(rb"[ \t]*\r?(?:\n|$)")
_MBOX_LINE = re.compile(rb">?From [^\r\n]*\r?\n")
_LEADING = re.compile(rb"(?:[ \t]*\r?\n)+")
_KNOWN_FIELD = re.compile(
    rb"(?:x-[\w-]+|received[\w-]*|from|to|cc|bcc|subject|date|message-id|mime-version|content-[\w-]+|reply-to|sender"
    rb"|return-path|references|in-reply-to|delivered-to|list-[\w-]+|dkim-[\w-]+|authentication-results|arc-[\w-]+"
    rb"|auto-submitted|precedence|errors-to|resent-[\w-]+|user-agent|thread-[\w-]+|organization|importance|priority"
    rb"|envelope-to|status|lines|disposition-[\w-]+)[ \t]*:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A header block: its fields in order, where the body begins in the raw bytes, and how many lines were junk."""

    fields: list[Field]
    body: int
    junk: int


def read_block(raw: bytes, start: int = 0, end: int | None = None, *, part: bool = False) -> Block:
    """The header block that begins at `start`.

    A line that is no field ends the block, unless more known fields follow before the next blank line: then it is
    junk within the block and skipped. A `part` may have no header at all; a mail's may follow blank or mbox lines.
    """
    end = len(raw) if end is None else end
    at = start if part else _after_leading(raw, start, end)
    fields: list[Field] = []
    junk = 0
    while at < end:
        if found := _FIELD.match(raw, at, end):
            if len(fields) < FIELD_LIMIT:
                name, value = found.groups()
                is_folded = b"\n" in value or len(value) > VALUE_LIMIT
                fields.append(
                    (name.decode("ascii").lower(), _unfolded(value) if is_folded else value.strip())
                )
            at = found.end()
        elif blank := _BLANK.match(raw, at, end):
            at = blank.end()
            break
        elif junk < JUNK_LIMIT and _fields_follow(raw, at, end):
            junk += 1
            at = _line_end(raw, at, end)
        else:
            break
    return Block(fields, at, junk)


def _after_leading(raw: bytes, at: int, end: int) -> int:
    if blank := _LEADING.match(raw, at, end):
        at = blank.end()
    while line := _MBOX_LINE.match(raw, at, end):
        at = line.end()
    return at


def _unfolded(value: bytes) -> bytes:
    """The value on one line: a fold, however wide, is one blank."""
    return b" ".join([line for part in value[:VALUE_LIMIT].split(b"\n") if (line := part.strip())])


def _fields_follow(raw: bytes, at: int, end: int) -> bool:
    """Whether a known field stands between the junk line at `at` and the next blank line, at most 20 lines on."""
    for _ in range(20):
        at = _line_end(raw, at, end)
        if at >= end or _BLANK.match(raw, at, end):
            return False
        if _KNOWN_FIELD.match(raw, at, end):
            return True
    return False


def _line_end(raw: bytes, at: int, end: int) -> int:
    newline = raw.find(b"\n", at, end)
    return end if newline < 0 else newline + 1


_WORD_START = rb"=\?[!->@-~]{1,60}\?[bBqQ]\?"
_ENCODED_WORD = re.compile(
    rb"=\?([!->@-~]{1,60})\?([bBqQ])\?((?:[^?=]++|=(?!\?[^=])|\?(?!=))*+)\?=(?:[ \t\r\n]++(?="
    + _WORD_START
    + rb"))?"
)


def text_of(value: bytes, hint: str = "") -> str:
    """A field's value as text: encoded words decoded wherever they stand, raw 8-bit bytes by `hint` or a guess.

    Adjacent words of one charset are joined before they are decoded, since senders cut characters in two.
    The result is not inert yet.
    """
    if b"=?" not in value:
        return decode(value, "", hint)
    pieces: list[tuple[str, bytes]] = []
    at = 0
    for word in _ENCODED_WORD.finditer(value):
        if word.start() > at:
            pieces.append(("", value[at : word.start()]))
        charset = word[1].decode("ascii").lower()
        data = _word_bytes(word[2], word[3])
        if pieces and pieces[-1][0] == charset:
            data = pieces.pop()[1] + data
        pieces.append((charset, data))
        at = word.end()
    if at < len(value):
        pieces.append(("", value[at:]))
    return "".join(decode(data, charset, hint) for charset, data in pieces)


def _word_bytes(how: bytes, data: bytes) -> bytes:
    if how in b"qQ":
        return binascii.a2b_qp(data.replace(b"\r", b"").replace(b"\n", b""), header=True)
    return base64_bytes(data)


def base64_bytes(data: bytes) -> bytes:
    """What Base64 `data` holds, as far as it can be read: junk is skipped, missing padding supplied."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    clean = _NOT_BASE64.sub(b"", data)
    clean = clean[: len(clean) - (len(clean) % 4 == 1)]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")

_PARAM = re.compile(rb';[ \t\r\n]*([^\s=;"]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*+(?:"|$)|[^;]*)', re.DOTALL)
_ESCAPED = re.compile(rb"\\([\\\"])")
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?$")


@dataclass(frozen=True, slots=True)
class Params:
    """A value with parameters, such as a Content-Type: the value in lower case, and the parameters' raw bytes."""

    value: str
    raw: dict[str, bytes]

    def get(self, name: str) -> str:
        """A parameter that is a token (charset, boundary, format), trimmed; empty where it is missing."""
        return self.raw.get(name, b"").decode("latin-1").strip()

    def text(self, name: str, hint: str = "") -> str:
        """A parameter that people wrote (a file name): RFC 2231 first, else encoded words and raw bytes."""
        sections = self._sections(name)
        if not sections:
            return text_of(self.raw.get(name, b""), hint)
        charset, parts = hint, []
        for index, (value, extended) in enumerate(sections):
            if extended and index == 0 and value.count(b"'") >= 2:
                label, _, value = value.split(b"'", 2)
                charset = label.decode("latin-1") or hint
            parts.append(unquote_to_bytes(value) if extended else value)
        joined = b"".join(parts)
        return text_of(joined, hint) if b"=?" in joined else decode(joined, charset, hint)

    def _sections(self, name: str) -> list[tuple[bytes, bool]]:
        found: dict[int, tuple[bytes, bool]] = {}
        for key, value in self.raw.items():
            if key.startswith(name + "*") and (section := _SECTION.match(key)) and section[1] == name:
                found.setdefault(int(section[2] or 0), (value, bool(section[3])))
        return [found[index] for index in sorted(found)]


_NO_PARAMS = Params("", {})


def params_of(value: bytes) -> Params:
    """A Content-Type or Content-Disposition, taken apart; of repeated parameters the first holds."""
    if not value:
        return _NO_PARAMS
    head, separator, _ = value.partition(b";")
    raw: dict[str, bytes] = {}
    if separator:
        for found in _PARAM.finditer(value[:65_536], len(head)):
            raw.setdefault(found[1].decode("latin-1").lower(), _unquoted(found[2]))
    words = head.decode("latin-1").replace('"', " ").split()
    return Params(words[0].lower() if words else "", raw)


def _unquoted(value: bytes) -> bytes:
    value = value.strip()
    if value[:1] != b'"':
        return value
    return _ESCAPED.sub(rb"\1", value[1:-1] if value[-1:] == b'"' and len(value) > 1 else value[1:])
