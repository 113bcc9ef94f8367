"""Lines that say who wrote the quote below, in any language.

They are found by their parts (a date, an address, "wrote"), not by templates. An attribution is *strong* when
it can stand without quote marks below it: "wrote" with an address, or with date and time, or date and address
alone as older Gmails write. Anything weaker counts only directly above a quoted line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from store.channels.mail.new_text.lines import Line, plain, unquoted
from store.channels.mail.new_text.phrases import WROTE

_WINDOW = 5  # lines that one attribution may be broken over
_CANDIDATES = 4_000
_WORDS = 24  # words, verb and address aside, that one attribution may have
_DASHES = "-–—"
_LENGTH = 500  # code points that one attribution may have
_NO_SPACES = re.compile(r"[\u0590-\u06ff\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7af]")


_WORD = re.compile(r"[^\W\d_]+(?:\(a\)|/la)?")
_VERBS = frozenset(verb for verb in WROTE if _WORD.fullmatch(verb) and not _NO_SPACES.search(verb))
_PHRASES = tuple(verb for verb in WROTE if verb not in _VERBS)
_ASCII_PHRASES = tuple(verb for verb in _PHRASES if verb.isascii())
_NOT_IN_NAMES = {word for verb in WROTE for word in verb.split()} | set(
    plain(
        "hat has het je nous volgende şunu şunları şöyle tarihinde saat"
        " de del la las los y e di van von der den zu el al bin ibn via from the to und et ve"
    ).split()
)
_ADDRESS = re.compile(
    r"[\w.+-]@[\w-]|<[\w.+-]+ (?:at|en|a|bei|chez) [\w.-]+>|(?<!\S)[\w.+-]+ (?:at|en) [\w-]+\.\w[\w.]+"
)
_AT = re.compile(r"@| (?:at|en|a|bei|chez) ")  # without one of these there is no address
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:1[3-9]|2[0-6])\d\d(?!\d)")
_DAY = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?!\d)")
_NUMERIC_DATE = re.compile(
    r"(?<![\d./-])(?:(?:1[3-9]|2[0-6])\d\d([./-])[01]?\d\1[0-3]?\d|[0-3]?\d([./-])[0-3]?\d\2(?:\d\d)?\d\d)(?![\d/-])"
)
_TIME = re.compile(r"(?<!\d)[0-2]?\d ?[:.h] ?[0-5]\d(?!\d)|(?<!\d)\d{1,2} ?[ap]\.?m\b|[上下]午")
_DATE_FIRST = re.compile(r"\W*(?:(?:1[3-9]|2[0-6])\d\d\W\d{1,2}\W\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})")
_ISO_NAME = re.compile(r"\W*20\d\d-\d\d-\d\d \d\d:\d\d (?:gmt|utc)[+-]\d\d:\d\d [^:<>]{1,60}")
_ENDS_WITH_ADDRESS = re.compile(r"(?:<[^<>]+>|[(\[][^()\[\]]*@[^()\[\]]*[)\]]|@[\w.-]+) ?[:：]?$")
_OPENS = re.compile(r"[^\d!?]{0,60}\d")
_SENTENCE_END = re.compile(r"[^\W\d_]{6,}[.!?]+ ")
_WITHIN_LINE = re.compile(
    r"(?<=\S)(?P<gap>\s*-{2,}\s*|\s+)(?=(?:On|Am|Le|El|Il|Em|Op|Den)\s+(?:[^\W\d_]{2,12}[.,]*\s+){0,2}\d{1,2}\b)"
)
_TELLING = re.compile(r"[\d@]| (?:at|en|a|bei|chez) ")  # without one of these no attribution is strong
_TAIL = " \t\xa0-–—_*:："


@dataclass(frozen=True, slots=True)
class Attribution:
    """Lines `first` to `last` (inclusive); `start` is its offset in the body, which may be within a line."""

    first: int
    last: int
    start: int
    strong: bool


class _Parts:
    """What a stretch of lines holds of an attribution, each thing looked for when it is first asked after."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.text = plain(raw)
        self.ends = self.text.endswith((":", "：", "៖"))

    @cached_property
    def _bare(self) -> str:
        """The text without addresses, whose numbers are no dates."""
        return (
            " ".join(word for word in self.text.split() if "@" not in word) if "@" in self.text else self.text
        )

    @cached_property
    def _words(self) -> list[str]:
        return _WORD.findall(self._bare)

    @cached_property
    def words(self) -> int:
        """How many words there are besides the verb and the address."""
        return sum(word not in _VERBS for word in self._words)

    @cached_property
    def verb(self) -> bool:
        phrases = _ASCII_PHRASES if self.text.isascii() else _PHRASES
        return not _VERBS.isdisjoint(self._words) or any(phrase in self.text for phrase in phrases)

    @cached_property
    def date(self) -> bool:
        if not _DIGIT.search(self._bare):
            return False
        year = _YEAR.search(self._bare)
        if year and (_DAY.search(self._bare, 0, year.start()) or _DAY.search(self._bare, year.end())):
            return True
        return bool(_NUMERIC_DATE.search(self._bare))

    @cached_property
    def time(self) -> bool:
        return bool(_TIME.search(self._bare))

    @cached_property
    def address(self) -> bool:
        return bool(_AT.search(self.text) and _ADDRESS.search(self.text))

    @cached_property
    def strong(self) -> bool:
        """Is it an attribution even with no quote marks below?"""
        if self.words > _WORDS:
            return False
        if self.verb:
            closed = self.ends or self.text[-1:] in _DASHES
            return closed and (self.address or (self.date and self.time))
        if self.address and self.date:
            return bool(_ENDS_WITH_ADDRESS.search(self.text)) and (
                self.ends or bool(_DATE_FIRST.match(self.text))
            )
        return bool(_ISO_NAME.fullmatch(self.text))

    @property
    def weak(self) -> bool:
        """Is it one above a quote: a verb with a date or a name, a date with a time, or an address?"""
        if self.verb:
            return self.date or (
                _is_name(self.raw) and (self.ends or self.text[:2] == self.text[-2:] == "--")
            )
        return self.ends and self.words <= _WORDS and (self.address or (self.date and self.time))


