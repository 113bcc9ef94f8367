"""The reply gate: how well languages are told apart, what genuine replies are stopped for, and how long a judgement takes."""

from __future__ import annotations

import gzip
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from store.desk import Desk
from store.desk.ids import new_id
from store.desk.tickets import ticket as ticket_by_number
from store.desk.transaction import NewMessage, Transaction, customer_for
from store.model import Author, Kind, ScopeRule, Takeaway, Ticket
from store.policy.gate import Reply, context, review
from store.policy.letter import letter_of
from store.policy.placeholders import find_placeholders
from store.text.language import LANGUAGES, detect

EARLIER_REPLIES = 8_000
TAKEAWAYS = 2_000
RULES = 40
GENUINE = ("f", "g", "h")

HOSTILE: dict[str, Callable[[], str]] = {
    "1 MB of prose": lambda: "It is a long way home, and nobody knows it. " * 23_000,
    "1 MB of newlines": lambda: "\n" * 1_000_000,
    "10,000 links": lambda: "\n".join(f"https://help.acme.example/page-{i}" for i in range(10_000)),
    "1 MB of quote marks": lambda: ">" * 1_000_000,
    "1 MB of open brackets": lambda: "[[{{" * 250_000,
    "1 MB of right-to-left": lambda: "مرحبا بكم " * 100_000,
    "1 MB of lone surrogates": lambda: "\ud800 " * 500_000,
    "1 MB of digits": lambda: "4" * 1_000_000,
    "8,000 quotes up to 200 deep": lambda: "\n".join(f"{'>' * (i % 200)} said {i}" for i in range(8_000)),
    "quotes 400 deep": lambda: ("> " * 400 + "hello there\n") * 1_200,
    "20,000 links in Markdown": lambda: " ".join(
        f"[page {i}](https://a.example/p-{i})" for i in range(20_000)
    ),
    "17,000 attributions": lambda: "On Mon, Jan 1, 2024 at 10:00, Bo <b@x.example> wrote:\n> hi\n" * 17_000,
    "1 MB of code fences": lambda: "```\nx\n" * 160_000,
    "1 MB of greetings": lambda: "Hello Carla, " * 77_000,
    "1 MB of card numbers": lambda: "4111 1111 1111 1111 " * 50_000,
    "1 MB of placeholders": lambda: "{name} [[x]] %NAME% XXX " * 42_000,
    "1 MB of mixed scripts": lambda: "Привет мир hello مرحبا 你好 Γειά " * 30_000,
}
"""Texts that have hurt parsers before."""
BOUND_SECONDS = 3.0
"""Seconds of processor time within which the gate judges any reply; the texts above are held to it."""


