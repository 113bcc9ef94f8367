"""What happened to a ticket: each change on one line, the latest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from store.desk import conversation
from store.model import Change, Ticket
from tui.formatting.times import full_moment, moment
from tui.screens.dialogs import Dialog
from tui.worker import in_thread

if TYPE_CHECKING:
    from tui.app import HelptermApp


_WRITTEN = {
    "inbound": "the customer wrote",
    "reply": "a reply was written",
    "note": "a note was written",
    "call": "a call was noted",
    "chat": "a chat was noted",
}


async def show_history(console: HelptermApp, ticket: Ticket) -> None:
    """Reads and shows it."""
    changes = await in_thread(conversation.history, console.desk, ticket)
    await console.ask(HistoryDialog(ticket, changes, console.desk.now()))


class HistoryDialog(Dialog[None]):
    """A list to look at."""

    def __init__(self, ticket: Ticket, changes: list[Change], now: int) -> None:
        super().__init__()
        self.question = f"What happened to #{ticket.short}, the latest first"
        self._lines = [(moment(each.at, now), each.agent, said(each)) for each in changes]

    def answers(self) -> ComposeResult:
        """The lines."""
        yield OptionList(
            *(
                Option(Content.assemble((f"{at:>12}  ", "$muted"), (f"{agent}  ", "bold"), text))
                for at, agent, text in self._lines
            ),
            markup=False,
            compact=True,
        )

    def on_mount(self) -> None:
        """Ready to be scrolled."""
        self.set_focus(self.query_one(OptionList))


def said(change: Change) -> str:
    """A change in words."""
    if change.kind == "create":
        return "the ticket was made"
    if change.kind == "message":
        return _WRITTEN.get(change.field, "a message was added") + "".join(
            f" · sent with {rule}, because: {reason}"
            for rule, reason in change.value.get("reasons", {}).items()
        )
    if change.field.startswith("tag:"):
        name = change.field.removeprefix("tag:")
        return f"{'tagged' if change.value else 'untagged'} #{name}" + _undone(change)
    name = change.field.replace("_", " ")
    return (
        f"{name}: {_value(change.field, change.previous)} → {_value(change.field, change.value)}"
        + _undone(change)
    )


def _undone(change: Change) -> str:
    return " (undone)" if change.kind == "undo" else ""


def _value(field: str, value: Any) -> str:
    if value in (None, ""):
        return "none"
    if field == "snoozed_until":
        return full_moment(value)
    return str(value).replace("_", " ")
