"""The postman at work behind the console: begun after the first picture, ended with the console, its news in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from store.channels.mail.postman import Postman, Trip

if TYPE_CHECKING:
    from tui.app import HelptermApp


class Posted(Message):
    """Mail was sent or collected, or could not be."""

    def __init__(self, trip: Trip) -> None:
        super().__init__()
        self.trip = trip


def begin(app: HelptermApp) -> Postman:
    """Starts sending and collecting; what happens comes to the app as `Posted`."""

    def report(trip: Trip) -> None:
        app.post_message(Posted(trip))

    postman = Postman(app.desk, report)
    postman.start()
    return postman


def news(trip: Trip) -> str:
    """A round of the postman in one line."""
    counts = (
        (trip.sent, "sent"),
        (trip.collected, "new"),
        (trip.deferred, "tried again later"),
        (trip.uncertain, "uncertain: look at the outbox"),
        (trip.failed, "failed: look at the outbox"),
    )
    return "Mail: " + ", ".join(f"{count} {word}" for count, word in counts if count)
