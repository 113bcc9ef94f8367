"""How the console looks: pictures of each of its screens at two sizes, and of the main ones in every look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from store.desk import Desk, messages, tickets
from store.desk.ids import derived_id
from store.desk.transaction import NewMessage, customer_for
from store.model import Attachment, Author, Delivery, Kind, Priority, Product, Status
from tests.conftest import DAY, HOUR, MINUTE
from tests.tui.console import settled
from tests.tui.pictures import EACH_SIZE
from tui.app import HelptermApp

pytestmark = pytest.mark.usefixtures("utc")


_TICKETS = (
    ("Invoice is wrong again", "Zoë Müller", Priority.URGENT, Status.OPEN, 3 * HOUR, "ada", ("billing",)),
    ("Uygulama açılmıyor, İstanbul'dan", "Çağla Ünal", Priority.HIGH, Status.NEW, 9 * HOUR, "", ()),
    (
        "Anmeldung schlägt nach dem Update fehl",
        "Jörg Weiß",
        Priority.NORMAL,
        Status.OPEN,
        2 * DAY,
        "ben",
        ("login",),
    ),
    ("件名: ログインできません", "山田 太郎", Priority.NORMAL, Status.NEW, 5 * HOUR, "", ()),
    (
        "[bold red]URGENT[/] wire 👍🏽 money",
        "مريم حداد",
        Priority.NORMAL,
        Status.NEW,
        HOUR,
        "",
        ("suspicious",),
    ),
    (
        "¿Cómo exporto mis notas con sus adjuntos y sus nombres originales?",
        "José Ñandú",
        Priority.LOW,
        Status.OPEN,
        DAY,
        "ada",
        (),
    ),
    ("Waiting for the log", "Bob", Priority.NORMAL, Status.PENDING, 4 * DAY, "ada", ("needs-log",)),
    ("Merci !", "Anne-Laure Lefèvre", Priority.LOW, Status.SOLVED, 6 * DAY, "ada", ()),
)
_BODY = (
    "Hello,\n\nthe invoice of March shows two seats, but we have one:\n\n    seats   2\n    price   48 €\n\n"
    "It is this one: https://pay.example/invoices/2026-03?seat=2\n\nBest regards\nZoë\n\n-- \nZoë Müller\n\n"
    "> On Monday you wrote:\n> we have corrected it\n"
)
_FOLDS = (
    (_BODY.index("-- "), _BODY.index("> On"), "signature"),
    (_BODY.index("> On"), len(_BODY), "quote"),
)


@pytest.fixture
def pictured(desk: Desk) -> Desk:
    """A small desk that is the same in every run."""
    now = desk.now()

    def job(tx: Any) -> None:
        tx.put(Product("p1", "Notes"))
        for at, (subject, name, priority, status, age, assignee, tags) in enumerate(_TICKETS):
            email = f"customer{at % 6}@example.org"
            number = tx.create_ticket(
                subject=subject,
                customer=customer_for(email, name),
                priority=priority,
                status=status,
                assignee=assignee,
                product="Notes",
                language="en",
                created_at=now - age,
                ticket_id=derived_id("picture", str(at)),
            )
            for tag in tags:
                tx.set(number, f"tag:{tag}", True)
            files = (Attachment("invoice.pdf", "application/pdf", 48_213, "x", 0),)
            tx.add_message(
                number,
                NewMessage(
                    derived_id("m", str(at)),
                    Kind.INBOUND,
                    Author(name, email),
                    now - age,
                    _BODY,
                    _FOLDS,
                    attachments=files,
                ),
            )
        reply = NewMessage(
            derived_id("r"),
            Kind.REPLY,
            Author("Ada", "", "ada"),
            now - 5 * HOUR,
            "Corrected, see https://docs.example/seats",
            delivery=Delivery.FAILED,
        )
        tx.add_message(1, reply)

    desk.change(job)
    messages.note(desk, tickets.ticket(desk, 1), "Billing says: two seats since February.")
    tickets.snooze(desk, [6], now + 20 * MINUTE)
    return desk


@pytest.fixture
def looks(snap_compare: Any) -> Callable[..., bool]:
    """Compares what the console shows after some keys with the picture that was accepted."""

    def compare(desk: Desk, keys: str = "", size: tuple[int, int] = (80, 24)) -> bool:
        async def press(pilot: Pilot[None]) -> None:
            await settled(pilot)
            for key in keys.split():
                await pilot.press(key)
                await settled(pilot)

        before: Callable[[Pilot[None]], Awaitable[None]] = press
        app = HelptermApp(desk)
        app.lookout.is_looking = (
            True  # its first look at the desk would come sooner or later, as the machine is slow or fast
        )
        return bool(snap_compare(app, terminal_size=size, run_before=before))

    return compare


_SCREENS = {
    "queue": "j x",
    "prefix": "g",
    "ticket": "enter",
    "unfolded": "enter O q g g",
    "help": "?",
    "palette": ": t a",
    "status": "s",
    "snooze": "h 9 : 3 0",
    "search": "/ i n v o",
    "nothing": "/ q q",
    "completing": "/ t a g :",
    "labels": "f",
    "times": "@",
    "ticket-times": "enter @",
    "link-labels": "enter g g f",
    "note": "n H i",
    "history": "enter i",
}


@EACH_SIZE
@pytest.mark.parametrize("screen", _SCREENS)
def test_a_screen(pictured: Desk, looks: Callable[..., bool], screen: str, size: tuple[int, int]) -> None:
    assert looks(pictured, _SCREENS[screen], size)


def test_an_empty_desk(desk: Desk, looks: Callable[..., bool]) -> None:
    assert looks(desk)


def test_a_narrow_terminal(pictured: Desk, looks: Callable[..., bool]) -> None:
    assert looks(pictured, size=(52, 14))
