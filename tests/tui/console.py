"""What tests of the console share: an open console on a small desk, and waiting until it is idle without sleeping."""

from __future__ import annotations

from collections.abc import AsyncIterator
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

GUIDE = "https://docs.harbour.example/invoices/download"
GOOD = (
    "Hello Carla,\n\nI looked at your account: the invoice of March lies under Billing in the second row. "
    f"How to save it as a PDF, step by step: {GUIDE}\n\nAda"
)


@asynccontextmanager
async def opened(desk: Desk, size: tuple[int, int] = SMALL) -> AsyncIterator[Pilot[None]]:
    """The console, showing its queue."""
    app = HelptermApp(desk)
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        yield pilot


@asynccontextmanager
async def editing(
    desk: Desk, ticket: Ticket, text: str = "", size: tuple[int, int] = SMALL, rule: str = ""
) -> AsyncIterator[Pilot[None]]:
    """The console with the reply editor open; `text` is in it, judged."""
    async with opened(desk, size) as pilot:
        console(pilot).open_reply(ticket, rule)
        await idle(pilot)
        if text:
            editor(pilot).editor.put(text)
            await judged(pilot)
        yield pilot


async def idle(pilot: Pilot[None]) -> None:
    """Waits until no command and no question to the gate is under way; a dialog that was opened may still be open."""
    app = console(pilot)
    await pilot.pause()
    while app._holds or app._held or any(each.group == "gate" for each in app.workers):
        await pilot.pause(0.001)
    await pilot.pause()


async def judged(pilot: Pilot[None]) -> None:
    """Asks the gate without waiting for a pause in typing."""
    await pilot.pause()
    editor(pilot).judging.now()
    await idle(pilot)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Presses keys, waiting after each."""
    for key in keys:
        await pilot.press(key)
        await idle(pilot)


def fill(pilot: Pilot[None], text: str) -> None:
    """Types into the field of one line that has the focus."""
    field = pilot.app.screen.focused
    assert isinstance(field, Input)
    field.value = text


async def until(pilot: Pilot[None], what: object) -> None:
    """Waits until something is so; fails when the console is idle and it still is not."""
    assert callable(what)
    for _ in range(200):
        if what():
            return
        await pilot.pause(0.01)
    raise AssertionError("it never happened")


def console(pilot: Pilot[None]) -> HelptermApp:
    """The application, by its own type."""
    assert isinstance(pilot.app, HelptermApp)
    return pilot.app


def editor(pilot: Pilot[None]) -> ReplyScreen:
    """The reply editor, beneath whatever covers it."""
    return next(screen for screen in reversed(pilot.app.screen_stack) if isinstance(screen, ReplyScreen))


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
