"""Every screen and dialog has its pictures, at three sizes and in every look; a new one is a line in `STORIES`."""

from __future__ import annotations

import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

import tui.screens
from store.channels.mail.connect import Proposal
from store.config import Config, Console
from store.config.settings import Imap, Mailbox, Smtp
from store.desk import Desk
from store.shifts import problems
from store.sync.engine import SyncState
from store.sync.errors import Unreachable
from tests.conftest import MINUTE
from tests.tui.console import console, settled, until
from tests.tui.pictures import EACH_SIZE, LOOKS, SIZES, Story
from tests.tui.test_looks import pictured
from tui.app import HelptermApp
from tui.screens.dialogs import Confirm
from tui.screens.figures import Figure, FiguresScreen
from tui.screens.first_start import FirstStartApp
from tui.screens.mailbox import AccountDialog
from tui.screens.progress import ProgressDialog
from tui.screens.trouble import TroubleDialog

pytestmark = pytest.mark.usefixtures("utc")


__all__ = ["pictured"]

BASES = {"tui.screens.base:DeskScreen", "tui.screens.dialogs:Dialog", "tui.screens.two_panes:TwoPanes"}


def keys(text: str) -> Story:
    """Presses keys, parted by blanks."""

    async def story(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        for key in text.split():
            await pilot.press(key)
            await settled(pilot)

    return story


def question(made: Callable[[], Screen[Any]]) -> Story:
    """A dialog over the queue."""

    async def story(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await pilot.app.push_screen(made())
        await pilot.pause()

    return story


async def half_done(pilot: Pilot[Any]) -> None:
    """Long work at its middle."""
    await settled(pilot)
    progress = ProgressDialog("Close", 4_800)
    await pilot.app.push_screen(progress)
    await pilot.pause()
    progress.reached(2_400)


async def figures(pilot: Pilot[Any]) -> None:
    """All figures read."""
    await keys("g f")(pilot)
    await until(pilot, lambda: all(each.figure is not None for each in pilot.app.screen.query(Figure)))


async def tables(pilot: Pilot[Any]) -> None:
    """The same as tables."""
    await figures(pilot)
    await pilot.press("t")


async def account(pilot: Pilot[Any]) -> None:
    """A proposed account."""
    mailbox = Mailbox("help@example.org", imap=Imap("imap.example.org"), smtp=Smtp("smtp.example.org"))
    await question(lambda: AccountDialog(Proposal(mailbox, True)))(pilot)


async def trouble(pilot: Pilot[Any]) -> None:
    """The team's database does not answer."""
    now = console(pilot).desk.now()
    state = SyncState(
        now - 9 * MINUTE, 3, offline_since=now - 8 * MINUTE, trouble=Unreachable("db.example.org is silent")
    )
    await question(lambda: TroubleDialog(state, 3, now))(pilot)


async def known_problems(pilot: Pilot[Any]) -> None:
    """A problem whose cause is looked for."""
    desk = console(pilot).desk
    problems.add(
        desk, "Cards are charged twice on a retry", product="Notes", owner="ada", evidence=("#17931",)
    )
    await keys("w O")(pilot)


async def unread(pilot: Pilot[Any]) -> None:
    """Figures that are not read yet: they do not look empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FiguresScreen, "read", lambda screen: None)
        await keys("g f")(pilot)


STORIES: dict[str, Story] = {
    "figures": figures,
    "tables": tables,
    "confirm": question(lambda: Confirm("Send it, although nobody waits for it?", "Send it")),
    "progress": half_done,
    "account": account,
    "trouble": trouble,
    "problems": known_problems,
    "reading": unread,
}


@EACH_SIZE
@pytest.mark.parametrize("name", STORIES)
def test_a_screen(
    snap_compare: Callable[..., bool], pictured: Desk, name: str, size: tuple[int, int]
) -> None:
    assert snap_compare(HelptermApp(pictured), terminal_size=size, run_before=STORIES[name])


PLAIN = {
    "queue": "j x",
    "ticket": "enter",
    "status": "s",
    "search": "/ i n v o",
    "editor": "r",
    "figures": "g f",
}


@pytest.mark.parametrize("name", PLAIN)
def test_the_plain_look(snap_compare: Callable[..., bool], pictured: Desk, name: str) -> None:
    pictured.config = Config(console=Console(plain=True))
    story = figures if name == "figures" else keys(PLAIN[name])
    assert snap_compare(HelptermApp(pictured), run_before=story)


@EACH_SIZE
def test_the_tutor(snap_compare: Callable[..., bool], pictured: Desk, size: tuple[int, int]) -> None:
    app = HelptermApp(pictured, demo=True, tutor="send")
    assert snap_compare(app, terminal_size=size, run_before=keys("enter"))


@EACH_SIZE
def test_the_first_start(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    assert snap_compare(FirstStartApp(Path("desk.db"), "ada", Config()), terminal_size=size)


def _screens() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(tui.screens.__path__, "tui.screens."):
        for kind in vars(import_module(module.name)).values():
            if inspect.isclass(kind) and issubclass(kind, Screen) and kind.__module__ == module.name:
                found.add(f"{kind.__module__}:{kind.__qualname__}")
    return found - BASES


@pytest.fixture(scope="module")
def accepted() -> dict[str, set[str]]:
    """The sizes in which each screen was accepted in every look."""
    sizes: dict[str, set[str]] = defaultdict(set)
    for path in Path(__file__).parent.rglob("__snapshots__/*/*.txt"):
        text = path.read_text(encoding="utf-8")
        kind, _, size = text.partition("\n")[0].partition(" ")
        assert [look for look in LOOKS if f"\n── {look} ─" not in text] == [], path.name
        sizes[kind].add(size)
    return sizes


@pytest.mark.parametrize("kind", sorted(_screens()))
def test_it_has_its_pictures(accepted: dict[str, set[str]], kind: str) -> None:
    assert {f"{columns}x{lines}" for columns, lines in SIZES} <= accepted[kind], "add it to STORIES"
