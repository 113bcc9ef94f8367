"""A conversation as lines: the newest message readable at once, what was quoted folded, notes set apart by words and a bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice

from store.desk.conversation import changed_subjects
from store.model import Delivery, Kind, Message
from tui.formatting.cells import Piece, cut, isolated, steady, width
from tui.formatting.links import found_in, linked
from tui.formatting.times import full_moment, moment, zone
from tui.formatting.wrapping import wrapped

OPEN_AT_FIRST = 3
"""The newest messages, shown in full; the older ones are a line each until they are asked for."""

LONGEST = 200_000
"""Characters of one message that are shown."""

MOST_LINES = 5_000

_TITLES = {
    Kind.INBOUND: "customer",
    Kind.REPLY: "our reply",
    Kind.NOTE: "internal note, only the team sees it",
    Kind.CALL: "phone call",
    Kind.CHAT: "chat",
}
_DELIVERY = {
    Delivery.DRAFT: ("called back", "muted"),
    Delivery.QUEUED: ("waiting to be sent", "late"),
    Delivery.SENDING: ("being sent", "late"),
    Delivery.SENT: ("sent", "muted"),
    Delivery.UNCERTAIN: ("uncertain whether it arrived: decide in the outbox", "urgent"),
    Delivery.FAILED: ("not sent: see the outbox", "urgent"),
}
_AUTOMATIC = {
    "auto_reply": "automatic reply",
    "bounce": "could not be delivered",
    "report": "delivery report",
    "spam": "spam",
    "loop": "mail loop",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line as wide as the conversation: its pieces, and whether it belongs to a note."""

    pieces: tuple[Piece, ...]
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Laid:
    """All lines, and where each message begins."""

    lines: tuple[Line, ...]
    starts: tuple[int, ...]


def lay_out(
    messages: Sequence[Message],
    cells: int,
    now: int,
    *,
    unfolded: bool = False,
    all_open: bool = False,
    new: Set[int] = frozenset(),
    exact: bool = False,
) -> Laid:
    """The conversation, oldest first. `unfolded` shows quotes and signatures, `all_open` the older messages in full.

    Messages in the rows `new` are marked as new, and shown in full. With `exact` times have their day, year and zone.
    """
    lines: list[Line] = []
    starts: list[int] = []
    changed = changed_subjects(messages)
    first_open = 0 if all_open else max(len(messages) - OPEN_AT_FIRST, 0)
    for position, message in enumerate(messages):
        starts.append(len(lines))
        if position < first_open and message.number not in new:
            lines.append(_one_line(message, cells, _sent(message, now, exact=exact)))
        else:
            if position:
                lines.append(Line(()))
            starts[-1] = len(lines)
            is_new = message.number in new
            subject, sent = changed.get(message.number, ""), _sent(message, now, exact=exact)
            lines += _whole(message, cells, sent, subject, unfolded=unfolded, is_new=is_new)
    return Laid(tuple(lines), tuple(starts))


def _who(message: Message) -> str:
    author = message.author
    return steady(author.name or author.email or author.agent or "unknown")


def _sent(message: Message, now: int, *, exact: bool) -> str:
    at = message.sent_at
    return f"{full_moment(at)} {zone(at)}" if exact else moment(at, now)


