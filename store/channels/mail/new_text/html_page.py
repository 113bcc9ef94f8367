"""A page of HTML read as the lines of a text mail: quotes marked with `>`, each text node with its place in the lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.channels.mail.html import uncrowded
from store.channels.mail.new_text.headers import roles_in

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

LIMIT = 1_000_000  # code points of markup that are looked into; a longer page is kept as it is
_NODES = 100_000
_DEPTH = 300  # elements within elements that are followed
_OPEN = 2_000  # the same before parsing, counted roughly


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SKIPPED = _names("head script style title meta link template noscript svg math object iframe -comment")
_NOT_NESTING = _names("br img hr input meta link area base col wbr p li dt dd tr td th option")
_ATOMS = _names("br img hr")
_BLOCKS = _names(
    "div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr section article header footer blockquote pre address"
    " center form"
)
_QUOTES = _names(
    "yahoo_quoted protonmail_quote tutanota_quote moz-forward-container mail_android_quote iosymail zmail_extra"
    " OLK_SRC_BODY_SECTION isReplyContent isForwardContent mail-editor-reference-message-container"
)
_GMAIL_QUOTES = _names("gmail_quote gmail_quote_container")
_SIGNATURES = _names(
    "gmail_signature moz-signature protonmail_signature_block tutanota_signature Signature"
    " ms-outlook-mobile-signature"
)
_MAIL_BELOW = _names("divRplyFwdMsg appendonsend stopSpelling zwchr replySplit")
_OUTLOOK_RULE = re.compile(r"border-top\s*:\s*solid\s+#(?:b5c4df|e1e1e1)\s+1\.0pt", re.IGNORECASE)
_BORDERLESS = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_MARK = "-----Original Message-----"
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")


@dataclass(slots=True)
class Piece:
    """A text node, or one line of it in a `pre`, or an image or line break (`text` empty), at `start` of the page."""

    node: LexborNode
    level: int
    start: int
    text: str


@dataclass(slots=True)
class Page:
    """The page as lines, and where its nodes are in them."""

    chunks: list[str] = field(default_factory=list)
    size: int = 0
    pieces: list[Piece] = field(default_factory=list)
    made: list[tuple[int, int]] = field(default_factory=list)  # lines that are not in the page
    signed: list[tuple[int, int]] = field(default_factory=list)  # signatures by their containers
    last: str = ""
    fresh: bool = True
    quotes: int = 0
    gmail: int = 0
    pre: int = 0
    signing: int = -1

    def add(self, text: str) -> int:
        """Write `text` on the line, after its quote marks; where it begins."""
        start = self.size
        if self.fresh and self.quotes:
            start += self._put("> " * self.quotes)
        self._put(text)
        self.fresh = False
        self.last = text or self.last
        return start

    def _put(self, text: str) -> int:
        self.chunks.append(text)
        self.size += len(text)
        return len(text)

    def line(self, *, blank: bool = False) -> None:
        """End the line that was begun; with `blank`, leave a blank line where none was."""
        if not self.fresh or blank:
            if self.fresh:
                self.add("")
            self._put("\n")
            self.fresh = True

    def mark(self) -> None:
        """A line that says: an earlier mail begins here."""
        self.line()
        start = self.add(_MARK)
        self.line()
        self.made.append((start, self.size))

    def text(self) -> str:
        """The lines as a text mail."""
        return "".join(self.chunks)

    def unsigned(self) -> str:
        """The same with blanks for signatures, so that what stands around them is judged without them."""
        text = self.text()
        parts = []
        at = 0
        for start, end in self.signed:
            parts += [text[at:start], re.sub(r"[^\n]", " ", text[start:end])]
            at = end
        return "".join([*parts, text[at:]])


def read(html: str) -> tuple[LexborNode | None, Page]:
    """The document's root and its page; an empty page where the markup is too large to be looked into."""
    from selectolax.lexbor import LexborHTMLParser

    page = Page()
    if len(html) > LIMIT or _nests_absurdly(html):
        return None, page
    parser = LexborHTMLParser(uncrowded(html).encode("utf-8", "replace").decode("utf-8"))
    if parser.root is None or parser.body is None or not _walk(parser.body, page):
        return None, Page()
    return parser.root, page


