"""What stands below an author's words: signatures, "sent from my phone", disclaimers, list footers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from store.channels.mail.new_text import signature_words as words
from store.channels.mail.new_text.lines import Line, plain

Tail = tuple[int, int, Literal["signature", "footer"]]  # first line, line after the last, kind


def _choice(listed: Sequence[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in listed), key=len, reverse=True))


_DASHES = re.compile(r"--[ \t\xa0]*|—[ \t\xa0]?|-- \s*")
_ENDS = re.compile(r"[.?!:;,]$")
_RULE = re.compile(r"\s*[-_,=+~#*ᐧ—–]{2,}\s*|\s*[ᐧ—]\s*")
_DRAWN = re.compile(r"\s*[-_=—–]{3,}\s*")
_ONE_RULE = re.compile(r"\s*([-_,=+~#*ᐧ—–])\1{2,}\s*|\s*(?:--|[ᐧ—])\s*")
_UNDERSCORES = re.compile(r"\s*_{5,}\s*")
_CONTACT = re.compile(
    r"@[\w-]|https?://|www\.|(?<![\d.])(?:\+|\()?\d[\d ().-]{6,}\d(?!\d)|\b(?:tel|tlf|telf|fax|mob|mobil|phone|cep|gsm)\b",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 25  # non-blank lines below `-- `
_BARE_LINES = 12  # the same where the space is missing
_RULE_LINES = 9  # the same below a drawn line
_TAILS = 50  # signatures and footers one below the other; more are data
_PRINTED_RULE = 30  # code points of a rule that a program draws rather than a hand

_SENT_LINE = re.compile(rf"[\W_]*(?:{_choice(words.SENT_FROM)})(?!\w)")
_DEVICE_WORD = re.compile(rf"(?<![^\W_])(?:{_choice(words.DEVICES)})(?![^\W_])")
_SENT_FROM_MY = re.compile(
    r"[\W_]*(?:sent )?from my(?: [\w.+-]+){1,5}[\W_]*(?:(?:please (?:excuse|forgive)|sorry for).*)?"
)
_SENT_LAST = re.compile(
    r".{0,80}(?:\S(?:dan|den|tan|ten)| ile) gonderil(?:di|mistir)\W*|"
    r"(?:von|mit|diese (?:nachricht|e-mail|mail) wurde) .{2,80} (?:gesendet|verschickt|geschrieben)\W*|"
    rf".{{1,30}}(?:{_choice(words.SENT_AFTER)})|(?:{_choice(words.SENT_BEFORE)}).{{1,40}}"
)
_GET_APP = re.compile(
    rf"[\W_]*(?:{_choice(words.GET)}) .{{0,6}}?outlook\b.*|"
    rf"(?:.{{1,40}} outlook(?:'[a-z]+)? |outlook .{{1,40}})(?:{_choice(words.GET_AFTER)})\W*.*"
)
_FROM_MOBILE = re.compile(r"\S+(?: \S+)? from mobile")
_FROM_DESK = re.compile(rf"\b(?:{_choice(words.NOT_A_DEVICE)})\b|\?")

_FOOTER = re.compile(
    rf"(?<!\w)(?:{_choice(words.FOOTER)})(?!\w)|/mailman/(?:listinfo|options)|/listinfo/|groups\.google\.com/d/(?:optout|msgid)|"
    r"https?://(?:www\.)?(?:avast|avg|kaspersky|eset)\.com|^www\.avast\.com"
)
_LEAVING = re.compile(rf"(?<!\w)(?:{_choice(words.LEAVING)})(?!\w)")
_SCRUBBED = re.compile(rf"\s*-{{8,}} (?:{_choice(words.NEXT_PART)}) -{{8,}}\s*")
_SCRUB_LINE = re.compile(
    r"(?:name|type|size|desc|url|nombre|tipo|tamano)\s?:|an? .{3,60} was scrubbed|se ha borrado un|"
    r"skipped content of type|<?https?://\S{1,300}/attachments?/"
)
_PRINTING = re.compile(rf"\b(?:{_choice(words.PRINTING)})")
_DISCLAIMER = re.compile(rf"\b(?:{_choice(words.DISCLAIMER)})")


def tails(lines: Sequence[Line], first: int, after: int) -> list[Tail]:
    """What to fold at the end of the author's lines `first:after`, last to first."""
    found: list[Tail] = []
    end = after
    while len(found) < _TAILS:
        end = _skip_blank(lines, first, end)
        begin, kind = next(_last_of(lines, first, end), (end, "footer"))
        if begin == end:
            return found
        found.append((begin, after if not found else found[-1][0], kind))
        end = begin
    return found


def _last_of(
    lines: Sequence[Line], first: int, end: int
) -> Iterator[tuple[int, Literal["signature", "footer"]]]:
    """Ways to take something from the end of `first:end`, most telling first."""
    if end <= first:
        return
    for begin in _below_dashes(lines, first, end):
        yield begin, "footer" if _is_footer(lines, begin, end) else "signature"
    for begin in _scrubbed(lines, first, end):
        yield begin, "footer"
    for begin in _below_rule(lines, first, end):
        yield begin, "footer" if _is_footer(lines, begin, end) else "signature"
    if is_mobile(lines[end - 1].text):
        yield end - 1, "signature"
    if _ONE_RULE.fullmatch(lines[end - 1].text[:200]) and _stands_off(lines, first, end - 1):
        yield end - 1, "signature"
    for begin in _closing_paragraph(lines, first, end):
        yield begin, "footer"


