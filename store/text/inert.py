"""Text that strangers wrote, made harmless to show: the one function it passes on its way in.

A terminal obeys control characters and escape sequences (ECMA-48), and a reader is misled by reordered or stacked
characters (Unicode UAX #9, UTS #39). What comes out here can do neither, and running it through again changes nothing.
The raw source is kept elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

LINE_LIMIT = 1000
NAME_LIMIT = 255
MARKS_LIMIT = 4

_BIDI = "\u202a-\u202e\u2066-\u2069"
_BIDI_MARKS = "\u061c\u200e\u200f"
_INVISIBLE = "\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\ufdd0-\ufdef\U000e0000-\U000e007f"
_SURROGATES = "\ud800-\udfff"
_C0 = "\x00-\x08\x0b-\x1f"
_C1 = "\x7f-\x9f"

# Combining marks that stack, format characters that join, and variation selectors: each is legitimate, a heap of
# them is not. Blocks of the scripts in which stacking is in use as an attack.
_STACKING = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u06df-\u06e4\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200d\u20d0-\u20ff\u302a-\u302d\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000e0100-\U000e01ef"
)

_SUSPECT = re.compile(f"[{_C0}{_C1}\u2028\u2029{_BIDI}{_INVISIBLE}{_SURROGATES}{_STACKING}]")
_SUSPECT_ASCII = re.compile(f"[{_C0}\x7f]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SEQUENCES = re.compile(
    "\x1b[\\]PX^_][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\\\|\x9c)?"  # OSC, DCS, SOS, PM, APC and what they carry
    "|[\x90\x98\x9d-\x9f][^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\\\|\x9c)"  # the same in one byte, when ended
    "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor, erasing, modes
    "|\x1b[ -/]*[0-~]?"  # every other escape
)
_FLAG_TAGS = "(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])"
_DROPPED = re.compile(
    f"[{_C0}{_C1}{_BIDI}\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\ufdd0-\ufdef]"
    f"|{_FLAG_TAGS}[\U000e0000-\U000e007f]+"
)
_LONE_SURROGATE = re.compile(f"[{_SURROGATES}]")
_HEAP = re.compile(f"([{_STACKING}]{{{MARKS_LIMIT}}})[{_STACKING}]+")

_BLANKS = re.compile(r"[\n\t]+ ?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(f'[<>:"|?*{_BIDI_MARKS}\u200b-\u200d]')


def inert(text: str, *, keep: str = "\n\t") -> str:
    r"""`text` without anything a terminal obeys or a reader is fooled by.

    Escape sequences go whole, not only their first byte; every kind of line end becomes `\n`; lone surrogates become
    U+FFFD; more than four combining marks in a row are cut. Emoji, flags, accents and right-to-left words stay as
    they are. Of newline and tab, those that are not in `keep` become a blank.
    """
    if not is_plain(text):
        text = _HEAP.sub(r"\1", _without_commands(text))
    for blank in "\n\t":
        if blank not in keep:
            text = text.replace(blank, " ")
    return text


def is_plain(text: str) -> bool:
    """True when `inert` has nothing to look into; it may be false for text that `inert` would leave as it is."""
    return not (_SUSPECT_ASCII if text.isascii() else _SUSPECT).search(text)


def suspect_lines(data: bytes) -> set[int]:
    """The numbers, from 0 on, of the lines of `data` (UTF-8) that are not `is_plain`.

    For megabytes of text, of which nearly nothing is suspect: a tenth of the time that `is_plain` takes for each line.
    """
    found: set[int] = set()
    line = seen = 0
    for at in sorted(_suspects(data)):
        line += data.count(b"\n", seen, at)
        seen = at
        found.add(line)
    return found


_TAME = bytes(set(range(0x100)) - set(range(0x20)) - {0x7F} | {0x09, 0x0A})
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


def _suspects(data: bytes) -> Iterator[int]:
    if data.translate(None, _TAME):
        yield from (found.start() for found in _CONTROL.finditer(data))
    for first, pattern in _suspects_of_more_bytes():
        if first in data:
            yield from (found.start() for found in pattern.finditer(data))


@cache
def _suspects_of_more_bytes() -> tuple[tuple[bytes, re.Pattern[bytes]], ...]:
    """What `_SUSPECT` finds, in UTF-8, by the first byte; a byte that is not there at all is known at once."""
    endings: dict[bytes, dict[bytes, bytes]] = {}
    for letter in map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x10000), *range(0xE0000, 0xE0200))):
        if _SUSPECT.match(letter):
            data = letter.encode()
            middles = endings.setdefault(data[:1], {})
            middles[data[1:-1]] = middles.get(data[1:-1], b"") + data[-1:]
    return tuple(
        (
            first,
            re.compile(
                first + b"(?:" + b"|".join(m + b"[" + last + b"]" for m, last in middles.items()) + b")"
            ),
        )
        for first, middles in endings.items()
    )


def _without_commands(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text)
    text = _SEQUENCES.sub("", text)
    text = _DROPPED.sub("", text)
    return _LONE_SURROGATE.sub("\ufffd", text)


def inert_line(text: str, limit: int = LINE_LIMIT) -> str:
    """`text` on one line: newlines and tabs are one blank, the ends trimmed, at most `limit` characters."""
    text = inert(text[: limit * 4])
    if "\n" in text or "\t" in text:
        text = _BLANKS.sub(" ", text)
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def safe_name(name: str) -> str:
    r"""The label of an attachment: one line, no path, nothing a file system or shell treats specially.

    `../../x` and `C:\x` are `x`, `CON.txt` is `_CON.txt`, a name whose ending is disguised by reordering shows its
    true ending. A name of which nothing is left is `unnamed`; no name at all stays empty. Long names keep their ending.
    """
    label = inert_line(name, 10_000)
    if not label:
        return ""
    label = re.split(r"[/\\]", label.rstrip("/\\ "))[-1]
    label = re.sub(r"^[A-Za-z]:", "", label)
    label = _FORBIDDEN.sub(lambda found: "" if found[0] > "\x7f" else "_", label).strip(" .")
    if label.startswith(("-", "~")) or _RESERVED.match(label):
        label = "_" + label
    return _shortened(label) or "unnamed"


def _shortened(label: str) -> str:
    if len(label) <= NAME_LIMIT:
        return label
    stem, dot, ending = label.rpartition(".")
    if not dot or len(ending) > 16:
        return label[: NAME_LIMIT - 1] + "…"
    return stem[: NAME_LIMIT - len(ending) - 2] + "…." + ending
