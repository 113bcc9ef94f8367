"""A working day from a script: shift, time, calls, problems, green lights and the rota, each with its JSON and its exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.cli.conftest import Helpterm
from tests.tui.cli.test_working import GENUINE, waiting


def later(monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    monkeypatch.setenv("HELPTERM_NOW", when)


def test_a_whole_shift_is_worked_from_a_script(helpterm: Helpterm, monkeypatch: pytest.MonkeyPatch) -> None:
    assert helpterm("shift", "status").code == 1
    today = ("shift", "report", "--team", "--since", "2026-03-04", "--zone", "UTC", "--json")
    before = helpterm(*today).json["agents"]["sam"]["replies"]
    begun = helpterm("shift", "start", "--zone", "Europe/Berlin", "--json").json
    assert (begun["shift"]["agent"], begun["shift"]["left_seconds"]) == ("sam", 19800)
    assert begun["brief"]["waiting"] > 0
    assert helpterm("shift", "start").code == 1
    ticket = waiting(helpterm)
    helpterm("claim", ticket)
    helpterm("worklog", "add", ticket, "--minutes", "12", "--note", "read the logs")
    assert helpterm("reply", "--ticket", ticket, "--status", "solved", stdin=GENUINE).code == 0
    later(monkeypatch, "2026-03-04T12:00:00Z")
    assert helpterm("shift", "pause", "--json").json["shift"]["paused"] is True
    later(monkeypatch, "2026-03-04T12:30:00Z")
    assert helpterm("shift", "resume", "--json").json["shift"]["worked_seconds"] == 7200
    taken = helpterm("shift", "next", "--json").json["ticket"]
    assert taken["assignee"] == "sam"
    later(monkeypatch, "2026-03-04T15:00:00Z")
    refused = helpterm("shift", "stop")
    assert refused.code == 1
    assert "not everything is decided" in refused.err
    ended = helpterm(
        "shift", "stop", "--rest-to", "queue", "--because", "Waits for the log.", "--keep-drafts",
        "--learnt", "Cards retry.", "--document", ticket, "--json",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    report = ended.json
    assert (report["total"]["replies"], report["total"]["worked_seconds"]) == (1, 16200)
    assert report["total"]["tickets"][0] == {
        "ticket": ticket,
        "subject": report["total"]["tickets"][0]["subject"],
        "seconds": 720,
    }
    assert report["learnt"] == ["Cards retry."]
    assert report["handovers"][0]["sentence"] == "Waits for the log."
    assert [each["ticket"] for each in report["articles"]] == [ticket]
    assert helpterm("shift", "status", "--json").json["shift"] is None
    assert "# Shift report: sam" in helpterm("shift", "report").out
    team = helpterm(*today).json
    assert team["agents"]["sam"]["replies"] == before + 1
    assert team["total"]["worked_seconds"] == 16200


def test_a_forgotten_shift_says_that_it_was_trimmed(
    helpterm: Helpterm, monkeypatch: pytest.MonkeyPatch
) -> None:
    helpterm("shift", "start")
    later(monkeypatch, "2026-03-05T09:00:00Z")
    answer = helpterm("shift", "start")
    assert answer.code == 0
    assert "never ended" in answer.err
    assert "23 h" in answer.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["shift", "start", "--hours", "nan"], 2, "quarter of an hour"),
        (["shift", "start", "--zone", "Mars"], 2, "no time zone"),
        (["shift", "pause"], 1, "not on shift"),
        (["shift", "report"], 1, "no shift yet"),
        (["shift", "report", "--team", "--since", "never"], 2, "is no day"),
        (
            ["shift", "report", "--team", "--since", "2026-03-05", "--until", "2026-03-01"],
            2,
            "after the last",
        ),
        (["worklog"], 2, "required"),
        (["meter", "00000"], 1, "no ticket"),
        (["problem", "show", "none"], 1, "no problem"),
        (["greenlight", "show", "00000"], 1, "no ticket"),
        (["rota", "import", "missing.ics"], 2, "cannot be read"),
        (["rota", "add", "sam", "noon"], 2, "no local time"),
        (["call", "--what", "x", "--minutes", "1", "--agreed", "y"], 2, "who rang"),
    ],
)
def test_a_bad_word_is_one_clear_line(helpterm: Helpterm, arguments: list[str], code: int, says: str) -> None:
    answer = helpterm(*arguments)
    assert answer.code == code
    assert says in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""


def test_time_is_listed_and_corrected(helpterm: Helpterm) -> None:
    ticket = waiting(helpterm)
    before = helpterm("show", ticket, "--json").json["handle_seconds"]
    entry = helpterm("worklog", "add", ticket, "--minutes", "30", "--json").json["entry"]
    helpterm("worklog", "edit", entry["id"], "--minutes", "10", "--because", "lunch was in it")
    assert helpterm("show", ticket, "--json").json["handle_seconds"] == before + 600
    entries = helpterm("worklog", "list", ticket, "--json").json["entries"]
    assert sum(each["seconds"] for each in entries) == before + 600
    assert helpterm("meter", ticket, "--json").json["seconds"] == before + 600
    assert helpterm("cost", ticket, "--json").json["hops"][0]["worked_seconds"] == before + 600


def test_a_call_is_logged_and_a_link_offered(helpterm: Helpterm) -> None:
    call = (
        "call",
        "--what",
        "The card was charged twice",
        "--minutes",
        "9",
        "--agreed",
        "We write on Friday",
        "--json",
    )
    new = helpterm(*call, "--name", "Carla", "--phone", "+49 30 123").json
    assert (new["ticket"]["channel"], new["message"]["kind"]) == ("phone", "call")
    assert isinstance(new["suggestions"], list)
    joined = helpterm(*call, "--ticket", new["ticket"]["short"]).json
    assert joined["ticket"]["id"] == new["ticket"]["id"]
    assert joined["ticket"]["handle_seconds"] == 1080


def test_a_problem_runs_from_cause_to_everybody_told(
    helpterm: Helpterm, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = waiting(helpterm)
    problem = helpterm("problem", "add", "Cards retry", "--ticket", ticket, "--json").json["problem"]
    assert problem["clock"] is None
    assert helpterm("problem", "patched", problem["id"], "--fix", "x").code == 1
    helpterm("problem", "found", problem["id"], "--cause", "No key on retries.")
    later(monkeypatch, "2026-03-05T11:00:00Z")
    listed = helpterm("problem", "list", "--json").json["problems"][0]
    assert (listed["tickets"], listed["clock"]["left_seconds"]) == (1, -3600)
    done = helpterm("problem", "patched", problem["id"], "--fix", "Retries carry a key.", "--json").json
    assert "tell-them" in done["changed"][0]["tags"]
    assert helpterm("problem", "tell", "--everybody").code == 0
    assert helpterm("reply", "--ticket", ticket, stdin=GENUINE).code == 0
    assert helpterm("problem", "tell", "--everybody").code == 1
    assert helpterm("problem", "show", "Cards retry", "--json").json["tickets"][0]["short"] == ticket


def test_a_newcomer_hands_in_and_a_mentor_sends(helpterm: Helpterm) -> None:
    ticket = waiting(helpterm)
    helpterm("agent", "add", "nia", "--role", "newcomer", "--full-name", "Nia Example")
    refused = helpterm("reply", "--ticket", ticket, "--agent", "nia", stdin=GENUINE)
    assert refused.code == 1
    assert "greenlight submit" in refused.err
    handed = helpterm("greenlight", "submit", "--ticket", ticket, "--agent", "nia", "--json", stdin=GENUINE)
    assert handed.code == 0, handed.err
    light = handed.json["greenlight"]["id"]
    assert helpterm("greenlight", "return", light, "--remarks", "Say when.").code == 0
    better = GENUINE.replace("as pending", "as pending until Friday")
    helpterm("greenlight", "submit", "--ticket", ticket, "--agent", "nia", stdin=better)
    sent = helpterm("greenlight", "send", ticket, "--json")
    assert sent.code == 0, sent.err
    assert sent.json["message"]["author"]["agent"] == "nia"
    assert (sent.json["greenlight"]["mentor"], sent.json["greenlight"]["rounds"]) == ("sam", 2)
    assert helpterm("greenlight", "record", "nia", "--json").json["first_pass_rate"] == 0.0
    assert helpterm("greenlight", "sign-off", "nia", "--because", "Looks first.").code == 0
    assert helpterm("greenlight", "record", "nia", "--json").json["signed_off"]["mentor"] == "sam"


def test_a_reply_the_gate_stops_is_not_handed_in(helpterm: Helpterm) -> None:
    helpterm("agent", "add", "nia", "--role", "newcomer")
    answer = helpterm(
        "greenlight",
        "submit",
        "--ticket",
        waiting(helpterm),
        "--agent",
        "nia",
        "--json",
        stdin="No link, sorry.",
    )
    assert answer.code == 1
    assert answer.json["greenlight"] is None
    assert answer.json["review"]["may_send"] is False


def test_the_rota_goes_in_and_out(helpterm: Helpterm, tmp_path: Path) -> None:
    added = helpterm(
        "rota",
        "add",
        "sam",
        "2026-03-02T09:00",
        "--zone",
        "Europe/Berlin",
        "--rule",
        "FREQ=WEEKLY;BYDAY=MO,WE",
        "--json",
    )
    assert added.code == 0, added.err
    path = tmp_path / "out.ics"
    assert helpterm("rota", "export", str(path)).code == 0
    again = helpterm("rota", "import", str(path), "--json")
    assert (again.code, again.json["events"], again.json["left_out"]) == (0, 1, [])
    assert [each["agent"] for each in helpterm("rota", "now", "--json").json["on"]] == ["sam"]
    week = helpterm("rota", "week", "2026-03-04", "--zone", "Europe/Berlin", "--json").json
    assert (len(week["hours"]), week["by_person"]) == (168, {"sam": 11.0})
    assert "sam" in [each["agent"] for each in helpterm("rota", "whose", "--json").json["people"]]
    overlap = helpterm("rota", "add", "sam", "2026-03-04T10:00", "--zone", "Europe/Berlin")
    assert "overlap" in overlap.err
    broken = tmp_path / "broken.ics"
    broken.write_text(path.read_text().replace("FREQ=WEEKLY", "FREQ=SECONDLY"))
    left = helpterm("rota", "import", str(broken), "--json")
    assert left.code == 1
    assert "too often" in left.json["left_out"][0]["reason"]


def test_holidays_are_taken_and_listed(helpterm: Helpterm, tmp_path: Path) -> None:
    path = tmp_path / "de.ics"
    path.write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1@x\nSUMMARY:Easter Monday\nDTSTART;VALUE=DATE:20260406\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert helpterm("rota", "holidays", "--import", str(path)).code == 0
    (day,) = helpterm("rota", "holidays", "--json").json["holidays"]
    assert (day["day"], day["name"], day["calendar"]) == ("2026-04-06", "Easter Monday", "de")
