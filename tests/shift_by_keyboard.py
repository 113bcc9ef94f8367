"""One whole shift on the sample desk, key by key. The test works it in a pseudo-terminal; the README lists its keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_KEY = re.compile(r"\{[a-z0-9-]+\}|.", re.DOTALL)
_SHOWN = {"{enter}": "Enter", "{esc}": "Esc", "{tab}": "Tab"}


@dataclass(frozen=True, slots=True)
class Press:
    """Keys (as `tests.terminal.keys` reads them), then what is waited for. `words` are typed text, not commands."""

    keys: str
    shows: str = ""
    gone: str = ""
    words: bool = False

    @property
    def each(self) -> list[str]:
        """The single keys."""
        return _KEY.findall(self.keys)

    @property
    def shown(self) -> str:
        """The keys as people read them; text stands for itself by an ellipsis."""
        if self.words:
            return "“…”"
        return " ".join(f"`{_SHOWN.get(key) or _named(key)}`" for key in self.each)


def _named(key: str) -> str:
    return f"Ctrl+{key[6:-1].upper()}" if key.startswith("{ctrl-") else key


@dataclass(frozen=True, slots=True)
class Step:
    """Something an agent wants to get done."""

    what: str
    presses: tuple[Press, ...]

    @property
    def commands(self) -> int:
        """Keys pressed that are no text."""
        return sum(len(press.each) for press in self.presses if not press.words)

    @property
    def letters(self) -> int:
        """Characters of text typed."""
        return sum(len(press.each) for press in self.presses if press.words)


def says(text: str, *, shows: str = "", gone: str = "") -> tuple[Press, Press]:
    """Text for a question, and Enter."""
    return Press(text, words=True), Press("{enter}", shows, gone)


ANSWER = (
    "Hello Sean, the front page alone is white because the hero block of Pier 3.2 asks for an image that your shop removed."
    " The block is described here: "
)
DECLINE = (
    "Hello Brandon, matching a drawing to the pixel is work in your own theme, which we cannot see or keep alive through its"
    " updates, so we leave that to people who build themes for a living; this is the list of them:"
    " https://docs.formwright.example/partners"
)

BEFORE_THE_CUT = (
    Step(
        "begin the shift; read what changed since the last one",
        (Press("W", "Since your last shift"), Press("{esc}", "▸Open")),
    ),
    Step("take the ticket that should be answered next", (Press("N", "I cleared both"),)),
    Step(
        "answer it, hand over a link, solve it",
        (
            Press("r", "Reply to #"),
            Press(ANSWER, words=True),
            Press("??", "A link that the customer can go on with"),
            Press("{enter}", "https://docs.harbour.example/", gone="A link that the customer"),
            Press("{ctrl-r}", "Enter sends"),
            Press("e", "waits in the outbox", gone="Before sending"),
        ),
    ),
    Step(
        "find a request outside the line, and say no by its rule",
        (
            Press("/", "Search"),
            Press("figma", "Need the form", gone="White page", words=True),
            Press("{enter}", "Esc goes back"),
            Press("{enter}", "#styling"),
            Press("S", "not covered"),
            Press("{enter}", "Declin"),
            Press(DECLINE, "draft saved", words=True),
            Press("{ctrl-r}", "Enter sends"),
            Press("{enter}", "waits in the outbox", gone="Before sending"),
            Press("{esc}{esc}", "▸Open"),
        ),
    ),
    Step(
        "log a phone call: who, what, how long, what was agreed; it becomes a ticket",
        (
            Press("P", "Who rang"),
            *says("Nadia Petrova +44 20 7946 0018", shows="What was it about"),
            *says("Her shop is slow since noon", shows="How long"),
            *says("6", shows="What was agreed"),
            *says("We measure it and call back at four", shows="And now"),
            Press("o", "The call is logged"),
        ),
    ),
    Step("a break, and back", (Press("wp", "A break"), Press("wp", "Back at work"))),
    Step(
        "take the next one; it needs engineering: what was tested, what was found, where it is written",
        (
            Press("N", r"\A #\d+ Benachrichtigungen"),
            Press("E", "what was tested"),
            *says("Sent five requests through the new server", shows="what was found"),
            *says("It refuses each with 550 sender not allowed", shows="Links to the evidence"),
            Press("{enter}", "Escalated"),
        ),
    ),
    Step(
        "take the next one; it has cost an afternoon before: go on for half an hour, with a sentence",
        (
            Press("N", r"\A #\d+ Webhook"),
            Press("wt", "Time on #"),
            *says("4 h", shows="For what"),
            *says("Reading both sides of the log", shows=r"4 h.*others ▲▲"),
            Press("r", "others"),
            Press("g", "Go on for how long"),
            Press("{enter}", "What will the next step show"),
            *says("Whether the new key reaches the CRM at all", shows="Reply to #"),
            Press("Guten Tag Herr Grünwald, ", "draft saved", words=True),
        ),
    ),
)
"""What is done before the console is killed, a text half written."""

AFTER_THE_CUT = (
    Step(
        "the power is cut and the console opened again: the shift goes on, and so does the text",
        (
            Press("", "left · "),
            Press("wb", "Since your last shift"),
            Press("{esc}", "▸Open"),
        ),
    ),
    Step(
        "the handover: each ticket that is still mine is passed on with a sentence, the text begun is kept",
        (
            Press("we", "Handover 6 to decide"),
            Press("m", "5 to decide"),
            Press("b", "to the queue: what comes next"),
            *says("The CRM has a new key; ask them to check it", shows="4 to decide"),
            Press("b", "to the queue: what comes next"),
            *says("Nobody has measured anything yet", shows="3 to decide"),
            Press("{enter}", "to whom"),
            *says("lena", shows="to lena: what comes next"),
            *says("Reproduced; the browser drops the cache", shows="2 to decide"),
            Press("b", "what comes next"),
            *says("She wants a date, not an apology", shows="1 to decide"),
            Press("m", "what comes next"),
            *says("I call her at four", shows="all decided"),
        ),
    ),
    Step(
        "end it: what it taught, which ticket deserves a document, the report",
        (
            Press("e", "What did this shift teach"),
            *says("White front pages come from the hero block", shows="deserves a document"),
            *says("White page", shows="Replies by hour"),
            Press("{esc}", "▸Open"),
            Press("q"),
        ),
    ),
)

STEPS = BEFORE_THE_CUT + AFTER_THE_CUT


def markdown() -> str:
    """The shift as a table for the README."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "| to be done | keys | pressed | typed |"
    yield "|---|---|---|---|"
    for step in STEPS:
        keys = " ".join(press.shown for press in step.presses if press.keys)
        yield f"| {step.what} | {keys} | {step.commands} | {step.letters or ''} |"
    commands, letters = sum(each.commands for each in STEPS), sum(each.letters for each in STEPS)
    yield f"| **in all** | | **{commands}** | **{letters:,}** |"