def _one_line(message: Message, cells: int, sent: str) -> Line:
    head = f" ▸ {sent}  {_who(message)} ({_TITLES[message.kind].partition(',')[0]}): "
    text = steady(" ".join(message.new_text[:400].split()))
    head = cut(head, cells // 2)
    return Line(
        ((isolated(head), "muted"), (isolated(cut(text, cells - width(head))), "muted")),
        message.kind is Kind.NOTE,
    )


def _whole(
    message: Message, cells: int, sent: str, subject: str, *, unfolded: bool, is_new: bool
) -> Iterator[Line]:
    is_note = message.kind is Kind.NOTE
    yield Line(tuple(_heading(message, cells, sent, is_new=is_new)), is_note)
    bar = " ▌ " if is_note else "   "
    if subject:
        yield Line(((isolated(cut(f"{bar}Subject: {steady(subject)}", cells)), "strong"),), is_note)
    room = max(cells - width(bar) - 1, 10)
    body = islice(_body(message, room, unfolded=unfolded), MOST_LINES)
    for pieces in body:
        yield Line(((bar, "accent" if is_note else "text"), *pieces), is_note)
    if next(body, None) is not None or len(message.body) > LONGEST:
        yield Line(((bar + cut("… it goes on; `helpterm show` prints all of it", room), "late"),), is_note)
    if message.attachments:
        yield Line(((bar, "accent" if is_note else "text"),), is_note)
    for file in message.attachments:
        label = f"{bar}Attachment: {file.name or 'unnamed'} · {file.type} · {size(file.size)}"
        yield Line(((cut(label, cells), "accent"),), is_note)
    for notice in message.notices:
        yield Line(((cut(f"{bar}! {notice.replace('_', ' ')}", cells), "late"),), is_note)


def _heading(message: Message, cells: int, sent: str, *, is_new: bool) -> Iterator[Piece]:
    author = message.author
    who = _who(message)
    address = (
        f" <{author.email}>" if author.email and author.email != who and message.kind is Kind.INBOUND else ""
    )
    parts: list[Piece] = [
        (" ── NEW · " if is_new else " ── ", "late" if is_new else "muted"),
        (cut(who, max(cells // 3, 8)), "strong"),
        (f"{address} · {_TITLES[message.kind]} · {sent}", "muted"),
    ]
    if message.automatic:
        parts.append((f" · {_AUTOMATIC.get(message.automatic, message.automatic)}", "late"))
    if message.delivery is not None and message.kind is not Kind.INBOUND:
        word, role = _DELIVERY[message.delivery]
        parts.append((f" · {word}", role))
    parts.append((" ", "muted"))
    used = 0
    for text, role in parts:
        shown = cut(text, cells - used)
        used += width(shown)
        yield isolated(shown), role
    yield "─" * (cells - used), "muted"


def _body(message: Message, cells: int, *, unfolded: bool) -> Iterator[tuple[Piece, ...]]:
    """The body's lines; folded parts are one line each, or their text in muted letters."""
    before: str | None = None
    for text, kind in _parts(message.body[:LONGEST], message.folds):
        if before == "" or (before is not None and not kind):
            yield ()
        if not kind or unfolded:
            yield from _text(text, cells, "muted" if kind else "text")
        else:
            yield ((_folded(text, kind), "muted"),)
        before = kind
    if before is None:
        yield (("(no text)", "muted"),)


def _parts(body: str, folds: Sequence[tuple[int, int, str]]) -> Iterator[tuple[str, str]]:
    """The stretches of a body that hold something, each with the kind of fold it is; an empty kind is the author's own text."""
    at = 0
    for start, end, kind in (*_joined(body, folds), (len(body), len(body), "")):
        for text, what in ((body[at:start], ""), (body[start:end], kind)):
            if text.strip():
                yield text.strip("\n").rstrip(), what
        at = end


def _joined(body: str, folds: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The folds with those made one that stand together: a quote and the line that says whose it is."""
    found: list[tuple[int, int, str]] = []
    for start, end, kind in folds:
        what = "signature" if kind == "signature" else "quote"
        if found and found[-1][2] == what and not body[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end, what)
        else:
            found.append((start, end, what))
    return found


def _folded(text: str, kind: str) -> str:
    count = text.count("\n") + 1
    lines = f"{count} line{'s' * (count != 1)}"
    return f"▸ signature, {lines}" if kind == "signature" else f"▸ {lines} quoted"


def _text(text: str, cells: int, role: str) -> Iterator[tuple[Piece, ...]]:
    text = steady(text)
    yield from linked(wrapped(text, cells), text, role)


def links(messages: Sequence[Message]) -> list[str]:
    """Every link of a conversation, the newest message's first, each once, without the punctuation after it."""
    newest_first = (link for message in reversed(messages) for link in found_in(message.body[:LONGEST]))
    return list(dict.fromkeys(newest_first))


def size(count: int) -> str:
    """A number of bytes as people say it."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count = round(count / 1000)
    return f"{count} GB"
