"""A day's work from a script: check, reply, decline, change, undo, import, outbox."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.cli.conftest import Helpterm

GENUINE = """Hello,

the second charge came from the retry of the failed card at 09:12; I reversed it this morning and the bank shows it as pending.
The page below lists what you will see on the statement until it is through:
https://docs.formwright.example/billing/reversed-charges-on-your-statement

Sam
"""


def waiting(helpterm: Helpterm, query: str = "channel:email lang:en is:unassigned") -> str:
    """The number of a ticket that waits."""
    number: str = helpterm("queue", query, "--json", "--limit", "1").json["tickets"][0]["short"]
    return number


def test_a_reply_without_a_link_may_not_be_sent(helpterm: Helpterm) -> None:
    answer = helpterm(
        "check", "--ticket", waiting(helpterm), "--json", stdin="I reversed the charge this morning."
    )
    assert answer.code == 1
    review = answer.json
    assert set(review) >= {"may_send", "findings", "canned", "takeaways", "scope"}
    assert review["may_send"] is False
    assert "takeaway.missing" in [finding["rule"] for finding in review["findings"]]


def test_a_reply_with_a_takeaway_is_sent_into_the_outbox(helpterm: Helpterm) -> None:
    ticket = waiting(helpterm)
    assert helpterm("check", "--ticket", ticket, "-", stdin=GENUINE).code == 0
    answer = helpterm("reply", "--ticket", ticket, "--status", "solved", "--json", stdin=GENUINE)
    assert answer.code == 0
    message = answer.json["message"]
    assert message["delivery"] == "queued"
    assert message["message_id"].count("@") == 1
    after = helpterm("show", ticket, "--json").json
    assert (after["status"], after["assignee"]) == ("solved", "sam")
    assert after["messages"][-1]["id"] == message["id"]
    assert message["id"] in [each["message"]["id"] for each in helpterm("outbox", "--json").json["outbox"]]


def test_a_stopped_reply_sends_nothing_and_says_why(helpterm: Helpterm) -> None:
    ticket = waiting(helpterm)
    before = len(helpterm("show", ticket, "--json").json["messages"])
    answer = helpterm("reply", "--ticket", ticket, "--json", stdin="No link here, sorry.")
    assert answer.code == 1
    assert answer.json["message"] is None
    assert answer.json["review"]["may_send"] is False
    assert len(helpterm("show", ticket, "--json").json["messages"]) == before


def test_a_pasted_answer_needs_a_reason(helpterm: Helpterm) -> None:
    first, second = (
        each["short"]
        for each in helpterm("queue", "channel:email lang:en", "--json", "--limit", "2").json["tickets"]
    )
    assert helpterm("reply", "--ticket", first, stdin=GENUINE).code == 0
    pasted = helpterm("reply", "--ticket", second, "--json", stdin=GENUINE)
    assert pasted.code == 1
    assert pasted.json["review"]["canned"]["flagged"] is True
    assert pasted.json["review"]["canned"]["nearest"][0]["similarity"] > 0.9
    flag = next(f["rule"] for f in pasted.json["review"]["findings"] if f["rule"].startswith("canned"))
    again = helpterm(
        "reply",
        "--ticket",
        second,
        "--acknowledge",
        flag,
        "--because",
        "same incident, same facts",
        "--json",
        stdin=GENUINE,
    )
    assert again.code == 0


def test_every_acknowledgement_needs_its_reason(helpterm: Helpterm) -> None:
    answer = helpterm(
        "reply", "--ticket", waiting(helpterm), "--acknowledge", "canned.flagged", stdin=GENUINE
    )
    assert answer.code == 2
    assert "--because" in answer.err


def test_a_note_needs_no_link(helpterm: Helpterm) -> None:
    ticket = waiting(helpterm)
    answer = helpterm("reply", "--note", "--ticket", ticket, "--json", stdin="Called him, voice mail.")
    assert answer.code == 0
    assert helpterm("show", ticket, "--json").json["messages"][-1]["kind"] == "note"
    assert helpterm("reply", "--note", "--ticket", ticket, stdin=" \n").code == 2


def test_a_decline_records_its_rule_and_a_bare_no_is_stopped(helpterm: Helpterm) -> None:
    rule = next(
        rule
        for rule in helpterm("scope", "list", "--json").json["rules"]
        if not rule["covered"] and rule["links"]
    )
    product = rule["product"] or "Formwright"
    ticket = waiting(helpterm, f"product:{product} channel:email lang:en")
    bare = helpterm("decline", "--ticket", ticket, "--rule", rule["title"], "--json", stdin="Sorry, no.")
    assert bare.code == 1
    assert any(finding["rule"].startswith("scope.") for finding in bare.json["review"]["findings"])
    kind = (
        "Your theme calls a hook that we removed from our own code years ago, and rewriting somebody else's template is work that"
        f" we leave to its author, who can see the whole of it. The people listed at {rule['links'][0]} do exactly that."
    )
    answer = helpterm("decline", "--ticket", ticket, "--rule", rule["id"], "--json", stdin=kind)
    assert answer.code == 0, answer.err
    assert helpterm("show", ticket, "--json").json["declined_by"] == rule["id"]


def test_a_batch_is_judged_line_by_line_in_order(helpterm: Helpterm, tmp_path: Path) -> None:
    ticket = waiting(helpterm)
    lines = [
        {"ticket": ticket, "reply": GENUINE},
        {"ticket": "00000", "reply": "x"},
        {"ticket": ticket, "reply": ""},
    ]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(json.dumps(line) for line in lines) + "\nnot json\n")
    answer = helpterm("check", "--batch", str(batch))
    judged = [json.loads(line) for line in answer.out.splitlines()]
    assert [each.get("may_send") for each in judged] == [True, None, False, None]
    assert "line 2" in judged[1]["error"]
    assert answer.code == 2


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        (["claim"], "assignee", "sam"),
        (["assign", "--to", "mira"], "assignee", "mira"),
        (["assign", "+mira"], "assignee", "mira"),
        (["status", "+on-hold"], "status", "on_hold"),
        (["priority", "--to", "urgent"], "priority", "urgent"),
        (["snooze", "+2h"], "snoozed_until", "2026-03-04T12:00:00Z"),
        (["escalate", "--tried", "cleared the cache"], "tier", 2),
    ],
)
def test_each_change_is_made_shown_and_undone(
    helpterm: Helpterm, arguments: list[str], field: str, value: object
) -> None:
    ticket = waiting(helpterm)
    before = helpterm("show", ticket, "--json").json[field]
    name, *rest = arguments
    last = [word.removeprefix("+") for word in rest]
    answer = helpterm(name, ticket, *last, "--json")
    assert answer.code == 0, answer.err
    assert [changed[field] for changed in answer.json["changed"]] == [value]
    assert helpterm("undo").code == 0
    assert helpterm("show", ticket, "--json").json[field] == before


def test_tags_are_added_and_removed(helpterm: Helpterm) -> None:
    ticket = waiting(helpterm)
    assert "vip" in helpterm("tag", ticket, "vip", "--json").json["changed"][0]["tags"]
    assert "vip" not in helpterm("tag", ticket, "--remove", "vip", "--json").json["changed"][0]["tags"]


def test_merging_answers_with_the_survivor(helpterm: Helpterm) -> None:
    one, other = (each["short"] for each in helpterm("queue", "--json", "--limit", "2").json["tickets"])
    assert helpterm("merge", one, "--into", other, "--json").json["changed"][0]["short"] == other
    assert helpterm("show", one, "--json").json["status"] == "closed"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["assign", "TICKET", "zed"], 1, "nobody here is called"),
        (["status", "TICKET", "lost"], 2, "is no status"),
        (["priority", "TICKET", "huge"], 2, "is no priority"),
        (["snooze", "TICKET", "the day after never"], 2, ""),
        (["tag", "TICKET", "two words"], 2, "is no tag"),
        (["move", "TICKET"], 2, "move where"),
    ],
)
def test_a_bad_value_is_one_clear_line(
    helpterm: Helpterm, arguments: list[str], code: int, says: str
) -> None:
    ticket = waiting(helpterm)
    answer = helpterm(*(ticket if word == "TICKET" else word for word in arguments))
    assert answer.code == code
    assert says in answer.err
    assert answer.err.count("\n") == 1


def test_mail_is_imported_once_and_answers_find_their_ticket(helpterm: Helpterm, tmp_path: Path) -> None:
    mbox = tmp_path / "mail.mbox"
    mbox.write_text(
        "From a@x Wed Mar  4 08:00:00 2026\nFrom: Carla <carla@x.example>\nMessage-ID: <1@x.example>\nSubject: Invoice\n"
        "Date: Wed, 4 Mar 2026 08:00:00 +0000\n\nWhere is it?\n\n"
        "From b@x Wed Mar  4 09:00:00 2026\nFrom: Help <help@desk.example>\nMessage-ID: <2@desk.example>\nSubject: Re: Invoice\n"
        "In-Reply-To: <1@x.example>\nDate: Wed, 4 Mar 2026 09:00:00 +0000\n\nUnder Billing.\n"
    )
    arguments = ("import", str(mbox), "--our-address", "@desk.example", "--json", "--items")
    first = helpterm(*arguments).json
    assert {key: first[key] for key in ("read", "tickets", "messages", "duplicates", "failed")} == {
        "read": 2,
        "tickets": 1,
        "messages": 2,
        "duplicates": 0,
        "failed": [],
    }
    assert [item["outcome"] for item in first["items"]] == ["ticket", "reply"]
    again = helpterm(*arguments).json
    assert (again["messages"], again["duplicates"]) == (0, 2)
    shown = helpterm("show", "<2@desk.example>", "--json").json
    assert [message["kind"] for message in shown["messages"]] == ["inbound", "reply"]


def test_a_missing_file_is_named(helpterm: Helpterm, tmp_path: Path) -> None:
    answer = helpterm("import", str(tmp_path / "gone.mbox"))
    assert answer.code == 2
    assert "gone.mbox" in answer.err


def test_a_file_that_is_no_mail_is_listed_and_the_rest_goes_on(helpterm: Helpterm, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(b"\x00\x01\x02\x03" * 100)
    (folder / "b.eml").write_bytes(b"From: c@x.example\nSubject: Help\n\nPlease\n")
    answer = helpterm("import", str(folder), "--json")
    assert answer.code == 0
    assert answer.json["tickets"] == 1
    assert len(answer.json["failed"]) == 1
    assert "a.eml" in answer.json["failed"][0]["source"]


def test_rules_are_written_shown_and_retired(helpterm: Helpterm) -> None:
    added = helpterm(
        "scope", "add", "--title", "Logo design", "--not-covered", "--why", "We write software", "--link", "https://dir.example/designers",
        "--words", "en:logo,brand colours", "--words", "de:Logo", "--product", "Formwright", "--json",
    ).json["rules"][0]  # fmt: skip
    assert added["words"] == {"en": ["logo", "brand colours"], "de": ["Logo"]}
    shown = helpterm("scope", "show", "Logo design", "--json").json
    assert [version["version"] for version in shown["versions"]] == [1]
    assert helpterm("scope", "retire", added["id"]).code == 0
    assert "Logo design" not in [rule["title"] for rule in helpterm("scope", "list", "--json").json["rules"]]
    assert helpterm("scope", "add", "--title", " ", "--covered").code == 2


def test_links_are_added_imported_and_suggested(helpterm: Helpterm, tmp_path: Path) -> None:
    listed = tmp_path / "links.txt"
    listed.write_text("https://docs.formwright.example/new/one\nhttps://docs.formwright.example/new/two\n")
    assert len(helpterm("takeaway", "import", str(listed), "--json").json["takeaways"]) == 2
    assert helpterm("takeaway", "import", str(listed), "--json").json["takeaways"] == []
    urls = [each["url"] for each in helpterm("takeaway", "list", "--json").json["takeaways"]]
    assert "https://docs.formwright.example/new/two" in urls
    assert helpterm("takeaway", "add", "not a link").code == 2


def test_doctor_finds_the_desk_in_order(helpterm: Helpterm) -> None:
    answer = helpterm("doctor", "--json")
    checks = {check["name"]: check for check in answer.json["checks"]}
    assert set(checks["store"]) == {"name", "ok", "detail", "remedy"}
    assert all(
        checks[name]["ok"] for name in ("configuration", "store", "integrity", "counts", "fingerprints")
    )


def test_doctor_says_what_is_wrong_with_the_configuration(helpterm: Helpterm, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[policy]\ncanned_red = "much"\n')
    answer = helpterm("--config", str(config), "doctor")
    assert answer.code == 1
    assert "line 2" in answer.out
    config.write_text("agnet = 'mira'\n")
    warned = helpterm("--config", str(config), "queue")
    assert warned.code == 0
    assert "agnet" in warned.err


def test_a_demo_desk_is_written_and_never_over_another(helpterm: Helpterm, tmp_path: Path) -> None:
    target = tmp_path / "demo.db"
    assert helpterm("demo", "--at", str(target)).code == 0
    assert helpterm("--db", str(target), "queue", "--json").json["total"] > 20
    again = helpterm("demo", "--at", str(target))
    assert again.code == 2
    assert "exists already" in again.err
