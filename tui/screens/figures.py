"""Figures to look at: waiting times, one's own week, the hours in which tickets come in; as pictures or as tables."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widget import Widget

from store.database.stopping import Stopped
from store.desk import Desk
from store.reports import figures as figures_of
from tui.commands.command import Where
from tui.formatting import figures as lines
from tui.formatting.cells import Piece
from tui.formatting.wrapping import wrapped
from tui.screens.base import DeskScreen
from tui.widgets.bar_chart import SHADED, SOLID, BarChart, Series
from tui.widgets.line import Line
from tui.widgets.line_box import LineBox
from tui.widgets.status_line import StatusLine
from tui.worker import in_thread

ROOMY = (100, 30)
"""Columns and lines from which all figures are in sight."""


class Figure(Vertical):
    """A title, the picture or the table, and what they say in a sentence. Subclasses know one figure."""

    title: ClassVar[Sequence[Piece]] = ()

    def __init__(self, id: str) -> None:
        super().__init__(id=id, classes="figure")
        self.figure: Any = None
        self.as_table = False

    def compose(self) -> ComposeResult:
        """Title, picture, table, sentence; one of the two in the middle is shown."""
        title = Line()
        title.ground = "background"
        title.show(self.title)
        yield title
        yield self.picture()
        yield LineBox().add_class("table")
        yield LineBox().add_class("said")

    def on_mount(self) -> None:
        """Nothing is known yet, and that is said."""
        self._say("Reading …")
        self.show_as(table=self.as_table)

    @staticmethod
    def reads(desk: Desk, stop: threading.Event | None = None) -> object:
        """Gets the figure. Runs in a thread."""
        raise NotImplementedError

    def picture(self) -> Widget:
        """What is to be looked at."""
        raise NotImplementedError

    def draw(self) -> None:
        """Fills the picture."""
        raise NotImplementedError

    def table(self, cells: int) -> lines.Lines:
        """The figure in rows."""
        raise NotImplementedError

    def sentence(self) -> str:
        """The figure in words."""
        raise NotImplementedError

    def show(self, figure: object) -> None:
        """Shows a figure that was read."""
        self.figure = figure
        self.draw()
        self.rows.show(self.table, keep=True)
        self._say(self.sentence())

    def failed(self) -> None:
        """Says that there is no figure, so that it does not look like an empty one."""
        self._say("Not read: r tries again.")

    def show_as(self, *, table: bool) -> None:
        """Shows the table in place of the picture, or the other way round."""
        self.as_table = table
        self.query_one(".picture").display = not table
        self.rows.display = table

    @property
    def rows(self) -> LineBox:
        """The table."""
        return self.query_one(".table", LineBox)

    @property
    def said(self) -> str:
        """The sentence below."""
        return self.query_one(".said", LineBox).text

    def _say(self, text: str) -> None:
        self.query_one(".said", LineBox).show(
            lambda cells: [[(each, "muted")] for each in wrapped(text, max(cells, 8))]
        )


class WaitingFigure(Figure):
    """How long customers wait now; the late ones shaded."""

    title = (
        ("Waiting now   ", "title"),
        ("█", "accent"),
        (" in time  ", "muted"),
        ("▒", "warn"),
        (" late", "muted"),
    )
    reads = staticmethod(figures_of.waiting)

    def picture(self) -> Widget:
        """Bars."""
        return BarChart(stacked=True).add_class("picture")

    def draw(self) -> None:
        """A bar for each stretch of time."""
        figure: figures_of.Waiting = self.figure
        self.query_one(BarChart).show(
            lines.stretches(), Series(figure.counts, SOLID, "accent"), Series(figure.late, SHADED, "warn")
        )

    def table(self, cells: int) -> lines.Lines:
        """The same in rows."""
        return lines.waiting_table(self.figure)

    def sentence(self) -> str:
        """Median and longest."""
        return lines.waiting_in_words(self.figure)


class WeekFigure(Figure):
    """What the agent did in the last seven days."""

    title = (
        ("Your week   ", "title"),
        ("█", "accent"),
        (" replies  ", "muted"),
        ("▒", "good"),
        (" solved", "muted"),
    )
    reads = staticmethod(figures_of.week)

    def picture(self) -> Widget:
        """Bars."""
        return BarChart().add_class("picture")

    def draw(self) -> None:
        """Two bars for each day."""
        days: tuple[figures_of.Day, ...] = self.figure
        self.query_one(BarChart).show(
            [*map(lines.weekday, days[:-1]), "today"],
            Series(tuple(day.replies for day in days), SOLID, "accent"),
            Series(tuple(day.solved for day in days), SHADED, "good"),
        )

    def table(self, cells: int) -> lines.Lines:
        """The same in rows, with the time on tickets."""
        return lines.week_table(self.figure)

    def sentence(self) -> str:
        """The sums."""
        return lines.week_in_words(self.figure)


class ArrivalsFigure(Figure):
    """When tickets come in."""

    title = (("New tickets by hour and day", "title"),)
    reads = staticmethod(figures_of.arrivals)

    def picture(self) -> Widget:
        """A map of shades."""
        return LineBox().add_class("picture")

    def draw(self) -> None:
        """A line for each weekday."""
        self.query_one(".picture", LineBox).show(lambda cells: lines.hour_map(self.figure, cells))

    def table(self, cells: int) -> lines.Lines:
        """The same in rows."""
        return lines.arrivals_table(self.figure, cells)

    def sentence(self) -> str:
        """The busiest hour and day."""
        return lines.arrivals_in_words(self.figure)


class FiguresScreen(DeskScreen):
    """Reads the figures one after the other, the quickest first; leaving stops what is still being read."""

    where = Where.FIGURES
    CSS_PATH = "figures.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()
        self._at = 0

    def body(self) -> Iterable[Widget]:
        """The figures."""
        with Container(id="figures"):
            yield WaitingFigure("waiting")
            yield WeekFigure("week")
            yield ArrivalsFigure("arrivals")

    @property
    def figures(self) -> list[Figure]:
        """All of them, in the order in which they are shown."""
        return list(self.query(Figure))

    @property
    def here(self) -> Figure:
        """The one in sight where there is no room for all."""
        return self.figures[self._at]

    @property
    def shows_all(self) -> bool:
        """True where there is room for all of them."""
        return self.has_class("-all")

    def on_mount(self) -> None:
        """Begins to read; the plain look begins with the tables."""
        self._go_to(0)
        if self.console.plain:
            self.toggle_tables()
        self.read()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._stop.set()

    def on_resize(self, event: events.Resize) -> None:
        """Shows all figures where there is room."""
        super().on_resize(event)
        roomy = self.is_wide(event.size.width, ROOMY[0]) and event.size.height >= ROOMY[1]
        self.set_class(roomy, "-all")
        self._draw_head()

    def read(self) -> None:
        """Reads everything anew."""
        self._stop.set()
        self._stop = threading.Event()
        self.console.start(self._read(self._stop))

    async def _read(self, stop: threading.Event) -> None:
        """The quickest first: the hours look at every ticket once."""
        self.query_one(StatusLine).stand((" Reading the figures … Esc stops and goes back", "muted"))
        for figure in self.figures:
            try:
                found = await in_thread(figure.reads, self.console.desk, stop)
            except Stopped:
                return
            except Exception:
                figure.failed()
                raise
            if stop.is_set() or not self._is_whole:
                return
            figure.show(found)
        self.query_one(StatusLine).stand()

    @property
    def _is_whole(self) -> bool:
        """False once the screen is being taken down: what was read meanwhile has no place any more."""
        return self.is_running and all(figure.is_attached and figure.query("*") for figure in self.figures)

    def _draw_head(self) -> None:
        here = "" if self.shows_all else f"  {self._at + 1} of {len(self.figures)}"
        self.head([(" Figures", "title"), (here, "muted")], [(f" {self.console.desk.agent} ", "text")])

    def go_on(self) -> None:
        """Shows the next figure."""
        self._go_to((self._at + 1) % len(self.figures))

    def _go_to(self, place: int) -> None:
        self._at = place
        for at, figure in enumerate(self.figures):
            figure.set_class(at == place, "-here")
        self._draw_head()

    def toggle_tables(self) -> None:
        """Tables in place of pictures, or back."""
        table = not self.here.as_table
        for figure in self.figures:
            figure.show_as(table=table)

    @property
    def _in_sight(self) -> list[Figure]:
        return self.figures if self.shows_all else [self.here]

    def move_lines(self, lines: int) -> None:
        """Scrolls the tables in sight."""
        for figure in self._in_sight:
            figure.rows.scroll_lines(lines)

    def move_pages(self, pages: int) -> None:
        """Scrolls the tables in sight by screenfuls."""
        for figure in self._in_sight:
            figure.rows.scroll_pages(pages)

    def move_to_top(self) -> None:
        """The first row."""
        for figure in self._in_sight:
            figure.rows.scroll_into_sight(0)

    def move_to_bottom(self) -> None:
        """The last row."""
        for figure in self._in_sight:
            figure.rows.scroll_lines(figure.rows.hidden_below)
