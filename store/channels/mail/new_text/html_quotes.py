"""The quotes of an HTML mail, found by the marks that mail programs leave and, beyond those, by the rules for text.

The page is read as lines, in which blockquotes and known quote containers get `>` (so answers between them stay apart),
these lines are folded like those of a text mail, and what was folded is taken out of the markup. How to combine it:

    body = to_text(source)                     # all of it, kept
    folds = folds_of_html(source, body)        # offsets into that body
    reading = new_text(body, folds)
    kept, quoted = strip_html_quotes(source)   # only where the markup itself is to be shown
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from store.channels.mail.new_text.folding import Fold, Kind, decide, folds, new_text
from store.channels.mail.new_text.headers import roles_in

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

LIMIT = 1_000_000  # code points of markup that are looked into; a longer page is kept as it is
_NODES = 100_000
_DEPTH = 300  # elements within elements that are followed
_AHEAD = 60  # words that a converter may leave out, or put in, at one place


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SKIPPED = _names("head script style title meta link template noscript svg math object iframe -comment")
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
_WORDS = re.compile(r"[^\W_]+")


@dataclass(slots=True)
class _Piece:
    """A text node, or one line of it in a `pre`, or an image or line break (`text` empty), at `start` of the page."""

    node: LexborNode
    level: int
    start: int
    text: str


@dataclass(slots=True)
class _Page:
    """The page as lines, and where its nodes are in them."""

    chunks: list[str] = field(default_factory=list)
    size: int = 0
    pieces: list[_Piece] = field(default_factory=list)
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


def strip_html_quotes(html: str) -> tuple[str, str]:
    """The markup of what the author wrote this time, and the markup of all else (empty when there is nothing else).

    Nothing is lost: each text and image is in one of the two. A mail that is all quote comes back whole.
    """
    root, page = _read(html)
    found = _folds(page)
    other, other_page = _read(html) if found else (None, page)
    if root is None or other is None:
        return html, ""
    _remove(root, page, found, folded=True)
    _remove(other, other_page, found, folded=False)
    return root.html or "", other.html or ""


def folds_of_html(html: str, body: str) -> tuple[Fold, ...]:
    """The folds of `body`, the text made from `html` by any converter that keeps words and their order.

    Words of the page are found again in the body in turn; a line is folded when its words are. Where too few are
    found, or the page is too large to be read, the body is judged as text.
    """
    root, page = _read(html)
    if root is None:
        return folds(body)
    text = page.text()
    marks = _folds(page)
    made = _Ranges(page.made)
    words = [match for match in _WORDS.finditer(text) if not made.holds(match.start())]
    wanted = _Ranges([(fold.start, fold.end) for fold in marks])
    lines = _aligned(words, body)
    if lines is None:
        return folds(body)
    kinds: list[Kind | None] = []
    for _, _, origins in lines:
        inside = [wanted.index(at) for at in origins]
        folded = inside and inside.count(-1) * 2 < len(inside)
        kinds.append(marks[max(inside)].kind if folded else None)
    _spread(kinds, [(body[start:end].strip(), bool(origins)) for start, end, origins in lines])
    found: list[Fold] = []
    for (start, end, _), kind in zip(lines, kinds, strict=True):
        if kind and found and found[-1].end == start and found[-1].kind == kind:
            found[-1] = Fold(found[-1].start, end, kind)
        elif kind:
            found.append(Fold(start, end, kind))
    return tuple(found)


def _spread(kinds: list[Kind | None], texts: Sequence[tuple[str, bool]]) -> None:
    """Lines without a word of the page (rules, `>`, blank ones) go with the folded line above or below them."""
    for order in (range(1, len(kinds)), range(len(kinds) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for at in order:
            text, worded = texts[at]
            if kinds[at] is None and not worded and (text or step < 0):
                kinds[at] = kinds[at + step]


class _Ranges:
    """Sorted, disjoint ranges, asked with offsets that only grow."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def index(self, at: int) -> int:
        """Which range holds `at`, or -1."""
        index = bisect_right(self._starts, at) - 1
        return index if index >= 0 and at < self._ends[index] else -1

    def holds(self, at: int) -> bool:
        return self.index(at) >= 0

    def rest(self, start: int, text: str) -> str:
        """`text`, which begins at `start`, without what lies in a range."""
        end = start + len(text)
        kept = []
        at = start
        index = max(bisect_right(self._starts, start) - 1, 0)
        while index < len(self._starts) and self._starts[index] < end:
            kept.append(text[at - start : max(self._starts[index] - start, at - start)])
            at = max(at, min(self._ends[index], end))
            index += 1
        return "".join([*kept, text[at - start :]])


