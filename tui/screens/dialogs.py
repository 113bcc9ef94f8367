"""Questions to the agent: choose one of a few, pick one of many, say something, confirm; Esc answers None."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.types import CSSPathType
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from store.errors import DeskError
from store.text.fold import fold
from tui.formatting.cells import width

Value = TypeVar("Value")

MOST_SHOWN = 200
"""Options that a picker shows at once; typing narrows them."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[Value]):
    """One answer: what is shown, what it means, the letter that picks it at once, a remark behind it."""

    label: str
    value: Value
    letter: str = ""
    remark: str = ""

    def content(self, cells: int = 0, *, letters: bool = False) -> Content:
        """Plain text in at least `cells` cells, with the letter before it and the remark behind it."""
        parts: list[str | tuple[str, str]] = []
        if letters:
            parts.append((f" {self.letter or ' '}  ", "bold $accent"))
        parts.append(self.label + " " * (cells - width(self.label)))
        if self.remark:
            parts.append((f"  {self.remark}", "$muted"))
        return Content.assemble(*parts)


def contents(choices: Sequence[Choice[Any]], *, letters: bool = False) -> list[Content]:
    """Choices with their remarks in one column, as far as the labels are short."""
    cells = min(max((width(choice.label) for choice in choices), default=0), 40)
    return [choice.content(cells, letters=letters) for choice in choices]


class Dialog(ModalScreen[Value | None]):
    """A box over the screen; Esc leaves it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("f1,question_mark", "keys", show=False),
    ]
    CSS_PATH: ClassVar[CSSPathType | None] = "dialogs.tcss"
    AUTO_FOCUS = ""
    question = ""
    hint = "Esc leaves"

    def compose(self) -> ComposeResult:
        """Question, what answers it, hint."""
        with Vertical(id="dialog"):
            yield Static(self.question, id="question", markup=False)
            yield from self.answers()
            yield Static(self.hint, id="hint", markup=False)

    def answers(self) -> ComposeResult:
        """The widgets between question and hint."""
        raise NotImplementedError

    @property
    def own_keys(self) -> list[tuple[str, str]]:
        """What keys do here: what the hint says."""
        return [("", part[:1].upper() + part[1:]) for part in self.hint.split(" · ")]

    def action_keys(self) -> None:
        """Shows the keys of this question; a ? that is typed as text does not come here."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen.of(self))

    def action_leave(self) -> None:
        """Leaves without an answer."""
        self.dismiss(None)


class Choose(Dialog[Value]):
    """One of a few, by its letter, or by arrows and Enter."""

    def __init__(self, question: str, choices: Sequence[Choice[Value]], *, on: int = 0) -> None:
        super().__init__()
        self.question = question
        self._choices = choices
        self._on = on
        self.hint = "A letter or Enter chooses · Esc leaves"

    def answers(self) -> ComposeResult:
        """The list."""
        yield OptionList(*map(Option, contents(self._choices, letters=True)), markup=False, compact=True)

    @property
    def own_keys(self) -> list[tuple[str, str]]:
        """Each letter with what it chooses, before the rest."""
        letters = [(each.letter, each.label) for each in self._choices if each.letter]
        return [*letters, ("j · k · ↓ · ↑", "Move"), *super().own_keys]

    def on_mount(self) -> None:
        """The present value is under the cursor."""
        options = self.query_one(OptionList)
        options.highlighted = self._on
        self.set_focus(options)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        self.dismiss(self._choices[event.option_index].value)

    def on_key(self, event: events.Key) -> None:
        """A letter chooses; j and k move where they are no letters of a choice."""
        for choice in self._choices:
            if choice.letter and event.character == choice.letter:
                event.stop()
                self.dismiss(choice.value)
                return
        if event.character in ("j", "k"):
            options = self.query_one(OptionList)
            (options.action_cursor_down if event.character == "j" else options.action_cursor_up)()


def _focus(dialog: Dialog[Any]) -> None:
    """Makes the field ready; its cursor stands still, which sends nothing to the terminal while nobody types."""
    field = dialog.query_one(Input)
    field.cursor_blink = False
    dialog.set_focus(field)


