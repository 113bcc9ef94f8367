"""The keys of what has the focus beside those of commands: what a question or a line says of itself, what a text field can do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, OptionList, TextArea

from tui.commands.keys import shown_key

Entries: TypeAlias = list[tuple[str, str]]
"""Keys as people read them, and what they do."""

_NAMES = {
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "super+c": "",
    "super+x": "",
    "super+v": "",
}
_HEADINGS = ((TextArea, "In the text"), (Input, "In the field"), (OptionList, "In the list"))


def own_keys(screen: Screen[Any]) -> Entries:
    """What the widget with the focus, those around it and a dialog say in `own_keys`, the innermost first."""
    around = list(screen.focused.ancestors_with_self) if screen.focused is not None else [screen]
    entries: Entries = []
    for each in around:
        entries += getattr(each, "own_keys", ())
    return entries


def field_keys(screen: Screen[Any], taken: Collection[str]) -> tuple[str, Entries]:
    """A heading and the keys that a text field or list of Textual has by itself, without those that mean something else here."""
    focused = screen.focused
    heading = next((name for kind, name in _HEADINGS if isinstance(focused, kind)), "")
    if focused is None or not heading:
        return "", []
    by_help: dict[str, list[str]] = {}
    for key, help in _bound(focused):
        shown = _NAMES.get(key, shown_key(key))
        if shown and key not in taken:
            by_help.setdefault(help, []).append(shown)
    return heading, [(" · ".join(keys[:2]), help) for help, keys in by_help.items()]


def _bound(widget: Widget) -> Iterator[tuple[str, str]]:
    """The keys that a widget's class binds, each with what it says about it."""
    for kind in type(widget).__mro__:
        for binding in vars(kind).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.description:
                for key in binding.key.split(","):
                    yield key.strip(), binding.description
