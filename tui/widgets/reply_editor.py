"""The editor in which replies are written: soft wrap, marks of the gate beside and in the text, few bytes for each key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from store.text.inert import inert
from tui.themes import style
from tui.widgets.drawn import Drawn
from tui.widgets.reply_marks import SIGNS, Mark, Row, Tone, by_row, gravest, location_of, offset_of, shifted

MARGIN = 2
"""Columns beside the text that hold the sign of a line."""

PLACEHOLDER_LINES = 2
"""Lines that a placeholder takes at most."""

_IN_TEXT = {
    Tone.BLOCK: Style(bold=True, underline=True),
    Tone.WARN: Style(underline=True),
    Tone.OLD: Style(underline=True, dim=True),
    Tone.STOCK: Style(dim=True, italic=True),
}
_ROLES = {Tone.BLOCK: "urgent", Tone.WARN: "late", Tone.OLD: "muted", Tone.STOCK: "muted"}


class ReplyEditor(TextArea, Drawn):
    """A text area that repaints only the lines that changed.

    Textual repaints a whole text area at each key (12 kB on a wide terminal). Every reactive of it asks for that by
    `refresh()` without a region, so here that request waits until the key is dealt with, and then only the lines that
    come out different are sent. The widget therefore has no border or padding of its own.
    """

    DEFAULT_CSS = """
    ReplyEditor, ReplyEditor:focus { border: none; padding: 0; background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+j,shift+enter", "new_line", show=False)]

    class TakeawayWanted(Message):
        """`??` was typed; the two characters end at `at` (line, column)."""

        def __init__(self, at: tuple[int, int]) -> None:
            super().__init__()
            self.at = at

    def __init__(self, text: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        self._marks: tuple[Mark, ...] = ()
        self._rows: dict[int, list[Row]] = {}
        self._drawn: dict[int, Strip] = {}
        self._virtual_size_before = Size(0, 0)
        self._comparing = False
        super().__init__(
            text,
            tab_behavior="indent",
            highlight_cursor_line=False,
            placeholder=placeholder,
            max_checkpoints=500,
            id=id,
        )
        self.cursor_blink = False
        self.match_cursor_bracket = False

    @property
    def lines(self) -> Sequence[str]:
        """The text as lines."""
        return self.document.lines

    @property
    def cursor_offset_in_text(self) -> int:
        """Where the cursor stands, in code points from the start."""
        return offset_of(self.lines, self.cursor_location)

    def go_to(self, offset: int) -> None:
        """Puts the cursor at a position of the text and shows it."""
        self.move_cursor(location_of(self.lines, offset), center=True)

    def select_span(self, start: int, end: int) -> None:
        """Puts the cursor at `start` with everything up to `end` selected."""
        self.move_cursor(location_of(self.lines, end))
        self.move_cursor(location_of(self.lines, start), select=True, center=True)

    def put(self, text: str) -> None:
        """Inserts at the cursor, in place of what is selected; undo takes it back."""
        result = self.replace(text, *sorted(self.selection), maintain_selection_offset=False)
        self.move_cursor(result.end_location)

    def put_block(self, text: str) -> None:
        """Inserts whole lines at the cursor, an empty one behind them."""
        _, column = self.cursor_location
        self.put(("\n" if column else "") + text + "\n\n")

    def put_link(self, url: str, *, instead: int = 0) -> None:
        """A link behind the cursor, in place of `instead` characters before it: its sentence is still to be written."""
        row, column = self.cursor_location
        column = max(0, column - instead)
        ahead = self.document[row][self.cursor_location[1] :]
        gap = "" if not ahead or ahead[0].isspace() else " "
        self.replace(f" {url}{gap}", (row, column), self.cursor_location, maintain_selection_offset=False)
        self.move_cursor((row, column))

    def rewrite(self, text: str) -> None:
        """Another text altogether; unlike `load_text` it can be undone."""
        if text != self.text:
            self.history.checkpoint()
            self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
            self.history.checkpoint()

    # Marks

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Shows other marks; they point into the present text."""
        if tuple(marks) != self._marks:
            self._set_marks(tuple(marks))
            self.refresh()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks, where they are now."""
        return self._marks

    def _set_marks(self, marks: tuple[Mark, ...]) -> None:
        self._marks = marks
        self._rows = by_row(marks, self.lines)
        self._line_cache.clear()

    def edit(self, edit: Edit) -> EditResult:
        """Keeps the marks where their words are."""
        at = offset_of(self.lines, edit.top)
        result = super().edit(edit)
        if self._marks:
            self._set_marks(shifted(self._marks, at, len(result.replaced_text), len(edit.text)))
        return result

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        super()._undo_batch(edits)
        self._set_marks(())

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        super()._redo_batch(edits)
        self._set_marks(())

    # Drawing

    @property
    def gutter_width(self) -> int:
        """The margin for signs."""
        return MARGIN

    def get_line(self, line_index: int) -> Text:
        """A line with its marks; the text itself is never read as markup."""
        line = super().get_line(line_index)
        for first, last, tone in self._rows.get(line_index, ()):
            line.stylize(_IN_TEXT[tone], first, last)
        return line

    def render_line(self, y: int) -> Strip:
        """A line of the screen: the sign, then the text."""
        cells = max(0, self.size.width - MARGIN)
        if (
            y >= PLACEHOLDER_LINES and not self.text
        ):  # Textual would break the placeholder into lines for each of these
            text = Strip.blank(cells, self._theme.base_style)
        else:
            text = super().render_line(y).adjust_cell_length(cells)
        return Strip.join([Strip([self._sign(y + self.scroll_offset.y)], MARGIN), text])

    def _sign(self, y: int) -> Segment:
        """The sign of the gravest mark in this row of the screen."""
        tone = gravest(self._parts_in(y))
        if tone is None:
            return Segment(" " * MARGIN, style(self.app.theme, "muted"))
        return Segment(f"{SIGNS[tone]} ", style(self.app.theme, _ROLES[tone]))

    def _parts_in(self, y: int) -> list[Row]:
        document = self.wrapped_document
        if not self._rows or y >= document.height:
            return []
        line, first = document.offset_to_location(Offset(0, y))
        after = document.offset_to_location(Offset(0, y + 1)) if y + 1 < document.height else (line + 1, 0)
        last = after[1] if after[0] == line else len(self.document[line])
        return [part for part in self._rows.get(line, ()) if part[0] < last and part[1] > first]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Textual's line API; remembers what is on the screen from here on."""
        self._theme.apply_css(self)
        strips = [self.render_line(y) for y in crop.line_range]
        self._drawn.update(zip(crop.line_range, strips, strict=True))
        return self._finished(strips, crop, self.get_line_filters())

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Puts a repaint of the whole widget off until it is known which lines differ.

        A text that grew by a line asks for a layout, too; all that can come of it, a scroll bar, asks for its own.
        """
        if self.virtual_size != self._virtual_size_before:
            self._virtual_size_before = self.virtual_size
            layout = layout and not self._drawn
        if regions or layout or recompose or not repaint or not self._drawn:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if not self._comparing:
            self._comparing = True
            self.call_next(self._refresh_changed)
        return self

    def _refresh_changed(self) -> None:
        self._comparing = False
        self._theme.apply_css(self)
        width, height = self.size
        changed = [y for y in range(height) if self.render_line(y) != self._drawn.get(y)]
        if changed:
            super().refresh(*(Region(0, y, width, 1) for y in changed))

    # Keys

    async def _on_key(self, event: events.Key) -> None:
        """Types; and notices `??`."""
        await super()._on_key(event)
        if event.character == "?":
            row, column = self.cursor_location
            typed = self.document[row][:column]
            if typed.endswith("??") and not typed.endswith("???"):
                self.post_message(self.TakeawayWanted((row, column)))

    def action_new_line(self) -> None:
        """What some terminals and multiplexers send for Enter, or for Shift+Enter."""
        self.put("\n")

    async def _on_paste(self, event: events.Paste) -> None:
        """Pastes what a terminal cannot be fooled by."""
        event.prevent_default()
        event.stop()
        if text := inert(event.text):
            self.put(text)
