"""What the tutor asks for, and how it sees that it was done. `{ticket.take}` stands for the key of that command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.model import Change
from tui.screens.queue import QueueScreen
from tui.screens.ticket import TicketScreen

if TYPE_CHECKING:
    from tui.app import HelptermApp
    from tui.screens.reply import ReplyScreen

ENOUGH_WORDS = 8
"""Words of an answer from which the tutor goes on."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a step looks at: the console, what the agent changed since its lesson began, the ticket open at its beginning."""

    console: HelptermApp
    changes: tuple[Change, ...]
    ticket_before: int

    def did(self, kind: str, field: str = "", value: object = None) -> bool:
        """True when there is such a change; an empty field is any, a value of None too."""
        return any(
            each.kind == kind and field in ("", each.field) and value in (None, each.value)
            for each in self.changes
        )

    @property
    def ticket(self) -> int:
        """The row of the open ticket; 0 where none is."""
        place = self.console.place
        return place.opened.ticket.number if isinstance(place, TicketScreen) else 0

    @property
    def editor(self) -> ReplyScreen | None:
        """The reply that is written, if one is."""
        from tui.screens.reply import ReplyScreen

        place = self.console.place
        return place if isinstance(place, ReplyScreen) and place.is_loaded else None

    def is_at(self, where: str) -> bool:
        """True on that screen (`tui.commands.command.Where`)."""
        return self.console.place.where == where


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `lesson` names the lesson that begins with it, where one begins: there a new session can go on."""

    id: str
    title: str
    text: str
    done: Callable[[Seen], bool]
    lesson: str = ""


def _moved(seen: Seen) -> bool:
    place = seen.console.place
    return isinstance(place, QueueScreen) and place.tickets.cursor > 0


def _taken(seen: Seen) -> bool:
    place = seen.console.place
    mine = isinstance(place, TicketScreen) and place.opened.ticket.assignee == seen.console.desk.agent
    return mine or seen.did("claim") or seen.did("set", "assignee", seen.console.desk.agent)


def _wrote(seen: Seen) -> bool:
    return seen.editor is not None and len(seen.editor.editor.text.split()) >= ENOUGH_WORDS


def _linked(seen: Seen) -> bool:
    return seen.editor is not None and "://" in seen.editor.editor.text


def _searched(seen: Seen) -> bool:
    place = seen.console.place
    if not isinstance(place, QueueScreen) or place.finding.line is not None:
        return False
    return place.finding.kind == "search" and "figma" in place.finding.sought.casefold()


def _declines(seen: Seen) -> bool:
    return seen.editor is not None and seen.editor.writing.rule is not None


def _helped(seen: Seen) -> bool:
    from tui.screens.help import HelpScreen

    return isinstance(seen.console.screen, HelpScreen)


STEPS: tuple[Step, ...] = (
    Step(
        "move",
        "The queue",
        "Who waits longest stands on top; late ones come first. {move.down} goes down a row, {move.up} up: move a little.",
        _moved,
        lesson="The queue",
    ),
    Step(
        "open",
        "Open a ticket",
        "{move.top} goes back to the top. {ticket.open} opens the ticket under the cursor: the newest message is in sight.",
        lambda seen: seen.ticket > 0,
    ),
    Step(
        "take",
        "Take it",
        "{ticket.take} takes the ticket: it is yours to answer, and nobody else begins with it.",
        _taken,
    ),
    Step(
        "reply",
        "Answer",
        "Open a ticket with {ticket.open} if none is open. {ticket.reply} answers it: what you type is saved as you type.",
        lambda seen: seen.editor is not None,
        lesson="An answer",
    ),
    Step(
        "words",
        "Your own words",
        "Say in a sentence or two what you found. Words that were sent to others before are marked while you type.",
        _wrote,
    ),
    Step(
        "link",
        "Hand something over",
        "Type ?? for the pages that fit this ticket best, each with its reason. Enter puts one in.",
        _linked,
    ),
    Step(
        "review",
        "Look at it as it will leave",
        "The panel below says what stops a reply and what to do. {reply.review} shows it as the customer will get it.",
        lambda seen: seen.is_at("review"),
    ),
    Step(
        "send",
        "Send",
        "To whom, what, and what becomes of the ticket. {review.send} sends it.",
        lambda seen: seen.did("message", "reply"),
    ),
    Step(
        "undo",
        "Take it back",
        "Too early? While the line below counts the seconds, {reply.call-back} takes the reply back.",
        lambda seen: seen.did("delivery", "delivery", "draft"),
    ),
    Step(
        "solve",
        "Send and solve",
        "It is your draft again, nothing is lost. {reply.review}, then {review.solve}: send it and solve the ticket.",
        lambda seen: seen.did("set", "status", "solved"),
    ),
    Step(
        "search",
        "Search",
        "Now a wish that support does not cover. From the queue {find.search} searches everything: type figma, then Enter.",
        _searched,
        lesson="Draw the line",
    ),
    Step(
        "rules",
        "The written rules",
        "{ticket.open} opens what was found. {ticket.scope} shows the rules of its product, the one it touches on top.",
        lambda seen: seen.is_at("scope"),
    ),
    Step(
        "decline",
        "Decline by a rule",
        "{scope.decline} says no by the rule under the cursor: the editor opens with the rule at its side.",
        _declines,
    ),
    Step(
        "no",
        "No, but here is where to go",
        "Write your reason in your own words; ?? offers where the rule sends people. {reply.review}, then {review.send}.",
        lambda seen: seen.did("set", "declined_by"),
    ),
    Step(
        "snooze",
        "Snooze",
        "{ticket.snooze} hides a ticket until it can go on: type tomorrow 9, or friday, or 2h, then Enter.",
        lambda seen: seen.did("set", "snoozed_until"),
        lesson="The rest of the day",
    ),
    Step(
        "next",
        "Next for me",
        "{shift.next} takes the ticket that you should answer next and opens it.",
        lambda seen: seen.ticket not in (0, seen.ticket_before),
    ),
    Step(
        "help",
        "Help",
        "{help.keys} shows the keys of what has the focus, {help.palette} every command by its name. Press {help.keys}.",
        _helped,
    ),
)