class Pick(Dialog[Value]):
    """One of many: typing narrows the list."""

    def __init__(self, question: str, choices: Sequence[Choice[Value]]) -> None:
        super().__init__()
        self.question = question
        self._choices = choices
        self._shown: list[Choice[Value]] = []
        self._points = False
        self.hint = "Type to narrow · Enter chooses · Esc leaves"

    def answers(self) -> ComposeResult:
        """A field and the list."""
        yield Input(compact=True)
        yield OptionList(markup=False, compact=True)

    def on_mount(self) -> None:
        """Everything is shown at first."""
        self._narrow("")
        _focus(self)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrows by what is typed."""
        self._points = False
        self._narrow(event.value)

    @property
    def cursor_cell(self) -> Offset | None:
        """Where the terminal's cursor belongs in the plain look: on the option to which arrows have moved."""
        from tui.plain import of_options

        return of_options(self.query_one(OptionList)) if self._points else None

    def _narrow(self, text: str) -> None:
        words = fold(text).split()
        matching = [c for c in self._choices if all(word in fold(f"{c.label} {c.remark}") for word in words)]
        matching.sort(key=lambda choice: not fold(choice.label).startswith(" ".join(words)))
        self._shown = matching[:MOST_SHOWN]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(map(Option, contents(self._shown)))
        if self._shown:
            options.highlighted = 0
        elif not self._choices:
            options.add_option(Option("There is none", disabled=True))
        else:
            options.add_option(Option("Nothing matches", disabled=True))

    def on_input_submitted(self) -> None:
        """Enter takes what is highlighted."""
        at = self.query_one(OptionList).highlighted
        if self._shown and at is not None:
            self.dismiss(self._shown[at].value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click."""
        self.dismiss(self._shown[event.option_index].value)

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list while the field has the focus."""
        options = self.query_one(OptionList)
        moves = {
            "down": options.action_cursor_down,
            "up": options.action_cursor_up,
            "pagedown": options.action_page_down,
            "pageup": options.action_page_up,
        }
        if event.key in moves:
            event.stop()
            self._points = True
            moves[event.key]()  # type: ignore[no-untyped-call]


class Say(Dialog[Value]):
    """Something typed on one line, understood while it is typed: `read` gives the answer or raises a DeskError.

    With `blank` nothing typed is an answer too, and means that.
    """

    def __init__(
        self,
        question: str,
        read: Callable[[str], Value],
        *,
        shown: Callable[[Value], str] = str,
        text: str = "",
        example: str = "",
        blank: Value | None = None,
    ) -> None:
        super().__init__()
        self.question = question
        self._blank = blank
        self._read = read
        self._show = shown
        self._text = text
        self._example = example
        self.hint = "Enter does it · Esc leaves"

    def answers(self) -> ComposeResult:
        """A field, and what it is understood as."""
        yield Input(self._text, placeholder=self._example, compact=True, select_on_focus=False)
        yield Static("", id="understood", markup=False)

    def on_mount(self) -> None:
        """Ready to be typed into."""
        _focus(self)
        self._understand(self._text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Says what the words mean so far."""
        self._understand(event.value)

    def _understand(self, text: str) -> Value | None:
        line = self.query_one("#understood", Static)
        if not text.strip():
            line.update("")
            return None
        try:
            value = self._read(text)
        except DeskError as error:
            line.update(Content(str(error)))
            return None
        line.update(Content(f"→ {self._show(value)}"))
        return value

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answers when the words mean something."""
        value = self._understand(event.value) if event.value.strip() else self._blank
        if value is not None:
            self.dismiss(value)


class Confirm(Dialog[bool]):
    """Yes or no, for the few things that are hard to undo."""

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self.question = question
        self._yes = yes
        self.hint = "y does it · n or Esc leaves"

    def answers(self) -> ComposeResult:
        """What y does."""
        yield Static(Content.assemble((" y  ", "bold $accent"), self._yes))
        yield Static(Content.assemble((" n  ", "bold $accent"), "Leave it"))

    def on_key(self, event: events.Key) -> None:
        """y or n."""
        if event.character in ("y", "n"):
            event.stop()
            self.dismiss(event.character == "y")
