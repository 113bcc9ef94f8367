"""The engine in its thread, and who sees whom."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from store.desk import tickets
from store.sync.engine import Engine, Exchange, SyncState
from store.sync.presence import Presence, beat
from tests.conftest import ask
from tests.store.sync.conftest import Team
from tests.store.sync.test_sending import held, reply

PATIENCE = 20.0


class Ears:
    """What an engine tells, to be waited for."""

    def __init__(self) -> None:
        self._said: queue.Queue[object] = queue.Queue()

    def hear(self, said: object) -> None:
        self._said.put(said)

    def wait_for(self, wanted: Callable[[object], bool]) -> object:
        until = time.monotonic() + PATIENCE
        while True:
            said = self._said.get(timeout=max(0.0, until - time.monotonic()))
            if wanted(said):
                return said


@contextmanager
def running(engine: Engine, poll: float = 30.0) -> Iterator[Ears]:
    """The engine at work, with polling so slow that only hints and changes can be the reason for anything."""
    ears, stop = Ears(), threading.Event()
    thread = threading.Thread(target=engine.run, args=(stop, ears.hear, ears.hear), kwargs={"poll": poll})
    thread.start()
    try:
        ears.wait_for(lambda said: isinstance(said, SyncState))
        yield ears
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_change_of_ours_leaves_by_itself_and_a_hint_brings_it_to_the_others(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    with running(ada), running(bob) as ears:
        ticket = ask(ada.desk)
        news = ears.wait_for(lambda said: isinstance(said, Exchange) and bool(said.tickets))
        assert isinstance(news, Exchange)
        assert news.tickets == {ticket.id}
        assert tickets.find(bob.desk, ticket.id).subject == ticket.subject


def test_a_hint_tells_that_a_reply_has_left(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    reply(ada)
    lender, lease = held(ada)
    with running(bob) as ears:
        assert lender.begin(lease)
        ears.wait_for(lambda said: isinstance(said, Exchange) and said.pulled > 0)


def test_without_hints_polling_is_enough(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    bob._hinted = lambda: False  # type: ignore[method-assign]
    with running(bob, poll=0.5) as ears:
        ask(ada.desk)
        ada.step()
        ears.wait_for(lambda said: isinstance(said, Exchange) and bool(said.tickets))


def test_offline_is_a_state_and_ends_by_itself(team: Team) -> None:
    ada = team.join("ada")
    with running(ada, poll=0.5) as ears:
        team.rows("UPDATE helpterm.agents SET active = false WHERE agent = 'ada'")
        state = ears.wait_for(lambda said: isinstance(said, SyncState) and said.trouble is not None)
        assert isinstance(state, SyncState)
        assert state.offline_since is not None
        ask(ada.desk)
        ears.wait_for(
            lambda said: isinstance(said, SyncState) and said.trouble is not None and said.pending > 0
        )
        team.rows("UPDATE helpterm.agents SET active = true WHERE agent = 'ada'")
        ears.wait_for(lambda said: isinstance(said, SyncState) and said.trouble is None and said.pending == 0)


def test_a_poke_exchanges_at_once(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    bob._hinted = lambda: False  # type: ignore[method-assign]
    with running(bob, poll=60.0) as ears:
        ask(ada.desk)
        ada.step()
        bob.poke()
        ears.wait_for(lambda said: isinstance(said, Exchange) and bool(said.tickets))


def test_colleagues_see_who_replies_where(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ticket = ask(ada.desk)
    assert beat(ada.link(), ticket.id, "replying") == ()
    assert beat(bob.link(), ticket.id, "reading") == (Presence("ada", ticket.id, "replying"),)
    assert beat(ada.link(), "", "reading") == (Presence("bob", ticket.id, "reading"),)
    assert beat(bob.link(), ticket.id, "reading") == ()


def test_presence_fades_by_itself(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    beat(ada.link(), "a" * 32, "replying", ttl_ms=-1)
    assert beat(bob.link(), "", "reading") == ()


def test_the_engine_tells_what_the_agent_does_while_it_waits(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    ada.watch("a" * 32, "replying")
    with running(ada, poll=1.0):
        bob.watch("a" * 32)
        with running(bob, poll=1.0) as ears:
            seen = ears.wait_for(lambda said: isinstance(said, SyncState) and bool(said.others))
            assert isinstance(seen, SyncState)
            assert seen.others == (Presence("ada", "a" * 32, "replying"),)
