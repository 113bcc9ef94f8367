"""The line in which one types a search or a filter: results follow each letter, Tab completes, the arrows recall."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui.completing import Completions, Vocabulary, sought_person

LABELS = {"search": " Search everything: ", "filter": " Filter this view: ", "jump": " Go to number: "}
EXAMPLE = "words  tag:  from:  is:mine  after:3d   ↑ earlier"
LEAST_OF_A_NAME = 2
"""Letters of a customer that are looked up."""

Typed = Callable[[str], None]
"""Told each text that is typed, at once."""

LookUp = Callable[[str], Awaitable[tuple[str, ...]]]
"""Finds addresses of customers for what follows `from:`, without making a key wait."""


class _Ghost(Suggester):
    """Shows behind the cursor what Tab or → would add."""

    def __init__(self, line: FindLine) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._line = line

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text with its last word completed, where that continues what is typed."""
        found = self._line.vocabulary.completions(value).first(value)
        return found if found != value and found.startswith(value) else None


class _Field(Input):
    """Tells what is typed in the moment in which it is, and is laid out anew only where it has to scroll."""

    def __init__(self, line: FindLine, text: str, placeholder: str) -> None:
        self._line = line
        super().__init__(text, placeholder=placeholder, suggester=_Ghost(line), select_on_focus=False)
        self.cursor_blink = False

    @property
    def content_width(self) -> int:
        """The width of the text, or of the field where that is wider: Textual lays a screen out when this changes."""
        return max(super().content_width, self.size.width)

    def watch_value(self, value: str) -> None:
        """A message would come two turns of the loop later."""
        self._line.on_typed(value)


class FindLine(Horizontal):
    """A label and a text field; it says what was typed and what shall happen with it."""

    DEFAULT_CSS = """
    FindLine { height: 1; background: $surface; }
    FindLine Static { width: auto; color: $accent; text-style: bold; background: $surface; }
    FindLine Input { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
    FindLine Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []
    own_keys: ClassVar[list[tuple[str, str]]] = [
        ("Enter", "Keep what was found; a number jumps"),
        ("Esc", "Back to the view"),
        ("Tab · Shift+Tab", "Complete the operator or its value; again for the next one"),
        ("↑ · ↓", "Move in the list below; on an empty line ↑ recalls earlier searches"),
        ("PgUp · PgDn", "Move by screenfuls"),
        ("Ctrl+P · Ctrl+N", "Earlier and later searches"),
    ]

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

    class Hinted(Message):
        """Other words may stand in place of the last one; `chosen` is the one that Tab has put there."""

        def __init__(self, words: tuple[str, ...], chosen: str) -> None:
            super().__init__()
            self.words = words
            self.chosen = chosen

    def __init__(
        self,
        kind: str,
        text: str,
        vocabulary: Vocabulary,
        recent: Sequence[str],
        *,
        on_typed: Typed,
        look_up: LookUp,
    ) -> None:
        super().__init__(id="find")
        self.kind = kind
        self.on_typed = on_typed
        self.vocabulary = vocabulary
        self._text = text
        self._recent = recent
        self._look_up = look_up
        self._offered = Completions()
        self._chosen = -1
        self._own = ""
        self._recalled = -1
        self._set = ""

    def compose(self) -> ComposeResult:
        """Label and field."""
        yield Static(LABELS[self.kind], markup=False)
        example = "" if self.kind == "jump" else EXAMPLE
        yield _Field(self, self._text, example)

    @property
    def field(self) -> Input:
        """The text field."""
        return self.query_one(Input)

    @property
    def is_recalling(self) -> bool:
        """Whether an earlier search stands in the line."""
        return self._recalled >= 0

    async def on_input_changed(self, event: Input.Changed) -> None:
        """Says what the text may become."""
        event.stop()
        if event.value != self._set:
            self._recalled = self._chosen = -1
            self._offer(self.vocabulary.completions(event.value))
            if len(sought_person(event.value)) >= LEAST_OF_A_NAME:
                self.run_worker(self._offer_people(event.value), exclusive=True, exit_on_error=False)

    async def _offer_people(self, text: str) -> None:
        people = await self._look_up(sought_person(text))
        if text == self.field.value:
            self._offer(self.vocabulary.completions(text, people))

    def _offer(self, found: Completions) -> None:
        self._offered = found
        self._hint()

    def _hint(self) -> None:
        words = self._offered.words if self._offered.is_asked_for else ()
        self.post_message(self.Hinted(words, words[self._chosen] if words and self._chosen >= 0 else ""))

    def _put(self, text: str) -> None:
        """Writes into the field what was not typed."""
        self._set = text
        self.field.value = text
        self.field.cursor_position = len(text)

    def complete(self, step: int) -> None:
        """Takes the next word that may stand here, or the one before; before any letter it shows all operators."""
        if not self._offered.words:
            self._offer(self.vocabulary.operators(self.field.value))
            return
        found = self._offered
        if len(found.words) == 1 or not found.is_asked_for:
            self._put(found.first(self.field.value))
            self._chosen = -1
            self._offer(self.vocabulary.completions(self.field.value))
            return
        self._chosen = (self._chosen + step) % len(found.words) if self._chosen >= 0 or step > 0 else -1
        self._put(self.field.value[: found.start] + found.words[self._chosen])
        self._hint()

    def recall(self, step: int) -> None:
        """An earlier search (`step` 1) or a later one (-1), at last what was typed before."""
        if self._recalled < 0:
            self._own = self.field.value
        self._recalled = max(-1, min(self._recalled + step, len(self._recent) - 1))
        self._offered, self._chosen = Completions(), -1
        self._put(self._own if self._recalled < 0 else self._recent[self._recalled])
        self._hint()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keeps what was found."""
        event.stop()
        self.post_message(self.Done(keep=True))

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list or recall, Tab completes, Esc leaves."""
        lines = {"up": -1, "down": 1, "pageup": -20, "pagedown": 20}.get(event.key)
        if event.key == "escape":
            self.post_message(self.Done(keep=False))
        elif event.key in ("tab", "shift+tab"):
            self.complete(1 if event.key == "tab" else -1)
        elif event.key in ("ctrl+p", "ctrl+n"):
            self.recall(1 if event.key == "ctrl+p" else -1)
        elif event.key == "down" and self.is_recalling:
            self.recall(-1)
        elif lines is not None:
            self.post_message(self.Moved(lines))
        else:
            return
        event.stop()
        event.prevent_default()
