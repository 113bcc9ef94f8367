"""`helpterm queue` and `show`: the shapes and manners that scripts rely on."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.cli.conftest import Helpterm

TICKET_KEYS = {
    "id", "short", "subject", "status", "priority", "channel", "product", "department", "tier", "assignee", "customer", "tags",
    "language", "created_at", "updated_at", "first_reply_at", "waiting_since", "due_at", "snoozed_until", "problem",
    "declined_by", "handle_seconds",
}  # fmt: skip
MESSAGE_KEYS = {
    "id", "kind", "author", "sent_at", "body", "new_text", "html", "attachments", "message_id", "in_reply_to", "delivery",
}  # fmt: skip


def test_a_page_of_the_queue_has_the_promised_shape(helpterm: Helpterm) -> None:
    answer = helpterm("queue", "--json", "--limit", "3").json
    assert set(answer) == {"total", "next", "tickets"}
    assert len(answer["tickets"]) == 3 < answer["total"]
    for ticket in answer["tickets"]:
        assert set(ticket) >= TICKET_KEYS
        assert set(ticket["customer"]) == {"name", "email"}
        assert ticket["created_at"].endswith("Z")


def test_following_next_reads_the_whole_queue_once(helpterm: Helpterm) -> None:
    seen: list[str] = []
    more: list[str] = []
    while True:
        answer = helpterm("queue", "is:any", "--json", "--limit", "7", *more).json
        seen += [ticket["id"] for ticket in answer["tickets"]]
        if answer["next"] is None:
            break
        more = ["--after", answer["next"]]
    assert len(seen) == len(set(seen)) == answer["total"] == 60


def test_the_queue_runs_by_due_time(helpterm: Helpterm) -> None:
    tickets = helpterm("queue", "--json", "--limit", "100").json["tickets"]
    due = [ticket["due_at"] for ticket in tickets if ticket["due_at"]]
    assert due == sorted(due)
    assert [bool(ticket["due_at"]) for ticket in tickets] == sorted(
        (bool(t["due_at"]) for t in tickets), reverse=True
    )


def test_a_ticket_is_shown_by_number_id_and_mail(helpterm: Helpterm) -> None:
    first = helpterm("queue", "channel:email", "--json", "--limit", "1").json["tickets"][0]
    whole = helpterm("show", first["short"], "--json").json
    assert whole["id"] == first["id"]
    assert set(whole["messages"][0]) >= MESSAGE_KEYS
    mail = next(message["message_id"] for message in whole["messages"] if message["message_id"])
    for name in (f"#{first['short']}", first["id"], f"<{mail}>"):
        assert helpterm("show", name, "--json").json["id"] == first["id"]


def test_an_unknown_ticket_is_one_line_and_exit_1(helpterm: Helpterm) -> None:
    answer = helpterm("show", "00000", "--json")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "helpterm: there is no ticket '00000' — `helpterm queue` lists them\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["queue", "--limit", "none"], "is no count"),
        (["queue", "--after", "x"], "is no cursor"),
        (["frobnicate"], "invalid choice"),
        (["status"], "required"),
        (["claim"], "required"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(helpterm: Helpterm, arguments: list[str], says: str) -> None:
    answer = helpterm(*arguments)
    assert answer.code == 2
    assert says in answer.err
    assert answer.err.startswith("helpterm: ")
    assert " — " in answer.err
    assert answer.err.count("\n") == 1


def test_a_store_that_cannot_be_used_is_exit_3(helpterm: Helpterm, tmp_path: Path) -> None:
    other = tmp_path / "birds.db"
    with sqlite3.connect(other) as birds:
        birds.execute("CREATE TABLE birds (name)")
    answer = helpterm("--db", str(other), "queue")
    assert answer.code == 3
    assert "another program" in answer.err


def test_a_missing_store_is_not_made_by_asking(helpterm: Helpterm, tmp_path: Path) -> None:
    answer = helpterm("--db", str(tmp_path / "none.db"), "queue", "--json")
    assert answer.code == 1
    assert not (tmp_path / "none.db").exists()


def test_options_stand_before_or_after_the_command(helpterm: Helpterm, tmp_path: Path) -> None:
    for arguments in (["--db", str(tmp_path / "no.db"), "queue"], ["queue", "--db", str(tmp_path / "no.db")]):
        assert "no.db" in helpterm(*arguments).err


def test_hostile_subjects_are_printed_inert(helpterm: Helpterm) -> None:
    answer = helpterm("queue", "is:any", "--limit", "100")
    assert not any(ord(character) < 32 and character != "\n" for character in answer.out)
    assert "[bold red]" in answer.out


def test_the_raw_mail_comes_back_byte_for_byte(helpterm: Helpterm, tmp_path: Path) -> None:
    raw = b"From: Carla <c@x.example>\r\nMessage-ID: <one@x.example>\r\nSubject: =?utf-8?q?Gr=C3=BC?=\r\n\r\nH\xe9llo\r\n"
    mail = tmp_path / "one.eml"
    mail.write_bytes(raw)
    assert helpterm("import", str(mail)).code == 0
    shown = subprocess.run(
        [sys.executable, "-m", "tui", "show", "<one@x.example>", "--raw"], capture_output=True, check=True
    )
    assert shown.stdout == raw
