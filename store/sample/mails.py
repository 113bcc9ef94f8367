"""The messages of the sample desk as mails: the quote below, the source as it would have arrived, the files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime

from store.sample.content import SampleFile

_TYPES = {
    "png": "image/png",
    "pdf": "application/pdf",
    "exe": "application/octet-stream",
    "css": "text/css",
    "csv": "text/csv",
    "json": "application/json",
    "har": "application/json",
    "log": "text/plain",
}
_ATTRIBUTIONS = {
    "en": "On {when}, {who} wrote:",
    "de": "Am {when} schrieb {who}:",
    "fr": "Le {when}, {who} a écrit :",
    "es": "El {when}, {who} escribió:",
    "tr": "{when} tarihinde {who} şunu yazdı:",
}
_DATES = {"en": "%Y-%m-%d at %H:%M"}
_EMPTY_PAGE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def quoted(text: str, who: str, at: int, language: str) -> str:
    """`text` as a mail program quotes it below an answer."""
    when = datetime.fromtimestamp(at / 1000, UTC).strftime(_DATES.get(language, "%d.%m.%Y %H:%M"))
    lines = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    return f"{_ATTRIBUTIONS[language].format(when=when, who=who)}\n{lines}"


def source(
    *,
    sender: tuple[str, str],
    to: str,
    subject: str,
    at: int,
    message_id: str,
    in_reply_to: str,
    body: str,
    files: Sequence[SampleFile],
) -> bytes:
    """The mail as it would have arrived (RFC 5322)."""
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.utils import format_datetime

    mail = EmailMessage()
    mail["From"] = Address(sender[0], addr_spec=sender[1])
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime.fromtimestamp(at // 1000, UTC))
    mail["Message-ID"] = f"<{message_id}>"
    if in_reply_to:
        mail["In-Reply-To"] = f"<{in_reply_to}>"
    mail.set_content(body + "\n", cte="8bit")
    for file in files:
        main, _, sub = _TYPES[file.name.rpartition(".")[2]].partition("/")
        mail.add_attachment(_bytes_of(file), maintype=main, subtype=sub, filename=file.name)
    if files:
        mail.set_boundary(f"=_{message_id.partition('@')[0]}")
    return mail.as_bytes()


def _bytes_of(file: SampleFile) -> bytes:
    """What is in a sample file: its text, or something small of the right format."""
    if file.text:
        return file.text.encode()
    if file.name.endswith(".png"):
        return _picture(160, 100)
    return _EMPTY_PAGE if file.name.endswith(".pdf") else b"MZ\0\0"


def _picture(width: int, height: int) -> bytes:
    """A PNG of a light page with a darker bar on top (RFC 2083)."""
    rows = b"".join(
        b"\0" + (b"\x46\x5a\x7d" if row < height // 6 else b"\xf2\xf0\xea") * width for row in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
