"""The index of earlier replies may break; replies go out all the same, and it is made anew from the messages."""

from __future__ import annotations

import pytest

from store.desk import Desk, conversation
from store.desk.indexing import rebuild_fingerprints
from store.policy.canned import Index
from tests.conftest import answer, ask

REPLY = (
    "The export stops because the folder on your server is full; empty the cache folder and start it again."
)


@pytest.mark.parametrize("damage", ["DROP TABLE fingerprints", "DROP TABLE fingerprint_replies"])
def test_a_broken_index_keeps_no_reply_from_being_written(desk: Desk, damage: str) -> None:
    first, second = ask(desk), ask(desk)
    answer(desk, first, REPLY)
    desk.database.write(lambda connection: connection.execute(damage))
    answer(desk, second, REPLY)
    assert [message.body for message in conversation.messages(desk, second)][-1] == REPLY
    assert Index(desk.read()).trouble()
    assert rebuild_fingerprints(desk) == 2
    assert Index(desk.read()).trouble() == ""


def test_a_rebuilt_index_holds_what_the_broken_one_held(desk: Desk) -> None:
    for number in range(3):
        answer(desk, ask(desk), f"{REPLY} That was number {number}.")
    before = desk.read().execute("SELECT * FROM fingerprints ORDER BY gram, reply").fetchall()
    desk.database.write(lambda connection: connection.execute("DELETE FROM fingerprints"))
    rebuild_fingerprints(desk)
    assert before
    assert desk.read().execute("SELECT * FROM fingerprints ORDER BY gram, reply").fetchall() == before
