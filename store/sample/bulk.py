"""Writing lives into an empty store by the thousand: the very rows that the one road of changes would have left.

Only `store.sample.generate` may do this, in a file that nobody else has open; a test holds its rows against the road's.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from functools import lru_cache
from random import Random
from typing import Any

from store.desk.derive import Targets, place
from store.desk.ids import short_number
from store.model import Agent
from store.policy.canned.index import MOST_POSTINGS
from store.policy.links import normal_links
from store.sample.life import Life, Said
from store.text.fold import fold

_BITMAP_DIGITS = 7
_encode = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make a new encoder for each value

_STATEMENTS = {
    "customers": "INSERT INTO customers (number, id, email, name) VALUES (?, ?, ?, ?)",
    "tickets": (
        "INSERT INTO tickets (number, id, short, subject, status, priority, channel, product, department, tier, assignee,"
        " customer, language, created_at, updated_at, snoozed_until, problem, declined_by, merged_into, handle_seconds,"
        " first_reply_at, waiting_since, due_at, bucket, rank) VALUES (" + ", ".join("?" * 25) + ")"
    ),
    "tags": "INSERT INTO ticket_tags (tag, ticket) VALUES (?, ?)",
    "messages": (
        "INSERT INTO messages (number, id, ticket, kind, author_name, author_email, agent, sent_at, body, folds, html,"
        " message_id, in_reply_to, automatic, delivery, notices) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, ?, ?, '', ?, '')"
    ),
    "search": "INSERT INTO search (rowid, subject, people, body) VALUES (?, ?, ?, ?)",
    "links": "INSERT INTO links (url, message) VALUES (?, ?)",
    "replies": "INSERT INTO fingerprint_replies (reply, ticket, words) VALUES (?, ?, ?)",
    "fingerprints": "INSERT INTO fingerprints (gram, reply) VALUES (?, ?)",
    "changes": (
        "INSERT INTO changes (id, batch, at, agent, kind, entity, entity_id, field, value, previous, base)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
    ),
}


class Bulk:
    """Collects rows and writes them a batch at a time. Rows are numbered as they come, as SQLite would."""

    def __init__(self, connection: sqlite3.Connection, seed: int, now: int, targets: Targets) -> None:
        self._connection = connection
        self._random = Random(f"{seed} log")
        self._now, self._targets = now, targets
        self._tickets = self._messages = self._customers = 0
        self._shorts = _Shorts()
        self._postings: defaultdict[int, int] = defaultdict(int)
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _STATEMENTS}

    def add(self, life: Life) -> None:
        """Works out a life's rows; `write` makes them real."""
        self._tickets += 1
        short = short_number(life.id, self._shorts.is_taken)
        self._shorts.take(short)
        self._ticket(life, short)
        for tag in life.tags:
            self._rows["tags"].append((tag, self._tickets))
        for position, (agent, deeds) in enumerate(life.batches()):
            batch = self._id()
            if not position:
                self._customer(life, agent, batch)
                self._change(
                    batch, life.created_at, agent, "create", "ticket", life.id, "", self._created(life, short)
                )
            for deed in deeds:
                if isinstance(deed, Said):
                    self._message(life, deed)
                    where = f'{{"ticket": "{life.id}"}}'
                    self._change(batch, deed.at, agent, "message", "message", deed.id, deed.kind, where)
                else:
                    said, before = _json(deed.value), _json(deed.previous)
                    self._change(
                        batch, deed.at, agent, deed.kind, "ticket", life.id, deed.field, said, before
                    )

    def write(self) -> None:
        """Writes what was collected, inside the transaction at hand."""
        self._rows["fingerprints"].sort()
        for name, statement in _STATEMENTS.items():
            self._connection.executemany(statement, self._rows[name])
            self._rows[name].clear()

    def _customer(self, life: Life, agent: str, batch: str) -> None:
        if life.customer <= self._customers:
            return
        self._customers = life.customer
        person = life.person
        self._rows["customers"].append((life.customer, person.id, person.email, person.name))
        value = _json({"email": person.email, "name": person.name})
        self._change(batch, life.created_at, agent, "put", "customer", person.id, "", value)

    def _ticket(self, life: Life, short: str) -> None:
        values, updated_at = life.values, life.updated_at
        first_reply_at, unanswered_since = life.facts()
        found = place(
            status=values["status"],
            priority=values["priority"],
            updated_at=updated_at,
            snoozed_until=values["snoozed_until"],
            first_reply_at=first_reply_at,
            unanswered_since=unanswered_since,
            now=self._now,
            targets=self._targets,
        )
        row = (
            *(
                self._tickets,
                life.id,
                short,
                life.subject,
                values["status"],
                values["priority"],
                values["channel"],
            ),
            *(values["product"], values["department"], values["tier"], values["assignee"], life.customer),
            *(values["language"], life.created_at, updated_at, values["snoozed_until"], values["problem"]),
            *(values["declined_by"], "", values["handle_seconds"]),
            *(found.first_reply_at, found.waiting_since, found.due_at, int(found.bucket), found.rank),
        )
        self._rows["tickets"].append(row)

    def _created(self, life: Life, short: str) -> str:
        values, created = life.values, life.created
        return _json(
            {
                "short": short,
                "subject": life.subject,
                "status": created["status"],
                "priority": created["priority"],
                "channel": values["channel"],
                "product": values["product"],
                "department": values["department"],
                "tier": values["tier"],
                "assignee": created["assignee"],
                "customer": life.person.id,
                "language": values["language"],
                "created_at": life.created_at,
            }
        )

    def _message(self, life: Life, said: Said) -> None:
        self._messages += 1
        number, ticket, person, agent = self._messages, self._tickets, life.person, said.agent
        author = (agent.full_name, agent.email, agent.name) if agent else (person.name, person.email, "")
        delivery = "sent" if said.kind == "reply" else None
        self._rows["messages"].append(
            (
                number,
                said.id,
                ticket,
                said.kind,
                *author,
                said.at,
                said.body,
                said.message_id,
                said.in_reply_to,
                delivery,
            )
        )
        people = _folded_agent(agent) if agent else person.folded
        subject = life.folded_subject if said is life.deeds[0] else ""
        self._rows["search"].append((number, subject, people, said.folded))
        if said.phrases:
            self._remember(number, ticket, said)

    def _remember(self, number: int, ticket: int, said: Said) -> None:
        """What `store.desk.indexing.index_reply` remembers of a reply, put together from its sentences."""
        words = b"\0" + b"".join([phrase.words for phrase in said.phrases])
        self._rows["replies"].append((number, ticket, words))
        postings = self._postings
        for gram in said.phrases[0].grams.union(*[phrase.grams for phrase in said.phrases[1:]]):
            if postings[gram] < MOST_POSTINGS:
                postings[gram] += 1
                self._rows["fingerprints"].append((gram, number))
        for url in _normal_links(said.link):
            self._rows["links"].append((url, number))

    def _change(
        self,
        batch: str,
        at: int,
        agent: str,
        kind: str,
        entity: str,
        entity_id: str,
        field: str,
        value: str,
        previous: str = "",
    ) -> None:
        self._rows["changes"].append(
            (self._id(), batch, at, agent, kind, entity, entity_id, field, value, previous)
        )

    def _id(self) -> str:
        return f"{self._random.getrandbits(128):032x}"


class _Shorts:
    """The numbers given to tickets so far: a bit map for the usual lengths, a set for the rare long ones."""

    def __init__(self) -> None:
        self._usual = bytearray(10**_BITMAP_DIGITS // 8 + 1)
        self._long: set[str] = set()

    def is_taken(self, short: str) -> bool:
        """Whether a ticket has this number. Numbers never begin with 0, so a value stands for one text."""
        if len(short) > _BITMAP_DIGITS:
            return short in self._long
        value = int(short)
        return bool(self._usual[value >> 3] >> (value & 7) & 1)

    def take(self, short: str) -> None:
        """Gives the number away."""
        if len(short) > _BITMAP_DIGITS:
            self._long.add(short)
        else:
            value = int(short)
            self._usual[value >> 3] |= 1 << (value & 7)


@lru_cache(maxsize=256)
def _folded_agent(agent: Agent) -> str:
    return fold(f"{agent.full_name} {agent.email}")


@lru_cache(maxsize=4096)
def _normal_links(link: str) -> list[str]:
    return normal_links(link)


def _json(value: Any) -> str:
    return "" if value is None else _encode(value)