def run(shared: Path) -> dict[str, Any]:
    """Measures on the development rows; raises FileNotFoundError without them."""
    rows = [json.loads(line) for line in (shared / "data/canned/dev.jsonl").read_text("utf-8").splitlines()]
    with gzip.open(shared / "data/canned/dev_history.jsonl.gz", "rt", encoding="utf-8") as file:
        earlier = [json.loads(line) for line in file]
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder) / "desk.db", "ada") as desk:
        tickets = _fill(desk, rows, earlier[:: max(1, len(earlier) // EARLIER_REPLIES)])
        return {
            "language": _language(rows),
            "slots": _slots(rows, earlier),
            "stopped": _stopped(desk, tickets, rows),
            "milliseconds": _times(desk, tickets, rows),
            "hostile_seconds": dict(_hostile(desk, tickets[0])),
        }


def table(result: dict[str, Any]) -> str:
    """The measurements as lines for a terminal."""
    lines = ["language of tickets and replies      right  abstain  wrong"]
    for language, found in result["language"].items():
        lines.append(f"  {language:<33} {found['right']:>6} {found['abstain']:>8} {found['wrong']:>6}")
    slots = result["slots"]
    lines.append(f"slots seen in {slots['replies']:,} real replies: {slots['stopped']} {slots['examples']}")
    lines.append(f"genuine replies, findings but for missing links and canned text: {result['stopped']}")
    for name, (median, p99) in result["milliseconds"].items():
        lines.append(f"{name:<36} median {median:6.2f} ms   p99 {p99:6.2f} ms")
    for name, seconds in result["hostile_seconds"].items():
        over = f"  over the bound of {BOUND_SECONDS} s" if seconds > BOUND_SECONDS else ""
        lines.append(f"{name:<36} {seconds:6.2f} s{over}")
    return "\n".join(lines)


def _language(rows: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    counted: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
    for row in rows:
        for text in filter(None, (row["ticket"], row["reply"])):
            found = detect(text)
            verdict = "abstain" if found is None else "right" if found == row["lang"] else "wrong"
            counted[row["lang"]][verdict] += 1
    return {
        language: {key: found[key] for key in ("right", "abstain", "wrong")}
        for language, found in counted.items()
    }


def _slots(rows: list[dict[str, Any]], earlier: list[dict[str, Any]]) -> dict[str, Any]:
    examples = []
    for row in (*rows, *earlier):
        letter = letter_of(row["reply"])
        spans = find_placeholders(letter.text, letter.parts, letter.link_spans, row.get("ticket") or "")
        examples += [letter.text[start:end] for start, end in spans[:1]]
    return {"replies": len(rows) + len(earlier), "stopped": len(examples), "examples": examples[:10]}


def _stopped(desk: Desk, tickets: list[Ticket], rows: list[dict[str, Any]]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for ticket, row in zip(tickets, rows, strict=True):
        if row["kind"] in GENUINE:
            found = review(desk, ticket, Reply(row["reply"])).findings
            counted.update(
                f.rule for f in found if f.rule != "takeaway.missing" and not f.rule.startswith("canned")
            )
    return dict(counted.most_common())


def _times(desk: Desk, tickets: list[Ticket], rows: list[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    reading, judging = [], []
    for ticket, row in zip(tickets, rows, strict=True):
        started = time.perf_counter()
        known = context(desk, ticket)
        between = time.perf_counter()
        review(desk, ticket, Reply(row["reply"]), known)
        reading.append((between - started) * 1e3)
        judging.append((time.perf_counter() - between) * 1e3)
    return {
        "reading a ticket's context, once": _spread(reading),
        "judging, at each pause in typing": _spread(judging),
    }


def _hostile(desk: Desk, ticket: Ticket) -> Iterator[tuple[str, float]]:
    known = context(desk, ticket)
    for name, make in HOSTILE.items():
        text = make()
        started = time.thread_time()
        review(desk, ticket, Reply(text), known)
        yield name, round(time.thread_time() - started, 2)


def _spread(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return round(ordered[len(ordered) // 2], 2), round(ordered[int(len(ordered) * 0.99)], 2)


def _fill(desk: Desk, rows: list[dict[str, Any]], earlier: list[dict[str, Any]]) -> list[Ticket]:
    """Puts takeaways, rules, earlier replies and one ticket for each row on the desk."""

    def job(tx: Transaction) -> list[int]:
        words = [row["ticket"].split()[:6] for row in rows if row["ticket"]]
        for i in range(TAKEAWAYS):
            title = " ".join(words[i % len(words)])
            tx.put(
                Takeaway(
                    f"t{i}", f"https://help.acme.example/page-{i}", f"{title} {i}", text=f"{title} " * 12
                )
            )
        for i in range(RULES):
            listed = tuple(words[i * 7 % len(words)][:4]) or ("nothing",)
            tx.put(
                ScopeRule(
                    f"r{i}", f"Rule {i}", False, links=(f"https://acme.example/{i}",), words={"*": listed}
                )
            )
        for i, row in enumerate(earlier):
            _add(tx, f"e{i}", "Before", [(Kind.REPLY, "ada", row["reply"])])
        return [
            _add(tx, f"d{i}", "Ticket", [(Kind.INBOUND, "", row["ticket"] or "")])
            for i, row in enumerate(rows)
        ]

    numbers = desk.change(job)
    return [ticket_by_number(desk, number) for number in numbers]


def _add(tx: Transaction, who: str, subject: str, said: list[tuple[Kind, str, str]]) -> int:
    email = f"{who}@customer.example"
    number = tx.create_ticket(subject=subject, customer=customer_for(email, ""), created_at=tx.now)
    for kind, agent, text in said:
        author = Author(agent or who, "" if agent else email, agent)
        tx.add_message(number, NewMessage(new_id(), kind, author, tx.now, text))
    return number
