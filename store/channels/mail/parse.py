"""From the raw bytes of one mail to a `Mail`: who, when, what about, the text and the attachments.

Nothing in a mail can make this raise or run away: damaged fields are read as far as they go, and what was wrong is
said in `defects`. Outcomes for the absurd: 1,000 recipients and 1,000 attachments are listed, a subject has at most
1,000 characters and a text a million, a date before 1971 or after 2099 is none, and the raw mail keeps it all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from store.channels.mail.addresses import ADDRESS_LIMIT, NOBODY, Address, addresses_of
from store.channels.mail.bodies import contents_of
from store.channels.mail.dates import moment
from store.channels.mail.headers import Field, params_of, read_block, text_of
from store.channels.mail.mime import Part, content_of, structure_of
from store.errors import BadInput
from store.text.inert import inert_line, safe_name

__all__ = ["Address", "Attachment", "Headers", "Mail", "attachment_bytes", "parse"]

ATTACHMENT_LIMIT = 1_000
REFERENCE_LIMIT = 200
ID_LIMIT = 998

_ID = re.compile(r"<\s*([^<>\s][^<>]*?)\s*>")
_WORD = re.compile(r"[^\s<>\"(),;@]{1,500}@[^\s<>\"(),;]+")
_AUTH = re.compile(r"(?<![\w.-])(spf|dkim|dmarc)\s*=\s*(fail|hardfail)\b", re.IGNORECASE)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x80-\xff]")
_SENDER_FIELDS = (
    "from",
    "sender",
    "reply-to",
    "x-original-from",
    "x-original-sender",
    "resent-from",
    "return-path",
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part to be saved: its harmless label (empty where it has none), media type, size in bytes, hash of content."""

    name: str
    type: str
    size: int
    sha256: str
    content_id: str
    inline: bool
    index: int


