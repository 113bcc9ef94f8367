"""Which parts of a reply are not the agent's prose: quote, code, greeting, sign-off and signature.

Works on what an agent types in an editor. Mail as it arrives from strangers is taken apart with its channel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from store.policy.courtesy import GREETING, NOT_NAMES, SIGN_OFF
from store.text.fold import fold

Span = tuple[int, int]

MAX_SIGNATURE_LINES = 8
"""Lines behind a sign-off that can still be a signature."""

_POSTSCRIPT = re.compile(r"\s*(?:p\.? ?s\.?\b|n\.? ?b\.?\b|\[\d{1,2}\]|\d\)|not:)", re.IGNORECASE)
_ATTRIBUTION = re.compile(
    r"\s*(?:on .{4,200} wrote:|am .{4,200} schrieb.{0,120}:|le .{4,200} a écrit ?:|el .{4,200} escribió:"
    r"|.{4,200}(?:tarihinde|şunu|şunları) .{0,120}yazdı:|.{1,100} (?:wrote|schrieb|a écrit|escribió|yazdı) ?:)\s*",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"\s*[-_]{3,}\s*(?:(?:original|forwarded) message|(?:ursprüngliche|weitergeleitete) nachricht"
    r"|message (?:d'origine|transféré)|mensaje (?:original|reenviado)|(?:orijinal|iletilen) (?:ileti|mesaj))\s*[-_]{3,}\s*",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"\s*\*?(?:from|sent|to|subject|date|cc|von|gesendet|an|betreff|datum|de|envoyé|à|objet|enviado|para|asunto|fecha"
    r"|kimden|gönderen|tarih|kime|konu)\*?\s?:\*?\s",
    re.IGNORECASE,
)
_HEADERS_BEGIN = re.compile(r"\s*\*?(?:from|von|de|kimden|gönderen)\*?\s?:", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_INLINE_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)[^`\n]{1,1000}?\1(?!`)")
_CODE_TAG = re.compile(r"[<\[](/?)(pre|code)\b[^>\]\n]{0,200}[>\]]", re.IGNORECASE)
_CODE_START = (
    r"<[?!/]?[a-z]|\$\w|#include|#!|import |from \w+ import|(?:def|class|function|const|let|var|return|public|private) "
    r"|(?:if|for|while|foreach) ?\(|echo |sudo |npm |pip |git |curl |docker |SELECT |INSERT INTO|\{%|//|/\*|\*/"
    r"|@media|@import|[.#][\w\-]+ *\{|[\w\-]+ *: *[^ ].*;\s*$"
)
_CODE_SIGN = r"(?:=>|->|::|==|!=|&&|\|\||\(\)|</\w+>|\w=[\"'])"
_CODE_LINE = re.compile(rf"\s*(?:{_CODE_START})|.*(?:[{{}};]|=>|->|\(\));?\s*$|.*{_CODE_SIGN}")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a reply, as sorted spans in code points that do not overlap within one kind."""

    quotes: tuple[Span, ...] = ()
    code: tuple[Span, ...] = ()
    greeting: Span | None = None
    names: Span | None = None
    sign_off: tuple[Span, ...] = ()

    def in_quote(self, position: int) -> bool:
        """True when the character at `position` is quoted."""
        return _inside(self.quotes, position)

    def in_signature(self, position: int) -> bool:
        """True when the character at `position` lies in the sign-off or below it."""
        return _inside(self.sign_off, position)


class _Line(NamedTuple):
    start: int
    end: int
    text: str


def parts_of(text: str, signature: str = "") -> Parts:
    """The parts of a reply; `signature` is the product's own. Time grows with the length of the text only."""
    lines = list(_lines(text))
    fences = list(_fences(lines))
    quotes = merged(_quotes([line for line in lines if not _inside(fences, line.start)], len(text)))
    code = merged([*fences, *_inline_code(text, fences), *_indented(lines, fences)])
    own = [line for line in lines if not _inside(quotes, line.start)]
    greeting = _greeting(own)
    return Parts(quotes, code, *greeting, merged(_sign_offs(text, own, code, signature)))


