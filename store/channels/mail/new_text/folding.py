"""What the author of a mail wrote this time: the decision which lines to fold.

The rules, in order:
1. A header block, "Original Message", or a strong attribution with no quote marks below, under the author's
   words: all that follows is the earlier mail.
2. The same at the very top: only its own lines are folded; the mail below is what was sent (a bare forward).
3. Quotes at the end are folded with their attribution.
4. One quoted block under its attribution with an answer below: folded, the answer stays.
5. Several quoted blocks, or one that the author cited without attribution, with words or the attributed quote
   below: the quotes stay, because the answers cannot be read without them; only attributions go.
6. Of the author's lines, trailing signatures and footers are folded.
7. If nothing would be left to read, quotes stay unfolded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from store.channels.mail.new_text import attribution, headers, signatures
from store.channels.mail.new_text.lines import Line, plain, split, unquoted

_WRAPPED = 62  # code points from which a quoted line may have been broken by the sender's program
_LINK_ALONE = re.compile(r"\s*[(<]?https?://\S{1,500}?[)>]*\s*>?")

Kind = Literal["quote", "attribution", "signature", "forward", "footer"]
"""Why a stretch of a mail is folded."""


@dataclass(frozen=True, slots=True)
class Fold:
    """`body[start:end]` is not what the author wrote this time; offsets are code points of the body."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Item:
    """A run of lines `first:after` of one sort: own words, a quote, or a mark that opens an earlier mail."""

    sort: Literal["own", "quote", "attribution", "header", "forward"]
    first: int
    after: int
    start: int = 0
    strong: bool = True


@dataclass(slots=True)
class _Found:
    """The folds decided so far, which items are words to read, what code is fenced, whether it is a bare forward."""

    folds: list[Fold]
    own: set[int]
    fenced: set[int]
    from_markup: bool
    bare: bool = False


def folds(body: str) -> tuple[Fold, ...]:
    """The parts of `body` to fold: sorted, disjoint, in code points of `body`. Linear in its length."""
    return decide(body, from_markup=False)


def decide(body: str, *, from_markup: bool) -> tuple[Fold, ...]:
    """The same; marks made `from_markup` are surely quotes, where typed ones may be a prompt or a comparison."""
    lines = split(body)
    fenced = _fenced(lines) if "```" in body else set()
    items = list(_items(lines, fenced))
    found = _Found([], set(), fenced, from_markup)
    cut = _earlier_mail(lines, items, found)
    items = items[:cut]
    for at, item in enumerate(items):
        if item.sort == "own" and _has_words(body, lines, item, found):
            found.own.add(at)
    _quotes(lines, items, found)
    return _readable(body, lines, tuple(sorted(found.folds, key=lambda fold: fold.start)))


def new_text(body: str, folds_: Sequence[Fold] | None = None) -> str:
    """`body` without its folds (found here when not given) and without white space around it.

    `\\r\\n` becomes `\\n`; nothing else is changed, and nothing added. Reading it again changes nothing,
    except in a bare forward (its signature is folded then) and where a quote that was kept comes to stand alone.
    """
    kept = []
    at = 0
    for fold in folds(body) if folds_ is None else folds_:
        kept.append(body[at : fold.start])
        at = fold.end
    kept.append(body[at:])
    return "".join(kept).replace("\r\n", "\n").strip()


def _items(lines: Sequence[Line], fenced: set[int]) -> Iterator[_Item]:
    """The mail as a sequence of items; blank lines belong to the words or quote above them."""
    marks = _marks(lines, fenced)
    at = 0
    while at < len(lines):
        mark = marks.get(at)
        if mark:
            yield mark
            at = mark.after
            continue
        quote = lines[at].depth > 0 and at not in fenced
        joins = _joins_quote if quote else _joins_words
        after = at + 1
        while after < len(lines) and after not in marks and joins(lines, after, fenced):
            after += 1
        yield _Item("quote" if quote else "own", at, after, lines[at].start)
        at = after


def _marks(lines: Sequence[Line], fenced: set[int]) -> dict[int, _Item]:
    """What opens an earlier mail, by first line."""
    marks: dict[int, _Item] = {}
    taken = set(fenced)
    for header in headers.find(lines):
        span = range(header.first, header.last + 1)
        if taken.isdisjoint(span):
            sort: Literal["forward", "header"] = "forward" if header.forward else "header"
            marks[header.first] = _Item(sort, header.first, header.last + 1, lines[header.first].start)
            taken.update(span)
    for hit in attribution.find(lines):
        if taken.isdisjoint(range(hit.first, hit.last + 1)):
            marks[hit.first] = _Item("attribution", hit.first, hit.last + 1, hit.start, hit.strong)
    return marks


def _fenced(lines: Sequence[Line]) -> set[int]:
    """Lines within ``` fences: code is the author's, whatever it looks like. An open fence fences nothing."""
    fenced: set[int] = set()
    opened = -1
    for at, line in enumerate(lines):
        if line.text.startswith("```"):
            if opened >= 0:
                fenced.update(range(opened, at + 1))
                opened = -1
            else:
                opened = at
    return fenced


def _joins_words(lines: Sequence[Line], at: int, fenced: set[int]) -> bool:
    """Does line `at` go on with the words above it?"""
    return not lines[at].depth or at in fenced


def _joins_quote(lines: Sequence[Line], at: int, fenced: set[int]) -> bool:
    """Does line `at` go on with the quote above it?"""
    line = lines[at]
    return not line.text or (line.depth > 0 and at not in fenced) or _torn(lines, at)