class Headers:
    """The fields of a mail's header, in any case of their names, decoded and inert when asked for."""

    __slots__ = ("_by_name", "fields", "hint")

    def __init__(self, fields: Iterable[Field], hint: str = "") -> None:
        self.fields = tuple(fields)
        self.hint = hint
        self._by_name: dict[str, list[bytes]] = {}
        for name, value in self.fields:
            self._by_name.setdefault(name, []).append(value)

    def all(self, name: str) -> list[str]:
        """The values of every field of that name, in order."""
        return [self._text(value) for value in self.raw(name)]

    def get(self, name: str, default: str = "") -> str:
        """The value of the first field of that name."""
        values = self._by_name.get(name.lower())
        return self._text(values[0]) if values else default

    def raw(self, name: str) -> list[bytes]:
        """The values of every field of that name as they were sent, unfolded."""
        return self._by_name.get(name.lower(), [])

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._by_name

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((name, self._text(value)) for name, value in self.fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self.fields == other.fields

    def __hash__(self) -> int:
        return hash(self.fields)

    def _text(self, value: bytes) -> str:
        return inert_line(text_of(value[:65_536], self.hint), 20_000)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. Text is inert; times are in milliseconds since 1970 UTC; ids come without angle brackets.

    `message_id` is None where there is none, and `content_id` (a hash over sender, date, subject and body, the same
    whatever way the mail came) stands in for it. `auth_failures` are the sending domain's checks that a receiving
    server saw fail: to be shown, never to be trusted, since a header proves nothing. `markup` is the HTML page that
    `body` was made from, empty where it was not one page alone.
    """

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    sent_at: int | None
    body: str
    html: bool
    markup: str = field(repr=False)
    attachments: tuple[Attachment, ...]
    headers: Headers
    defects: tuple[str, ...]
    auth_failures: tuple[str, ...]
    raw: bytes = field(repr=False, compare=False)

    @property
    def received_at(self) -> int | None:
        """When the server that handed the mail over took it in, by the topmost Received field that names a time."""
        return _received_at(self.headers)

    @property
    def content_id(self) -> str:
        """A hash of what the sender wrote, computed when it is asked for."""
        return _content_id(self.raw, self.headers)


def parse(raw: bytes) -> Mail:
    """Read one mail. Raises BadInput only for what is no mail at all: nothing, or binary data without a header."""
    raw = _with_newlines(raw)
    structure = structure_of(raw)
    parts, root = structure.parts, structure.parts[0]
    if not root.fields:
        _refuse_what_is_no_mail(raw)
    contents = contents_of(raw, parts)
    headers = Headers(root.fields, contents.charset)
    defects = [*structure.defects, *contents.defects]
    if not root.fields:
        defects.append("it has no header")
    attachments = tuple(
        _attachment(raw, index, parts[part], contents.charset)
        for index, part in enumerate(contents.attached[:ATTACHMENT_LIMIT])
    )
    if (more := len(contents.attached) - ATTACHMENT_LIMIT) > 0:
        defects.append(f"{more:,} more attachments are not listed")
    return Mail(
        message_id=_message_id(headers, defects),
        in_reply_to=_ids(headers, "in-reply-to"),
        references=_ids(headers, "references"),
        subject=inert_line(headers.get("subject")),
        sender=_sender(headers, defects),
        reply_to=_people(headers, "reply-to", defects),
        to=_people(headers, "to", defects),
        cc=_people(headers, "cc", defects),
        sent_at=_sent_at(headers, defects),
        body=contents.body,
        html=contents.html,
        markup=contents.markup,
        attachments=attachments,
        headers=headers,
        defects=tuple(defects),
        auth_failures=_auth_failures(headers),
        raw=raw,
    )


def attachment_bytes(raw: bytes, index: int) -> bytes:
    """The decoded content of a mail's attachment, by its `Attachment.index`. Raises IndexError where there is none."""
    raw = _with_newlines(raw)
    parts = structure_of(raw).parts
    return content_of(raw, parts[contents_of(raw, parts).attached[index]])


def _with_newlines(raw: bytes) -> bytes:
    """`raw` itself, unless its lines end in carriage returns alone."""
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def _refuse_what_is_no_mail(raw: bytes) -> None:
    sample = raw[:4096]
    if not sample.strip():
        raise BadInput("The mail is empty", "check where it came from")
    odd = len(_NOT_TEXT.findall(sample))
    if b"\x00" in sample or odd * 10 > len(sample) * 3:
        raise BadInput(
            "This is not a mail: it has no header and is not text", "import mbox, Maildir or .eml files"
        )


def _message_id(headers: Headers, defects: list[str]) -> str | None:
    value = headers.get("message-id")
    found = _ID.search(value)
    text = (found[1] if found else value).strip()
    if len(text) > ID_LIMIT:
        defects.append("the Message-ID is absurdly long and was not used")
        return None
    return text or None


def _ids(headers: Headers, name: str) -> tuple[str, ...]:
    """Ids in order, each once; where brackets are missing, words that look like ids. The first and last 100 at most."""
    value = " ".join(headers.all(name))
    found = _ID.findall(value) or _WORD.findall(value)
    ids = list(dict.fromkeys(one for one in found if len(one) <= ID_LIMIT))
    half = REFERENCE_LIMIT // 2
    return tuple(ids if len(ids) <= REFERENCE_LIMIT else ids[:half] + ids[-half:])


def _sender(headers: Headers, defects: list[str]) -> Address:
    """From, else the best guess; of several the first that can be answered."""
    named = NOBODY
    for name in _SENDER_FIELDS:
        found = [address for value in headers.raw(name) for address in addresses_of(value, headers.hint, 10)]
        if name == "from" and len(found) > 1:
            defects.append("it names several senders")
        answerable = next((address for address in found if address.email), None)
        if answerable:
            if name != "from":
                defects.append(f"it has no usable From; the sender is from {name.title()}")
            return Address(named.name or answerable.name, answerable.email)
        named = named if named.name or not found else found[0]
    return named


def _people(headers: Headers, name: str, defects: list[str]) -> tuple[Address, ...]:
    values = headers.raw(name)
    if not values:
        return ()
    joined = values[0] if len(values) == 1 else b", ".join(values)
    found = addresses_of(joined, headers.hint, ADDRESS_LIMIT)
    if len(found) == ADDRESS_LIMIT and joined.count(b"@") > ADDRESS_LIMIT:
        defects.append(f"only the first {ADDRESS_LIMIT:,} addresses in {name.title()} were read")
    return found


def _sent_at(headers: Headers, defects: list[str]) -> int | None:
    value = headers.get("date")
    found = moment(value)
    if found is None:
        defects.append("its date is not credible" if value else "it has no date")
    return found


def _received_at(headers: Headers) -> int | None:
    for value in headers.raw("received")[:3]:
        _, semicolon, date = value.rpartition(b";")
        if semicolon and (found := moment(date.decode("latin-1").strip())):
            return found
    return None


def _auth_failures(headers: Headers) -> tuple[str, ...]:
    found = (
        match
        for value in headers.raw("authentication-results")
        for match in _AUTH.findall(value.decode("latin-1"))
    )
    return tuple(dict.fromkeys(f"{method.lower()}=fail" for method, _ in found))


def _content_id(raw: bytes, headers: Headers) -> str:
    """A hash of what the sender wrote: sender, date, subject and body, line ends and outer blank lines aside."""
    digest = hashlib.sha256()
    for name in ("from", "date", "subject"):
        digest.update(b" ".join(b" ".join(headers.raw(name)).split()) + b"\n")
    digest.update(raw[read_block(raw).body :].replace(b"\r\n", b"\n").strip(b"\n"))
    return digest.hexdigest()


def _attachment(raw: bytes, index: int, part: Part, hint: str) -> Attachment:
    data = content_of(raw, part)
    disposition = params_of(part.first("content-disposition"))
    name = disposition.text("filename", hint) or part.content.text("name", hint)
    if not name and part.type == "message/rfc822":
        name = _subject_of(data)
    content_id = inert_line(text_of(part.first("content-id"))).strip("<> ")
    return Attachment(
        name=safe_name(name),
        type=part.type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        content_id=content_id,
        inline=disposition.value == "inline" or (bool(content_id) and disposition.value != "attachment"),
        index=index,
    )


def _subject_of(data: bytes) -> str:
    """The label of an attached mail: its subject."""
    fields = read_block(data[:65_536]).fields
    subject = next((inert_line(text_of(value)) for name, value in fields if name == "subject"), "")
    return re.sub(r"[/\\:]+", " ", subject or "mail").strip() + ".eml"
