"""Which parts of a mail are its text, and which are attachments; the text itself.

Of alternatives the plain text is read, unless it says nothing; then the HTML. Parts that stand in a row are all read.
Everything else is an attachment, also a text with a file name (RFC 2046 §5.1, RFC 8621 §4.1.4, RFC 2183).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from store.channels.mail.charsets import decode
from store.channels.mail.headers import params_of
from store.channels.mail.mime import Part, content_of
from store.channels.mail.plain import unenriched, unflowed
from store.text.inert import inert

BODY_LIMIT = 1_000_000
CUT = "[… the rest of this mail is too long to show]"
_ENCODED_LIMIT = 6_000_000

_PLAIN = frozenset(("text/plain",))
_HTML = frozenset(("text/html", "application/xhtml+xml"))
_ENRICHED = frozenset(("text/enriched", "text/richtext"))
_MACHINE_READABLE = frozenset(
    (
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/rfc822-headers",
        "text/rfc822-headers",
    )
)
_PLACEHOLDER = re.compile(
    r"html|e-?mail[ -]?(?:client|program|reader|app)|mail[ -]?(?:client|programm?)|web ?browser|view (?:this|the|it)"
    r"|plain ?text|text version|messagerie|navigateur|navegador|cliente de correo|posta istemci|tarayıcı",
    re.IGNORECASE,
)
_PLACEHOLDER_LIMIT = 300
_NONE = -1
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Contents:
    """The text of a mail, whether any of it was HTML, its charset label, and the indices of its attached parts.

    `markup` is the HTML that `body` was made from, where it was made from one page and nothing else.
    """

    body: str
    html: bool
    markup: str
    charset: str
    attached: tuple[int, ...]
    defects: tuple[str, ...]


def contents_of(raw: bytes, parts: list[Part]) -> Contents:
    """The body and attachments among `parts`. Text is inert and at most a million characters, with a note if cut."""
    return _Reading(raw, parts).contents()


class _Reading:
    """One pass over the parts of one mail."""

    def __init__(self, raw: bytes, parts: list[Part]) -> None:
        self.raw = raw
        self.parts = parts
        self.texts: dict[int, str] = {}
        self.markup: dict[int, str] = {}
        self.plain = [_NONE] * len(parts)  # of each part, the first leaf in it that is plain text
        self.html = [_NONE] * len(parts)  # and the first that is HTML
        self._find_texts(_PLAIN)
        if self.plain[0] == self.html[0] == _NONE:
            self._find_texts(_ENRICHED)

    def _find_texts(self, plain: frozenset[str]) -> None:
        """Mark the leaves that are text, and all parts around them."""
        for index in range(len(self.parts) - 1, -1, -1):
            part = self.parts[index]
            if not part.children and not _is_attached(part):
                if part.type in _HTML:
                    self.html[index] = index
                elif part.type in plain or _is_broken_multipart(part):
                    self.plain[index] = index
            for leaves in (self.plain, self.html):
                if part.parent >= 0 and leaves[index] != _NONE:
                    leaves[part.parent] = leaves[index]

    def contents(self) -> Contents:
        chosen, attached = self._sorted()
        if not any(self.text(index).strip() for index in chosen):
            chosen = [index for index, part in enumerate(self.parts) if part.type in _MACHINE_READABLE][
                :2
            ] or chosen
        read = self._worth_reading(chosen)
        texts = [self.text(index) for index in read]
        body = texts[0] if len(texts) == 1 else "\n\n".join(text.strip("\n") for text in texts)
        defects: tuple[str, ...] = ()
        if len(body) > BODY_LIMIT:
            body = body[:BODY_LIMIT].rstrip() + "\n\n" + CUT
            defects = ("the text was cut after a million characters",)
        charset = next((label for index in chosen if (label := self.parts[index].content.get("charset"))), "")
        html = any(self.parts[index].type in _HTML for index in read)
        markup = self.markup.get(read[0], "") if len(read) == 1 and not defects else ""
        return Contents(body, html, markup, charset, tuple(attached), defects)

    def _worth_reading(self, chosen: list[int]) -> list[int]:
        """Those that say something, without HTML that repeats a text before it; no more than will be shown."""
        read: list[int] = []
        size = 0
        for index in chosen:
            text = self.text(index)
            is_html = self.parts[index].type in _HTML
            if text.strip() and not (is_html and any(_is_same(text, self.text(other)) for other in read[:3])):
                read.append(index)
                size += len(text)
            if size > BODY_LIMIT:
                break
        return read

    def _sorted(self) -> tuple[list[int], list[int]]:
        """Indices of the parts that are the body, and of those attached, both in the order of the mail."""
        chosen: list[int] = []
        attached: list[int] = []
        stack: list[tuple[int, bool]] = [(0, True)]
        while stack:
            index, readable = stack.pop()
            part = self.parts[index]
            if part.children:
                pick = self._alternative(part) if part.content.value == "multipart/alternative" else None
                inner = [(child, readable and pick in (None, child)) for child in part.children]
                stack.extend(reversed(inner))
            elif self._is_text(index):
                if readable:
                    chosen.append(index)
            elif not self._is_empty_or_machine_readable(part):
                attached.append(index)
        return chosen, attached

    def _is_empty_or_machine_readable(self, part: Part) -> bool:
        """Whether a leaf is no file: a multipart without parts, or what a report says to programs, unnamed."""
        if part.content.value.startswith("multipart/"):
            return part.start >= part.end
        within = self.parts[part.parent].content.value if part.parent >= 0 else ""
        return within == "multipart/report" and part.type in _MACHINE_READABLE and not _is_attached(part)

    def _is_text(self, index: int) -> bool:
        return index in (self.plain[index], self.html[index])

    def _alternative(self, part: Part) -> int:
        """The alternative to read."""
        plain = next((child for child in part.children if self.plain[child] != _NONE), None)
        html = next((child for child in reversed(part.children) if self.html[child] != _NONE), None)
        if plain is None:
            return part.children[-1] if html is None else html
        return plain if html is None or not self._says_nothing(self.plain[plain], self.html[html]) else html

    def _says_nothing(self, plain: int, html: int) -> bool:
        """Whether the plain alternative is empty, or only says that there is HTML, which says much more."""
        words = self.text(plain).strip()
        if not words:
            return True
        if len(words) > _PLACEHOLDER_LIMIT or len(_PLACEHOLDER.findall(words)) < 2:
            return False
        return len(words) * 2 < len(self.text(html))

    def text(self, index: int) -> str:
        """The inert text of a leaf, decoded once."""
        if index not in self.texts:
            self.texts[index] = self._read(index)
        return self.texts[index]

    def _read(self, index: int) -> str:
        part = self.parts[index]
        data = content_of(self.raw, part, _ENCODED_LIMIT)
        text = decode(data, part.content.get("charset"))
        if part.type in _HTML:
            from store.channels.mail.html import to_text

            self.markup[index] = text
            return to_text(text)
        text = inert(text)
        if part.type in _ENRICHED:
            return unenriched(text)
        if part.content.get("format").lower() == "flowed":
            return unflowed(text, delsp=part.content.get("delsp").lower() == "yes")
        return text


def _is_broken_multipart(part: Part) -> bool:
    """A multipart in which no part was found but something stands."""
    return part.content.value.startswith("multipart/") and part.start < part.end


def _is_attached(part: Part) -> bool:
    """Whether the sender meant this leaf to be saved rather than read."""
    disposition = params_of(part.first("content-disposition"))
    if disposition.value == "attachment":
        return True
    names = ("filename", "filename*", "filename*0", "filename*0*")
    return any(name in disposition.raw for name in names) or any(
        name in part.content.raw for name in ("name", "name*", "name*0", "name*0*")
    )


def _is_same(text: str, other: str) -> bool:
    """Whether two texts begin with the same words: HTML that repeats the plain text before it."""
    first, second = (_WORDS.findall(words[:4000])[:60] for words in (text, other))
    return bool(first) and first == second