def _torn(lines: Sequence[Line], at: int) -> bool:
    """A piece of a quoted line that a program broke off, left without its mark between two quoted lines."""
    if at + 1 >= len(lines) or not lines[at + 1].depth or not lines[at - 1].depth:
        return False
    above, text = lines[at - 1].text, lines[at].text
    if _LINK_ALONE.fullmatch(text):
        return text.endswith(">")
    if above.rfind("(") > above.rfind(")") and "http" in above:
        return " " not in text.strip()
    goes_on = text[0].islower() or not text[0].isalnum()
    return len(above) >= _WRAPPED and len(text) < 40 and goes_on and above[-1] not in ".?!:;"


def _next_words(lines: Sequence[Line], at: int) -> Line | None:
    while at < len(lines) and lines[at].blank:
        at += 1
    return lines[at] if at < len(lines) else None


def _earlier_mail(lines: Sequence[Line], items: Sequence[_Item], found: _Found) -> int:
    """Rules 1 and 2: the index of the item from which all is an earlier mail."""
    spoken = False
    for index, item in enumerate(items):
        if item.sort == "own":
            spoken = spoken or any(not lines[i].blank for i in range(item.first, item.after))
        elif item.sort != "quote":
            following = _next_words(lines, item.after)
            if following and following.depth:
                continue
            within = item.start > lines[item.first].start
            if (spoken or within) and item.strong:
                _fold_mail(lines, item, found)
                return index
            found.bare = found.bare or (not spoken and item.sort != "attribution")
    return len(items)


def _fold_mail(lines: Sequence[Line], item: _Item, found: _Found) -> None:
    end = lines[-1].after
    if item.sort == "forward":
        found.folds.append(Fold(item.start, end, "forward"))
        return
    opened = lines[item.after - 1].after
    found.folds.append(Fold(item.start, opened, "attribution"))
    if end > opened:
        found.folds.append(Fold(opened, end, "quote"))


def _has_words(body: str, lines: Sequence[Line], item: _Item, found: _Found) -> bool:
    """Fold the signatures and footers of an own item; does anything remain?

    Not in a bare forward: there an answer may stand below the signature of the mail above it.
    """
    first = next(
        (at + 1 for at in range(item.after - 1, item.first - 1, -1) if at in found.fenced), item.first
    )
    tails = [] if found.bare else signatures.tails(lines, first, item.after)
    for first, after, kind in tails:
        found.folds.append(Fold(lines[first].start, lines[after - 1].after, kind))
    kept = tails[-1][0] if tails else item.after
    return any(not line.blank for line in lines[item.first : kept])


def _quotes(lines: Sequence[Line], items: Sequence[_Item], found: _Found) -> None:
    """Rules 3 to 5, and the marks that stand alone."""
    last_own = max(found.own, default=-1)
    blocks = 0
    opener: _Item | None = None
    pairs: list[tuple[int, _Item, _Item | None]] = []
    for index, item in enumerate(items):
        if item.sort == "quote":
            pairs.append((index, item, opener))
            blocks += 1
            opener = None
        elif item.sort != "own":
            found.folds.append(_alone(lines, item))
            opener = item
        elif opener is not None and any(not line.blank for line in lines[item.first : item.after]):
            blocks, opener = blocks + (index in found.own), None
    attributed = {index for index, item, mark in pairs if _attributed(lines, item, mark)}
    last_attributed = max(attributed, default=-1)
    for index, item, mark in pairs:
        cited = index not in attributed and (index < last_attributed or _cited(lines, items, index, found))
        single = index in attributed and blocks == 1
        if single or (index > last_own and not cited):
            found.folds.append(Fold(_below(lines, mark) or item.start, lines[item.after - 1].after, "quote"))


def _attributed(lines: Sequence[Line], quote: _Item, mark: _Item | None) -> bool:
    return mark is not None or attribution.within_quote(lines[quote.first])


def _below(lines: Sequence[Line], mark: _Item | None) -> int:
    return lines[mark.after].start if mark else 0


def _alone(lines: Sequence[Line], item: _Item) -> Fold:
    kind: Kind = "forward" if item.sort == "forward" else "attribution"
    return Fold(item.start, lines[item.after - 1].after, kind)


def _cited(lines: Sequence[Line], items: Sequence[_Item], index: int, found: _Found) -> bool:
    """Does the author introduce this quote ("I get this:"), or is it but a line? Then it is part of what is said."""
    quote = lines[items[index].first : items[index].after]
    if sum(bool(unquoted(line.text).strip()) for line in quote) <= 1 and not found.from_markup:
        return True
    if index == 0 or items[index - 1].sort != "own":
        return False
    above = [line for line in lines[items[index - 1].first : items[index - 1].after] if not line.blank]
    return bool(above) and above[-1].text.endswith((":", "："))


def _readable(body: str, lines: Sequence[Line], decided: tuple[Fold, ...]) -> tuple[Fold, ...]:
    """Rule 7: never fold all there is to read; of a mail whose quotes are nothing but attributions, all but those."""
    if new_text(body, decided):
        return decided
    quoted = [line for line in lines if line.depth and plain(line.text).strip(" >")]
    only_attributions = len(quoted) > 1 and all(attribution.within_quote(line) for line in quoted)
    quotes: tuple[Kind, ...] = () if only_attributions else ("quote", "forward")
    for spare in (quotes, (*quotes, "signature"), (*quotes, "signature", "footer")):
        kept = tuple(fold for fold in decided if fold.kind not in spare)
        if new_text(body, kept):
            return kept
    return decided if only_attributions else ()
