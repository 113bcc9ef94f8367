"""A review in lines: how much of the text is the agent's own, what stops or warns, what to do about it, and the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from store.model import CannedView, Finding, Review, ScopeMatch, Severity
from tui.formatting.cells import Piece, cut, isolated, width
from tui.formatting.wrapping import wrapped

SIGNS = {Severity.BLOCK: "✗", Severity.WARN: "!", Severity.HINT: "·"}
WORDS = {Severity.BLOCK: "stops", Severity.WARN: "warns", Severity.HINT: "hint"}
ROLES = {Severity.BLOCK: "urgent", Severity.WARN: "late", Severity.HINT: "muted"}

METER = 10
"""Cells of the meter of own words."""

BRIEF = 2
"""Lines of a message, and of its advice, that are shown of a finding which one does not point at."""

_INDENT = 9
MOST_PHRASES = 4


def lines(
    review: Review, cells: int, *, on: int = -1, brief: bool = False, margin: bool = True
) -> list[list[Piece]]:
    """Findings and what is good to know; the finding at index `on` is pointed at. `brief` shortens the others."""
    return [line for part in sections(review, cells, on=on, brief=brief, margin=margin) for line in part]


def sections(
    review: Review, cells: int, *, on: int = -1, brief: bool = False, margin: bool = True
) -> list[list[list[Piece]]]:
    """Each finding, then what is good to know, as lines of at most `cells`; with `margin`, what its signs mean."""
    return [
        *(
            list(finding(each, cells, pointed=index == on, brief=brief and index != on))
            for index, each in enumerate(review.findings)
        ),
        list(_good_to_know(review, cells, margin=margin)),
    ]


def head(review: Review) -> list[Piece]:
    """One line: the meter of own words and how many findings of each kind there are."""
    return [*meter(review.canned), *verdict(review)]


def wants_reason(review: Review) -> bool:
    """True when a finding lets the reply pass for a written reason only."""
    return any(evidence.get("needs_reason") for each in review.findings for evidence in each.evidence)


def meter(canned: CannedView) -> list[Piece]:
    """Own words as a bar, a number and a word."""
    share = 1 - canned.score
    full = round(share * METER)
    role = "urgent" if canned.flagged else "late" if canned.amber else "good"
    word = " too much written before" if canned.flagged else " much written before" if canned.amber else ""
    return [
        (" own words ", "muted"),
        ("█" * full + "░" * (METER - full), role),
        (f" {share:.0%}{word}", role),
    ]


def verdict(review: Review) -> list[Piece]:
    """How many findings stop, warn and hint; or that nothing does."""
    pieces: list[Piece] = []
    for severity in Severity:
        count = sum(each.severity is severity for each in review.findings)
        if count:
            word = WORDS[severity] if severity is not Severity.HINT else "hint" + "s" * (count != 1)
            if severity is not Severity.HINT and count > 1:
                word = word.removesuffix("s")
            pieces += [("  ", "muted"), (f"{SIGNS[severity]} {count} {word}", ROLES[severity])]
    if not review.blocking:
        may = ("! needs a reason", "late") if wants_reason(review) else ("✓ may be sent", "good")
        pieces += [("  ", "muted"), may]
    return pieces


def finding(
    found: Finding, cells: int, *, pointed: bool = False, brief: bool = False
) -> Iterator[list[Piece]]:
    """A finding: sign and word, what is wrong; below, what to do; below, the evidence, unless it shall be brief."""
    role = ROLES[found.severity]
    label = f"{'▸' if pointed else ' '}{SIGNS[found.severity]} {WORDS[found.severity]:<6}"
    room = max(cells - _INDENT - 1, 10)
    for number, text in enumerate(_broken(found.message, room, brief=brief)):
        yield [(label if not number else " " * _INDENT, role), (isolated(text), "text")]
    if found.advice:
        for number, text in enumerate(_broken(found.advice, room - 2, brief=brief)):
            yield [(" " * _INDENT + ("→ " if not number else "  "), "accent"), (isolated(text), "muted")]
    for evidence in () if brief else found.evidence:
        for shown in _evidence(evidence):
            for text in wrapped(shown, room - 2):
                yield [(" " * (_INDENT + 2), "muted"), (isolated(text), "muted")]


def _broken(text: str, cells: int, *, brief: bool) -> list[str]:
    """The lines of a text; of a brief one the first `BRIEF`, with an ellipsis where it goes on."""
    found = list(wrapped(text, cells))
    if brief and len(found) > BRIEF:
        return [*found[: BRIEF - 1], cut(f"{found[BRIEF - 1]} …", cells)]
    return found


def _evidence(evidence: Mapping[str, Any]) -> Iterator[str]:
    """What of a finding's evidence is worth a line: stock phrases and the like; the rest is in the message."""
    phrases = evidence.get("phrases")
    if phrases:
        yield f"stock: {', '.join(f'“{phrase}”' for phrase in phrases[:MOST_PHRASES])}"
    nearest = evidence.get("nearest")
    if nearest:
        first = nearest[0]
        yield f"nearest: the reply to #{first['ticket']}, {first['similarity']:.0%} of it in common"


def _good_to_know(review: Review, cells: int, *, margin: bool) -> Iterator[list[Piece]]:
    for link in review.takeaways:
        if link.counts:
            yield _cut([("  ✓ link  ", "good"), (link.url, "text"), (f" {link.why}", "muted")], cells)
    for match in review.scope:
        yield touched(match, cells)
    labels = {label for _, _, label, _ in review.canned.sentences}
    legend = [
        text
        for label, text in (("old", "= sent before to others"), ("stock", "~ stock phrase"))
        if label in labels
    ]
    if legend and margin:
        yield _cut([(f"    in the margin: {' · '.join(legend)}", "muted")], cells)


def touched(match: ScopeMatch, cells: int) -> list[Piece]:
    """A rule that the ticket touches, on one line."""
    side = "covered" if match.rule.covered else "not covered"
    return _cut(
        [("  § rule  ", "accent"), (match.rule.title, "text"), (f" ({side}): {match.because}", "muted")],
        cells,
    )


def _cut(pieces: list[Piece], cells: int) -> list[Piece]:
    kept: list[Piece] = []
    left = cells
    for text, role in pieces:
        short = cut(text, left)
        if short:
            kept.append((isolated(short), role))
        left -= width(short)
    return kept
