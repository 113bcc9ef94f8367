"""The editor is made ready once, while a ticket is read."""

from __future__ import annotations

import pytest

from store.desk import Desk
from store.policy import gate
from tests.conftest import ask
from tui import warming


def test_the_gate_is_asked_once_to_be_ready_for_the_first_reply(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    judge = gate.review

    def counted(desk: Desk, ticket: object, reply: gate.Reply, **known: object) -> object:
        asked.append(reply.text)
        return judge(desk, ticket, reply, **known)  # type: ignore[arg-type]

    monkeypatch.setattr(gate, "review", counted)
    monkeypatch.setattr(warming, "_is_warm", False)
    ticket = ask(desk)
    warming.warm_up(desk, ticket)
    warming.warm_up(desk, ticket)
    assert len(asked) == 1