def _is_name(raw: str) -> bool:
    """Are the words, verb and address aside, one nickname or a name of up to eight words with capitals?"""
    words = [word for word in raw.split() if "@" not in word]
    rest = [word for word in words if not _NOT_IN_NAMES.issuperset(_WORD.findall(plain(word)))]
    return 0 < len(rest) <= 8 and (
        len(rest) == 1 or not any(word.strip("\"'(<[*_-.")[:1].islower() for word in rest)
    )


def _may_close(text: str) -> bool:
    """Cheap test: can this line be the last one of an attribution?"""
    if len(text) > _LENGTH:
        return False
    last = text[-1:]
    if last in ":：៖>-*_–—":
        return True
    return text.lstrip()[:2] == "20" and "GMT" in text[:40]


def find(lines: Sequence[Line]) -> list[Attribution]:
    """Every attribution among the unquoted lines, in order, none overlapping.

    After `_CANDIDATES` lines that could have been one the text is data rather than mail, and the search ends.
    """
    found: list[Attribution] = []
    floor = looked = 0
    for index, line in enumerate(lines):
        if line.depth or not line.text or not _may_close(line.text):
            continue
        above_quote = _quoted_next(lines, index)
        if not above_quote and not _is_told(lines, index):
            continue
        hit = _ending_at(lines, index, floor, above_quote)
        if hit:
            found.append(hit)
            floor = index + 1
        looked += 1
        if looked > _CANDIDATES:
            break
    return found


def _is_told(lines: Sequence[Line], index: int) -> bool:
    """Does this line, or one of those just above, hold what every strong attribution holds?"""
    return any(
        not line.depth and _TELLING.search(line.text, 0, _LENGTH)
        for line in lines[max(0, index - _WINDOW + 1) : index + 1]
    )


def within_quote(line: Line) -> bool:
    """Does a quoted line hold an attribution itself (Apple Mail quotes its own)?"""
    text = unquoted(line.text).strip()
    if not text or not _may_close(text):
        return False
    parts = _Parts(text)
    return parts.strong or (parts.verb and parts.date)


def _ending_at(lines: Sequence[Line], last: int, floor: int, above_quote: bool) -> Attribution | None:
    """The attribution whose last line is `last`, taken over as few lines as hold all of it."""
    if lines[last].text.lstrip().startswith(">"):
        broken = _broken_link(lines, last, floor)
        if broken:
            return broken
    first = -1
    parts = joined = None
    for start in range(last, max(floor, last - _WINDOW) - 1, -1):
        line = lines[start]
        joined = line.text.strip() + (" " + joined if joined else "")
        if line.blank or line.depth or len(joined) > _LENGTH:
            break
        longer = _Parts(joined)
        if parts is None:
            if longer.strong or (above_quote and longer.weak):
                first, parts = start, longer
        elif _completes(parts, longer, line.text):
            first, parts = start, longer
            break
    if parts is None:
        return None
    return Attribution(first, last, _start_within(lines[first], parts), parts.strong)


def _completes(parts: _Parts, longer: _Parts, line: str) -> bool:
    """Does the line above bring what is missing, and read like the start of an attribution?"""
    if _SENTENCE_END.search(line):
        return False
    if longer.address and not parts.address and parts.words <= 4:
        before = line[: max(line.find("<"), line.find("@"), 0)]
        if len(before.split()) <= 6:
            return True
    if (longer.date and not parts.date) or (longer.verb and not parts.verb):
        opening = _OPENS.match(re.sub(r"<[^<>]*>?|\S+@\S+", "", line))
        return bool(opening and len(opening.group().split()) <= 6)
    return False


def _quoted_next(lines: Sequence[Line], index: int) -> bool:
    for at in range(index + 1, min(index + 6, len(lines))):
        if not lines[at].blank:
            return lines[at].depth > 0 or lines[at].text.lstrip()[:1] == "|"
    return False


def _start_within(line: Line, parts: _Parts) -> int:
    """Where the attribution starts when the author's own last words share its first line."""
    if parts.verb and parts.address and parts.date:
        gap = _WITHIN_LINE.search(line.text)
        if gap and line.text[: gap.start()].strip(_TAIL + '"'):
            return line.start + gap.start("gap")
    return line.start


def _broken_link(lines: Sequence[Line], last: int, floor: int) -> Attribution | None:
    """Polymail: date and name, then `<`, `mailto:…` and `> wrote:` each on their own line."""
    if not _Parts(plain(lines[last].text)).verb:
        return None
    start = last - 1
    while start >= max(floor, last - 6):
        text = plain(lines[start].text)
        if _Parts(text).date:
            return Attribution(start, last, lines[start].start, True)
        if text and text != "<" and not text.startswith(("mailto:", "<mailto:")):
            return None
        start -= 1
    return None
