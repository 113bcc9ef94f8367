"""What is on its way out, in lines."""

from __future__ import annotations

from store.model import Delivery, Outgoing
from tui.formatting.cells import Piece, cut, isolated
from tui.formatting.times import full_moment, span
from tui.formatting.wrapping import wrapped

SIGNS = {
    Delivery.QUEUED: ("…", "waits"),
    Delivery.SENDING: ("↑", "is being sent"),
    Delivery.UNCERTAIN: ("?", "uncertain"),
    Delivery.FAILED: ("✗", "failed"),
}
ROLES = {Delivery.UNCERTAIN: "late", Delivery.FAILED: "urgent"}


def state(entry: Outgoing, now: int, *, server: bool) -> str:
    """How far it has come, in a few words."""
    if entry.state is not Delivery.QUEUED:
        return SIGNS.get(entry.state, ("", str(entry.state)))[1]
    if entry.hold_until > now:
        return f"held for {-(-(entry.hold_until - now) // 1000)} s"
    if not server:
        return "waits for a mail server"
    if entry.attempts and entry.next_attempt_at > now:
        return f"tried {entry.attempts}×, again in {span(entry.next_attempt_at - now)}"
    return "goes out next"


def whole(entry: Outgoing, now: int, cells: int, *, server: bool) -> list[list[Piece]]:
    """One reply with its state, what can be done about it, and its text."""
    role = ROLES.get(entry.state, "text")
    to = ", ".join(entry.recipients)
    lines: list[list[Piece]] = [[(cut(f" {state(entry, now, server=server)}", cells), role)]]
    lines += [[(f" {isolated(text)}", "muted")] for text in wrapped(_explained(entry), max(cells - 2, 8))]
    if entry.error:
        lines += [[(f" {isolated(text)}", role)] for text in wrapped(entry.error, max(cells - 2, 8))]
    lines.append([])
    lines.append([(cut(f" To: {to}", cells), "text")])
    lines.append([(cut(f" Written: {full_moment(entry.message.sent_at)}", cells), "muted")])
    lines.append([])
    return lines + [
        [(f" {isolated(text)}", "text")] for text in wrapped(entry.message.body[:20_000], max(cells - 2, 8))
    ]


def _explained(entry: Outgoing) -> str:
    if entry.state is Delivery.UNCERTAIN:
        return (
            "The line broke after the text had left, so it may have been received or not. Look into the sent folder or ask: "
            "m marks it as received, s sends it again."
        )
    if entry.state is Delivery.FAILED:
        return "The server refused it for good. Mend what it says, then s sends it again."
    return "b takes it back as a draft." if entry.state is Delivery.QUEUED else ""