def _aligned(words: Sequence[re.Match[str]], body: str) -> list[tuple[int, int, list[int]]] | None:
    """Each line of `body` as start, end and the page offsets of its words; None when too few words are found."""
    lines: list[tuple[int, int, list[int]]] = []
    at = matched = seen = start = 0
    while start < len(body):
        end = body.find("\n", start) + 1 or len(body)
        origins = []
        for word in _WORDS.findall(body, start, end):
            seen += 1
            ahead = next((i for i in range(at, min(at + _AHEAD, len(words))) if words[i].group() == word), -1)
            if ahead >= 0:
                origins.append(words[ahead].start())
                at, matched = ahead + 1, matched + 1
        lines.append((start, end, origins))
        start = end
    return lines if matched >= 0.7 * min(len(words), seen) else None


def _read(html: str) -> tuple[LexborNode | None, _Page]:
    """The document's root and its page; an empty page where the markup is too large to be looked into."""
    from selectolax.lexbor import LexborHTMLParser

    page = _Page()
    if len(html) > LIMIT:
        return None, page
    parser = LexborHTMLParser(html.encode("utf-8", "replace").decode("utf-8"))
    if parser.root is None or parser.body is None or not _walk(parser.body, page):
        return None, _Page()
    return parser.root, page


def _folds(page: _Page) -> tuple[Fold, ...]:
    """What to fold of the page; nothing when nothing else would be left."""
    found = decide(page.unsigned(), from_markup=True)
    taken = _Ranges([(fold.start, fold.end) for fold in found])
    signed = [Fold(start, end, "signature") for start, end in page.signed if not taken.holds(start)]
    both = tuple(sorted([*found, *signed], key=lambda fold: fold.start))
    text = page.text()
    return next((some for some in (both, found) if new_text(text, some)), ())


def _walk(body: LexborNode, page: _Page) -> bool:
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
            page.pieces.append(_Piece(child, len(opened), page.size, ""))
            if tag != "img":
                page.line(blank=tag == "br")
        elif tag not in _SKIPPED and not _HIDDEN.search(child.attributes.get("style") or ""):
            opened.append((child, child.iter(include_text=True), _enter(child, tag, page)))
    return True


def _text(node: LexborNode, level: int, page: _Page) -> None:
    text = node.text_content or ""
    for index, part in enumerate(text.split("\n") if page.pre else [text]):
        if index:
            page.line(blank=True)
        words = part if page.pre else " ".join(part.split())
        if words.strip():
            if not page.pre:
                words = " " * (part[0].isspace() and not page.fresh) + words + " " * part[-1].isspace()
            page.pieces.append(_Piece(node, level, page.add(words), words))


def _enter(element: LexborNode, tag: str, page: _Page) -> bool:
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


def _is_quote(element: LexborNode, tag: str, names: set[str], style: str, page: _Page) -> bool:
    if tag != "blockquote":
        return bool(names & _GMAIL_QUOTES) and element.css_first("blockquote") is None
    if _BORDERLESS.search(style) and element.attributes.get("type") != "cite":
        return False  # Gmail and Outlook indent with blockquotes
    said_by_author = names & _GMAIL_QUOTES and page.gmail == 0 and not page.last.rstrip().endswith(":")
    return not said_by_author


def _leave(element: LexborNode, quote: bool, page: _Page) -> None:
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


def _remove(root: LexborNode, page: _Page, found: Sequence[Fold], *, folded: bool) -> None:
    """Take out of the markup what is folded (or all else), and the elements that this leaves empty."""
    ranges = [(fold.start, fold.end) for fold in found]
    if not folded:
        edges = [0, *(edge for pair in ranges for edge in pair), page.size + 1]
        ranges = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
    gone = _Ranges(ranges)
    emptied: dict[int, tuple[int, LexborNode]] = {}
    for _, group in groupby(page.pieces, key=lambda piece: piece.node.mem_id):
        pieces = list(group)
        node, level = pieces[0].node, pieces[0].level
        kept = [gone.rest(piece.start, piece.text) for piece in pieces]
        if not pieces[0].text:
            remove = gone.holds(pieces[0].start)
        elif kept == [piece.text for piece in pieces]:
            continue
        else:
            remove = not any(part.strip() for part in kept)
        if remove:
            if node.parent is not None:
                emptied[node.parent.mem_id] = (level - 1, node.parent)
            node.decompose()
        elif pieces[0].text:
            node.replace_with("\n".join(part for part in kept if part))
    _prune(emptied)


def _prune(emptied: dict[int, tuple[int, LexborNode]]) -> None:
    """Remove elements without text or elements, deepest first, then those that this empties."""
    levels: dict[int, dict[int, LexborNode]] = {}
    for key, (level, element) in emptied.items():
        levels.setdefault(level, {})[key] = element
    for level in range(max(levels, default=0), 0, -1):
        for element in levels.get(level, {}).values():
            filled = any(
                child.tag not in ("-text", "br") or (child.text_content or "").strip()
                for child in element.iter(include_text=True)
            )
            if not filled and element.parent is not None:
                levels.setdefault(level - 1, {})[element.parent.mem_id] = element.parent
                element.decompose()
