"""The line in which one types a search or a filter: results follow each letter, operators complete themselves."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from store.desk.query import OPERATORS, VIEWS
from store.model import Channel, Priority, Status

_VALUES: dict[str, tuple[str, ...]] = {
    "is": VIEWS,
    "status": tuple(Status),
    "priority": tuple(Priority),
    "channel": tuple(Channel),
    "assignee": ("me", "nobody"),
    "before": ("today", "yesterday"),
    "after": ("today", "yesterday"),
    "lang": ("en", "de", "fr", "es", "tr"),
}
LABELS = {"search": " Search everything: ", "filter": " Filter this view: ", "jump": " Go to number: "}


class QuerySuggester(Suggester):
    """Completes the operator or value at the end of what is typed."""

    def __init__(self, tags: tuple[str, ...] = ()) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values = _VALUES | {"tag": tags}

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text with its last word completed."""
        head, blank, word = value.rpartition(" ")
        sign, word = ("-", word[1:]) if word.startswith("-") else ("", word)
        if not word:
            return None
        name, colon, start = word.lower().partition(":")
        options = (
            [f"{name}:{each}" for each in self._values.get(name, ())]
            if colon
            else [f"{each}:" for each in OPERATORS]
        )
        wanted = f"{name}{colon}{start}"
        found = next((each for each in options if each.startswith(wanted) and each != wanted), None)
        return None if found is None else f"{head}{blank}{sign}{word}{found[len(wanted) :]}"


class FindLine(Horizontal):
    """A label and a text field; it says what was typed and what shall happen with it."""

    DEFAULT_CSS = """
    FindLine { height: 1; background: $surface; }
    FindLine Static { width: auto; color: $accent; text-style: bold; background: $surface; }
    FindLine Input { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
    FindLine Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    class Typed(Message):
        """The text changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Done(Message):
        """Enter (`keep`) or Esc was pressed."""

        def __init__(self, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    class Moved(Message):
        """The cursor of the list below shall move, while typing goes on."""

        def __init__(self, lines: int) -> None:
            super().__init__()
            self.lines = lines

    def __init__(self, kind: str, text: str, tags: tuple[str, ...] = ()) -> None:
        super().__init__(id="find")
        self.kind = kind
        self._text = text
        self._tags = tags

    def compose(self) -> ComposeResult:
        """Label and field."""
        yield Static(LABELS[self.kind], markup=False)
        field = Input(self._text, suggester=QuerySuggester(self._tags), select_on_focus=False)
        field.cursor_blink = False
        yield field

    @property
    def field(self) -> Input:
        """The text field."""
        return self.query_one(Input)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Passes on what is typed."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keeps what was found."""
        event.stop()
        self.post_message(self.Done(keep=True))

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list, Esc leaves."""
        lines = {"up": -1, "down": 1, "pageup": -20, "pagedown": 20}.get(event.key)
        if lines is not None:
            event.stop()
            self.post_message(self.Moved(lines))
        elif event.key == "escape":
            event.stop()
            self.post_message(self.Done(keep=False))
