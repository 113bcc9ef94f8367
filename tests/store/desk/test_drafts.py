"""Drafts: what was typed last is what is found, however slow the disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from store.desk import Desk, drafts
from store.model import Kind
from tests.conftest import ask


def test_a_draft_that_is_still_being_saved_is_found_as_it_was_typed_last(desk: Desk) -> None:
    ticket, may_write = ask(desk), Event()
    drafts.save(desk, ticket, "Hell").result()
    desk.database.submit(lambda _: may_write.wait(30))
    drafts.save(desk, ticket, "Hello")
    with ThreadPoolExecutor(2) as pool:
        reply, note = (pool.submit(drafts.load, desk, ticket, kind) for kind in (Kind.REPLY, Kind.NOTE))
        assert note.result(30) is None, "only its own saving is waited for"
        with pytest.raises(TimeoutError):
            reply.result(0.05)
        may_write.set()
        found = reply.result(30)
    assert found is not None
    assert found.text == "Hello"
