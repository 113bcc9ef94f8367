"""Jump labels: letters at everything in sight that can be jumped to, the keys of the home row first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from rich.segment import Segment
from textual.strip import Strip

from tui.themes import style

if TYPE_CHECKING:
    from tui.app import HelptermApp

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
LABEL = 3
"""Cells that a label takes, with the blanks around it."""

Spot = Callable[[bool], None]
"""Goes to a place in sight; told whether a capital asked for more than that."""


class Labelled(Protocol):
    """A widget whose places in sight can be labelled."""

    def spots(self) -> Sequence[Spot]:
        """The places, in the order in which labels are shown."""

    def show_labels(self, labels: Sequence[str]) -> None:
        """Shows them at the same places; an empty label leaves its place out, none at all puts them away."""


def labels(count: int) -> list[str]:
    """So many labels, none the beginning of another: single letters as far as they go, then pairs, the farther the place."""
    firsts = 0
    while len(LETTERS) - firsts + firsts * len(LETTERS) < count and firsts < len(LETTERS):
        firsts += 1
    single = LETTERS[: len(LETTERS) - firsts]
    pairs = [first + second for first in LETTERS[len(LETTERS) - firsts :] for second in LETTERS]
    return [*single, *pairs][:count]


def label_strip(label: str, theme: str) -> Strip:
    """A label as it is drawn."""
    return Strip([Segment(f" {label:<{LABEL - 1}}", style(theme, "title", "cursor"))], LABEL)


class Jump:
    """The labels of one jump, from their showing to the letter that chooses or the key that leaves."""

    def __init__(self, console: HelptermApp) -> None:
        self._console = console
        self._labelled = console.place.labelled()
        self._spots = list(self._labelled.spots()) if self._labelled is not None else []
        self._labels = labels(len(self._spots))
        self._typed = ""

    def begin(self) -> None:
        """Shows the labels; every key is one from now on."""
        self._console.keyboard.taker = self._take
        self._show(self._labels)
        self._console.say("Type a label · Esc leaves")

    def _show(self, shown: Sequence[str]) -> None:
        if self._labelled is not None:
            self._labelled.show_labels(shown)

    def _take(self, key: str) -> None:
        self._typed += key.lower()
        fitting = [label for label in self._labels if label.startswith(self._typed)]
        if self._typed in self._labels:
            self._end()
            self._spots[self._labels.index(self._typed)](key.isupper())
        elif fitting and len(key) == 1:
            self._show([label[len(self._typed) :] if label in fitting else "" for label in self._labels])
        else:
            self._end()
            if key != "escape":
                self._console.say("No such label: nothing was done", "warning")

    def _end(self) -> None:
        self._console.keyboard.taker = None
        self._show(())
        self._console.place.hush()
