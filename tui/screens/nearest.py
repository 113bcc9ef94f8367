"""A reply beside the earlier one that it resembles: what both have in common is marked in the margin and stands out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.types import CSSPathType

from tui.formatting.cells import Piece
from tui.formatting.common import in_common
from tui.formatting.times import full_moment
from tui.screens.dialogs import Dialog
from tui.widgets.line import Line
from tui.widgets.line_box import LineBox
from tui.writing import Earlier


class NearestScreen(Dialog[None]):
    """The text at the left, one earlier reply at the right; n shows the next one."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialogs.tcss", "nearest.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,tab,f5", "next", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(15)", show=False),
        Binding("pageup", "scroll(-15)", show=False),
        Binding("enter,q", "leave", show=False),
    ]

    def __init__(self, text: str, found: Sequence[Earlier], now: int) -> None:
        super().__init__()
        self._text = text
        self._found = found
        self._at = 0
        self.question = "Your reply, and the earlier one it resembles"
        more = f" · n next of {len(found)}" if len(found) > 1 else ""
        self.hint = f"= in both · ↑ ↓ scroll{more} · Esc leaves"

    def answers(self) -> ComposeResult:
        """Two columns."""
        yield Line(id="about")
        with Horizontal(id="pair"):
            yield LineBox(id="mine", ground="surface")
            yield LineBox(id="theirs", ground="surface")

    def on_mount(self) -> None:
        """Shows the nearest."""
        self._draw()

    def _draw(self) -> None:
        earlier = self._found[self._at]
        nearest, message = earlier.nearest, earlier.message
        agent = message.author.name or message.author.agent
        about: list[Piece] = [
            (f"{nearest.similarity:.0%} alike", "late"),
            (f" · the reply to #{nearest.ticket} by {agent}, {full_moment(message.sent_at)}", "muted"),
        ]
        self.query_one("#about", Line).show(about)
        mine, theirs = self._text, message.new_text
        self.query_one("#mine", LineBox).show(lambda cells: in_common(mine, theirs, cells))
        self.query_one("#theirs", LineBox).show(lambda cells: in_common(theirs, mine, cells))

    def action_next(self) -> None:
        """The next earlier reply, around again after the last."""
        self._at = (self._at + 1) % len(self._found)
        self._draw()

    def action_scroll(self, lines: int) -> None:
        """Scrolls both."""
        for box in self.query(LineBox):
            box.scroll_lines(lines)
