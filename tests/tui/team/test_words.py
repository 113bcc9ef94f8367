"""What the console says of the team: how far in step, who is where, what was decided otherwise. Pure wording."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import DeskError, DiskFull
from store.model import Priority, QueueRow, Status
from store.sync.engine import SyncState
from store.sync.errors import NoRight, Unreachable
from store.sync.overruled import Conflict
from store.sync.presence import Presence
from tests.conftest import HOUR, MINUTE, NOW
from tui.formatting import overruled
from tui.formatting.cells import total, width
from tui.formatting.row import pieces
from tui.formatting.team import doing, mark, standing
from tui.overruled import Overruled

KEYS = {"conflicts": "g y", "sync": "F10"}
REFUSED = Unreachable(
    "the shared database does not answer (connection refused)", "it is tried again by itself"
)
ENDED = NoRight(
    "this login is no agent of the desk (any more)", "ask whoever runs the desk for an invitation"
)


pytestmark = pytest.mark.usefixtures("utc")


def _wordings(state: SyncState, pending: int = 0, conflicts: int = 0) -> list[str]:
    return [
        "".join(text for text, _ in each).strip()
        for each in standing(state, pending, conflicts, NOW - (state.synced_at or NOW), NOW, KEYS)
    ]


@pytest.mark.parametrize(
    ("state", "pending", "conflicts", "said"),
    [
        (SyncState(), 0, 0, "not synced yet …"),
        (SyncState(synced_at=NOW - 400), 0, 0, "synced just now"),
        (SyncState(synced_at=NOW - 4_000), 0, 0, "synced 4 s ago"),
        (SyncState(synced_at=NOW - 4_000), 1, 0, "1 change waiting"),
        (SyncState(synced_at=NOW - 4_000), 3, 0, "3 changes waiting"),
        (SyncState(synced_at=NOW - 4_000), 0, 2, "2 of yours overruled (g y) · synced 4 s ago"),
        (SyncState(synced_at=NOW - 30_000), 0, 0, "no answer from the shared database for 30 s"),
        (
            SyncState(synced_at=NOW - 30_000),
            2,
            0,
            "2 changes waiting · no answer from the shared database for 30 s",
        ),
        (SyncState(copying=("tickets", 12_000, 1_000_000)), 0, 0, "copying the team's desk: 12,000 of about 1,000,000 tickets"),
        (
            SyncState(trouble=REFUSED, offline_since=NOW - 18 * MINUTE),
            3,
            0,
            "offline since 09:42 · 3 changes waiting · the shared database does not answer (connection refused)"
            " — it is tried again by itself",
        ),
        (
            SyncState(trouble=ENDED, offline_since=NOW - HOUR),
            0,
            0,
            "✗ not synced since 09:00 · this login is no agent of the desk (any more)"
            " — ask whoever runs the desk for an invitation",
        ),
    ],
)  # fmt: skip
def test_the_line_says_how_far_in_step_the_desk_is(
    state: SyncState, pending: int, conflicts: int, said: str
) -> None:
    assert _wordings(state, pending, conflicts)[0] == said


@pytest.mark.parametrize(
    "trouble", [REFUSED, ENDED, DiskFull("there is no room left on the disk", "free some room")]
)
def test_trouble_has_briefer_wordings_that_keep_since_when(trouble: DeskError) -> None:
    wordings = _wordings(SyncState(trouble=trouble, offline_since=NOW - HOUR), 3)
    assert str(trouble) in wordings[0]
    assert [len(each) for each in wordings] == sorted((len(each) for each in wordings), reverse=True)
    assert all("since 09:00" in each for each in wordings)
    assert "F10 says why" in wordings[1]
    assert len(wordings[-1]) <= 26


def test_who_is_at_a_ticket_is_said_by_a_sign_and_a_name_those_who_write_first() -> None:
    ben, mira, zoe = (
        Presence(name, "t", what)
        for name, what in (("ben", "reading"), ("mira", "replying"), ("zoe", "noting"))
    )  # type: ignore[arg-type]
    names = {"mira": "Mira Kaya", "ben": "ben"}
    assert mark([], names) == ""
    assert mark([ben], names) == "◉ ben"
    assert mark([ben, mira, zoe], names) == "✎ Mira +2"
    assert doing([ben], names) == "ben is reading"
    assert doing([ben, mira], names) == "Mira Kaya is replying, ben is reading"
    assert doing([ben, mira, zoe], names) == "Mira Kaya is replying, zoe is writing a note, 1 more"


ROW = QueueRow(
    1, "t" * 32, "48213", "Invoice is wrong again", "Zoë", Status.OPEN, Priority.NORMAL, "ada", "Notes", "en",
    ("billing",), NOW - HOUR, NOW + HOUR, None, NOW, (0, 1),
)  # fmt: skip


@given(
    st.integers(40, 200),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=60),
    st.sampled_from(["◉ ben", "✎ Mira +2", "✎ 山田太郎山田", "◉ mirabellinda…"]),
)
def test_a_mark_never_makes_a_row_wider_or_longer(cells: int, subject: str, present: str) -> None:
    drawn = pieces(replace(ROW, subject=subject), cells, NOW, "ada", present=present)
    assert total(drawn) == cells
    assert present[:5] in "".join(text for text, _ in drawn)
    bare = pieces(replace(ROW, subject=subject), cells, NOW, "ada")
    assert "".join(text for text, _ in drawn)[:17] == "".join(text for text, _ in bare)[:17]


def _conflict(**fields: Any) -> Conflict:
    usual: dict[str, Any] = {
        "change": "c", "at": NOW, "kind": "set", "entity": "ticket", "entity_id": "t", "field": "status",
        "mine": "on_hold", "theirs": "solved", "agent": "ben", "outcome": "overridden",
    }  # fmt: skip
    return Conflict(**(usual | fields))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "ben changed the status of a ticket (yours: on hold, now: solved)"),
        (
            {"field": "assignee", "kind": "claim", "mine": "ada", "theirs": "ben", "outcome": "lost"},
            "ben was first to take a ticket (yours: ada, now: ben)",
        ),
        (
            {"field": "tag:refund", "mine": True, "theirs": False, "outcome": "lost"},
            "ben was later with the tag #refund of a ticket (yours: there, now: not there)",
        ),
        (
            {"field": "snoozed_until", "mine": NOW, "theirs": None, "outcome": "lost"},
            "ben was later with the snoozed until of a ticket (yours: Wed 4 Mar 2026 10:00, now: none)",
        ),
        (
            {"kind": "put", "entity": "rule", "field": "", "mine": {"title": "Refunds", "why": "a\nb"},
             "theirs": {"title": "Refunds", "why": "c"}, "outcome": "lost"},
            "ben was later with the text of the rule “Refunds” (yours: why: a b, now: why: c)",
        ),
        ({"outcome": "rejected", "agent": ""}, "a ticket: the team's database does not take your status (on hold)"),
    ],
)  # fmt: skip
def test_what_was_decided_otherwise_is_one_sentence_with_both_values(
    fields: dict[str, Any], said: str
) -> None:
    found = Overruled(_conflict(**fields), None)
    assert overruled.line(found) == said
    for cells in (20, 60, 120):
        assert all(total(each) <= cells for each in overruled.whole(found, cells))
    assert "\n" not in "".join(text for text, _ in overruled.row(found, NOW))


def test_a_message_cannot_be_set_again() -> None:
    assert not overruled.can_be_set_again(_conflict(entity="message", kind="message", field=""))
    assert overruled.can_be_set_again(_conflict())
    assert width(overruled.SIGNS["lost"][0]) == 1
