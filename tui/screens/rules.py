"""The form in which a scope rule is written or changed."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import Input, Static, TextArea

from store.desk import Desk, rules
from store.errors import BadInput, DeskError
from store.model import ScopeRule
from tui.screens.dialogs import Dialog
from tui.worker import change

_WORDS_LABEL = "Words that suggest it, a language a line (en, de, fr, es, tr, * for any):"


def words_of(text: str) -> dict[str, tuple[str, ...]]:
    """Words by language out of lines such as `en: refund, money back`. Raises BadInput for a line without a language."""
    words: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        language, colon, listed = line.partition(":")
        if not colon:
            raise BadInput(f"{line.strip()!r} names no language", "write en: refund, money back")
        found = tuple(word.strip() for word in listed.split(",") if word.strip())
        key = language.strip().lower()
        words[key] = (*words.get(key, ()), *found)
    return words


def words_text(rule: ScopeRule | None) -> str:
    """The words of a rule as `words_of` reads them."""
    words = rule.words if rule is not None else {}
    return "\n".join(
        f"{language}: {', '.join(listed)}" for language, listed in sorted(words.items()) if listed
    )


class YesNo(Static, can_focus=True):
    """A statement that is true or not, told apart by its sign; Space or a click turns it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,x,y,n", "turn", show=False)]

    def __init__(self, statement: str, value: bool, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._statement = statement
        self.value = value

    def on_mount(self) -> None:
        """Shows the value."""
        self._draw()

    def _draw(self) -> None:
        self.update(Content(f"[{'x' if self.value else ' '}] {self._statement} (Space turns it)"))

    def action_turn(self) -> None:
        """The other value."""
        self.value = not self.value
        self._draw()

    def on_click(self) -> None:
        """The other value."""
        self.action_turn()


class RuleForm(Dialog[ScopeRule]):
    """Asks for everything about a rule; what makes no sense is said at its foot, and nothing typed is lost."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialogs.tcss", "rules.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s,f9", "save", show=False, priority=True)]

    def __init__(self, desk: Desk, rule: ScopeRule | None = None, *, product: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._rule = rule
        self._product = rule.product if rule is not None else product
        self.question = f"Change the rule (version {rule.version})" if rule is not None else "A new rule"
        self.hint = "Tab goes on · Ctrl+S saves · Esc leaves it as it was"

    def answers(self) -> ComposeResult:
        """The fields."""
        rule = self._rule
        yield Static("Title:", classes="label", markup=False)
        yield Input(rule.title if rule else "", id="title", compact=True, select_on_focus=False)
        yield Static("Product (empty: every product):", classes="label", markup=False)
        yield Input(self._product, id="product", compact=True, select_on_focus=False)
        yield YesNo("support covers this", rule.covered if rule else False, id="covered")
        yield Static("Why:", classes="label", markup=False)
        yield TextArea(rule.why if rule else "", id="why", tab_behavior="focus")
        yield Static("Where to send people, a link a line:", classes="label", markup=False)
        yield TextArea("\n".join(rule.links) if rule else "", id="links", tab_behavior="focus")
        yield Static(_WORDS_LABEL, classes="label", markup=False)
        yield TextArea(words_text(rule), id="words", tab_behavior="focus")
        yield Static("", id="understood", markup=False)

    def on_mount(self) -> None:
        """Begins with the title."""
        self.set_focus(self.query_one("#title"))

    def on_key(self, event: events.Key) -> None:
        """Enter in a field of one line goes on to the next."""
        if event.key == "enter" and isinstance(self.focused, Input | YesNo):
            event.stop()
            self.focus_next()

    async def action_save(self) -> None:
        """Saves, or says what makes no sense."""
        try:
            saved = await change(self._save, self._filled())
        except DeskError as error:
            self.query_one("#understood", Static).update(Content(f"✗ {error}"))
            return
        self.dismiss(saved)

    def _filled(self) -> ScopeRule:
        """The rule as it stands in the fields."""
        return replace(
            self._rule or ScopeRule(id="", title="", covered=False),
            title=self.query_one("#title", Input).value,
            product=self.query_one("#product", Input).value.strip(),
            covered=self.query_one("#covered", YesNo).value,
            why=self.query_one("#why", TextArea).text,
            links=tuple(self.query_one("#links", TextArea).text.split()),
            words=words_of(self.query_one("#words", TextArea).text),
        )

    def _save(self, rule: ScopeRule) -> ScopeRule:
        """Runs in a thread."""
        if rule.id:
            return rules.edit(self._desk, rule)
        return rules.add(
            self._desk,
            title=rule.title,
            covered=rule.covered,
            why=rule.why,
            product=rule.product,
            links=rule.links,
            words=rule.words,
        )
