"""Bytes to text: what a mail's charset label means in practice, and a guess where there is none or it is wrong.

Labels are read as the WHATWG Encoding Standard reads them (latin-1 means windows-1252, gb2312 means gb18030, …), and
valid UTF-8 beats a label that says otherwise: no real single-byte text is valid UTF-8 by accident.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_SUPERSETS = {
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-1-windows-3.1-latin-1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "latin-5": "cp1254",
    "latin5": "cp1254",
    "iso8859-9": "cp1254",
    "iso-8859-8": "cp1255",
    "iso-8859-8-i": "cp1255",
    "iso-8859-8-e": "cp1255",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gb-2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "cn-gb": "gb18030",
    "euc-cn": "gb18030",
    "big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "euc-kr": "cp949",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "korean": "cp949",
    "x-windows-949": "cp949",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "koi8-ru": "koi8-u",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
}
_UNLABELLED = frozenset(
    {"", "unknown", "x-unknown", "unknown-8bit", "x-user-defined", "default", "binary", "none"}
)
_MULTIBYTE = frozenset({"gb18030", "big5hkscs", "cp932", "cp949", "euc_jp", "euc_jis_2004", "johab"})
_SEVEN_BIT = frozenset({"iso2022_jp_ext", "iso2022_kr", "iso2022_jp", "iso2022_jp_2", "hz", "utf-7"})
_WIDE = ("utf-16", "utf-32")
_NOT_TEXT = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_GUESSES = [
    "utf-8",
    "windows-1252",
    "windows-1254",
    "windows-1250",
    "windows-1251",
    "iso-8859-2",
    "iso-8859-15",
    "koi8-r",
    "windows-1253",
    "windows-1255",
    "windows-1256",
    "cp932",
    "shift_jis",
    "euc-jp",
    "gb18030",
    "big5",
    "cp949",
]

_CODE_PAGE = re.compile(r"^(?:x-)?(?:cp|ibm|dos|win|windows|ansi|x-ansi)[-_]?(\d{3,4})$")


def _alike() -> bytes:
    """The letters and the no-break space that are the same in every single-byte charset of Latin script."""
    codecs_ = ("cp1252", "cp1254", "cp1250", "iso8859_2", "iso8859_15")
    shared = [byte for byte in range(0xA0, 0x100) if len({bytes([byte]).decode(c) for c in codecs_}) == 1]
    return bytes(byte for byte in shared if chr(byte).isalpha() or chr(byte) == "\xa0")


_NOT_PLAINLY_WESTERN = re.compile(
    rb"[^\x00-\x7f%b\xf1\xd1\xbf\xa1]|[\xa1-\xf0\xf2-\xff][\xa1-\xde\xe0-\xf0\xf2-\xff]|[\xa1\xbf](?![A-Za-z\xc1-\xfa])"
    % re.escape(_alike())
)
"""A byte that makes the charset doubtful: anything but the letters of `_alike` standing alone, and Spanish ñ ¿ ¡."""
_WESTERN_WORD = re.compile(rb"[A-Za-z][\xe1\xe4\xe7\xe9\xed\xf6\xfa\xfc\xdf](?![\x80-\xff])")
"""A letter as Polish has none: there ¿ would be ż, and ñ ń."""

_WIDE_LEADS = re.compile(rb"[\xe0-\xf4]")
_FOREIGN = re.compile(rb"[\x80-\xff]")
_SAMPLE = 20_000


@lru_cache(maxsize=256)
def codec_of(label: str) -> str | None:
    """The Python codec that reads text labelled `label`; None where the label says nothing or is not known."""
    name = label.strip().strip("\"'").lower().partition("*")[0]
    if name in _UNLABELLED:
        return None
    name = _CODE_PAGE.sub(r"cp\1", name)
    name = _SUPERSETS.get(name) or _SUPERSETS.get(name.replace("_", "-")) or name
    try:
        " ".encode(name)  # refuses what is no text encoding, such as rot13 or zlib
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    known = _SUPERSETS.get(found, found)
    return None if known in _NOT_TEXT else known


def decode(data: bytes, label: str = "", hint: str = "") -> str:
    """The text of `data`: by its label where that holds, else by what the bytes are, else by `hint`, else guessed.

    Never raises; bytes that mean nothing in the charset become U+FFFD.
    """
    codec = codec_of(label) if label else None
    if codec in _SEVEN_BIT or (codec and codec.startswith(_WIDE)):
        return _by_label(data, codec)
    if data.isascii():
        return data.decode("ascii")
    if (text := _as_utf8(data, codec)) is not None:
        return text
    codec = codec if codec not in (None, "ascii") else codec_of(hint) if hint else None
    if codec in (None, "ascii", "utf-8") or codec in _SEVEN_BIT or codec.startswith(_WIDE):
        return _guessed(data, codec)
    return _by_label(data, codec)


def _as_utf8(data: bytes, codec: str | None) -> str | None:
    """`data` as UTF-8 when it is that; two-byte sequences alone are no proof against a CJK label."""
    if codec in _MULTIBYTE and not _WIDE_LEADS.search(data):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _by_label(data: bytes, codec: str) -> str:
    if codec.startswith("utf-16") and not data.startswith((b"\xff\xfe", b"\xfe\xff")) and codec == "utf-16":
        codec = "utf-16-be"
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        pass
    if codec == "cp1252":
        return data.decode("cp1252", "replace") if _has_undefined_only(data) else _guessed(data, None)
    text = data.decode(codec, "replace")
    return text if text.count("\ufffd") * 20 <= len(text) else _guessed(data, codec)


def _has_undefined_only(data: bytes) -> bool:
    """Whether few bytes have no meaning in windows-1252: then it is that, with some noise."""
    return sum(data.count(byte) for byte in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")) * 10 <= len(data)


def _guessed(data: bytes, codec: str | None) -> str:
    """Text of bytes without a credible label: damaged UTF-8, else what chardet thinks, else windows-1252.

    Where any charset of Latin script would give the same text, nobody needs to be asked.
    """
    if _WESTERN_WORD.search(data) and not _NOT_PLAINLY_WESTERN.search(data):
        return data.decode("cp1252")
    damaged = data.decode("utf-8", "replace")
    broken = damaged.count("\ufffd")
    whole = sum(1 for char in damaged[:_SAMPLE] if char > "\x7f") - broken
    if whole > broken * (1 if codec == "utf-8" else 4):
        return damaged
    import chardet

    guess = chardet.detect(_telling(data), include_encodings=_GUESSES, no_match_encoding="windows-1252")
    found = codec_of(guess["encoding"] or "") or "cp1252"
    try:
        return data.decode(found)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _telling(data: bytes) -> bytes:
    """The part of `data` worth guessing from, at most 20,000 bytes around its first byte beyond ASCII."""
    if len(data) <= _SAMPLE:
        return data
    first = _FOREIGN.search(data)
    start = max(0, (first.start() if first else 0) - 200)
    return data[start : start + _SAMPLE]
