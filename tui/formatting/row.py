"""A row of the queue: who waits, how long, how it stands. The list and the first paint draw the same pieces.

State is said in words and marks, never by colour alone. Takes anything with the attributes of `store.model.QueueRow`.
"""

from __future__ import annotations

from tui.formatting.cells import Piece, cut, fit, isolated, steady, width
from tui.formatting.times import moment, span, zone

TYPE_CHECKING = False  # as in `cells`
if TYPE_CHECKING:
    from store.glance import GlanceRow
    from store.model import QueueRow

_PRIORITY = {"urgent": "!!", "high": "! ", "normal": "  ", "low": "↓ "}
_WAITS, _MOMENT, _STATE, _LEAD = 4, 12, 7, 4
_GAP = " "


def columns(cells: int, *, exact: bool = False) -> tuple[int, int, int, int, int]:
    """Widths of subject, customer, assignee, product and number in a row of `cells` cells; 0 leaves a column out.

    The subject gets what the others leave. `exact` makes room for moments instead of ages.
    """
    customer = 0 if cells < 56 else 14 if cells < 100 else 20 if cells < 130 else 24
    assignee = 0 if cells < 70 else 8 if cells < 110 else 12
    product = 0 if cells < 110 else 12 if cells < 130 else 16
    number = 0 if cells < 96 else 8
    used = _LEAD + (_MOMENT if exact else _WAITS) + 1 + _STATE + 1
    used += sum(each + 1 for each in (customer, assignee, product, number) if each)
    return max(cells - used, 8), customer, assignee, product, number


def heading(cells: int, *, exact_at: int | None = None) -> list[Piece]:
    """The names of the columns, as wide as the rows; with `exact_at` (now, ms) moments stand in them, in a zone that is named."""
    subject, *others = columns(cells, exact=exact_at is not None)
    waits = fit("Wait", _WAITS, right=True)
    if exact_at is not None:
        waits = fit(f"Since, {zone(exact_at)}", _MOMENT, right=True)
    names = zip(("Customer", "Agent", "Product", "Number"), others, strict=True)
    text = " " * _LEAD + waits + _GAP + fit("State", _STATE) + _GAP + fit("Subject", subject)
    text += "".join(_GAP + fit(name, size) for name, size in names if size)
    return [(fit(text, cells), "muted")]


def state(row: QueueRow | GlanceRow, now: int) -> str:
    """How the ticket stands, in one word: `late` when its due time is over."""
    if row.due_at is not None and row.due_at <= now:
        return "late"
    if row.snoozed_until is not None and row.snoozed_until > now:
        return "snoozed"
    return str(row.status).replace("_", " ")


def waits(row: QueueRow | GlanceRow, now: int) -> str:
    """How long the customer has waited, or in how long a snoozed ticket comes back."""
    if row.waiting_since is not None:
        return span(now - row.waiting_since)
    if row.snoozed_until is not None and row.snoozed_until > now:
        return "→" + span(row.snoozed_until - now)[:3]
    return "–"


def since(row: QueueRow | GlanceRow, now: int) -> str:
    """The same as a moment: since when the customer waits, or when a snoozed ticket comes back."""
    if row.waiting_since is not None:
        return moment(row.waiting_since, now)
    if row.snoozed_until is not None and row.snoozed_until > now:
        return "→" + moment(row.snoozed_until, now)
    return "–"


def pieces(
    row: QueueRow | GlanceRow,
    cells: int,
    now: int,
    agent: str,
    *,
    marked: bool = False,
    present: str = "",
    exact: bool = False,
) -> list[Piece]:
    """The row in exactly `cells` cells; its first cell is left free for the cursor.

    `present` says who else is at it now; `exact` shows moments instead of ages.
    """
    subject, customer, assignee, product, number = columns(cells, exact=exact)
    word = state(row, now)
    role = {"late": "late", "new": "accent"}.get(word, "muted")
    is_urgent = row.priority == "urgent"
    lead = ("x" if marked else " ") + _PRIORITY.get(row.priority, "  ")
    waited = fit(since(row, now), _MOMENT, right=True) if exact else fit(waits(row, now), _WAITS, right=True)
    out: list[Piece] = [
        (" " + lead, "urgent" if is_urgent else "accent" if marked else "text"),
        (waited + _GAP, "late" if word == "late" else "text"),
        (fit(word, _STATE) + _GAP, role),
        *_subject_and(present, row, subject),
    ]
    if customer:
        out.append((_GAP + fit(row.customer, customer), "text"))
    if assignee:
        mine = row.assignee == agent
        out.append(
            (_GAP + fit(row.assignee or "–", assignee), "accent" if mine and row.assignee else "muted")
        )
    last = "".join(
        _GAP + fit(text, size) for text, size in ((row.product, product), ("#" + row.short, number)) if size
    )
    if last:
        out.append((last, "muted"))
    return _joined(out)


def _subject_and(present: str, row: QueueRow | GlanceRow, cells: int) -> list[Piece]:
    """The subject, and at its end who else is at the ticket."""
    if not present:
        return _subject(row, cells)
    said = _GAP + cut(present, max(cells // 2, 4))
    return [*_subject(row, cells - width(said)), (said, "strong")]


def spoken(
    row: QueueRow | GlanceRow,
    cells: int,
    now: int,
    agent: str,
    *,
    marked: bool = False,
    present: str = "",
    exact: bool = False,
) -> list[Piece]:
    """The row in words, what tells tickets apart first, for screen readers; its first two cells are left free for a mark."""
    priority = "" if row.priority == "normal" else f"{row.priority}, "
    is_timed = row.waiting_since is not None or row.snoozed_until is not None
    waited = f" {since(row, now) if exact else waits(row, now)}" if is_timed else ""
    mine = "yours" if row.assignee and row.assignee == agent else row.assignee or "nobody's"
    tags = "".join(f", #{tag}" for tag in row.tags)
    first = f"{'selected, ' if marked else ''}{f'{present}, ' if present else ''}"
    said = (
        f"{first}{priority}{state(row, now)}{waited}: {steady(row.subject) or '(no subject)'}"
        f", {row.customer}, {mine}, {row.product or 'no product'}, #{row.short}{tags}"
    )
    return [("  ", "text"), (fit(said, cells - 2), "text")]


def _subject(row: QueueRow | GlanceRow, cells: int) -> list[Piece]:
    """The subject, and behind it the tags in what is left, or in a quarter where nothing is."""
    subject = steady(row.subject) or "(no subject)"
    tags = " ".join(f"#{tag}" for tag in row.tags)
    if not tags:
        return [(fit(subject, cells), "text")]
    room = max(cells - width(subject) - 1, min(width(tags), cells // 4))
    if room >= cells:
        room = cells // 3
    head = cut(subject, cells - room - 1)
    tail = fit(tags, cells - width(head) - 1)
    return [(isolated(head) + " ", "text"), (tail, "muted")]


def _joined(out: list[Piece]) -> list[Piece]:
    """Neighbours of one role as one piece: fewer colours to send."""
    joined: list[Piece] = []
    for text, role in out:
        if joined and (joined[-1][1] == role or not text.strip()):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        else:
            joined.append((text, role))
    return joined