def is_mobile(text: str) -> bool:
    """Is `text` a line that a phone or a mail program adds ("Sent from my …")?"""
    if not 6 <= len(text) <= 200:
        return False
    said = plain(re.sub(r"\[([^\]]{1,60})\]\([^)]{1,120}\)", r"\1", text))
    said = re.sub(r"<?https?://\S+>?|<\S+>", " link ", said).strip(" <>()[]*_.")
    if _GET_APP.fullmatch(said) or _FROM_MOBILE.fullmatch(said) or _SENT_FROM_MY.fullmatch(said):
        return not _FROM_DESK.search(said)
    if len(said.split()) > 16:
        return False
    if _SENT_LINE.match(said) or _SENT_LAST.fullmatch(said):
        return bool(_DEVICE_WORD.search(said)) and not _FROM_DESK.search(said)
    return False


_FROM_DESK = re.compile(
    r"\b(?:is|are|was|desk|heart|point|side|view|experience|understanding|perspective|end|account)\b"
)
_IS_SAID = re.compile(r"\b(?:is|are|was|easier|but|because|weil|aber|pero|porque|mais|car|ama|cunku)\b|\?")


def _skip_blank(lines: Sequence[Line], first: int, end: int) -> int:
    while end > first and lines[end - 1].blank:
        end -= 1
    return end


def _written(lines: Sequence[Line], first: int, end: int) -> list[str]:
    return [line.text for line in lines[first:end] if not line.blank]


def _below_dashes(lines: Sequence[Line], first: int, end: int) -> Iterator[int]:
    """`-- ` alone on its line (RFC 3676, 4.3); without the space only when what follows is short and no prose."""
    seen = 0
    best = -1
    for at in range(end - 1, first - 1, -1):
        line = lines[at]
        if line.text and _DASHES.fullmatch(line.text):
            spaced = line.end - line.start > len(line.text)
            bare = seen <= _BARE_LINES and not any(_prosy(t) for t in _written(lines, at + 1, end)[:4])
            best = at if spaced or bare else best
        seen += not line.blank
        if seen > _SIGNATURE_LINES:
            break
    if best >= 0:
        yield best


def _prosy(text: str) -> bool:
    """Does a line read like a sentence rather than a name, a post, an address or a slogan?"""
    words = [word for word in text.split() if word[0].isalpha()]
    small = sum(word[0].islower() for word in words)
    return len(words) >= 6 and small * 5 >= len(words) * 3


def _underlines(lines: Sequence[Line], first: int, at: int) -> bool:
    """A rule as long as the words above it makes them a heading."""
    above = lines[at - 1].text.strip() if at > first else ""
    return bool(above) and abs(len(above) - len(lines[at].text.strip())) <= 2


def _stands_off(lines: Sequence[Line], first: int, at: int) -> bool:
    """A rule right under words underlines them or closes a table; one after a gap ends the mail."""
    return at == first or lines[at - 1].blank or bool(_RULE.fullmatch(lines[at - 1].text[:200]))


def _below_rule(lines: Sequence[Line], first: int, end: int) -> Iterator[int]:
    """A drawn line with contact details, an advertisement or a list's address below it."""
    seen = 0
    for at in range(end - 1, first - 1, -1):
        text = lines[at].text
        if text and seen and _DRAWN.fullmatch(text) and not _underlines(lines, first, at):
            below = _written(lines, at + 1, end)
            contact = any(_CONTACT.search(t) for t in below) or _is_footer(lines, at, end)
            printed = len(text.strip()) >= _PRINTED_RULE and not lines[at + 1].blank
            if not printed and any(_prosy(t) for t in below):
                return
            brief = seen <= (4 if printed else 2) or not any(_ENDS.search(t) for t in below)
            named = _UNDERSCORES.fullmatch(text) and brief
            if all(len(t) <= (100 if contact or printed else 60) for t in below) and (contact or named):
                yield at
            return
        seen += bool(text)
        if seen > _RULE_LINES:
            return


def _scrubbed(lines: Sequence[Line], first: int, end: int) -> Iterator[int]:
    """What Pipermail leaves of attachments: a headed list of their names and addresses, to the end."""
    begin = end
    for at in range(end - 1, first - 1, -1):
        text = lines[at].text
        if not text:
            continue
        said = plain(text)
        if _SCRUBBED.fullmatch(said):
            begin = at
        elif not _SCRUB_LINE.match(said):
            break
    if begin < end:
        yield begin


def _closing_paragraph(lines: Sequence[Line], first: int, end: int) -> Iterator[int]:
    """The last paragraphs, when they are disclaimers or the footer of a list or a virus scanner.

    A line or two below a disclaimer ("See more languages: …") go with it.
    """
    begin = end
    for _ in range(4):
        top = _paragraph(lines, first, begin)
        if top < 0:
            return
        said = " ".join(plain(t) for t in _written(lines, top, begin))[:4_000]
        short = len(_written(lines, top, begin)) <= 3
        if len(set(_DISCLAIMER.findall(said))) >= 3 or (short and _is_footer(lines, top, begin)):
            yield top
            return
        if not short or len(said) > 120 or not (_CONTACT.search(said) or _PRINTING.search(said)):
            return
        if _PRINTING.search(said):
            yield top
            return
        begin = _skip_blank(lines, first, top)


def _paragraph(lines: Sequence[Line], first: int, end: int) -> int:
    """Where the paragraph that ends at `end` begins; -1 when there is none, or it is too long for a footer."""
    begin = end
    while begin > first and not lines[begin - 1].blank:
        begin -= 1
        if end - begin > 25:
            return -1
    return begin if begin < end else -1


def _is_footer(lines: Sequence[Line], first: int, end: int) -> bool:
    """Phrases that only lists and virus scanners write; asking to unsubscribe is not one, a link to do so is."""
    said = [plain(text) for text in _written(lines, first, end)[:12]]
    linked = any("http" in text or "mailto:" in text for text in said)
    return any(_FOOTER.search(text) or (linked and _LEAVING.search(text)) for text in said)