def _nests_absurdly(html: str) -> bool:
    """More open elements than a mail has: a parser looks through all of them at each tag."""
    depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _NOT_NESTING:
            depth = max(depth - 1, 0) if closing else depth + 1
            if depth > _OPEN:
                return True
    return False


def _walk(body: LexborNode, page: Page) -> bool:
    """Read the elements in order, without recursion; False when there are too many or they nest too deep."""
    opened = [(body, body.iter(include_text=True), False)]
    seen = 0
    while opened:
        element, children, marked = opened[-1]
        child = next(children, None)
        if child is None:
            opened.pop()
            _leave(element, marked, page)
            continue
        seen += 1
        if seen > _NODES or len(opened) > _DEPTH:
            return False
        tag = child.tag or ""
        if tag == "-text":
            _text(child, len(opened), page)
        elif tag in _ATOMS:
            page.pieces.append(Piece(child, len(opened), page.size, ""))
            if tag != "img":
                page.line(blank=tag == "br")
        elif tag not in _SKIPPED and not _HIDDEN.search(child.attributes.get("style") or ""):
            opened.append((child, child.iter(include_text=True), _enter(child, tag, page)))
    return True


def _text(node: LexborNode, level: int, page: Page) -> None:
    text = node.text_content or ""
    for index, part in enumerate(text.split("\n") if page.pre else [text]):
        if index:
            page.line(blank=True)
        words = part if page.pre else " ".join(part.split())
        if words.strip():
            if not page.pre:
                words = " " * (part[0].isspace() and not page.fresh) + words + " " * part[-1].isspace()
            page.pieces.append(Piece(node, level, page.add(words), words))


def _enter(element: LexborNode, tag: str, page: Page) -> bool:
    """Note what opens with this element; is it a quote?"""
    attributes = element.attributes
    names = {*_classes(element), attributes.get("id") or ""}
    style = attributes.get("style") or ""
    if tag in _BLOCKS or (tag in ("b", "strong") and roles_in([element.text()[:60].strip()])):
        page.line()
    if names & _MAIL_BELOW or _OUTLOOK_RULE.search(style):
        page.mark()
    page.pre += tag == "pre"
    if (names & _SIGNATURES or "data-signatureblock" in attributes) and page.signing < 0:
        page.signing = page.size
        page.signed.append((page.size, -element.mem_id))
    page.gmail += tag != "blockquote" and bool(names & _GMAIL_QUOTES)
    quote = bool(names & _QUOTES) or _is_quote(element, tag, names, style, page)
    page.quotes += quote
    return quote


def _classes(element: LexborNode) -> list[str]:
    return (element.attributes.get("class") or "").split()


def _is_quote(element: LexborNode, tag: str, names: set[str], style: str, page: Page) -> bool:
    if tag != "blockquote":
        return bool(names & _GMAIL_QUOTES) and element.css_first("blockquote") is None
    if _BORDERLESS.search(style) and element.attributes.get("type") != "cite":
        return False  # Gmail and Outlook indent with blockquotes
    said_by_author = names & _GMAIL_QUOTES and page.gmail == 0 and not page.last.rstrip().endswith(":")
    return not said_by_author


def _leave(element: LexborNode, quote: bool, page: Page) -> None:
    tag = element.tag or ""
    if tag in _BLOCKS:
        page.line()
        if tag == "p" and "MsoNormal" not in _classes(element):
            page.line(blank=True)
    page.quotes -= quote
    page.pre -= tag == "pre"
    page.gmail -= tag != "blockquote" and bool(_GMAIL_QUOTES.intersection(_classes(element)))
    if page.signed and page.signed[-1][1] == -element.mem_id:
        page.signed[-1] = (page.signing, page.size)
        page.signing = -1