def blanked(text: str, spans: Iterable[Span]) -> str:
    """`text` with the characters in `spans` turned into blanks, so that positions stay right; newlines stay."""
    kept, at = [], 0
    for start, end in merged(spans):
        kept.append(text[at:start])
        kept.append(re.sub(r"[^\n]", " ", text[start:end]))
        at = end
    kept.append(text[at:])
    return "".join(kept)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch or overlap made one, empty ones left out."""
    result: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def looks_like_code(line: str) -> bool:
    """True when a line reads like program text, markup, a stylesheet or a command rather than a sentence."""
    return bool(_CODE_LINE.match(line[:400]))


def _inside(spans: Sequence[Span], position: int) -> bool:
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][1] <= position:
            low = middle + 1
        else:
            high = middle
    return low < len(spans) and spans[low][0] <= position


def _lines(text: str) -> Iterator[_Line]:
    """The lines that are not blank."""
    start = 0
    for raw in text.split("\n"):
        if raw and not raw.isspace():
            yield _Line(start, start + len(raw), raw)
        start += len(raw) + 1


def _fences(lines: Sequence[_Line]) -> Iterator[Span]:
    """Fenced code with its fences; one that nobody closed reaches to the end (CommonMark 0.31, 4.5)."""
    opened: tuple[int, str] | None = None
    for line in lines:
        match = _FENCE.match(line.text)
        if match is None:
            continue
        if opened is None:
            opened = (line.start, match[1])
        elif match[1].startswith(opened[1]) and not line.text[match.end() :].strip():
            yield opened[0], line.end
            opened = None
    if opened is not None:
        yield opened[0], lines[-1].end


def _inline_code(text: str, fences: Sequence[Span]) -> Iterator[Span]:
    for match in _INLINE_CODE.finditer(text):
        if not _inside(fences, match.start()):
            yield match.span()
    opened: re.Match[str] | None = None
    for match in _CODE_TAG.finditer(text):
        if not match[1]:
            opened = opened or match
        elif opened is not None:
            yield opened.start(), match.end()
            opened = None


def _indented(lines: Sequence[_Line], fences: Sequence[Span]) -> Iterator[Span]:
    """Lines indented by four blanks or a tab behind a blank line, and those that follow (CommonMark 0.31, 4.4)."""
    above, is_code = -2, False
    for line in lines:
        is_code = line.text.startswith(("    ", "\t")) and (is_code or line.start > above + 1)
        if is_code and not _inside(fences, line.start):
            yield line.start, line.end
        above = line.end


def _quotes(lines: Sequence[_Line], end: int) -> Iterator[Span]:
    headers, above = 0, -1
    for i, line in enumerate(lines):
        if line.text.lstrip().startswith((">", "&gt;")) or (
            _ATTRIBUTION.fullmatch(line.text[:450]) and _next_is_quoted(lines, i)
        ):
            yield line.start, line.end
        elif _HISTORY.fullmatch(line.text[:200]):
            yield line.start, end
            return
        joined = headers if line.start == above + 1 else 0
        goes_on = (_HEADER if joined else _HEADERS_BEGIN).match(line.text[:40])
        headers, above = (joined + 1 if goes_on else 0), line.end
        if headers == 3:
            yield lines[i - 2].start, end
            return


def _next_is_quoted(lines: Sequence[_Line], i: int) -> bool:
    return i + 1 < len(lines) and lines[i + 1].text.lstrip().startswith(">")


def _greeting(own: Sequence[_Line]) -> tuple[Span | None, Span | None]:
    """The greeting in the first line, and the names in it."""
    if not own:
        return None, None
    match = GREETING.match(own[0].text[:200])
    if match is None:
        return None, None
    start = own[0].start
    word = start + match.start("word"), start + match.end("word")
    if not _is_address(match["names"]):
        return word, None
    return (word[0], start + match.end()), (start + match.start("names"), start + match.end("names"))


def _is_address(names: str) -> bool:
    """True for names and titles behind a greeting; False where the sentence goes on (Hola la factura está lista)."""
    words = names.split()
    if names.startswith("-"):
        return False
    return len(words) <= 2 or all(not word[0].islower() or fold(word) in NOT_NAMES for word in words)


def _sign_offs(text: str, own: Sequence[_Line], code: Sequence[Span], signature: str) -> Iterator[Span]:
    """All below `-- ` (RFC 3676, 4.3), the product's signature, and a sign-off with the short lines behind it."""
    wanted = signature.strip()
    at = text.rfind(wanted) if wanted else -1
    if at >= 0:
        yield at, at + len(wanted)
    for i, line in enumerate(own):
        if line.text.rstrip() == "--" and not _inside(code, line.start):
            yield from ((later.start, later.end) for later in own[i:])
            return
    for i in range(len(own) - 1, max(0, len(own) - 1 - MAX_SIGNATURE_LINES), -1):
        if SIGN_OFF.fullmatch(own[i].text[:120].strip()):
            below = list(takewhile(lambda line: not _POSTSCRIPT.match(line.text), own[i + 1 :]))
            if all(_fits_a_signature(line.text) for line in below):
                yield from ((line.start, line.end) for line in [own[i], *below])
            return


def _fits_a_signature(line: str) -> bool:
    """A name, a post, a company, a telephone number, a link with a word or two: no sentence."""
    whole = line.split()
    words = [word for word in whole if not re.search(r"://|www\.|@|\d{3}", word)]
    if len(whole) >= 4 and whole[-1].endswith((".", "!", "?", ":")):
        return False
    return len(line) <= 160 and len(words) <= (8 if len(words) == len(whole) else 4)
