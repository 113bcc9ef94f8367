"""HTML of a mail as plain text that reads like the page: paragraphs, lists, tables, links with their true targets.

What a reader would not see goes (scripts, styles, comments, hidden text, tracking pixels), nothing remote is loaded,
and whatever the entities spelled passes `inert`. The walk is iterative; input, output and nodes are bounded.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.text.inert import inert

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

INPUT_LIMIT = 2_000_000
OUTPUT_LIMIT = 1_000_000
NODE_LIMIT = 400_000
CUT = "[… the rest is too long to show]"


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SKIPPED = _names(
    "head script style title meta link template svg math object embed iframe canvas audio video select option input "
    "datalist map area base param source track frameset frame applet wbr -comment !doctype"
)
_BLOCKS = _names(
    "div section article header footer main nav aside address center form fieldset legend dl dt dd figure figcaption "
    "details summary caption tr thead tbody tfoot table li ul ol menu dir p h1 h2 h3 h4 h5 h6 blockquote pre"
)
_SPACED = _names("p h1 h2 h3 h4 h5 h6 blockquote pre dl table")
_LISTS = frozenset(("ul", "ol", "menu", "dir"))

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|max-height\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])"
    r"|(?<!-)color\s*:\s*transparent|text-indent\s*:\s*-\d{3,}|(?<!-)(?:left|top)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_FONT_SIZE = re.compile(r"font-size\s*:\s*(\d*\.?\d+)", re.IGNORECASE)
_TINY = re.compile(r"(?<!-)(?:width|height)\s*:\s*[01](?:px)?\s*(?:[;!]|$)", re.IGNORECASE)
_BORDERLESS = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)
_NO_TARGET = re.compile(
    r"(?:#|javascript:|vbscript:|data:|cid:|about:|file:|x-apple-data-detectors:)", re.IGNORECASE
)
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:|ftp://)(?:www\.)?", re.IGNORECASE)
_BLANKS = re.compile("[ \t\n\r\f\v\x85\u2028\u2029]+")
_FILLER = re.compile("[\u034f\u180e\u200b\u2060\ufeff\u00ad\u2800]+|(?:[\u200c-\u200f][ \u00a0\u2007]*+){2,}")
_LINE_END_BLANKS = re.compile(r"[ \t]+$", re.MULTILINE)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]{0,20})(?=[\s/>])", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[!/a-z][^>]*+>?", re.IGNORECASE)
_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
_FORMATTING_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_FORMATTING))})(?=[\s/>])[^>]*+>?", re.IGNORECASE)
_NOT_NESTING = _FORMATTING | _names("p li td th tr dt dd br img hr input meta link area base col wbr option")
_CROWDED_TAG = re.compile(r"""<([a-z][a-z0-9]{0,20})(?:[^>"']|"[^"]*"|'[^']*'){5000,}+>?""", re.IGNORECASE)
_FEW_TAGS = 500
_DEPTH_COST = 100_000_000
_FORMATTING_COST = 2_000_000
_RULE = "─" * 24


def to_text(html: str) -> str:
    """The text of an HTML document or fragment, inert, with a visible note where it was cut."""
    from selectolax.lexbor import LexborHTMLParser

    source = _defused(uncrowded(html[:INPUT_LIMIT].replace("\x00", "")))
    start = LexborHTMLParser(source.encode("utf-8", "replace").decode("utf-8")).body
    walk = _Walk(_Page())
    whole = start is None or walk.run(start)
    text = inert(walk.page.text())
    if not whole or len(html) > INPUT_LIMIT or len(text) > OUTPUT_LIMIT:
        text = text[:OUTPUT_LIMIT].rstrip() + "\n\n" + CUT
    return text


def uncrowded(html: str) -> str:
    """`html` without the attributes of tags that have thousands: a parser compares each of them with all the others."""
    return _CROWDED_TAG.sub(r"<\1>", html)


def _defused(html: str) -> str:
    """`html` without the tags that would make an HTML parser take minutes or gigabytes.

    A parser looks through all open elements at each tag, and reopens all open formatting in each paragraph; so what
    it costs is tags times depth. No real mail comes near the limits (3,000 levels of nesting stay).
    """
    tags = html.count("<")
    if tags < _FEW_TAGS:
        return html
    deepest = most_formatting = 0
    opened: Counter[str] = Counter()
    depth = {True: 0, False: 0}
    for closing, name in _TAG.findall(html):
        name = name.lower()
        formats = name in _FORMATTING
        if name in _NOT_NESTING and not formats:
            continue
        if not closing:
            opened[name] += 1
            depth[formats] += 1
            deepest, most_formatting = max(deepest, depth[False]), max(most_formatting, depth[True])
        elif opened[name]:
            opened[name] -= 1
            depth[formats] -= 1
    if deepest * tags > _DEPTH_COST:
        return _ANY_TAG.sub("\n", html).replace("\n", "<br>")
    if most_formatting * tags > _FORMATTING_COST:
        return _FORMATTING_TAG.sub("", html)
    return html


@dataclass(slots=True)
class _Page:
    """The text being written: line breaks and blanks are owed until more text follows, each line gets its marks."""

    chunks: list[str] = field(default_factory=list)
    size: int = 0
    lines: int = 0
    owed_lines: int = 0
    owed_blank: str = ""
    quotes: int = 0
    lists: int = 0
    marker: str = ""
    line_quotes: int = 0

    def write(self, text: str) -> None:
        """Add inline text whose blanks are collapsed already."""
        core = text.strip(" ")
        if not core.strip("\u00a0\u2007"):
            self._write_blank(text, core)
            return
        if text[0] == " ":
            self.owed_blank = self.owed_blank or " "
        self._settle()
        self._add(core)
        self.owed_blank = " " if text[-1] == " " else ""

    def _write_blank(self, text: str, core: str) -> None:
        if core and self.owed_lines:
            self.break_line(
                2
            )  # a paragraph of nothing but a no-break space is how mail programs write a blank line
        elif text:
            self.owed_blank = self.owed_blank or " "

    def write_verbatim(self, text: str) -> None:
        """Add preformatted text, its blanks and line ends kept."""
        for index, part in enumerate(text.replace("\r\n", "\n").split("\n")):
            self.owed_lines += index > 0
            if part:
                self._settle()
                self._add(part)

    def break_line(self, count: int = 1) -> None:
        """More text begins a new line, after a blank one when `count` is 2."""
        self.owed_lines = max(self.owed_lines, count)
        self.owed_blank = ""

    def end_line(self) -> None:
        """A line break as written: two of them leave a blank line."""
        self.owed_lines = min(self.owed_lines + 1, 2)
        self.owed_blank = ""

    def _settle(self) -> None:
        if self.owed_lines or not self.chunks:
            if self.chunks:
                self._add(
                    "\n"
                    + (self._quote_marks(min(self.quotes, self.line_quotes)) + "\n") * (self.owed_lines > 1)
                )
                self.lines += 1
            marks = self._quote_marks(self.quotes)
            indent = "  " * min(self.lists - bool(self.marker), 10)
            self._add((marks + " " if marks else "") + indent + self.marker)
            self.owed_lines, self.marker, self.line_quotes = 0, "", self.quotes
        elif self.owed_blank:
            self._add(self.owed_blank)
        self.owed_blank = ""

    def _add(self, text: str) -> None:
        self.chunks.append(text)
        self.size += len(text)

    @staticmethod
    def _quote_marks(depth: int) -> str:
        return " ".join(">" * min(depth, 30))

    def text(self) -> str:
        """All that was written."""
        return _LINE_END_BLANKS.sub("", "".join(self.chunks).replace("\u00a0", " ")).strip("\n")


@dataclass(slots=True)
class _Frame:
    """An element that is open: what to put back when it ends."""

    node: LexborNode
    tag: str
    tiny: bool
    href: str = ""
    chunks: int = 0
    quoted: bool = False


@dataclass(slots=True)
class _Walk:
    """One walk over a page, depth first, with its own stack."""

    page: _Page
    tiny: bool = False
    verbatim: int = 0
    numbers: list[int | None] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    fresh_cell: bool = False

    def run(self, start: LexborNode) -> bool:
        """Write everything below `start`; whether it all fitted."""
        stack: list[_Frame] = []
        node = start.child
        for _ in range(NODE_LIMIT * 2):
            if node is None:
                if not stack:
                    return True
                frame = stack.pop()
                self._leave(frame)
                node = frame.node.next
            elif node.tag == "-text":
                self._text(node.text_content or "")
                node = node.next
            elif opened := self._enter(node, node.tag or ""):
                stack.append(opened)
                node = node.child
            else:
                node = node.next
            if self.page.size > OUTPUT_LIMIT:
                return False
        return False

    def _text(self, text: str) -> None:
        if self.tiny:
            return
        if self.verbatim:
            self.page.write_verbatim(text)
        else:
            text = inert(_BLANKS.sub(" ", text))  # what is dropped must not count as a line
            self.page.write(text if text.isascii() else _FILLER.sub("", text))
        self.fresh_cell = self.fresh_cell and not text.strip()

    def _enter(self, node: LexborNode, tag: str) -> _Frame | None:
        """Begin an element; None where nothing below it is to be read."""
        if tag in _SKIPPED:
            return None
        if tag == "br":
            self.page.end_line()
            return None
        attributes = node.attributes
        style = attributes.get("style") or ""
        if "hidden" in attributes or (style and _HIDDEN.search(style)):
            return None
        frame = _Frame(node, tag, self.tiny)
        if style and (size := _FONT_SIZE.search(style)):
            self.tiny = float(size[1]) == 0
        if tag == "img":
            self._image(attributes, style)
        elif tag == "hr":
            self._rule()
        elif tag == "a":
            frame.href, frame.chunks = attributes.get("href") or "", len(self.page.chunks)
        elif tag == "td" or tag == "th":
            self._cell()
        elif tag in _BLOCKS:
            self._block(frame, attributes, style)
        return frame

    def _block(self, frame: _Frame, attributes: dict[str, str | None], style: str) -> None:
        tag = frame.tag
        self._break(frame.tag, attributes.get("class") or "")
        if tag == "tr":
            self.rows.append(-1)
        elif tag in _LISTS:
            self.page.lists += 1
            self.numbers.append(_start_of(attributes) if tag == "ol" else None)
        elif tag == "li":
            self.page.marker = self._marker()
            self.page.break_line()
        elif tag == "pre":
            self.verbatim += 1
        elif tag == "blockquote" and (attributes.get("type") == "cite" or not _BORDERLESS.search(style)):
            frame.quoted = True
            self.page.quotes += 1

    def _break(self, tag: str, kind: str = "") -> None:
        """A new line for a block, a blank one where the page shows a gap; none at the start of a table cell."""
        if not self.fresh_cell:
            spaced = tag in _SPACED and not kind.startswith("Mso")
            spaced = spaced or (tag in _LISTS and not self.numbers)
            is_inside = bool(self.page.marker) or (tag == "table" and bool(self.rows))
            self.page.break_line(2 if spaced and not is_inside else 1)

    def _cell(self) -> None:
        """A cell goes on in the line of the one before, as long as the row is a single line."""
        page = self.page
        if self.rows and self.rows[-1] >= 0 and self.rows[-1] == page.lines:
            page.owed_lines, page.owed_blank = 0, " | "
        elif self.rows:
            page.break_line()
        self.fresh_cell = True

    def _leave_cell(self) -> None:
        """Remember on which line the row's text began, once there is any."""
        if self.rows and not self.fresh_cell and self.rows[-1] < 0:
            self.rows[-1] = self.page.lines
        self.page.owed_lines = min(self.page.owed_lines, 1)
        self.fresh_cell = False

    def _leave(self, frame: _Frame) -> None:
        tag, self.tiny = frame.tag, frame.tiny
        if tag == "a":
            self._end_link(frame)
        elif tag == "td" or tag == "th":
            self._leave_cell()
        elif tag in _BLOCKS:
            if tag in _LISTS:
                self.page.lists -= 1
                self.numbers.pop()
            elif tag == "pre":
                self.verbatim -= 1
            elif tag == "tr":
                self.rows.pop()
            self._break(tag, frame.node.attributes.get("class") or "" if tag == "p" else "")
            self.page.quotes -= frame.quoted

    def _marker(self) -> str:
        if not self.numbers or self.numbers[-1] is None:
            return "- "
        self.numbers[-1] += 1
        return f"{self.numbers[-1] - 1}. "

    def _rule(self) -> None:
        if self.page.chunks:
            self.page.break_line()
            self.page.write(_RULE)
            self.page.break_line()

    def _image(self, attributes: dict[str, str | None], style: str) -> None:
        sizes = (attributes.get("width") or "", attributes.get("height") or "")
        pixel = any(size.strip().removesuffix("px") in ("0", "1") for size in sizes) or _TINY.search(style)
        if not pixel and (alt := " ".join((attributes.get("alt") or "").split())):
            self.page.write(alt)
            self.fresh_cell = False

    def _end_link(self, frame: _Frame) -> None:
        """Put the target behind a link's text, or in its place where the text is the target."""
        written = self.page.chunks[frame.chunks :]
        target = _target(frame.href)
        text = "".join(written[:50]).strip()
        if not target or not text:
            return
        if len(written) <= 50 and _same_target(text, target):
            if "://" in target and "\n" not in text:
                del self.page.chunks[frame.chunks :]
                before = "".join(written)
                self.page.chunks.append(before[: len(before) - len(before.lstrip("\n >-|"))] + target)
            return
        blank, self.page.owed_blank = self.page.owed_blank, ""
        self.page.chunks.append(f" <{target}>")
        self.page.size += len(target) + 3
        self.page.owed_blank = blank


def _start_of(attributes: dict[str, str | None]) -> int:
    start = (attributes.get("start") or "").strip()
    return int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1


def _target(href: str) -> str:
    """Where a link leads, on one line; empty where it leads nowhere outside the mail."""
    target = "".join(href[:2000].split())
    if not target or _NO_TARGET.match(target):
        return ""
    return target.replace("<", "%3C").replace(">", "%3E")


def _same_target(text: str, target: str) -> bool:
    """Whether the text of a link says where it leads, scheme and closing slash aside."""
    shown = _SCHEME.sub("", " ".join(text.split()).lstrip("|>- ").removesuffix("/"))
    return shown.casefold() == _SCHEME.sub("", target).removesuffix("/").casefold()
