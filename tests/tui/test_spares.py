"""Screens that are made ahead show what a fresh one shows, and opening one draws it once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from textual._compositor import Compositor
from textual.pilot import Pilot

from store.desk import Desk
from store.errors import NotFound
from tests.conftest import ask
from tests.tui.console import console, opened, settled, shown, until
from tests.tui.queue_desk import fill_desk, hit, open_ticket_of
from tui import lookout, spares
from tui.screens.reply import ReplyScreen
from tui.screens.ticket import TicketScreen


@asynccontextmanager
async def _ready(desk: Desk, size: tuple[int, int] = (140, 40)) -> AsyncIterator[Pilot[None]]:
    """The console, both kinds of screens made ahead."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookout, "SETTLING_SECONDS", 0.001)
        patch.setattr(spares, "IDLE_SECONDS", 0.001)
        async with _made(desk, size) as pilot:
            yield pilot


@asynccontextmanager
async def _made(desk: Desk, size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
    async with opened(desk, size) as pilot:
        ready = console(pilot).spares
        await until(pilot, lambda: ready.has(TicketScreen))
        ready.keep("tui.screens.reply", "ReplyScreen")
        await until(pilot, lambda: ready.has(ReplyScreen))
        yield pilot


@contextmanager
def _pictures(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every whole picture that is drawn inside."""
    drawn: list[str] = []
    draw = Compositor.render_full_update

    def counted(self: Compositor, simplify: bool = False) -> object:
        drawn.append(type(self.root).__name__)
        return draw(self, simplify)

    with monkeypatch.context() as patch:
        patch.setattr(Compositor, "render_full_update", counted)
        yield drawn


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_ticket_on_a_screen_made_ahead_looks_as_on_a_fresh_one(
    desk: Desk, size: tuple[int, int]
) -> None:
    fill_desk(desk, 5)
    async with opened(desk, size) as pilot:
        await hit(pilot, "j enter")
        fresh = shown(pilot)
    async with _ready(desk, size) as pilot:
        await hit(pilot, "j enter")
        assert shown(pilot) == fresh


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_the_editor_made_ahead_looks_as_a_fresh_one(desk: Desk, size: tuple[int, int]) -> None:
    fill_desk(desk, 5)
    async with opened(desk, size) as pilot:
        await hit(pilot, "r")
        await until(pilot, lambda: "own words" in shown(pilot))
        fresh = shown(pilot)
    async with _ready(desk, size) as pilot:
        await hit(pilot, "r")
        await until(pilot, lambda: shown(pilot) == fresh)


async def test_a_screen_made_ahead_fits_a_window_that_changed_meanwhile(desk: Desk) -> None:
    fill_desk(desk, 5)
    async with opened(desk, (80, 24)) as pilot:
        await hit(pilot, "enter")
        fresh = shown(pilot)
    async with _ready(desk, (140, 40)) as pilot:
        await pilot.resize_terminal(80, 24)
        await hit(pilot, "enter")
        assert shown(pilot) == fresh


async def test_each_opening_takes_a_screen_of_its_own(desk: Desk) -> None:
    fill_desk(desk, 5)
    async with _ready(desk) as pilot:
        await hit(pilot, "enter")
        first = open_ticket_of(pilot)
        await until(pilot, lambda: console(pilot).spares.has(TicketScreen))
        await hit(pilot, "escape j enter")
        second = open_ticket_of(pilot)
        assert second is not first
        assert second.opened.ticket.number != first.opened.ticket.number


async def test_the_text_of_one_reply_is_never_in_the_next_one(desk: Desk) -> None:
    ask(desk, "First", email="a@customer.example")
    ask(desk, "Second", email="b@customer.example")
    async with _ready(desk) as pilot:
        await hit(pilot, "r")
        assert isinstance(editor := pilot.app.screen, ReplyScreen)
        await hit(pilot, "S e c r e t")
        assert editor.editor.text == "Secret"
        await hit(pilot, "escape j")
        await until(pilot, lambda: console(pilot).spares.has(ReplyScreen))
        await hit(pilot, "r")
        assert isinstance(other := pilot.app.screen, ReplyScreen)
        assert other.editor.text == ""
        assert other.targets() != editor.targets()


async def test_a_ticket_that_cannot_be_answered_is_one_line_and_the_next_one_opens(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_desk(desk, 5)
    async with _ready(desk) as pilot:

        def fails(*_: object) -> None:
            raise NotFound("this ticket is gone", "choose another one")

        with monkeypatch.context() as patch:
            patch.setattr("tui.screens.reply.begin", fails)
            await hit(pilot, "r")
        assert "this ticket is gone" in shown(pilot)
        assert not isinstance(pilot.app.screen, ReplyScreen)
        await until(pilot, lambda: console(pilot).spares.has(ReplyScreen))
        await hit(pilot, "j r")
        assert isinstance(pilot.app.screen, ReplyScreen)


async def test_opening_a_ticket_draws_one_picture(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_desk(desk, 5)
    async with _ready(desk) as pilot:
        with _pictures(monkeypatch) as drawn:
            await hit(pilot, "enter")
        assert drawn == ["TicketScreen"]


async def test_opening_the_editor_draws_one_picture(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_desk(desk, 5)
    async with _ready(desk) as pilot:
        with _pictures(monkeypatch) as drawn:
            await hit(pilot, "r")
            await settled(pilot)
        assert drawn == ["ReplyScreen"]


async def test_nothing_is_made_until_the_keys_rest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_desk(desk, 5)
    clock = [100.0]
    monkeypatch.setattr(spares, "monotonic", lambda: clock[0])
    async with opened(desk) as pilot:
        ready = console(pilot).spares
        await hit(pilot, "j")
        with monkeypatch.context() as patch:
            patch.setattr(spares, "IDLE_SECONDS", 0.001)
            ready.keep("tui.screens.ticket", "TicketScreen")
            for _ in range(10):
                await pilot.pause(0.002)
            assert not ready.has(TicketScreen)
            clock[0] += 1
            await until(pilot, lambda: ready.has(TicketScreen))
