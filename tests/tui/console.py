"""What tests of the console share: an open console on a small desk, and waiting until it is idle without sleeping."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Input

from store.desk import Desk, drafts, outbox, takeaways, tickets
from store.desk.documents import documents
from store.model import Product, Ticket
from tests.conftest import ask
from tui.app import HelptermApp
from tui.screens.reply import ReplyScreen
from tui.widgets.status_line import StatusLine

SMALL, LARGE = (80, 24), (140, 45)
PATIENCE_SECONDS = 20.0

GUIDE = "https://docs.harbour.example/invoices/download"
GOOD = (
    "Hello Carla,\n\nI looked at your account: the invoice of March lies under Billing in the second row. "
    f"How to save it as a PDF, step by step: {GUIDE}\n\nAda"
)


@asynccontextmanager
async def opened(desk: Desk, size: tuple[int, int] = SMALL) -> AsyncIterator[Pilot[None]]:
    """The console on its queue, idle."""
    app = HelptermApp(desk)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield pilot


@asynccontextmanager
async def editing(
    desk: Desk, ticket: Ticket, text: str = "", size: tuple[int, int] = SMALL, rule: str = ""
) -> AsyncIterator[Pilot[None]]:
    """The console with the reply editor open; `text` is in it, judged."""
    async with opened(desk, size) as pilot:
        console(pilot).open_reply(ticket, rule)
        await settled(pilot)
        if text:
            editor(pilot).editor.put(text)
            await judged(pilot)
        yield pilot


async def settled(pilot: Pilot[None]) -> None:
    """Waits until nothing is under way any more; a dialog that was opened may still be open."""
    await pilot.pause()
    while not console(pilot).is_idle:
        await pilot.pause(0.001)
    await pilot.pause()
    if not console(pilot).is_idle:
        await settled(pilot)


async def judged(pilot: Pilot[None]) -> None:
    """Asks the gate without waiting for a pause in typing."""
    await pilot.pause()
    editor(pilot).judging.now()
    await settled(pilot)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Presses keys, waiting after each."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def fill(pilot: Pilot[None], text: str) -> None:
    """Types into the field of one line that has the focus."""
    field = pilot.app.screen.focused
    assert isinstance(field, Input)
    field.value = text


async def enter(pilot: Pilot[None], text: str) -> None:
    """Types into the question that is asked, and Enter."""
    await until(pilot, lambda: isinstance(pilot.app.screen.focused, Input))
    fill(pilot, text)
    await press(pilot, "enter")


async def until(pilot: Pilot[None], what: Callable[[], object]) -> None:
    """Waits until something is so; fails with what is shown when it does not come to that."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < limit, f"it never came:\n{shown(pilot)}"
        await pilot.pause(0.01)


def console(pilot: Pilot[None]) -> HelptermApp:
    """The application, by its own type."""
    assert isinstance(pilot.app, HelptermApp)
    return pilot.app


def editor(pilot: Pilot[None]) -> ReplyScreen:
    """The reply editor, beneath whatever covers it."""
    return next(screen for screen in reversed(pilot.app.screen_stack) if isinstance(screen, ReplyScreen))


def shown(pilot: Pilot[None]) -> str:
    """The whole screen as text."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def said(pilot: Pilot[None]) -> str:
    """The line above the footer."""
    return console(pilot).place.query_one(StatusLine).text.strip()


def kept(desk: Desk, ticket: Ticket) -> str:
    """The draft as it lies on the disk, once everything queued before is written."""
    desk.change(lambda tx: None)
    draft = drafts.load(desk, ticket)
    return draft.text if draft is not None else ""


def queued(desk: Desk) -> list[str]:
    """The replies on their way out."""
    return [each.message.body for each in outbox.outgoing(desk)]


def status_of(desk: Desk, ticket: Ticket) -> str:
    """The ticket's status now."""
    return str(tickets.ticket(desk, ticket.number).status)


def invoice_ticket(desk: Desk, **fields: object) -> Ticket:
    """A question with a page in the knowledge base that answers it; `fields` are of its ticket."""
    if not documents(desk.read(), Product):
        desk.change(
            lambda tx: tx.put(Product("p1", "Harbour", signature="Harbour, a calm home for your site"))
        )
    takeaways.add(desk, GUIDE, title="Download an invoice as a PDF", product="Harbour", language="en")
    takeaways.add(
        desk, "https://docs.harbour.example/plans/change", title="Change your plan", product="Harbour"
    )
    body = "Hello,\n\nwhere do I find the invoice of March? I cannot download it in my account.\n\nCarla"
    return ask(desk, "Where is my invoice?", body, product="Harbour", language="en", **fields)
