"""Where an earlier mail begins: header blocks (`From: …`), "Original Message", "Forwarded message"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from store.channels.mail.new_text import phrases
from store.channels.mail.new_text.lines import Line, plain

_LABEL = re.compile(r"[\s*_|]{0,12}([^\W\d_][^:：\n]{0,30}?)[\s*_]{0,4}[:：][*_]{0,2}\s*(.*)")
_DASH = "-\u2010-\u2015_"  # hyphen, U+2010 hyphen to U+2015 bar, underscore
_RULE = re.compile(rf"\s*[{_DASH}=*─]{{3,}}\s*")
_DRAWN = "*_=>-\u2010\u2011\u2012–—\u2015─#"
_FRAMED = re.compile(rf"[\s*_=>]*[{_DASH}]{{2,}}\s*(\S.{{2,60}}?)\s*[{_DASH}]{{2,}}[\s*_]*")
_FRAMED_INLINE = re.compile(
    rf"[\s*_]*[{_DASH}]{{2,}}\s*(\S[^{_DASH}]{{2,60}}?)\s*[{_DASH}]{{2,}}[\s*_]*(?=[^\W\d_][^:\n]{{0,30}}:)"
)
_WORDS_BETWEEN_RULES = re.compile(rf"\s*[{_DASH}]{{5,}} ?\S.{{2,60}}?\S ?[{_DASH}]{{5,}}\s*")
_ROLES = {
    word: role
    for role, words in (
        ("also", phrases.ALSO),
        ("cc", phrases.CC),
        ("to", phrases.TO),
        ("from", phrases.FROM),
        ("date", phrases.DATE),
        ("sent", phrases.SENT),
        ("subject", phrases.SUBJECT),
    )
    for word in words
}
_ADDRESS = re.compile(r"[\w.+-]@[\w-]|[\w.+-]+ (?:at|en|a|bei|chez) [\w-]+\.\w|\[mailto:")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
_LINES = 14  # lines that one header block may have
_FRAMES = dict.fromkeys(phrases.FORWARDED, "forward") | dict.fromkeys(phrases.ORIGINAL, "original")
_FRAME_HEADS = tuple(f"{phrase} " for phrase in _FRAMES)


@dataclass(frozen=True, slots=True)
class Header:
    """Lines `first` to `last` (inclusive) that open an earlier mail; `forward` when the client says so."""

    first: int
    last: int
    forward: bool


def find(lines: Sequence[Line]) -> list[Header]:
    """Every opening of an earlier mail among the unquoted lines, in order, none overlapping."""
    found: list[Header] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        hit = None
        if line.text and not line.depth and _may_open(line.text):
            hit = _framed(lines, index) or _block_at(lines, index) or _foreign(lines, index)
        if hit:
            found.append(_with_rule_above(lines, hit, found[-1].last + 1 if found else 0))
            index = hit.last + 1
        else:
            index += 1
    return found


def _may_open(text: str) -> bool:
    """Cheap test: is there a label or a drawn rule in this line?"""
    drawn_or_labelled = ":" in text or "：" in text or text.lstrip()[:1] in _DRAWN
    return drawn_or_labelled and len(text) < 1_000


def roles_in(texts: Sequence[str]) -> set[str]:
    """Which of from, sent, to, subject, … the lines `texts` are labelled with."""
    return {role for text in texts if (role := _role(text))}


def _role(text: str) -> str:
    match = _LABEL.match(text[:400]) if ":" in text[:60] or "：" in text[:60] else None
    if not match:
        return ""
    role = _labelled(match.group(1))
    if role in ("sent", "date") and match.group(2) and not re.search(r"\d", match.group(2)):
        return ""
    return role


@lru_cache(maxsize=1_024)
def _labelled(label: str) -> str:
    return _ROLES.get(plain(label), "")


def _framed(lines: Sequence[Line], index: int) -> Header | None:
    """`-----Original Message-----` and its kin, with the header block that may follow."""
    text = lines[index].text
    kind = _frame_kind(text)
    if not kind:
        return None
    last = index
    follow = next((i for i in range(index + 1, min(index + 4, len(lines))) if not lines[i].blank), -1)
    if follow > 0 and not lines[follow].depth:
        block = _block_at(lines, follow, least=1)
        last = block.last if block else last
    return Header(index, last, kind == "forward")


def _frame_kind(text: str) -> str:
    drawn = text.lstrip()[:1] in _DRAWN
    match = (_FRAMED.fullmatch(text) or _FRAMED_INLINE.match(text)) if drawn else None
    if match:
        label = plain(match.group(1)).strip(f" {_DRAWN}/:.")
        kind = _FRAMES.get(label, "")
        if kind:
            return kind
        if label.startswith(_FRAME_HEADS):
            return next(k for phrase, k in _FRAMES.items() if label.startswith(phrase + " "))
        return "original" if label in phrases.HISTORY else ""
    if not drawn and text[-1] not in ":：":
        return ""
    label = plain(text).strip(" *_:#-")
    if drawn and label in phrases.HISTORY:
        return "original"
    if text.lstrip().startswith("##") and any(phrase in label for phrase in phrases.REPLY_ABOVE):
        return "original"
    if text.rstrip().endswith((":", "：")) and _FRAMES.get(label) == "forward":
        return "forward"
    return ""


def _block_at(lines: Sequence[Line], index: int, least: int = 2) -> Header | None:
    """A run of labelled lines starting here, with values that may be broken over two lines."""
    first = _role(lines[index].text)
    if not first or first == "also":
        return None
    roles = {first}
    last = index
    gap = 0
    for at in range(index + 1, min(index + _LINES, len(lines))):
        line = lines[at]
        if line.blank or line.depth:
            break
        role = _role(line.text)
        if role:
            roles.add(role)
            last, gap = at, 0
        elif gap or not (line.text[:1] in " \t" or _may_continue(lines, at)):
            break
        else:
            gap += 1
    block = [lines[i].text for i in range(index, last + 1)]
    if len(roles - {"also"}) < least or (least > 1 and not _convincing(roles, block)):
        return None
    return Header(index, last, False)


def _foreign(lines: Sequence[Line], index: int) -> Header | None:
    """A rule with three or more labelled lines below, among them an address and a time, in whatever language."""
    if not _RULE.fullmatch(lines[index].text):
        return None
    block = [line.text[:400] for line in lines[index + 1 : index + _LINES]]
    count = next((i for i, text in enumerate(block) if not _LABEL.match(text)), len(block))
    said = "\n".join(block[:count])
    if count >= 3 and _ADDRESS.search(said) and _CLOCK.search(said):
        return Header(index, index + count, False)
    return None


def _may_continue(lines: Sequence[Line], at: int) -> bool:
    """A broken value: the next line is labelled again."""
    return at + 1 < len(lines) and bool(_role(lines[at + 1].text))


def _convincing(roles: set[str], block: Sequence[str]) -> bool:
    """A travel form (`From: Paris`, `To: Rome`, `Date: …`) is not a header block; a mail's has more."""
    sender = bool(roles & {"from", "to"})
    dated = bool(roles & {"sent", "date"})
    address = any(_ADDRESS.search(text) for text in block)
    if "subject" in roles:
        return sender and (dated or address or len(roles) >= 3)
    return sender and dated and (address or "sent" in roles)


def _with_rule_above(lines: Sequence[Line], header: Header, floor: int) -> Header:
    """Take in the rule (`______`) or the words between rules (in whatever language) above the block, across blank lines."""
    at = header.first - 1
    while at >= floor and lines[at].blank and header.first - at < 4:
        at -= 1
    above = lines[at].text if at >= floor and not lines[at].depth else ""
    if above and (_RULE.fullmatch(above) or _WORDS_BETWEEN_RULES.fullmatch(above)):
        return Header(at, header.last, header.forward)
    return header
