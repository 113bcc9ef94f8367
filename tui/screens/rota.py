"""The rota: who is on when, which busy hours nobody covers, and who has not taken a turn yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from textual.widget import Widget

from store.desk import Desk
from store.desk.documents import documents
from store.model import Agent
from store.shifts import calendars, coverage, rota
from store.shifts.zones import to_local, to_utc, zone, zone_name
from tui.commands.command import Where
from tui.formatting import rota as rota_lines
from tui.formatting.cells import Piece
from tui.formatting.rota import Week
from tui.screens.base import DeskScreen
from tui.screens.dialogs import Choice, Confirm, Pick, Say
from tui.widgets.line_box import LineBox
from tui.worker import change, in_thread

EVERY_WEEK = {
    "once": "",
    "every week": "FREQ=WEEKLY",
    "Monday to Friday": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "every other week": "FREQ=WEEKLY;INTERVAL=2",
    "every day": "FREQ=DAILY",
}


class Page(StrEnum):
    """What the screen shows of a week."""

    WEEK = "Week"
    COVERAGE = "Coverage"
    TURNS = "Turns"


class RotaScreen(DeskScreen):
    """One week on three pages."""

    where = Where.ROTA
    CSS_PATH = "paper.tcss"

    def __init__(self, page: Page = Page.WEEK) -> None:
        super().__init__()
        self.page = page
        self.own_zones = False
        self._weeks = 0
        self._week: Week | None = None

    def body(self) -> Iterable[Widget]:
        """The lines."""
        yield LineBox(id="paper", can_focus=True)

    @property
    def paper(self) -> LineBox:
        """What is to be read."""
        return self.query_one(LineBox)

    async def on_mount(self) -> None:
        """Reads this week."""
        self.set_focus(self.paper)
        await self._read()

    async def _read(self) -> None:
        self._week = await in_thread(read_week, self.console.desk, self._weeks)
        self._draw(keep=False)

    def _draw(self, *, keep: bool) -> None:
        week = self._week
        if week is None:
            return
        left: list[Piece] = []
        for page in Page:
            here = page is self.page
            left.append((f"{'▸' if here else ' '}{page} ", "title" if here else "muted"))
        sunday = week.days[-1]
        zones = "each in their own zone" if self.own_zones and self.page is Page.WEEK else week.coverage.zone
        left.append((f" {week.monday:%-d %b} to {sunday:%-d %b %Y} · {zones}", "text"))
        self.head(left, [(f" {self.console.desk.agent} ", "text")])
        self.paper.show(self._lines, keep=keep)

    def _lines(self, cells: int) -> rota_lines.Lines:
        week = self._week
        if week is None:
            return []
        if self.page is Page.WEEK:
            return rota_lines.by_person(week, cells, own_zones=self.own_zones)
        return (
            rota_lines.coverage(week, cells) if self.page is Page.COVERAGE else rota_lines.turns(week, cells)
        )

    def turn_to(self, page: Page) -> None:
        """Another page."""
        self.page = page
        self._draw(keep=False)

    def next_page(self) -> None:
        """The pages in turn."""
        pages = list(Page)
        self.turn_to(pages[(pages.index(self.page) + 1) % len(pages)])

    async def move_weeks(self, weeks: int) -> None:
        """Some weeks on or back; 0 goes to this one."""
        self._weeks = self._weeks + weeks if weeks else 0
        await self._read()

    def toggle_zones(self) -> None:
        """Hours in the zone of the desk, or each person's in their own."""
        self.own_zones = not self.own_zones
        self.page = Page.WEEK
        self._draw(keep=True)

    async def put_on(self) -> None:
        """Asks for a turn: who, from when, how long, how often."""
        console = self.console
        people = await in_thread(lambda: documents(console.desk.read(), Agent))
        who = await console.ask(
            Pick(
                "Who takes the turn?",
                [Choice(each.name, each.name, remark=each.full_name) for each in people],
            )
        )
        if who is None:
            return
        where = zone_name(console.desk.config.shift.zone)
        starts = await console.ask(
            Say(
                f"{who} begins when? A day and a time ({where}); another zone may stand behind it",
                lambda text: rota.spoken_start(text, where),
                shown=lambda found: f"{found[0]:%a %-d %b %Y %H:%M} in {found[1]}",
                text=f"{self._week.monday if self._week else ''} 09:00",
                example="2026-03-02 09:00 · 2026-03-02 09:00 Asia/Tokyo",
            )
        )
        if starts is None:
            return
        from tui.screens.shift_questions import length

        took = await length(console, "How long?", "5.5 h")
        if took is None:
            return
        rule = await console.ask(Pick("How often?", [Choice(each, each) for each in EVERY_WEEK]))
        if rule is None:
            return
        local, where = starts
        turn = await change(
            rota.add,
            console.desk,
            who,
            local.isoformat(timespec="minutes"),
            took / 60,
            zone=where,
            rule=EVERY_WEEK[rule],
        )
        await self._read()
        self.say(f"On the rota: {turn.agent} from {local:%a %-d %b %H:%M}, {rule}")
        await self._warn(turn.agent)

    async def take_off(self) -> None:
        """Asks which turn is taken off."""
        console = self.console
        found = await in_thread(rota.turns, console.desk)
        choices = [
            Choice(f"{each.agent}  {each.starts.replace('T', ' ')}", each, remark=f"{each.zone} {each.rule}")
            for each in found
        ]
        gone = await console.ask(Pick("Which turn is taken off the rota?", choices))
        if gone is not None:
            await change(rota.remove, console.desk, gone.id)
            await self._read()
            self.say(f"Off the rota: {gone.agent}, {gone.starts.replace('T', ' ')}")

    async def take_in(self) -> None:
        """Asks for a calendar and takes its turns, or its whole days as holidays."""
        console = self.console
        path = await console.ask(
            Say("Which iCalendar file?", lambda text: Path(text).expanduser(), example="~/rota.ics")
        )
        if path is None:
            return
        what = await console.ask(
            Pick("What is in it?", [Choice("turns of the team", "turns"), Choice("holidays", "holidays")])
        )
        if what is None:
            return
        take = calendars.import_rota if what == "turns" else calendars.import_holidays
        done = await change(take, console.desk, path)
        await self._read()
        said = f"{done.events} events, {done.changed} new or changed"
        if done.left_out:
            name, why = done.left_out[0]
            self.say(f"{said}, {len(done.left_out)} left out: {name}: {why}", "warning")
        else:
            self.say(said)

    async def give_out(self) -> None:
        """Asks where to, and writes the rota as a calendar."""
        path = await self.console.ask(
            Say("Write the rota to which file?", lambda text: Path(text).expanduser(), text="rota.ics")
        )
        if path is None:
            return
        if path.exists():
            over = await self.console.ask(Confirm(f"{path} is there already", "Write over it"))
            if not over:
                return
        await in_thread(calendars.write_rota, self.console.desk, path)
        self.say(f"Written: {path}")

    async def _warn(self, agent: str) -> None:
        week = self._week
        if week is not None:
            overlapping = rota.overlaps([each for each in week.stretches if each.turn.agent == agent])
            said = rota_lines.conflict(overlapping, week.coverage.zone)
            if said:
                self.say(said, "warning")

    def move_lines(self, lines: int) -> None:
        """Scrolls."""
        self.paper.scroll_lines(lines)

    def move_pages(self, pages: int) -> None:
        """Scrolls by screenfuls."""
        self.paper.scroll_pages(pages)

    def move_to_top(self) -> None:
        """The first line."""
        self.paper.scroll_into_sight(0)

    def move_to_bottom(self) -> None:
        """The last line."""
        self.paper.scroll_lines(self.paper.hidden_below)

    async def refresh_shown(self, *, own: bool = False) -> None:
        """Shows what colleagues changed."""
        self._week = await in_thread(read_week, self.console.desk, self._weeks)
        self._draw(keep=True)


def read_week(desk: Desk, ahead: int) -> Week:
    """The week that lies so many weeks ahead of this one; runs in a thread."""
    where = zone_name(desk.config.shift.zone)
    start, _ = coverage.week_of(desk.now(), where)
    monday = to_local(start, zone(where)).date() + timedelta(weeks=ahead)
    at = to_utc(datetime.combine(monday, datetime.min.time()), zone(where))
    begins, ends = coverage.week_of(at, where)
    return Week(
        monday,
        tuple(rota.stretches(rota.turns(desk), begins, ends)),
        coverage.coverage(desk, at, where),
        tuple(coverage.whose_turn(desk)),
        desk.now(),
    )
