"""The tutor at work: shows one step in a strip, looks after each key and each change whether it is done, keeps the place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store import paths
from store.desk import conversation
from store.errors import StoreError
from tui.screens.base import DeskScreen
from tui.tutor.steps import STEPS, Seen, Step
from tui.tutor.strip import TutorStrip
from tui.widgets.status_line import StatusLine
from tui.worker import in_thread

if TYPE_CHECKING:
    from tui.app import HelptermApp

_KEY = re.compile(r"\{([\w.-]+)\}")
_TYPED = ("reply.", "tutor.")
"""Commands that are asked for while one types: of their keys one is named that is no letter."""


class Tutor:
    """Walks through `STEPS` from the one called `begin` on; `was_left` is true between leaving and going on."""

    def __init__(self, console: HelptermApp, begin: str = "") -> None:
        self._console = console
        self._at = next((at for at, step in enumerate(STEPS) if step.id == begin), 0)
        self._since = console.desk.last_change()
        self._ticket_before = 0
        self.was_left = False

    @property
    def step(self) -> Step | None:
        """What is to be done now; None at the end."""
        return STEPS[self._at] if self._at < len(STEPS) else None

    def heading(self) -> str:
        """Where one is: `Tutor 3/17: Take it`."""
        step = self.step
        return f"Tutor {self._at + 1}/{len(STEPS)}: {step.title}" if step else "Tutor: done"

    def text(self) -> str:
        """What to do, with the keys in force."""
        step = self.step
        return self._with_keys(
            step.text
            if step
            else "That was a day at the desk. Go on as you like; {quit} leaves, nothing here is kept."
        )

    def hint(self) -> str:
        """How to go past a step, and how to leave."""
        return self._with_keys("{tutor.skip} skips · {help.palette} Leave the tutor" if self.step else "")

    def _with_keys(self, text: str) -> str:
        keys = self._console.keys

        def key(match: re.Match[str]) -> str:
            from tui.commands.registry import by_id

            command = by_id()[match[1]]
            first = keys.first(command, typing=command.id.startswith(_TYPED) and command.while_typing)
            return first or f"{keys.first_of('help.palette')} “{command.title}”"

        return _KEY.sub(key, text)

    def begin(self) -> None:
        """Shows the strip on this screen; others show it when they come to the front."""
        self.was_left = False
        self._keep()
        self._console.place.call_after_refresh(self.came_up, self._console.place)

    def leave(self) -> None:
        """Takes the strip away; the place is kept."""
        self.was_left = True
        self.came_up(self._console.place)

    def came_up(self, screen: DeskScreen) -> None:
        """A screen stands in front, perhaps one that was made before: its strip says the present step."""
        strips = screen.query(TutorStrip)
        if self.was_left:
            strips.remove()
        elif not strips:
            screen.mount(TutorStrip(), before=screen.query_one(StatusLine))
        for strip in strips:
            strip.draw()

    def skip(self) -> None:
        """Goes on to the next step."""
        self._go_on()

    async def look(self) -> None:
        """Goes on as far as what is asked for has been done."""
        step = self.step
        if step is None or self.was_left:
            return
        desk = self._console.desk
        changes = await in_thread(conversation.changes_since, desk, self._since, desk.agent)
        if step is self.step and step.done(Seen(self._console, tuple(changes), self._ticket_before)):
            self._go_on()

    def _go_on(self) -> None:
        self._at = min(self._at + 1, len(STEPS))
        step = self.step
        if step is not None and step.lesson:
            self._since = self._console.desk.last_change()
        self._ticket_before = Seen(self._console, (), 0).ticket
        self._keep()
        self._draw()

    def _draw(self) -> None:
        for strip in self._console.place.query(TutorStrip):
            strip.draw()

    def _keep(self) -> None:
        """Remembers the lesson for `helpterm tutor`: a new desk can begin there."""
        lessons = [step.id for step in STEPS[: self._at + 1] if step.lesson]
        place = lessons[-1] if self.step else ""
        try:
            paths.write_atomically(paths.tutor_path(), place + "\n")
        except StoreError:
            self._console.say("The tutor cannot keep its place on this disk", "warning")
