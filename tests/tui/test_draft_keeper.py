"""Drafts are kept as they are typed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import pytest

from store.desk import Desk, drafts
from store.errors import DeskError, DiskFull
from store.model import Kind, Ticket
from tests.conftest import ask
from tui.draft_keeper import PAUSE, DraftKeeper, Kept, Typed


class Bench:
    """An editor without a screen: timers go off when the test says so."""

    def __init__(self, desk: Desk) -> None:
        self.ticket: Ticket = ask(desk)
        self.text = ""
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.told: list[Kept] = []
        self.errors: list[DeskError] = []
        self.keeper = DraftKeeper(
            desk,
            self.ticket,
            Kind.REPLY,
            rule="",
            typed=lambda: Typed(self.text, len(self.text)),
            after=lambda seconds, job: self.timers.append((seconds, job)),
            on_loop=lambda job: job(),
            tell=self.tell,
        )

    def tell(self, kept: Kept, error: DeskError | None) -> None:
        self.told.append(kept)
        if error is not None:
            self.errors.append(error)

    def type(self, text: str) -> None:
        for character in text:
            self.text += character
            self.keeper.changed()

    def time_is_up(self) -> None:
        for _, job in self.timers[:]:
            self.timers.pop(0)
            job()


@pytest.fixture
def bench(desk: Desk) -> Bench:
    return Bench(desk)


def test_steady_typing_does_not_put_saving_off(desk: Desk, bench: Bench) -> None:
    bench.type("Hello Carla, steadily typed")
    assert [seconds for seconds, _ in bench.timers] == [PAUSE]
    assert PAUSE <= 0.5
    bench.time_is_up()
    saved = bench.keeper.flush()
    assert saved is None
    desk.change(lambda tx: None)
    draft = drafts.load(desk, bench.ticket)
    assert draft is not None
    assert (draft.text, draft.cursor) == ("Hello Carla, steadily typed", 27)


def test_the_editor_is_told_when_the_draft_is_safe(desk: Desk, bench: Bench) -> None:
    bench.type("Hi")
    saving = bench.keeper.flush()
    assert saving is not None
    saving.result()
    bench.timers.clear()
    desk.change(lambda tx: None)
    assert bench.told[0] is Kept.SAVING


def test_a_moved_cursor_is_kept_too(desk: Desk, bench: Bench) -> None:
    bench.text = "Hello"
    bench.keeper.begin_with(Typed("Hello", 0))
    saving = bench.keeper.flush()
    assert saving is not None
    saving.result()
    draft = drafts.load(desk, bench.ticket)
    assert draft is not None
    assert draft.cursor == 5


def test_looking_at_an_empty_editor_writes_nothing(bench: Bench) -> None:
    assert bench.keeper.flush() is None


def test_emptying_the_editor_removes_the_draft(desk: Desk, bench: Bench) -> None:
    drafts.save(desk, bench.ticket, "Hello").result()
    bench.keeper.begin_with(Typed("Hello", 5))
    saving = bench.keeper.flush()
    assert saving is not None
    saving.result()
    assert drafts.load(desk, bench.ticket) is None


def test_a_full_disk_is_said_and_saving_is_tried_again_at_the_next_key(
    desk: Desk, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> Future[None]:
        failed: Future[None] = Future()
        failed.set_exception(DiskFull("no room left", "make room"))
        return failed

    with monkeypatch.context() as patched:
        patched.setattr(drafts, "save", full)
        bench.type("Hello")
        bench.time_is_up()
    assert bench.told[-1] is Kept.FAILED
    assert bench.errors[0].remedy == "make room"
    bench.type("!")
    bench.time_is_up()
    desk.change(lambda tx: None)
    draft = drafts.load(desk, bench.ticket)
    assert draft is not None
    assert draft.text == "Hello!"


def test_after_sending_nothing_is_saved_any_more(desk: Desk, bench: Bench) -> None:
    bench.type("Sent already")
    bench.keeper.close()
    bench.time_is_up()
    assert bench.keeper.flush() is None
    assert drafts.load(desk, bench.ticket) is None
