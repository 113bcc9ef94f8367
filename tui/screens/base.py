"""What every screen of the console has: a heading, the body, a line for messages, the footer. Keys belong to its `where`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.await_remove import AwaitRemove
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widget import Widget

from tui.commands.command import Where
from tui.commands.keys import Sequence_
from tui.formatting.cells import Piece
from tui.widgets.command_bar import CommandBar, PrefixHint
from tui.widgets.covered import Covered
from tui.widgets.line import Line
from tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from tui.app import HelptermApp
    from tui.commands.act import Act
    from tui.labels import Labelled

SMALLEST = (40, 10)
"""Columns and lines below which nothing useful fits."""

MADE_FOR = (80, 24)


class DeskScreen(Screen[None], Covered):
    """A room of the console. Subclasses say `where` they are and yield their widgets in `body`."""

    where: ClassVar[Where]
    AUTO_FOCUS = ""
    _too_small: Line | None = None
    _styled = ""
    """The theme whose colours the screen has."""

    @property
    def at_work(self) -> tuple[str, str]:
        """What colleagues see this agent do here: the id of a ticket (or nothing), and `reading` or `replying`."""
        return "", "reading"

    @property
    def console(self) -> HelptermApp:
        """The application, by its own type."""
        return cast("HelptermApp", self.app)

    @property
    def stands(self) -> bool:
        """Whether its widgets, and those in them, are there: not while it opens, nor once it closes."""
        return bool(self.children) and all(child.is_mounted for child in self.children)

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        self._styled = self.app.theme
        yield Line(id="heading")
        yield from self.body()
        if self.console.is_tutored:
            from tui.tutor.strip import TutorStrip

            yield TutorStrip()
        yield StatusLine()
        yield CommandBar(self.where)
        yield PrefixHint(self.where)

    def body(self) -> Iterable[Widget]:
        """The widgets between heading and message line."""
        raise NotImplementedError

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Spares the screen a second look at its style sheet, which had the first when it was made; tells where the agent is."""
        event.refresh_styles = event.refresh_styles and self._styled != self.app.theme
        self._styled = self.app.theme
        self.console.team.turned()
        for line in self.query(StatusLine):
            line.aside(self.console.team.line())  # a screen made ahead, or covered for long, has an old one
        if self.console.tutor is not None:
            self.console.tutor.came_up(self)

    def remove(self) -> AwaitRemove:
        """As of any widget; only that nothing beneath a screen moves when it goes, so nothing is laid out anew for that."""
        return self.app._prune(self)

    def head(self, left: Sequence[Piece], right: Sequence[Piece] = ()) -> None:
        """Fills the heading."""
        self.query_one("#heading", Line).show(left, right)

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """One line above the footer."""
        self.query_one(StatusLine).say(text, severity)

    def redraw_times(self) -> None:
        """Times are shown in another way from now on."""

    def hush(self) -> None:
        """Takes the message of the line above the footer away before its time."""
        self.query_one(StatusLine).hush()

    def show_prefix(self, pressed: Sequence_) -> None:
        """Shows at the foot what may follow a prefix."""
        hint = self.query_one(PrefixHint)
        if pressed or hint.display:
            hint.show(pressed)

    def on_resize(self, event: events.Resize) -> None:
        """Covers a screen on which nothing fits with one clear line; nothing is lost behind it."""
        columns, lines = event.size
        too_small = columns < SMALLEST[0] or lines < SMALLEST[1]
        if too_small or self._too_small is not None:
            self._say_too_small(too_small, f" {columns}×{lines} is too small: {SMALLEST[0]}×{SMALLEST[1]}")
        if columns < MADE_FOR[0] or lines < MADE_FOR[1]:
            self.say(f"{columns}×{lines} is small: helpterm is made for 80×24", "warning")

    def is_wide(self, columns: int, wide: int) -> bool:
        """True where panes stand side by side; never in the plain look, where a line is read from its beginning to its end."""
        return columns >= wide and not self.console.plain

    def _say_too_small(self, too_small: bool, text: str) -> None:
        if self._too_small is None:
            self._too_small = Line()
            self.mount(self._too_small)
        self.query_one(PrefixHint).show(())
        for widget in self.children:
            if isinstance(widget, PrefixHint):
                continue
            widget.display = too_small == (widget is self._too_small)
        self._too_small.show([(text, "text")])

    def show_team(self) -> None:
        """Shows who else is at work here now."""

    def targets(self) -> Sequence[int]:
        """The rows of the tickets on which a command acts; empty when there is none here."""
        return ()

    def labelled(self) -> Labelled | None:
        """What can be jumped to here by a label; None where there is nothing of the kind."""
        return None

    def move_lines(self, lines: int) -> None:
        """Moves the cursor or scrolls; a screen without a list does nothing."""

    def move_pages(self, pages: int) -> None:
        """Moves by screenfuls."""

    def move_to_top(self) -> None:
        """Goes to the first line."""

    def move_to_bottom(self) -> None:
        """Goes to the last line."""

    def back(self) -> None:
        """One step back: closes the screen."""
        self.console.pop_screen()

    async def refresh_shown(self, *, own: bool = False) -> None:
        """Shows the desk as it is now, after somebody changed it (`own`: this console did)."""

    async def acted(self, act: Act, numbers: Sequence[int]) -> None:
        """Something was done to the tickets at hand."""
